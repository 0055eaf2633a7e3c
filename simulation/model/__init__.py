"""The Mesa model: agents, the turn, imposed history, outcomes, variables and patterns."""

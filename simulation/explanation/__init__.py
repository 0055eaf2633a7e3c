"""Why something happened in a run, term by term, and what would have turned it."""

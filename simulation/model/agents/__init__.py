"""The agents: states respond, powers court, organizations convene.

Agents are thin: each reads the public state of the world as the phase found it, calls a rule,
and writes what it intends into its own places. A phase commits all intents together.
"""

from simulation.model.agents.actor import agent_reporters
from simulation.model.agents.organization import Organization
from simulation.model.agents.power import Power
from simulation.model.agents.state import State

__all__ = ["Organization", "Power", "State", "agent_reporters"]

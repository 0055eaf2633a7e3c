"""The parts of the turn that no single agent decides.

The world moves and trouble spreads; everyone looks around; works are built; ties and leanings
settle. `model.step` calls them in this order, between the phases of the agents.
"""

from simulation.turn.beginning import Start, begin
from simulation.turn.building import build
from simulation.turn.hosting import hosting
from simulation.turn.moving import move, spread_trouble
from simulation.turn.public import Public, look_around
from simulation.turn.settling import settle

__all__ = [
    "Public",
    "Start",
    "begin",
    "build",
    "hosting",
    "look_around",
    "move",
    "settle",
    "spread_trouble",
]

"""The parts of the turn that no single agent decides.

The world moves and trouble spreads; everyone looks around; works are built; ties and leanings
settle; what outcomes need is kept. `model.step` calls them in this order, between the phases of
the agents.
"""

from simulation.model.turn.building import build
from simulation.model.turn.moving import change_leaders, move, spread_trouble, suffer_unrest
from simulation.model.turn.settling import settle
from simulation.model.turn.watching import watch
from simulation.world.beginning import Start, begin
from simulation.world.common_knowledge import Public, look_around

__all__ = [
    "Public",
    "Start",
    "begin",
    "build",
    "change_leaders",
    "look_around",
    "move",
    "settle",
    "spread_trouble",
    "suffer_unrest",
    "watch",
]

"""What outcomes need from the middle of a run, and no rule reads."""

from __future__ import annotations

from simulation.numerics.dates import season_of
from simulation.rules import influence
from simulation.world import world as w
from simulation.world.world import World

AWAY, BACK = -0.4, -0.1
"""A state has turned away from a power below the first leaning, and back above the second."""
_END_OF_YEAR = 4


def watch(world: World) -> None:
    """Keep which states turned away and back, years of membership, and how fast shares move."""
    leaning = world.affinity[:, : world.regions]
    world.turned_away |= leaning < AWAY
    world.turned_back |= world.turned_away & (leaning > BACK)
    world.member_quarters += world.standing == w.MEMBER
    if season_of(world.quarter) == _END_OF_YEAR:
        world.yearly_change[:] = influence.mean_change(world.share, world.share_of_year)
        world.share_of_year[:] = world.share

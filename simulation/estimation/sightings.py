"""What is kept of a run as it goes, so that rates and shares can be read of it as of a panel.

A panel has a row a state and a year, and spells with two ends. A sighting has the same of a block
of runs: what stood at the end of every quarter, and what was counted in every year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.model.measures import agreement_of
from simulation.model.model import InfluenceModel
from simulation.numerics.arrays import Array, Mask, total
from simulation.numerics.dates import season_of, year_of
from simulation.world.axes import Axes

_LAST_QUARTER = 4


@dataclass(frozen=True)
class Sighting:
    """What was seen of a block of runs.

    Attributes:
        axes: identifiers along every axis. hosts, guests: of each installation, places of a state
            and a power.
        eligible: who could belong to an organization, shape (organization, state, runs or 1).
        at_start: organizations that stood at the start.
        standing: by quarter, shape (organization, member, runs); quarter -1 is the start.
        base_status: by quarter, shape (installation, runs).
        exists: by quarter, shape (organization, runs).
        fallen, crushed: by quarter, regimes that fell and risings that were put down, shape
            (state, runs); those that a scenario scripts are left out.
        agreement: by year, at its end, shape (power, state, runs).
        trade_share: the same, shape (power, region, runs).
        affinity: the same, shape (power, state, runs).
        aid: by year, what each power gave in it, US$ m, shape (power, region, runs).
        share: by year, influence shares at its end, shape (power, region, runs).
        ties: by year, shape (channel, power, region, runs).
        trade_size: by year, shape (region, runs).
    """

    axes: Axes
    hosts: tuple[int, ...]
    guests: tuple[int, ...]
    eligible: Mask
    at_start: tuple[str, ...]
    standing: dict[int, NDArray[Any]] = field(default_factory=dict)
    base_status: dict[int, NDArray[Any]] = field(default_factory=dict)
    exists: dict[int, Mask] = field(default_factory=dict)
    fallen: dict[int, Mask] = field(default_factory=dict)
    crushed: dict[int, Mask] = field(default_factory=dict)
    agreement: dict[int, Array] = field(default_factory=dict)
    trade_share: dict[int, Array] = field(default_factory=dict)
    affinity: dict[int, Array] = field(default_factory=dict)
    aid: dict[int, Array] = field(default_factory=dict)
    share: dict[int, Array] = field(default_factory=dict)
    ties: dict[int, Array] = field(default_factory=dict)
    trade_size: dict[int, Array] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """How many runs were seen."""
        return int(self.standing[-1].shape[-1])

    @property
    def members_from(self) -> int:
        """Where states begin on the axis of members; powers come first."""
        return len(self.axes.power)


def sighted(model: InfluenceModel, until: int) -> Sighting:
    """Run a model from its start to a quarter and keep what is read of it."""
    world = model.world
    known = model.catalogue.organizations
    seen = Sighting(
        axes=world.axes,
        hosts=world.hosts,
        guests=world.guests,
        eligible=model.weights.organizations.eligible > 0,
        at_start=tuple(each for each in world.axes.organization if known[each].exists),
    )
    _keep_standings(seen, model, -1)
    given: Array | float = 0.0
    while model.quarter < until:
        model.step()
        now, year = model.quarter, year_of(model.quarter)
        _keep_standings(seen, model, now)
        scripted = {
            (event.kind, event.subject)
            for event in model.history.due(now)
            if event.kind in ("ouster", "crackdown")
        }
        free = np.array(
            [not {("ouster", name), ("crackdown", name)} & scripted for name in world.axes.state]
        )[:, np.newaxis]
        seen.fallen[now] = world.ousted & free
        seen.crushed[now] = world.cracked_down & ~world.ousted & free
        given = given + total(world.aid)
        if season_of(now) == _LAST_QUARTER or now == until:
            seen.aid[year], given = np.asarray(given), 0.0
            seen.agreement[year] = agreement_of(world)
            for name in ("trade_share", "affinity", "share", "ties", "trade_size"):
                getattr(seen, name)[year] = getattr(world, name).copy()
    return seen


def _keep_standings(seen: Sighting, model: InfluenceModel, quarter: int) -> None:
    """Who stood where at the end of a quarter."""
    world = model.world
    seen.standing[quarter] = world.standing.copy()
    seen.base_status[quarter] = world.base_status.copy()
    seen.exists[quarter] = world.exists.copy()

"""Readings of the world that several parts of the turn share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from simulation.arrays import Array, total, zeros
from simulation.rules import influence
from simulation.weights import Weights
from simulation.world import World

Noise = Callable[[str | Sequence[str], str], Array]
"""Draws of this quarter by (actor or actors, purpose), shape (runs,) or (actor, runs)."""


def partner_share(world: World, weights: Weights) -> Array:
    """Share of influence held by the powers that speak for regimes (Russia and China)."""
    speaks = weights.patronage.speaks_for_regimes
    return total(world.share * speaks[:, np.newaxis])


def count_bases(world: World) -> Array:
    """Open installations of each power, shape (power, runs)."""
    counted = zeros(len(world.axes.power), world.runs)
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        counted[guest] += is_open[b]
    return counted


def measure_influence(world: World, weights: Weights) -> None:
    """Bring influence, its shares and the concentration of ties up to the world's ties."""
    rules = weights.influence
    world.influence_by_channel[:] = influence.by_channel(world.ties, weights.initial.own)
    world.influence[:] = influence.composite(world.influence_by_channel, rules.channel_weight)
    world.share[:] = influence.shares(world.influence)
    world.concentration[:] = influence.concentration(world.ties, rules.channel_weight)

"""Readings of the world that several parts of the turn share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from simulation.arrays import Array, total, zeros
from simulation.rules import influence
from simulation.turn import passes
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
    own = weights.whole("own", weights.initial.own, world.runs)
    measured = world.influence_by_channel, world.influence, world.concentration
    passes.measure(world.ties, own, channel_weights(world, weights), *measured)
    passes.shares(world.influence, world.share)
    passes.shares(world.concentration, world.concentration)


def channel_weights(world: World, weights: Weights) -> Array:
    """What the channels weigh, adding up to one, shape (channel, runs)."""
    weight = influence.shares_of_one(weights.influence.channel_weight)
    return weights.whole("channel weight", weight, world.runs)

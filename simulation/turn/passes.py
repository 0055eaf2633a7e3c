"""The hottest passes over the runs, compiled: one loop instead of a temporary for every operation.

What is computed stands in the rules, on numbers; a pass here applies it to every power, state and
run. All arrays are in the model's precision and hold every run on their last axis.
"""

from __future__ import annotations

import numpy as np

from simulation.arrays import NOUGHT, ONE, Array, Mask
from simulation.compiled import compiled
from simulation.rules import alignment, influence, regime

in_channel = compiled(influence.in_channel)
tie_after = compiled(influence.tie_after)
drawn_to = compiled(alignment.drawn_to)
leaning_after = compiled(alignment.leaning_after)


@compiled
def settle_ties(ties: Array, anchor: Array, flow: Array, decay: Array) -> None:
    """Bring ties a quarter on, in place.

    Args:
        ties, anchor, flow: shape (channel, power, region, run).
        decay: shape (channel, run).
    """
    channels, powers, regions, runs = ties.shape
    for c in range(channels):
        for p in range(powers):
            for a in range(regions):
                for i in range(runs):
                    tie = tie_after(
                        ties[c, p, a, i], anchor[c, p, a, i], flow[c, p, a, i], decay[c, i]
                    )
                    ties[c, p, a, i] = max(tie, NOUGHT)


@compiled
def measure(
    ties: Array,
    own: Array,
    weight: Array,
    by_channel: Array,
    influence: Array,
    concentration: Array,
) -> None:
    """Influence by channel, over all channels, and the weight of each power's ties; filled.

    Args:
        ties: shape (channel, power, region, run).
        own: the state's own capacity, shape (channel, region, run).
        weight: of the channels, adding up to one, shape (channel, run).
        by_channel: filled, shape (channel, power, region, run).
        influence, concentration: filled, shape (power, region, run).
    """
    channels, powers, regions, runs = ties.shape
    everyone = np.empty(runs, ties.dtype)
    for a in range(regions):
        for c in range(channels):
            for i in range(runs):
                everyone[i] = ties[c, 0, a, i]
            for p in range(1, powers):
                for i in range(runs):
                    everyone[i] += ties[c, p, a, i]
            for i in range(runs):
                everyone[i] += own[c, a, i]
            for p in range(powers):
                for i in range(runs):
                    by_channel[c, p, a, i] = in_channel(ties[c, p, a, i], everyone[i])
        for p in range(powers):
            for i in range(runs):
                influence[p, a, i] = by_channel[0, p, a, i] * weight[0, i]
                concentration[p, a, i] = ties[0, p, a, i] * weight[0, i]
            for c in range(1, channels):
                for i in range(runs):
                    influence[p, a, i] += by_channel[c, p, a, i] * weight[c, i]
                    concentration[p, a, i] += ties[c, p, a, i] * weight[c, i]


@compiled
def shares(part: Array, share: Array) -> None:
    """Each power's part of the whole; equal parts of nothing.

    Args:
        part: not negative, shape (power, region, run).
        share: filled, the same shape; may be `part` itself.
    """
    powers, regions, runs = part.shape
    equal = ONE / np.float32(powers)
    whole = np.empty(runs, part.dtype)
    for a in range(regions):
        for i in range(runs):
            whole[i] = part[0, a, i]
        for p in range(1, powers):
            for i in range(runs):
                whole[i] += part[p, a, i]
        for p in range(powers):
            for i in range(runs):
                share[p, a, i] = part[p, a, i] / whole[i] if whole[i] > NOUGHT else equal


@compiled
def weighed(weight: Array, share: Array, out: Array) -> None:
    """What each power makes of the others' shares.

    Args:
        weight: shape (power, other, run).
        share: shape (other, region, run).
        out: filled, shape (power, region, run).
    """
    powers, others, runs = weight.shape
    for p in range(powers):
        for a in range(out.shape[1]):
            for i in range(runs):
                out[p, a, i] = weight[p, 0, i] * share[0, a, i]
            for q in range(1, others):
                for i in range(runs):
                    out[p, a, i] += weight[p, q, i] * share[q, a, i]


@compiled
def draw_leanings(
    intercept: Array,
    share: Array,
    share_at_start: Array,
    cover: Array,
    criticism: Array,
    suspicion: Array,
    fear: Array,
    fear_floor: Array,
    autonomy: Array,
    concentration: Array,
    concentration_at_start: Array,
    weight: Array,
    out: Array,
) -> None:
    """Where leanings are drawn to, in the space of their inverse hyperbolic tangent.

    Over outer states nobody contests influence: there the gains and the criticism are nought.

    Args:
        intercept, suspicion: shape (power, state, run).
        share, criticism, concentration, and where they started: shape (power, region, run).
        cover: non-interference, shape (power, run).
        fear, autonomy: shape (state, run). fear_floor: shape (run,).
        weight: of share, cover, blame and hedging, shape (4, run).
        out: filled, shape (power, state, run).
    """
    powers, states, runs = out.shape
    regions = share.shape[1]
    for p in range(powers):
        for s in range(states):
            contested = s < regions
            a = s if contested else 0
            for i in range(runs):
                gain = share[p, a, i] - share_at_start[p, a, i] if contested else NOUGHT
                grip = (
                    concentration[p, a, i] - concentration_at_start[p, a, i]
                    if contested
                    else NOUGHT
                )
                blame = suspicion[p, s, i] + (criticism[p, a, i] if contested else NOUGHT)
                out[p, s, i] = drawn_to(
                    intercept[p, s, i],
                    gain,
                    cover[p, i],
                    blame,
                    fear[s, i],
                    fear[s, i] - fear_floor[i],
                    autonomy[s, i],
                    grip,
                    weight[0, i],
                    weight[1, i],
                    weight[2, i],
                    weight[3, i],
                )


@compiled
def move_leanings(affinity: Array, drawn: Array, shock: Array, weight: Array) -> None:
    """Bring leanings a quarter on, in place, held within their bound.

    Args:
        affinity, drawn, shock: shape (power, state, run).
        weight: speed, noise and bound, shape (3, run).
    """
    powers, states, runs = affinity.shape
    for p in range(powers):
        for s in range(states):
            for i in range(runs):
                moved = leaning_after(
                    affinity[p, s, i], drawn[p, s, i], shock[p, s, i], weight[0, i], weight[1, i]
                )
                affinity[p, s, i] = min(max(moved, -weight[2, i]), weight[2, i])

"""Regimes: unrest, crackdown or fall, and the fear and suspicion that spread from it.

Similar regimes learn from one another's trouble; a club of like regimes protects against unrest
but not against a fall once it has come (Debre 2021). Mechanisms M02, M09, M11, M13.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import (
    Array,
    Mask,
    Utility,
    of_runs,
    saturating,
    sigmoid,
    unit,
    within,
)
from simulation.parameters.groups import RegimeWeights


def similarity(
    accountability: Array, kinship: Array, troubled: int, most: Array, dissimilarity: Array
) -> Array:
    """How far one state's trouble counts as a warning to the others.

    Args:
        accountability: electoral democracy, shape (state, run).
        kinship: common descent of the regimes, shape (state, run or 1).
        troubled: place of the state in trouble.
        most: similarity of twins. dissimilarity: what difference takes from it.

    Returns:
        Shape (state, run); 0 for the state itself.
    """
    apart = np.abs(accountability - accountability[troubled])
    shared = np.minimum(kinship, kinship[troubled])
    alike = most * shared * unit(1 - dissimilarity * apart)
    alike[troubled] = 0
    return alike


def unrest_utility(hardship: Array, club: Array, weights: RegimeWeights) -> Utility:
    """Log-odds of unrest in a quarter, term by term."""
    return Utility(
        base=weights.unrest_base,
        hardship=weights.unrest_hardship * hardship,
        club=-weights.club_protection * club,
    )


def fall_utility(capacity: Array, hardship: Array, weights: RegimeWeights) -> Utility:
    """Log-odds that the regime falls rather than cracks down, once there is unrest."""
    return Utility(
        base=weights.fall_base,
        capacity=-weights.fall_capacity * capacity,
        hardship=weights.fall_hardship * hardship,
    )


def shocks(ousted: Mask, cracked_down: Mask, weights: RegimeWeights) -> Array:
    """Size of the warning that each state's trouble sends this quarter."""
    return weights.shock_ouster * ousted + weights.shock_crackdown * cracked_down


def warning(accountability: Array, kinship: Array, shock: Array, weights: RegimeWeights) -> Array:
    """Trouble elsewhere as each state feels it; shape (state, run).

    Args:
        accountability: electoral democracy, shape (state, run).
        kinship: common descent of the regimes, shape (state, run or 1).
        shock: from `shocks`, shape (state, run).
    """
    felt = np.zeros_like(accountability)
    for troubled in range(len(shock)):
        where = shock[troubled].nonzero()[0]  # trouble is rare: look at those runs alone
        if where.size:
            close = similarity(
                accountability[:, where],
                of_runs(kinship, where),
                troubled,
                of_runs(weights.similarity_most, where),
                of_runs(weights.dissimilarity, where),
            )
            felt[:, where] += close * shock[troubled, where]
    return weights.contagion * felt


def next_fear(
    fear: Array, felt: Array, blame: Array, shield: Array, weights: RegimeWeights
) -> Array:
    """Regime insecurity a quarter later, between its floor and 1."""
    floor = weights.fear_floor
    push = felt + weights.fear_of_blame * blame
    risen = floor + weights.fear_persistence * (fear - floor) + (1 - fear) * saturating(push)
    return within(risen - weights.shield * shield, floor, 1)


def shield(voice: Array, observers: Array, partner_share: Array, weights: RegimeWeights) -> Array:
    """Protection from a bloc that calls a crackdown lawful and an election fair."""
    legitimacy = weights.shield_voice * voice + weights.shield_observers * observers
    return legitimacy * partner_share


def next_suspicion(
    suspicion: Array, felt: Array, conditional: Array, weights: RegimeWeights
) -> Array:
    """Belief that a conditional patron backs revolutions; shape (power, state, run)."""
    believed = weights.suspicion_persistence * suspicion
    where = np.flatnonzero(felt.any(axis=0))  # trouble is rare: look at those runs alone
    if where.size:
        gain = of_runs(weights.suspicion_gain, where) * of_runs(conditional, where)[:, np.newaxis]
        raised = saturating(gain * felt[np.newaxis, :, where])
        raised *= 1 - suspicion[..., where]
        believed[..., where] = unit(raised + believed[..., where])
    return believed


def resting_repression(closure: Array, weights: RegimeWeights) -> Array:
    """Repression in quiet times, from the closure of the regime; shape (region, run)."""
    return unit(weights.repression_slope * (closure - weights.repression_from))


def next_repression(
    repression: Array, base: Array, cracked_down: Mask, fear: Array, weights: RegimeWeights
) -> Array:
    """Repression: jumps at a crackdown, rises with fear, returns slowly to its base."""
    target = base + weights.repression_of_fear * (fear - weights.fear_floor)
    moved = repression + weights.repression_return * (target - repression)
    return unit(moved + weights.repression_of_crackdown * cracked_down)


def chance(utility: Utility) -> Array:
    """Probability of a decision from its log-odds."""
    return sigmoid(utility.total)

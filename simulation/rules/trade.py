"""Trade: shares drift towards partners' potential; corridors and zones raise it.

Mechanisms M21, M22; pattern P9.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import FLOAT, Array, Mask, total
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.numerics.elementary import exp, log
from simulation.parameters.groups import TradeWeights

SHARE_LEAST = FLOAT(0.01)
"""A smaller part of a state's trade is as uneven as one of this size."""
LEAST_TRADE = np.finfo(FLOAT).tiny
"""A trade weight of nought counts in logarithms as the smallest number there is."""


def odds(share: Array) -> Array:
    """Each power's trade against trade with the rest of the world; inverse of `shares`."""
    rest = 1 - total(share, axis=0)
    return share / rest


def shares(weight: Array) -> Array:
    """Trade shares from weights against a rest of the world of weight one."""
    return weight / (1 + total(weight, axis=0))


def log_weight(weight: Array) -> Array:
    """Logarithm of a trade weight; of no trade at all, that of the smallest number there is."""
    return log(np.maximum(weight, LEAST_TRADE))


def weight_after(logarithm: Array, traded: Mask) -> Array:
    """Trade weight from its logarithm; who did not trade before still does not."""
    return exp(logarithm) * traded


def gain_from_outline(worth: Array, groups: Array | float, opens: Mask) -> Array:
    """Log gain in potential from an economic body of an organization to which both belong.

    Args:
        worth: of a body. groups: its size against the stated one.
        opens: whether it is founded and both belong.
    """
    return worth * groups * opens


def gain_from_customs(worth: Array, customs: Array, members: Array) -> Array:
    """Log gain in potential with a sponsor whose customs union a state has joined; a loss if left.

    Args:
        worth: of a whole union. customs: how far the organization is one.
        members: whether the state belongs, less whether it did at the start.
    """
    return worth * customs * members


def gain_in_potential(of_works: Array, warmer: Array, of_affinity: Array) -> Array:
    """Log gain in potential from works and outlines, and from warmer relations.

    Args:
        of_works: of corridors, zones and outlines.
        warmer: leaning less its start. of_affinity: what warmth adds to the potential.
    """
    return of_works + of_affinity * warmer


def usual(logarithm: Array, above: Array) -> Array:
    """Logarithm of the weight that a trade usually has: that of 2001, less what was so once.

    Args:
        logarithm: of the weight of 2001, shape (power, region, run).
        above: how far the mean of the years up to 2001 lay above 2001, as a logarithm.
    """
    return logarithm + above


def log_potential(
    own_pattern: Array, region_mean: Array, multiple: Array, grown: Array, weights: TradeWeights
) -> Array:
    """Logarithm of each power's long-run trade weight with each state.

    Args:
        own_pattern: logarithm of what is usual with each state, shape (power, region, run).
        region_mean: logarithm of its mean over the region, shape (power, 1, run).
        multiple: what the power's weight grows to, shape (power, 1, run or 1).
        grown: growth of its economy against its partners', shape (power, 1, run or 1).
    """
    own = weights.path_dependence
    return log(multiple) + grown + own * own_pattern + (1 - own) * region_mean


def growth_since(quarters: int, growth: Array) -> Array:
    """Growth of an economy since the start against its partners', as a logarithm."""
    return growth * (quarters / QUARTERS_IN_YEAR)


def gain_from_thirst(thirst: Array, hydrocarbons: Array, of_thirst: Array) -> Array:
    """Log gain in potential of a thirsty power with who has oil and gas.

    Args:
        thirst: against 2001. hydrocarbons: what there is to be had. of_thirst: by the log point.
    """
    return of_thirst * hydrocarbons * log(np.maximum(thirst, LEAST_TRADE))


def jolt(shock: Array, share: Array, deals: Array) -> Array:
    """A shock to a trade, the larger the fewer the deals that it is made of.

    Args:
        share: part of a state's trade, shape (power, region, run).
        deals: part of a state's trade of which the deals tell as much as all else, shape
            (power, 1, run or 1).
    """
    return shock * np.sqrt(1 + deals / np.maximum(share, SHARE_LEAST))


def log_weight_after(
    logarithm: Array, potential: Array, gain: Array, shock: Array, convergence: Array, noise: Array
) -> Array:
    """Logarithm of a trade weight a quarter later.

    Args:
        logarithm: of the weight against the rest of the world.
        potential: logarithm of the long-run weight.
        gain: log gain in potential from corridors, zones and warmer relations.
        convergence: share of the log distance closed in a quarter. noise: size of the shock.
    """
    return logarithm + convergence * (potential + gain - logarithm) + noise * shock

"""Projects: pipelines, zones, corridors, acquisitions, credits, and ventures that arise.

Delay follows the documented spread between plans and completions. Mechanisms M10, M21, M22, M25.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import ONE, Array, Utility, sigmoid
from simulation.parameters.groups import WorksWeights


def start_utility(
    base: Array, worth: Array, wealth: Array, friction: Array, weights: WorksWeights
) -> Utility:
    """Log-odds that a planned project gets its money and consents this quarter, term by term.

    Args:
        base: readiness of the project itself. worth: of the hosts to its owner.
        wealth: the owner's growing budget, as a logarithm against 2001.
        friction: quarrels among the states it crosses.
    """
    return Utility(
        base=base,
        worth=weights.start_worth * worth,
        wealth=weights.start_wealth * wealth,
        friction=-weights.start_friction * friction,
    )


def relative(stated: Array | float, reference: Array | float) -> Array:
    """A stated figure against the reference at which an effect holds; 1 where there is none."""
    known = np.greater(reference, 0)
    return np.where(known, stated / np.where(known, reference, 1), 1)


def building_quarters(planned: Array, noise: Array, weights: WorksWeights) -> Array:
    """Quarters until it opens: the plan, stretched by a log-normal slip, at least one."""
    slip = np.exp(weights.slip_mean + weights.slip_spread * noise)
    return np.maximum(np.rint(planned * slip), 1)


def venture_chance(
    hydrocarbons: Array, thirst: Array, stake: Array, rate: Array, slope: Array, threshold: Array
) -> Array:
    """Chance that a new energy venture is signed in a quarter.

    Args:
        rate: chance of an occasion. slope, threshold: how surely it is taken, and from what worth.
    """
    return rate * sigmoid(slope * (hydrocarbons * thirst * (1 + stake) - threshold))


def venture_utility(
    hydrocarbons: Array, thirst: Array, stake: Array, weights: WorksWeights
) -> Utility:
    """Log-odds, once there is an occasion, that it is used, term by term, to be read out."""
    return Utility(
        resources=weights.venture_slope * hydrocarbons * thirst,
        stake=weights.venture_slope * hydrocarbons * thirst * stake,
        threshold=-weights.venture_slope * weights.venture_threshold,
    )


def energy_stake(held: Array, ventures: Array, size: Array) -> Array:
    """What a power owns in a state's energy, as a saturating index between 0 and 1.

    Args:
        held: stakes of the named projects that run. ventures: number of further ventures.
        size: stake that one of them adds.
    """
    owned = held + size * ventures
    return owned / (owned + ONE)

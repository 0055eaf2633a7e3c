"""The ledger: what a power's money, posts and works in a state come to, in US$ m a year.

Everything a power does in a state is booked in one account, by channel, power and state, and one
conversion makes ties of it, with returns that fall as the account grows. Mechanisms M10, M12, M16,
M21 to M26.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import FLOAT, ONE, Array, Mask
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.numerics.elementary import power
from simulation.parameters.groups import LedgerWeights

YEAR = FLOAT(QUARTERS_IN_YEAR)
BOTH_WAYS = FLOAT(2)


def scale_of_returns(gdp: Array, weights: LedgerWeights) -> Array:
    """Spending at which returns begin to fall, US$ m a year: larger in a larger economy."""
    return weights.scale * power(gdp / weights.scale_economy, weights.scale_elasticity)


def tie_of_spending(spent: Array, scale: Array, conversion: Array) -> Array:
    """What an account makes of a tie in a quarter; far beyond its scale, four times does twice.

    Args:
        spent: US$ m a year.
        scale: spending at which returns begin to fall, US$ m a year.
        conversion: ties to the first US$ 1 m.
    """
    return conversion * (BOTH_WAYS * scale * (np.sqrt(ONE + spent / scale) - ONE)) / YEAR


def by_the_year(quarterly: Array) -> Array:
    """What is given in a quarter, by the year."""
    return YEAR * quarterly


def by_the_quarter(yearly: Array) -> Array:
    """What is given in a quarter of so much a year."""
    return yearly / YEAR


def spent_while(yearly: Array, holds: Array | Mask) -> Array:
    """What is spent in a year on something that stands, where and as far as it does."""
    return yearly * holds


def membership_gained(counts: Array, depth: Array, counted: Array, first: Array) -> Array:
    """How much more an organization brings to a state than in 2001; below 0 for who has left.

    Args:
        counts: 1 for a member, less for an observer, 0 where it does not exist. depth: now.
        counted, first: the same at the start.
    """
    return counts * depth - counted * first


def spent_on_members(price: Array, gain: Array) -> Array:
    """What a sponsor's organization brings to a state in a year, beyond what it did in 2001.

    Args:
        price: with a full member at full depth, US$ m a year. gain: from `membership_gained`.
    """
    return price * np.maximum(gain, 0)


def tie_of_leaving(price: Array, gain: Array, conversion: Array) -> Array:
    """What a sponsor's tie loses in a quarter with who has left, or whom less is brought to."""
    return price * np.minimum(gain, 0) * conversion / YEAR


def paid_to_a_member(budget: Array, members: Array, sponsors: int, founded: Mask) -> Array:
    """What each sponsor pays for each member out of an organization's yearly budget, US$ m.

    Args:
        budget: US$ m a year. members: how many there are. sponsors: among how many it is shared.
        founded: whether what it pays for stands.
    """
    return budget / np.maximum(members, 1) / sponsors * founded


def spent_on_a_drill(
    troops: Array, soldier: Array, trained: Array, everyone: Array, sponsors: int
) -> Array:
    """What each sponsor spends on one who takes part in an exercise, US$ m a year in its quarter.

    Args:
        troops: that the exercise moves. soldier: what one costs, US$ m.
        trained: who takes part, 0 or 1. everyone: how many do. sponsors: who share the cost.
    """
    return YEAR * troops * soldier * trained / np.maximum(everyone, 1) / sponsors


def spent_on_training(fund: Array, years: Array, share: Array) -> Array:
    """What a fund for training spends on a state in a year of its term, US$ m.

    Args:
        fund: what it costs to train all, US$ m. years: its term. share: the state's part.
    """
    return fund / years * share


def spent_on_ventures(price: Array, ventures: Array) -> Array:
    """What ventures in energy spend in a state in a year: the first adds most."""
    return price * ventures / (ONE + ventures)


def within_term(begun: Array, quarter: int, term: Array) -> Mask:
    """Whether a quarter lies within a term that begins in another.

    Args:
        begun: the quarter, below 0 for never. term: in quarters.
    """
    return (begun >= 0) & (quarter - begun < term)


def drawn_in_a_year(amount: Array, part: Array, quarters: Array) -> Array:
    """What is drawn in a year of a credit that is drawn evenly, US$ m.

    Args:
        amount: US$ m. part: of it that counts. quarters: over how many it is drawn.
    """
    return YEAR * amount * part / np.maximum(quarters, 1)


def drawn_in_a_quarter(undrawn: Array, term: Array) -> Array:
    """What is drawn in a quarter of what is still undrawn, US$ m; `term` in quarters."""
    return undrawn / np.maximum(term, 1)


def undrawn_after(undrawn: Array, signed: Array, drawn: Array) -> Array:
    """What is still undrawn once something was signed and something drawn, US$ m."""
    return np.maximum(undrawn + signed - drawn, 0)


def saturating_zone(size: Array) -> Array:
    """Effect of a zone: 1 at the stated size, never more than twice as much."""
    return BOTH_WAYS * size / (ONE + size)

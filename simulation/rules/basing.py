"""Bases: whether a host keeps its guest, and the price to stay.

Basing politics after Cooley (2008); Karshi-Khanabad and Manas after Chung (2005), Kant after
Cutler (2004). Mechanisms M02 to M05, M07, M08.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import Array, Mask, Term, Utility
from simulation.numerics.dates import DAYS_IN_QUARTER
from simulation.numerics.elementary import exp, log, power
from simulation.parameters.groups import BasingWeights


def rent_scale(gdp: Array, weights: BasingWeights) -> Array:
    """Rent that begins to matter to a host, US$ m a year: grows less than its economy."""
    return weights.rent_scale * power(
        gdp / weights.rent_scale_economy, weights.rent_scale_elasticity
    )


@dataclass(frozen=True, eq=False)
class Hosting(Utility):
    """What hosting is worth to the host."""

    habit: Term
    rent: Term
    threat: Term
    affinity: Term
    autonomy: Term
    blame: Term
    statement: Term
    rivals: Term


def host_utility(
    rent: Array,
    scale: Array,
    for_campaign: Array | bool,
    militancy: Array,
    campaign: Array,
    affinity: Array,
    autonomy: Array,
    presence: Array,
    blame: Array,
    pride: Array,
    fear: Array,
    statement: Array,
    stake: Array,
    rivals: Array,
    weights: BasingWeights,
    taste: Array | float = 0.0,
) -> Hosting:
    """What hosting is worth to the host this quarter, term by term, in logits.

    Args:
        rent: US$ m a year. scale: from `rent_scale`.
        for_campaign: 1 for a base of the Afghan campaign, else 0.
        presence: the guest's share of security ties and own capacity.
        blame: criticism by the guest plus suspicion of it. pride: from `regime.wounded_pride`.
        statement: strength of a bloc's call on the guest to leave.
        stake: how much the host depends on that bloc's sponsors.
        rivals: rivals' pressure times their share of influence over the host.
        taste: what is known of the host beyond the terms; 0 unless history is imposed.
    """
    return Hosting(
        habit=weights.habit + taste,
        rent=weights.rent * log(1 + rent / scale),
        threat=weights.threat * for_campaign * militancy * campaign,
        affinity=weights.affinity * affinity,
        autonomy=-weights.autonomy * autonomy * presence,
        blame=-weights.blame * blame * pride * fear,
        statement=-weights.statement * statement * stake,
        rivals=-weights.rivals * rivals,
    )


def bloc_stake(partner_share: Array, weights: BasingWeights) -> Array:
    """Weight of a bloc's call for a host that depends on its sponsors by `partner_share`."""
    return weights.stake_floor + (1 - weights.stake_floor) * partner_share


@dataclass(frozen=True, eq=False)
class CampaignNeed(Utility):
    """What makes a power ask for a base for its campaign, as worth."""

    worth: Term


def campaign_need(value: Array) -> CampaignNeed:
    """What makes a power ask for a base for its campaign: the worth of the host."""
    return CampaignNeed(worth=value)


@dataclass(frozen=True, eq=False)
class Counterweight(Utility):
    """What makes a power ask for a base against its rivals."""

    pressure: Term


def counterweight(pressure: Array, weights: BasingWeights) -> Counterweight:
    """What makes a power ask for a base against its rivals, in logits, from lagged pressure."""
    return Counterweight(pressure=weights.proposal_slope * pressure)


def counterweight_bar(threshold: Array, weights: BasingWeights) -> Array:
    """What that is held against, for a base with this threshold of pressure."""
    return weights.proposal_slope * threshold


def price_to_stay(utility: Hosting, scale: Array, weights: BasingWeights) -> Array:
    """Yearly rent (US$ m) at which the host would just stay, by a margin.

    Infinite prices are capped: above `price_cap` there is no price.
    """
    missing = weights.margin - (utility.total - utility.rent)
    logarithm = np.minimum(missing / weights.rent, log(1 + weights.price_cap))
    return scale * np.maximum(exp(logarithm) - 1, 0)


def reservation(
    ceiling: Array, access: Array, campaign: Array, serves: bool, weights: BasingWeights
) -> Array:
    """Most that the guest would pay, US$ m a year: for the campaign, and for what lasts.

    Args:
        ceiling: what a campaign in full swing adds for the best-placed base.
        campaign: its intensity. serves: whether the base serves it.
    """
    return ceiling * access * (campaign * serves + weights.lasting_worth)


@dataclass(frozen=True, eq=False)
class Staying(Utility):
    """What hosting is worth to the host if the guest pays all it would."""

    habit: Term
    threat: Term
    affinity: Term
    autonomy: Term
    blame: Term
    statement: Term
    rivals: Term
    offer: Term


def staying_utility(
    hosting: Hosting, reservation: Array, scale: Array, weights: BasingWeights
) -> Staying:
    """Worth of hosting to the host if the guest paid all it would, term by term.

    The guest can pay the price to stay where this is at least the margin.
    """
    return Staying(
        habit=hosting.habit,
        threat=hosting.threat,
        affinity=hosting.affinity,
        autonomy=hosting.autonomy,
        blame=hosting.blame,
        statement=hosting.statement,
        rivals=hosting.rivals,
        offer=weights.rent * log(1 + reservation / scale),
    )


@dataclass(frozen=True, eq=False)
class Welcome(Utility):
    """Chance that the guest's envoy comes and is received, in points of a chance."""

    welcome: Term
    blame: Term


def welcome_utility(blame: Array, pride: Array, fear: Array, weights: BasingWeights) -> Welcome:
    """Chance that the guest's envoy comes and is received, term by term."""
    return Welcome(welcome=1.0, blame=-weights.attendance_blame * blame * pride * fear)


def term_of_contract(contract: Array) -> Array:
    """Whole quarters that an agreement on a base runs."""
    return np.rint(contract)


def term_of_notice(days: Array) -> Array:
    """Whole quarters that a notice of some days runs."""
    quarters: Array = np.rint(days / DAYS_IN_QUARTER)
    return quarters


def kept_for_rent(worth: Array, price: Array, rent: Array) -> Array:
    """US$ m that a base stands for, for each by which its rent has to rise to keep it."""
    return worth / np.maximum(price - rent, 1)


def raised_rent(price: Array, rent: Array) -> Array:
    """What a guest that stays pays, US$ m a year: the price, and never less than before."""
    return np.maximum(price, rent)


@dataclass(frozen=True, eq=False)
class ReviewChance(Utility):
    """Chance that a host reviews its guest, in points of a chance."""

    unprompted: Term
    trigger: Term


def cause_for_review(call: Array, otherwise: Mask, weights: BasingWeights) -> Array:
    """How much cause there is to review a guest, 0 to 1.

    Args:
        call: strength of a call to leave that has just been made by a bloc of the host's.
        otherwise: whether there is a full cause of another kind.
    """
    return np.maximum(weights.call_as_cause * call, otherwise)


def review_utility(cause: Array, weights: BasingWeights) -> ReviewChance:
    """Chance that a host reviews its guest this quarter, term by term.

    Args:
        cause: from `cause_for_review`; a faint call moves few hosts.
    """
    with_cause = weights.review_on_trigger - weights.review_otherwise
    return ReviewChance(unprompted=weights.review_otherwise, trigger=with_cause * cause)


def need_of_base(campaign: Array, pressure: Array, serves: bool) -> Array:
    """How far what a base was made for is still there, 0 to 1.

    Args:
        campaign: its intensity. pressure: on the guest. serves: whether the base serves it.
    """
    return campaign * serves + pressure * (1 - serves)


@dataclass(frozen=True, eq=False)
class Withdrawal(Utility):
    """What makes a guest give up a base of its own accord, in a year."""

    base: Term
    need: Term


def withdrawal_utility(need: Array, weights: BasingWeights) -> Withdrawal:
    """What makes a guest give up a base of its own accord, term by term, in logits.

    Args:
        need: from `need_of_base`.
    """
    return Withdrawal(base=weights.withdrawal, need=-weights.withdrawal_need * need)


@dataclass(frozen=True, eq=False)
class Departure(Utility):
    """Chance that a guest leaves before its notice ends, in points of a chance."""

    unprompted: Term


def departure_utility(weights: BasingWeights) -> Departure:
    """Chance that a guest leaves in a quarter of its notice."""
    return Departure(unprompted=weights.leave_early)

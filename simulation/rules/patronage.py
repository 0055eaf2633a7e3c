"""Patronage: aid spread by worth, withheld on conditions, given without, and for a price.

Selectorate reasoning after Bueno de Mesquita and Smith (2009): where few must be kept content,
policy is sold cheaply. Mechanisms M01, M10, M11, M12, M16.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import CHANCE_LEAST, FLOAT, Array, Mask, Term, Utility, total, unit
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.numerics.elementary import exp, log, logit, power, sigmoid
from simulation.parameters.groups import PatronageWeights

LEAST_FACTOR = float(np.finfo(FLOAT).tiny)
"""The smallest factor of a chance whose logarithm every precision can hold."""


def spread(value: Array, concentration: Array, reserve: Array) -> Array:
    """Share of the budget that each state gets; the rest stays unspent.

    Args:
        value: worth of each state, shape (region, run).
        concentration: exponent; above 1 the worthiest get more than in proportion.
        reserve: worth of keeping the money.
    """
    weight = power(np.maximum(value, 0), concentration)
    everything = total(weight, axis=0) + power(reserve, concentration)
    return weight / np.where(everything > 0, everything, 1)


def accepted(part: Array, conditional: Array, neutral: Array, weights: PatronageWeights) -> Array:
    """What a state takes of its part of a budget: a neutral one turns conditions away.

    Args:
        part: from `spread`. conditional: how conditional the power is, 0 to 1.
        neutral: how far the state is bound to neutrality, 0 to 1, shape (region, run or 1).
    """
    return part * (1 - weights.neutral_refusal * conditional * neutral)


def carried_by_dialogue(part: Array, routine: Array, weights: PatronageWeights) -> Array:
    """What a power gives a state with which it has a dialogue of its own: somewhat more.

    Args:
        routine: depth of the dialogue, 0 where there is none, shape (region, run).
    """
    return part * (1 + weights.dialogue_aid * routine)


def within_budget(part: Array, spent: Array) -> Array:
    """The same parts, or less of each where together they would ask for more than there is.

    Args:
        part: of what is given, shape (channel, region, run); a dialogue adds to it.
        spent: how much of a budget is given at all, shape (run,).
    """
    asked = total(part, axis=1)[:, np.newaxis] * spent
    return part / np.maximum(asked, 1)


def attention(part: Array, bases: Array, weights: PatronageWeights) -> Array:
    """How closely a power looks at each state, 0 to 1: where its offers go, and its own forces.

    Squared, so that who is offered a fraction of an equal part is hardly looked at.

    Args:
        part: of the budget that goes to each, shape (region, run).
        bases: open installations of the power there, same shape.
    """
    everything = total(part, axis=0)
    equal = part.shape[0] * part / np.where(everything > 0, everything, 1)
    engaged: Array = (equal / weights.attention_half + weights.attention_of_base * bases) ** 2
    return engaged / (1 + engaged)


def repression_seen(repression: Array, usual: Array, attention: Array, floor: Array) -> Array:
    """Repression as a power sees it: what is usual as far as it looks, what is added always.

    A crackdown is seen by everybody; prisons as closed as ever are seen by those who look.

    Args:
        usual: repression at the start. attention: from `attention`.
        floor: part of the usual that is seen by who does not look at all.
    """
    rest = np.minimum(repression, usual)
    return rest * (floor + (1 - floor) * attention) + (repression - rest)


@dataclass(frozen=True, eq=False)
class Withholding(Utility):
    """What speaks for withholding aid."""

    repression: Term
    tolerance: Term
    need: Term
    rivals: Term
    habit: Term


def withholding_utility(
    repression: Array, need: Array, threatened: Array, habit: Array, weights: PatronageWeights
) -> Withholding:
    """What speaks for withholding aid, term by term, in logits; its total is the excess above.

    Args:
        repression: from `repression_seen`. need: how much the power needs it.
        threatened: what rivals have won there and the power has lost.
        habit: repression beyond the tolerance that the power is used to, from `next_habit`.
    """
    slope = weights.tolerance_slope
    return Withholding(
        repression=slope * repression,
        tolerance=-slope * weights.tolerance_base,
        need=-slope * weights.tolerance_need * need,
        rivals=-slope * weights.tolerance_rivals * threatened,
        habit=-slope * np.maximum(habit - weights.tolerance_need * need, 0),
    )


def next_habit(habit: Array, seen: Array, weights: PatronageWeights) -> Array:
    """Repression beyond the tolerance that a power is used to, a year later, 0 to 1.

    Args:
        seen: from `repression_seen`.
    """
    beyond = unit(seen - weights.tolerance_base + weights.habit_margin)
    return habit + weights.habit_learning * (beyond - habit)


def news_of(withheld_share: Array, usual: Array) -> Array:
    """The part withheld that is news: what goes beyond what one is used to."""
    return np.maximum(withheld_share - usual, 0)


def next_usual(usual: Array, withheld_share: Array, weights: PatronageWeights) -> Array:
    """The part withheld that one is used to, a year later."""
    return usual + weights.news_learning * (withheld_share - usual)


def withheld(excess: Array, conditionality: Array) -> Array:
    """Share of its aid that a conditional power withholds for the year.

    Args:
        excess: repression beyond what is overlooked, the sum of `withholding_utility`.
    """
    return conditionality * sigmoid(excess)


def withholding_bar(conditionality: Array, weights: PatronageWeights) -> Array:
    """The excess from which on withholding is announced; infinite where none ever is."""
    part = weights.publication_threshold / np.maximum(conditionality, CHANCE_LEAST)
    bar = logit(np.clip(part, CHANCE_LEAST, 1 - CHANCE_LEAST))
    return np.where(part < 1, bar, np.inf)


def published(withheld_share: Array, weights: PatronageWeights) -> Mask:
    """Whether the withholding is large enough to be announced."""
    return withheld_share > weights.publication_threshold


def withheld_of_a_year(amount: float, goods: Array) -> Array:
    """The part of a year's aid that an amount withheld is; all of it where none is given.

    Args:
        amount: US$ m. goods: what is given in a quarter, US$ m.
    """
    yearly = QUARTERS_IN_YEAR * goods
    given = yearly > 0
    return np.minimum(np.where(given, amount / np.where(given, yearly, 1), 1), 1)


def withheld_at_most(conditionality: Array) -> Array:
    """As much as any power ever withholds; conditionality of shape (power, run or 1)."""
    most: Array = np.max(conditionality, axis=0)
    return most


def withheld_at_least(withheld_share: Array, announced: Array) -> Array:
    """The share withheld, once so much of it has been announced."""
    return np.maximum(withheld_share, announced)


def withheld_within(withheld_share: Array, most: float) -> Array:
    """The share withheld, once no more than a part may be."""
    return np.minimum(withheld_share, most)


def part_of_credit(amount: float, borrowers: int) -> float:
    """What each borrower gets of a credit in US$ m, where nothing else is said: equal parts."""
    return amount / borrowers


def gift(aid: Array, extra: Array) -> Array:
    """What is given in a channel in a quarter, US$ m: aid, and what is given beside the budget."""
    return aid + extra


def next_goods(goods: Array, given: Array, memory: Array) -> Array:
    """What a state remembers to be given, US$ m a quarter: part of the way to what is given."""
    return goods + memory * (given - goods)


def campaigns_need(campaign: Array, needs_access: Array) -> Array:
    """How far a campaign makes a power look for access; shape (power, run).

    Args:
        campaign: intensity, shape (run,). needs_access: shape (power, run or 1).
    """
    return campaign * needs_access


def next_need(need: Array, campaign: Array, access: Array, weights: PatronageWeights) -> Array:
    """How much a power needs a state: follows the campaign with a lag."""
    return need + weights.need_lag * (campaign * access - need)


def next_criticism(
    criticism: Array,
    newly_published: Array,
    severity: Array,
    conditional: Array,
    weights: PatronageWeights,
) -> Array:
    """Public blame by a conditional patron; shape (power, region, run).

    Args:
        newly_published: share withheld where announced this quarter, else 0.
        severity: of a crackdown, 0 where there is none, shape (region, run).
        conditional: how conditional each power is to each state, 0 to 1, shape (power, region or
            1, run or 1).
    """
    of_withholding = weights.blame_withholding * newly_published
    of_crackdown = weights.blame_crackdown * conditional * severity[np.newaxis]
    return unit(weights.criticism_persistence * criticism + (of_withholding + of_crackdown))


def blame(criticism: Array, suspicion: Array) -> Array:
    """What a patron's criticism and the suspicion of it come to."""
    return suspicion + criticism


def blame_by_all(criticism: Array) -> Array:
    """Public blame of each state by all patrons together; shape (region, run).

    Args:
        criticism: shape (power, region, run).
    """
    return total(criticism)


@dataclass(frozen=True, eq=False)
class HandingOver(Utility):
    """What it is worth to a state to hand over a patron's exiles."""

    base: Term
    goods: Term
    fear: Term
    accountability: Term


def exiles_there(exile: Array, weights: PatronageWeights) -> Array:
    """Chance that there is somebody to hand over.

    Args:
        exile: how far the patron's exiles live there, 0 to 1.
    """
    return exile / (exile + weights.exile_half)


def understanding_utility(
    goods: Array, fear: Array, accountability: Array, weights: PatronageWeights
) -> HandingOver:
    """What it is worth to a state to hand over a patron's exiles, term by term.

    Args:
        goods: what the patron is remembered to give, US$ m a quarter.
    """
    return HandingOver(
        base=weights.understanding_base,
        goods=weights.understanding_goods * log(1 + goods / weights.understanding_scale),
        fear=weights.understanding_fear * fear,
        accountability=-weights.understanding_cost * accountability,
    )


@dataclass(frozen=True, eq=False)
class DealAfterCrackdown(Utility):
    """Logarithm of the chance of a deal after a crackdown."""

    propensity: Term
    non_interference: Term
    worth: Term


def _logarithm(chance: Array) -> Array:
    """Logarithm of a factor of a chance; of nought, one so low that nothing is drawn below it."""
    return log(np.maximum(chance, LEAST_FACTOR))


def deal_utility(
    non_interference: Array, hydrocarbons: Array, weights: PatronageWeights
) -> DealAfterCrackdown:
    """Logarithm of the chance of a deal days after a crackdown, term by term.

    Args:
        non_interference: how far the power asks nothing about conduct.
        hydrocarbons: what there is to be had in the state.
    """
    worth = unit(weights.deal_floor + hydrocarbons)
    return DealAfterCrackdown(
        propensity=_logarithm(weights.deal_propensity),
        non_interference=_logarithm(non_interference),
        worth=_logarithm(worth),
    )


def next_capacity(
    capacity: Array, base: Array, security_aid: Array, fear: Array, weights: PatronageWeights
) -> Array:
    """Coercive and border capacity: built by training and by frightened regimes, else decays."""
    built = weights.training_effect * security_aid + weights.capacity_of_fear * fear
    return unit(capacity + weights.capacity_return * (base - capacity) + built * (1 - capacity))


def cover(non_interference: Array, fear: Array) -> Array:
    """Political cover from a patron that asks nothing."""
    return non_interference * fear


def announced_share(withheld_share: Array, announced: Mask) -> Array:
    """The part of its aid that a power withholds and says so, else 0."""
    return withheld_share * announced


def yearly_budget(budget: Array, growth: Array, years: int, record: Array | float) -> Array:
    """What a power has to give in a year, US$ m, unless it stretches.

    Args:
        budget: at the start. growth: of a year. years: since the start.
        record: what it gives against what its record is stated to be.
    """
    grown = power(1 + growth, years)
    return budget * grown * record


def stretched(budget: Array, effort: Array) -> Array:
    """A budget as far as a power stretches it; `effort` is a logarithm."""
    return budget * exp(effort)


def in_a_quarter(budget: Array, part_spent: Array) -> Array:
    """What is given of a yearly budget in a quarter, US$ m, as far as it is spent at all."""
    return budget * part_spent / QUARTERS_IN_YEAR


def planned_for(part: Array, budget: Array) -> Array:
    """What a power would give a state in a quarter, US$ m: its part of what is given.

    Args:
        part: of each channel's money, shape (channel, region, run).
        budget: US$ m a quarter, shape (channel, run).
    """
    return part * budget[:, np.newaxis]


def unevenness(of_year: Array, since: Array, lumps: Array, drift: Array) -> Array:
    """How far a state's part of a year's aid departs from what was planned, as a logarithm.

    Programmes are signed one by one and by the fiscal year, so that one state's part is large in
    a year in which another's is small; and missions and habits last.

    Args:
        of_year: deviate of the year, of unit variance, shape (region, run).
        since: sum of such deviates, one a year since 2001. lumps, drift: sizes of the two.
    """
    return lumps * of_year + drift * since


def obliged(planned: Array, uneven: Array) -> Array:
    """What is obliged of what is planned: as much in all, in uneven parts.

    Args:
        planned: US$ m a quarter, shape (channel, region, run). uneven: from `unevenness`.
    """
    uneven = planned * exp(uneven)
    spread_out = total(uneven, axis=1)
    kept = total(planned, axis=1) / np.where(spread_out > 0, spread_out, 1)
    return uneven * kept[:, np.newaxis]


def aid_given(planned: Array, withheld_share: Array) -> Array:
    """Aid to a state in a quarter, US$ m: what was planned, less what is withheld."""
    return planned * (1 - withheld_share)


def aid_multiplied(given: Array, times: float) -> Array:
    """Aid to a state in a quarter, US$ m, as a multiple of what it would be."""
    return given * times


def less(left: Array, offered: Array) -> Mask:
    """Whether less is left of what was given before than is offered."""
    found: Mask = left < offered
    return found


def given_in_a_quarter(yearly: float, holds: Mask) -> Array:
    """What is given in a quarter, US$ m, of so much a year, where its condition holds."""
    return yearly / QUARTERS_IN_YEAR * holds


def amount_signed(amount: Array, signed: Mask) -> Array:
    """US$ m of a deal where one is signed, else 0."""
    return amount * signed


def worth_giving(worth: Array) -> Array:
    """What a state is worth to a power that gives: never less than nothing."""
    return np.maximum(worth, 0)

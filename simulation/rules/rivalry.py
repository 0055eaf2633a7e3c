"""Rivalry: what powers feel of one another, and how budgets answer.

A rival is felt by its bases, by the influence it gains where a power has something at stake, and by
the organization that it leads: by what is more than one is used to, never by what was there in
2001. Mechanisms M06, M07, M19, M20, M27, M28.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import (
    FLOAT,
    NOUGHT,
    ONE,
    Array,
    Term,
    Utility,
    average,
    total,
    unit,
)
from simulation.numerics.elementary import exp, log, power, tanh
from simulation.parameters.groups import AppraisalWeights, RivalryWeights

LARGE_BLOC = FLOAT(10)
"""Members of an organization of full depth that is felt in full."""
LEAST_MONEY = FLOAT(1e-6)
"""A budget, and what it does, are never taken to be quite nothing."""
LEAST_RATIO = FLOAT(0.01)
"""An instrument never counts as a hundred times better or worse than money."""
MOST_DEFENDED = FLOAT(2)
"""Log points by which a threat raises what goes to a state, at most."""


def parts_of_worth(value: Array) -> Array:
    """Each state's part of what all are worth to a power; of nothing, all have equal parts.

    Args:
        value: worth, 0 or more, shape (power, region, run).
    """
    everything = total(value, axis=1)[:, np.newaxis]
    nothing = everything <= 0
    part: Array = (value + nothing) / (everything + nothing * value.shape[1])
    return part


def gain_where_it_matters(part: Array, change: Array) -> Array:
    """What each rival has gained in the states that count for a power; shape (power, rival, run).

    Args:
        part: from `parts_of_worth`.
        change: each rival's share less what one is used to, shape (rival, region, run).
    """
    return total(part[:, np.newaxis] * change[np.newaxis], axis=2)


def size_of_bloc(depth: Array, members: Array, observers: Array, fraction: Array) -> Array:
    """How much of an organization there is to be felt: deep, and of many."""
    return depth * (members + fraction * observers) / LARGE_BLOC


def larger(one: Array, other: Array) -> Array:
    """The larger of two."""
    return np.maximum(one, other)


def felt_presence(bases: Array, gain: Array, bloc: Array, weights: RivalryWeights) -> Array:
    """How present each rival is to each power, before it minds; shape (power, rival, run).

    A rival that falls back is not felt, and hides no other.

    Args:
        bases: open installations of the rival against those that alarm, shape (1, rival, run).
        gain: from `gain_where_it_matters`.
        bloc: the largest organization that the rival leads without the power.
    """
    felt = weights.alarm_bases * unit(bases) + weights.alarm_share * gain
    return np.maximum(felt + weights.alarm_bloc * bloc, 0)


def alarming(bases: Array, weights: AppraisalWeights) -> Array:
    """Open installations against those that alarm."""
    return bases / weights.bases_for_alarm


def next_felt(felt: Array, there: Array, lag: Array) -> Array:
    """What is felt follows what is there a part of the way each quarter (the numbness)."""
    return felt + lag * (there - felt)


def pressure(rivalry: Array, felt: Array) -> Array:
    """All that a power feels of those whom it minds, as far as it minds them; 0 to 1.

    Args:
        rivalry, felt: shape (power, rival, run or 1); or of some rivals of one power.
    """
    return unit(total(rivalry * felt, axis=-2))


def softened(minds: Array, pact: Array) -> Array:
    """How much one power minds another with whom it has come to train."""
    return minds * (1 - pact)


def discord(rivalries: Array, weights: RivalryWeights) -> Array:
    """How far those who sponsor one organization mind one another beyond what does no harm.

    Args:
        rivalries: of each ordered pair of them, shape (pair, run or 1).
    """
    beyond = average(rivalries) - weights.tolerated
    return unit(beyond / (1 - weights.tolerated))


def burden(discord_of_sponsors: Array, weights: RivalryWeights) -> Array:
    """What discord among the sponsors takes from members' support for a body, in logits."""
    return weights.discord_support * discord_of_sponsors


def idle_part(discord_of_sponsors: Array, weights: RivalryWeights) -> Array:
    """Part of an organization's depth that lies idle for discord among its sponsors."""
    return weights.discord_depth * discord_of_sponsors


def ground_lost(part: Array, usual: Array, share: Array) -> Array:
    """What a power has lost where it matters, against what it is used to; below 0 if gained."""
    return total(part * (usual - share), axis=1)


def next_effort(effort: Array, pressed: Array, lost: Array, weights: RivalryWeights) -> Array:
    """How far a power stretches its budget, as a logarithm: a part of the way to what it would.

    Losses and rivals stretch it; a gain relaxes it by a part of what a loss of that size adds. It
    never goes beyond a bound, and comes near it ever more slowly.
    """
    felt = np.maximum(lost, 0) + weights.relaxing * np.minimum(lost, 0)
    bound = log(weights.most_effort)
    wish = (weights.reply_pressure * pressed + weights.reply_loss * felt) / bound
    return effort + weights.reply_lag * (bound * tanh(wish) - effort)


def next_accustomed(usual: Array, share: Array | float, memory: Array) -> Array:
    """What one is used to follows what is there, slowly."""
    return usual + memory * (share - usual)


def ground_threatened(rivalry: Array, change: Array, own: Array) -> Array:
    """What rivals have won and a power has lost in each state; shape (region, run).

    Args:
        rivalry: of the power, shape (rival, run or 1).
        change: shares less what one is used to, shape (rival, region, run).
        own: the same of the power itself, shape (region, run).
    """
    theirs = total(rivalry[:, np.newaxis] * change)
    return np.maximum(theirs, 0) + np.maximum(0 - own, 0)


def stake(worth: Array, concentration: Array, threatened: Array, weights: RivalryWeights) -> Array:
    """How much speaks for giving to each state, before what a million would do there.

    Args:
        worth: of the states to the power. concentration: exponent of it.
        threatened: from `ground_threatened`.
    """
    defended = exp(np.minimum(weights.defend * threatened, MOST_DEFENDED))
    return power(np.maximum(worth, 0), concentration) * defended


def step(conversion: Array, budget: Array, weights: RivalryWeights) -> Array:
    """The tie that some years' budget of a channel would build, within limits.

    Args:
        conversion: ties to US$ 1 m. budget: US$ m a year.
    """
    built = conversion * budget * weights.look_ahead
    return np.minimum(np.maximum(built, weights.least_step), ONE)


def gain_of_step(own: Array, theirs: Array, taken: Array) -> Array:
    """What a step brings a power by the unit of tie: its own gain, less what rivals keep.

    Args:
        own: gain of its share. theirs: gains of rivals' shares, as far as it minds them.
        taken: the step.
    """
    return np.maximum(own - theirs, NOUGHT) / taken


def against_the_first(gain: Array, first: Array, weights: RivalryWeights) -> Array:
    """What a million does, held against what it did at the start.

    The spread of the first year already holds what a million did then: of that, a part is taken
    out again. Never quite nothing, so that there is always something to spread by.
    """
    least = weights.least_gain
    against = np.maximum(gain, least) / np.sqrt(np.maximum(first, least))
    leverage: Array = power(against, weights.follows_gain)
    return leverage


def spread_over(stakes: Array, leverage: Array) -> Array:
    """Parts of each channel's budget that go to each state, shape (channel, region, run)."""
    weight = stakes * leverage
    everything = total(weight, axis=1)[:, np.newaxis]
    return weight / np.where(everything > 0, everything, 1)


def shift_of_channels(part: Array, leverage: Array, budget: Array) -> Array:
    """Budgets of the channels, shifted to where a million does most; the sum stays.

    Args:
        part: from `spread_over`. leverage: what a million does, shape (channel, region, run).
        budget: shape (channel, run).
    """
    wanted = budget * total(part * leverage, axis=1)
    everything = total(wanted)
    return wanted * (total(budget) / np.where(everything > 0, everything, 1))


def done_by_money(part: Array, leverage: Array, conversion: Array, budget: Array) -> Array:
    """What a US$ 1 m of its budget does for a power, as it is spread; shape (run,).

    Args:
        part: of each channel's money, shape (channel, region, run).
        leverage: what a tie does there, of the same shape.
        conversion: ties to US$ 1 m, shape (channel, run or 1). budget: shape (channel, run).
    """
    some_money = budget + LEAST_MONEY  # who has none still knows what it would do
    by_channel = total(part * leverage, axis=1) * conversion * some_money
    return total(by_channel) / total(some_money)


def bargain(does: Array, counts: Array, money: Array) -> Array:
    """What a US$ 1 m does by another instrument, against money of the budget, as a logarithm.

    Args:
        does: what a tie of its channel does there, by the US$ 1 m that is booked.
        counts: US$ m that are booked for each that is paid. money: from `done_by_money`.
    """
    ratio = does * counts / np.maximum(money, LEAST_MONEY)
    return log(np.minimum(np.maximum(ratio, LEAST_RATIO), 1 / LEAST_RATIO))


@dataclass(frozen=True, eq=False)
class OtherAnswer(Utility):
    """What speaks for answering rivals by an instrument other than the budget's money."""

    base: Term
    threat: Term
    bargain: Term


def answer_utility(
    base: Array, threatened: Array, bargained: Array, weights: RivalryWeights
) -> OtherAnswer:
    """What speaks for answering rivals in a state by some instrument, term by term, in logits.

    Args:
        base: readiness to use the instrument at all.
        threatened: what rivals have won there and the power has lost, from `ground_threatened`.
        bargained: what a US$ does so, against aid, from `bargain`.
    """
    return OtherAnswer(base=base, threat=weights.answer_threat * threatened, bargain=bargained)


def sum_offered(purse: Array, weights: RivalryWeights) -> Array:
    """The credit that a power offers, US$ m: a part of its purse."""
    return np.maximum(purse, 0) * weights.offered_part


def held_by_trade(share: Array, of_trade: Array, tie: Array) -> Array:
    """The part of an economic tie of the start that trade carries: it needs no upkeep."""
    return np.minimum(of_trade * share, tie)


def needs_upkeep(tie: Array, held: Array, lasting: Array) -> Array:
    """The part of a tie of the start that goes where nothing is spent on it.

    Args:
        tie: at the start. held: of it, by trade. lasting: part of the rest that stays anyway.
    """
    return (tie - held) * (1 - lasting)


def cost_of_upkeep(loose: Array, weights: RivalryWeights) -> Array:
    """What it costs to keep up what a power inherited in a state, US$ m a year.

    Args:
        loose: from `needs_upkeep`, shape (channel, power, region, run).
    """
    return total(loose) * weights.upkeep


def kept_by_spending(spent: Array, cost: Array) -> Array:
    """The part of it that is kept up by what is spent, US$ m a year; all where it costs nothing."""
    free = cost <= 0
    return np.minimum((spent + free) / np.where(free, 1, cost), 1)


def kept_up(tie: Array, loose: Array, kept: Array) -> Array:
    """What a tie falls back to: where it began, less what was not kept up."""
    return tie - loose * (ONE - kept)


def with_persons(tie: Array, personal: Array) -> Array:
    """What a political tie falls back to while the leader is new to the power."""
    return tie * personal

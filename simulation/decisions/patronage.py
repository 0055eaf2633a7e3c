"""Patronage: aid that is withheld and said to be, deals after a crackdown, exiles handed over."""

from __future__ import annotations

from functools import partial
from math import inf

import numpy as np

from simulation.decisions.cases import AidCase, DealCase, DyadCase
from simulation.decisions.decision import (
    Condition,
    Decision,
    LogChance,
    LogEvent,
    Luck,
    Measure,
    Verdict,
)
from simulation.numerics.arrays import rows_with, some, total
from simulation.rules import patronage, projects, rivalry

GROUND_LOST = "what rivals won there and was lost"
"""What speaks for an answer, in words."""


def _withhold(verdict: Verdict[AidCase]) -> None:
    it, world, p = verdict.it, verdict.it.world, verdict.it.p
    rules, scripted = it.weights.patronage, verdict.it.world.scripted_withholding[p]
    share = patronage.withheld(verdict.utility.total, it.most_withheld)
    it.withheld = np.where(scripted, world.withheld[p], share)
    announced = np.where(scripted, patronage.published(world.withheld[p], rules), verdict.happened)
    news = patronage.news_of(it.withheld, world.withheld_usual[p])
    it.published = patronage.announced_share(news, announced)
    world.intend("withheld", p, it.withheld)
    usual = patronage.next_usual(world.withheld_usual[p], it.withheld, rules)
    world.intend("withheld_usual", p, usual)
    world.intend("habit", p, patronage.next_habit(world.habit[p], it.repression_seen, rules))
    world.mark("withheld_since", p, announced)
    world.note_each("withhold_aid", announced, it.power, it.states, value=it.withheld)
    resumed = patronage.published(world.withheld[p], rules) & ~announced & ~scripted
    world.note_each("resume_aid", resumed, it.power, it.states)


WITHHOLD_AID = Decision(
    name="withhold_aid",
    case=AidCase,
    who="power",
    about="states",
    phase="offer",
    when="once a year",
    season="patronage.decision_season",
    utility=lambda it: patronage.withholding_utility(
        repression=it.repression_seen,
        need=it.world.need[it.p],
        threatened=it.threatened,
        habit=it.world.habit[it.p],
        weights=it.weights.patronage,
    ),
    sums=patronage.Withholding,
    terms={
        "repression": Measure("repression as it is seen", "patronage.tolerance_slope"),
        "tolerance": Measure("repression overlooked anywhere"),
        "need": Measure(
            "need of the state", "patronage.tolerance_slope", -1, also="patronage.tolerance_need"
        ),
        "rivals": Measure(
            GROUND_LOST,
            "patronage.tolerance_slope",
            -1,
            also="patronage.tolerance_rivals",
        ),
        "habit": Measure("repression it is used to", "patronage.tolerance_slope", -1),
    },
    threshold=lambda it: patronage.withholding_bar(it.most_withheld, it.weights.patronage),
    bar="the excess from which on it is announced",
    conditions=(
        Condition(
            "unscripted",
            "the scenario left the decision open",
            lambda it: ~it.world.scripted_withholding[it.p],
        ),
    ),
    reads=lambda it: some(it.most_withheld > 0),
    effect=_withhold,
    either_way=True,
    writes=("withheld", "withheld_since", "withheld_usual", "habit"),
    events=(
        LogEvent(
            "withhold_aid",
            "{actor} withholds {percent} of its aid to {counterpart}",
            main="counterpart",
            second="actor",
        ),
        LogEvent(
            "resume_aid",
            "{actor} gives {counterpart} its aid again",
            main="counterpart",
            second="actor",
            wanted=False,
        ),
    ),
    decided=(
        "{actor} withholds aid from {object} and says so",
        "{actor} announces no withholding of aid from {object}",
    ),
    either=("withheld", "did not"),
)


def answer_terms(itself: str) -> dict[str, Measure]:
    """The terms of an answer to rivals other than aid, as `rivalry.answer_utility` adds them up.

    Args:
        itself: the instrument, in words.
    """
    return {
        "base": Measure(itself),
        "threat": Measure(GROUND_LOST, "rivalry.answer_threat"),
        "bargain": Measure("what a dollar does so, against aid", "1", low=-5, high=5),
    }


def _lend(verdict: Verdict[AidCase]) -> None:
    it, world, p, offered = verdict.it, verdict.it.world, verdict.it.p, verdict.happened
    sums = patronage.amount_signed(it.sum_offered, offered)
    counted = projects.at_size(it.weights.ledger.credit_worth, sums)
    for a in rows_with(offered):
        world.intend("undrawn", (p, a), patronage.gift(world.undrawn[p, a], counted[a]))
    world.intend("purse", p, partial(projects.purse_after, paid=total(sums)))
    world.note_each("offer_credit", offered, it.power, it.states, value=sums)


OFFER_CREDIT = Decision(
    name="offer_credit",
    case=AidCase,
    who="power",
    about="states",
    phase="offer",
    when="once a year, beside aid",
    season="rivalry.answer_season",
    utility=lambda it: rivalry.answer_utility(
        it.weights.rivalry.answer_credit,
        it.threatened,
        it.bargain_of_credit,
        it.weights.rivalry,
    ),
    sums=rivalry.OtherAnswer,
    terms=answer_terms("a credit in itself"),
    luck=Luck("offer_credit"),
    conditions=(
        Condition("free", "nothing else was recorded", lambda it: it.free),
        Condition("drawn", "the last credit was mostly drawn", lambda it: it.mostly_drawn),
    ),
    effect=_lend,
    writes=("undrawn", "purse"),
    events=(
        LogEvent(
            "offer_credit",
            "{actor} offers {counterpart} a credit of {money}",
            main="counterpart",
            second="actor",
            paired=True,
        ),
    ),
    decided=("{actor} offers {object} a credit", "{actor} offers {object} no credit"),
    either=("offered", "did not offer"),
)


def _deal(verdict: Verdict[DealCase]) -> None:
    it, world, signed = verdict.it, verdict.it.world, verdict.happened
    amount = patronage.amount_signed(it.weights.patronage.deal_amount, signed)
    for row in rows_with(signed):
        place = it.p, it.places[row]
        world.intend("deals", place, world.deals[place] + amount[row])
    world.intend("purse", it.p, partial(projects.purse_after, paid=total(amount)))
    world.note_each("deal", signed, it.power, it.states, value=amount)


DEAL = Decision(
    name="deal",
    case=DealCase,
    who="power",
    about="states",
    phase="offer",
    when="days after a crackdown",
    utility=lambda it: it.chance,
    sums=patronage.DealAfterCrackdown,
    terms={
        "propensity": Measure("a deal in itself"),
        "non_interference": Measure("asks nothing about conduct"),
        "worth": Measure("hydrocarbons to be had"),
    },
    unit="log of a chance",
    luck=LogChance("deal"),
    conditions=(
        Condition("crackdown", "the regime had cracked down", lambda it: it.cracked_down),
        Condition("speaks", "the power spoke up for regimes", lambda it: it.speaks, gate=True),
        Condition("affordable", "its purse held the sum", lambda it: it.affordable),
    ),
    effect=_deal,
    writes=("deals", "purse"),
    events=(
        LogEvent(
            "deal",
            "{actor} signs a deal of {money} with {counterpart}",
            main="counterpart",
            second="actor",
            paired=True,
        ),
    ),
    decided=("{actor} signs a deal with {object}", "{actor} signs no deal with {object}"),
    either=("signed", "did not sign"),
)


def _hand_over(verdict: Verdict[DyadCase]) -> None:
    it, agrees = verdict.it, verdict.happened
    it.world.intend("understanding", (it.p, it.s), True, agrees)
    it.world.note("understanding", agrees, it.state, it.power)


UNDERSTANDING = Decision(
    name="understanding",
    case=DyadCase,
    who="state",
    about="power",
    phase="respond",
    when="once a year, with a power that seeks exiles",
    season="patronage.understanding_season",
    utility=lambda it: patronage.understanding_utility(
        goods=it.world.goods[it.p, it.s],
        fear=it.world.fear[it.s],
        accountability=it.world.accountability[it.s],
        weights=it.weights.patronage,
    ),
    sums=patronage.HandingOver,
    terms={
        "base": Measure("handing over in itself"),
        "goods": Measure(
            "gifts and deals remembered",
            "patronage.understanding_goods",
            high=inf,
            scale="patronage.understanding_scale",
            unit="US$ m a quarter",
        ),
        "fear": Measure("fear", "patronage.understanding_fear"),
        "accountability": Measure("accountability", "patronage.understanding_cost", -1),
    },
    luck=Luck(
        "understanding",
        most=lambda it: patronage.exiles_there(
            it.weights.initial.exiles[it.s], it.weights.patronage
        ),
        occasion=("exiles", "exiles were found there"),
    ),
    conditions=(
        Condition(
            "none_yet",
            "there was no understanding yet",
            lambda it: ~it.world.understanding[it.p, it.s],
        ),
    ),
    effect=_hand_over,
    writes=("understanding",),
    events=(
        LogEvent(
            "understanding",
            "{actor} agrees with {counterpart} to hand over exiles",
            main="actor",
            second="counterpart",
        ),
    ),
    decided=(
        "{actor} agrees with {object} to hand over exiles",
        "{actor} does not agree with {object} to hand over exiles",
    ),
    either=("agreed", "declined"),
)

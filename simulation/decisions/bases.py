"""Bases: who asks for one, who grants it, and how host and guest settle whether it stays."""

from __future__ import annotations

from math import inf

import numpy as np

from simulation.decisions.cases import BaseCase, hosting
from simulation.decisions.decision import (
    Condition,
    Decision,
    Link,
    LogEvent,
    Luck,
    Measure,
    Mood,
    Points,
    Verdict,
)
from simulation.decisions.patronage import answer_terms
from simulation.numerics.arrays import Mask, Term
from simulation.rules import basing, rivalry
from simulation.world import world as w

MONEY = "US$ m a year"
POINTS = "points of a chance"
TRIGGERS = {
    "statement": "a bloc's statement",
    "new_government": "a new government",
    "contract_end": "the end of the contract",
}
"""What gives cause for a review, as the facts of it say."""

_HOSTING = {
    "habit": Measure("hosting in itself"),
    "rent": Measure("rent", "basing.rent", high=inf, scale="scale", unit=MONEY),
    "threat": Measure("militants × campaign", "basing.threat", also="campaign_base"),
    "affinity": Measure("leaning to the guest", "basing.affinity", low=-1),
    "autonomy": Measure("the guest's weight × dislike of it", "basing.autonomy", -1),
    "blame": Measure("blame of the guest × fear", "basing.blame", -1, high=2, also="pride"),
    "statement": Measure("the bloc's call × stake in it", "basing.statement", -1),
    "rivals": Measure("pressure of the guest's rivals", "basing.rivals", -1),
}
_FREE = Condition[BaseCase](
    "free",
    "there was no base yet",
    lambda it: (it.status == w.NONE) | (it.status == w.PRESENT),
    gate=True,
)
_UNDER_REVIEW = Condition[BaseCase](
    "under_review",
    "the host was dissatisfied",
    lambda it: it.world.under_review[it.b],
    gate=True,
)
_ASKED = ("{actor} asks for {object}", "{actor} does not ask for {object}")


def _stay(it: BaseCase, rent: Term) -> dict[str, Term | Mask]:
    """What belongs to hosting and is no term of it."""
    return {
        "rent": rent,
        "scale": it.rent_scale,
        "campaign_base": it.for_campaign,
        "pride": it.pride,
    }


def _propose(verdict: Verdict[BaseCase]) -> None:
    it = verdict.it
    it.world.intend("proposed", it.b, True, verdict.happened)


PROPOSE_FOR_CAMPAIGN = Decision(
    name="propose_base",
    key="propose_base_for_campaign",
    case=BaseCase,
    who="guest",
    about="base",
    phase="offer",
    when="each quarter",
    utility=lambda it: basing.campaign_need(it.world.value[it.g, it.h]),
    sums=basing.CampaignNeed,
    terms={"worth": Measure("worth of the host", "1", high=inf)},
    unit="worth",
    threshold=lambda it: it.weights.basing.value_threshold,
    bar="`basing.value_threshold`",
    conditions=(
        _FREE,
        Condition("at_war", "the campaign was under way", lambda it: it.world.campaign > 0),
        Condition(
            "seeks",
            "the power was looking for a base",
            lambda it: it.weights.basing.propensity[it.g] > 0,
        ),
    ),
    effect=_propose,
    writes=("proposed",),
    events=(),
    decided=_ASKED,
    either=("asked", "did not ask"),
)

PROPOSE_AGAINST_RIVALS = Decision(
    name="propose_base",
    case=BaseCase,
    who="guest",
    about="base",
    phase="offer",
    when="each quarter",
    utility=lambda it: basing.counterweight(it.world.pressure[it.g], it.weights.basing),
    sums=basing.Counterweight,
    terms={"pressure": Measure("felt presence of rivals", "basing.proposal_slope")},
    threshold=lambda it: basing.counterweight_bar(
        it.weights.basing.pressure_threshold[it.b], it.weights.basing
    ),
    bar="`basing.pressure_threshold`, weighed alike",
    luck=Luck(
        "propose",
        most=lambda it: it.weights.basing.propensity[it.g],
        occasion=("seeks", "the power was looking for a base"),
    ),
    conditions=(_FREE,),
    effect=_propose,
    writes=("proposed",),
    events=(),
    decided=_ASKED,
    either=("asked", "did not ask"),
)


def _open_base(verdict: Verdict[BaseCase]) -> None:
    it, agrees = verdict.it, verdict.happened
    world, b = it.world, it.b
    world.intend("base_status", b, w.OPEN, agrees)
    world.intend("rent", b, it.first_rent, agrees)
    world.intend("contract_left", b, it.contract, agrees)
    world.mark("opened_at", b, agrees)
    world.note("open_base", agrees, it.host, it.guest, it.base, value=it.first_rent)


OPEN_BASE = Decision(
    name="open_base",
    case=BaseCase,
    who="host",
    about="base",
    phase="respond",
    when="when it is asked",
    utility=lambda it: hosting(it.on, it.b, it.first_rent),
    sums=basing.Hosting,
    terms=_HOSTING,
    luck=Mood("host", noise="basing.noise"),
    conditions=(
        Condition("asked", "the host was asked", lambda it: it.world.proposed[it.b], gate=True),
    ),
    facts=lambda it: _stay(it, it.first_rent),
    effect=_open_base,
    writes=("base_status", "rent", "contract_left", "opened_at"),
    events=(
        LogEvent(
            "open_base",
            "{actor} opens {object} to {counterpart} for {money} a year",
            main="object",
        ),
    ),
    decided=("{actor} agrees to {object}", "{actor} declines {object}"),
    either=("agreed", "declined"),
    follows=(Link("propose_base"),),
)


def _take_up(verdict: Verdict[BaseCase]) -> None:
    verdict.it.reviewed = verdict.happened


TAKE_UP = Decision(
    name="take_up",
    case=BaseCase,
    who="host",
    about="base",
    phase="respond",
    when="each quarter",
    utility=lambda it: basing.review_utility(it.cause, it.weights.basing),
    sums=basing.ReviewChance,
    terms={
        "unprompted": Measure("a review without a cause"),
        "trigger": Measure("statement, new government or contract's end"),
    },
    unit=POINTS,
    luck=Points("review"),
    conditions=(
        Condition("in_use", "the base was in use", lambda it: it.status == w.OPEN, gate=True),
    ),
    facts=lambda it: {
        "statement": it.called > 0,
        "new_government": it.world.new_government[it.h],
        "contract_end": it.ended,
    },
    effect=_take_up,
    writes=(),
    events=(),
    decided=(
        "{actor} reviews its guest at {object}",
        "{actor} does not review its guest at {object}",
    ),
    either=("reviewed", "did not"),
)


def _review(verdict: Verdict[BaseCase]) -> None:
    it, unhappy = verdict.it, verdict.happened
    world, b = it.world, it.b
    world.intend("under_review", b, True, unhappy)
    world.intend("price", b, it.price, unhappy)
    renewed = verdict.asked & it.ended & ~unhappy
    world.intend("contract_left", b, it.contract, renewed)
    world.note("review", unhappy, it.host, it.guest, it.base, value=it.price)


REVIEW = Decision(
    name="review",
    case=BaseCase,
    who="host",
    about="base",
    phase="respond",
    when="in a review; a dissatisfied host names its price",
    utility=lambda it: it.hosting,
    sums=basing.Hosting,
    terms=_HOSTING,
    below=True,
    luck=Mood("mood", noise="basing.noise", lasts=True),
    conditions=(Condition("reviewed", "a review was taken up", lambda it: it.reviewed, gate=True),),
    facts=lambda it: {**_stay(it, it.rent), "price": it.price},
    effect=_review,
    either_way=True,
    writes=("under_review", "price", "contract_left"),
    events=(
        LogEvent(
            "review",
            "{actor} is dissatisfied with its guest at {object}, {counterpart}",
            main="object",
        ),
    ),
    decided=(
        "{actor} is dissatisfied with its guest at {object}",
        "{actor} is content with its guest at {object}",
    ),
    either=("dissatisfied", "content"),
    follows=(Link("take_up"),),
)


def _raise_rent(verdict: Verdict[BaseCase]) -> None:
    it, world, b, raises = verdict.it, verdict.it.world, verdict.it.b, verdict.happened
    world.intend("rent", b, it.price, raises)
    world.intend("contract_left", b, it.contract, raises)
    world.mark("rent_raised_at", b, raises)
    world.note("raise_rent", raises, it.guest, it.host, it.base, value=it.price)


RAISE_RENT = Decision(
    name="raise_rent",
    case=BaseCase,
    who="guest",
    about="base",
    phase="offer",
    when="once a year, in the last year of a contract",
    season="rivalry.answer_season",
    utility=lambda it: rivalry.answer_utility(
        it.weights.rivalry.answer_rent,
        it.threatened,
        it.bargain_of_rent,
        it.weights.rivalry,
    ),
    sums=rivalry.OtherAnswer,
    terms=answer_terms("raising a rent unasked"),
    luck=Luck("raise_rent"),
    conditions=(
        Condition("in_use", "the base was in use", lambda it: it.status == w.OPEN, gate=True),
        Condition("expiring", "it ran out within a year", lambda it: it.expiring, gate=True),
        Condition("free", "nothing else was recorded", lambda it: it.free),
        Condition("unhappy", "the host would ask for more", lambda it: it.price > it.rent),
        Condition(
            "affordable", "its price was no more than the guest would pay", lambda it: it.pays
        ),
    ),
    facts=lambda it: {**_stay(it, it.rent), "price": it.price},
    effect=_raise_rent,
    writes=("rent", "contract_left", "rent_raised_at"),
    events=(
        LogEvent("raise_rent", "{actor} pays {money} a year for {object}, unasked", main="object"),
    ),
    decided=("{actor} raises its rent for {object}", "{actor} leaves its rent for {object}"),
    either=("raised", "left"),
)


def _withdraw(verdict: Verdict[BaseCase]) -> None:
    it, world, b, gone = verdict.it, verdict.it.world, verdict.it.b, verdict.happened
    world.intend("base_status", b, w.CLOSED, gone)
    world.intend("rent", b, 0, gone)
    world.mark("closed_at", b, gone)
    world.note("withdraw", gone, it.guest, it.host, it.base)


WITHDRAW = Decision(
    name="withdraw",
    case=BaseCase,
    who="guest",
    about="base",
    phase="offer",
    when="once a year",
    season="rivalry.answer_season",
    utility=lambda it: basing.withdrawal_utility(it.need, it.weights.basing),
    sums=basing.Withdrawal,
    terms={
        "base": Measure("giving a base up in itself"),
        "need": Measure("what the base was made for", "basing.withdrawal_need", -1),
    },
    luck=Luck("withdraw"),
    conditions=(
        Condition("in_use", "the base was in use", lambda it: it.status == w.OPEN, gate=True),
        Condition("free", "nothing else was recorded", lambda it: it.free),
        Condition("bound", "its agreement did not run out within a year", lambda it: ~it.expiring),
    ),
    effect=_withdraw,
    writes=("base_status", "rent", "closed_at"),
    events=(LogEvent("withdraw", "{actor} gives up {object} of its own accord", main="object"),),
    decided=("{actor} gives up {object}", "{actor} keeps {object}"),
    either=("gave up", "kept"),
)


def _visit(verdict: Verdict[BaseCase]) -> None:
    verdict.it.visited = verdict.reached


VISIT = Decision(
    name="visit",
    case=BaseCase,
    who="guest",
    about="base",
    phase="bargain",
    when="when the host is dissatisfied",
    utility=lambda it: basing.welcome_utility(
        it.blame, it.pride, it.world.fear[it.h], it.weights.basing
    ),
    sums=basing.Welcome,
    terms={
        "welcome": Measure("a visit in itself"),
        "blame": Measure(
            "blame of the guest × fear", "basing.attendance_blame", -1, high=2, also="pride"
        ),
    },
    unit=POINTS,
    luck=Points("attend"),
    conditions=(_UNDER_REVIEW,),
    facts=lambda it: {"pride": it.pride},
    effect=_visit,
    either_way=True,
    writes=(),
    events=(),
    decided=(
        "an envoy of {actor} comes and is received",
        "no envoy of {actor} comes and is received",
    ),
    either=("received", "not received"),
    follows=(Link("take_up"), Link("review")),
)


def _stay_or_go(verdict: Verdict[BaseCase]) -> None:
    it, stays, goes = verdict.it, verdict.happened, verdict.declined
    world, rules, b = it.world, it.weights.basing, it.b
    rent = np.where(stays, basing.raised_rent(world.price[b], it.rent), it.rent)
    world.intend("rent", b, rent, stays)
    world.intend("contract_left", b, it.contract, stays)
    world.intend("base_status", b, w.NOTICE, goes)
    world.intend("notice_left", b, basing.term_of_notice(rules.notice[b]), goes)
    world.mark("rent_raised_at", b, stays & (rent > it.rent))
    world.mark("notice_at", b, goes)
    world.note("keep_base", stays, it.guest, it.host, it.base, value=rent)
    world.note("serve_notice", goes, it.host, it.guest, it.base, value=world.price[b])


_GIVEN_NOTICE = (Link("take_up"), Link("review"), Link("visit", None))

KEEP_BASE = Decision(
    name="keep_base",
    case=BaseCase,
    who="guest",
    about="base",
    phase="bargain",
    when="when the host is dissatisfied; the guest bids at most what staying is worth to it",
    utility=lambda it: basing.staying_utility(
        it.hosting, it.reservation, it.rent_scale, it.weights.basing
    ),
    sums=basing.Staying,
    terms={
        **{name: measure for name, measure in _HOSTING.items() if name != "rent"},
        "offer": Measure(
            "the most the guest would pay", "basing.rent", high=inf, scale="scale", unit=MONEY
        ),
    },
    threshold=lambda it: it.weights.basing.margin,
    bar="`basing.margin`",
    conditions=(
        _UNDER_REVIEW,
        Condition("visited", "an envoy came and was received", lambda it: it.visited),
    ),
    facts=lambda it: {
        **_stay(it, it.rent),
        "price": it.world.price[it.b],
        "reservation": it.reservation,
    },
    effect=_stay_or_go,
    either_way=True,
    writes=(
        "rent", "contract_left", "base_status", "notice_left", "rent_raised_at", "notice_at",
    ),
    events=(
        LogEvent("keep_base", "{actor} keeps {object} for {money} a year", main="object"),
        LogEvent(
            "serve_notice",
            "{actor} serves {counterpart} notice at {object}",
            main="object",
            wanted=False,
            before=_GIVEN_NOTICE,
        ),
    ),
    decided=(
        "{actor} pays the price to stay at {object}",
        "{actor} does not pay the price to stay at {object}",
    ),
    either=("paid", "did not pay"),
    follows=(Link("take_up"), Link("review"), Link("visit")),
)  # fmt: skip


def _run_notice(verdict: Verdict[BaseCase]) -> None:
    it, leaving = verdict.it, verdict.asked
    world, b = it.world, it.b
    left = world.notice_left[b] - 1
    gone = leaving & (verdict.happened | (left <= 0))
    world.intend("notice_left", b, left, leaving)
    world.intend("base_status", b, w.CLOSED, gone)
    world.intend("rent", b, 0, gone)
    world.mark("closed_at", b, gone)
    world.note("close_base", gone, it.guest, it.host, it.base)


LEAVE_EARLY = Decision(
    name="leave_early",
    case=BaseCase,
    who="guest",
    about="base",
    phase="bargain",
    when="each quarter of notice",
    utility=lambda it: basing.departure_utility(it.weights.basing),
    sums=basing.Departure,
    terms={"unprompted": Measure("leaving before the notice ends")},
    unit=POINTS,
    luck=Points("leave_early"),
    conditions=(
        Condition("notice", "notice had been served", lambda it: it.status == w.NOTICE, gate=True),
    ),
    reads=lambda it: False,
    effect=_run_notice,
    either_way=True,
    writes=("notice_left", "base_status", "rent", "closed_at"),
    events=(
        LogEvent(
            "close_base",
            "{actor} leaves {object}",
            main="object",
            later="serve_notice",
        ),
    ),
    decided=("{actor} leaves {object} early", "{actor} stays at {object} until its notice ends"),
    either=("left early", "did not"),
    follows=(*_GIVEN_NOTICE, Link("keep_base", False)),
)

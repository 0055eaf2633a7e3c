"""Organizations: bodies, statements, admissions, exercises; who founds, joins and leaves."""

from __future__ import annotations

from math import inf

import numpy as np

from simulation.decisions.cases import (
    BelongingCase,
    BodyCase,
    CandidatesCase,
    OrganizationCase,
    ParticipationCase,
)
from simulation.decisions.decision import (
    Condition,
    Consensus,
    Decision,
    Link,
    LogEvent,
    Luck,
    Measure,
    Mood,
    Verdict,
    several,
)
from simulation.numerics.arrays import Array, Mask, Utility, rows_with
from simulation.rules import organizations
from simulation.world import world as w
from simulation.world.world import ArrayName, LoggedKind

# -- bodies and statements ---------------------------------------------------------------------


def _found_body(verdict: Verdict[BodyCase]) -> None:
    it, founded = verdict.it, verdict.happened
    world = it.world
    world.intend("founded", it.place, True, founded)
    world.intend("seat", it.place, it.seat, founded)
    world.mark("founded_at", it.place, founded)
    for place in sorted(set(it.seat[founded].tolist())):
        member = world.axes.member[place] if place >= 0 else ""
        housed = founded & (it.seat == place)
        world.note("found_body", housed, it.organization, member, it.body)


def _weakest(
    verdict: Verdict[BodyCase],
) -> tuple[Utility, Array, dict[str, Array]]:
    """The member on whom consensus hangs."""
    it, support, noise = verdict.it, verdict.utility, np.asarray(verdict.drawn)
    assert isinstance(support, organizations.BodySupport)
    least, terms, luck = organizations.weakest(support, noise, it.asked_members)
    return terms, luck, {"member": it.asked[least]}


FOUND_BODY = Decision(
    name="found_body",
    case=BodyCase,
    who="organization",
    about="body",
    phase="convene",
    when="when the council that decides on it meets",
    utility=lambda it: it.support,
    sums=organizations.BodySupport,
    terms={
        "benefit": Measure("use of the body"),
        "spillover": Measure("trade cooperation there already", "organizations.spillover"),
        "threat": Measure("militants and drugs", "organizations.body_threat", high=2),
        "sponsors": Measure("pressure the sponsors feel", "organizations.body_pressure"),
        "autonomy": Measure("dislike of being bound", "organizations.body_autonomy", -1),
        "friction": Measure("quarrels with neighbours", "organizations.body_friction", -1, high=2),
        "discord": Measure("sponsors fallen out with one another", "rivalry.discord_support", -1),
    },
    threshold=lambda it: organizations.bar_of_body(
        it.weights.organizations.body_threshold, it.weights.organizations.body_difficulty[it.body]
    ),
    bar="`organizations.body_threshold` + the body's difficulty; every member has to be beyond it",
    luck=Consensus(
        "body:{body}",
        by=("organization", "members"),
        noise="organizations.body_noise",
        lasts=True,
    ),
    conditions=(
        Condition(
            "missing",
            "it did not exist yet",
            lambda it: it.of.exists & ~it.world.founded[it.place],
            gate=True,
        ),
        Condition(
            "prepared",
            "the bodies that have to come before stood",
            lambda it: it.prepared,
            gate=True,
        ),
    ),
    read_as=_weakest,
    effect=_found_body,
    writes=("founded", "seat", "founded_at"),
    events=(
        LogEvent(
            "found_body",
            "{actor} founds its {object}{seat}",
            main="object",
            second="actor",
        ),
    ),
    decided=("{actor} founds its {object}", "{actor} does not found its {object}"),
    either=("founded", "not founded"),
)


def _speak(verdict: Verdict[OrganizationCase]) -> None:
    it, speaks = verdict.it, verdict.happened
    it.world.intend("statement", it.o, 1, speaks)
    it.world.intend("stated_now", it.o, True, speaks)
    it.world.mark("statement_at", it.o, speaks)
    it.world.note("statement", speaks, it.organization)


STATEMENT = Decision(
    name="statement",
    case=OrganizationCase,
    who="organization",
    phase="convene",
    when="when heads of state meet",
    utility=lambda it: organizations.statement_utility(
        pressure=it.pressure,
        fear=it.members_fear,
        campaign=it.world.campaign,
        warmest=it.guests[0],
        weights=it.weights.organizations,
    ),
    sums=organizations.CallToLeave,
    terms={
        "pressure": Measure("pressure the sponsors feel", "organizations.statement_pressure"),
        "fear": Measure("mean fear the campaign does not excuse", "organizations.statement_fear"),
        "objection": Measure(
            "warmest member's leaning to the guest", "organizations.statement_objection", -1
        ),
        "threshold": Measure("reluctance to speak"),
    },
    luck=Mood("statement", noise="organizations.statement_noise"),
    conditions=(
        Condition(
            "outsiders", "a power from outside had a base there", lambda it: it.guests[1] > 0
        ),
        Condition(
            "may_speak",
            "the organization speaks on such matters",
            lambda it: it.exists & (it.weights.organizations.speaks[it.o] > 0),
        ),
        Condition("unscripted", "it had not spoken already", lambda it: ~it.world.stated_now[it.o]),
    ),
    effect=_speak,
    writes=("statement", "stated_now", "statement_at"),
    events=(
        LogEvent(
            "statement",
            "{actor} calls on outside powers to name a day for leaving",
            main="actor",
        ),
    ),
    decided=(
        "{actor} calls on outside powers to name a day for leaving",
        "{actor} does not call on outside powers to leave",
    ),
    either=("spoke", "kept silent"),
)

# -- admission, joining, leaving ---------------------------------------------------------------


def _admit(verdict: Verdict[CandidatesCase]) -> None:
    it, world, granted = verdict.it, verdict.it.world, verdict.happened
    higher = it.standing + 1
    if it.on.recorded:  # a refusal may have to be explained
        asked = verdict.asked & verdict.holds["served"]
        world.intend("worth", (it.o, it.places), verdict.utility.total + verdict.drawn, asked)
    for row in rows_with(granted):
        place = it.o, it.members[row]
        world.intend("standing", place, higher[row], granted[row])
        world.mark("joined_at", place, granted[row])
    world.note_each("admit", granted, it.organization, it.states, value=higher)


ADMIT = Decision(
    name="admit",
    case=CandidatesCase,
    who="organization",
    about="states",
    phase="convene",
    when="when heads of state meet",
    utility=lambda it: it.worth,
    sums=organizations.Admission,
    terms={
        "base": Measure("admitting in itself"),
        "maturity": Measure("what the organization has built", "organizations.admission_maturity"),
        "appeal": Measure(
            "gain from each other", "organizations.admission_appeal", also="fraction"
        ),
        "sponsor": Measure("a sponsor's push", "organizations.admission_sponsor", also="fraction"),
        "rivals": Measure("gain against rivals", "organizations.admission_rivals", also="fraction"),
        "bloc": Measure(
            "candidate's distance from the rival", "organizations.admission_bloc", also="fraction"
        ),
        "autonomy": Measure(
            "candidate's dislike of bonds",
            "organizations.admission_autonomy",
            -1,
            also="fraction",
        ),
        "congestion": Measure(
            "members already",
            "organizations.admission_congestion",
            -1,
            high=inf,
            also="fraction",
        ),
        "diversity": Measure(
            "spread of leanings",
            "organizations.admission_diversity",
            -1,
            high=4,
            also="fraction",
        ),
    },
    luck=Mood("admit", noise="organizations.admission_noise", lasts=True),
    conditions=(
        Condition(
            "outside",
            "it was not a full member already",
            lambda it: it.standing != w.MEMBER,
            gate=True,
        ),
        Condition(
            "exists", "the organization existed", lambda it: it.of.exists, gate=True, told=False
        ),
        Condition("unbarred", "no sanctions barred it", lambda it: ~it.barred, gate=True),
        Condition("served", "it had been an observer for long enough", lambda it: it.served),
        Condition(
            "partner",
            "the candidate with whom it comes as a package was admitted too",
            lambda it: None,  # of two who come as a package it is seen in `admit_together`
        ),
    ),
    facts=lambda it: {"fraction": it.fraction},
    effect=_admit,
    either_way=True,
    writes=("standing", "joined_at", "worth"),
    events=(
        LogEvent(
            "admit",
            "{actor} admits {counterpart} as {standing}",
            main="counterpart",
            second="actor",
        ),
    ),
    decided=("{actor} admits {object}", "{actor} does not admit {object}"),
    either=("admitted", "not admitted"),
)


def admit_together(verdict: Verdict[CandidatesCase]) -> None:
    """Two candidates, each with a sponsor who will not have the other alone, come together or not.

    Args:
        verdict: on the two; changed.
    """
    it = verdict.it
    standing = organizations.lesser(it.standing, w.OBSERVER)
    apart = standing[0] != standing[1]
    verdict.holds["partner"] = apart | verdict.happened[::-1]
    verdict.happened = np.where(apart, verdict.happened, np.all(verdict.happened, axis=0))


_BELONGING = {
    "base": Measure("belonging in itself"),
    "fear": Measure("fear above its floor", "organizations.belonging_fear", also="shelters"),
    "affinity": Measure(
        "warmth to the sponsor against 2001", "organizations.belonging_affinity", 1, -2, 2
    ),
    "autonomy": Measure(
        "dependence on it × dislike of that", "organizations.belonging_autonomy", -1
    ),
}
_BELONGS = Mood[BelongingCase](
    "belong",
    by=("organization", "states"),
    noise="organizations.belonging_spread",
    lasts=True,
)


def _move(
    verdict: Verdict[BelongingCase], kind: LoggedKind, standing: int, first: ArrayName
) -> None:
    it, world, moves = verdict.it, verdict.it.world, verdict.happened
    for row, state in several(it.states, moves):
        place = (it.o, it.members[row])
        world.intend("standing", place, standing, moves[row])
        if it.on.recorded:  # a standing that was kept may have to be explained
            worth = np.broadcast_to(verdict.utility.total + verdict.drawn, moves.shape)
            world.intend("worth", (it.o, int(it.places[row])), worth[row], moves[row])
        world.mark(first, place, moves[row])
        world.note(kind, moves[row], state, it.organization)


JOIN = Decision(
    name="join",
    case=BelongingCase,
    who="states",
    about="organization",
    phase="convene",
    when="when heads of state meet",
    utility=lambda it: it.worth,
    sums=organizations.Belonging,
    terms=_BELONGING,
    threshold=lambda it: organizations.bar_to_join(
        it.weights.organizations.hysteresis, it.weights.organizations.binding[it.o]
    ),
    bar="`organizations.hysteresis`, as far as it binds",
    luck=_BELONGS,
    conditions=(
        Condition("outside", "it was not a full member already", lambda it: ~it.belongs),
        Condition("open_to", "the organization was open to it", lambda it: it.open_to),
        Condition(
            "summit",
            "a summit was held, or none was needed",
            lambda it: np.broadcast_to(it.summit, it.belongs.shape),
        ),
    ),
    facts=lambda it: {"shelters": it.weights.organizations.shelters[it.o]},
    effect=lambda verdict: _move(verdict, "join", w.MEMBER, "joined_at"),
    writes=("standing", "joined_at", "worth"),
    events=(
        LogEvent(
            "join",
            "{actor} joins {counterpart}",
            main="actor",
            second="counterpart",
            paired=True,
        ),
    ),
    decided=("{actor} joins {object}", "{actor} does not join {object}"),
    either=("joined", "stayed out"),
)

LEAVE = Decision(
    name="leave",
    case=BelongingCase,
    who="states",
    about="organization",
    phase="convene",
    when="each quarter",
    utility=lambda it: it.worth,
    sums=organizations.Belonging,
    terms=_BELONGING,
    threshold=lambda it: -it.weights.organizations.hysteresis,
    bar="minus `organizations.hysteresis`",
    below=True,
    luck=_BELONGS,
    conditions=(Condition("member", "it was a member", lambda it: it.belongs),),
    facts=lambda it: {"shelters": it.weights.organizations.shelters[it.o]},
    effect=lambda verdict: _move(verdict, "leave", w.OUTSIDE, "left_at"),
    writes=("standing", "left_at", "worth"),
    events=(
        LogEvent(
            "leave",
            "{actor} leaves {counterpart}",
            main="actor",
            second="counterpart",
            paired=True,
        ),
    ),
    decided=("{actor} leaves {object}", "{actor} does not leave {object}"),
    either=("left", "stayed"),
)

# -- exercises ---------------------------------------------------------------------------------


def _call_exercise(verdict: Verdict[OrganizationCase]) -> None:
    it, world, called = verdict.it, verdict.it.world, verdict.happened
    it.called = called
    world.intend("exercised", it.o, True, called)
    world.note("exercise", called, it.organization)
    for m in rows_with(it.belongs[: len(world.axes.power)]):  # powers take part of themselves
        world.intend("took_part", (it.o, m), it.belongs[m], called)


EXERCISE = Decision(
    name="exercise",
    case=OrganizationCase,
    who="organization",
    phase="convene",
    when="once a year",
    season="organizations.exercise_season",
    utility=lambda it: organizations.drill_utility(it.world.depth[it.o], it.weights.organizations),
    sums=organizations.Drill,
    terms={"depth": Measure("what it has built", "organizations.exercise_slope")},
    threshold=lambda it: organizations.drill_bar(it.weights.organizations),
    bar="`organizations.exercise_threshold`, weighed alike",
    luck=Luck(
        "exercise",
        most=lambda it: organizations.chance_of_occasion(
            it.exists, it.weights.organizations.exercises[it.o]
        ),
        occasion=("holds", "the organization holds exercises"),
    ),
    effect=_call_exercise,
    writes=("exercised", "took_part"),
    events=(LogEvent("exercise", "{actor} holds an exercise", main="actor"),),
    decided=("{actor} holds an exercise", "{actor} holds no exercise"),
    either=("held", "not held"),
)


def _train_together(verdict: Verdict[OrganizationCase]) -> None:
    it, world = verdict.it, verdict.it.world
    world.intend("trained_together", it.o, True, verdict.happened)
    world.mark("trained_together_at", it.o, verdict.happened)
    world.note("sponsors_drill", verdict.happened, it.organization)


SPONSORS_DRILL = Decision(
    name="sponsors_drill",
    case=OrganizationCase,
    who="organization",
    phase="convene",
    when="once a year, where it has two sponsors",
    season="organizations.exercise_season",
    utility=lambda it: organizations.drill_of_sponsors_utility(
        depth=it.world.depth[it.o],
        pressure=it.least_pressed,
        discord=it.discord,
        weights=it.weights.organizations,
    ),
    sums=organizations.DrillOfSponsors,
    terms={
        "pressure": Measure(
            "what it has built × pressure both sponsors feel", "organizations.sponsors_drill_slope"
        ),
        "discord": Measure(
            "discord between the sponsors", "organizations.sponsors_drill_slope", -1
        ),
    },
    threshold=lambda it: organizations.drill_of_sponsors_bar(it.weights.organizations),
    bar="`organizations.sponsors_drill_from`, weighed alike",
    luck=Luck("sponsors_drill"),
    conditions=(
        Condition("exists", "the organization existed", lambda it: it.exists, told=False),
        Condition(
            "two",
            "it had two sponsors",
            lambda it: np.full(it.world.runs, len(it.sponsors) > 1),
            gate=True,
        ),
    ),
    effect=_train_together,
    writes=("trained_together", "trained_together_at"),
    events=(LogEvent("sponsors_drill", "the sponsors of {actor} train together", main="actor"),),
    decided=(
        "the sponsors of {actor} train together",
        "the sponsors of {actor} do not train together",
    ),
    either=("trained together", "did not"),
)


def _take_part(verdict: Verdict[ParticipationCase]) -> None:
    it, called = verdict.it, verdict.it.of.called
    for m, comes in zip(it.members, verdict.happened, strict=True):
        it.world.intend("took_part", (it.o, m), comes, called)
    it.world.note_each("stay_out", verdict.declined & called, it.states, it.organization)


_DRILL = (Link("exercise", about="second"),)

TAKE_PART = Decision(
    name="take_part",
    case=ParticipationCase,
    who="states",
    about="organization",
    phase="convene",
    when="when an exercise is called",
    utility=lambda it: organizations.exercise_utility(
        base=it.weights.organizations.exercise_base[it.o],
        affinity=it.leaning,
        autonomy=it.weights.initial.autonomy[it.places],
        threat=it.threat,
        binding=it.weights.organizations.binding[it.o],
        weights=it.weights.organizations,
    ),
    sums=organizations.TakingPart,
    terms={
        "base": Measure("taking part in itself"),
        "affinity": Measure("leaning to the sponsors", "organizations.exercise_affinity", low=-1),
        "threat": Measure("militants", "organizations.exercise_threat"),
        "autonomy": Measure(
            "dislike of being bound", "organizations.exercise_autonomy", -1, also="binding"
        ),
    },
    facts=lambda it: {"binding": it.weights.organizations.binding[it.o]},
    luck=Mood("take_part", by=("organization", "states"), noise="organizations.exercise_noise"),
    conditions=(
        Condition("member", "it was a member", lambda it: it.belongs, gate=True),
        Condition("called", "an exercise was called", lambda it: it.of.called),
    ),
    effect=_take_part,
    either_way=True,
    writes=("took_part",),
    events=(
        LogEvent(
            "take_part",
            "{actor} takes part in the exercise of {counterpart}",
            main="actor",
            second="counterpart",
            paired=True,
        ),
        LogEvent(
            "stay_out",
            "{actor} stays out of the exercise of {counterpart}",
            main="actor",
            second="counterpart",
            wanted=False,
            paired=True,
        ),
    ),
    decided=(
        "{actor} takes part in the exercise of {object}",
        "{actor} stays out of the exercise of {object}",
    ),
    either=("took part", "stayed out"),
    follows=_DRILL,
)

# -- founding ----------------------------------------------------------------------------------


def _found(verdict: Verdict[OrganizationCase]) -> None:
    it, world, founded = verdict.it, verdict.it.world, verdict.happened
    world.intend("exists", it.o, True, founded)
    invited: Mask = (it.weights.organizations.invited[it.o] > 0) & founded
    world.intend("standing", it.o, w.MEMBER, invited)
    world.mark("organization_founded_at", it.o, founded)
    world.note("found_organization", founded, it.founder, "", it.organization)


FOUND_ORGANIZATION = Decision(
    name="found_organization",
    case=OrganizationCase,
    who="founder",
    about="organization",
    phase="convene",
    when="once a year",
    season="organizations.founding_season",
    utility=lambda it: organizations.founding_utility(it.rival_depth, it.weights.organizations),
    sums=organizations.Founding,
    terms={
        "rival_depth": Measure("depth of a rival's bloc × rivalry", "organizations.founding_slope"),
    },
    threshold=lambda it: organizations.founding_bar(it.weights.organizations),
    bar="`organizations.founding_threshold`, weighed alike",
    luck=Luck("found", by=("organization",)),
    conditions=(Condition("missing", "it did not exist yet", lambda it: ~it.exists, gate=True),),
    effect=_found,
    writes=("exists", "standing", "organization_founded_at"),
    events=(LogEvent("found_organization", "{actor} founds {object}", main="object"),),
    decided=("{actor} founds {object}", "{actor} does not found {object}"),
    either=("founded", "not founded"),
)

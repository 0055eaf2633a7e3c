"""What each part of a scenario acts on, and when: what has no effect is refused or told of.

A run decides much by itself, so that of most things only what is possible can be said beforehand.
`Course` follows the possibilities from quarter to quarter: how a base may stand, who may belong
where, what may be founded or built. An event that finds nothing to act on in any of them is
refused; one that finds it in some is told of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import MONEY_ALONE, Parameter
from simulation.inputs.problems import Problem
from simulation.inputs.yaml_reader import shown
from simulation.numerics.dates import DEFAULT_UNTIL, quarter_name, quarter_of, season_of
from simulation.scenario.events import Event, EventKind, timeline_events
from simulation.scenario.inheritance import Chain
from simulation.scenario.mechanisms import SWITCHES, THEORIES, Switch
from simulation.scenario.reader import Layer, neutral_values, switches_of

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

_OUTSIDE, _OBSERVER, _MEMBER = "outside", "observer", "member"
_NONE, _OPEN, _NOTICE, _CLOSED = "none", "open", "notice", "closed"
_IDLE, _BUILDING, _RUNNING, _CANCELLED = "idle", "building", "open", "cancelled"
_UNREAD = "Context, read by no rule"
"""How the note of a parameter begins that nothing in a run reads."""
_IN_USE = frozenset({_OPEN, _NOTICE})


_OF_WHAT_IS_BUILT = ("works.host_share", "works.opens_trade", "ledger.carried")
"""Tables of which only some kinds of project are read."""


class Idle(NamedTuple):
    """Something that has no effect.

    Attributes:
        message: why not.
        hint: what would have one.
        always: whether it can never act; if not, it acts in some runs only.
    """

    message: str
    hint: str | None = None
    always: bool = True


class Finding(NamedTuple):
    """An event that has no effect, and why."""

    event: Event
    idle: Idle


class StandingNumbers:
    """The numbers of a scenario as they stand on a day.

    Args:
        catalogue: the evidence.
        values: every number by full key.
        fixed: the keys of those that are not drawn.
    """

    def __init__(
        self, catalogue: Catalogue, values: Mapping[str, float | None], fixed: Collection[str]
    ) -> None:
        self.catalogue, self.values, self.fixed = catalogue, dict(values), {*fixed}
        self.drawable = catalogue.drawable()

    def is_nought(self, key: str) -> bool:
        """Whether a number is 0 in every run."""
        return self.values.get(key) == 0 and not self._varies(key)

    def is_there(self, key: str) -> bool:
        """Whether there is a number that is above 0 in some run."""
        return bool(self.values.get(key)) or self._varies(key)

    def idle(self, key: str, number: float, dropped: Collection[str]) -> Idle | None:
        """Why giving a number has no effect, if it has none."""
        found = self.catalogue.split(key)
        parameter, path = found if found else (None, ())
        gone = [name for name in path if name in dropped]
        if gone:
            return Idle(f"'{key}' is about '{gone[0]}', which the scenario drops")
        if parameter is not None and _is_unread(parameter):
            instead = (parameter.note or "").partition(_UNREAD)[2].strip(".:; ") or None
            return Idle(f"'{key}' is context; nothing in a run reads it", instead)
        if self.values.get(key) != number:
            return None
        if self._varies(key):
            more = "it acts only where numbers are drawn by run, and holds this one fixed"
            return Idle(f"'{key}' is {number:g} already; {more}", always=False)
        return Idle(f"'{key}' is {number:g} already", "leave it out, or give another value")

    def unread(self, key: str) -> Idle | None:
        """Why a number of a project is read in no run, if it is in none."""
        found = self.catalogue.split(key)
        if found is None or found[0].key not in _OF_WHAT_IS_BUILT:
            return None
        table, name = found[0].key, found[1][0]
        project = self.catalogue.projects.get(name)
        if project is None:  # one that the file adds, wrongly, as it is told elsewhere
            return None
        kind = project.kind
        if table == "works.host_share" and kind not in ("credit", "fund"):
            message = f"'{key}' acts in no run: {name} is no credit and no fund"
            return Idle(message, f"look at ledger.carried.{name}")
        if table == "ledger.carried" and kind in MONEY_ALONE:
            return Idle(
                f"'{key}' acts in no run: a {kind} carries nothing", f"look at projects.cost.{name}"
            )
        if table != "works.host_share" and kind == "pipeline":
            capacity = f"projects.capacity_mt.{name}"
            if not self.values.get(capacity, self.catalogue.value(capacity)):
                message = f"'{key}' acts in no run: nothing flows, as {capacity} is 0"
                return Idle(message, f"give {capacity} too")
        return None

    def set(self, numbers: Mapping[str, float]) -> None:
        """Change numbers, which are then the same in every run."""
        self.values |= numbers
        self.fixed |= {*numbers}

    def _varies(self, key: str) -> bool:
        return key in self.drawable and key not in self.fixed


def _is_unread(parameter: Parameter) -> bool:
    return _UNREAD in (parameter.note or "")


class Course:
    """What is possible in a scenario from quarter to quarter, before its events act.

    Args:
        catalogue: the evidence, with what the scenario adds.
        numbers: as they stand at the start.
        dropped: the actors that are not there.
        events: everything that happens before the run's end.

    Attributes:
        bases: how each base may stand. standing: whether each actor may belong to each
            organization. exists: whether each organization may exist. founded: the same of its
            bodies. works: how each project may stand.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        numbers: StandingNumbers,
        dropped: Collection[str],
        events: Sequence[Event],
    ) -> None:
        self.catalogue, self.numbers, self.dropped = catalogue, numbers, dropped
        self.events = events
        self.quarter = 0
        self.campaign = 0.0
        self.coming: float | None = None
        self.bases = {name: {_FIRST[it.start]} for name, it in catalogue.installations.items()}
        self.standing: dict[tuple[str, str], set[str]] = {}
        self.exists: dict[str, set[bool]] = {}
        self.founded: dict[tuple[str, str], set[bool]] = {}
        for name, entry in catalogue.organizations.items():
            self.exists[name] = {entry.exists}
            self.founded |= {(name, body): {False} for body in entry.bodies}
            for actor in catalogue.actors:
                belongs = _MEMBER if actor in entry.members else _OUTSIDE
                belongs = _OBSERVER if actor in entry.observers else belongs
                self.standing[name, actor] = {belongs}
        self.works = {name: {_IDLE} for name in catalogue.projects}
        self.stated: set[str] = set()
        self.understood: dict[tuple[str, str], set[bool]] = {}
        self.sanctioned = {
            state: numbers.is_there(f"initial.un_sanctions.{state}")
            for state in catalogue.names["state"]
        }
        self.factors: dict[tuple[str, str], float] = {}
        self.conditions: dict[tuple[str, str], float] = {}
        self.trouble: set[tuple[str, str]] = set()

    def begin(self, events: Iterable[Event]) -> None:
        """A quarter begins, in which some events act."""
        if self.coming is not None:
            self.campaign, self.coming = self.coming, None
        self.trouble = {(event.kind, event.subject) for event in events if event.kind == "ouster"}
        self.factors, self.conditions = {}, {}

    def decide(self) -> None:
        """What may be decided in a quarter becomes possible from the next on."""
        for name, base in self.catalogue.installations.items():
            possible = self.bases[name]
            after = set(possible)
            if _NONE in possible and self.may_open(name):
                after.add(_OPEN)
            if _OPEN in possible:
                after.add(_NOTICE)
            if _NOTICE in possible:
                after.add(_CLOSED)
            self.bases[name] = after if self.decides_on_bases(base.host) else possible
        for name, entry in self.catalogue.organizations.items():
            if all(sponsor in self.dropped for sponsor in entry.sponsors):
                continue  # nobody convenes it
            self._come_and_go(name)
            if False in self.exists[name]:
                self.found(name, for_certain=False)
            for key, body in entry.bodies.items():
                if True in self.exists[name] and body.decided_by in entry.summits:
                    self.founded[name, key] = {*self.founded[name, key], True}
            if self.numbers.is_there(f"organizations.speaks.{name}"):
                self.stated.add(name)
        for name, project in self.catalogue.projects.items():
            after = set(self.works[name])
            if project.kind == "deal":
                after |= {_RUNNING} if _IDLE in after else set()
            else:
                after |= {_RUNNING} if _BUILDING in after else set()
                after |= {_BUILDING} if _IDLE in after else set()
            self.works[name] = after
        for power in self.catalogue.names["power"]:
            if self.numbers.is_there(f"patronage.seeks_exiles.{power}"):
                for state in self.catalogue.names["region"]:
                    self.understood[power, state] = {*self.understanding(power, state), True}

    def may_open(self, name: str) -> bool:
        """Whether a base may be opened by those who decide on it, from now on."""
        base = self.catalogue.installations[name]
        asks = base.asked and not self.numbers.is_nought(f"basing.propensity.{base.guest}")
        here = base.guest not in self.dropped and self.decides_on_bases(base.host)
        return asks and here and (base.purpose != "campaign" or self.campaign > 0)

    def decides_on_bases(self, host: str) -> bool:
        """Whether a state decides on the bases that it hosts; outer states leave it to events."""
        return host in self.catalogue.names["region"] and host not in self.dropped

    def would_ever_open(self, name: str) -> bool:
        """Whether a base may be opened by anybody at some time, now or later."""
        base = self.catalogue.installations[name]
        key = f"basing.propensity.{base.guest}"
        asked = any(event.kind == "set" and event.subject.get(key) for event in self.events)
        wages = [it for it in self.events if it.kind in ("attack", "campaign")]
        warred = any(it.fields.get("campaign", it.subject) for it in wages)
        by_event = any(it.kind == "open_base" and it.subject == name for it in self.events)
        seeks = base.asked and (asked or not self.numbers.is_nought(key))
        seeks = seeks and self.decides_on_bases(base.host)
        return by_event or (seeks and (base.purpose != "campaign" or warred))

    def understanding(self, power: str, state: str) -> set[bool]:
        """Whether there may be an understanding on exiles."""
        return self.understood.get((power, state), {False})

    def found(self, name: str, for_certain: bool) -> None:
        """An organization is founded with those whom it invites, or may be."""
        self.exists[name] = {True} if for_certain else {*self.exists[name], True}
        for actor in self.catalogue.actors:
            if self.numbers.is_there(f"organizations.invited.{name}.{actor}"):
                was = self.standing[name, actor]
                self.standing[name, actor] = {_MEMBER} if for_certain else {*was, _MEMBER}

    def gives(self, power: str) -> bool:
        """Whether a power has anything to give."""
        channels = self.catalogue.names["channel"]
        return any(not self.numbers.is_nought(f"patronage.budget.{c}.{power}") for c in channels)

    def conditional(self, power: str) -> bool:
        """Whether a power ties its help to conduct anywhere."""
        keys = (f"patronage.conditionality.{power}", f"patronage.conditional.{power}")
        return not all(self.numbers.is_nought(key) for key in keys)

    def may_hold(self, condition: Mapping[str, Any], state: str) -> tuple[bool, bool]:
        """Whether a condition on a state may hold, and whether it may fail."""
        hold, fail = True, False
        parts = []
        if "base" in condition:
            parts.append((self.bases[condition["base"]], _IN_USE))
        if "member_of" in condition:
            parts.append((self.standing[condition["member_of"], state], frozenset({_MEMBER})))
        if "outside" in condition:
            outside = frozenset({_OUTSIDE, _OBSERVER})
            parts.append((self.standing[condition["outside"], state], outside))
        for possible, wanted in parts:
            hold, fail = hold and bool(possible & wanted), fail or bool(possible - wanted)
        if "repression_below" in condition:
            hold, fail = hold and condition["repression_below"] > 0, True
        return hold, fail

    def _come_and_go(self, organization: str) -> None:
        admits = self.numbers.is_there(f"organizations.admits.{organization}")
        for state in self.catalogue.names["state"]:
            now = self.standing[organization, state]
            after = set(now)
            if self.numbers.is_there(f"organizations.eligible.{organization}.{state}"):
                after |= {_MEMBER, _OUTSIDE} if _MEMBER in now else {_MEMBER}
            if admits and _OUTSIDE in now:
                after.add(_OBSERVER)
            if admits and _OBSERVER in now:
                after.add(_MEMBER)
            self.standing[organization, state] = after


_FIRST = {"none": _NONE, "present": _NONE, "open": _OPEN}


def without_effect(
    events: Sequence[Event],
    catalogue: Catalogue,
    numbers: StandingNumbers,
    dropped: Collection[str],
    horizon: int,
) -> Iterator[Finding]:
    """The events that have no effect, or have one in some runs only.

    Args:
        events: everything that happens, inherited and imposed events among it.
        catalogue: the evidence, with what the scenario adds.
        numbers: as they stand at the start.
        dropped: the actors that are not there.
        horizon: the last quarter.
    """
    ordered = sorted(events, key=lambda event: event.order)
    yield from (
        Finding(event, late(event, horizon)) for event in ordered if is_late(event, horizon)
    )
    ordered = [event for event in ordered if not is_late(event, horizon)]
    course = Course(catalogue, numbers, dropped, ordered)
    last = max((_last_watched(event, horizon) for event in ordered), default=-1)
    watched: dict[int, tuple[bool, bool]] = {}
    for quarter in range(last + 1):
        course.quarter = quarter
        course.begin(event for event in ordered if event.quarter == quarter)
        for event in ordered:
            if event.quarter == quarter:
                found = _JUDGES.get(event.kind, _acts)(course, event)
                yield from (Finding(event, each) for each in found)
            if event.acts_in(quarter):
                _AFTER.get(event.kind, _nothing)(course, event)
                if _condition_of(event):
                    held, failed = watched.get(id(event), (False, False))
                    hold, fail = course.may_hold(_condition_of(event), _state_of(event))
                    watched[id(event)] = held or hold, failed or fail
        course.decide()
    for event in ordered:
        held, failed = watched.get(id(event), (True, False))
        if not held:
            yield Finding(event, Idle(f"the condition of {event.name} holds in no run"))
        elif failed and event.kind == "flow":
            message = (
                f"{event.name} is given only in runs and quarters in which its condition holds"
            )
            yield Finding(event, Idle(message, always=False))


def is_late(event: Event, horizon: int) -> bool:
    """Whether an event lies after the last quarter, or what it starts does."""
    return event.quarter + (event.kind == "attack") > horizon


def late(event: Event, horizon: int) -> Idle:
    """Why a late event has no effect."""
    end = quarter_name(horizon)
    if event.quarter <= horizon:
        message = f"the campaign of {event.name} would begin after the run's end ({end})"
    else:
        message = f"{event.name} of {event.date} lies after the run's end ({end})"
    needed = quarter_name(event.quarter + (event.kind == "attack"))
    return Idle(message, f"date it earlier, or write until: {needed}")


def _last_watched(event: Event, horizon: int) -> int:
    """The last quarter up to which an event has to be followed."""
    if not _condition_of(event):
        return event.quarter
    return horizon if event.end is None else min(event.end - 1, horizon)


def _condition_of(event: Event) -> Mapping[str, Any]:
    """What has to hold for what an event gives."""
    condition: Mapping[str, Any] = event.fields.get("while", {})
    return condition if event.kind == "flow" else {}


def _state_of(event: Event) -> str:
    return str(next(event.fields[key] for key in ("to", "with", "for") if key in event.fields))


# -- what each kind of event acts on ---------------------------------------------------------------

_Judge = Callable[[Course, Event], Iterator[Idle]]


def _acts(course: Course, event: Event) -> Iterator[Idle]:
    yield from ()


def _nothing(course: Course, event: Event) -> None:
    pass


def _somewhere(
    possible: Collection[Any], wanted: Collection[Any], never: str, some: str
) -> Iterator[Idle]:
    """What to say where an event needs one of some possibilities."""
    if not {*possible} & {*wanted}:
        yield Idle(never)
    elif {*possible} - {*wanted}:
        yield Idle(some, always=False)


def _open_base(course: Course, event: Event) -> Iterator[Idle]:
    if course.bases[event.subject] == {_OPEN} and "rent" not in event.fields:
        yield Idle(f"{event.subject} is open already")


def _close_base(course: Course, event: Event) -> Iterator[Idle]:
    base, possible = event.subject, course.bases[event.subject]
    if possible == {_NONE} and not course.would_ever_open(base):
        yield Idle(f"{base} is not open then in any run, and nobody would open it")
        return
    yield from _somewhere(
        possible,
        {_NONE, _OPEN, _NOTICE},
        f"{base} is closed already",
        f"{event.name} acts only in runs in which the base is not closed by then",
    )


def _used(wanted: frozenset[str], words: str) -> _Judge:
    def judge(course: Course, event: Event) -> Iterator[Idle]:
        return _somewhere(
            course.bases[event.subject],
            wanted,
            f"{event.subject} is not {words} then in any run",
            f"{event.name} acts only in runs in which the base is {words} then",
        )

    return judge


def _set_rent(course: Course, event: Event) -> Iterator[Idle]:
    yield from _used(_IN_USE, "in use")(course, event)
    host = course.catalogue.installations[event.subject].host
    if host not in course.catalogue.names["region"]:
        message = f"the rent of {event.subject} is kept and moves nothing"
        hint = f"in {host}, no contested state, events alone decide on a base"
        yield Idle(message, hint, always=False)


def _admit(course: Course, event: Event) -> Iterator[Idle]:
    organization, target = event.fields["to"], event.fields["as"]
    called = "a full member" if target == _MEMBER else "an observer"
    return _somewhere(
        course.standing[organization, event.subject],
        {_OUTSIDE, _OBSERVER, _MEMBER} - {target},
        f"{event.subject} is {called} of {organization} already",
        f"{event.name} acts only in runs in which it is not {called} of {organization} by then",
    )


def _leave(course: Course, event: Event) -> Iterator[Idle]:
    return _leaving(course, event.name, event.subject, event.fields["from"])


def _leaving(course: Course, name: str, actor: str, organization: str) -> Iterator[Idle]:
    return _somewhere(
        course.standing[organization, actor],
        {_OBSERVER, _MEMBER},
        f"{actor} does not belong to {organization} then in any run",
        f"{name} acts only in runs in which {actor} belongs to {organization} then",
    )


def _found_organization(course: Course, event: Event) -> Iterator[Idle]:
    return _somewhere(
        course.exists[event.subject],
        {False},
        f"{event.subject} exists already",
        f"{event.name} acts only in runs in which it does not exist by then",
    )


def _found_body(course: Course, event: Event) -> Iterator[Idle]:
    if "seat" in event.fields and True in course.founded[event.fields["of"], event.subject]:
        return iter(())  # where it stands already, it moves
    return _somewhere(
        course.founded[event.fields["of"], event.subject],
        {False},
        f"{event.subject} of {event.fields['of']} is founded already",
        f"{event.name} acts only in runs in which it is not founded by then",
    )


def _statement(course: Course, event: Event) -> Iterator[Idle]:
    bloc = event.subject
    hosts = [
        base
        for base in course.catalogue.installations.values()
        if _MEMBER in course.standing[bloc, base.host]
        and course.standing[bloc, base.guest] != {_MEMBER}
    ]
    if not hosts:
        yield Idle(f"no host of a guest from outside is a member of {bloc}; nobody hears it")
    elif not event.fields["strength"] and bloc not in course.stated:
        yield Idle(f"no statement of {bloc} is in force then that strength 0 could end")


def _exercise(course: Course, event: Event) -> Iterator[Idle]:
    bloc = event.subject
    entry = course.catalogue.organizations[bloc]
    named = event.fields.get("participants")
    region = course.catalogue.names["region"]
    taking_part = [it for it in region if named is None or it in named]
    belong = any(course.standing[bloc, it] != {_OUTSIDE} for it in taking_part)
    season = course.numbers.values.get("organizations.exercise_season")
    if not entry.bodies and not (entry.sponsors and belong):
        message = f"nobody who takes part belongs to {bloc}, and it has no bodies to deepen"
        yield Idle(message)
    elif season == season_of(event.quarter) and course.numbers.is_there(
        f"organizations.exercises.{bloc}"
    ):
        message = f"acts only in runs in which {bloc} calls no exercise of its own that quarter"
        yield Idle(f"{event.name} {message}", always=False)


def _crackdown(course: Course, event: Event) -> Iterator[Idle]:
    if ("ouster", event.subject) in course.trouble:
        yield Idle(
            f"{event.subject} has an ouster in the same quarter; the crackdown does not hold"
        )


def _leader_change(course: Course, event: Event) -> Iterator[Idle]:
    if ("ouster", event.subject) in course.trouble:
        yield Idle(f"{event.subject} has an ouster in the same quarter; its leader falls anyway")
    elif course.quarter == 0 and event.fields.get("by", "death") == "death":
        message = f"leanings and blame of {event.subject} are still those of the start"
        yield Idle(message, f"date it {quarter_name(1)} or later")


def _attack(course: Course, event: Event) -> Iterator[Idle]:
    if event.fields["campaign"] == course.campaign:
        yield Idle(f"the campaign is at {course.campaign:g} already")
    else:
        message = f"that {event.subject} is attacked is kept in the log, and decides nothing else"
        hint = "whoever asks for campaign bases answers the campaign, whomever the attack hits"
        yield Idle(message, hint, always=False)


def _campaign(course: Course, event: Event) -> Iterator[Idle]:
    if event.subject == course.campaign:
        yield Idle(f"the campaign is at {course.campaign:g} already")


def _shock(course: Course, event: Event) -> Iterator[Idle]:
    if not event.fields.get("size", event.subject):
        yield Idle("a shock of 0 changes nothing")


def _money(course: Course, event: Event) -> Iterator[Idle]:
    if not event.fields["amount"]:
        yield Idle(f"{event.name}: US$ 0 m change nothing")


def _withhold_aid(course: Course, event: Event) -> Iterator[Idle]:
    power, amount = event.subject, event.fields.get("amount")
    usual = [f"patronage.conditionality.{each}" for each in course.catalogue.names["power"]]
    if not course.gives(power):
        yield Idle(f"{power} gives nothing that it could withhold")
    elif amount == 0:
        yield Idle(f"{event.name}: US$ 0 m withheld change nothing")
    elif amount is None and all(course.numbers.is_nought(key) for key in usual):
        yield Idle("no power withholds any part of its aid", "name an amount, US$ million a year")


def _understanding(course: Course, event: Event) -> Iterator[Idle]:
    return _understood(course, event, event.fields["with"])


def _understood(course: Course, event: Event, state: str) -> Iterator[Idle]:
    power = event.subject
    if course.numbers.is_nought(f"patronage.seeks_exiles.{power}"):
        seek = [
            each
            for each in course.catalogue.names["power"]
            if course.numbers.is_there(f"patronage.seeks_exiles.{each}")
        ]
        hint = f"who seeks exiles: {', '.join(seek)}" if seek else None
        yield Idle(
            f"{power} seeks no exiles, and an understanding on them binds nobody to it", hint
        )
        return
    yield from _somewhere(
        course.understanding(power, state),
        {False},
        f"{power} and {state} have an understanding already",
        f"{event.name} acts only in runs in which there is no understanding by then",
    )


def _sanction(on: bool) -> _Judge:
    def judge(course: Course, event: Event) -> Iterator[Idle]:
        state = event.subject
        blocs = [
            name
            for name in course.catalogue.organizations
            if course.numbers.is_there(f"organizations.admits.{name}")
        ]
        candidate = [name for name in blocs if course.standing[name, state] != {_MEMBER}]
        if course.sanctioned[state] == on:
            yield Idle(f"{state} is under {'sanctions already' if on else 'no sanctions then'}")
        elif course.numbers.is_nought("organizations.bar_sanctioned") or not candidate:
            known = " or ".join(blocs) or "any organization"
            message = (
                f"sanctions bar from admission alone, and {state} cannot be admitted to {known}"
            )
            yield Idle(message, "an override or a 'set' can change aid and trade")
        else:
            barred = f"{' or '.join(candidate)} would admit it as a full member otherwise"
            more = "" if on else "; until then it was barred"
            yield Idle(f"{event.name} acts only in runs in which {barred}{more}", always=False)

    return judge


def _flow(course: Course, event: Event) -> Iterator[Idle]:
    yield from _money(course, event)


def _agreement(course: Course, event: Event) -> Iterator[Idle]:
    power, state, favours = event.subject, event.fields["with"], event.fields["for"]
    if "base" in favours:
        base = course.catalogue.installations[favours["base"]]
        if (base.guest, base.host) != (power, state):
            message = f"{favours['base']} is a base of {base.guest} in {base.host}"
            yield Idle(f"{message}; {state} cannot grant it to {power}")
    if favours.get("understanding"):
        found = _understood(course, event, state)
        yield from (each for each in found if each.always)
    if "leaves" in favours:
        found = _leaving(course, event.name, state, favours["leaves"])
        yield from (each for each in found if each.always)


def _budget(course: Course, event: Event) -> Iterator[Idle]:
    dyad = event.subject, event.fields["for"]
    if not course.gives(event.subject):
        yield Idle(f"{event.subject} has no budget to multiply", "a flow gives a sum of its own")
    elif course.factors.get(dyad, 1.0) == event.fields["times"]:
        times = event.fields["times"]
        yield Idle(f"what {event.subject} gives {dyad[1]} is {times:g} times the usual already")


def _lift_conditions(course: Course, event: Event) -> Iterator[Idle]:
    dyad = event.subject, event.fields["for"]
    if course.conditions.get(dyad, 1.0) == 0:
        yield Idle(f"the conditions of {event.subject} for {dyad[1]} are lifted already")
    elif not course.conditional(event.subject) and dyad not in course.conditions:
        yield Idle(f"{event.subject} sets no conditions that it could lift")


def _set_conditions(course: Course, event: Event) -> Iterator[Idle]:
    dyad, part = (event.subject, event.fields["for"]), event.fields["part"]
    if part == 0:
        yield Idle("conditions under which nothing is withheld are none", "write lift_conditions")
    elif not course.gives(event.subject):
        yield Idle(f"{event.subject} gives nothing that it could withhold")
    elif course.conditions.get(dyad) == part:
        yield Idle(f"the conditions of {event.subject} for {dyad[1]} are so already")


def _works(wanted: frozenset[str], words: str) -> _Judge:
    def judge(course: Course, event: Event) -> Iterator[Idle]:
        project = event.subject
        if event.kind == "delay_project" and course.catalogue.projects[project].kind == "deal":
            yield Idle(
                f"{project} is a deal; it takes effect when it is signed, and nothing delays it"
            )
            return
        yield from _somewhere(
            course.works[project],
            wanted,
            f"{project} is {words} already",
            f"{event.name} acts only in runs in which it is not {words} by then",
        )

    return judge


def _set(course: Course, event: Event) -> Iterator[Idle]:
    for key, number in event.subject.items():
        idle = course.numbers.unread(key) or course.numbers.idle(key, number, course.dropped)
        if idle is not None:
            yield idle


_JUDGES: dict[EventKind, _Judge] = {
    "open_base": _open_base,
    "close_base": _close_base,
    "set_rent": _set_rent,
    "serve_notice": _used(frozenset({_OPEN}), "open"),
    "keep_base": _used(_IN_USE, "in use"),
    "admit": _admit,
    "leave": _leave,
    "found_organization": _found_organization,
    "found_body": _found_body,
    "statement": _statement,
    "exercise": _exercise,
    "crackdown": _crackdown,
    "leader_change": _leader_change,
    "attack": _attack,
    "campaign": _campaign,
    "militancy": _shock,
    "drugs": _shock,
    "drought": _shock,
    "aid": _money,
    "credit": _money,
    "deal": _money,
    "withhold_aid": _withhold_aid,
    "understanding": _understanding,
    "sanction": _sanction(True),
    "lift_sanction": _sanction(False),
    "flow": _flow,
    "agreement": _agreement,
    "budget": _budget,
    "lift_conditions": _lift_conditions,
    "set_conditions": _set_conditions,
    "start_project": _works(frozenset({_IDLE, _BUILDING, _CANCELLED}), "open"),
    "open_project": _works(frozenset({_IDLE, _BUILDING, _CANCELLED}), "open"),
    "cancel_project": _works(frozenset({_IDLE, _BUILDING, _RUNNING}), "given up"),
    "delay_project": _works(frozenset({_IDLE, _BUILDING}), "open or given up"),
    "set": _set,
}
"""Why an event of each kind has no effect, where it may have none."""


# -- what is certain once an event has acted -------------------------------------------------------


def _after_base(status: str) -> Callable[[Course, Event], None]:
    def change(course: Course, event: Event) -> None:
        course.bases[event.subject] = {status}

    return change


def _after_notice(course: Course, event: Event) -> None:
    possible = course.bases[event.subject]
    course.bases[event.subject] = {_NOTICE if each == _OPEN else each for each in possible}


def _after_keeping(course: Course, event: Event) -> None:
    possible = course.bases[event.subject]
    course.bases[event.subject] = {_OPEN if each == _NOTICE else each for each in possible}


def _after_admission(course: Course, event: Event) -> None:
    course.standing[event.fields["to"], event.subject] = {event.fields["as"]}


def _after_leaving(course: Course, event: Event) -> None:
    course.standing[event.fields["from"], event.subject] = {_OUTSIDE}


def _after_founding(course: Course, event: Event) -> None:
    course.found(event.subject, for_certain=True)


def _after_body(course: Course, event: Event) -> None:
    course.founded[event.fields["of"], event.subject] = {True}


def _after_statement(course: Course, event: Event) -> None:
    course.stated.add(event.subject)


def _after_attack(course: Course, event: Event) -> None:
    course.coming = event.fields["campaign"]


def _after_campaign(course: Course, event: Event) -> None:
    course.campaign = event.subject


def _after_understanding(course: Course, event: Event) -> None:
    course.understood[event.subject, event.fields["with"]] = {True}


def _after_sanction(course: Course, event: Event) -> None:
    course.sanctioned[event.subject] = event.kind == "sanction"


def _after_agreement(course: Course, event: Event) -> None:
    favours, state = event.fields["for"], event.fields["with"]
    if event.quarter != course.quarter:
        return
    if "base" in favours:
        course.bases[favours["base"]] = {_OPEN}
    if "leaves" in favours:
        course.standing[favours["leaves"], state] = {_OUTSIDE}
    if favours.get("understanding"):
        course.understood[event.subject, state] = {True}


def _after_budget(course: Course, event: Event) -> None:
    course.factors[event.subject, event.fields["for"]] = event.fields["times"]


def _after_conditions(course: Course, event: Event) -> None:
    course.conditions[event.subject, event.fields["for"]] = event.fields.get("part", 0.0)


def _after_works(status: str) -> Callable[[Course, Event], None]:
    def change(course: Course, event: Event) -> None:
        possible = course.works[event.subject]
        runs = _RUNNING in possible and status == _BUILDING  # nobody begins to build what is open
        course.works[event.subject] = {status, _RUNNING} if runs else {status}

    return change


def _after_setting(course: Course, event: Event) -> None:
    course.numbers.set(event.subject)


_AFTER: dict[EventKind, Callable[[Course, Event], None]] = {
    "open_base": _after_base(_OPEN),
    "close_base": _after_base(_CLOSED),
    "serve_notice": _after_notice,
    "keep_base": _after_keeping,
    "admit": _after_admission,
    "leave": _after_leaving,
    "found_organization": _after_founding,
    "found_body": _after_body,
    "statement": _after_statement,
    "attack": _after_attack,
    "campaign": _after_campaign,
    "understanding": _after_understanding,
    "sanction": _after_sanction,
    "lift_sanction": _after_sanction,
    "agreement": _after_agreement,
    "budget": _after_budget,
    "lift_conditions": _after_conditions,
    "set_conditions": _after_conditions,
    "start_project": _after_works(_BUILDING),
    "open_project": _after_works(_RUNNING),
    "cancel_project": _after_works(_CANCELLED),
    "set": _after_setting,
}


# -- a scenario's own file -------------------------------------------------------------------------


_ENDS = {"until", "history"}
"""Parts of a scenario that say how long its runs are, and what is imposed on them."""
_FOLLOWED = _ENDS | {
    "events", "omit", "overrides", "mechanisms", "theory", "actors", "organizations",
    "installations", "projects", "parameters", "plugins",
}  # fmt: skip
"""Parts of a scenario on which it hangs what an event finds to act on."""


def check_effects(
    chain: Chain, start: StandingNumbers, before: StandingNumbers
) -> tuple[Problem, ...]:
    """Note in a scenario's own file what has no effect in any run.

    What hangs on a part of the file in which something else is wrong is not judged.

    Args:
        chain: the scenario and those it extends.
        start: the numbers as it has them at the start.
        before: the numbers as the scenario that it extends has them.

    Returns:
        What has one in some runs only.
    """
    layer, file = chain.own, chain.own.loaded
    doubts: list[Problem] = []

    def say(line: int | None, idle: Idle) -> None:
        found = Problem(file.name, line, idle.message, idle.hint)
        (file.problems if idle.always else doubts).append(found)

    wrong = layer.wrong
    horizon = last_quarter_of(chain.nearest("until"))
    found = [*_idle_overrides(chain, start, before), *_dropped_twice(chain)]
    if "theory" not in wrong:
        found += _idle_switches(chain, before)
    if not wrong & _ENDS:
        found += _idle_omissions(chain, horizon)
    if not wrong & _FOLLOWED:
        found += _idle_hosts(chain, start)
    for line, idle in found:
        say(line, idle)
    if wrong & _ENDS:
        return ()
    if wrong & _FOLLOWED:
        for event in layer.events:
            if event.cause is None and is_late(event, horizon):
                say(event.line, late(event, horizon))
        return ()
    known = _imposed(chain)
    events = [*chain.events(), *(event for event in known if event.quarter <= horizon)]
    dropped = chain.dropped()
    if any(event.origin == layer.name for event in events):
        for event, idle in without_effect(events, chain.catalogue, start, dropped, horizon):
            if event.origin == layer.name and event.cause is None:
                say(event.line, idle)
    return tuple(doubts)


def after_horizon(scenario: Scenario, until: str | None) -> list[Problem]:
    """The events of a scenario's own file that lie after a quarter.

    Args:
        scenario: the scenario.
        until: the quarter, as "2008Q4"; nothing lies after None.
    """
    if until is None or not scenario.extends:  # the root says what the world is, however short
        return []
    horizon, file = quarter_of(until), shown(scenario.path)
    late_events = [event for event in scenario.events if is_late(event, horizon)]
    return [
        Problem(file, event.line, late(event, horizon).message, "let the runs end later")
        for event in late_events
        if event.origin == scenario.name and event.line is not None
    ]


def last_quarter_of(until: int | None) -> int:
    """The last quarter of a scenario that may name one."""
    return quarter_of(DEFAULT_UNTIL) if until is None else until


def _imposed(chain: Chain) -> list[Event]:
    """What is known and imposed, where a scenario asks for that."""
    day = chain.nearest("history_until")
    if day is None:
        return []
    return [event for event in timeline_events(chain.catalogue) if event.date <= day]


_At = tuple[int | None, Idle]


def _idle_overrides(chain: Chain, start: StandingNumbers, before: StandingNumbers) -> Iterator[_At]:
    """Overrides of which no number has an effect, each with its line."""
    layer = chain.own
    new = {part for each in chain.layers for *_, parts in each.declared.each() for part in parts}
    for given in layer.written_overrides:
        line = layer.loaded.line(("overrides", given))
        numbers = {
            key: it.value
            for key, it in layer.overrides.items()
            if f"{key}.".startswith(f"{given}.")
        }
        idle = [
            start.unread(key)
            if new & {*key.split(".")}
            else _idle_number(chain, start, before, key, number)
            for key, number in numbers.items()
        ]
        found = [each for each in idle if each is not None]
        if idle and len(found) == len(idle):
            if len(found) == 1:
                yield line, found[0]
            else:
                always = all(each.always for each in found)
                message = f"no number under '{given}' has an effect, as {found[0].message}"
                yield line, Idle(message, found[0].hint, always)


def _idle_number(
    chain: Chain, start: StandingNumbers, before: StandingNumbers, key: str, number: float
) -> Idle | None:
    """Why an override has no effect, if it has none."""
    if start.values.get(key) != number and key not in chain.settings:
        held = f"stays {start.values.get(key):g}, where a mechanism that is off holds it"
        return Idle(f"'{key}' {held}", "leave it out, or switch the mechanism on")
    return start.unread(key) or before.idle(key, number, chain.dropped())


def _idle_switches(chain: Chain, before: StandingNumbers) -> Iterator[_At]:
    """Mechanisms that are switched to where they are, each with its line."""
    layer, theory = chain.own, chain.nearest("theory")
    switches = {**SWITCHES, **switches_of(chain.layers)}
    state = dict.fromkeys(THEORIES[theory].off, False) if theory else {}
    for each in chain.layers[:-1]:
        state |= each.mechanisms
    for name, on in layer.mechanisms.items():
        line = layer.loaded.line(("mechanisms", name))
        if state.get(name, True) == on:
            told = "on" if on else "off"
            by = f" by the theory {theory}" if theory and name in THEORIES[theory].off else ""
            yield line, Idle(f"'{name}' is {told} already{by}", "leave it out")
        elif not on and _is_neutral(switches[name], layer, before):
            yield line, Idle(f"'{name}' does nothing already: its numbers are where 'off' has them")


def _is_neutral(switch: Switch, layer: Layer, before: StandingNumbers) -> bool:
    """Whether the numbers of a switch are where it would put them, in every run."""
    try:
        neutral = neutral_values(switch, before.catalogue)
    except ValueError:  # said where the switch is resolved
        return False
    return not any(key in layer.overrides for key in neutral) and all(
        (idle := before.idle(key, number, ())) is not None and idle.always
        for key, number in neutral.items()
    )


def _idle_omissions(chain: Chain, horizon: int) -> Iterator[_At]:
    """Omissions of what would not act anyway, or is imposed all the same, each with its line."""
    inherited = [event for layer in chain.layers[:-1] for event in layer.events]
    known = {(event.name, event.quarter) for event in _imposed(chain)}
    for omitted in chain.own.omit:
        meant = [event for event in inherited if omitted.means(event)]
        line = chain.own.loaded.line(omitted.place)
        if meant and all(is_late(event, horizon) for event in meant):
            yield (
                line,
                Idle(f"'{omitted}' to omit lies after the run's end ({quarter_name(horizon)})"),
            )
        elif meant and all((event.name, event.quarter) in known for event in meant):
            day = chain.nearest("history_until")
            hint = "end history before it"
            yield line, Idle(f"'{omitted}' is known, and history is imposed to {day}", hint)


_BROUGHT = ("opens_trade", "host_share", "running_flow", "stake")
"""What a project may bring a host, each a table of `works`."""


def _idle_hosts(chain: Chain, start: StandingNumbers) -> Iterator[_At]:
    """Hosts to whom a project that is added brings nothing, each with its line."""
    region = chain.catalogue.names["region"]
    for name, project in chain.own.declared.sound.projects.items():
        # A deal is worth its amount to its hosts, without any of these.
        for at, host in enumerate(() if project.kind == "deal" else project.hosts):
            if any(start.is_there(f"works.{each}.{name}.{host}") for each in _BROUGHT):
                continue
            hint = f"give works.host_share.{name}.{host}, or another of {', '.join(_BROUGHT)}"
            if host not in region:
                hint = f"ties and trade are followed in {', '.join(region)} alone"
            line = chain.own.loaded.line(("projects", "add", name, "hosts", at))
            yield line, Idle(f"{name} brings {host} nothing", hint, always=False)


def _dropped_twice(chain: Chain) -> Iterator[_At]:
    """Actors who are taken out and are not there, each with its line."""
    gone = {actor for layer in chain.layers[:-1] for actor in layer.drop}
    for at, actor in enumerate(chain.own.drop):
        if actor in gone:
            line = chain.own.loaded.line(("actors", "drop", at))
            yield line, Idle(f"'{actor}' is dropped already", "leave it out")

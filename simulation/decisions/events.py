"""What can be asked about: every declared decision, and the chain of decisions behind each event.

An event such as `close_base:manas` is the end of a chain: a review is taken up, the host is
dissatisfied, the guest does not pay. Names, chains and sentences come from the declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from simulation.decisions import bases, organizations, patronage, regimes, works
from simulation.decisions.decision import Decision, Link, LogEvent, Undeclared
from simulation.inputs.problems import Problem, Problems, did_you_mean, nearest
from simulation.world.axes import Axes

_SUBJECTS = (bases, patronage, organizations, works, regimes)


def _declared() -> Iterator[Decision[Any]]:
    for subject in _SUBJECTS:
        for each in vars(subject).values():
            if isinstance(each, Decision):
                yield each


DECISIONS: dict[str, Decision[Any]] = {each.key: each for each in _declared()}
"""Every decision by its key."""


@dataclass(frozen=True)
class Kind:
    """A kind of event that can be asked about.

    Attributes:
        event: as it is declared.
        decision: the one that leaves it in the log.
        chain: the decisions behind it, in the order in which they are taken.
    """

    event: LogEvent
    decision: Decision[Any]
    chain: tuple[Link, ...]

    @property
    def decided_as(self) -> str:
        """The kind under which the log holds the decision, where the event is a later effect."""
        return self.event.later or self.event.kind


def kinds_of(decisions: Iterable[Decision[Any]]) -> dict[str, Kind]:
    """The kinds of event that decisions leave in the log.

    Raises:
        Undeclared: two leave the same, or a chain names a decision that there is not.
    """
    found: dict[str, Kind] = {}
    for decision in decisions:
        for event in decision.events:
            if event.kind in found:
                raise Undeclared(f"two decisions leave '{event.kind}' in the log")
            before = decision.follows if event.before is None else event.before
            own = Link(decision.name, event.wanted, event.about)
            found[event.kind] = Kind(event, decision, (*before, own))
    for name, kind in found.items():
        if kind.event.later:
            found[name] = Kind(kind.event, kind.decision, found[kind.event.later].chain)
    links = {link.decision for kind in found.values() for link in kind.chain}
    unknown = links - {each.name for each in DECISIONS.values()}
    if unknown:
        raise Undeclared(f"a chain names decisions that there are not: {sorted(unknown)}")
    return found


KINDS: dict[str, Kind] = kinds_of(DECISIONS.values())
"""Every kind of event with a decision behind it."""

SCRIPTED = "event_"
"""Before the kind, in the log, of what a scenario scripts or a history imposes."""
_TOWARDS = frozenset({"deal", "understanding", "withhold_aid"})
"""Dated events that are about a power, and are named by the state that it acts towards."""


@dataclass(frozen=True)
class EventName:
    """An event by name: its kind, what it is about, and, where that is not enough, with whom."""

    kind: str
    main: str
    second: str = ""

    def __str__(self) -> str:
        paired = self.second and KINDS[self.kind].event.paired
        return ":".join([self.kind, self.main, *([self.second] if paired else [])])


@dataclass(frozen=True)
class Happening:
    """Something that happened in a run: a row of the log."""

    quarter: int
    phase: str
    kind: str
    actor: str
    counterpart: str
    object: str
    value: float

    @property
    def name(self) -> EventName | None:
        """Its name, or None where no decision is behind it."""
        kind = self.kind.removeprefix(SCRIPTED)
        if kind not in KINDS:
            return None
        main, second = KINDS[kind].event.main, KINDS[kind].event.second
        if kind != self.kind:  # the log names what a dated event is about as its actor
            main = "counterpart" if kind in _TOWARDS else "actor"
            second = second and ("actor" if kind in _TOWARDS else "counterpart")
        return EventName(kind, self._column(main), self._column(second) if second else "")

    def _column(self, name: str) -> str:
        columns = {"actor": self.actor, "counterpart": self.counterpart, "object": self.object}
        return columns[name]

    def is_a(self, event: EventName, kind: str) -> bool:
        """Whether this is an event, or the decision behind it, which is of another kind."""
        name = self.name
        if name is None or name.kind != kind or name.main != event.main:
            return False
        return not event.second or name.second == event.second


def possible_events(axes: Axes) -> list[EventName]:
    """Every event that can be asked about in a world with these axes."""
    found = []
    for name, kind in KINDS.items():
        for main, second in kind.decision.case.subjects(axes):
            found.append(EventName(name, main, second if kind.event.second else ""))
    return found


def events_named(text: str, possible: Iterable[EventName], happened: str) -> list[EventName]:
    """The events that a name fits; `join:uzbekistan` fits one for each organization.

    Args:
        text: the name, as kind:object or kind:object:counterpart.
        possible: what can be asked about.
        happened: what happened in the run, to be told with an unknown name.

    Raises:
        Problems: it fits none.
    """
    kind, *rest = text.split(":")
    known = list(possible)
    fitting = [
        each
        for each in known
        if kind == each.kind and rest in ([each.main], [each.main, each.second])
    ]
    if fitting:
        return fitting
    hint = did_you_mean(text, _spellings(known)) if rest else None
    if kind not in KINDS:
        close = nearest(kind, KINDS)
        if close:
            hint = f"did you mean '{':'.join([close, *rest])}'?"
        elif not hint:
            hint = f"kinds of event are {', '.join(KINDS)}"
    elif not hint:
        mains = dict.fromkeys(each.main for each in known if each.kind == kind)
        hint = f"write {kind}: and one of {', '.join(mains)}"
    raise Problems([Problem("--event", None, f"no event '{text}'", f"{hint}\n{happened}")])


def _spellings(names: Iterable[EventName]) -> list[str]:
    """Names in short and in full."""
    found = []
    for each in names:
        found.append(f"{each.kind}:{each.main}")
        if each.second:
            found.append(f"{each.kind}:{each.main}:{each.second}")
    return list(dict.fromkeys(found))

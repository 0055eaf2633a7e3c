"""What can be explained: events by name, and the chain of decisions behind each.

An event such as `close_base:manas` is the end of a chain: a review is taken up, the host is
dissatisfied, the guest does not pay. Agents hand over each decision (`World.explain`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from simulation.inputs.problems import Problem, Problems, did_you_mean, nearest

KINDS: dict[str, tuple[str, str]] = {
    "open_base": ("object", ""),
    "review": ("object", ""),
    "keep_base": ("object", ""),
    "serve_notice": ("object", ""),
    "close_base": ("object", ""),
    "withhold_aid": ("counterpart", "actor"),
    "deal": ("counterpart", "actor"),
    "venture": ("counterpart", "actor"),
    "understanding": ("actor", "counterpart"),
    "found_body": ("object", "actor"),
    "statement": ("actor", ""),
    "admit": ("counterpart", "actor"),
    "join": ("actor", "counterpart"),
    "leave": ("actor", "counterpart"),
    "exercise": ("actor", ""),
    "take_part": ("actor", "counterpart"),
    "stay_out": ("actor", "counterpart"),
    "found_organization": ("object", ""),
    "start_project": ("object", ""),
    "open_project": ("object", ""),
    "ouster": ("actor", ""),
    "crackdown": ("actor", ""),
}
"""Events with a decision behind them: which columns of the log name them."""
PAIRED = frozenset({"deal", "join", "leave", "stay_out", "take_part", "venture"})
"""Events whose short name would fit several at once."""


DECIDED_AS = {"close_base": "serve_notice", "open_project": "start_project"}
"""Events that are the later effect of a decision, which the log holds under another kind."""


SCRIPTED = "event_"
"""Before the kind, in the log, of what a scenario scripts or a history imposes."""
TOWARDS = frozenset({"deal", "understanding", "withhold_aid"})
"""Dated events that are about a power, and are named by the state that it acts towards."""


@dataclass(frozen=True)
class EventName:
    """An event by name: its kind, what it is about, and, where that is not enough, with whom."""

    kind: str
    main: str
    second: str = ""

    def __str__(self) -> str:
        more = [self.second] if self.second and self.kind in PAIRED else []
        return ":".join([self.kind, self.main, *more])


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
        main, second = KINDS[kind]
        if kind != self.kind:  # the log names what a dated event is about as its actor
            main = "counterpart" if kind in TOWARDS else "actor"
            second = second and ("actor" if kind in TOWARDS else "counterpart")
        return EventName(kind, getattr(self, main), getattr(self, second) if second else "")

    def is_a(self, event: EventName, kind: str) -> bool:
        """Whether this is an event, or the decision behind it, which is of another kind."""
        name = self.name
        if name is None or name.kind != kind or name.main != event.main:
            return False
        return not event.second or name.second == event.second


@dataclass(frozen=True)
class Link:
    """A decision in the chain behind an event.

    Attributes:
        decision: what the agents call it.
        wanted: whether the event needs it to happen; None where the event may come either way.
        about: which part of the event's name it is about: "main", "second" or "both".
    """

    decision: str
    wanted: bool | None = True
    about: str = "both"


_REVIEW = (Link("take_up"), Link("review"))
_TROUBLE = Link("unrest", about="main")
_NOTICE = (*_REVIEW, Link("visit", None), Link("keep_base", False))

CHAINS: dict[str, tuple[Link, ...]] = {
    "open_base": (Link("propose_base"), Link("open_base")),
    "review": _REVIEW,
    "keep_base": (*_REVIEW, Link("visit"), Link("keep_base")),
    "serve_notice": _NOTICE,
    "close_base": _NOTICE,
    "ouster": (_TROUBLE, Link("ouster")),
    "crackdown": (_TROUBLE, Link("ouster", False)),
    "take_part": (Link("exercise", about="second"), Link("take_part")),
    "stay_out": (Link("exercise", about="second"), Link("take_part", False)),
    "open_project": (Link("start_project"),),
    **{
        kind: (Link(kind),)
        for kind in (
            "withhold_aid", "deal", "venture", "understanding", "found_body", "statement",
            "admit", "join", "leave", "exercise", "found_organization", "start_project",
        )
    },
}  # fmt: skip
"""The decisions behind each kind of event, in the order in which they are taken."""


def possible_events(axes: Any) -> list[EventName]:
    """Every event that can be asked about in a world with these axes."""
    found = [
        EventName(kind, base)
        for kind in ("open_base", "review", "keep_base", "serve_notice", "close_base")
        for base in axes.installation
    ]
    for kind in ("withhold_aid", "deal", "venture", "understanding"):
        found += [EventName(kind, state, power) for state in axes.region for power in axes.power]
    found += [EventName("found_body", body, organization) for organization, body in axes.body]
    for kind in ("statement", "exercise", "found_organization"):
        found += [EventName(kind, organization) for organization in axes.organization]
    for kind in ("admit", "join", "leave", "take_part", "stay_out"):
        found += [EventName(kind, state, o) for state in axes.state for o in axes.organization]
    for kind in ("start_project", "open_project"):
        found += [EventName(kind, project) for project in axes.project]
    for kind in ("ouster", "crackdown"):
        found += [EventName(kind, state) for state in axes.region]
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

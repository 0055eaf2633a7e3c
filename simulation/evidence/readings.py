"""What can be read of a run, as files may ask for it: outcomes, patterns, what a mechanism moves.

Each reading has a name and says of whom it is; `simulation/model/measures.py` says how it is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from simulation.evidence.schema import ActorNames, Evidenced, Once, StateNames, Texts
from simulation.inputs.problems import did_you_mean
from simulation.inputs.validation import (
    ActorName,
    ChannelName,
    FileEntry,
    Frozen,
    InstallationName,
    Named,
    OrganizationName,
    PowerName,
    ProjectName,
    Several,
    SideName,
    StateName,
    Text,
    Truth,
    WholeRegionName,
    Within,
    WrittenNumber,
    Wrong,
)
from simulation.numerics.dates import quarter_of

READINGS: Mapping[str, str] = {
    "affinity": "power state|region",
    "agreement": "power state",
    "aid": "power state|region",
    "answers": "power",
    "base_open": "installation",
    "base_rent": "installation",
    "base_years": "installation",
    "bases_open": "power",
    "begun": "project",
    "belongs": "organization member",
    "body_founded": "organization body",
    "body_founded_at": "organization body",
    "capacity": "state",
    "channel_influence": "channel power state",
    "criticism": "power state",
    "dearer": "installation",
    "depth": "organization",
    "drills_joined": "organization member",
    "drugs": "state",
    "exists": "organization",
    "fear": "state",
    "first_withheld": "power state",
    "founded": "organization",
    "full_members": "organization",
    "hardship": "state",
    "in_order": "organization bodies",
    "influence_share": "power|side state|region",
    "is_member": "organization member",
    "joinings": "",
    "latent": "state",
    "leavings": "",
    "left": "organization member",
    "militancy": "state",
    "no_new_member": "organization",
    "nobody_else": "organization but",
    "notice": "installation",
    "noticed": "installation",
    "observers": "organization",
    "observes": "organization member",
    "opened": "installation",
    "ousters": "state|region",
    "pressure": "power",
    "project_open": "project",
    "project_opens": "project",
    "quarrels": "state",
    "repression": "state",
    "returns": "",
    "rent_while_open": "installation",
    "sited": "organization body member",
    "spoke": "organization",
    "stake": "power state",
    "statement": "organization",
    "stayed_away": "organization member",
    "stays_out": "organization member",
    "suspicion": "power state",
    "ties": "channel power state",
    "trade_share": "power state|region",
    "trouble": "state|region",
    "turned_away": "power",
    "turned_back": "power",
    "undisturbed": "installation",
    "upheavals": "",
    "withheld": "power state",
    "withheld_before": "power state than",
    "yearly_change": "",
}
"""Every reading with the keys that say of whom it is; of two with a bar between them one is due."""
TIMES = frozenset(("body_founded_at", "founded", "left", "notice", "opened", "withheld"))
"""Readings that give the quarter in which something happened, or none."""
IN_SOME_RUNS = frozenset(("rent_while_open",))
"""Readings that have no value in a run in which there is nothing to be read."""
YES_OR_NO = frozenset(
    (
        "base_open", "begun", "belongs", "body_founded", "dearer", "exists", "first_withheld",
        "in_order", "is_member", "no_new_member", "nobody_else", "noticed", "observes",
        "project_open", "sited", "spoke", "statement", "stayed_away", "stays_out",
        "turned_away", "turned_back", "undisturbed", "withheld_before",
    )
)  # fmt: skip
"""Readings of what is so or not."""
LATER = frozenset(("affinity", "agreement", "base_rent", "statement", "stayed_away"))
"""Readings that a pattern can ask for in the middle of a run."""
FIRST = "start"


def _quarter(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong(f"is {value}; write a quarter, as 2005Q4")
    quarter_of(value)
    return value


def _reading(value: Any) -> str:
    if value not in READINGS:
        known = f"readings are {', '.join(READINGS)}"
        raise Wrong(
            f"no reading '{value}'", did_you_mean(str(value), READINGS) or known, None, True
        )
    return str(value)


def _pair(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise Wrong("is no pair; write [first, last]")
    return tuple(value)


QuarterName = Annotated[str, BeforeValidator(_quarter)]
ReadingName = Annotated[str, BeforeValidator(_reading)]
Quarters = Annotated[tuple[QuarterName, QuarterName], BeforeValidator(_pair)]
_Pair = Annotated[tuple[WrittenNumber, WrittenNumber], BeforeValidator(_pair)]


_Step = Annotated[tuple[Annotated[str, Named("body")], ...], Several]
Steps = Annotated[tuple[_Step, ...], Several]
"""Bodies in the order in which they should come; several of one step in any order."""


class About(FileEntry):
    """What is read of a run, and of whom."""

    read: ReadingName
    power: PowerName | None = None
    side: SideName | None = None
    state: StateName | None = None
    region: WholeRegionName | None = None
    channel: ChannelName | None = None
    installation: InstallationName | None = None
    organization: OrganizationName | None = None
    body: Annotated[str, Named("body")] | None = None
    member: ActorName | None = None
    project: ProjectName | None = None
    but: ActorNames | None = None
    than: StateName | None = None
    bodies: Steps | None = None

    @property
    def whom(self) -> dict[str, Any]:
        """Of whom, by kind."""
        given = {key: getattr(self, key) for key in OF_WHOM}
        return {key: who for key, who in given.items() if who is not None}

    @model_validator(mode="after")
    def _about_whom(self) -> About:
        complaint = _misplaced(self.read, set(self.whom))
        if complaint:
            raise Wrong(complaint, alone=True)
        return self


OF_WHOM = (
    "power", "side", "state", "region", "channel", "installation", "organization", "body",
    "member", "project", "but", "than", "bodies",
)  # fmt: skip
"""The keys that say of whom something is read."""


def _misplaced(read: str, given: Set[str]) -> str | None:
    """What is wrong with the keys that say of whom it is read."""
    left = set(given)
    for word in READINGS[read].split():
        options = word.split("|")
        found = [each for each in options if each in given]
        if len(found) != 1:
            return f"the reading '{read}' wants {' or '.join(options)}"
        left -= set(found)
    if left:
        return f"the reading '{read}' takes no {', '.join(sorted(left))}"
    return None


class Wanted(About):
    """What a part of a pattern asks of a run.

    Attributes:
        at: when it is read; at the end if None.
        within, by, ever, never: when it happened.
        above, between, rises_since, below_each_of: how large it is, or against what.
    """

    at: QuarterName | None = None
    within: Quarters | None = None
    by: QuarterName | None = None
    ever: Truth | None = None
    never: Truth | None = None
    above: WrittenNumber | None = None
    between: _Pair | None = None
    rises_since: QuarterName | Literal["start"] | None = None
    below_each_of: StateNames | None = None

    @model_validator(mode="after")
    def _asks(self) -> Wanted:
        asked = [key for key in (*_WHEN, *_HOW_LARGE) if getattr(self, key) is not None]
        due = _WHEN if self.read in TIMES else () if self.read in YES_OR_NO else _HOW_LARGE
        if len(asked) != bool(due) or not set(asked) <= set(due):
            said = f"asks for one of {', '.join(due)}" if due else "is so or not, and asks no more"
            raise Wrong(f"the reading '{self.read}' {said}", alone=True)
        later = self.at or self.rises_since not in (None, FIRST)
        if later and self.read not in LATER:
            raise Wrong(f"the reading '{self.read}' is read at the end only", alone=True)
        if self.rises_since == FIRST and self.read != "ties":
            raise Wrong("'rises_since: start' is for 'ties' only", alone=True)
        return self


_WHEN = ("within", "by", "ever", "never")
_HOW_LARGE = ("above", "between", "rises_since", "below_each_of")
Conditions = Annotated[tuple[Wanted, ...], Several]


class Pattern(Evidenced):
    """Something a free run should show.

    Attributes:
        parts: what has to hold, by name; a part holds where all that it asks for does.
        without: the mechanism that is off where a part is read; the free run is read otherwise.
        mechanisms: the claims that it bears on.
    """

    description: Text
    parts: Annotated[dict[str, Conditions], Once]
    without: Annotated[dict[str, Text], Once] = Field(default_factory=Frozen)
    mechanisms: Texts = ()

    @model_validator(mode="after")
    def _all_or_none(self) -> Pattern:
        if not self.parts:
            raise Wrong("has no parts", alone=False)
        if self.without and set(self.without) != set(self.parts):
            raise Wrong("'without' names each of the parts, or none", alone=True)
        return self


class Expected(About):
    """What turning a mechanism off should move: what, when, and which way."""

    outcome: Text
    quarter: QuarterName
    off: Literal["falls", "rises"]


class Mechanism(Evidenced):
    """A mechanism that a scenario can turn off.

    Attributes:
        claims: the claims of the documents that it carries.
        description: cause and effect in a sentence.
        neutral: parameter, or whole table, to the value that disables it.
        why: why these parameters, where that is not plain.
        expected: what should move once it is off.
    """

    claims: Texts = ()
    description: Text
    neutral: Annotated[dict[str, WrittenNumber], Once]
    expected: Expected


class TheoryEntry(Evidenced):
    """A rival account: the mechanisms that it does without."""

    description: Text
    off: Texts


def _everyone(value: Any) -> Any:
    return value if value == "all" else tuple(value) if isinstance(value, (list, tuple)) else value


Goes = Literal["power", "state", "installation", "organization", "project"]
Over = Annotated[Literal["all"] | tuple[Text, ...], BeforeValidator(_everyone)]


_ONE = (
    "power", "side", "state", "region", "installation", "organization", "project", "member",
    "than", "bodies",
)  # fmt: skip
"""The keys by which an outcome says of whom it is."""


class Matters(FileEntry):
    """The smallest difference of an outcome that matters, and why."""

    least: Annotated[float, Within(0, None, "a difference of 0 or more is due")]
    why: Text


class OutcomeEntry(Evidenced):
    """One outcome, or one for each of several actors.

    Attributes:
        description, head: in words, and over a column; `{power}` and the like are filled in.
        recorded: whether a batch keeps it; others are read where they are asked for.
        of: whom it goes over, `all` or a list; whoever is added too, unless `added` is false.
        matters: the smallest difference that matters; any that can be told if it is None.
        read: what is read at the horizon, with the keys that say of whom.
    """

    description: Text
    head: Text | None = None
    unit: Text
    kind: Literal["continuous", "binary", "count"]
    headline: Truth = False
    recorded: Truth = True
    matters: Matters | None = None
    of: Annotated[dict[Goes, Over], Once] = Field(default_factory=Frozen)
    added: Truth = True
    read: ReadingName
    power: PowerName | None = None
    side: SideName | None = None
    state: StateName | None = None
    region: WholeRegionName | None = None
    installation: InstallationName | None = None
    organization: OrganizationName | None = None
    project: ProjectName | None = None
    member: ActorName | None = None
    than: StateName | None = None
    bodies: Steps | None = None

    @property
    def whom(self) -> dict[str, Any]:
        """Of whom, by kind, apart from those that it goes over."""
        given = {key: getattr(self, key) for key in _ONE}
        return {key: who for key, who in given.items() if who is not None}

    @model_validator(mode="after")
    def _about_whom(self) -> OutcomeEntry:
        twice = set(self.of) & set(self.whom)
        about = {*self.whom, *self.of}
        if "state" in self.of and "member" in READINGS[self.read].split():
            about = about - {"state"} | {"member"}
        complaint = _misplaced(self.read, about)
        if twice:
            raise Wrong(f"goes over {', '.join(twice)} and names one", alone=False)
        if complaint:
            raise Wrong(complaint, alone=True)
        if self.read in TIMES:
            raise Wrong(f"the reading '{self.read}' is a quarter; no outcome is one", alone=True)
        return self


class Freeze(FileEntry):
    """Uncertain numbers that are not drawn but held at their values, and why.

    A key names one number, or all that stand below it.
    """

    keys: Annotated[tuple[Text, ...], Several]
    why: Text


class Replacement(FileEntry):
    """What took the place of a number of an earlier version, and what is said of it."""

    by: Text
    said: Text


class Slider(FileEntry):
    """A number that the dashboard lets one move: its subject, and itself in a few words."""

    subject: Text
    label: Text

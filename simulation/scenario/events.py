"""The closed vocabulary of dated events: what there is, and how an event is read.

An event is a mapping with a `date`, a `why` and exactly one of the keys of `EVENTS`, whose value
is what the event is about: `{date: 2004-03-01, close_base: manas, why: Ordered home.}`. Its
model is chosen by that key before anything is checked, so that a mistake is reported once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from simulation.evidence.catalogue import Catalogue
from simulation.inputs.problems import Problems, did_you_mean, nearest
from simulation.inputs.validation import (
    ActorName,
    ChannelName,
    FileEntry,
    Frozen,
    InstallationName,
    Named,
    Names,
    OrganizationName,
    PowerName,
    ProjectName,
    Several,
    StateName,
    Text,
    Within,
    Wrong,
    complain,
    day_from,
    validated,
)
from simulation.inputs.yaml_reader import Loaded, Place, shown
from simulation.numerics.dates import LAST, START, first_day, last_day, quarter_of

_EXAMPLE = "write {date: 2004-03-01, close_base: manas, why: ...}"
FIRST_DAY = first_day(quarter_of(START))
LAST_DAY = last_day(quarter_of(LAST))


def _event_day(value: Any) -> dt.date:
    day = day_from(value)
    if day < FIRST_DAY:
        raise Wrong(f"is {day}; a run starts on {FIRST_DAY}")
    if day > LAST_DAY:
        raise Wrong(f"is {day}; the last day that can be simulated is {LAST_DAY}")
    return day


RegionName = Annotated[str, Named("region", "ties, aid and threats are followed in these alone")]
Parties = Annotated[tuple[ActorName, ...], Several, Field(min_length=1)]
EventDay = Annotated[dt.date, BeforeValidator(_event_day)]
Rent = Annotated[float, Within(0, None, "a rent is 0 or more (US$ million a year)")]
Amount = Annotated[float, Within(0, None, "an amount is 0 or more (US$ million)")]
Fraction = Annotated[float, Within(0, 1, "a number from 0 to 1 is due")]
NoticeDays = Annotated[float, Within(0, None, "days are a whole number, 0 or more", whole=True)]
DelayQuarters = Annotated[float, Within(1, None, "a delay is 1 or more whole quarters", whole=True)]


class EventEntry(FileEntry):
    """What every event has."""

    date: EventDay
    why: Text


class OpenBase(EventEntry):
    """A base opens, whoever would have wanted it."""

    open_base: InstallationName
    rent: Rent | None = None


class CloseBase(EventEntry):
    """A base closes at once."""

    close_base: InstallationName


class SetRent(EventEntry):
    """The yearly rent of a base is set."""

    set_rent: InstallationName
    rent: Rent


class ServeNotice(EventEntry):
    """The host tells the guest to leave, within so many days."""

    serve_notice: InstallationName
    days: NoticeDays | None = None


class KeepBase(EventEntry):
    """A review of a base ends in its staying, perhaps at another rent."""

    keep_base: InstallationName
    rent: Rent | None = None


class Admit(EventEntry):
    """An organization takes in an observer or a member."""

    admit: ActorName
    to: OrganizationName
    as_: Literal["observer", "member"] = Field(alias="as")


class Leave(EventEntry):
    """An actor leaves an organization."""

    leave: ActorName
    from_: OrganizationName = Field(alias="from")


class FoundOrganization(EventEntry):
    """An organization is founded."""

    found_organization: OrganizationName


class FoundBody(EventEntry):
    """An organization founds one of its bodies, perhaps with a seat."""

    found_body: Text
    of: OrganizationName
    seat: ActorName | None = None

    @model_validator(mode="after")
    def _known_body(self, info: ValidationInfo) -> FoundBody:
        bodies = info.context[f"body of {self.of}"] if info.context else (self.found_body,)
        if self.found_body not in bodies:
            close = did_you_mean(self.found_body, bodies)
            known = f"its bodies are {', '.join(bodies)}" if bodies else "it has no bodies"
            raise Wrong(f"{self.of} has no body '{self.found_body}'", close or known, None, True)
        return self


class Statement(EventEntry):
    """An organization makes a statement against a foreign presence."""

    statement: OrganizationName
    strength: Fraction


class Ouster(EventEntry):
    """A head of state is driven from office."""

    ouster: StateName


class Crackdown(EventEntry):
    """A state puts unrest down by force."""

    crackdown: StateName


class LeaderChange(EventEntry):
    """A head of a Central Asian state is succeeded in good order."""

    leader_change: RegionName


class Attack(EventEntry):
    """An attack on an actor; the campaign it starts is set from the next quarter on."""

    attack: ActorName
    campaign: Fraction


class Campaign(EventEntry):
    """The intensity of the campaign in Afghanistan from this quarter on."""

    campaign: Fraction


class Aid(EventEntry):
    """A power gives a Central Asian state aid through one channel."""

    aid: PowerName
    to: RegionName
    channel: ChannelName
    amount: Amount


class WithholdAid(EventEntry):
    """A power withholds aid from a Central Asian state."""

    withhold_aid: PowerName
    from_: RegionName = Field(alias="from")
    amount: Amount | None = None


class Credit(EventEntry):
    """A power lends to others in equal parts; what Central Asian states borrow builds ties."""

    credit: PowerName
    to: Parties
    amount: Amount

    @model_validator(mode="after")
    def _reaches_the_region(self, info: ValidationInfo) -> Credit:
        known = info.context["region"] if info.context else self.to
        if not set(self.to) & set(known):
            message = f"no borrower of {self.credit} is a contested state"
            hint = f"name one of {', '.join(known)}; credits to others alone change nothing"
            raise Wrong(message, hint, "actors", alone=True)
        return self


class Deal(EventEntry):
    """A power signs an economic deal with a Central Asian state."""

    deal: PowerName
    with_: RegionName = Field(alias="with")
    amount: Amount


class StartProject(EventEntry):
    """Work on a project starts."""

    start_project: ProjectName


class OpenProject(EventEntry):
    """A project is completed and opens."""

    open_project: ProjectName


class CancelProject(EventEntry):
    """A project is given up."""

    cancel_project: ProjectName


class DelayProject(EventEntry):
    """A project falls behind by so many quarters."""

    delay_project: ProjectName
    quarters: DelayQuarters


class Exercise(EventEntry):
    """An organization holds a military exercise; without participants, its members choose."""

    exercise: OrganizationName
    participants: Parties | None = None


class Sanction(EventEntry):
    """The United Nations sanction a state."""

    sanction: StateName


class LiftSanction(EventEntry):
    """The sanctions on a state are lifted."""

    lift_sanction: StateName


class Understanding(EventEntry):
    """A power and a Central Asian state reach an understanding on extradition."""

    understanding: PowerName
    with_: RegionName = Field(alias="with")


class Militancy(EventEntry):
    """A shock to the militancy in a Central Asian state."""

    militancy: RegionName
    size: Annotated[float, Within(-1, 1, "a number from -1 to 1 is due")]


class Drugs(EventEntry):
    """A shock that adds to the traffic in drugs."""

    drugs: Annotated[float, Within(-1, 3, "a number from -1 to 3 is due")]


class Drought(EventEntry):
    """A shock that adds to the stress over water."""

    drought: Fraction


class Observation(FileEntry):
    """A yearly figure that is known."""

    what: Literal["agreement", "trade_share"]
    state: StateName
    power: PowerName
    value: Fraction


class Observe(EventEntry):
    """A figure becomes known; for the timeline only."""

    observe: Observation


class SetParameter(EventEntry):
    """Parameters change from this quarter on."""

    set: Annotated[dict[str, Any], AfterValidator(Frozen)]


_MODELS = (
    OpenBase, CloseBase, SetRent, ServeNotice, KeepBase,
    Admit, Leave, FoundOrganization, FoundBody, Statement, Exercise,
    Ouster, Crackdown, LeaderChange, Attack, Campaign, Militancy, Drugs, Drought,
    Aid, WithholdAid, Credit, Deal, Understanding, Sanction, LiftSanction,
    StartProject, OpenProject, CancelProject, DelayProject, Observe, SetParameter,
)  # fmt: skip


EventKind = Literal[
    "open_base", "close_base", "set_rent", "serve_notice", "keep_base", "admit", "leave",
    "found_organization", "found_body", "statement", "exercise", "ouster", "crackdown",
    "leader_change", "attack", "campaign", "militancy", "drugs", "drought", "aid", "withhold_aid",
    "credit", "deal", "understanding", "sanction", "lift_sanction", "start_project",
    "open_project", "cancel_project", "delay_project", "observe", "set",
]  # fmt: skip
"""The keys that name the events, so that a misspelt one is refused before anything runs."""


def _key(model: type[EventEntry]) -> EventKind:
    """The key that names the event: the first after those every event has."""
    return cast(EventKind, list(model.model_fields)[len(EventEntry.model_fields)])


EVENTS: dict[EventKind, type[EventEntry]] = {_key(model): model for model in _MODELS}
"""The model of each event, by the key that names it."""
TIMELINE_ONLY: tuple[EventKind, ...] = ("observe",)


@dataclass(frozen=True)
class Event:
    """Something that happens on a day, in every run.

    Attributes:
        kind: The key that names it: "close_base".
        date: The day.
        quarter: The quarter of the day; events act in the World phase.
        subject: What it is about: an identifier, a number, or a mapping (`set`, `observe`).
        fields: The other keys as they are written: {"to": "sco", "as": "member"}.
        why: The reason that was given.
        line: Its line in the file.
        origin: The scenario that has it.
    """

    kind: EventKind
    date: dt.date
    quarter: int
    subject: Any
    fields: Mapping[str, Any]
    why: str
    line: int | None = None
    origin: str = ""

    @property
    def name(self) -> str:
        """How people and commands name it: close_base:manas."""
        subject = self.subject
        return f"{self.kind}:{'+'.join(subject) if isinstance(subject, Mapping) else subject}"

    @property
    def order(self) -> tuple[int, dt.date, str, str, str]:
        """What events are sorted by, so that the order of files changes nothing."""
        return self.quarter, self.date, self.kind, str(self.subject), str(dict(self.fields))

    def mentions(self, actor: str) -> bool:
        """Whether the event is about an actor or has it as its counterpart."""
        named: list[Any] = [self.subject, *self.fields.values()]
        return any(actor == it or (isinstance(it, tuple) and actor in it) for it in named)


def parse_event(
    data: Any,
    loaded: Loaded,
    place: Place,
    catalogue: Catalogue,
    timeline: bool = False,
) -> Event | None:
    """Read one event; what is wrong with it is noted in `loaded`.

    Args:
        data: The mapping as it is written.
        loaded: The file it stands in.
        place: Where in the file.
        catalogue: The names and parameters that exist.
        timeline: Whether it is an entry of the timeline, which needs no `why`.
    """
    if not isinstance(data, dict):
        loaded.problem(place, "an event is a mapping", _EXAMPLE)
        return None
    kind = _kind_of(data, loaded, place, timeline)
    if kind is None:
        return None
    data = {"why": "It happened.", **data} if timeline else data
    subject = data[kind]
    of = subject if isinstance(subject, str) and kind not in ("set", "observe") else None
    names = _widened(catalogue.names) if timeline else catalogue.names
    model = validated(EVENTS[kind], data, loaded, place, names, of=of)
    assigned = _assigned(data, loaded, (*place, "set"), catalogue) if kind == "set" else None
    if model is None:
        return None
    written = model.model_dump(by_alias=True, exclude_none=True)
    written = {key: value for key, value in written.items() if key not in EventEntry.model_fields}
    subject = Frozen(assigned) if assigned is not None else written.pop(kind)
    written.pop(kind, None)
    return Event(
        kind=kind,
        date=model.date,
        quarter=quarter_of(model.date),
        subject=Frozen(subject) if isinstance(subject, dict) else subject,
        fields=Frozen(written),
        why=model.why,
        line=loaded.line(place),
    )


def timeline_events(catalogue: Catalogue) -> tuple[Event, ...]:
    """What happened, as events in order.

    Raises:
        Problems: Everything that is wrong with an event of the timeline.
    """
    path = catalogue.directory / "timeline.yaml"
    loaded = Loaded(path, shown(path))
    events = []
    for entry in catalogue.timeline:
        if entry.line is not None:
            loaded.lines[(str(entry.line),)] = entry.line
        data = {**entry.event, "date": entry.date}
        event = parse_event(data, loaded, (str(entry.line),), catalogue, timeline=True)
        if event is not None:
            events.append(event)
    if loaded.problems:
        raise Problems(loaded.problems)
    return tuple(sorted(events, key=lambda event: event.order))


def describe_events() -> dict[EventKind, dict[str, Any]]:
    """Each event of the vocabulary: what it does and what it needs."""
    described = {}
    for kind, model in sorted(EVENTS.items()):
        own = [field for key, field in model.model_fields.items() if key not in ("date", "why")]
        keys = [key for key in model.model_fields if key not in ("date", "why")]
        names = [field.alias or key for key, field in zip(keys, own, strict=True)]
        described[kind] = {
            "description": (model.__doc__ or "").split("\n")[0],
            "required": [n for n, f in zip(names, own, strict=True) if f.is_required()],
            "optional": [n for n, f in zip(names, own, strict=True) if not f.is_required()],
        }
    return described


def _kind_of(
    data: dict[str, Any], loaded: Loaded, place: Place, timeline: bool
) -> EventKind | None:
    """The one key of an event that names it."""
    kinds = [key for key in data if key in EVENTS and (timeline or key not in TIMELINE_ONLY)]
    # 'campaign' is an event, and a field of 'attack'.
    kinds = [key for key in kinds if not any(key in _others(kind) for kind in kinds)]
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        message = f"two events in one entry: {' and '.join(kinds)}"
        loaded.problem((*place, kinds[1]), message, "give each an entry of its own")
        return None
    reserved = next((key for key in data if key in TIMELINE_ONLY), None)
    if reserved:
        message = f"'{reserved}' is for the timeline of the evidence only"
        loaded.problem((*place, reserved), message, listing="events")
        return None
    known = [kind for kind in sorted(EVENTS) if timeline or kind not in TIMELINE_ONLY]
    fields = {field for kind in known for field in _others(kind)} | set(EventEntry.model_fields)
    strange = [key for key in data if key not in fields] or [key for key in data if key in fields]
    strange = [key for key in strange if key not in EventEntry.model_fields]
    word = next((key for key in strange if nearest(key, known)), strange[0] if strange else None)
    if word is None:
        loaded.problem(place, "an entry without an event", _EXAMPLE, "events")
    else:
        hint = did_you_mean(word, known) or f"events are {', '.join(known)}"
        loaded.problem((*place, word), f"no event '{word}'", hint, "events")
    return None


def _widened(names: Names) -> Names:
    """Names for the timeline: it tells what happened also where the model does not look."""
    return {**names, "region": names["state"]}


def _others(kind: EventKind) -> set[str]:
    """The keys of an event beside its own and those every event has."""
    fields = EVENTS[kind].model_fields
    return {f.alias or key for key, f in fields.items()} - {kind} - set(EventEntry.model_fields)


def _assigned(
    data: dict[str, Any], loaded: Loaded, place: Place, catalogue: Catalogue
) -> dict[str, float]:
    """The numbers that a `set` event sets, by full key."""
    numbers: dict[str, float] = {}
    given = data["set"]
    if not isinstance(given, dict):
        return numbers
    if not given:
        loaded.problem(place, "'set' is empty", "write set: {KEY: VALUE}")
    for key, value in given.items():
        found, refused = catalogue.assign(key, value)
        for at, wrong in refused:
            complain(loaded, (*place, key, *at), f"'{'.'.join((key, *map(str, at)))}'", wrong)
        late = [full_key for full_key in found if _is_not_read_later(full_key, catalogue)]
        if late:
            message = (
                f"'{late[0]}' is not read once a run has begun; changed later it has no effect"
            )
            hint = "write it under overrides, which hold from the start"
            loaded.problem((*place, key), message, hint)
        for full_key, number in found.items():
            if full_key in numbers:
                loaded.problem((*place, key), f"'{full_key}' is set twice in one event")
            numbers[full_key] = number
    return numbers


def _is_not_read_later(full_key: str, catalogue: Catalogue) -> bool:
    """Whether a number is read when a run begins at most, and not again."""
    parameter = catalogue.declaration_of(full_key)
    return parameter is not None and parameter.only_at_start

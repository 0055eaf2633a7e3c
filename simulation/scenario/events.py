"""The closed vocabulary of dated events: what there is, and how an event is read.

An event is a mapping with a `date`, a `why` and exactly one of the keys of `EVENTS`, whose value
is what the event is about: `{date: 2004-03-01, close_base: manas, why: Ordered home.}`. Its
model is chosen by that key before anything is checked, so that a mistake is reported once.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import Installation
from simulation.inputs.problems import MOST_SHOWN, Problems, did_you_mean, nearest
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
    Truth,
    Within,
    Wrong,
    complain,
    day_from,
    text_from,
    unknown,
    validated,
)
from simulation.inputs.yaml_reader import Loaded, Place, shown
from simulation.numerics.dates import (
    LAST,
    START,
    first_day,
    last_day,
    quarter_name,
    quarter_of,
)

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
ContractQuarters = Annotated[
    float, Within(1, None, "a term is 1 or more whole quarters", whole=True)
]
Yearly = Annotated[float, Within(0, None, "an amount is 0 or more (US$ million a year)")]
Times = Annotated[float, Within(0, 100, "a number from 0 to 100 is due; 2 doubles")]
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def _new_name(value: Any) -> str:
    word = text_from(value)
    if not _IDENTIFIER.fullmatch(word):
        hint = "use lower-case letters, digits and underscores"
        raise Wrong(f"'{word}' is no identifier", hint, alone=True)
    return word


BaseName = Annotated[str, BeforeValidator(_new_name)]


class EventEntry(FileEntry):
    """What every event has."""

    date: EventDay
    why: Text


class StandingEntry(EventEntry):
    """What an event that stands from its day on may have: the last day on which it does."""

    until: EventDay | None = None

    @model_validator(mode="after")
    def _stands_a_quarter(self) -> StandingEntry:
        if self.until is not None and quarter_after(self.until) <= quarter_of(self.date):
            message = f"what begins on {self.date} and ends on {self.until} is over before it acts"
            last = last_day(quarter_of(self.date))
            raise Wrong(message, f"write {last} or a later day as 'until'", alone=True)
        return self


class OpenBase(EventEntry):
    """A base opens, whoever would have wanted it: a known one, or a new one anywhere for anyone."""

    open_base: BaseName
    host: StateName | None = None
    guest: PowerName | None = None
    kind: Literal["campaign", "presence"] | None = None
    rent: Rent | None = None
    contract: ContractQuarters | None = None
    notice: NoticeDays | None = None

    @model_validator(mode="after")
    def _known_or_whole(self, info: ValidationInfo) -> OpenBase:
        new = {"host": self.host, "guest": self.guest, "kind": self.kind, "notice": self.notice}
        given = [key for key, value in new.items() if value is not None]
        names = info.context or {"installation": () if given else (self.open_base,)}
        terms = {"rent": self.rent, "contract": self.contract}
        outer = self.host is not None and self.host not in names.get("region", (self.host,))
        needed = {**new, **({} if outer else terms)}
        missing = [key for key, it in needed.items() if it is None and key != "notice"]
        idle = [key for key, it in terms.items() if it is not None] if outer else []
        if self.open_base in names["installation"]:
            if given:
                message = f"{self.open_base} exists; its {given[0]} cannot be declared again"
                raise Wrong(message, "leave it out, or name a new base", None, True)
        elif not given:
            wrong = unknown("installation", self.open_base, names)
            more = "a new base needs host, guest, kind, rent and contract"
            hint = f"{wrong.hint}; {more}" if wrong.hint else more
            raise Wrong(str(wrong), hint, wrong.listing, True)
        elif missing:
            message = f"the new base {self.open_base} has no {', no '.join(missing)}"
            more = "" if outer else ", rent and contract"
            hint = f"a new base needs host, guest{' and' if outer else ','} kind{more}"
            raise Wrong(message, hint, None, True)
        elif idle:
            message = f"{' and '.join(idle)} of {self.open_base} would be read by nobody"
            hint = (
                f"leave it out: in {self.host}, no contested state, events alone decide on a base"
            )
            raise Wrong(message, hint, None, True)
        return self


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
    """A head of state is followed by another: by death (as is taken), by a vote, or by a coup."""

    leader_change: StateName
    by: Literal["death", "vote", "coup"] | None = None


class CampaignEntry(StandingEntry):
    """What a campaign may have: its last day, and what goes on after it."""

    after: Fraction | None = None

    @model_validator(mode="after")
    def _ends_before_it_goes_on(self) -> CampaignEntry:
        if self.after is not None and self.until is None:
            message = "'after' says what goes on after a campaign, and 'until' is missing"
            raise Wrong(message, "write its last day as 'until'", None, True)
        return self


class Attack(CampaignEntry):
    """An attack, on whom the log keeps; its campaign in Afghanistan begins a quarter later."""

    attack: ActorName
    campaign: Fraction

    @model_validator(mode="after")
    def _campaign_lasts(self) -> Attack:
        begins = quarter_of(self.date) + 1
        if self.until is not None and quarter_after(self.until) <= begins:
            message = f"the campaign begins in {quarter_name(begins)} and is over by {self.until}"
            raise Wrong(message, "write a later day as 'until'", None, True)
        return self


class Campaign(CampaignEntry):
    """The intensity of the campaign in Afghanistan from this quarter on, or until a day."""

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


class FlowCondition(FileEntry):
    """What has to hold, quarter by quarter, for a flow to be given."""

    base: InstallationName | None = None
    member_of: OrganizationName | None = None
    outside: OrganizationName | None = None
    repression_below: Fraction | None = None

    @model_validator(mode="after")
    def _says_something(self) -> FlowCondition:
        if not self.model_fields_set:
            hint = "name base, member_of, outside or repression_below"
            raise Wrong("is an empty condition", hint)
        return self


class Flow(StandingEntry):
    """A power gives a Central Asian state so much a year, until a day, while a condition holds."""

    flow: PowerName
    to: RegionName
    of: Literal["aid", "arms", "credit"]
    amount: Yearly
    channel: ChannelName | None = None
    while_: FlowCondition | None = Field(None, alias="while")

    @model_validator(mode="after")
    def _aid_has_channels(self) -> Flow:
        if self.channel is not None and self.of != "aid":
            message = f"{self.of} has a channel of its own; 'channel' goes with aid"
            raise Wrong(message, "leave it out", None, True)
        return self


class Gifts(FileEntry):
    """What a power gives under an agreement, US$ million a year."""

    aid: Yearly | None = None
    arms: Yearly | None = None
    credit: Yearly | None = None

    @model_validator(mode="after")
    def _gives(self) -> Gifts:
        if not any(getattr(self, each) for each in ("aid", "arms", "credit")):
            raise Wrong("gives nothing; name aid, arms or credit, US$ million a year")
        return self


class Favours(FileEntry):
    """What a state does in return for what an agreement gives."""

    base: InstallationName | None = None
    understanding: Truth | None = None
    leaves: OrganizationName | None = None

    @model_validator(mode="after")
    def _does(self) -> Favours:
        if not (self.base or self.understanding or self.leaves):
            raise Wrong("asks for nothing; name base, understanding or leaves")
        return self


class AgreementWithTerms(StandingEntry):
    """A power pays a Central Asian state for what it does, as long as it keeps to it."""

    agreement: PowerName
    with_: RegionName = Field(alias="with")
    gives: Gifts
    for_: Favours = Field(alias="for")


class Budget(StandingEntry):
    """A power gives one Central Asian state a multiple of what it would give it."""

    budget: PowerName
    for_: RegionName = Field(alias="for")
    times: Times


class LiftConditions(StandingEntry):
    """A power drops its conditions for one Central Asian state: it withholds and blames no more."""

    lift_conditions: PowerName
    for_: RegionName = Field(alias="for")


class SetConditions(StandingEntry):
    """A power sets conditions for one Central Asian state: it withholds up to a part of its aid."""

    set_conditions: PowerName
    for_: RegionName = Field(alias="for")
    part: Fraction


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
    Flow, AgreementWithTerms, Budget, LiftConditions, SetConditions,
    StartProject, OpenProject, CancelProject, DelayProject, Observe, SetParameter,
)  # fmt: skip


EventKind = Literal[
    "open_base", "close_base", "set_rent", "serve_notice", "keep_base", "admit", "leave",
    "found_organization", "found_body", "statement", "exercise", "ouster", "crackdown",
    "leader_change", "attack", "campaign", "militancy", "drugs", "drought", "aid", "withhold_aid",
    "credit", "deal", "understanding", "sanction", "lift_sanction", "flow", "agreement", "budget",
    "lift_conditions", "set_conditions", "start_project", "open_project", "cancel_project",
    "delay_project", "observe", "set",
]  # fmt: skip
"""The keys that name the events, so that a misspelt one is refused before anything runs."""


def _key(model: type[EventEntry]) -> EventKind:
    """The key that names the event: the first that is its model's own."""
    return cast(EventKind, next(key for key in model.model_fields if key not in _SHARED))


_SHARED = ("date", "why", "until", "after")
"""Keys that events of several kinds have."""


EVENTS: dict[EventKind, type[EventEntry]] = {_key(model): model for model in _MODELS}
"""The model of each event, by the key that names it."""
TIMELINE_ONLY: tuple[EventKind, ...] = ("observe",)
STANDING: tuple[EventKind, ...] = (
    "flow",
    "agreement",
    "budget",
    "lift_conditions",
    "set_conditions",
)
"""Events that act in every quarter from their day on, until another day if they name one."""


EXAMPLES: dict[EventKind, str] = {
    "open_base": (
        "{date: 2006-05-01, open_base: aktau, host: kazakhstan, guest: united_states, "
        "kind: presence, rent: 10, contract: 20, why: ...}"
    ),
    "close_base": "{date: 2004-03-01, close_base: manas, why: ...}",
    "set_rent": "{date: 2004-03-01, set_rent: manas, rent: 20, why: ...}",
    "serve_notice": "{date: 2004-03-01, serve_notice: manas, days: 90, why: ...}",
    "keep_base": "{date: 2005-08-01, keep_base: manas, rent: 40, why: ...}",
    "admit": "{date: 2006-06-15, admit: mongolia, to: sco, as: member, why: ...}",
    "leave": "{date: 2004-04-01, leave: uzbekistan, from: sco, why: ...}",
    "found_organization": (
        "{date: 2002-08-28, found_organization: central_asia_plus_japan, why: ...}"
    ),
    "found_body": "{date: 2002-06-07, found_body: secretariat, of: sco, seat: china, why: ...}",
    "statement": "{date: 2004-06-17, statement: sco, strength: 0.8, why: ...}",
    "exercise": "{date: 2006-02-10, exercise: sco, participants: [china, kazakhstan], why: ...}",
    "ouster": "{date: 2006-11-06, ouster: tajikistan, why: ...}",
    "crackdown": "{date: 2006-11-06, crackdown: tajikistan, why: ...}",
    "leader_change": "{date: 2006-12-21, leader_change: turkmenistan, by: death, why: ...}",
    "attack": "{date: 2006-08-10, attack: russia, campaign: 1, until: 2008-12-31, why: ...}",
    "campaign": "{date: 2006-01-01, campaign: 0.8, until: 2008-06-30, after: 0.3, why: ...}",
    "militancy": "{date: 2004-03-28, militancy: uzbekistan, size: 0.2, why: ...}",
    "drugs": "{date: 2006-07-01, drugs: 1, why: ...}",
    "drought": "{date: 2008-04-01, drought: 0.5, why: ...}",
    "aid": "{date: 2004-02-01, aid: japan, to: uzbekistan, channel: economic, amount: 9, why: ...}",
    "withhold_aid": (
        "{date: 2003-02-01, withhold_aid: united_states, from: uzbekistan, amount: 18, why: ...}"
    ),
    "credit": "{date: 2006-02-01, credit: china, to: [kazakhstan, iran], amount: 300, why: ...}",
    "deal": "{date: 2006-02-01, deal: russia, with: turkmenistan, amount: 90, why: ...}",
    "understanding": "{date: 2002-05-01, understanding: china, with: kyrgyzstan, why: ...}",
    "sanction": "{date: 2006-05-01, sanction: mongolia, why: ...}",
    "lift_sanction": "{date: 2010-05-01, lift_sanction: mongolia, why: ...}",
    "flow": (
        "{date: 2006-01-01, flow: china, to: kyrgyzstan, of: arms, amount: 40, until: 2010-12-31, "
        "while: {outside: csto}, why: ...}"
    ),
    "agreement": (
        "{date: 2006-07-01, agreement: united_states, with: kyrgyzstan, gives: {aid: 150}, "
        "for: {base: manas}, until: 2011-06-30, why: ...}"
    ),
    "budget": "{date: 2006-01-01, budget: china, for: tajikistan, times: 3, why: ...}",
    "lift_conditions": (
        "{date: 2005-06-01, lift_conditions: united_states, for: uzbekistan, until: 2008-12-31, "
        "why: ...}"
    ),
    "set_conditions": (
        "{date: 2006-01-01, set_conditions: japan, for: uzbekistan, part: 0.5, why: ...}"
    ),
    "start_project": "{date: 2002-02-01, start_project: khorgos, why: ...}",
    "open_project": "{date: 2006-02-01, open_project: andijan_osh_kashgar, why: ...}",
    "cancel_project": "{date: 2003-02-01, cancel_project: atasu_alashankou, why: ...}",
    "delay_project": "{date: 2003-01-15, delay_project: atasu_alashankou, quarters: 12, why: ...}",
    "observe": (
        "{date: 2004-12-31, observe: {what: agreement, state: uzbekistan, power: china, "
        "value: 0.8}}"
    ),
    "set": "{date: 2005-07-01, set: {basing.reservation.united_states: 0}, why: ...}",
}
"""An event of each kind as it is written, which `check` finds nothing wrong with."""


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
        cause: The event that brings it with it: whoever omits that one omits this one.
    """

    kind: EventKind
    date: dt.date
    quarter: int
    subject: Any
    fields: Mapping[str, Any]
    why: str
    line: int | None = None
    origin: str = ""
    cause: Event | None = None

    @property
    def end(self) -> int | None:
        """The quarter from which it acts no more; None where it stands until the run's end."""
        if self.kind not in STANDING:
            return self.quarter + 1
        until = self.fields.get("until")
        return None if until is None else quarter_after(until)

    def acts_in(self, quarter: int) -> bool:
        """Whether it acts in a quarter."""
        return self.quarter <= quarter and (self.end is None or quarter < self.end)

    def course(self) -> tuple[Event, ...]:
        """The event and what follows from it: a campaign that ends is one thing with its end."""
        if self.kind not in ("attack", "campaign") or "until" not in self.fields:
            return (self,)
        rest = {key: it for key, it in self.fields.items() if key not in ("until", "after")}
        start = replace(self, fields=Frozen(rest))
        date = self.fields["until"] + dt.timedelta(days=1)
        end = replace(
            start,
            kind="campaign",
            date=date,
            quarter=quarter_of(date),
            subject=self.fields.get("after", 0.0),
            fields=Frozen({}),
            cause=start,
        )
        return start, end

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

    @property
    def declares(self) -> Installation | None:
        """The new base that it opens, with its terms; None where it opens none."""
        if self.kind != "open_base" or "host" not in self.fields:
            return None
        return Installation(
            name=self.subject.replace("_", " ").title(),
            host=self.fields["host"],
            guest=self.fields["guest"],
            purpose=self.fields["kind"],
            start="none",
            asked=False,
        )

    def numbers(self, catalogue: Catalogue) -> dict[str, float]:
        """The numbers of a new base, by full key; the usual ones where it names none."""
        if self.declares is None:
            return {}
        numbers = {}
        for key, field in (("first_rent", "rent"), ("contract", "contract"), ("notice", "notice")):
            table = catalogue.parameters.get(f"basing.{key}")
            if table is not None:
                usual = median(table.leaves().values())
                otherwise = 0.0 if field == "rent" else usual
                number = float(self.fields.get(field, otherwise))
                numbers[f"{table.key}.{self.subject}"] = number
        return numbers


def declared_bases(events: Iterable[Event]) -> dict[str, Installation]:
    """The new bases that some events open, by identifier."""
    return {event.subject: event.declares for event in events if event.declares is not None}


def quarter_after(day: dt.date) -> int:
    """The quarter from which no longer holds what ends with a day."""
    return quarter_of(day + dt.timedelta(days=1))


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
    written = _frozen(model.model_dump(by_alias=True, exclude_none=True))
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


def _frozen(value: Any) -> Any:
    """Mappings inside a mapping, made read-only."""
    return {key: Frozen(it) if isinstance(it, dict) else it for key, it in value.items()}


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
    """Each event of the vocabulary: what it does, what it needs, and how it is written."""
    described = {}
    for kind, model in sorted(EVENTS.items()):
        own = [field for key, field in model.model_fields.items() if key not in ("date", "why")]
        keys = [key for key in model.model_fields if key not in ("date", "why")]
        names = [field.alias or key for key, field in zip(keys, own, strict=True)]
        described[kind] = {
            "description": (model.__doc__ or "").split("\n")[0],
            "example": EXAMPLES[kind],
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
    close = (key for key in strange[:MOST_SHOWN] if not loaded.enough and nearest(key, known))
    word = next(close, strange[0] if strange else None)
    if word is None:
        loaded.problem(place, "an entry without an event", _EXAMPLE, "events")
    else:
        name = word

        def hint() -> str:
            return did_you_mean(name, known) or f"events are {', '.join(known)}"

        loaded.problem((*place, word), f"no event '{word}'", hint, "events")
    return None


def _widened(names: Names) -> Names:
    """Names for the timeline: it tells what happened also where the model does not look."""
    return {**names, "region": names["state"]}


@functools.cache
def _others(kind: EventKind) -> frozenset[str]:
    """The keys of an event beside its own and those every event has."""
    fields = EVENTS[kind].model_fields
    every = {field.alias or key for key, field in fields.items()}
    return frozenset(every - {kind} - set(EventEntry.model_fields))


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

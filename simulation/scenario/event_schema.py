"""The events that there are: one model each, named by its key."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from simulation.inputs.problems import did_you_mean
from simulation.inputs.validation import (
    Entry,
    Frozen,
    Named,
    Several,
    Text,
    Within,
    Wrong,
    day_from,
)
from simulation.numerics.dates import LAST, START, first_day, last_day, quarter_of

FIRST_DAY = first_day(quarter_of(START))
LAST_DAY = last_day(quarter_of(LAST))


def _event_day(value: Any) -> dt.date:
    day = day_from(value)
    if day < FIRST_DAY:
        raise Wrong(f"is {day}; a run starts on {FIRST_DAY}")
    if day > LAST_DAY:
        raise Wrong(f"is {day}; the last day that can be simulated is {LAST_DAY}")
    return day


Actor = Annotated[str, Named("actor")]
Power = Annotated[str, Named("power")]
State = Annotated[str, Named("state")]
Region = Annotated[str, Named("region", "ties, aid and threats are followed in these alone")]
Organization = Annotated[str, Named("organization")]
Installation = Annotated[str, Named("installation")]
Project = Annotated[str, Named("project")]
Channel = Annotated[str, Named("channel")]
Actors = Annotated[tuple[Actor, ...], Several, Field(min_length=1)]
Day = Annotated[dt.date, BeforeValidator(_event_day)]
Rent = Annotated[float, Within(0, None, "a rent is 0 or more (US$ million a year)")]
Amount = Annotated[float, Within(0, None, "an amount is 0 or more (US$ million)")]
Share = Annotated[float, Within(0, 1, "a number from 0 to 1 is due")]
Days = Annotated[float, Within(0, None, "days are a whole number, 0 or more", whole=True)]
Quarters = Annotated[float, Within(1, None, "a delay is 1 or more whole quarters", whole=True)]


class EventEntry(Entry):
    """What every event has."""

    date: Day
    why: Text


class OpenBase(EventEntry):
    """A base opens, whoever would have wanted it."""

    open_base: Installation
    rent: Rent | None = None


class CloseBase(EventEntry):
    """A base closes at once."""

    close_base: Installation


class SetRent(EventEntry):
    """The yearly rent of a base is set."""

    set_rent: Installation
    rent: Rent


class ServeNotice(EventEntry):
    """The host tells the guest to leave, within so many days."""

    serve_notice: Installation
    days: Days | None = None


class KeepBase(EventEntry):
    """A review of a base ends in its staying, perhaps at another rent."""

    keep_base: Installation
    rent: Rent | None = None


class Admit(EventEntry):
    """An organization takes in an observer or a member."""

    admit: Actor
    to: Organization
    as_: Literal["observer", "member"] = Field(alias="as")


class Leave(EventEntry):
    """An actor leaves an organization."""

    leave: Actor
    from_: Organization = Field(alias="from")


class FoundOrganization(EventEntry):
    """An organization is founded."""

    found_organization: Organization


class FoundBody(EventEntry):
    """An organization founds one of its bodies, perhaps with a seat."""

    found_body: Text
    of: Organization
    seat: Actor | None = None

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

    statement: Organization
    strength: Share


class Ouster(EventEntry):
    """A head of state is driven from office."""

    ouster: State


class Crackdown(EventEntry):
    """A state puts unrest down by force."""

    crackdown: State


class LeaderChange(EventEntry):
    """A head of a Central Asian state is succeeded in good order."""

    leader_change: Region


class Attack(EventEntry):
    """An attack on an actor; the campaign it starts is set from the next quarter on."""

    attack: Actor
    campaign: Share


class Campaign(EventEntry):
    """The intensity of the campaign in Afghanistan from this quarter on."""

    campaign: Share


class Aid(EventEntry):
    """A power gives a Central Asian state aid through one channel."""

    aid: Power
    to: Region
    channel: Channel
    amount: Amount


class WithholdAid(EventEntry):
    """A power withholds aid from a Central Asian state."""

    withhold_aid: Power
    from_: Region = Field(alias="from")
    amount: Amount | None = None


class Credit(EventEntry):
    """A power lends to others in equal parts; what Central Asian states borrow builds ties."""

    credit: Power
    to: Actors
    amount: Amount

    @model_validator(mode="after")
    def _reaches_the_region(self, info: ValidationInfo) -> Credit:
        known = info.context["region"] if info.context else self.to
        if not set(self.to) & set(known):
            message = f"no borrower of {self.credit} is a Central Asian state"
            hint = f"name one of {', '.join(known)}; credits to others alone change nothing"
            raise Wrong(message, hint, "actors", alone=True)
        return self


class Deal(EventEntry):
    """A power signs an economic deal with a Central Asian state."""

    deal: Power
    with_: Region = Field(alias="with")
    amount: Amount


class StartProject(EventEntry):
    """Work on a project starts."""

    start_project: Project


class OpenProject(EventEntry):
    """A project is completed and opens."""

    open_project: Project


class CancelProject(EventEntry):
    """A project is given up."""

    cancel_project: Project


class DelayProject(EventEntry):
    """A project falls behind by so many quarters."""

    delay_project: Project
    quarters: Quarters


class Exercise(EventEntry):
    """An organization holds a military exercise; without participants, its members choose."""

    exercise: Organization
    participants: Actors | None = None


class Sanction(EventEntry):
    """The United Nations sanction a state."""

    sanction: State


class LiftSanction(EventEntry):
    """The sanctions on a state are lifted."""

    lift_sanction: State


class Understanding(EventEntry):
    """A power and a Central Asian state reach an understanding on extradition."""

    understanding: Power
    with_: Region = Field(alias="with")


class Militancy(EventEntry):
    """A shock to the militancy in a Central Asian state."""

    militancy: Region
    size: Annotated[float, Within(-1, 1, "a number from -1 to 1 is due")]


class Drugs(EventEntry):
    """A shock that adds to the traffic in drugs."""

    drugs: Annotated[float, Within(-1, 3, "a number from -1 to 3 is due")]


class Drought(EventEntry):
    """A shock that adds to the stress over water."""

    drought: Share


class Observation(Entry):
    """A yearly figure that is known."""

    what: Literal["agreement", "trade_share"]
    state: State
    power: Power
    value: Share


class Observe(EventEntry):
    """A figure becomes known; for the timeline only."""

    observe: Observation


class SetParameter(EventEntry):
    """Parameters change from this quarter on."""

    set: Annotated[dict[str, Any], AfterValidator(Frozen)]


EventKind = Literal[
    "open_base", "close_base", "set_rent", "serve_notice", "keep_base", "admit", "leave",
    "found_organization", "found_body", "statement", "exercise", "ouster", "crackdown",
    "leader_change", "attack", "campaign", "militancy", "drugs", "drought", "aid", "withhold_aid",
    "credit", "deal", "understanding", "sanction", "lift_sanction", "start_project",
    "open_project", "cancel_project", "delay_project", "observe", "set",
]  # fmt: skip
"""The keys that name the events, so that a misspelt one is refused before anything runs."""

_MODELS = (
    OpenBase, CloseBase, SetRent, ServeNotice, KeepBase,
    Admit, Leave, FoundOrganization, FoundBody, Statement, Exercise,
    Ouster, Crackdown, LeaderChange, Attack, Campaign, Militancy, Drugs, Drought,
    Aid, WithholdAid, Credit, Deal, Understanding, Sanction, LiftSanction,
    StartProject, OpenProject, CancelProject, DelayProject, Observe, SetParameter,
)  # fmt: skip


def _key(model: type[EventEntry]) -> EventKind:
    """The key that names the event: the first after those every event has."""
    return cast(EventKind, list(model.model_fields)[len(EventEntry.model_fields)])


EVENTS: dict[EventKind, type[EventEntry]] = {_key(model): model for model in _MODELS}
"""The model of each event, by the key that names it."""
TIMELINE_ONLY: tuple[EventKind, ...] = ("observe",)

"""Predictands: what a question can have forecast, and which actor it is about.

A file of questions names one under the key `measure`.

An organization goes on under its successor, so that `eurasec` stands for the Eurasian Economic
Union from 2015 on.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic_core import core_schema

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.validation import FileEntry, Wrong, text_from, unknown
from simulation.model.measures import HOME

SUCCESSORS = {
    name: key for key, entry in load_catalogue().organizations.items() for name in entry.also
}
"""Later or earlier names of organizations, for a hint."""

PredictandKind = Literal["binary", "count", "continuous", "year"]


class _KnownAs:
    """The type of an identifier of one kind, or of one of some further words."""

    def __init__(self, kind: str, *further: str):
        self.kind, self.further = kind, further

    def _check(self, value: Any, info: core_schema.ValidationInfo) -> str:
        word, names = text_from(value), info.context or {}
        if word in self.further or word in names[self.kind]:
            return word
        if word in SUCCESSORS and SUCCESSORS[word] in names[self.kind]:
            hint = f"it goes on as '{SUCCESSORS[word]}' here"
            raise Wrong(f"no {self.kind} '{word}'", hint, alone=True)
        raise unknown(self.kind, word, names)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.with_info_before_validator_function(self._check, handler(source))


_Power = Annotated[str, _KnownAs("power")]
_Region = Annotated[str, _KnownAs("region", HOME)]


class Predictand(FileEntry):
    """What a question reads.

    Attributes:
        kind: the kind of answer.
        yearly: whether it is the figure of a calendar year.
        low, high: limits of an answer.
    """

    kind: ClassVar[PredictandKind]
    yearly: ClassVar[bool] = False
    low: ClassVar[float] = 0.0
    high: ClassVar[float | None] = None

    def about(self, catalogue: Catalogue) -> str:
        """The actor it is about: questions about the same actor stand or fall together."""
        raise NotImplementedError


class BaseOpen(Predictand):
    """Whether an installation is in use, also under notice."""

    kind = "binary"
    installation: Annotated[str, _KnownAs("installation")]

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return catalogue.installations[self.installation].host


class BaseKept(Predictand):
    """Whether an installation is in use and no notice has been given."""

    kind = "binary"
    installation: Annotated[str, _KnownAs("installation")]

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return catalogue.installations[self.installation].host


class BaseRent(Predictand):
    """Its yearly rent, US$ million."""

    kind = "continuous"
    installation: Annotated[str, _KnownAs("installation")]

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return catalogue.installations[self.installation].host


class BasesOpen(Predictand):
    """How many installations of a power are in use."""

    kind = "count"
    power: _Power
    region: _Region = HOME

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.power


class Member(Predictand):
    """Whether an actor belongs to an organization."""

    kind = "binary"
    state: Annotated[str, _KnownAs("actor")]
    organization: Annotated[str, _KnownAs("organization")]
    status: Literal["full", "observer", "any"] = "full"

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.state


class MemberCount(Predictand):
    """How many belong to an organization."""

    kind = "count"
    organization: Annotated[str, _KnownAs("organization")]
    status: Literal["full", "observer", "any"] = "full"

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.organization


class HeadOusted(Predictand):
    """Whether a head of state is driven from office after `as_of` and by the end."""

    kind = "binary"
    state: Annotated[str, _KnownAs("region")]

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.state


class ProjectOpen(Predictand):
    """Whether a project is open."""

    kind = "binary"
    project: Annotated[str, _KnownAs("project")]

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        project = catalogue.projects[self.project]
        return project.hosts[0] if len(project.hosts) == 1 else project.owner


class BodyFounded(Predictand):
    """Whether a body of an organization has been founded."""

    kind = "binary"
    organization: Annotated[str, _KnownAs("organization")]
    body: Annotated[str, _KnownAs("body")]

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.organization


class ExilesHandedOver(Predictand):
    """Whether a state has an understanding with a power to act against its exiles."""

    kind = "binary"
    state: Annotated[str, _KnownAs("region")]
    power: _Power

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.state


class TradeShare(Predictand):
    """A power's share of the trade of a state or of the region in a calendar year."""

    kind = "continuous"
    yearly = True
    high = 1.0
    power: _Power
    of: _Region

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.of


class TradeOvertakes(Predictand):
    """The first calendar year after `as_of` in which one power's share exceeds another's."""

    kind = "year"
    yearly = True
    power: _Power
    over: _Power
    of: _Region

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.of


class Agreement(Predictand):
    """Graded agreement of a state with a power in the United Nations in a calendar year."""

    kind = "continuous"
    yearly = True
    high = 1.0
    state: Annotated[str, _KnownAs("state")]
    power: _Power

    def about(self, catalogue: Catalogue) -> str:  # noqa: D102
        return self.state


PREDICTANDS: dict[str, type[Predictand]] = {
    "base_open": BaseOpen,
    "base_kept": BaseKept,
    "base_rent": BaseRent,
    "bases_open": BasesOpen,
    "member": Member,
    "member_count": MemberCount,
    "ouster": HeadOusted,
    "project_open": ProjectOpen,
    "body_founded": BodyFounded,
    "understanding": ExilesHandedOver,
    "trade_share": TradeShare,
    "trade_overtakes": TradeOvertakes,
    "agreement": Agreement,
}

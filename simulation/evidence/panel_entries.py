"""What is declared of panels and of what was estimated from them: one model for each kind of entry.

A panel is a table of years, spells or days that the project reads and does not ship. Its entry says
which columns it has, in which units, and where anybody can get it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from simulation.evidence.schema import Texts, numbers_from
from simulation.inputs.problems import did_you_mean
from simulation.inputs.validation import (
    DocumentName,
    FileEntry,
    Frozen,
    OrganizationName,
    PowerName,
    Several,
    Text,
    Truth,
    Within,
    WrittenNumber,
    Wrong,
)

Two = Annotated[tuple[WrittenNumber | None, WrittenNumber | None], BeforeValidator(numbers_from)]
ColumnKind = Literal["actor", "power", "text", "word", "number", "whole", "year", "day"]


class PanelColumn(FileEntry):
    """A column of a panel.

    Attributes:
        kind: `actor` and `power` are codes of three letters, `word` is one of `words`, `whole` a
            whole number, `day` a date (a year alone stands for its first of July).
        unit: Of a number.
        says: What it means, where its name does not say it.
        within: Least and most, either of which may be open.
        blank: Whether it may be left blank.
    """

    kind: ColumnKind
    unit: Text | None = None
    says: Text | None = None
    within: Two = (None, None)
    words: Texts = ()
    blank: Truth = False

    @model_validator(mode="after")
    def _whole(self) -> PanelColumn:
        if (self.kind == "word") != bool(self.words):
            raise Wrong("is a word without 'words', or has 'words' and is none")
        if self.kind == "number" and not self.unit:
            raise Wrong("is a number without 'unit'")
        return self


class PanelEntry(FileEntry):
    """A panel: what its file holds, where it comes from, and on which terms.

    Attributes:
        rows: What a row is: a year, a spell with `start` and `end`, or an event of one day.
        key: The columns that tell rows apart; of spells, those within which no two may overlap.
        gaps: Between the first and the last year of a key: `none` may be missing; a `whole` state
            may, with all its partners, in a year that its entry in `absent` names; or what has no
            row is nothing.
        absent: States and years in which nothing was recorded, as "KGZ 1999".
        dataset: Its entry among the documents.
        address: Where it is published.
        licence: On which terms it may be used, and what is made from it passed on.
        made: How the file is made from what is published.
    """

    title: Text
    rows: Literal["year", "spell", "event"]
    key: Texts
    gaps: Literal["none", "whole", "nothing"] = "none"
    absent: Texts = ()
    years: Annotated[tuple[int, int], BeforeValidator(numbers_from)]
    dataset: DocumentName | None = None
    published: Text
    licence: Text
    made: Text
    columns: Annotated[dict[str, PanelColumn], AfterValidator(Frozen)]

    @model_validator(mode="after")
    def _keys_are_columns(self) -> PanelEntry:
        due = {"year": ("year",), "spell": ("start", "end"), "event": ("date",)}[self.rows]
        for name in (*self.key, *due):
            if name not in self.columns:
                raise Wrong(f"is without the column '{name}', which its rows need")
        return self


class Outsider(FileEntry):
    """Who appears in panels and is no actor of the model."""

    name: Text
    iso3: Text
    kind: Literal["state", "power", "organization"]


class PanelSample(FileEntry):
    """Which states, and which organizations, an estimate or a count goes over.

    Attributes:
        states: Actors and outsiders, by identifier.
        organizations: As the panel of memberships calls them.
        open_to: Who of the states could join an organization, where not all could.
        continued: What went over into which of the organizations, and counts as one with it.
        founding_years: For how long who comes founds an organization, and does not join it.
    """

    states: Texts
    organizations: Texts = ()
    open_to: Annotated[dict[str, Texts], AfterValidator(Frozen)] = Frozen()
    continued: Annotated[dict[str, Text], AfterValidator(Frozen)] = Frozen()
    founding_years: Annotated[float, Within(0, None, "it can only be 0 or more (year)")] = 1.0
    why: Text

    @model_validator(mode="after")
    def _of_its_own(self) -> PanelSample:
        if not self.states:
            raise Wrong("goes over no state", "name some in 'states'")
        named = [
            *(("organization", each, self.organizations) for each in self.open_to),
            *(("organization", each, self.organizations) for each in self.continued.values()),
            *(("state", each, self.states) for them in self.open_to.values() for each in them),
        ]
        for kind, each, own in named:
            if each not in own:
                raise Wrong(
                    f"names the {kind} '{each}', which is none of its own",
                    did_you_mean(each, own),
                )
        return self


COUNTABLE: Mapping[str, tuple[str, ...]] = {
    "joinings": (),
    "admissions": ("organization",),
    "leavings": (),
    "returns": (),
    "overthrows": (),
    "risings_put_down": (),
    "ends_of_bases": ("power",),
    "ends_of_bases_by_ally": ("power", "organization", "allied"),
    "changes_of_votes": ("powers",),
    "walks_of_votes": ("powers",),
    "changes_of_agenda": ("powers",),
    "swings": ("powers",),
    "swings_back": ("powers",),
    "coolings_back": ("power", "powers"),
    "falls_of_aid": ("power",),
    "aid_back": ("power",),
    "changes_of_trade": ("power", "large"),
    "changes_of_trade_together": ("power",),
}
"""What can be counted of runs and of panels, and which keys each of them needs."""
OF_ORGANIZATIONS = ("joinings", "admissions", "leavings", "returns", "ends_of_bases_by_ally")
"""Of these, what is counted in the organizations of a sample."""
_MAY: Mapping[str, tuple[str, ...]] = {
    "joinings": ("organization", "without", "from_age"),
    "admissions": ("from_age",),
    "leavings": ("organization",),
}
_OF_WHOM = ("organization", "without", "from_age", "power", "powers", "allied", "large")


def _countable(word: str) -> str:
    if word not in COUNTABLE:
        known = f"it is one of {', '.join(COUNTABLE)}"
        raise Wrong(f"is '{word}', which cannot be counted", did_you_mean(word, COUNTABLE) or known)
    return word


class RateRow(FileEntry):
    """Something that is counted of runs and of panels, and of whom.

    Attributes:
        words, unit: What it is, and of the figure.
        counts: Which of the counts it is.
        sample: Of whom it is counted in the panels.
        years: In which years of runs it is read.
        organization: In which of the model's it is counted in runs; in all that states join by
            their own choice if none is named, but for `without`.
        from_age: Age of an organization from which on it is counted in the panels, in years.
        power, powers: About whom. allied: Of hosts in an alliance, or of others.
        large: Of large trades, or of small ones.
    """

    words: Text
    unit: Text
    counts: Annotated[Text, AfterValidator(_countable)]
    sample: Text
    years: Literal["early", "after", "all"] = "all"
    organization: OrganizationName = ""
    without: OrganizationName = ""
    from_age: Annotated[float, Within(0, None, "it can only be 0 or more (year)")] = 0.0
    power: PowerName = ""
    powers: Annotated[tuple[PowerName, ...], Several] = ()
    allied: Truth = False
    large: Truth = False

    @model_validator(mode="after")
    def _about_somebody(self) -> RateRow:
        asked = COUNTABLE[self.counts]
        for key in _OF_WHOM:
            given = key in self.model_fields_set
            if key in asked and (not given or getattr(self, key) == ()):
                raise Wrong(f"counts {self.counts} and is without '{key}'", "add it")
            if given and key not in (*asked, *_MAY.get(self.counts, ())):
                raise Wrong(f"counts {self.counts}, which does not read '{key}'", "leave it out")
        return self


class SightRow(FileEntry):
    """Something that can be seen of powers' influence, and what stands for it in a run.

    Attributes:
        words: What it is.
        panel: Where it is seen. seen: How that is read.
        column: Which of its columns is read. whose: The column that says of which power it is.
        powers: Of whom it can be seen.
        modelled, beside: What of a run stands beside it, and how that is called.
        imposed: Whether it tells something where history is imposed, which fixes trade and votes.
        beside_influence: Whether it is put beside the share of influence too.
    """

    words: Text
    panel: Text
    seen: Literal["yearly", "obligations", "arms", "commitments"]
    column: Text | None = None
    whose: Text | None = None
    powers: Annotated[tuple[PowerName, ...], Several]
    modelled: Literal["trade_share", "agreement", "security", "aid", "summed_aid", "influence"]
    beside: Text
    imposed: Truth = True
    beside_influence: Truth = False

    @model_validator(mode="after")
    def _has_a_column(self) -> SightRow:
        if not self.powers:
            raise Wrong("is seen of no power", "name some in 'powers'")
        if (self.seen in ("yearly", "obligations")) != (self.column is not None):
            raise Wrong(f"is seen as {self.seen} {'with' if self.column else 'without'} 'column'")
        return self


class PanelEstimate(FileEntry):
    """What was estimated from panels; a parameter of the class `estimated` names it.

    Attributes:
        says: What it is, in words.
        formula: How it is worked out.
        value, low, high: The estimate, and its interval of nineteen in twenty.
        cases: What was counted.
        panels: The files it was made from, by panel: the SHA-256 of each.
        script: The function that makes it.
        held_out: How a fit to the earlier years did on the later ones.
        informs: Which numbers of the catalogue it is about.
        note: What it cannot tell.
    """

    says: Text
    formula: Text
    unit: Text
    value: WrittenNumber
    low: WrittenNumber
    high: WrittenNumber
    cases: Text
    panels: Annotated[dict[str, Text], AfterValidator(Frozen)]
    script: Text
    held_out: Text | None = None
    informs: Texts = Field(default=())
    note: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> PanelEstimate:
        if not self.low <= self.value <= self.high:
            raise Wrong(f"is {self.value:g}, outside its interval [{self.low:g}, {self.high:g}]")
        return self

"""What is declared of panels and of what was estimated from them: one model for each kind of entry.

A panel is a table of years, spells or days that the project reads and does not ship. Its entry says
which columns it has, in which units, and where anybody can get it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from simulation.evidence.schema import Texts, numbers_from
from simulation.inputs.validation import (
    DocumentName,
    FileEntry,
    Frozen,
    Text,
    Truth,
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
    """Which states, and which organizations, an estimate goes over.

    Attributes:
        states: Actors and outsiders, by identifier.
        organizations: As the panel of memberships calls them.
    """

    states: Texts
    organizations: Texts = ()
    why: Text


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

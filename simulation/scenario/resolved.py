"""A resolved scenario as the folder of a batch keeps it: which form it must have to be believed.

The folder may come from a stranger, and its files are text that anybody can edit. What later
versions add is left alone.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from simulation.inputs.problems import Problems
from simulation.inputs.validation import (
    Day,
    FileEntry,
    Text,
    WrittenNumber,
    Wrong,
    text_from,
    validated,
)
from simulation.inputs.yaml_reader import Loaded, number_from
from simulation.numerics.dates import quarter_of
from simulation.scenario.asks import AsksWritten


def _quarter(value: Any) -> str:
    name = text_from(value)
    quarter_of(name)
    return name


def _written(value: Any) -> str:
    """Text, which may be empty."""
    if not isinstance(value, str):
        raise Wrong("is no text")
    return value


VARIED = ("given by run", "drawn by run")
"""What stands for a number that differed from run to run."""
_Written = Annotated[str, BeforeValidator(_written)]


class _Part(FileEntry):
    model_config = ConfigDict(extra="allow", frozen=True)


class _Value(_Part):
    value: WrittenNumber


def _number_or_word(value: Any) -> Any:
    """A number, or that it varied from run to run."""
    return value if value in VARIED else number_from(value)


class _Number(_Part):
    value: Annotated[float | str, BeforeValidator(_number_or_word)]


class _Event(_Part):
    date: Day
    why: _Written = ""


class _Override(_Value):
    why: _Written = ""


class _History(_Part):
    until: Day | None = None


class _Actors(_Part):
    drop: list[Text] = Field(default_factory=list)
    add: dict[str, dict[str, Any]] = Field(default_factory=dict)


class ResolvedScenario(_Part):
    """What readers of a resolved scenario rely on: of which type a key is where it is there."""

    scenario: Text | None = None
    title: Text | None = None
    question: Text | None = None
    notes: Text | None = None
    outcome: AsksWritten = ()
    extends: list[Text] = Field(default_factory=list)
    until: Annotated[str, BeforeValidator(_quarter)] | None = None
    history: _History = _History()
    theory: Text | None = None
    mechanisms: dict[str, Any] = Field(default_factory=dict)
    actors: _Actors = _Actors()
    overrides: dict[str, _Override] = Field(default_factory=dict)
    events: list[_Event] = Field(default_factory=list)
    values: dict[str, _Number] = Field(default_factory=dict)


def checked_resolved(loaded: Loaded) -> dict[str, Any]:
    """The plain data of a resolved scenario.

    Args:
        loaded: its file, as the strict reader gave it.

    Raises:
        Problems: it is not what a batch writes.
    """
    if not loaded.problems:
        validated(ResolvedScenario, loaded.data, loaded)
    if loaded.problems:
        raise Problems(loaded.problems)
    return dict(loaded.data)

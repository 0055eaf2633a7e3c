"""What a scenario's question asks for: outcomes, each in one of a few forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, model_validator

from simulation.evidence.readings import QuarterName
from simulation.inputs.validation import FileEntry, Text, WrittenNumber, Wrong, items_from
from simulation.numerics.dates import quarter_name, quarter_of

Form = Literal["path", "at", "peak", "differs", "duration", "worlds", "first"]
FORMS: dict[Form, str] = {
    "path": "the difference through time: its peak, when it begins and fades, what is left",
    "at": "the difference at the end of a quarter",
    "peak": "the largest difference, and when",
    "differs": "when it first differs, and when that is over",
    "duration": "for how long it differs by enough to matter",
    "worlds": "in what share of worlds it differs at the end, and by how much there",
    "first": "the first quarter in which its mean reaches a value",
}
"""Every form with what it tells; the first is meant where none is named."""
MAJORITY = 0.5
"""What the share of worlds of a yes-or-no outcome is asked to reach, if nothing else is said."""


def _named(value: Any) -> Any:
    """An outcome; its name alone stands for the usual form."""
    return value if isinstance(value, dict) else {"outcome": value}


def _each_named(value: Any) -> Any:
    return tuple(map(_named, items_from(value)))


class AskEntry(FileEntry):
    """One outcome that a question is about.

    Attributes:
        outcome: its name.
        form: what is told of it.
        at: when, with the form `at`.
        reaches: the value that its mean is to reach, with the form `first`.
    """

    outcome: Text
    form: Form = "path"
    at: QuarterName | None = None
    reaches: WrittenNumber | None = None

    @model_validator(mode="after")
    def _fits(self) -> AskEntry:
        if (self.form == "at") != (self.at is not None):
            said = "needs 'at', a quarter" if self.at is None else "takes no 'at'"
            raise Wrong(f"the form '{self.form}' {said}", alone=True)
        if self.at is not None and quarter_of(self.at) < 0:
            raise Wrong(f"'at' is {self.at}, before the start, {quarter_name(0)}", alone=True)
        if self.reaches is not None and self.form != "first":
            raise Wrong(f"the form '{self.form}' takes no 'reaches'", alone=True)
        return self


def _some(asks: tuple[AskEntry, ...]) -> tuple[AskEntry, ...]:
    if not asks:
        raise Wrong("is empty")
    return asks


Asks = Annotated[tuple[AskEntry, ...], BeforeValidator(_each_named), AfterValidator(_some)]
"""What stands under `outcome`: one, or a list; each a name, or a mapping."""
AsksWritten = Annotated[
    tuple[AskEntry, ...], BeforeValidator(lambda value: _each_named(value or ()))
]
"""The same in a resolved scenario, which may ask for none."""
assert tuple(FORMS) == get_args(Form)


@dataclass(frozen=True)
class Ask:
    """An outcome that is asked for, and in which form."""

    outcome: str
    form: Form = "path"
    at: str | None = None
    reaches: float | None = None

    @classmethod
    def of(cls, entry: AskEntry) -> Ask:
        """What an entry of a file asks for."""
        return cls(entry.outcome, entry.form, entry.at, entry.reaches)

    def plain(self) -> str | dict[str, Any]:
        """As a file has it: the name alone where the form is the usual one."""
        given = {key: each for key, each in vars(self).items() if each is not None}
        return self.outcome if self.form == "path" else given


def outcomes_named(data: Any) -> list[str]:
    """The outcomes that a scenario file names, sound or not; an empty word where one names none."""
    given = data.get("outcome") if isinstance(data, dict) else None
    words = (
        item.get("outcome") if isinstance(item, dict) else item for item in items_from(given or ())
    )
    return [word.strip() if isinstance(word, str) else "" for word in words]


def asks_in(resolved: Mapping[str, Any]) -> tuple[Ask, ...]:
    """What a resolved scenario asks for; older ones have one name, or none."""
    written = _each_named(resolved.get("outcome") or ())
    return tuple(Ask.of(AskEntry.model_validate(each)) for each in written)


def plain_asks(asks: Sequence[Ask]) -> Any:
    """As a file has them: nothing, one, or a list."""
    written = [ask.plain() for ask in asks]
    return (written[0] if written else None) if len(written) < 2 else written

"""The question on the page as a scenario file: what runs is what would be saved.

Every slider and switch changes a `Draft`. Its text is read by the reader of all scenarios, so
that the page can run nothing that `python run.py check` would refuse.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

import yaml

from simulation.inputs.problems import Problem, Problems
from simulation.inputs.validation import Frozen
from simulation.inputs.yaml_reader import load_yaml, shown
from simulation.model.outcomes import outcomes_of
from simulation.scenario.inheritance import BASELINE, NAME
from simulation.scenario.scenario import Scenario, check_scenarios, list_scenarios, load_scenario

MINE = "my_scenario"
"""What a changed scenario is called until it gets a name."""
_CHANGED = ", changed"
WHY = "Set on the dashboard; before it was {before:g}."
LARGEST_LOADED = 200_000
"""Bytes beyond which a file that is loaded cannot be a scenario."""


@dataclass(frozen=True)
class Draft:
    """A scenario to start from, and what was changed on the page.

    Attributes:
        start: name of the scenario it starts from.
        loaded: what the file says, where it starts from one that was loaded.
        numbers: numbers set by sliders, by full key.
        switches: mechanisms turned on or off.
        theory: a theory that was chosen, or None for the one of the scenario.
    """

    start: str = BASELINE
    loaded: Mapping[str, Any] | None = None
    numbers: Mapping[str, float] = field(default_factory=lambda: Frozen({}))
    switches: Mapping[str, bool] = field(default_factory=lambda: Frozen({}))
    theory: str | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was changed."""
        return bool(self.numbers or self.switches or self.theory)

    @property
    def name(self) -> str:
        """What it is called on the page."""
        return MINE if self.changed else self.start

    def with_number(self, key: str, value: float) -> Draft:
        """The same with one more number; back at where it started it is no change."""
        numbers = {**self.numbers, key: value}
        if value == self.origin.values.get(key):
            del numbers[key]
        return replace(self, numbers=Frozen(numbers))

    def with_switch(self, mechanism: str, on: bool) -> Draft:
        """The same with a mechanism turned on or off."""
        switches = {**self.switches, mechanism: on}
        if on == replace(self, switches=Frozen({})).resolved.mechanisms[mechanism]:
            del switches[mechanism]
        return replace(self, switches=Frozen(switches))

    @cached_property
    def origin(self) -> Scenario:
        """The scenario it starts from, resolved."""
        if self.loaded is None:
            return load_scenario(self.start, outcomes=outcomes_of)
        return read(_written(dict(self.loaded)), self.start)

    @cached_property
    def resolved(self) -> Scenario:
        """The scenario as it would be run."""
        return read(self.text(), self.name) if self.changed else self.origin

    def check(self) -> None:
        """Raise `Problems` where what was changed cannot be run."""
        _ = self.resolved

    def text(self, note: str = "") -> str:
        """The scenario as a file.

        Args:
            note: lines to lead with, as comments.
        """
        origin = self.origin
        title = origin.title.removesuffix(_CHANGED) + (_CHANGED if self.changed else "")
        if self.loaded is not None:
            data = {**self.loaded, "title": title}
        else:
            said = {"title": title, "question": origin.question, "outcome": origin.outcome}
            data = {key: value for key, value in said.items() if value is not None}
            data["extends"] = self.start
        changes = {
            key: {"value": value, "why": WHY.format(before=origin.values[key])}
            for key, value in self.numbers.items()
        }
        if changes:
            data["overrides"] = _merged(data.get("overrides"), changes)
        if self.switches:
            as_it_is = replace(self, switches=Frozen({})).resolved.mechanisms
            switched = {
                key: "on" if on else "off"
                for key, on in self.switches.items()
                if on != as_it_is[key]  # a theory chosen since may have switched it already
            }
            data["mechanisms"] = {**(data.get("mechanisms") or {}), **switched}
        if self.theory:
            data["theory"] = self.theory
        lead = "".join(f"# {line}\n" for line in note.splitlines())
        return lead + _written(data)


def check_size(file_name: str, size: int) -> None:
    """Refuse a file that cannot be a scenario.

    Args:
        file_name: as the browser calls it.
        size: its bytes; the browser sends none of them where there are too many.

    Raises:
        Problems: it is too large.
    """
    if size > LARGEST_LOADED:
        message = f"is too large: {size:,} bytes; one that is loaded may have {LARGEST_LOADED:,}"
        hint = "run it from the command line, which takes larger files"
        raise Problems([Problem(file_name, None, message, hint)])


def loaded_draft(file_name: str, content: bytes) -> Draft:
    """A draft that starts from a file.

    Raises:
        Problems: what `python run.py check` says of the file.
    """
    check_size(file_name, len(content))
    name = PurePath(file_name.replace("\\", "/")).stem
    if name in list_scenarios():
        message = f"there is a scenario '{name}' already"
        raise Problems([Problem(file_name, None, message, "give the file another name")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name or 'scenario'}.yaml"
        path.write_bytes(content)
        data = load_yaml(path).data
        extends = data.get("extends")
        if isinstance(extends, str) and (PurePath(extends).name != extends or "." in extends):
            message = f"'extends' names the file '{extends}', which the page does not have"
            hint = f"name one of {', '.join(list_scenarios())}"
            raise Problems([Problem(file_name, load_yaml(path).line(("extends",)), message, hint)])
        if data.get("plugins"):
            message = "'plugins' names a file with code, and the page runs none"
            hint = "run the scenario from the command line, if you trust that code"
            raise Problems([Problem(file_name, load_yaml(path).line(("plugins",)), message, hint)])
        _checked(path, file_name)
    return Draft(name, Frozen(data))


def read(text: str, name: str) -> Scenario:
    """A scenario from its text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return _checked(path, path.name)


def check_name(name: str) -> str | None:
    """What is wrong with the name of a file to save, or None."""
    if not NAME.fullmatch(name):
        return f"'{name}' cannot name a scenario; use letters, digits, hyphens and underscores"
    if name in list_scenarios():
        return f"There is a scenario '{name}' already; choose another name"
    return None


def _checked(path: Path, called: str) -> Scenario:
    """Check a file, and name it as people know it in what is wrong with it."""
    try:
        return check_scenarios([path], outcomes=outcomes_of)[0]
    except Problems as found:
        own = {str(path), shown(path)}
        named = [
            each._replace(file=called) if each.file in own else each for each in found.problems
        ]
        raise Problems(named) from None


def _merged(given: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Overrides with changes; a table that gives a changed number gives it no more."""
    merged = dict(given or {})
    for key in changes:
        for table in [each for each in merged if key == each or key.startswith(f"{each}.")]:
            entry = merged.pop(table)
            rest = _without(entry["value"], key.removeprefix(table).strip(".").split("."))
            if rest:
                merged[table] = {**entry, "value": rest}
    return merged | dict(changes)


def _without(value: Any, path: list[str]) -> Any:
    """A table less one of its numbers; nothing is left of a single number."""
    if not isinstance(value, Mapping):
        return None
    first, *rest = path
    below = _without(value[first], rest) if rest and first in value else None
    kept = {key: part for key, part in value.items() if key != first}
    return {**kept, first: below} if below else kept


def _written(data: Mapping[str, Any]) -> str:
    plain = dict(data)
    return yaml.safe_dump(
        plain, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )

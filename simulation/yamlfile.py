"""One strict reader for every YAML file of the project.

It returns the data together with the line of every entry, and collects what it refuses:
duplicate keys, anchors and aliases, tags, and text that is not UTF-8. Only `true` and `false`
are booleans; `yes`, `on`, `012`, `1_000`, `1:30` and dates stay the text that was written, and
`number_from` says what to write instead where a number is due.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from simulation.errors import Problem

MAX_DEPTH = 24
Place = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_REFUSED = "refused"
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}


@dataclass
class Loaded:
    """What one file says.

    Attributes:
        path: The file.
        name: The file as it is named to people.
        data: Nested dicts, lists, text, numbers, booleans and None.
        lines: The line of every key and item, by its place: `("events", 0, "date")`.
        problems: What is wrong with the file as YAML.
    """

    path: Path
    name: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int | None:
        """The line of a place, or of the nearest place around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)

    def problem(
        self, place: Place | None, message: str, hint: str | None = None, listing: str | None = None
    ) -> None:
        """Note a problem at a place of the data; None means the whole file."""
        line = None if place is None else self.line(place)
        self.problems.append(Problem(self.name, line, message, hint, listing))


def shown(path: Path) -> str:
    """The path as people read it: from the working directory if it lies there."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def load_yaml(path: str | Path, top: type = dict) -> Loaded:
    """Read a file strictly.

    Args:
        path: The file.
        top: What the file must be as a whole: a mapping (`dict`) or a `list`.

    Returns:
        The data and the lines; `data` is an empty `top` where the file cannot be read.
    """
    loaded = Loaded(Path(path), shown(Path(path)), data=top())
    text = _read(loaded)
    if text is None:
        return loaded
    try:
        node = _Composer(text, loaded).get_single_node()
    except yaml.MarkedYAMLError as error:
        _syntax(loaded, error, text)
        return loaded
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"holds a control character (U+{ord(text[error.position]):04X})"
        loaded.problems.append(Problem(loaded.name, line, message))
        return loaded
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value == ""):
        loaded.problem(None, "the file is empty")
        return loaded
    data = _Walk(loaded).build(node, ())
    if isinstance(data, top):
        loaded.data = data
    else:
        due = "a mapping (key: value)" if top is dict else "a list (- item)"
        loaded.problem((), f"the file is {_kind(data)}, not {due}")
    return loaded


def number_from(value: Any) -> int | float:
    """The finite number that was written; a `ValueError` says what to write instead."""
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is no number; write 1 or 0")
    if isinstance(value, (int, float)):
        if math.isfinite(value):
            return value
        raise ValueError("the number is not finite; write one that is")
    if not isinstance(value, str):
        raise ValueError(f"a number is due, not {_kind(value)}")
    text = value.strip()
    if _NUMBER.fullmatch(text):
        raise ValueError(f"'{value}' is text; write {text} without quotes")
    raise ValueError(f"'{value}' is no number{_number_remedy(text)}")


def scalar(text: str) -> Any:
    """What a plain (unquoted) YAML scalar means: null, boolean, number or text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= 18:
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), "a number")


def _number_remedy(text: str) -> str:
    """What to write instead of a text that only looks like a number."""
    if re.fullmatch(r"[-+]?\.?(nan|inf|infinity)", text, re.IGNORECASE):
        return "; write a finite number"
    if re.fullmatch(r"[-+]?[0-9][0-9,_ ]*[0-9](\.[0-9]*)?", text) and re.search("[,_ ]", text):
        return f"; write {re.sub('[,_ ]', '', text)}"
    if re.fullmatch(r"[-+]?0+[0-9]+", text):
        return f"; write {int(text)} (a leading zero has no meaning here)"
    if re.fullmatch(r"[0-9]+(:[0-9]+)+", text):
        return "; a colon makes no number"
    if re.fullmatch(r"[-+]?[0-9.]+ ?%", text):
        return "; write a share, as 0.25 for 25 %"
    return ""


def _read(loaded: Loaded) -> str | None:
    try:
        raw = loaded.path.read_bytes()
    except FileNotFoundError:
        loaded.problem(None, "there is no such file")
    except OSError as error:
        loaded.problem(None, f"cannot be read: {(error.strerror or str(error)).lower()}")
    else:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            loaded.problem(None, "is UTF-16 text", "save it as UTF-8")
        elif b"\0" in raw:
            loaded.problem(None, "is no text (it holds zero bytes)", "give a YAML file in UTF-8")
        else:
            try:
                return raw.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                line = raw.count(b"\n", 0, error.start) + 1
                message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
                loaded.problems.append(Problem(loaded.name, line, message, "save it as UTF-8"))
    return None


def _syntax(loaded: Loaded, error: yaml.MarkedYAMLError, text: str) -> None:
    """Say what is wrong with the file as YAML, and where."""
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    lines = text.splitlines()
    written = lines[line - 1] if line <= len(lines) else ""
    hint: str | None = "text that holds ': ' or ' #', or starts with a sign, needs quotes"
    message = f"cannot be read as YAML: {error.problem}"
    if isinstance(error, _TooDeep):
        message, hint = str(error.problem), None
    elif "\t" in written[: len(written) - len(written.lstrip())]:
        message, hint = "a tab; indent with spaces", None
    elif "expected ','" in str(error.problem):
        if error.context_mark and "stream end" in str(error.problem):
            line = error.context_mark.line + 1
        message, hint = "a comma or a closing bracket is missing", None
    elif "expected a single document" in f"{error.context} {error.problem}":
        message, hint = "a second document starts; a file holds one", None
    loaded.problems.append(Problem(loaded.name, line, message, hint))


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark else 1


class _TooDeep(yaml.MarkedYAMLError):
    """The file nests deeper than anything here needs."""


class _Composer(yaml.SafeLoader):
    """Composes nodes; refuses anchors, aliases and tags; leaves scalars unresolved."""

    def __init__(self, text: str, loaded: Loaded):
        super().__init__(text)
        self.yaml_implicit_resolvers: dict = {}
        self._loaded = loaded
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            self.get_event()
            self._refuse(event, f"'*{event.anchor}' repeats another part of the file")
            return yaml.ScalarNode(_REFUSED, "")
        if event.anchor is not None:
            self._refuse(event, f"'&{event.anchor}' marks a part to repeat")
            event.anchor = None
        if event.tag is not None:
            self._refuse(event, f"the tag '{_short(event.tag)}' has no meaning here")
            event.tag = None
        if self._depth == MAX_DEPTH:
            problem = f"nested deeper than {MAX_DEPTH} levels"
            raise _TooDeep(problem=problem, problem_mark=event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, event: yaml.NodeEvent, message: str) -> None:
        problem = Problem(self._loaded.name, _line(event), message, "write it out")
        self._loaded.problems.append(problem)


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


class _Walk:
    """Turns composed nodes into data, noting the line of each place."""

    def __init__(self, loaded: Loaded):
        self.loaded = loaded

    def build(self, node: yaml.Node, place: Place) -> Any:
        self.loaded.lines.setdefault(place, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            items = (item for item in node.value if item.tag != _REFUSED)
            return [self.build(item, (*place, at)) for at, item in enumerate(items)]
        plain = not isinstance(node, yaml.ScalarNode) or node.style is None
        return scalar(node.value) if plain else node.value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                message = "a key is a list or a mapping; a key is a word"
                self.loaded.problems.append(Problem(self.loaded.name, line, message))
                continue
            key = key_node.value
            if key in data:
                first = self.loaded.lines[(*place, key)]
                message = f"'{key}' stands twice; the first is on line {first}"
                self.loaded.problems.append(Problem(self.loaded.name, line, message))
                continue
            self.loaded.lines[(*place, key)] = line
            if value_node.tag == _REFUSED:
                continue
            data[key] = self.build(value_node, (*place, key))
        return data

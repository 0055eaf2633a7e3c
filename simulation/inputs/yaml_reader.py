"""One strict reader for every YAML file of the project.

It returns the data together with the line of every entry, and collects what it refuses:
duplicate keys, anchors and aliases, tags, and text that is not UTF-8. Only `true` and `false`
are booleans; `yes`, `on`, `012`, `1_000`, `1:30` and dates stay the text that was written, and
`number_from` says what to write instead where a number is due.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from simulation.inputs.escapes import visible
from simulation.inputs.files import Unreadable, contents, resolved
from simulation.inputs.problems import MOST_SHOWN, Hint, Problem, told

MAX_DEPTH = 24
Place = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and halves of characters, which `"\\e"` and `"\\ud800"` smuggle in."""
_RAW = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not allow as it is."""
_NUMBERED = re.compile(r"\\U([0-9a-fA-F]{8})")
_LAST = 0x10FFFF
"""The number of the last character there is."""
_WORDED = 100_000
"""Characters of a text at most of which the slower parser words the mistakes."""
_NOTHING = object()
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

    def wrong_parts(self) -> set[str]:
        """The keys at the top below which something is wrong."""
        tops = sorted((line, place[0]) for place, line in self.lines.items() if len(place) == 1)
        found = set()
        for problem in self.problems:
            above = [key for line, key in tops if problem.line and line <= problem.line]
            found |= {str(key) for key in above[-1:]}
        return found

    @property
    def enough(self) -> bool:
        """Whether there are as many problems as are shown: more need no nearest name."""
        return len(self.problems) >= MOST_SHOWN

    def problem(
        self, place: Place | None, message: str, hint: Hint = None, listing: Hint = None
    ) -> None:
        """Note a problem at a place of the data; None means the whole file."""
        line = None if place is None else self.line(place)
        more = (None, None) if self.enough else (told(hint), told(listing))
        self.problems.append(Problem(self.name, line, message, hint=more[0], listing=more[1]))


def shown(path: Path) -> str:
    """The path as people read it: from the working directory if it lies there."""
    try:
        return resolved(path).relative_to(Path.cwd()).as_posix()
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
    return loaded if text is None else parsed_yaml(loaded, text, top)


def parsed_yaml(loaded: Loaded, text: str, top: type = dict) -> Loaded:
    """Read the text of a file strictly, into what stands for the file.

    Args:
        loaded: the file; gets the data, the lines and the problems.
        text: what it holds, or its beginning.
        top: as in `load_yaml`.
    """
    loaded.data = top()
    data = _parsed(loaded, text)
    if data is _NOTHING:
        return loaded
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
        return f"; write {text.lstrip('+-0') or 0} (a leading zero has no meaning here)"
    if re.fullmatch(r"[0-9]+(:[0-9]+)+", text):
        return "; a colon makes no number"
    if re.fullmatch(r"[-+]?[0-9.]+ ?%", text):
        return "; write a share, as 0.25 for 25 %"
    return ""


def _read(loaded: Loaded) -> str | None:
    try:
        raw = contents(loaded.path)
    except Unreadable as error:
        loaded.problem(None, str(error))
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
    if "\t" in written[: len(written) - len(written.lstrip())]:
        message, hint = "a tab; indent with spaces", None
    elif "expected ','" in str(error.problem):
        if error.context_mark and "stream end" in str(error.problem):
            line = error.context_mark.line + 1
        message, hint = "a comma or a closing bracket is missing", None
    loaded.problems.append(Problem(loaded.name, line, message, hint))


class _TooDeep(yaml.YAMLError):
    """The file nests deeper than anything here needs; holds the line."""


def _parsed(loaded: Loaded, text: str) -> Any:
    """The data of a text; `_NOTHING`, with the problem noted, where it holds none.

    The fast parser is tried first, where PyYAML has it; the other one words the mistakes, so
    that they read the same everywhere. For a long text it would take minutes.
    """
    fast = getattr(yaml, "CSafeLoader", None)
    if fast is not None and len(text) <= _WORDED:
        attempt = Loaded(loaded.path, loaded.name)
        with contextlib.suppress(yaml.YAMLError):
            data = _Builder(yaml.parse(text, Loader=fast), attempt).document()
            loaded.lines, loaded.problems = attempt.lines, attempt.problems
            return data
    parser = fast if fast is not None and len(text) > _WORDED else yaml.SafeLoader
    try:
        return _Builder(yaml.parse(text, Loader=parser), loaded).document()
    except _TooDeep as error:
        message = f"nested deeper than {MAX_DEPTH} levels"
        loaded.problems.append(Problem(loaded.name, error.args[0], message))
    except yaml.MarkedYAMLError as error:
        _syntax(loaded, error, text)
    except yaml.reader.ReaderError as error:
        found = _RAW.search(text)
        line = text.count("\n", 0, found.start() if found else 0) + 1
        message = f"holds a control character (U+{ord(found[0]):04X})" if found else str(error)
        loaded.problems.append(Problem(loaded.name, line, message))
    except (ValueError, OverflowError):
        found = next((each for each in _NUMBERED.finditer(text) if int(each[1], 16) > _LAST), None)
        line = text.count("\n", 0, found.start() if found else 0) + 1
        message = f"'{found[0] if found else text[:20]}' is no character"
        loaded.problems.append(Problem(loaded.name, line, message, "write the character itself"))
    return _NOTHING


class _Builder:
    """Turns the events of a parser into data, noting the line of each place.

    Anchors, aliases and tags are refused; an entry whose value is an alias is left out.
    """

    def __init__(self, events: Iterator[yaml.Event], loaded: Loaded):
        self.events = events
        self.loaded = loaded

    def document(self) -> Any:
        """The data of the one document; `_NOTHING` where it is empty."""
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self.loaded.problem(None, "the file is empty")
            return _NOTHING
        event = next(self.events)
        if isinstance(event, yaml.ScalarEvent) and event.value == "":
            self.loaded.problem(None, "the file is empty")
            return _NOTHING
        data = self._value(event, (), 0)
        next(self.events)  # the end of the document
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            self._note(following, "a second document starts; a file holds one")
            return _NOTHING
        return data

    def _value(self, event: yaml.Event, place: Place, depth: int) -> Any:
        if depth == MAX_DEPTH and not isinstance(event, yaml.ScalarEvent):
            raise _TooDeep(_line(event))
        self.loaded.lines.setdefault(place, _line(event))
        if isinstance(event, yaml.AliasEvent):
            self._note(event, f"'*{event.anchor}' repeats another part of the file", "write it out")
            return _NOTHING
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            self._note(event, f"'&{anchor}' marks a part to repeat", "write it out")
        if tag is not None:
            name = tag.replace("tag:yaml.org,2002:", "!!")
            self._note(event, f"the tag '{name}' has no meaning here", "write it out")
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] or (tag is not None and not event.style)
            return scalar(event.value) if plain else self._text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place, depth + 1)
        return self._mapping(place, depth + 1)

    def _text(self, event: yaml.ScalarEvent) -> str:
        """A text; what it must not hold is refused, and told in a form that can be shown."""
        text: str = event.value
        unfit = _UNFIT.search(text)
        if unfit is None:
            return text
        half = "\ud800" <= unfit[0] <= "\udfff"
        what = "half of a character" if half else "a control character"
        hint = "write the whole character" if half else "leave it out"
        self._note(event, f"a text holds {what} (U+{ord(unfit[0]):04X})", hint)
        return visible(text)

    def _sequence(self, place: Place, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self._until(yaml.SequenceEndEvent):
            item = self._value(event, (*place, len(items)), depth)
            if item is not _NOTHING:
                items.append(item)
        return items

    def _mapping(self, place: Place, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for event in self._until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._note(event, "a key is a list or a mapping; a key is a word")
                self._value(event, (*place, ""), depth)
                self._value(next(self.events), (*place, ""), depth)
                continue
            key = self._text(event)
            here = (*place, key)
            if key in data:
                first = self.loaded.lines[here]
                self._note(event, f"'{key}' stands twice; the first is on line {first}")
            self.loaded.lines.setdefault(here, _line(event))
            value = self._value(next(self.events), here, depth)
            if value is not _NOTHING:
                data.setdefault(key, value)
        return data

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        """The events that start the parts of a collection."""
        while not isinstance(event := next(self.events), end):
            yield event

    def _note(self, event: yaml.Event, message: str, hint: str | None = None) -> None:
        self.loaded.problems.append(Problem(self.loaded.name, _line(event), message, hint))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1

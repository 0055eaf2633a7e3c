r"""Text of strangers, made harmless where it is shown: terminal, Markdown, tables of numbers.

A character that moves the cursor, turns the direction of writing or cannot be seen is shown by its
number, so that what is read is what is there:

>>> print(visible("manas\x1b[2K\u202e"))
manas\x1b[2K\u202e
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any, TextIO
from urllib.parse import quote

# Control characters but tab and line feed; directions of writing; what has no width; line ends
# that are not "\n"; halves of characters; tags. Joiners stay: some scripts need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("[\t\n]")
_MARKS = re.compile(r"[\\`*\[\]|<>~]|&(?=[#\w])|(?<![^\W_])_|_(?![^\W_])")
_BEGINNINGS = re.compile(r"(?:#+|[-+=]+|\d+[.)])(?=\s|$)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf)")


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def visible(text: str) -> str:
    """Text with every character shown that could hide or forge something; lines stay lines."""
    return _HIDDEN.sub(_number, text)


def visible_line(text: str) -> str:
    """The same in one line: a break is shown as well."""
    return _BREAKS.sub(_number, visible(text))


def markdown(value: object) -> Markdown:
    """A value inside a line of Markdown, where none of its characters is markup.

    >>> markdown("# <b>*now*</b>, my_name")
    '\\\\# \\\\<b\\\\>\\\\*now\\\\*\\\\</b\\\\>, my_name'
    """
    if isinstance(value, Markdown):
        return value
    text = " ".join(visible(str(value)).split("\n"))
    text = _MARKS.sub(lambda mark: f"\\{mark[0]}", text)
    beginning = _BEGINNINGS.match(text)
    if beginning:
        text = f"{text[: beginning.end() - 1]}\\{text[beginning.end() - 1 :]}"
    return Markdown(text)


def markdown_code(value: object) -> Markdown:
    """A value as code inside a line of Markdown, between more backticks than it holds."""
    text = visible_line(str(value)).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    return Markdown(f"{fence} {text} {fence}" if longest else f"{fence}{text}{fence}")


def markdown_address(value: object) -> Markdown:
    """A path as the address of a link or a picture in Markdown."""
    return Markdown(quote(str(value), safe="/", errors="replace"))


class CsvWriter:
    """Writes a table with commas in which no cell is a formula for a spreadsheet.

    Args:
        file: what is written to, opened with `newline=""`.
    """

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file, lineterminator="\n")

    def writerow(self, row: Iterable[Any]) -> None:
        """Write a row; a text that a spreadsheet would calculate gets an apostrophe before it."""
        self._rows.writerow([cell(each) for each in row])

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write several rows."""
        for row in rows:
            self.writerow(row)


def cell(value: Any) -> Any:
    """A value as a cell: a text that begins like a formula and is no number is led by "'"."""
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _number(found: re.Match[str]) -> str:
    """A character by its number, as Python writes it."""
    code = ord(found[0])
    if code in (9, 10, 13):
        return {9: "\\t", 10: "\\n", 13: "\\r"}[code]
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )

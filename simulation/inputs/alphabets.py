"""What is shown where a terminal or a file knows few characters: a look-alike for each other one.

>>> "\u2192 \u22120.4\u00b10.1 Алма".encode("ascii", LOOK_ALIKE).decode()
'-> -0.4+-0.1 ????'
"""

from __future__ import annotations

import codecs
import sys
import unicodedata

LOOK_ALIKE = "look-alike"
"""The name of this way with characters that an encoding does not have."""
_ALIKE = {
    "\u2192": "->", "\u2190": "<-", "\u2212": "-", "\u2013": "-", "\u2014": "-", "\u00b1": "+-",
    "\u00b7": "-", "\u2022": "-", "\u2026": "...", "\u201c": '"', "\u201d": '"', "\u2018": "'",
    "\u2019": "'", "\u00d7": "x", "\u2264": "<=", "\u2265": ">=", "\u221e": "inf", "\u2588": "#",
    "\u2501": "-", "\u2578": "-", "\u257a": "-", "\u00b0": " degrees",
}  # fmt: skip


def _look_alike(error: UnicodeError) -> tuple[str, int]:
    """What stands for the characters that could not be written."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = "".join(map(_plain, error.object[error.start : error.end]))
    return text, error.end


def _plain(character: str) -> str:
    """A character in ASCII: what looks like it, the letter without its marks, or "?"."""
    alike = _ALIKE.get(character) or unicodedata.normalize("NFKD", character)
    return alike.encode("ascii", "ignore").decode() or "?"


codecs.register_error(LOOK_ALIKE, _look_alike)


def write_what_can_be_read() -> None:
    """Let the standard streams write look-alikes instead of failing on a character."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
        if encoding != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=LOOK_ALIKE)

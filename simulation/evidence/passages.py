"""Finds a short phrase in the text of a document, however the text was printed.

Words are compared, not characters: quotation marks, dashes, punctuation, capitals and line breaks
may differ, and a hyphen may be there or be lost; a word may not. A page whose columns were read
in the wrong order is a row of pieces: a phrase may end one piece and go on where another begins.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from simulation.inputs.places import DOCUMENTS, own

DOCUMENTS_FOLDER = "HEARTLAND_DOCUMENTS"
"""The environment variable that names the folder of the documents, which the project does not hold.

Without it the folder `documents` of the working directory is looked into.
"""

_HYPHEN = r"(?<=[^\W\d_])[-‐‑\u00ad]\s*(?=[^\W_])|(?<=\d)[-‐‑\u00ad]\s*(?=[^\W\d_])"
_WORD = re.compile(rf"[$€£%]|[^\W_]+(?:(?:['’]|(?<=\d)[.,](?=\d)|{_HYPHEN})[^\W_]+)*")
_NO_PART_OF_A_WORD = re.compile(r"[^\w.$€£%]|_")
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]+\S)|\f")
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])[.!?][”’\"')]*(?=\s|$)")

TextSpan = tuple[int, int]


@dataclass(frozen=True)
class DocumentText:
    """The text of a document, as words that know where they stand."""

    raw: str

    @cached_property
    def spans(self) -> list[TextSpan]:
        """Where each word stands."""
        return [found.span() for found in _WORD.finditer(self.raw)]

    @cached_property
    def words(self) -> list[str]:
        """Each word as it is compared."""
        return [_compared(self.raw[start:end]) for start, end in self.spans]

    @cached_property
    def breaks(self) -> list[int]:
        """The words at which a piece begins: a paragraph, a column, a page; and the end."""
        places = [found.end() for found in _BREAK.finditer(self.raw)]
        starts = {0, len(self.spans)}
        for at, ((_, before), (after, _)) in enumerate(pairwise(self.spans), start=1):
            if any(before <= place <= after for place in places):
                starts.add(at)
        return sorted(starts)


@dataclass(frozen=True)
class Passage:
    """Where a phrase stands in a text: one span, or two where columns part it."""

    text: DocumentText
    parts: tuple[TextSpan, ...]

    def __str__(self) -> str:
        """The phrase as it is printed, parted by a bar where columns part it."""
        return " | ".join(_in_one_line(self.text.raw[start:end]) for start, end in self.parts)

    @property
    def sentence(self) -> str:
        """The sentence around the phrase; around each half where columns part it."""
        first, last = self.parts[0], self.parts[-1]
        before, after = self._before(first[0]), self._after(last[1])
        if first == last:
            return _in_one_line(self.text.raw[before:after])
        halves = (self.text.raw[before : first[1]], self.text.raw[last[0] : after])
        return " | ".join(_in_one_line(half) for half in halves)

    def _before(self, place: int) -> int:
        """Where the sentence or the piece begins in which a place lies."""
        ends = [found.end() for found in _SENTENCE_END.finditer(self.text.raw, 0, place)]
        return max([0, *ends, *self._pieces(up_to=place)])

    def _after(self, place: int) -> int:
        """Where the sentence or the piece ends in which a place lies."""
        raw = self.text.raw
        end = _SENTENCE_END.search(raw, max(place - 1, 0))
        later = [at for at in self._pieces() if at >= place]
        return min([len(raw), *([end.end()] if end else []), *later])

    def _pieces(self, up_to: int | None = None) -> list[int]:
        places = (found.start() for found in _BREAK.finditer(self.text.raw))
        return [place for place in places if up_to is None or place <= up_to]


def find(text: DocumentText, phrase: str) -> list[Passage]:
    """Every place at which a phrase stands; those parted by columns if there is no other."""
    wanted = DocumentText(phrase).words
    length = len(wanted)
    if not length:
        return []
    whole = [
        Passage(text, ((text.spans[at][0], text.spans[at + length - 1][1]),))
        for at in _places(text.words, wanted)
    ]
    return whole or list(_parted(text, wanted))


def nearest_wording(text: DocumentText, phrase: str) -> str:
    """What in a text looks most like a phrase that is not there, as it is printed."""
    wanted = DocumentText(phrase).words
    length = min(len(wanted), len(text.words))
    if not length:
        return ""
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(" ".join(wanted))
    best, found = 0.0, 0
    for at in range(len(text.words) - length + 1):
        matcher.set_seq1(" ".join(text.words[at : at + length]))
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            ratio = matcher.ratio()
            best, found = (ratio, at) if ratio > best else (best, found)
    start, end = text.spans[found][0], text.spans[found + length - 1][1]
    return _in_one_line(text.raw[start:end])


def text_at_hand(file: str, folder: Path | None = None) -> DocumentText | None:
    """The text of a document, or None where it is not at hand.

    Args:
        file: the name of its file.
        folder: where it lies; by default where `DOCUMENTS_FOLDER` says, or in `documents/`.
    """
    if folder is None:
        folder = Path(os.environ.get(DOCUMENTS_FOLDER) or own(DOCUMENTS))
    return _text(folder / file)


@lru_cache(maxsize=8)
def _text(path: Path) -> DocumentText | None:
    return DocumentText(path.read_text(encoding="utf-8")) if path.is_file() else None


def _compared(written: str) -> str:
    """A word without case, apostrophes, hyphens and the commas of thousands."""
    return _NO_PART_OF_A_WORD.sub("", written).casefold()


def _places(words: list[str], wanted: list[str]) -> Iterator[int]:
    length = len(wanted)
    for at, word in enumerate(words[: len(words) - length + 1]):
        if word == wanted[0] and words[at : at + length] == wanted:
            yield at


def _parted(text: DocumentText, wanted: list[str]) -> Iterator[Passage]:
    """Phrases that end one piece and go on where another begins."""
    for cut in range(1, len(wanted)):
        head, tail = wanted[:cut], wanted[cut:]
        ends = [at for at in text.breaks if at >= cut and text.words[at - cut : at] == head]
        starts = [at for at in text.breaks if text.words[at : at + len(tail)] == tail]
        for end in ends:
            for start in starts:
                first = (text.spans[end - cut][0], text.spans[end - 1][1])
                second = (text.spans[start][0], text.spans[start + len(tail) - 1][1])
                yield Passage(text, (first, second))


def _in_one_line(written: str) -> str:
    return " ".join(written.split())

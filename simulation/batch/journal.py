"""The journal of a batch under way: which pieces are finished, and what their files hold.

A line a piece, with length and hash of each of its files, appended and on the disk before the
piece gets its name. So whoever goes on with the batch knows which pieces can be believed. Only the
process that holds the folder writes into it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from simulation.inputs.files import Unreadable, contents, flush, is_file
from simulation.record.provenance import file_hash

JOURNAL = "journal"
ASIDE = "set-aside"
"""What the name of a piece ends in that is not believed."""
_LARGEST = 256 << 20
"""Bytes of a journal at most: half a kilobyte a piece."""
_NAMES_THE_RUNS = (
    "seed",
    "scenario_hashes",
    "catalogue_hash",
    "parameters",
    "posterior_hash",
    "until",
    "trajectories",
)
"""Keys of the manifest on which it hangs what a piece holds."""


class KeptFile(NamedTuple):
    """What a file of a piece holds: its length in bytes, and its SHA-256."""

    length: int
    digest: str

    @classmethod
    def of(cls, data: bytes) -> KeptFile:
        """That of some bytes."""
        return cls(len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class Distrusted:
    """A piece that is not believed: where it was, where it is now, and what is wrong with it."""

    place: str
    aside: Path
    reason: str


class Journal:
    """The finished pieces of a batch.

    Args:
        parts: the folder of its parts.
        manifest: what the batch is; a journal that tells of other runs vouches for none.
    """

    def __init__(self, parts: Path, manifest: Mapping[str, Any]) -> None:
        self.parts = parts
        self._file = parts / JOURNAL
        said = json.dumps([manifest[key] for key in _NAMES_THE_RUNS], sort_keys=True)
        self._batch = hashlib.sha256(said.encode()).hexdigest()
        self.entries: dict[str, dict[str, KeptFile]] = {}

    def enter(self, place: str, files: Mapping[str, KeptFile]) -> None:
        """Note a piece whose files are on the disk; then it may have its name.

        Args:
            place: where the piece will lie below the folder of parts.
            files: what it holds.
        """
        line = json.dumps({"batch": self._batch, "place": place, "files": files})
        descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        with os.fdopen(descriptor, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            torn = file.read(1) not in (b"", b"\n")  # whoever wrote before was ended in a line
            file.write(b"\n" * torn + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        flush(self.parts)
        self.entries[place] = dict(files)

    def check(self) -> list[Distrusted]:
        """Read the journal, and set aside, by name, each piece that it does not vouch for.

        A file of a piece has to be there, with the length and the hash that were noted.
        """
        self.entries = self._read()
        found = []
        for piece in sorted(self._pieces()):
            place = piece.relative_to(self.parts).as_posix()
            reason = self._why_not(piece, self.entries.get(place))
            if reason:
                found.append(Distrusted(place, _set_aside(piece), reason))
        return found

    def _pieces(self) -> Iterator[Path]:
        """What lies where finished pieces lie."""
        for folder in self.parts.iterdir():
            if folder.is_dir() and not folder.is_symlink():
                yield from (
                    each
                    for each in folder.iterdir()
                    if not each.name.endswith(".unfinished") and ASIDE not in each.name
                )

    def _read(self) -> dict[str, dict[str, KeptFile]]:
        """What was noted last of each piece; a line that is damaged notes nothing."""
        if not self._file.exists():
            return {}
        try:
            lines = contents(self._file, _LARGEST).split(b"\n")
        except Unreadable:
            return {}
        found = {}
        for line in lines:
            try:
                told = json.loads(line)
                if told["batch"] == self._batch:
                    files = {
                        str(name): KeptFile(length=int(length), digest=str(digest))
                        for name, (length, digest) in told["files"].items()
                    }
                    found[str(told["place"])] = files
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
        return found

    @staticmethod
    def _why_not(piece: Path, noted: Mapping[str, KeptFile] | None) -> str:
        """Why a piece is not believed; empty if it is."""
        if noted is None:
            return "the journal does not vouch for it"
        if not piece.is_dir() or piece.is_symlink():
            return "is no folder"
        files = {each.name for each in piece.iterdir()}
        for name in sorted(files | {*noted}):
            file = piece / name
            if name not in noted:
                return f"{name} is none of its files"
            if name not in files:
                return f"{name} is missing"
            if not is_file(file) or file.stat().st_size != noted[name].length:
                return f"{name} is not as long as it was"
            try:
                if file_hash(file) != noted[name].digest:
                    return f"{name} has other bytes than it had"
            except OSError as error:
                return f"{name} cannot be read: {(error.strerror or str(error)).lower()}"
        return ""


def _set_aside(piece: Path) -> Path:
    """Give a piece another name, under which nobody takes it for one."""
    number = 1
    while True:
        aside = piece.with_name(f"{piece.name}.{ASIDE}-{number}")
        if not aside.exists():
            piece.rename(aside)
            return aside
        number += 1

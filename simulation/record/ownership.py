"""Who may write into a folder: one process at a time, and another is told who it is.

The lock is the system's own (`filelock`): it ends with the process that holds it, whatever ended
that, so that nobody waits for the dead. Who holds it stands beside it, to be told. Figures and
reports need no lock: whoever draws them puts them there whole.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from filelock import FileLock, Timeout

from simulation.inputs.files import Unreadable, flush, resolved, text_of
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.yaml_reader import shown

LOCK = "owner.lock"
OWNER = "owner.json"
_LARGEST = 10_000
"""Bytes of `owner.json` at most."""
_MOST_NAMES = 1_000
"""Names in a folder that are looked at."""
_PATIENCE = 1.0
"""Seconds that the workers of a process that was killed may take to follow it."""


class Ownership:
    """A folder held by this process.

    Attributes:
        over: nothing more is to be done in the folder, so that the lock goes with its holder, and
            so does a folder that holds nothing else. Until then the lock stays where it is:
            whoever takes it away lets two others in, one at the old lock and one at a new one.
    """

    def __init__(self) -> None:
        self.over = False


@contextmanager
def owned(folder: Path) -> Iterator[Ownership]:
    """Hold a folder that is there, against every other process.

    Raises:
        Problems: another process holds it; nothing was touched.
    """
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=_PATIENCE, poll_interval=0.05)
    except Timeout:
        raise Problems([_held(folder)]) from None
    except IsADirectoryError:
        name = f"{shown(folder)}/{LOCK}"
        raise Problems([Problem(name, None, "is a folder", "take it away")]) from None
    ownership = Ownership()
    try:
        with written_whole(folder / OWNER) as unfinished:  # never through somebody's link
            unfinished.write_text(json.dumps(_this_process()) + "\n", encoding="utf-8")
        yield ownership
    finally:
        (folder / OWNER).unlink(missing_ok=True)
        lock.release()
        if ownership.over:
            with suppress(OSError):  # on Windows another may be looking at it just now
                (folder / LOCK).unlink(missing_ok=True)
                folder.rmdir()  # only if it is empty


@contextmanager
def written_whole(path: Path, lasting: bool = False) -> Iterator[Path]:
    """A name to write a file under, which gets its own name when all of it is there.

    Args:
        path: the file.
        lasting: whether it is on the disk by then, whatever happens to the machine; what can be
            made anew at once need not be.
    """
    unfinished = unfinished_name(path)
    try:
        yield unfinished
        if lasting:
            flush(unfinished)
        unfinished.replace(path)
        if lasting:
            flush(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def unfinished_name(path: Path) -> Path:
    """A temporary name beside a path, which no other process has.

    Beside the process's number it holds a random word: after a restart of the machine numbers come
    again.
    """
    return path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.unfinished")


def inside(folder: Path, name: str) -> Path:
    """A folder or file below another folder, to write into.

    Raises:
        Problems: it is a link that leads elsewhere, as a folder from a stranger may hold.
    """
    place = folder / name
    if place.is_symlink() or resolved(place) != resolved(folder) / name:
        message = "is a link that leads out of the folder of the batch"
        raise Problems([Problem(shown(folder) + f"/{name}", None, message, "take it away")])
    return place


def _this_process() -> dict[str, str | int]:
    since = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    return {"host": platform.node(), "process": os.getpid(), "since": since}


def _last_sign(folder: Path) -> str:
    """When the work in a folder went on last, in words: by that one sees whether it stands still.

    A piece that is finished is a line of the journal, or a name in a folder below.
    """
    written = []
    for pattern in ("*", "*/*"):
        for each in islice(folder.glob(pattern), _MOST_NAMES):
            with suppress(OSError):  # goes while one looks
                if each.name != LOCK:  # whoever asks for it has touched it
                    written.append(each.lstat().st_mtime)
    if not written:
        return ""
    seconds = max(round(time.time() - max(written)), 0)
    long = f"{seconds // 60:,} minutes" if seconds >= 120 else f"{seconds} seconds"
    return f", and last wrote into it {long} ago"


def _held(folder: Path) -> Problem:
    """Who holds a folder, since when, and what to do."""
    try:
        told = json.loads(text_of(folder / OWNER, _LARGEST))
        host, process, since = str(told["host"]), int(told["process"]), str(told["since"])
    except (Unreadable, ValueError, KeyError, TypeError, RecursionError):
        message, stop = "another process is working on it", "end that one"
    else:
        message = f"process {process} on {host} has been working on it since {since}"
        message += _last_sign(folder)
        stop = f"end it on {host} (kill {process})"
    hint = f"wait until it is done, or {stop}; what is finished is kept, and then say this again"
    return Problem(shown(folder), None, message, hint)

"""Folders for what can be made again: compiled loops.

An installation may be read-only, and there may be no home directory. The first folder is taken in
which something can be written; whoever finds none works without.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NAME = "heartland"


def cache_folder(name: str, first: Path | None = None) -> Path | None:
    """A folder that can be written, made if need be.

    Args:
        name: what the folder is called.
        first: where to look first; then come the user's caches, then a folder for temporary
            files that belongs to this user alone.

    Returns:
        The folder, or None where nothing can be written.
    """
    places = [first] if first is not None else []
    for place in (*places, *_user_caches(), *_temporary()):
        if _can_be_written(place / name):
            return place / name
    return None


def home() -> Path | None:
    """The user's home directory, if there is one."""
    found = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    return found if found.is_absolute() and found.is_dir() else None


def _user_caches() -> Iterator[Path]:
    """Where this system keeps a user's caches."""
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    if named and Path(named).is_absolute():
        yield Path(named) / _NAME
    house = home()
    if house is not None and sys.platform != "win32":
        yield house / ("Library/Caches" if sys.platform == "darwin" else ".cache") / _NAME


def _temporary() -> Iterator[Path]:
    """A folder for temporary files that nobody else can write: code is loaded from it."""
    try:
        around = Path(tempfile.gettempdir())
    except FileNotFoundError:
        return
    if around == Path.cwd():  # where Python finds no other place
        return
    if not hasattr(os, "getuid"):
        yield around / _NAME
        return
    place = around / f"{_NAME}-{os.getuid()}"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
    except OSError:
        return
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022:
        yield place


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False

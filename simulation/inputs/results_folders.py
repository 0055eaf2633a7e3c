"""Folders into which something is written: made where they are missing, or refused in words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from simulation.inputs.problems import Problem, Problems
from simulation.inputs.yaml_reader import shown


def made_folder(path: Path, hint: str = "name another place") -> Path:
    """A folder that is there, made with those above it if need be.

    Args:
        path: the folder.
        hint: what to do where none can be made.

    Raises:
        Problems: none can be made there.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problems([no_folder(path, error, hint)]) from None
    return path


def check_folder(path: Path, hint: str = "name another place, with --results") -> None:
    """Refuse a folder that could not be made or written into; makes nothing.

    Asked before long work whose results go there.

    Args:
        path: the folder.
        hint: what to do where none can be made.

    Raises:
        Problems: none can be made there.
    """
    there = next(each for each in (path, *path.absolute().parents) if os.path.lexists(each))
    code = None
    if not there.is_dir():
        code = errno.EEXIST if there == path else errno.ENOTDIR
    elif not os.access(there, os.W_OK | os.X_OK):
        code = errno.EACCES
    if code is not None:
        raise Problems([no_folder(path, OSError(code, os.strerror(code)), hint)])


def no_folder(path: Path, error: OSError, hint: str) -> Problem:
    """That no folder can be made somewhere, and why."""
    why = "there is a file of that name" if isinstance(error, FileExistsError) else ""
    message = f"no folder can be made here: {why or (error.strerror or str(error)).lower()}"
    return Problem(shown(path), None, message, hint)

"""Folders into which something is written: made where they are missing, or refused in words."""

from __future__ import annotations

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


def no_folder(path: Path, error: OSError, hint: str) -> Problem:
    """That no folder can be made somewhere, and why."""
    why = "there is a file of that name" if isinstance(error, FileExistsError) else ""
    message = f"no folder can be made here: {why or (error.strerror or str(error)).lower()}"
    return Problem(shown(path), None, message, hint)

"""What a batch was run with: versions, code, machine, git state."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from simulation.inputs.places import CHECKOUT, PACKAGE_ROOT
from simulation.inputs.problems import Problem, Problems

DECIDING = (
    "numerics",
    "inputs",
    "evidence",
    "parameters",
    "scenario",
    "rules",
    "world",
    "decisions",
    "model",
)
"""Rooms that decide what a run holds; beside them the bands and the pieces of a batch."""
PACKAGES = ("heartland", "mesa", "numba", "numpy", "pyarrow", "scipy")


def refuse_changes(place: Path, then: Mapping[str, Any], now: Mapping[str, Any], do: str) -> None:
    """Refuse to go on with what was begun under other circumstances.

    Args:
        place: where it was begun.
        then, now: what it hangs on, by name; of what is in one of them only, the other says none.
        do: the remedy.

    Raises:
        Problems: everything that has changed.
    """
    changed = [
        f"{what} has changed: then {then.get(what, 'none')}, now {now.get(what, 'none')}"
        for what in {**then, **now}
        if then.get(what) != now.get(what)
    ]
    if changed:
        raise Problems([Problem(str(place), None, each, do) for each in changed])


@cache
def versions() -> dict[str, str]:
    """Versions of everything that decides bits, with a hash of the model's own code."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return {**found, "code": code_hash()}


@cache
def code_hash() -> str:
    """The first digits of a hash over the code that decides what a run holds."""
    files = [path for room in DECIDING for path in (PACKAGE_ROOT / room).rglob("*.py")]
    files += [PACKAGE_ROOT / "record" / "bands.py", PACKAGE_ROOT / "batch" / "chunks.py"]
    digest = hashlib.sha256()
    for path in sorted(files):
        name = path.relative_to(PACKAGE_ROOT).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@cache
def machine() -> dict[str, Any]:
    """The computer: its kind of CPU, how many of them may be used, its system."""
    return {"cpu": _cpu(), "cpus": usable_cpus(), "system": platform.platform(terse=True)}


def usable_cpus() -> int:
    """How many CPUs this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def git_state() -> dict[str, Any] | None:
    """The commit of the checkout and whether files differ from it; None outside a checkout."""
    in_git = CHECKOUT is not None and (CHECKOUT / ".git").exists()
    commit = _git("rev-parse", "HEAD") if in_git else None
    if commit is None:
        return None
    return {"commit": commit, "changed": bool(_git("status", "--porcelain"))}


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git(*words: str) -> str | None:
    """What git says about the project's folder; None where it says nothing."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(CHECKOUT), *words], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def _cpu() -> str:
    """The CPU's name as the system gives it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()

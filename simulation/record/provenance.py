"""What a batch was run with: versions, code, machine, git state."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module, metadata
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
WRITING = ("record", "batch")
"""Rooms that decide in which bytes it is kept."""
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
    changed = changes(then, now)
    if changed:
        raise Problems([Problem(str(place), None, each, do) for each in changed])


def changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """A line for everything that is otherwise now; of what is in one alone, the other says none."""
    return [
        f"{what} has changed: then {then.get(what, 'none')}, now {now.get(what, 'none')}"
        for what in {**then, **now}
        if then.get(what) != now.get(what)
    ]


@cache
def versions() -> dict[str, str]:
    """Versions of everything that decides bits, with a hash of the model's own code."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    also = [PACKAGE_ROOT / "record" / "bands.py", PACKAGE_ROOT / "batch" / "chunks.py"]
    return {
        **found,
        "code": code_hash(DECIDING, also),
        "writing": code_hash(WRITING),
    }


def code_hash(rooms: Iterable[str], also: Iterable[Path] = ()) -> str:
    """The first digits of a hash over the code of some rooms, and of files beside them."""
    digest = hashlib.sha256()
    files = (*also, *(path for room in rooms for path in (PACKAGE_ROOT / room).rglob("*.py")))
    for path in sorted(files):
        name = path.relative_to(PACKAGE_ROOT).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@cache
def machine() -> dict[str, Any]:
    """The computer: its kind of CPU, how many of them may be used, its system."""
    return {
        "cpu": _cpu(),
        "cpus": usable_cpus(),
        "system": platform.platform(terse=True),
        "features": _features(),
    }


def differing(then: Mapping[str, Any]) -> list[str]:
    """What is otherwise now than where a record was made, of what its bytes hang on; a line each.

    The state of git is told where the code differs: a commit that leaves the code as it was changes
    no byte.

    Args:
        then: the manifest of the record, or the same keys of it.
    """
    now = {"versions": versions(), **machine()}
    found = [
        f"the version of {name} has changed: then {was}, now {now['versions'].get(name, 'none')}"
        for name, was in then["versions"].items()
        if now["versions"].get(name) != was
    ]
    if any(then["versions"].get(each) != now["versions"][each] for each in ("code", "writing")):
        was, here = (_commit(each) for each in (then.get("git"), git_state()))
        found.append(f"the code: then {was}, now {here}")
    if not then.get("features"):  # made before they were noted
        if then["cpu"] != now["cpu"]:
            found.append(f"the processor has changed: then {then['cpu']}, now {now['cpu']}")
        return found
    for library, was in then["features"].items():
        here = now["features"].get(library, [])
        gone = [f"without {each}" for each in was if each not in here]
        new = [f"with {each}" for each in here if each not in was]
        if gone or new:
            words = ", ".join([*gone, *new])
            found.append(f"what {library} uses of the processor has changed: now {words}")
    return found


def _commit(git: Mapping[str, Any] | None) -> str:
    """The state of git in words."""
    if not git:
        return "no commit"
    return f"commit {git['commit'][:12]}{', with changes' if git['changed'] else ''}"


def _features() -> dict[str, list[str]]:
    """What the libraries use of this processor: the last bits of what they compute hang on it."""
    import numpy as np

    llvm = import_module("llvmlite.binding")  # the package has no types
    numpy = np.show_config(mode="dicts")["SIMD Extensions"]  # a list that is empty is not there
    asked = os.environ.get("NUMBA_CPU_FEATURES") or llvm.get_host_cpu_features().flatten()
    return {
        "numpy": sorted({*numpy.get("baseline", ()), *numpy.get("found", ())}),
        "numba": sorted(each[1:] for each in str(asked).split(",") if each.startswith("+")),
        "libc": [" ".join(filter(None, platform.libc_ver())) or "unknown"],
    }


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

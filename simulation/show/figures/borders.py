"""Fetch real borders for the maps, where npm is at hand; none are kept in the repository.

Natural Earth's borders (public domain) come as the npm package `world-atlas`, through whatever
registry npm is set to use, which checks what it fetches. Two files of it go into `.cache/`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from simulation.inputs.problems import Problem, Problems
from simulation.show.figures.geography import FILES, borders_folder

PACKAGE = "world-atlas@2.0.2"
WAIT = 120
"""Seconds after which npm is given up."""
MEANWHILE = "maps are drawn as tiles meanwhile, and say so"


def fetch_borders(folder: Path | None = None) -> list[Path]:
    """Fetch the borders into a folder; by default where maps look for them.

    Returns:
        The files.

    Raises:
        Problems: npm is not there, cannot fetch the package, or brings something else.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise _problem("npm is not installed", f"it comes with Node.js; {MEANWHILE}")
    with tempfile.TemporaryDirectory() as place:
        found = _members(_packed(npm, Path(place)))
    folder = folder or borders_folder()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in found.items():
        unfinished = folder / f"{name}.unfinished"
        unfinished.write_bytes(content)
        paths.append(unfinished.replace(folder / name))
    return paths


def _packed(npm: str, place: Path) -> Path:
    """The package as npm fetched it into a place."""
    command = [npm, "pack", PACKAGE, "--silent", "--ignore-scripts"]
    try:
        answer = subprocess.run(
            command, cwd=place, capture_output=True, text=True, timeout=WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise _problem(f"npm did not answer within {WAIT} s", _remedy()) from None
    packages = sorted(place.glob("*.tgz"))
    if answer.returncode or not packages:
        said = [line for line in answer.stderr.splitlines() if line.strip()]
        because = f": {said[-1].removeprefix('npm error ')}" if said else ""
        raise _problem(f"npm could not fetch {PACKAGE}{because}", _remedy())
    return packages[0]


def _members(package: Path) -> dict[str, bytes]:
    """The files that are wanted out of the package; nothing else is unpacked."""
    found = {}
    try:
        with tarfile.open(package) as archive:
            for name in FILES:
                member = archive.extractfile(f"package/{name}")
                assert member is not None
                found[name] = member.read()
                json.loads(found[name])["objects"]["countries"]
    except (tarfile.TarError, KeyError, ValueError, AssertionError):
        raise _problem(f"{PACKAGE} does not hold the borders it should", MEANWHILE) from None
    return found


def _remedy() -> str:
    return f"is the network there, and npm's registry set? {MEANWHILE}"


def _problem(message: str, hint: str) -> Problems:
    return Problems([Problem("borders", None, message, hint)])

"""Which of the scenarios at hand adds something: for whoever uses its name elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulation.inputs.files import Unreadable, contents, is_file
from simulation.inputs.places import SCENARIOS, folders_of
from simulation.inputs.yaml_reader import load_yaml


def where_added(name: str) -> str | None:
    """A hint that names the scenarios which add something of a name; None where none does.

    Args:
        name: an identifier, or the key of a parameter.
    """
    files = (path for folder in folders_of(SCENARIOS) for path in sorted(folder.glob("*.yaml")))
    them = list(dict.fromkeys(path.stem for path in files if _adds(path, name)))
    if not them:
        return None
    one = them[0] if len(them) == 1 else "one of them"
    adds = "adds" if len(them) == 1 else "add"
    return f"{', '.join(them)} {adds} '{name}': name {one} too, or write extends: {them[0]}"


def _adds(path: Path, name: str) -> bool:
    """Whether a file has an entry of that name under `add` of any kind."""
    try:
        if not is_file(path) or name.encode() not in contents(path):
            return False
    except Unreadable:
        return False
    blocks: list[Any] = [*load_yaml(path).data.values()]
    return any(
        isinstance(block, dict) and isinstance(block.get("add"), dict) and name in block["add"]
        for block in blocks
    )

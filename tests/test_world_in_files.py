"""Who exists is said by the evidence and the scenarios alone, and by no line of the package."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from places import PACKAGE
from syntax import syntax_of

from simulation.evidence.catalogue import load_catalogue

KINDS = ("power", "state", "organization")
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if "data" not in path.relative_to(PACKAGE).parts
)


@cache
def names() -> dict[str, str]:
    """Identifiers and names of states, powers and organizations, each with its identifier."""
    catalogue = load_catalogue()
    entries = {**catalogue.actors, **catalogue.organizations}
    found = {key: key for kind in KINDS for key in catalogue.names[kind]}
    for key, entry in entries.items():
        found |= {name: key for name in (entry.name, entry.short, entry.called) if name}
    return found


@cache
def pattern() -> re.Pattern[str]:
    """Any of the names as a whole word, also as a part of a compound one such as `area_of_land`."""
    words = sorted(names(), key=len, reverse=True)
    either = "|".join(re.escape(word).replace("_", "[_ ]").replace(r"\ ", "[_ ]") for word in words)
    return re.compile(rf"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9$])")


FREE = {"example", "examples", "template"}
"""What has one of these names is shown to a reader as an example."""


def strings_and_identifiers(tree: ast.AST) -> list[tuple[int, str]]:
    """What a module names and says, without docstrings and examples."""
    free = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            free.add(id(node.value))
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        called = {each.id.strip("_").lower() for each in targets if isinstance(each, ast.Name)}
        if isinstance(node, ast.keyword) and node.arg:
            called.add(node.arg)
        if called & FREE:
            free |= {id(each) for each in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) in free:
            continue
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append((line, node.value))
        words = [getattr(node, part, None) for part in ("id", "attr", "arg", "name")]
        found += [(line, word) for word in words if isinstance(word, str)]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_names_a_state_a_power_or_an_organization(path):
    tree = syntax_of(path)
    seen = pattern()
    named = [
        f"line {line}: {text[max(0, it.start() - 30) : it.end() + 30]}"
        for line, text in strings_and_identifiers(tree)
        for it in [seen.search(text) or seen.search(text.lower())]
        if it is not None
    ]
    assert not named, "belongs into the evidence:\n" + "\n".join(named)


def test_the_search_finds_what_it_is_to_find():
    seen = pattern()
    for text in ("china_share", "area_ha_china", "the United States", "sco_budget", "SCO", "US"):
        assert seen.search(text), text
    for text in ("US$ million", "discover", "status", "machine", "Indiana"):
        assert not seen.search(text), text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_zip_is_strict(path):
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
            how = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
            assert how == {"strict": True}, f"line {node.lineno}"

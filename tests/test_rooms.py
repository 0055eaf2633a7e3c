"""The rooms of the package, held against what the modules import, and what rules may not do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from places import DOCS, PACKAGE
from syntax import syntax_of

# From the ground up: a room imports rooms that stand before it, and itself.
ROOMS = (
    "numerics",
    "inputs",
    "evidence",
    "parameters",
    "scenario",
    "rules",
    "world",
    "decisions",
    "model",
    "record",
    "batch",
    "contrast",
    "explanation",
    "estimation",
    "calibration",
    "backtest",
    "show",
    "dashboard",
    "commands",
)
DOOR = {"__main__"}
"""Modules at the root, beside the package's own `__init__`: they may import every room."""


UNORDERED = {"dot", "einsum", "inner", "matmul", "nansum", "nanmean", "tensordot", "vdot"}
"""NumPy reductions that choose their order by shape, beside `sum` and `mean`."""


@cache
def modules() -> dict[str, Path]:
    """Every module by its dotted name below `simulation`, with its file.

    A folder counts as a module by its `__init__` if that holds more than a docstring. The
    package's own `__init__` is the door for Python users and stands above all rooms.
    """
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[-1] != "__init__":
            found[".".join(parts)] = path
        elif len(parts) > 1 and len(syntax_of(path).body) > 1:
            found[".".join(parts[:-1])] = path
    return found


def room_of(name: str) -> str:
    """The room in which a module stands."""
    return name.partition(".")[0]


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs: all but what stands there for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from running(node)


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Names of our modules that a module imports, wherever it does so, with the line."""
    for node in running(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            raise AssertionError(f"line {node.lineno}: a relative import hides the room")
        else:
            continue
        for name in names:
            if name.split(".")[0] == "simulation":
                yield module_named(name), node.lineno


def module_named(name: str) -> str:
    """The module in which `simulation.a.b` lies: `a.b` itself, or `a` if b is a name in it."""
    parts = name.split(".")[1:]
    while parts and ".".join(parts) not in modules():
        parts.pop()
    return ".".join(parts)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (PACKAGE / folder).rglob("*.py"))


def drawn_rooms() -> list[str]:
    """The rooms in the order of the drawing in `docs/architecture.md`."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    drawing = text.split("## Rooms", 1)[1].split("```", 2)[1]
    return re.findall(r"^  (\w+)/ ", drawing, re.MULTILINE)


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A way through a graph that comes back to where it began; empty if there is none."""
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph.get(name, ())):
            if found := follow(other, [*way, name]):
                return found
        done.add(name)
        return []

    for name in sorted(graph):
        if found := follow(name, []):
            return found
    return []


def test_every_module_stands_in_one_room():
    assert [name for name in modules() if room_of(name) not in {*ROOMS, *DOOR}] == []
    assert sorted(
        path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name[0] != "_"
    ) == sorted(ROOMS)


def test_the_drawing_in_the_architecture_is_the_list():
    assert drawn_rooms() == list(ROOMS)


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_room_imports_only_rooms_before_it(name):
    own = room_of(name)
    if own in DOOR:
        return
    upward = [
        f"simulation/{name.replace('.', '/')}.py:{line} imports {other or 'the package itself'}"
        for other, line in imports(syntax_of(modules()[name]))
        if not other or ROOMS.index(room_of(other)) > ROOMS.index(own)
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle():
    graph = {
        name: {other for other, _ in imports(syntax_of(path))} - {name}
        for name, path in modules().items()
    }
    assert circle(graph) == []


def test_the_law_sees_a_late_import_and_a_circle():
    tree = ast.parse("def late():\n    from simulation.inputs.problems import Problem\n")
    assert list(imports(tree)) == [("inputs.problems", 2)]
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]


def order_left_to_numpy(tree: ast.AST) -> Iterator[str]:
    """Reductions whose order of addition, and so whose bits, depend on the shape."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            yield f"line {node.lineno}: @"
        if isinstance(node, ast.Attribute) and node.attr in UNORDERED | {"sum", "mean"}:
            yield f"line {node.lineno}: .{node.attr}"
        if isinstance(node, ast.ImportFrom):
            named = UNORDERED.intersection(alias.name for alias in node.names)
            yield from (f"line {node.lineno}: import {name}" for name in sorted(named))


@pytest.mark.parametrize("path", python_files("rules"), ids=lambda path: path.stem)
def test_rules_add_in_an_order_that_does_not_depend_on_the_block(path):
    assert list(order_left_to_numpy(syntax_of(path))) == []


def test_the_order_test_sees_each_way_around_it():
    text = "a @ b\na @= b\nnp.einsum('ij->i', a)\na.sum(0)\nnp.mean(a)\nfrom numpy import dot\n"
    assert len(list(order_left_to_numpy(ast.parse(text)))) == 6


def generators(tree: ast.AST) -> Iterator[str]:
    """Where a module reaches for a generator; to name its type, or to draw a seed, is not that."""
    harmless = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"Generator", "SeedSequence"}
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"random", "rng", "default_rng"}:
            if node not in harmless:
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]:
                if name in {"random", "numpy.random"}:
                    yield f"line {node.lineno}: {name}"


@pytest.mark.parametrize("name", sorted(modules()))
def test_no_draw_comes_from_a_shared_generator(name):
    """All luck comes from `numerics.randomness`."""
    assert name == "numerics.randomness" or list(generators(syntax_of(modules()[name]))) == []


def test_the_generator_test_sees_each_way_around_it():
    text = "np.random.rand()\nself.random.choice(a)\nmodel.rng.normal()\nimport random\n"
    assert len(list(generators(ast.parse(text)))) == 4
    assert not list(generators(ast.parse("isinstance(x, np.random.Generator)")))


def test_rules_import_neither_mesa_nor_yaml():
    for path in python_files("rules"):
        tree = syntax_of(path)
        names = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", None) or "", *(a.name for a in node.names)]
        }
        assert names.isdisjoint({"mesa", "yaml"}), path.name

"""The floors of the package, held against what the modules import, and what rules may not do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "simulation"

# From the ground up. A module imports from floors below its own only, and so never from a
# neighbour on its own floor. `rules.*` stands for the modules of that folder that are not named.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "arrays", "memory", "passages"),
    ("compiled",),
    ("dates", "randomness", "entries", "passages"),
    ("yamlfile", "commandline"),
    # the evidence
    ("validation",),
    ("evidence_models", "event_models"),
    ("evidence_accounts",),
    ("evidence_accounts",),
    ("evidence_reading",),
    ("catalogue",),
    ("posterior",),
    ("parameter_draws",),
    # a scenario
    ("events", "mechanisms", "weights"),
    ("scenario_reading",),
    ("scenario_chain",),
    ("scenario_forms", "joint_limits"),
    ("scenario",),
    # the model
    ("axes",),
    ("world",),
    ("rules.*",),
    ("turn.passes", "variables"),
    ("turn.reading",),
    ("turn.beginning", "turn.sizes", "outcomes"),
    ("turn.*", "patterns"),
    ("turn",),
    ("history",),
    ("agents.actor",),
    ("agents.club",),
    ("agents.*",),
    ("agents",),
    ("model",),
    # many runs
    (
        "experiments.bands",
        "experiments.decisions",
        "experiments.paired",
        "experiments.provenance",
        "experiments.terms",
    ),
    ("experiments.record", "experiments.executors", "experiments.measure", "experiments.reasons"),
    ("experiments.arms", "experiments.chunks", "experiments.compare", "experiments.replay"),
    ("experiments.plan",),
    ("experiments.assembly",),
    ("experiments.batch",),
    ("experiments.measures",),
    ("experiments.questions", "experiments.targets"),
    ("experiments.forecasts", "experiments.scores"),
    ("experiments.baselines",),
    # calibration
    ("experiments.trials", "experiments.distance", "experiments.emulator"),
    ("experiments.history_matching",),
    ("experiments.abc_smc",),
    ("experiments.stages",),
    ("experiments.diagnosis",),
    ("experiments.*",),
    # what people look at
    ("figures.style", "figures.reading", "figures.geography", "figures.vector"),
    ("figures.drawing", "figures.page", "figures.messages", "figures.marks"),
    ("figures.borders", "figures.sentences"),
    ("figures.*",),
    ("figures.kinds",),
    ("figures", "tables"),
    ("evidence_page", "explanations", "report", "scoreboard", "calibration_table", "knob_tables"),
    # the page in the browser
    (
        "dashboard.draft",
        "dashboard.histories",
        "dashboard.parts",
        "dashboard.server",
    ),
    (
        "dashboard.background",
        "dashboard.charts",
        "dashboard.controls",
        "dashboard.telling",
    ),
    ("dashboard.answer",),
    ("dashboard.page",),
    # the doors
    ("commands.arguments", "commands.showing", "commands.telling"),
    ("commands.*",),
    ("cli", "app"),
)


UNORDERED = {"dot", "einsum", "inner", "matmul", "nansum", "nanmean", "tensordot", "vdot"}
"""NumPy reductions that choose their order by shape, beside `sum` and `mean`."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by its dotted name below `simulation`, with its syntax.

    A folder counts as a module by its `__init__` if that holds more than a docstring. The
    package's own `__init__` is the door for Python users and stands above all floors.
    """
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        if parts[-1] != "__init__":
            found[".".join(parts)] = tree
        elif len(parts) > 1 and len(tree.body) > 1:
            found[".".join(parts[:-1])] = tree
    return found


def floor_of(name: str) -> int | None:
    """The floor on which a module stands; a name in full counts before a folder's `*`."""
    for wanted in (name, name.rpartition(".")[0] + ".*"):
        for floor, names in enumerate(LAYERS):
            if wanted in names:
                return floor
    return None


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
            raise AssertionError(f"line {node.lineno}: a relative import hides the floor")
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


def test_every_module_stands_on_a_floor():
    assert [name for name in modules() if floor_of(name) is None] == []


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_run_strictly_downward(name):
    own = floor_of(name)
    assert own is not None, "the module stands on no floor"
    upward = [
        f"simulation/{name.replace('.', '/')}.py:{line} imports {other or 'the package itself'}"
        for other, line in imports(modules()[name])
        if not other or (floor_of(other) or 0) >= own
    ]
    assert upward == []


def test_the_layer_test_sees_an_upward_import():
    tree = ast.parse("def late():\n    from simulation.errors import Problem\n")
    assert list(imports(tree)) == [("errors", 2)]


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
    assert list(order_left_to_numpy(ast.parse(path.read_text(encoding="utf-8")))) == []


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
    """All luck comes from `randomness`."""
    assert name == "randomness" or list(generators(modules()[name])) == []


def test_the_generator_test_sees_each_way_around_it():
    text = "np.random.rand()\nself.random.choice(a)\nmodel.rng.normal()\nimport random\n"
    assert len(list(generators(ast.parse(text)))) == 4
    assert not list(generators(ast.parse("isinstance(x, np.random.Generator)")))


def test_rules_import_neither_mesa_nor_yaml():
    for path in python_files("rules"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", None) or "", *(a.name for a in node.names)]
        }
        assert names.isdisjoint({"mesa", "yaml"}), path.name


def test_no_module_grows_beyond_one_subject():
    lengths = {
        path.name: path.read_text(encoding="utf-8").count("\n") for path in python_files(".")
    }
    assert {name: length for name, length in lengths.items() if length > 450} == {}

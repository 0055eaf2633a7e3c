"""The form of a rule: an expression on numbers that could be compiled from its own text.

A rule picks no runs, writes into nothing, does not branch on a value, knows numbers only, and is
there for the model, not for its test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import PACKAGE
from syntax import syntax_of

RULES = sorted((PACKAGE / "rules").glob("*.py"))
KNOWN = (
    "__future__",
    "dataclasses",
    "collections",
    "typing",
    "numpy",
    "simulation.numerics",
    "simulation.rules",
)
"""What a rule may know, beside the declared weights that its annotations name."""
WEIGHTS = "simulation.parameters"
PICKING = {"nonzero", "flatnonzero", "argwhere", "searchsorted", "compress", "extract", "choose"}
GATHERING = {"take", "take_along_axis", "put", "put_along_axis", "putmask", "place", "copyto", "at"}
CHANGING = {"fill", "sort", "partition", "resize", "setflags", "itemset", "append", "update", "pop"}
STATEMENTS = (ast.If, ast.IfExp, ast.While, ast.For, ast.Match, ast.Try, ast.With, ast.Delete)
FORMULAS = {
    "abs",
    "arctanh",
    "clip",
    "cumsum",
    "exp",
    "expm1",
    "log",
    "log1p",
    "max",
    "maximum",
    "min",
    "minimum",
    "power",
    "rint",
    "sqrt",
    "tanh",
}
"""NumPy's functions that belong to a formula."""


def named(annotation: ast.expr | None, word: str) -> bool:
    """Whether a type names a word."""
    return annotation is not None and word in ast.unparse(annotation)


def is_mask(node: ast.expr, masks: set[str]) -> bool:
    """Whether an expression is a mask, as far as its text shows."""
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.Name):
        return node.id in masks
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Invert | ast.Not) or is_mask(node.operand, masks)
    if isinstance(node, ast.BinOp):
        either = is_mask(node.left, masks) or is_mask(node.right, masks)
        return isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor) or either
    if isinstance(node, ast.Tuple):
        return any(is_mask(part, masks) for part in node.elts)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).split(".")[-1] in {"greater", "less", "isin", *PICKING}
    return False


def masks_of(function: ast.FunctionDef) -> set[str]:
    """Names in a function that stand for masks."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    found = {each.arg for each in given if named(each.annotation, "Mask")}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and is_mask(node.value, found):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and named(node.annotation, "Mask"):
            found.add(ast.unparse(node.target))
    return found


def departures(tree: ast.Module) -> Iterator[str]:
    """Where a module of rules departs from the form, with the line."""
    for node in ast.walk(tree):
        at = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.AugAssign):
            yield f"{at}: writes in place"
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Subscript | ast.Attribute) for each in targets):
                yield f"{at}: writes into what it was given"
        if isinstance(node, STATEMENTS):
            yield f"{at}: {type(node).__name__.lower()}"
        if isinstance(node, ast.Call):
            if any(keyword.arg == "out" for keyword in node.keywords):
                yield f"{at}: out="
            called = ast.unparse(node.func).split(".")[-1]
            if called in PICKING | GATHERING | CHANGING:
                yield f"{at}: {called}"
        if isinstance(node, ast.FunctionDef):
            masks = masks_of(node)
            for each in ast.walk(node):
                if isinstance(each, ast.Subscript) and is_mask(each.slice, masks):
                    yield f"line {each.lineno}: picks by a mask"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                if not name.startswith((*KNOWN, WEIGHTS)):
                    yield f"{at}: knows {name}"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_is_an_expression_on_numbers(path):
    assert list(departures(syntax_of(path))) == []


@pytest.mark.parametrize(
    "line",
    [
        "x[0] = y",
        "x.total = y",
        "x += y",
        "np.exp(x, out=x)",
        "return x[y > 0]",
        "return x[:, ~held]",
        "return x[held]",
        "where = y > 0; return x[where]",
        "where = held & (y > 0); return x[..., where]",
        "where: Mask = chosen(x); return x[where]",
        "return x[np.flatnonzero(y)]",
        "return x.nonzero()",
        "return np.take_along_axis(x, y, axis=0)",
        "x.fill(0)",
        "return x if y > 0 else y",
        "for run in x: pass",
        "while y > 0: y = y - x",
        "del x['rent']",
        "import yaml",
        "import mesa",
        "from simulation.world.world import World",
    ],
)
def test_the_test_of_form_sees_each_way_around_it(line):
    if "held" not in line and "where" not in line:
        assert len(list(departures(ast.parse(f"def rule(x, y):\n    {line}")))) > 0
    text = f"def rule(x: Array, y: Array, held: Mask):\n    {line}"
    assert len(list(departures(ast.parse(text)))) > 0
    plain = "def rule(x, held: Mask):\n    y = np.where(held, x[:, np.newaxis], x[0])\n    return y"
    assert list(departures(ast.parse(plain))) == []


# Rules are there for the model.


def public_rules(paths: list[Path]) -> set[str]:
    """Every public function of the rules, as `module.function`."""
    return {
        f"{path.stem}.{node.name}"
        for path in paths
        for node in syntax_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def uses(tree: ast.AST, own: str = "") -> set[str]:
    """Rules that some code names, as `module.function`.

    Args:
        tree: the code.
        own: the module of rules in which it stands, whose functions it names by themselves.
    """
    found, modules = set(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "simulation.rules":
            modules |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            room, _, module = node.module.rpartition(".")
            if room == "simulation.rules":
                found |= {f"{module}.{each.name}" for each in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in modules:
                found.add(f"{modules[node.value.id]}.{node.attr}")
        elif isinstance(node, ast.Name) and own and isinstance(node.ctx, ast.Load):
            found.add(f"{own}.{node.id}")
    return found


def used_rules(package: Path) -> set[str]:
    """Rules that the package calls outside of the rules, and what those call in turn."""
    by_rule: dict[str, set[str]] = {}
    for path in sorted((package / "rules").glob("*.py")):
        for node in syntax_of(path).body:
            if isinstance(node, ast.FunctionDef):
                by_rule[f"{path.stem}.{node.name}"] = uses(node, path.stem) & public_rules([path])
    found: set[str] = set()
    for path in sorted(package.rglob("*.py")):
        if path.parent != package / "rules":
            found |= uses(syntax_of(path))
    while True:
        more = found.union(*(by_rule.get(name, set()) for name in found))
        if more == found:
            return found
        found = more


def test_no_rule_is_called_by_tests_alone():
    assert sorted(public_rules(RULES) - used_rules(PACKAGE)) == []


def test_a_rule_that_nothing_calls_is_seen(tmp_path):
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "trade.py").write_text(
        "def used(x):\n    return helps(x)\ndef helps(x):\n    return x\ndef alone(x):\n"
        "    return alone(x)\n"
    )
    (tmp_path / "turn.py").write_text("from simulation.rules import trade\ntrade.used(1)\n")
    every = public_rules([rules / "trade.py"])
    assert every - used_rules(tmp_path) == {"trade.alone"}


# Formulas stand neither in the world, nor in decisions, agents, the turn or imposed history.

TURN = [
    path
    for room in ("world", "decisions", "model/agents", "model/turn")
    for path in sorted((PACKAGE / room).glob("*.py"))
] + [PACKAGE / "model" / "history.py"]
READING_OUT = {"decision"}
"""It turns a term of one run back into its quantity, to be read."""


def formulas(tree: ast.AST) -> Iterator[str]:
    """Products, quotients, powers and functions that belong to a formula.

    Sums stay out: places on an axis and clocks are counted with them.
    """
    for node in ast.walk(tree):
        multiplied = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(
            node.op, ast.Mult | ast.Div | ast.Pow
        )
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if multiplied or called in {f"np.{name}" for name in FORMULAS}:
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", TURN, ids=lambda path: path.stem)
def test_what_is_not_a_rule_holds_no_formula(path):
    found = list(formulas(syntax_of(path)))
    assert found == [] or path.stem in READING_OUT


def test_the_test_of_formulas_sees_each_way_around_it():
    text = "a * b\na / b\na ** 2\na *= b\nnp.exp(a)\nnp.maximum(a, 0)\nnp.clip(a, 0, 1)\n"
    assert len(list(formulas(ast.parse(text)))) == 7
    assert list(formulas(ast.parse("world.zeros(a + 1)\nquarters[j] - 1\nnp.where(a, b, c)"))) == []

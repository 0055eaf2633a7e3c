"""Names: a public name is defined in one module, files bear the field's words, calls name much.

Whoever meets a name has to look in one place only; whoever reads a call can tell what each of its
arguments is.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest
from places import PACKAGE
from syntax import syntax_of

SAY_NOTHING = frozenset(
    {
        *("reading", "telling", "asking", "showing", "terms", "reasons", "arms", "kinds", "marks"),
        *("forms", "entries", "sizes", "public", "club"),
    }
)
"""Names of files that say nothing of their subject."""

VARIADIC = frozenset(
    {
        *("Path", "broadcast_arrays", "chain", "format", "isinstance", "joinpath", "max"),
        *("maximum", "min", "minimum", "print", "product", "reshape", "zip"),
        *("CFUNCTYPE", "broadcast_shapes", "methodcaller", "union"),
        *("add_argument", "add_row", "make_compound_path"),  # argparse, rich, Matplotlib
        *("_plain", "_plain_table", "_switches", "argument", "command"),
    }
)
"""What takes any number of things of one sort, and may be handed a whole sequence of them."""

MOST_BY_POSITION = 5


MODULES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
"""Every module by its path below the package."""


# -- a name, a module ---------------------------------------------------------------------------


def defined(tree: ast.Module) -> Iterator[str]:
    """Public names that a module defines at its top, also under a condition."""
    for node in statements(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [each for target in node.targets for each in bound(target)]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            names = bound(node.target)
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Statements that run when a module is imported, but for those inside what they define."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if isinstance(child, ast.If | ast.Try | ast.With | ast.For | ast.ExceptHandler):
            yield from statements(child)


def bound(target: ast.expr) -> list[str]:
    """The names that an assignment binds."""
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Starred):
        return bound(target.value)
    if isinstance(target, ast.Tuple | ast.List):
        return [name for each in target.elts for name in bound(each)]
    return []


def shared_names(trees: Mapping[str, ast.Module]) -> dict[str, list[str]]:
    """Public names that more than one module defines, with the modules."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees.items():
        for name in sorted(set(defined(tree))):
            places[name].append(path)
    return {name: found for name, found in sorted(places.items()) if len(found) > 1}


def test_a_public_name_is_defined_in_one_module():
    shared = shared_names({name: syntax_of(path) for name, path in MODULES.items()})
    told = "\n".join(f"  {name}: {', '.join(at)}" for name, at in shared.items())
    assert not shared, f"make one of each private, or tell them apart by their names:\n{told}"


def test_the_test_of_names_sees_each_way_of_defining_one():
    text = """
def one(): own = 1
class Two: own = 2
THREE, (FOUR, *FIVE) = 3, (4, 5)
SIX: int = 6
if True:
    SEVEN = 7
else:
    EIGHT = 8
try:
    NINE = 9
except Exception:
    TEN = 10
_own = 11
from elsewhere import Eleven
"""
    found = set(defined(ast.parse(text)))
    assert found == {"one", "Two", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"}
    trees = {"a.py": ast.parse("x = 1\n_y = 1"), "b.py": ast.parse("def x(): ...\n_y = 1")}
    assert shared_names(trees) == {"x": ["a.py", "b.py"]}


# -- a file, its subject ------------------------------------------------------------------------


def test_a_file_says_its_subject():
    poor = [path for path in MODULES if SAY_NOTHING.intersection(Path(path).with_suffix("").parts)]
    assert not poor, f"a file's name says its subject in the field's word: {', '.join(poor)}"


# -- a call, what it hands over -----------------------------------------------------------------


def unclear_calls(tree: ast.AST, passed_on: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """Calls that unpack a sequence into their arguments, or name none of too many.

    Args:
        tree: what is looked through.
        passed_on: what the function around it takes as `*args`, and may hand on.
    """
    for node in ast.iter_child_nodes(tree):
        inside = passed_on
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inside = {node.args.vararg.arg} if node.args.vararg else set()
        if isinstance(node, ast.Call) and called(node) not in VARIADIC:
            unpacked = [
                each.value
                for each in node.args
                if isinstance(each, ast.Starred)
                and not (isinstance(each.value, ast.Name) and each.value.id in passed_on)
            ]
            if unpacked or len(node.args) > MOST_BY_POSITION:
                yield node.lineno, ast.unparse(node)
        yield from unclear_calls(node, inside)


def called(node: ast.Call) -> str:
    """The last word of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


@pytest.mark.parametrize("path", MODULES)
def test_a_call_says_what_it_hands_over(path):
    found = list(unclear_calls(syntax_of(MODULES[path])))
    told = "\n".join(f"  line {line}: {' '.join(text.split())[:120]}" for line, text in found)
    assert not found, f"name the arguments, or hand over an object that has a name:\n{told}"


def test_the_test_of_calls_sees_what_is_unclear_and_nothing_else():
    unclear = "f(*about)\nf(1, *rest)\na.b(1, 2, 3, 4, 5, 6)\nzip(f(*about))\n"
    assert [line for line, _ in unclear_calls(ast.parse(unclear))] == [1, 2, 3, 4]
    clear = """
f(1, 2, 3, 4, 5, six=6)
zip(*rows, strict=True)
itertools.product(*axes)
max(1, 2, 3, 4, 5, 6)
def handed_on(*args, **more):
    return f(*args, **more)
f(**about)
[*one, *other]
"""
    assert not list(unclear_calls(ast.parse(clear)))
    borrowed = "def f(*args):\n    def g():\n        return h(*args)\n"
    assert list(unclear_calls(ast.parse(borrowed))), "what another function took is unpacked"

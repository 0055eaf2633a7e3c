"""Where things are looked for, and that nothing of the package looks beyond itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from places import PACKAGE, ROOT
from syntax import syntax_of

from simulation.inputs import places


def test_in_a_checkout_what_is_shipped_lies_beside_the_package(tmp_path, monkeypatch):
    assert places.CHECKOUT == ROOT
    assert places.shipped("scenarios") == ROOT / "scenarios"
    monkeypatch.chdir(tmp_path)
    assert places.own("scenarios") == tmp_path / "scenarios"
    assert places.folders_of("scenarios") == [tmp_path / "scenarios", ROOT / "scenarios"]
    monkeypatch.chdir(ROOT)
    assert places.shipped_is_own("scenarios")
    assert places.folders_of("scenarios") == [ROOT / "scenarios"]


def test_in_a_wheel_what_is_shipped_lies_inside_it(tmp_path):
    """The module is read where a wheel would have put it."""
    module = tmp_path / "simulation" / "inputs" / "places.py"
    module.parent.mkdir(parents=True)
    module.write_bytes((PACKAGE / "inputs" / "places.py").read_bytes())
    (tmp_path / "simulation" / "shipped" / "questions").mkdir(parents=True)
    asked = "import places; print(places.CHECKOUT, places.shipped('questions'), sep='\\n')"
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=module.parent, capture_output=True, text=True, check=True
    )
    found = (tmp_path / "simulation" / "shipped" / "questions").resolve()
    assert answer.stdout.splitlines() == ["None", str(found)]


def test_a_file_is_the_users_own_only_where_the_two_folders_differ(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert places.is_own(Path("scenarios/mine.yaml"), "scenarios")
    assert places.is_own(tmp_path / "scenarios" / "mine.yaml", "scenarios")
    assert not places.is_own(ROOT / "scenarios" / "baseline.yaml", "scenarios")
    monkeypatch.chdir(ROOT)
    assert not places.is_own(Path("scenarios/baseline.yaml"), "scenarios")


FILES = sorted(
    path
    for path in PACKAGE.rglob("*")
    if "__pycache__" not in path.parts and path.is_file() and path.suffix != ".parquet"
)


def test_nothing_in_the_package_names_a_place_beside_the_checkout():
    assert [path for path in FILES if "../shared" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("ending", ["run.py", "pip install"])
def test_only_one_module_says_how_the_program_is_started_and_installed(ending):
    """Whatever is said to a user, docstrings apart, names it by `program()` or `installing()`."""
    guilty = []
    for path in (each for each in FILES if each.suffix == ".py"):
        tree = syntax_of(path)
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        guilty += [
            f"{path.relative_to(PACKAGE)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and ending in node.value
            and path.name != "invocation.py"
        ]
    assert guilty == []

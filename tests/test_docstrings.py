"""The examples in docstrings do what they say, in an empty folder."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest
from places import PACKAGE, ROOT


def modules_with_examples() -> list[str]:
    """Every module that holds an example."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGE.rglob("*.py"))
        if ">>> " in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_a_module_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = doctest.testmod(import_module(name))
    assert found.attempted
    assert not found.failed


def test_the_public_names_have_examples():
    assert {"simulation", "simulation.batch.batch", "simulation.record.compare"} <= {
        *modules_with_examples()
    }

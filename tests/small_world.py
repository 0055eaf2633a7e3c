"""A small evidence directory and two mechanisms, so that tests of reading stand on their own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from places import TESTS

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.scenario import effects as scenario_effects
from simulation.scenario import reader as scenario_reading
from simulation.scenario import scenario
from simulation.scenario import template as scenario_forms

SMALL_EVIDENCE = TESTS / "small_evidence"

SWITCHES = {
    "conditional_aid": SimpleNamespace(
        name="conditional_aid",
        claims=("M01",),
        description="Aid is withheld over repression.",
        neutral={"basing.review_chance": 0.0},
    ),
    "notices": SimpleNamespace(
        name="notices",
        claims=(),
        description="A guest is given notice.",
        neutral={"basing.notice": 0.0},
    ),
    "undeclared": SimpleNamespace(
        name="undeclared",
        claims=(),
        description="A switch whose parameter is missing.",
        neutral={"basing.missing": 0.0},
    ),
}
THEORIES = {
    "hedging": SimpleNamespace(name="hedging", description="No strings.", off=("conditional_aid",)),
    "patronage": SimpleNamespace(name="patronage", description="No notice.", off=("notices",)),
}
MODULES = (scenario, scenario_forms, scenario_reading, scenario_effects)
"""Where the mechanisms are known."""


def small_catalogue() -> Catalogue:
    return load_catalogue(SMALL_EVIDENCE)


def use_small_mechanisms(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in MODULES:
        monkeypatch.setattr(module, "SWITCHES", SWITCHES)
        monkeypatch.setattr(module, "THEORIES", THEORIES)

"""A question that the page is asked, and its answer."""

from __future__ import annotations

import pytest

from simulation.dashboard.answer import Asked, answered
from simulation.dashboard.draft import Draft

WITHDRAWAL = "us_base_withdrawal"
GROWTH = "patronage.budget_growth.china"


@pytest.fixture(scope="session")
def changed():
    """A withdrawal with two numbers moved and a mechanism off."""
    draft = Draft(WITHDRAWAL).with_number(GROWTH, 0.14).with_number("basing.statement", 4.1)
    return draft.with_switch("conditional_aid", False)


@pytest.fixture(scope="session")
def answer(changed):
    """Few paired histories of it beside another scenario."""
    return answered(Asked(changed, ("no_andijan",), runs=24, seed=5))

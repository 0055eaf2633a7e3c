"""A model whose turn runs as loops and one whose turn runs on arrays live the same histories."""

import pytest
from worlds.pairs import scenario

from simulation.model.model import InfluenceModel
from simulation.model.turn import moving, settling
from simulation.numerics import machine, stretches
from simulation.rules import ledger

RUNS = stretches.LEAST_RUNS + 9
CASES = [
    ("baseline", "posterior"),
    ("baseline", "point"),
    ("colour_revolutions", "prior"),
    ("japan_offensive", "posterior"),
    ("no_andijan", "posterior"),
    ("second_base_at_osh", "point"),
    ("sino_russian_rift", "prior"),
    ("water_crisis", "posterior"),
]
"""Scenarios, which impose different parts of the record, and where numbers come from."""


def lived(scenario, parameters, **more):
    """Everything that happened, and the world as it ended."""
    model = InfluenceModel(scenario, RUNS, seed=3, parameters=parameters, **more).run()
    log = [(*what, runs.tobytes(), values.tobytes()) for *what, runs, values in model.log]
    return {name: array.tobytes() for name, array in model.world.snapshot().items()}, log


@pytest.fixture
def both(monkeypatch):
    """What both forms give."""
    if not machine.can_compile():
        pytest.skip("nothing is compiled here")

    def live(*case, **more):
        looped = lived(*case, **more)
        with monkeypatch.context() as changed:
            changed.setattr(stretches, "can_compile", lambda: False)
            return looped, lived(*case, **more)

    return live


@pytest.mark.parametrize(("scenario", "parameters"), CASES)
def test_both_forms_live_the_same_histories(both, scenario, parameters):
    looped, arrays = both(scenario, parameters)
    assert looped == arrays


def test_both_forms_check_themselves_and_explain_alike(both):
    looped, arrays = both("baseline", "posterior", until="2004Q4", debug=True, explaining=True)
    assert looped == arrays


def test_runs_of_the_same_number_and_later_runs_are_the_same_in_both_forms(both):
    more = {"until": "2003Q4", "first_run": 1000}
    looped, arrays = both("baseline", "prior", **more)
    assert looped == arrays


def test_a_rule_that_is_put_in_place_of_another_is_followed_and_not_longer(both, monkeypatch):
    more = {"until": "2002Q4"}
    usual = both("baseline", "point", **more)
    with monkeypatch.context() as changed:
        changed.setattr(ledger, "by_the_year", lambda quarterly: quarterly)
        looped, arrays = both("baseline", "point", **more)
        assert looped == arrays != usual[0]
    assert lived("baseline", "point", **more) == usual[0] == usual[1]


def test_a_number_that_an_event_sets_is_followed(both):
    numbers = {"alignment.hedging": 1.9, "influence.decay.security": 0}
    event = {"date": "2002-02-01", "set": numbers, "why": "a test"}
    changed = scenario("set_in_both_forms", events=[event])
    looped, arrays = both(changed, "posterior", until="2003Q1")
    assert looped == arrays


def test_the_turn_does_run_as_loops():
    if not machine.can_compile():
        pytest.skip("nothing is compiled here")
    InfluenceModel("baseline", RUNS, seed=1, parameters="point").run("2001Q4")
    assert settling._settle._programs
    assert moving._move._programs

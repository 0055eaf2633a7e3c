"""Switches and theories: every claim has its switch, and every switch its parameters and test."""

import ast
import re

import numpy as np
import pytest
from places import PACKAGE, TESTS
from worlds.pairs import scenario, without

from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, measure_outcomes
from simulation.scenario.mechanisms import SWITCHES, THEORIES
from simulation.scenario.scenario import load_scenario

CLAIMS = {f"M{number:02}" for number in range(1, 32)}


def due(found):
    """The outcomes that have a value in every run."""
    return {name: values for name, values in found.items() if not OUTCOMES[name].in_some_runs}


def test_every_claim_is_a_mechanism():
    assert {claim for switch in SWITCHES.values() for claim in switch.claims} == CLAIMS


def test_switches_and_theories_go_by_their_names():
    for name, one in (*SWITCHES.items(), *THEORIES.items()):
        assert one.name == name
        assert re.fullmatch(r"[a-z][a-z_]*", name)
        assert one.description.endswith(".")
    with pytest.raises(TypeError):
        SWITCHES["new"] = None


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_a_switch_holds_parameters_at_values_they_may_have_and_have_not(name):
    catalogue, baseline = load_catalogue(), load_scenario("baseline")
    neutral = SWITCHES[name].neutral
    assert neutral
    for key, value in neutral.items():
        held = [each for each in baseline.values if each == key or each.startswith(key + ".")]
        assert held, f"no parameter {key}"
        assert any(baseline.values[each] != value for each in held), f"{key} is {value} anyway"
        for each in held:
            assert catalogue.assign(each, value)[1] == [], each


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_a_mechanism_turned_off_by_hand_is_the_mechanism_turned_off_in_a_scenario(name):
    here, there = load_scenario("baseline").without(name), load_scenario(without(name))
    assert dict(here.values) == dict(there.values)
    assert dict(here.origins) == dict(there.origins)
    assert dict(here.mechanisms) == dict(there.mechanisms)
    assert here.fixed_keys == there.fixed_keys
    assert here.events == there.events


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_what_is_switched_off_is_not_drawn(name):
    off = load_scenario(without(name))
    assert [switch for switch, on in off.mechanisms.items() if not on] == [name]
    baseline = load_scenario("baseline")
    changed = {key for key, value in off.values.items() if value != baseline.values[key]}
    held = {
        each
        for key in SWITCHES[name].neutral
        for each in baseline.values
        if each == key or each.startswith(key + ".")
    }
    assert changed <= held == off.fixed_keys
    assert changed


def test_theories_do_without_switches_that_exist():
    for theory in THEORIES.values():
        assert set(theory.off) < set(SWITCHES)
        assert len(set(theory.off)) == len(theory.off)
    assert len({frozenset(theory.off) for theory in THEORIES.values()}) == len(THEORIES)
    assert set(THEORIES) == {"hedging", "patronage", "protective_integration"}


def test_a_theory_keeps_what_it_is_named_after():
    assert "hedging" not in THEORIES["hedging"].off
    assert "deals_after_crackdown" not in THEORIES["patronage"].off
    assert "bloc_legitimacy" not in THEORIES["protective_integration"].off


def test_every_switch_has_its_pair_of_worlds():
    files = (TESTS / "worlds").glob("test_*.py")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "without"
    }
    assert named == set(SWITCHES)


def test_no_rule_asks_whether_a_mechanism_is_on():
    for folder in ("rules", "agents", "turn"):
        for path in (PACKAGE / folder).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "simulation.scenario.mechanisms" not in text, path.name
            assert ".mechanisms" not in text, path.name


@pytest.mark.parametrize("name", sorted(THEORIES))
def test_every_theory_makes_a_world_of_its_own(name):
    path = scenario(f"theory_of_{name}", theory=name)
    model = InfluenceModel(path, runs=30, seed=1).run("2005Q4")
    found = measure_outcomes(model)
    known = measure_outcomes(InfluenceModel("baseline", runs=30, seed=1).run("2005Q4"))
    assert all(np.isfinite(values).all() for values in due(found).values())
    assert any((found[outcome] != known[outcome]).any() for outcome in found)


def test_a_world_without_any_mechanism_still_turns():
    path = scenario("nothing_works", mechanisms=dict.fromkeys(SWITCHES, "off"))
    model = InfluenceModel(path, runs=10, seed=1).run("2005Q4")
    assert all(np.isfinite(values).all() for values in due(measure_outcomes(model)).values())
    assert (measure_outcomes(model)["bases_open_united_states"] == 0).all()


def test_an_unknown_mechanism_is_told_with_the_nearest():
    with pytest.raises(Problems, match="conditional_aid"):
        load_scenario(scenario("misspelt", mechanisms={"conditional_ai": "off"}))

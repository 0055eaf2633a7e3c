"""Sensitivity: known shares are found, luck among them."""

from __future__ import annotations

import csv
import sys

import numpy as np
import pytest
from matplotlib.text import Text

from simulation.commands import program as cli
from simulation.contrast import sensitivity
from simulation.contrast.sensitivity import analyzed, problem_of, run_sensitivity
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.scenario.scenario import load_scenario
from simulation.show.figures.sensitivities import sensitivity_figure, sensitivity_finding
from simulation.show.variation_tables import sensitivity_table

SAMPLES = 1024
PROBLEM = {
    "num_vars": 4,
    "names": ["a.one", "a.two", "b.one", "c.one"],
    "bounds": [(0, 1)] * 4,
    "groups": ["a", "a", "b", "c"],
    "outputs": ["Y"],
}


def outcome_of(function):
    """A made-up outcome over the design, shape (samples, columns); each row has its own luck."""
    design = pytest.importorskip("SALib.sample.sobol")
    points = design.sample(PROBLEM, SAMPLES, calc_second_order=False, seed=1)
    luck = np.random.default_rng(2).normal(size=SAMPLES)
    return function(points.reshape(SAMPLES, -1, 4), luck[:, None])


def test_known_shares_of_the_variance_are_found():
    found = outcome_of(lambda x, luck: 3 * x[..., 0] + 2 * x[..., 1] + 2 * x[..., 2] + luck)
    (a, b, c), luck = analyzed(PROBLEM, found, seed=1)
    variance = (9 + 4 + 4) / 12 + 1
    assert [each.group for each in (a, b, c)] == ["a", "b", "c"]
    assert a.parameters == 2
    assert a.total.value == pytest.approx(13 / 12 / variance, abs=0.04)
    assert a.first.value == pytest.approx(13 / 12 / variance, abs=0.06)
    assert b.total.value == pytest.approx(4 / 12 / variance, abs=0.03)
    assert c.total.value == c.first.value == 0
    assert luck.low < 1 / variance < luck.high
    assert luck.high - luck.low < 0.15


def test_what_two_groups_do_together_counts_for_both_in_all_and_for_neither_alone():
    found = outcome_of(lambda x, luck: (x[..., 2] - 0.5) * (x[..., 3] - 0.5) + 0 * luck)
    indices, luck = analyzed(PROBLEM, found, seed=1)
    shares = {each.group: each for each in indices}
    for group in ("b", "c"):
        assert shares[group].total.value == pytest.approx(1, abs=0.15)
        assert abs(shares[group].first.value) < 0.1
    assert luck.low < 0 < luck.high


def test_what_a_group_does_with_luck_counts_as_done_alone():
    found = outcome_of(lambda x, luck: (x[..., 2] - 0.5) * luck)
    indices, luck = analyzed(PROBLEM, found, seed=1)
    assert indices[0].group == "b"
    assert indices[0].first.value == pytest.approx(1, abs=0.15)
    assert luck.low < 0 < luck.high


def test_an_outcome_that_never_differs_is_owed_to_nothing():
    pytest.importorskip("SALib")
    indices, luck = analyzed(PROBLEM, np.ones((8, 5)), seed=1)
    assert (indices, luck.value) == ((), 0)


# -- of the model ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found():
    pytest.importorskip("SALib")
    return run_sensitivity(
        "baseline", "united_states_share", samples=8, seed=1, until="2001Q4", workers=1
    )


@pytest.fixture
def asked(monkeypatch):
    """The arms that would have been run."""
    pytest.importorskip("SALib")
    given = []

    def run_arms(arms, outcomes, *, runs, **more):
        given.extend(arms)
        return {name: np.random.default_rng(1).random((len(arms), runs)) for name in outcomes}

    monkeypatch.setattr(sensitivity, "run_arms", run_arms)
    return given


def test_every_column_of_the_design_is_an_arm_with_all_uncertain_parameters(asked):
    result = run_sensitivity("us_bases_stay", samples=8, seed=1)
    scenario, catalogue = load_scenario("us_bases_stay"), load_catalogue()
    keys = [key for key in catalogue.drawable() if key not in scenario.fixed_keys]
    assert len(asked) == len(result.indices) + 2 == result.runs // 8
    for arm in asked:
        assert list(arm.parameters.arrays) == keys
        assert {each.shape for each in arm.parameters.arrays.values()} == {(8,)}
    low, high = catalogue.range_of(keys[0])
    for arm in asked:
        first = arm.parameters.arrays[keys[0]]
        assert ((low <= first) & (first <= high)).all()
    assert not set(asked[0].parameters.arrays) & scenario.fixed_keys


def test_one_column_differs_from_the_first_in_one_group_alone(asked):
    run_sensitivity("baseline", samples=8, seed=1)
    first, *others, _ = (arm.parameters.arrays for arm in asked)
    for other in others:
        changed = {key.partition(".")[0] for key in first if (first[key] != other[key]).any()}
        assert len(changed) == 1


def test_a_rule_can_be_split_into_its_parameters():
    keys = ["basing.blame", "basing.notice.manas", "basing.notice.kant", "trade.noise"]
    groups = problem_of(load_catalogue(), keys, within="basing")["groups"]
    assert groups == ["basing.blame", "basing.notice", "basing.notice", sensitivity.REST]
    assert problem_of(load_catalogue(), keys, None)["groups"] == ["basing"] * 3 + ["trade"]


def test_it_is_written_drawn_and_printed(found, tmp_path):
    folder = found.write(tmp_path)
    with (folder / "sensitivity.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["group"] for row in rows] == [*(i.group for i in found.indices), "luck alone"]
    assert '"samples": 8' in (folder / "provenance.json").read_text(encoding="utf-8")
    figure = sensitivity_figure(found)
    words = " ".join(each.get_text() for each in figure.findobj(Text))
    assert figure.get_label() == sensitivity_finding(found)
    assert "luck alone" in words and "How to read:" in words
    table = sensitivity_table(found, width=110)
    assert all(each.group in table for each in found.indices)


def test_everything_that_is_wrong_is_said_at_once():
    pytest.importorskip("SALib")
    with pytest.raises(Problems) as caught:
        run_sensitivity("baseline", "chin_share", within="basng", samples=20)
    text = caught.value.render()
    for part in ("'china_share'?", "'basing'?", "a power of two"):
        assert part in text


def test_without_the_package_the_command_says_which_extra_brings_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "SALib", None)
    monkeypatch.delitem(sys.modules, "SALib.sample", raising=False)
    assert cli.main(["sensitivity", "baseline"]) == 2
    assert "pip install -e '.[analysis]'" in capsys.readouterr().err

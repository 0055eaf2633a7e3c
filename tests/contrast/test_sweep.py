"""Sweeps: the same luck at every point, intervals, and what cannot be asked."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from matplotlib.colors import rgb_to_hsv, to_rgb
from matplotlib.text import Text

from simulation.contrast import variants as arms
from simulation.contrast.sweep import _mean, parse_axis, run_sweep
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES
from simulation.parameters.numbers import Numbers
from simulation.record.record import newest
from simulation.scenario.scenario import load_scenario
from simulation.show.figures.style import MORE, READABLE, contrast, text_on
from simulation.show.figures.sweeps import SHADE, sweep_figure, sweep_finding
from simulation.show.variation_tables import sweep_table

RENT, HABIT, UNTIL = "basing.rent", "basing.habit", "2002Q3"
SHARE, OPEN = "united_states_share", "karshi_khanabad_open"
OWN = load_scenario("baseline").values[RENT]


@pytest.fixture(scope="module")
def curve():
    return run_sweep(
        "baseline", [f"{RENT}=1.5,{OWN},3"], [SHARE, OPEN], runs=24, seed=3, until=UNTIL,
        workers=1, parameters="point",
    )  # fmt: skip


@pytest.fixture(scope="module")
def grid():
    vary = [f"{RENT}=1.5:3:2", f"{HABIT}=0:1:2"]
    return run_sweep("baseline", vary, [SHARE], runs=10, seed=3, until=UNTIL, workers=1)


def said(figure):
    return " ".join(each.get_text() for each in figure.findobj(Text))


# -- the numbers -----------------------------------------------------------------------------


def test_a_point_is_what_a_batch_with_that_setting_gives(curve):
    scenario = load_scenario("baseline", settings=[f"{RENT}=3"])
    model = InfluenceModel(scenario, runs=24, seed=3, until=UNTIL, parameters="point").run()
    expected = OUTCOMES[SHARE].measure(model).mean()
    assert curve.curves[SHARE][-1].mean == pytest.approx(expected, abs=1e-6)


def test_where_the_parameter_stands_nothing_differs_in_any_run(curve):
    assert curve.axes[0].own == OWN
    for points in curve.curves.values():
        gap = points[1].difference
        assert (gap.difference, gap.low, gap.high, gap.up, gap.down) == (0, 0, 0, 0, 0)


def test_intervals_hold_the_means_and_shares_stay_within_their_bounds(curve):
    for point in (*curve.curves[SHARE], *curve.curves[OPEN]):
        assert point.low <= point.mean <= point.high
        assert point.difference.low <= point.difference.difference <= point.difference.high
    assert all(point.low >= 0 and point.high <= 1 for point in curve.curves[OPEN])


def test_runs_are_the_same_however_they_are_cut_into_blocks(curve, monkeypatch):
    monkeypatch.setattr(arms, "_BLOCK", 7)
    vary = [f"{RENT}=1.5,{OWN},3"]
    told = []
    again = run_sweep(
        "baseline", vary, [SHARE, OPEN], runs=24, seed=3, until=UNTIL, workers=1,
        parameters="point", progress=lambda done, asked, what: told.append((done, asked, what)),
    )  # fmt: skip
    assert again.curves == curve.curves
    assert told[0] == (7, 96, "as it stands")
    assert told[-1] == (96, 96, "the grid")


def test_parameters_given_as_arrays_are_cut_with_the_runs(monkeypatch):
    scenario = load_scenario("baseline")
    values = np.linspace(1.5, 3, 10)
    given = [arms.Arm("one", scenario, Numbers(arrays={RENT: values}))]
    whole = arms.run_arms(given, [SHARE], 10, 3, 5, workers=1)
    monkeypatch.setattr(arms, "_BLOCK", 4)
    assert np.array_equal(arms.run_arms(given, [SHARE], 10, 3, 5, workers=1)[SHARE], whole[SHARE])


def test_a_grid_of_two_runs_every_pair_with_the_last_fastest(grid):
    places = [point.at for point in grid.curves[SHARE]]
    assert places == [(1.5, 0.0), (1.5, 1.0), (3.0, 0.0), (3.0, 1.0)]


def test_the_outcome_is_the_one_that_the_scenario_asks_about():
    found = run_sweep("baseline", [f"{RENT}=2,3"], runs=10, seed=1, until="2001Q4", workers=1)
    assert list(found.curves) == ["russia_china_share"]


# -- what is left behind ---------------------------------------------------------------------


def test_it_is_written_as_a_table_beside_how_it_was_made(curve, tmp_path):
    folder = curve.write(tmp_path)
    assert curve.write(tmp_path) == folder
    with (folder / "sweep.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert [float(row[RENT]) for row in rows[:3]] == [1.5, OWN, 3]
    assert {row["outcome"] for row in rows} == {SHARE, OPEN}
    assert '"seed": 3' in (folder / "provenance.json").read_text(encoding="utf-8")
    with pytest.raises(Problems, match="holds no finished batch"):
        newest(tmp_path)


def test_the_curve_says_what_it_shows_and_marks_where_the_scenario_stands(curve):
    figure = sweep_figure(curve, SHARE)
    words = said(figure)
    assert figure.get_label() == sweep_finding(curve, SHARE)
    assert "How to read:" in words
    assert "as it stands" in words
    assert "24 runs a point" in words
    assert "point values: no parameter uncertainty" in words


def test_the_table_of_two_has_a_number_in_every_cell(grid):
    words = said(sweep_figure(grid))
    assert all(f"{value:g}" in words for value in (1.5, 3))
    assert words.count(".") > 4


def test_values_beyond_the_range_of_the_evidence_are_marked(curve):
    beyond = run_sweep("baseline", [f"{RENT}=1:2:2"], [SHARE], 10, 3, "2001Q4", workers=1)
    assert "beyond its range" in said(sweep_figure(beyond))
    assert "basing.rent is varied from 1 to 2, beyond its range 1.5–4." in " ".join(
        sweep_table(beyond, width=100).split()
    )
    assert "calibrated" in said(sweep_figure(beyond))
    assert "beyond its range" not in said(sweep_figure(curve, SHARE))


def test_where_nothing_can_be_told_the_finding_says_so():
    still = run_sweep(
        "baseline", ["trade.noise=0.01:0.02:2"], ["ousters"], 10, 3, "2001Q4", workers=1
    )
    assert "no value of trade.noise can be told" in sweep_finding(still, "ousters")


def test_the_printed_table_marks_what_cannot_be_told_from_zero(curve):
    text = sweep_table(curve, width=100)
    assert f"basing.rent at {OWN:g}" in text
    assert "Point values: no parameter uncertainty." in text
    assert text.count("→") == 2


# -- what is asked for -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=0:1:3", (0.0, 0.5, 1.0)),
        ("a.b=0:0.3:4", (0.0, 0.1, 0.2, 0.3)),
        ("a.b=3,1,2", (1.0, 2.0, 3.0)),
        ("a.b=-1e-1:1:2", (-0.1, 1.0)),
    ],
)
def test_values_are_even_steps_or_a_list(text, values):
    assert parse_axis(text) == ("a.b", values)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a.b", "is not KEY=LOW:HIGH:N"),
        ("a.b=1:2", "is not KEY=LOW:HIGH:N"),
        ("=1:2:3", "is not KEY=LOW:HIGH:N"),
        ("a.b=1:2:1", "'1' is no whole number of 2 or more"),
        ("a.b=1:2:x", "'x' is no whole number"),
        ("a.b=2:1:3", "2 is not below 1"),
        ("a.b=one:2:3", "'one' is no number"),
        ("a.b=nan,1", "'nan' is no number"),
        ("a.b=1,1", "two values or more are due"),
    ],
)
def test_values_that_cannot_be_read_are_answered_in_words(text, answer):
    with pytest.raises(ValueError, match=answer):
        parse_axis(text)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(Problems) as caught:
        run_sweep("baselin", ["basing.rentt=1:2:2", "x"], ["chin_share"])
    text = caught.value.render()
    for part in ("'basing.rent'?", "KEY=LOW:HIGH:N", "'china_share'?", "'baseline'?"):
        assert part in text
    assert "--vary basing.rentt" in text


@pytest.mark.parametrize(
    ("vary", "answer"),
    [
        (["basing.rent=0:2:2"], "it can only be 0.1 or more"),
        (["basing.notice=1:2:2"], "is a table"),
        ([f"{RENT}=1:2:2", f"{RENT}=2:3:2"], "is varied twice"),
        ([f"{RENT}=1:2:2", f"{HABIT}=1:2:2", "trade.noise=1:2:2"], "3 parameters"),
    ],
)
def test_what_cannot_be_varied_is_refused(vary, answer):
    with pytest.raises(Problems, match=answer):
        run_sweep("baseline", vary)


def test_a_mean_without_any_value_is_none():
    assert all(math.isnan(each) for each in _mean(np.array([math.nan]), binary=False))
    assert _mean(np.array([2.0]), binary=False) == (2.0, -math.inf, math.inf)


def test_the_colours_of_a_table_are_those_that_mean_more_and_its_numbers_are_read():
    """From white to purple, a hue that no power has."""
    for part in np.linspace(0.0, 1.0, 21):
        shade = SHADE(part)
        assert contrast(text_on(shade), shade) >= READABLE
    strongest = float(rgb_to_hsv(to_rgb(SHADE(1.0)))[0])
    assert abs(strongest - float(rgb_to_hsv(to_rgb(MORE))[0])) < 0.03

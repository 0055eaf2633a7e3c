"""Comparing the scenarios of a batch: the rows, the table, the answer in a sentence."""

import math

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import ndtri
from synthetic import whole_manifest

from simulation.inputs.problems import Problems
from simulation.numerics.randomness import Draws
from simulation.record.compare import compare
from simulation.record.manifest import write_manifest
from simulation.record.record import Record


def normal(name, runs=400):
    return ndtri(Draws(5, 0, runs, np.float64).uniform(0, name, "test"))


def record_of(outcomes, declared, scenario="other", until="2015Q4"):
    """A record that is not on disk: outcomes of the baseline and one scenario."""
    names = ("baseline", scenario)

    def table(name, scenario):
        place = names.index(scenario)
        values = {key: pair[place] for key, pair in outcomes.items()}
        runs = len(next(iter(values.values())))
        return pa.table({"scenario": [scenario] * runs, "run": np.arange(runs), **values})

    record = Record.__new__(Record)
    record.path = "results/made-up"
    record.manifest = {
        "scenarios": ["baseline", scenario], "baseline": "baseline", "until": until,
        "outcomes": declared, "parameters": "posterior",
    }  # fmt: skip
    record.table = table
    record.resolved = lambda name: {"outcome": next(iter(outcomes))}
    return record


def declared(description, unit="share", kind="continuous", headline=True):
    return {"description": description, "unit": unit, "kind": kind, "headline": headline}


def test_the_answer_says_how_much_with_its_interval_and_unit():
    base = 0.3 + 0.05 * normal("luck")
    gap = 0.012 + 0.02 * normal("gap")
    gap += 0.012 - gap.mean()
    record = record_of(
        {"china_share": (base, base + gap)},
        {"china_share": declared("China's share of influence over Central Asia")},
    )
    comparison = compare(record)
    row = comparison.row("other", "china_share")
    assert row.told_from_zero
    assert (row.low_alone, row.high_alone) == (row.low, row.high)
    means = f"{row.scenario_mean:.1%} instead of {row.baseline_mean:.1%}"
    assert comparison.answer("other").startswith(
        "China's share of influence over Central Asia at the end of 2015 is higher by 1.2 points "
        f"(95% interval 1.0 to 1.4) than in the baseline: {means}. It is then higher in 73% of "
    )
    assert comparison.answer("other").endswith(" (calibrated).")
    assert comparison.effort("other").startswith("400 runs a scenario; without pairing, ")


def test_the_answer_turns_the_interval_round_when_something_falls():
    rent = 20 + normal("rent")
    record = record_of(
        {"manas_rent": (rent, rent - 5 + 0.5 * normal("gap"))},
        {"manas_rent": declared("The rent of Manas", "US$ million a year")},
        until="2005Q2",
    )
    text = compare(record).answer("other")
    assert text.startswith("The rent of Manas at the end of 2005Q2 is lower by US$ 5.00 million")
    assert "a year (95% interval 4.95 to 5.05) than in the baseline" in text


def test_the_answer_says_when_nothing_can_be_told():
    a, b = normal("a"), normal("b")
    record = record_of({"depth": (a, b)}, {"depth": declared("Depth of the SCO", "index")})
    text = compare(record).answer("other")
    assert text.startswith("Depth of the SCO at the end of 2015 cannot be told from the baseline")
    outcomes = {"depth": (a, a), "china_share": (a, b)}
    about = {"depth": declared("Depth of the SCO", "index"), "china_share": declared("A share")}
    text = compare(record_of(outcomes, about)).answer("other")
    assert (
        text == "Depth of the SCO at the end of 2015 is the same as in the baseline in every run "
        "(calibrated)."
    )


def test_the_answer_about_a_binary_outcome_is_a_share_of_runs():
    before, after = (normal("a") > 0).astype(float), (normal("a") > -0.8).astype(float)
    record = record_of(
        {"manas_open": (before, after)},
        {"manas_open": declared("Manas is open", "probability", "binary")},
    )
    text = compare(record).answer("other")
    assert text.startswith(
        "The share of worlds in which Manas is open at the end of 2015 is higher"
    )


def test_headline_outcomes_are_judged_among_themselves():
    outcomes = {name: (normal(name), normal(name + "!")) for name in "abcdefgh"}
    record = record_of(outcomes, {name: declared(name, headline=name in "ab") for name in outcomes})
    comparison = compare(record)
    widths = {row.outcome: row.high - row.low for row in comparison}
    alone = {row.outcome: row.high_alone - row.low_alone for row in comparison}
    ratio = {name: widths[name] / alone[name] for name in outcomes}
    assert 1.0 < ratio["a"] == pytest.approx(ratio["b"])
    assert ratio["a"] < ratio["c"] == pytest.approx(ratio["h"])
    assert [row.outcome for row in comparison.headlines("other")] == ["a", "b"]


def test_an_unknown_baseline_is_refused_with_the_nearest_name():
    record = record_of({"a": (normal("a"), normal("b"))}, {"a": declared("a")})
    with pytest.raises(Problems, match="did you mean 'baseline'"):
        compare(record, "baselin")


def test_the_table_is_written_and_read_back(tmp_path):
    a = normal("a")
    record = record_of({"x": (a, a), "y": (a, a + 1)}, {"x": declared("x"), "y": declared("y")})
    compare(record).to_csv(tmp_path / "comparison.csv")
    write_manifest(tmp_path, whole_manifest())
    table = Record.open(tmp_path).comparison()
    assert table["told_from_zero"].tolist() == [False, True]
    assert table["difference"].tolist() == [0.0, 1.0]
    assert table["variance_ratio"].tolist() == [math.inf, math.inf]


def test_any_scenario_can_be_the_baseline():
    a = normal("a")
    record = record_of({"x": (a, a + 1)}, {"x": declared("x")})
    assert compare(record, "other").row("baseline", "x").difference == pytest.approx(-1.0)

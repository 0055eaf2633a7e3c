"""The summaries of a results folder, as figures read them."""

from __future__ import annotations

import pytest

SCENARIO = "us_base_withdrawal"


def test_bands_are_read_by_scenario_and_axes(results):
    band = results.band("baseline", "influence_share", power="china", state="uzbekistan")
    assert band is not None
    assert len(band.quarters) == 58
    assert (band.q05 <= band.q50).all()
    assert (band.q50 <= band.q95).all()
    assert results.band("baseline", "influence_share", power="nobody", state="uzbekistan") is None
    assert results.powers == ["china", "russia", "united_states", "japan"]
    assert results.last_quarter == 57


def test_differences_are_those_of_the_comparison(record, results):
    table = record.table("comparison").to_pylist()
    row = next(r for r in table if r["scenario"] == SCENARIO and r["outcome"] == "china_share")
    found = results.difference(SCENARIO, "china_share", "baseline")
    assert (found.mean, found.low, found.high) == (row["difference"], row["low"], row["high"])


def test_a_difference_from_another_baseline_is_worked_out_from_the_runs(results):
    forth = results.difference(SCENARIO, "china_share", "no_andijan")
    back = results.difference("no_andijan", "china_share", SCENARIO)
    assert forth.mean == pytest.approx(-back.mean)


def test_without_a_word_of_the_scenario_the_clearest_headline_is_the_outcome_asked(
    record, results, monkeypatch
):
    monkeypatch.setattr(record, "resolved", lambda name: {})
    chosen = results.outcome_asked(SCENARIO, "baseline")
    clearness = {}
    for name in ("china_share", "russia_share", "united_states_share", chosen):
        found = results.difference(SCENARIO, name, "baseline")
        clearness[name] = abs(found.mean) / (found.high - found.low)
    assert max(clearness, key=clearness.get) == chosen

"""Answers in words: through time, by the share of worlds, with their size judged."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest
from test_compare import declared, normal, record_of

from simulation.numerics.dates import quarter_name, quarter_of
from simulation.record.compare import compare
from simulation.record.through_time import PairedPaths, merged

UNITS = {"share": "share"}
LAST = quarter_of("2015Q4")


def gone_by_2012(runs=400):
    """A share that is higher by two points at the end of 2005, and not at all from 2012 on."""
    when = np.arange(LAST + 1)
    peak = quarter_of("2005Q4")
    shape = np.interp(when, [peak - 4, peak, quarter_of("2012Q1")], [0.0, 0.02, 0.0])
    noise = 0.002 * np.stack([normal(f"noise {place}", runs) for place in when])
    before = 0.3 + 0.05 * np.stack([normal("luck", runs)] * len(when))
    after = before + shape[:, np.newaxis] * (1 + 0.2 * normal("gap", runs)) + noise
    return before, after


def record_through_time(before, after, matters=0.005, ask="share", unit="share", kind="continuous"):
    """A made-up batch in which one outcome is followed."""
    about = {**declared("A share", unit, kind), "matters": matters}
    record = record_of({"share": (before[-1], after[-1])}, {"share": about})
    stacked = [each[:, np.newaxis].astype(np.float32) for each in (after, before)]
    table = PairedPaths.of({"share": unit}, stacked[0], stacked[1]).table("other")
    ends = record.table

    def tables(name, scenario=None):
        return table if name == "differences" else ends(name, scenario)

    record.table = tables
    record.resolved = lambda name: {"outcome": [ask]}
    type(record).followed  # noqa: B018 - what is overridden exists
    record.__class__ = type("Followed", (type(record),), {"followed": True})
    return record


def answer(*given, **told):
    return compare(record_through_time(*given, **told)).answer("other")


def test_a_difference_that_fades_is_told_by_its_peak_and_its_end():
    text = answer(*gone_by_2012())
    assert text.startswith("A share is higher by up to 2.0")
    assert "in late 2005; from " in text
    assert "on too little is left to matter. At the end of 2015 it cannot be told from" in text


def test_what_grows_to_the_end_is_told_with_the_date_from_which_it_matters():
    before, _ = gone_by_2012()
    ramp = np.linspace(0.0, 0.03, len(before))[:, np.newaxis]
    text = answer(before, before + ramp + 0.0005 * normal("gap"))
    assert "at the end of 2015 is higher by 3.0" in text
    assert "; it matters from " in text


def test_what_is_told_and_small_is_no_more_than_that():
    before, after = gone_by_2012()
    text = answer(before, after, matters=0.1)
    assert "differs from the baseline by too little to matter: it is higher by 2.0" in text
    assert text.endswith("in late 2005; 10 points would matter (calibrated).")


def test_where_most_worlds_do_not_change_the_answer_says_so():
    before, _ = gone_by_2012()
    jump = np.where(normal("who") > 0.6, 0.1, 0.0) * (np.arange(LAST + 1) > 20)[:, np.newaxis]
    text = answer(before, before + jump)
    share = (jump[-1] == 0).mean()
    assert f"In {share:.0%} of worlds nothing changes by then; where something does, it is" in text
    assert "+10.0 points in the middle one" in text


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ({"outcome": "share", "form": "at", "at": "2005Q4"}, "at the end of 2005Q4 than in"),
        ({"outcome": "share", "form": "peak"}, "is higher by up to 2.0"),
        ({"outcome": "share", "form": "differs"}, "differs by enough to matter from "),
        ({"outcome": "share", "form": "duration"}, " years in all"),
        ({"outcome": "share", "form": "worlds"}, "at the end of 2015 cannot be told"),
        ({"outcome": "share", "form": "first", "reaches": 0.31}, "A share crosses 31% in "),
    ],
)
def test_each_form_tells_what_it_is_asked_for(ask, said):
    assert said in answer(*gone_by_2012(), ask=ask)


def test_scenarios_are_ranked_by_how_many_times_over_they_matter():
    before, after = gone_by_2012()
    found = [compare(record_through_time(before, after, matters=it)) for it in (0.005, 0.01, 0.1)]
    sizes = [each.size("other") for each in found]
    assert sizes[0] == pytest.approx(2 * sizes[1])
    assert sizes[2] < 1 < sizes[1]


def test_paths_do_not_depend_on_how_runs_are_cut():
    before, after = (each[:, np.newaxis].astype(np.float32) for each in gone_by_2012())
    whole = PairedPaths.of(UNITS, after, before).table("other")
    for cuts in ([0, 1, 400], [0, 137, 399, 400]):
        pieces = [
            PairedPaths.of(UNITS, after[..., low:high], before[..., low:high]).packed()
            for low, high in itertools.pairwise(cuts)
        ]
        assert merged(PairedPaths, pieces).table("other").equals(whole)


def test_paths_have_the_mean_and_interval_of_the_pairs():
    before, after = (each[:, np.newaxis].astype(np.float32) for each in gone_by_2012())
    table = PairedPaths.of(UNITS, after, before).table("other")
    place = quarter_of("2005Q4")
    gaps = (after - before)[place, 0].astype(float)
    row = table.slice(place, 1).to_pylist()[0]
    assert row["quarter"] == quarter_name(place)
    assert row["difference"] == pytest.approx(gaps.mean(), abs=1e-7)
    half = (row["high"] - row["low"]) / 2
    assert 3.0 < half / (gaps.std(ddof=1) / 20) < 3.6  # Šidák over 58 quarters
    assert row["share_above_zero"] == (gaps > 0).mean()


def test_a_pair_without_a_value_takes_no_part():
    before, after = (each[:, np.newaxis].astype(np.float32) for each in gone_by_2012())
    after[..., :100] = np.nan
    table = PairedPaths.of(UNITS, after, before).table("other")
    assert set(table["pairs"].to_pylist()) == {300}
    assert isinstance(table, pa.Table)

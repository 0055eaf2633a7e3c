"""Rates of runs: where the page says that they are, and judged as it judges."""

import re

import pytest
from places import DOCS, SHARED

from simulation.estimation.panel_counts import Seen
from simulation.estimation.panels import read_panels
from simulation.estimation.rates import (
    WAYS,
    WINDOWS,
    RateOfRuns,
    counted_in_panels,
    measure_rates,
    rates,
    stored,
    stored_rates,
)
from simulation.evidence.panel_entries import COUNTABLE

PANELS = SHARED / "evidence" / "panels"
ROW = re.compile(
    r"\| (.*?) \| .*? \| .*? \| .*? \| (\S+) \((\S+) to (\S+)\) \| (.*?) \| \**(\w+)\** \|"
)
FEW = ("admissions_early", "put_down", "trade_large_russia", "trade_small_china")


A_RATE = rates()["joins"]


@pytest.fixture(scope="module")
def page():
    """What the page says: by rate and years, the figure, its interval and the verdict."""
    found, name = {}, ""
    for line in (DOCS / "rates.md").read_text(encoding="utf-8").splitlines():
        row = ROW.fullmatch(line)
        if row:
            named = re.search(r"\(`(\w+)`\)", row[1])
            name = named[1] if named else name
            found[name, row[5]] = (*map(float, row.group(2, 3, 4)), row[6])
    return found


def shown_of(rate, value, low, high):
    return RateOfRuns(rate, WINDOWS[0], value=value, low=low, high=high, exposure=1)


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [((0.2, 0.3), "inside"), ((0.05, 0.15), "undecided"), ((0.5, 0.6), "outside"),
     ((0.0, 0.05), "outside"), ((0.2, float("inf")), "undecided")],
)  # fmt: skip
def test_the_verdict_follows_the_whole_interval(interval, verdict):
    seen = Seen(0.2, 0.1, 0.4, 3, 15, "Jeffreys")
    assert shown_of(A_RATE, 0.2, *interval).verdict(seen) == verdict


def test_every_rate_is_stored_with_the_files_that_it_was_counted_in():
    found = stored_rates()
    assert list(found) == list(rates())
    for name, rate in rates().items():
        assert set(rate.files) <= set(stored()["files"])
        assert found[name].low <= found[name].value <= found[name].high


def test_whatever_a_row_may_count_is_counted_of_what_it_has_to_say():
    assert set(WAYS) == set(COUNTABLE)
    for name, way in WAYS.items():
        assert set(COUNTABLE[name]) <= {*way.run_keys, *way.panel_keys}, name


@pytest.mark.skipif(not PANELS.is_dir(), reason="the panels are not shipped")
def test_what_is_stored_is_what_the_panels_show():
    read = read_panels(PANELS, sorted({file for rate in rates().values() for file in rate.files}))
    assert {name: panel.sha256 for name, panel in read.items()}.items() <= stored()["files"].items()
    found = counted_in_panels({name: panel.frame for name, panel in read.items()})
    for name, seen in stored_rates().items():
        for part in ("value", "low", "high", "exposure"):
            assert getattr(found[name], part) == pytest.approx(getattr(seen, part), rel=1e-3), name


def test_the_page_has_every_rate_in_its_years(page):
    assert set(page) == {
        (rate.name, window) for rate in rates().values() for window in rate.windows
    }


def test_the_verdicts_of_the_page_are_those_of_its_numbers(page):
    seen = stored_rates()
    for (name, _), (value, low, high, verdict) in page.items():
        judged = shown_of(A_RATE, value, low, high).verdict(seen[name])
        edge = min(abs(a - b) for a in (low, high) for b in (seen[name].low, seen[name].high))
        assert judged == verdict or edge < 0.006 * seen[name].high, name  # of three digits


def test_some_rates_lie_where_the_page_says(page):
    for each in measure_rates(60, seed=5, names=FEW, windows=WINDOWS[:1], workers=1):
        _, low, high, _ = page[each.rate.name, each.window.name]
        assert each.low <= high, each.rate.name
        assert each.high >= low, each.rate.name

"""Validation: ranks within powers, changes apart from levels, naive models, an honest interval."""

import math

import numpy as np
import pytest
from matplotlib.text import Text
from places import DOCS, SHARED

from simulation.estimation.panels import read_panels
from simulation.estimation.validation import (
    YEARS,
    contested,
    seen_in_panels,
    sights,
    stored_sights,
    validate,
)
from simulation.show.figures.validation import draw_validation

PANELS = SHARED / "evidence" / "panels"
FIVE, POWERS = contested(), sights()["trade"].powers


def dyads(value):
    """By power and state, a value a year, from a function of their places."""
    return {
        (power, state): {year: value(p, s, year) for year in (1998, *YEARS)}
        for p, power in enumerate(POWERS)
        for s, state in enumerate(FIVE)
    }


def validated(seen, modelled, **more):
    """The rows of trade, by power."""
    both = [{sight.name: values for sight in sights().values()} for values in (seen, modelled)]
    rows = validate(*both, **more)
    return {row.power: row for row in rows if row.sight.name == "trade"}


def growing(p, s, year):
    return 10 * p + s + (s - 2) ** 2 * (year - 2001) / 10


SEEN = dyads(growing)


def test_what_is_modelled_as_it_was_seen_is_in_order():
    for row in validated(SEEN, dyads(lambda *at: 8 * growing(*at) + 1)).values():
        assert row.levels.value == pytest.approx(1)
        assert row.changes.value == pytest.approx(1, abs=0.03)  # equal but for rounding
        assert row.levels.low == pytest.approx(1)


def test_levels_may_be_right_where_changes_are_upside_down():
    upside = dyads(lambda p, s, year: s - (s - 2) ** 2 * (year - 2001) / 1000)
    rows = validated(SEEN, upside)
    assert set(rows) == {*POWERS, ""}
    for row in rows.values():
        assert row.levels.value > 0.8
        assert row.changes.value == pytest.approx(-1, abs=0.03)  # equal but for rounding
        assert row.changes.high < 0


def test_the_size_of_a_power_counts_for_nothing():
    """Powers in order of their size, and states at random, are no order within any power."""
    chance = np.random.default_rng(1)
    noise = {(p, s): chance.normal() for p in range(4) for s in range(5)}
    rows = validated(SEEN, dyads(lambda p, s, year: 100 * p + noise[p, s]))
    assert abs(rows[""].levels.value) < 0.6
    assert rows[""].levels.low < 0 < rows[""].levels.high


def test_the_naive_models_stay_and_go_on():
    row = validated(SEEN, SEEN)["china"]
    assert row.naive_changes.value > 0.8  # the change since 1998 goes on
    frozen = dyads(lambda p, s, year: s)
    assert validated(frozen, frozen)["china"].naive_levels.value == pytest.approx(1)
    assert math.isnan(validated(frozen, SEEN)["china"].changes.value)  # nothing changed


def test_the_first_year_does_not_count():
    late = dyads(lambda p, s, year: -s if year == 2001 else s)
    assert validated(late, late)["japan"].naive_levels.value == pytest.approx(-1)
    assert validated(late, late)["japan"].levels.pairs == 4 * len(FIVE)


def test_trade_and_votes_tell_nothing_where_they_are_imposed():
    both = [{sight.name: SEEN for sight in sights().values()}] * 2
    held = {row.sight.name for row in validate(*both, held=True)}
    assert held == {sight.name for sight in sights().values() if sight.imposed}
    assert not held & {"trade", "votes"}


@pytest.mark.skipif(not PANELS.is_dir(), reason="the panels are not shipped")
def test_what_is_stored_is_what_the_panels_show():
    read = read_panels(PANELS, sorted({sight.file for sight in sights().values()}))
    found = seen_in_panels({name: panel.frame for name, panel in read.items()})
    stored = stored_sights()
    for name, powers in found.items():
        for power, states in powers.items():
            for state, values in states.items():
                assert stored[name][power, state] == pytest.approx(values, rel=1e-3)


def test_the_figure_has_a_row_for_each_that_can_be_told():
    rows = [*validated(SEEN, SEEN).values()]
    figure = draw_validation(rows, "A title", "A source")
    said = [text.get_text() for text in figure.findobj(Text)]
    assert {"China", "United States", "all, within each"} <= set(said)
    assert len([axes for axes in figure.axes if axes.collections]) == 2


def test_the_page_shows_every_sight():
    page = (DOCS / "validation.md").read_text(encoding="utf-8")
    for sight in sights().values():
        assert f"| {sight.words} | {sight.beside} |" in page

"""What an outcome hangs on, in a title and in the account of it."""

from __future__ import annotations

from simulation.contrast.drivers import Driver, Drivers
from simulation.show.figures.drivers import accounts, headline
from simulation.show.messages import of_parameter

SCENARIO = "us_base_withdrawal"


def correlated(*correlations):
    each = [Driver(f"some.key_{r}", r, r - 0.1, r + 0.1) for r in correlations]
    return Drivers(tuple(each), runs=80)


def test_the_title_names_the_strongest_driver_with_its_sign(results):
    title = headline(results, "China's share", correlated(-0.42, 0.3))
    key = "\u201csome.key_-0.42\u201d"
    assert title == f"{key} goes most with China's share (rank correlation −0.42)"


def test_a_parameter_is_told_in_words_with_whom_it_is_about(results):
    said = of_parameter(results, "patronage.budget_growth.united_states")
    assert said.endswith("(United States)")
    assert "_" not in said
    assert "." not in said


def test_where_no_driver_can_be_told_the_title_says_so(results):
    found = headline(results, "China's share", correlated(0.05))
    assert "no parameter goes with China's share" in found
    assert "do not differ" in headline(results, "China's share", Drivers((), 80))


def test_the_account_names_three_drivers_and_counts_those_that_can_be_told(results, monkeypatch):
    found = correlated(-0.42, 0.4, 0.3, 0.2, 0.05)
    monkeypatch.setattr(type(results), "drivers", lambda *_: found)
    (own, gap), named = accounts(results, SCENARIO, "baseline")
    assert "95% interval −0.52 to −0.32" in own
    assert (
        "then \u201csome.key_0.4\u201d (+0.40) and \u201csome.key_0.3\u201d (+0.30); 4 can be told"
        in own
    )
    assert "its difference from the baseline" in gap
    assert named == 2 * ["some.key_-0.42", "some.key_0.4", "some.key_0.3"]
    assert len(accounts(results, "baseline", "baseline")[0]) == 1

"""Numbers beyond their documented range: allowed, and said."""

import pytest

from simulation.evidence.catalogue import load_catalogue
from simulation.parameters.numbers import Numbers, beyond
from simulation.scenario.ranges import beyond_range
from simulation.scenario.scenario import load_scenario

KEY = "basing.reservation.united_states"
CATALOGUE = load_catalogue()


def said(scenario):
    return beyond_range(scenario.resolved(), CATALOGUE)


def test_a_scenario_says_what_it_puts_beyond_its_range():
    assert said(load_scenario("us_base_withdrawal")) == [
        f"{KEY} is 0, beyond its range 40–120",
        "basing.propensity.united_states is 0 from 2004-03-01 on, beyond its range, which is 1 "
        "alone",
    ]
    assert said(load_scenario("no_andijan")) == []


def test_so_does_a_setting_and_what_is_given_from_python():
    assert said(load_scenario("baseline", settings=[f"{KEY}=121"])) == [
        f"{KEY} is 121, beyond its range 40–120"
    ]
    numbers = Numbers.of({"source": "point", KEY: 1e9, "basing.rent": 2}, CATALOGUE)
    assert said(load_scenario("baseline").given(numbers, CATALOGUE)) == [
        f"{KEY} is 1e+09, beyond its range 40–120"
    ]
    assert said(load_scenario("baseline", settings=[f"{KEY}=120"])) == []


def test_a_dated_event_says_from_when(tmp_path):
    path = tmp_path / "later.yaml"
    path.write_text(f"title: Later\nevents:\n- {{date: 2003-02-01, set: {{{KEY}: 9}}, why: So.}}\n")
    assert said(load_scenario(path)) == [f"{KEY} is 9 from 2003-02-01 on, beyond its range 40–120"]


def test_a_mechanism_that_is_off_is_no_number_beyond_its_range(tmp_path):
    assert said(load_scenario("baseline").without("hedging")) == []
    path = tmp_path / "beyond.yaml"
    path.write_text(
        "title: Beyond\noverrides: {alignment.hedging: {value: 9, why: It is far off.}}\n"
    )
    beyond = load_scenario(path)
    assert len(said(beyond)) == 1
    assert said(beyond.without("hedging")) == []


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((40.0, 120.0), "beyond its range 40–120"),
        ((-0.03, 0.03), "beyond its range -0.03 to 0.03"),
        ((1.0, 1.0), "beyond its range, which is 1 alone"),
    ],
)
def test_a_range_is_written_so_that_it_can_be_read(limits, words):
    assert beyond(limits) == words

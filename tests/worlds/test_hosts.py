"""Two hosts by what they are: their bases go with the countries and not with the script."""

import numpy as np
import pytest
from pairs import QUIET, assert_identical, live, paired, parted, scenario, without

from simulation.evidence.catalogue import load_catalogue

RUNS = 300
UNSCRIPTED = [
    {"ouster": "kyrgyzstan", "why": "Told otherwise."},
    {"crackdown": "uzbekistan", "why": "Told otherwise."},
]
MIRRORED = {
    "omit": UNSCRIPTED,
    "events": [
        {"date": "2005-03-24", "ouster": "uzbekistan", "why": "The mirror of the script."},
        {"date": "2005-05-13", "crackdown": "kyrgyzstan", "why": "The mirror of the script."},
    ],
}


def exchanged(*keys: str) -> tuple[str, ...]:
    """Settings that give each of the two hosts what the other has."""
    values, settings = load_catalogue().values, []
    for key in keys:
        one, other = key.format("uzbekistan"), key.format("kyrgyzstan")
        settings += [f"{one}={values[other]}", f"{other}={values[one]}"]
    return tuple(settings)


def noticed(history, base):
    return history.when("notice_at", base) <= history.end


def dearer(history, base):
    return (history.when("rent_raised_at", base) <= history.end) & ~noticed(history, base)


def test_under_the_mirrored_script_manas_is_bought_and_not_lost():
    mirror = live(scenario("mirror", **MIRRORED), RUNS)
    assert noticed(mirror, "manas").mean() < 0.45
    assert dearer(mirror, "manas").mean() > noticed(mirror, "manas").mean()
    assert noticed(mirror, "karshi_khanabad").mean() < 0.55


def test_the_eviction_takes_an_uzbek_crackdown():
    shipped = live("baseline", RUNS)
    neither = live(scenario("neither", omit=UNSCRIPTED), RUNS)
    assert noticed(shipped, "karshi_khanabad").mean() > 0.8
    assert noticed(neither, "karshi_khanabad").mean() < 0.4


def test_hosts_that_exchange_what_they_are_exchange_the_fates_of_their_bases():
    traits = (
        "initial.autonomy.{}",
        "initial.capacity.{}",
        "initial.gdp.{}",
        "initial.own.security.{}",
    )
    swapped = live("baseline", RUNS, settings=exchanged(*traits))
    assert noticed(swapped, "karshi_khanabad").mean() < 0.35
    assert noticed(swapped, "manas").mean() > 0.5


def test_a_crackdown_by_a_weak_force_is_blamed_less_and_frightens_less():
    event = [{"date": "2004-02-10", "crackdown": "kyrgyzstan", "why": "A rising in Osh."}]
    weak = live(scenario("weak_force", events=event), until="2004Q1", settings=QUIET)
    alike = live(
        scenario("weak_force", events=event),
        until="2004Q1",
        settings=(*QUIET, "regime.severity_of_force=0"),
    )
    assert_identical(weak, alike, until="2003Q4")
    for array, who in (
        ("criticism", ("united_states", "kyrgyzstan")),
        ("repression", ("kyrgyzstan",)),
        ("fear", ("tajikistan",)),
    ):
        less = weak.of(array, *who, quarter="2004Q1")
        assert (less < alike.of(array, *who, quarter="2004Q1")).all(), array
    assert "militancy" not in parted(weak, alike, "2004Q1")


def test_blame_wounds_a_proud_host_more_than_one_that_guards_nothing():
    on, off = (
        paired("baseline", runs=RUNS),
        paired("baseline", runs=RUNS, settings=("regime.pride_floor=1",)),
    )
    assert noticed(on[0], "manas").mean() < noticed(off[0], "manas").mean()


@pytest.mark.parametrize("strength", [0.1, 0.5])
def test_a_weak_word_moves_fewer_hosts_than_a_strong_one(strength):
    def spoken(strength):
        event = {
            "date": "2005-07-05",
            "statement": "sco",
            "strength": strength,
            "why": "Weaker words.",
        }
        return live(scenario(f"word_{round(10 * strength)}", events=[event]), RUNS)

    weak, strong = spoken(strength), spoken(1.0)
    assert_identical(weak, strong, until="2005Q2")
    assert (weak.of("statement", "sco", quarter="2005Q3") == np.float32(strength)).all()
    moved = noticed(weak, "karshi_khanabad").mean() / noticed(strong, "karshi_khanabad").mean()
    assert moved < 2 / 3


def test_without_the_blocs_word_the_host_does_not_take_its_guest_up():
    silent = live(without("bloc_statement"), RUNS)
    assert noticed(silent, "karshi_khanabad").mean() < 0.2

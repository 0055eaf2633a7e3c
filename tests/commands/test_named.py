"""What stands behind a name is shown, whatever it is a name of; a misspelt one gets the nearest."""

from __future__ import annotations

import pytest
from places import TESTS

from simulation.commands.named import all_named, named
from simulation.commands.reference import LISTINGS
from simulation.scenario.scenario import sound_scenarios

BROKEN = TESTS / "broken" / "names"
MISSPELT = sorted(path.stem for path in BROKEN.glob("*.txt"))


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("china_share", "an outcome", "influence_share, region central_asia, power china"),
        ("china_share", "an outcome", "headline    yes"),
        ("base_open", "a variable", "axes"),
        ("close_base", "an event", "{date: 2004-03-01, close_base: manas, why: ...}"),
        ("conditional_aid", "a mechanism", "M01"),
        ("conditional_aid", "a mechanism", "patronage.conditional.united_states = 0"),
        ("conditional_aid", "a mechanism", "“withholding some monies"),
        ("hedging", "a theory", "theory: hedging"),
        ("keep_base", "a decision", "blame of the guest × fear"),
        ("no_andijan", "a scenario", "omitted     crackdown:uzbekistan"),
        ("us_base_withdrawal", "a scenario", "basing.reservation.united_states = 0: Washington"),
    ],
)
def test_the_source_of_a_name_is_what_stands_behind_it(name, kind, words, said):
    status, out, err = said(f"source {name}")
    assert (status, err) == (0, "")
    assert f"{name}  ({kind})" in out.splitlines()
    assert words in out


def test_a_name_of_two_kinds_is_shown_as_both(said):
    out = said("source exercise")[1]
    assert "exercise  (an event)" in out
    assert "\n\nexercise  (a decision)" in out


def test_every_name_that_is_listed_has_a_source(said, monkeypatch):
    once = sound_scenarios()  # read anew for each outcome, they would take minutes
    monkeypatch.setattr(
        "simulation.scenario.scenario.sound_scenarios",
        lambda *names: sound_scenarios(*names) if names else once,
    )
    listed = {
        line.split()[0]
        for kind in set(all_named().values())
        for line in said(f"list {kind}")[1].splitlines()
    }
    assert listed == set(all_named())
    assert set(all_named().values()) < set(LISTINGS)
    assert all([*named(name)] for name in all_named())


def test_a_scenario_of_ones_own_is_shown_and_a_broken_one_refused(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    good = "title: Mine\nquestion: Is it?\nextends: no_andijan\nuntil: 2010Q4\n"
    (tmp_path / "scenarios" / "mine.yaml").write_text(good, encoding="utf-8")
    out = said("source mine")[1]
    assert "no_andijan, baseline" in out
    assert "until       2010Q4" in out
    (tmp_path / "scenarios" / "mine.yaml").write_text("titel: Mine\n", encoding="utf-8")
    status, out, err = said("source mine")
    assert (status, out) == (2, "")
    assert "did you mean 'title'?" in err


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_name_gets_the_nearest_and_where_its_like_are_listed(name, said):
    command, _, expected = (BROKEN / f"{name}.txt").read_text(encoding="utf-8").partition("\n")
    status, out, err = said(command.removeprefix("$ python run.py "))
    assert (status, out) == (2, "")
    assert err == expected


def test_every_kind_of_name_has_a_misspelt_one():
    assert len(MISSPELT) >= len(set(all_named().values()))

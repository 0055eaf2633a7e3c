"""A command line that cannot be understood: what is said of it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("chek", "There is no command 'chek'; did you mean 'check'?"),
        ("batch --run 5", "batch has no option '--run'; did you mean '--runs'?"),
        ("--qick", "batch has no option '--qick'; did you mean '--quick'?"),
        ("batch --worker=2", "batch has no option '--worker'; did you mean '--workers'?"),
        ("batch --runs many", "--runs: 'many' is no whole number of 1 or more"),
        ("batch --runs 0", "--runs: '0' is no whole number of 1 or more"),
        ("batch --runs 2.5", "--runs: '2.5' is no whole number of 1 or more"),
        ("batch --seed -3", "--seed: '-3' is no whole number of 0 or more"),
        ("batch --runs", "--runs: a value is missing"),
        ("batch --until 2005Q5", "--until: '2005Q5' is neither a quarter"),
        ("batch --precision china_share", "--precision: 'china_share' is not OUTCOME=WIDTH"),
        ("plot --format svgg", "--format: there is no 'svgg'; did you mean 'svg'?"),
        ("list scenarioz", "KIND: there is no 'scenarioz'; did you mean 'scenarios'?"),
        ("source", "source needs NAME"),
        ("new", "new needs NAME"),
        ("compare one two", "'two' is one word too many for compare"),
    ],
)
def test_misuse_is_answered_in_a_line_with_the_nearest_name(line, answer, said):
    status, out, err = said(line)
    assert status == 2
    assert out == ""
    assert answer in err.splitlines()[0]
    assert err.splitlines()[1].startswith("Nothing was run. More: python run.py ")


def test_the_name_of_a_scenario_is_not_taken_for_a_command(said):
    status, _, err = said("us_base_withdrawal")
    assert status == 2
    assert "python run.py batch us_base_withdrawal" in err


def test_options_are_never_guessed_from_their_beginning(said):
    assert said("batch --work 2")[0] == 2

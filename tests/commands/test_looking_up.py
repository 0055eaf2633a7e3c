"""Names are listed, and the source of each number is shown."""

from __future__ import annotations

import pytest

from simulation.commands.reference import LISTINGS


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("list scenarios", "us_base_withdrawal"),
        ("list parameters basing", "basing.notice"),
        ("list parameters basing.notice", "basing.notice.karshi_khanabad"),
        ("list events close", "close_base"),
        ("list outcomes china", "china_share"),
        ("list variables base", "base_open"),
        ("list mechanisms", "conditional_aid"),
        ("list theories", "hedging"),
        ("list actors u", "uzbekistan"),
        ("list organizations", "sco"),
        ("list installations", "manas"),
        ("list projects", "khorgos"),
        ("list documents", "chung_2005"),
        ("list patterns", "P1"),
    ],
)
def test_names_are_listed_one_a_line(line, name, said):
    status, out, err = said(line)
    assert (status, err) == (0, "")
    assert name in [row.split()[0] for row in out.splitlines()]


def test_without_a_kind_the_kinds_are_listed(said):
    status, out, _ = said("list")
    assert status == 0
    assert [row.split()[0] for row in out.splitlines()] == list(LISTINGS)


def test_a_prefix_that_nothing_has_gets_the_nearest_name(said):
    status, _, err = said("list installations mannas")
    assert status == 2
    assert "did you mean 'manas'?" in err


def test_the_source_of_a_number_is_shown_with_its_passage(said):
    status, out, _ = said("source basing.notice.karshi_khanabad")
    assert status == 0
    assert "180" in out
    assert "“180 days" in out


def test_the_source_of_a_table_shows_every_number(said):
    _, out, _ = said("source basing.notice")
    assert {"karshi_khanabad", "manas"} <= {row.split()[0] for row in out.splitlines() if row}


def test_the_source_of_an_entry_shows_what_hangs_on_it(said):
    _, out, _ = said("source karshi_khanabad")
    assert "basing.notice.karshi_khanabad" in out


def test_a_misspelt_parameter_gets_the_nearest_name(said):
    status, _, err = said("source basing.notise.manas")
    assert status == 2
    assert "did you mean 'basing.notice.manas'?" in err


def test_a_misspelt_entry_gets_the_nearest_name(said):
    assert "did you mean 'manas'?" in said("source mannas")[2]

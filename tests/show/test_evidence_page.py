"""The page of the evidence leaves nothing out, and the one that is kept is up to date."""

from __future__ import annotations

import pytest
from places import DOCS
from small_world import small_catalogue

from simulation.commands import program as cli
from simulation.evidence.catalogue import load_catalogue
from simulation.show.evidence_page import evidence_page

PAGE = DOCS / "evidence.md"


@pytest.fixture(scope="module")
def page() -> str:
    return evidence_page(load_catalogue())


def test_the_page_that_is_kept_is_up_to_date(page):
    kept = PAGE.read_text(encoding="utf-8")
    assert kept == page, "run: python run.py evidence > docs/evidence.md"


def test_the_command_prints_the_page(page, capsys):
    assert cli.main(["evidence"]) == 0
    assert capsys.readouterr().out == page


def test_every_fact_stands_in_a_row_with_its_passage(page):
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines()}
    for key, fact in load_catalogue().facts.items():
        assert f"“{fact.anchor}”" in rows[key], key
        assert all(place in rows[key] for place in fact.where), key
        assert fact.where or fact.note in rows[key], key


def test_every_error_is_told_with_its_correction(page):
    for key, dispute in load_catalogue().disputes.items():
        told = page.partition(f"### {key}: ")[2].partition("\n### ")[0]
        assert dispute.stated in told, key
        assert dispute.correction in told, key
        assert "**Source:**" in told, key


def test_what_as_stated_changes_is_told(page):
    assert "`projects.area_ha.china` = 300 in place of 343" in page
    assert "`initial.ties.security.russia.tajikistan` = 1 in place of 2" in page


def test_every_parameter_stands_in_a_row(page):
    for key, parameter in load_catalogue().parameters.items():
        assert f"| `{key}`<br>{parameter.description} |" in page, key


def test_every_institution_and_instrument_stands_in_a_row(page):
    known = load_catalogue()
    for kind in ("installations", "projects"):
        assert all(f"| `{name}` |" in page for name in getattr(known, kind))
    for key, organization in known.organizations.items():
        assert f"| **`{key}`** |" in page
        parts = [*organization.councils, *organization.bodies]
        assert all(f"| `{key}.{name}` |" in page for name in parts)


def test_rows_have_as_many_cells_as_their_head(page):
    heads = None
    for line in page.splitlines():
        if not line.startswith("|"):
            heads = None
            continue
        cells = line.replace("\\|", "").count("|")
        heads = heads or cells
        assert cells == heads, line


def test_a_catalogue_without_facts_has_a_page_too():
    page = evidence_page(small_catalogue())
    assert "`basing.notice`" in page
    assert "serve_notice:karshi_khanabad" in page

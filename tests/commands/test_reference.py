"""Whatever the documents name can be listed, and asked for with its passage."""

from __future__ import annotations

import pytest
from places import SHARED

from simulation.commands import program as cli
from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.passages import DOCUMENTS_FOLDER, text_at_hand


@pytest.fixture
def said(capsys):
    """Run a command line that should succeed; returns what it prints, in one line of words."""

    def run(line: str) -> str:
        assert cli.main(line.split()) == 0
        return capsys.readouterr().out

    return run


NAMED = {
    "organizations": ("sco", "csto", "eurasec", "guuam", "pfp", "central_asia_plus_japan"),
    "councils": (
        "sco.heads_of_state",
        "sco.heads_of_government",
        "sco.foreign_ministers",
        "sco.national_coordinators",
        "sco.heads_of_agencies",
    ),
    "bodies": (
        "sco.charter",
        "sco.secretariat",
        "sco.anti_terrorist_structure",
        "sco.trade_outline",
        "sco.working_groups",
        "sco.election_observers",
        "csto.kant_centre",
    ),
    "installations": ("karshi_khanabad", "manas", "kant", "dushanbe"),
    "projects": (
        "atasu_alashankou",
        "khorgos",
        "andijan_osh_kashgar",
        "tajikistan_karakorum",
        "gwadar",
        "petrokazakhstan",
        "buyers_credit_2004",
        "energy_deal_2005",
        "training_fund",
    ),
    "timeline": ("2003-08-01", "2005-01-01", "2005-07-05", "2005-08-18"),
}
"""The institutions and instruments of the documents, by where they are listed."""

STATED = (
    "projects.sco_budget",
    "projects.sco_projects",
    "projects.exercise_troops",
    "projects.cost",
    "projects.length_km",
    "projects.area_ha.china",
    "projects.iran_oil_contract",
    "projects.japan_aid_since_1992",
    "projects.trainees",
    "basing.notice",
    "initial.xinjiang",
    "initial.militancy",
    "initial.drug_exposure",
    "initial.upstream",
)
"""What is a number, or a feature of states."""


@pytest.mark.parametrize("kind", NAMED)
def test_institutions_and_instruments_are_listed_with_their_passages(kind, said):
    rows = {}
    for line in said(f"list {kind}").splitlines():
        rows.setdefault(line.split()[0], line)
    for name in NAMED[kind]:
        assert "“" in rows[name], name


@pytest.mark.parametrize("name", [*(name for names in NAMED.values() for name in names), *STATED])
def test_the_source_of_each_is_a_passage(name, said):
    out = said(f"source {name}")
    assert out.startswith(name)
    assert "  source " in out
    assert "“" in out


def test_every_fact_and_every_error_can_be_listed_and_asked_for(said):
    known = load_catalogue()
    for kind in ("facts", "disputes"):
        names = [line.split()[0] for line in said(f"list {kind}").splitlines()]
        assert names == list(getattr(known, kind))
    assert "basing.notice" in said("source S2-088")
    assert "E10" in said("source S2-022")
    assert "never left" in said("source E07")
    assert "guest_bids" in said("source M04")
    assert "budget_reply" in said("source M28")


def test_a_day_shows_all_that_happened_on_it(said):
    out = said("source 2005-07-05")
    assert "statement: sco" in out
    assert all(f"admit: {state}" in out for state in ("india", "iran", "pakistan"))


def test_where_the_document_is_at_hand_the_sentence_is_shown_in_full(said, monkeypatch):
    chung = load_catalogue().documents["chung_2005"]
    if text_at_hand(chung.file, SHARED / "seeds") is None:
        pytest.skip(f"the document is not at hand: looked for {chung.file} in ../shared/seeds")
    monkeypatch.setenv(DOCUMENTS_FOLDER, str(SHARED / "seeds"))
    words = " ".join(said("source 2005-07-29").split())
    assert "in full: government gave U.S. forces 180 days from 29 July 2005 to evict its" in words


@pytest.mark.parametrize(
    ("name", "meant"),
    [("sco.secretariatt", "sco.secretariat"), ("S2-0888", "S2-088"), ("2005-07-30", "2005-07-")],
)
def test_a_misspelt_name_gets_the_nearest(name, meant, capsys):
    assert cli.main(["source", name]) == 2
    assert f"did you mean '{meant}" in capsys.readouterr().err

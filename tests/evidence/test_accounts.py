"""Every fact of the documents is accounted for, both ways; so is every error in them."""

from __future__ import annotations

import csv
import re

import pytest
from places import SHARED as NEXT_DOOR

from simulation.evidence.accounts import cited_by_place
from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.schema import CONTEXT
from simulation.scenario.mechanisms import SWITCHES
from simulation.scenario.scenario import load_scenario

SHARED = NEXT_DOOR / "evidence"
CLAIMS = {f"M{number:02d}" for number in range(1, 32)}

NO_EVENT = {
    "H006": "Germany is no actor.",
    "H007": "France is no actor.",
    "H008": "A rebuilt airfield of India, which is no great power here; no base was opened.",
    "H016": "A treaty of Russia and Uzbekistan: no event of the vocabulary stands for a treaty.",
}
"""Rows of the checked chronology that the timeline leaves out, and why."""


def table(name: str) -> list[dict[str, str]]:
    """The rows of one table of the shared evidence; the test is skipped where it is not."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} is not at hand: looked for in ../shared/evidence")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_169_facts_are_numbered_without_a_gap(catalogue):
    numbers = [f"S1-{n:03d}" for n in range(1, 66)] + [f"S2-{n:03d}" for n in range(1, 105)]
    assert list(catalogue.facts) == numbers


def test_the_facts_are_those_that_were_found_in_the_documents(catalogue):
    assert set(catalogue.facts) == {row["id"] for row in table("documents_facts.csv")}


def test_each_fact_is_found_by_the_document_that_its_row_names(catalogue):
    for row in table("documents_facts.csv"):
        document = catalogue.documents[catalogue.facts[row["id"]].document]
        assert document.file == row["seed_file"]


def test_an_anchor_is_a_part_of_what_the_row_of_its_fact_quotes(catalogue):
    """The accounts are of the same facts, not only of the same numbers."""
    for row in table("documents_facts.csv"):
        anchor = catalogue.facts[row["id"]].anchor
        words = [re.findall(r"\w+", text.lower()) for text in (anchor, row["quote"])]
        assert " ".join(words[0]) in " ".join(words[1]), row["id"]


def test_what_is_context_only_says_why_and_is_rare(catalogue):
    context = [fact for fact in catalogue.facts.values() if fact.use == CONTEXT]
    assert all(fact.note and not fact.where for fact in context)
    assert len(context) <= 6


def test_citations_run_both_ways(catalogue):
    cited = cited_by_place(vars(catalogue))
    for key, fact in catalogue.facts.items():
        said = {place for place in fact.where if place not in CLAIMS}
        assert said == {place for place, facts in cited.items() if key in facts}, key


def test_facts_name_claims_that_are_switches(catalogue):
    named = {place for fact in catalogue.facts.values() for place in fact.where} & CLAIMS
    switched = {claim for switch in SWITCHES.values() for claim in switch.claims}
    assert switched == CLAIMS
    assert named == CLAIMS


def test_every_row_of_the_chronology_is_cited_or_left_out_for_a_reason(catalogue):
    rows = {row["id"] for row in table("history_2001_2005.csv")}
    cited = {fact for entry in catalogue.timeline for fact in entry.facts}
    cited |= {fact for each in catalogue.organizations.values() for fact in each.facts}
    assert rows - cited == set(NO_EVENT)


def test_the_fifteen_errors_and_disagreements_are_carried(catalogue):
    assert list(catalogue.disputes) == [f"E{n:02d}" for n in range(1, 16)]
    for dispute in catalogue.disputes.values():
        assert dispute.stated and dispute.correction and dispute.source and dispute.note


def test_there_are_as_many_errors_as_were_found():
    path = SHARED / "documents_mechanisms.md"
    if not path.is_file():
        pytest.skip("documents_mechanisms.md is not at hand: looked for in ../shared/evidence")
    errors = path.read_text(encoding="utf-8").partition("# Errors")[2]
    assert len(re.findall(r"^\d+\. ", errors, re.MULTILINE)) == len(load_catalogue().disputes)


def test_every_number_in_dispute_belongs_to_one_of_them(catalogue):
    disputed = {key for key, each in catalogue.parameters.items() if each.disputed}
    assert disputed == {
        place
        for dispute in catalogue.disputes.values()
        for place in dispute.where
        if place in catalogue.parameters and catalogue.parameters[place].disputed
    }


def test_a_scenario_can_take_what_the_documents_state(tmp_path, catalogue):
    path = tmp_path / "as_stated.yaml"
    path.write_text("title: As stated\nextends: baseline\nas_stated: true\n", encoding="utf-8")
    baseline, stated = load_scenario("baseline"), load_scenario(path)
    differ = {key: stated.values[key] for key in stated.values
              if stated.values[key] != baseline.values[key]}  # fmt: skip
    assert differ == {
        "initial.ties.security.russia.tajikistan": 1,
        "projects.area_ha.china": 300,
        "projects.area_ha.kazakhstan": 200,
        "projects.iran_oil_taken": 1,
        "projects.owner_share.petrokazakhstan": 1,
        "projects.planned_quarters.petrokazakhstan": 0,
    }
    assert {stated.origins[key] for key in differ} == {"as stated"}
    assert set(differ) <= stated.fixed_keys

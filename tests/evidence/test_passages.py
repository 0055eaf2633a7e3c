"""A phrase is found by its words, however they were printed; another word is not."""

from __future__ import annotations

import pytest

from simulation.evidence.passages import (
    DOCUMENTS_FOLDER,
    DocumentText,
    find,
    nearest_wording,
    text_at_hand,
)

PRINTED = DocumentText(
    "First, the host’s “temporary bases” — the two of 2001 — cost US$ 4.18\n"
    "million in a post-\nwar year and 10,000 men. The SecretaryGeneral of the U.S. side\n"
    "went on leave. The envoy flew to the capital and\n"
    "\n"
    "The other column starts here with an\nanti-terrorist fund.\n"
    " paid in full, as promised. A third column follows.\n"
)


@pytest.mark.parametrize(
    "phrase",
    [
        'the host\'s "temporary bases"',
        "“temporary bases” – the two of 2001",
        "US$ 4.18 million in a postwar year",
        "post-war year and 10000 men",
        "The Secretary-General of the U.S. side",
        "the other column starts here",
        "an anti-terrorist fund",
        "antiterrorist fund",
    ],
)
def test_quotes_dashes_hyphens_and_line_breaks_make_no_difference(phrase):
    assert len(find(PRINTED, phrase)) == 1


@pytest.mark.parametrize(
    "phrase",
    [
        "US$ 4.81 million",
        "US$ 418 million",
        "€ 4.18 million in a post-war year",
        "4.18 billion",
        "the two of 2002",
        "10,001 men",
        "Secretary General of the",
        "temporary base",
        "the envoy drove to the capital",
        "",
    ],
)
def test_another_word_is_not_found(phrase):
    assert find(PRINTED, phrase) == []


def test_a_phrase_that_columns_part_is_found_in_two_pieces():
    (passage,) = find(PRINTED, "flew to the capital and paid in full")
    assert str(passage) == "flew to the capital and | paid in full"
    assert passage.sentence == "The envoy flew to the capital and | paid in full, as promised."


def test_only_the_ends_of_pieces_are_joined():
    assert find(PRINTED, "flew to the paid in full") == []
    assert find(PRINTED, "the capital and in full") == []


def test_the_sentence_around_a_phrase_is_told_in_one_line():
    (passage,) = find(PRINTED, "Secretary-General of the U.S.")
    assert passage.sentence == "The SecretaryGeneral of the U.S. side went on leave."


def test_a_phrase_may_stand_more_than_once():
    assert len(find(PRINTED, "the")) == 7


def test_the_nearest_text_to_a_changed_word_is_shown_as_it_is_printed():
    assert nearest_wording(PRINTED, "the host's permanent bases") == "the host’s “temporary bases"
    assert nearest_wording(PRINTED, "cost US$ 4.81 million") == "cost US$ 4.18 million"
    assert nearest_wording(DocumentText(""), "anything") == ""


def test_a_document_that_is_not_at_hand_is_none(tmp_path):
    assert text_at_hand("nothing.txt", tmp_path) is None
    (tmp_path / "one.txt").write_text("One passage.", encoding="utf-8")
    text = text_at_hand("one.txt", tmp_path)
    assert text is not None
    assert [str(each) for each in find(text, "one passage")] == ["One passage"]


def test_documents_are_looked_for_where_the_user_says_or_stands(tmp_path, monkeypatch):
    monkeypatch.delenv(DOCUMENTS_FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "here.txt").write_text("Here.", encoding="utf-8")
    assert text_at_hand("here.txt") == DocumentText("Here.")
    (tmp_path / "there.txt").write_text("There.", encoding="utf-8")
    monkeypatch.setenv(DOCUMENTS_FOLDER, str(tmp_path))
    assert text_at_hand("there.txt") == DocumentText("There.")
    assert text_at_hand("here.txt") is None

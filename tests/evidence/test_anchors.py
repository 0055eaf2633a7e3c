"""Every anchor finds one passage of its document, where the documents are at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
import yaml
from places import SHARED, TESTS

from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.passages import find, nearest_wording, text_at_hand
from simulation.evidence.schema import ANCHOR_WORDS, Evidenced

TRANSCRIPTION = TESTS / "evidence" / "transcription.yaml"


class Anchor(NamedTuple):
    """A phrase that should find a passage, and who says so."""

    where: str
    document: str
    phrase: str


def cited(where: str, entry: Evidenced) -> Iterator[Anchor]:
    for source in entry.source:
        if source.document:
            yield Anchor(where, source.document, source.anchor)


def anchors_of_the_catalogue() -> Iterator[Anchor]:
    known = load_catalogue()
    for number, fact in known.facts.items():
        yield Anchor(number, fact.document, fact.anchor)
    for kind in ("parameters", "actors", "organizations", "installations", "projects", "patterns",
                 "documents", "disputes"):  # fmt: skip
        for key, entry in getattr(known, kind).items():
            yield from cited(key, entry)
    for key, organization in known.organizations.items():
        for name, part in [*organization.councils.items(), *organization.bodies.items()]:
            yield from cited(f"{key}.{name}", part)
    for happened in known.timeline:
        yield from cited(f"timeline, {happened.date}", happened)


def anchors_of_the_transcription() -> Iterator[Anchor]:
    entries = yaml.safe_load(TRANSCRIPTION.read_text(encoding="utf-8"))["entries"]
    for entry in entries:
        yield Anchor(entry["id"], entry["document"], entry["anchor"])


ANCHORS = [*anchors_of_the_catalogue(), *anchors_of_the_transcription()]


def complaint(anchor: Anchor) -> str | None:
    """What is wrong with an anchor: not found, with the nearest text, or found twice."""
    text = text_of(anchor.document)
    passages = find(text, anchor.phrase)
    if not passages:
        close = nearest_wording(text, anchor.phrase)
        return f"{anchor.where}: {anchor.document} has no “{anchor.phrase}”; nearest: “{close}”"
    if len(passages) > 1:
        return f"{anchor.where}: “{anchor.phrase}” stands {len(passages)} times; make it longer"
    return None


def text_of(document: str):
    """The text of a document; the test is skipped where it is not at hand."""
    file = load_catalogue().documents[document].file
    text = text_at_hand(file, SHARED / "seeds")
    if text is None:
        pytest.skip(f"{document} is not at hand: looked for {file} in ../shared/seeds")
    return text


def test_anchors_are_twelve_words_at_most():
    assert [it for it in ANCHORS if len(it.phrase.split()) > ANCHOR_WORDS] == []
    assert len(ANCHORS) > 500


@pytest.mark.parametrize("document", ["cutler_2004", "chung_2005"])
def test_every_anchor_finds_one_passage(document):
    text_of(document)
    complaints = [complaint(anchor) for anchor in ANCHORS if anchor.document == document]
    assert [each for each in complaints if each] == []


@pytest.mark.parametrize("document", ["cutler_2004", "chung_2005"])
def test_a_changed_word_fails(document):
    """Whichever word of whichever anchor is changed, the anchor finds nothing."""
    text = text_of(document)
    for anchor in {it.phrase: it for it in ANCHORS if it.document == document}.values():
        words = anchor.phrase.split()
        for at, word in enumerate(words):
            if any(letter.isalnum() for letter in word):
                changed = " ".join([*words[:at], "changed", *words[at + 1 :]])
                assert find(text, changed) == [], changed


def test_a_failure_shows_the_passage_and_the_nearest_text_found():
    text_of("chung_2005")
    wrong = Anchor("basing.notice", "chung_2005", "190 days from 29 July 2005")
    assert complaint(wrong) == (
        "basing.notice: chung_2005 has no “190 days from 29 July 2005”; "
        "nearest: “180 days from 29 July 2005”"
    )


def test_an_anchor_that_is_too_short_to_tell_passages_apart_fails():
    text_of("chung_2005")
    assert complaint(Anchor("x", "chung_2005", "within the")) == (
        "x: “within the” stands 4 times; make it longer"
    )


def test_a_passage_that_columns_part_is_found_whole():
    text = text_of("chung_2005")
    for phrase in (
        "200 hectares of Kazakhstan’s Khorgos",
        "Accordingly, the Uzbek government gave U.S. forces 180 days",
        "According to SCO Secretary-General Zhang, the organization has initiated 120 projects",
        "armed forces of Central Asian member states of the SCO",
        "counterparts in Kazakhstan’s Astana to carry out joint programs",
    ):
        (passage,) = find(text, phrase)
        assert len(passage.parts) == 2, phrase

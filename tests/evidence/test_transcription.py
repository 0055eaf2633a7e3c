"""The documents were read twice: the catalogue is held against a transcription made without it.

`transcription.yaml` holds every stated number, date, list of members, place and agreement, read
by someone who had not seen the catalogue. `matches.yaml` says where the catalogue carries each.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from matching import WAYS, Matching, places_of

from simulation.evidence.catalogue import EVIDENCE, load_catalogue
from simulation.inputs.yaml_reader import load_yaml

HERE = Path(__file__).resolve().parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WRITTEN = (HERE / "transcription.yaml").read_text(encoding="utf-8")
TRANSCRIBED = {entry["id"]: entry for entry in yaml.load(WRITTEN, LOADER)["entries"]}
MATCHES = load_yaml(HERE / "matches.yaml").data

VALUES = ("number", "date", "members", "place")
"""Kinds of entry that are values; the others are agreements, decisions and rankings."""


@cache
def matching() -> Matching:
    return Matching(load_catalogue())


def ways(number: str) -> list[dict[str, Any]]:
    match = MATCHES[number]
    return match if isinstance(match, list) else [match]


def faults(held: Matching, number: str) -> Iterator[str]:
    """Where the catalogue does not carry what was transcribed."""
    entry = TRANSCRIBED[number]
    for match in ways(number):
        value = match.get("carried", entry["value"])
        if not held.agrees(match, value):
            yield f"{number} ({entry['subject']}): {value} was transcribed, the catalogue differs"


def test_every_entry_is_matched_or_given_a_reason():
    assert list(MATCHES) == list(TRANSCRIBED)
    assert len(TRANSCRIBED) == 221
    for number in MATCHES:
        for match in ways(number):
            assert len(set(match) & set(WAYS)) == 1, number


@pytest.mark.parametrize("number", TRANSCRIBED)
def test_the_catalogue_carries_what_was_transcribed(number):
    assert list(faults(matching(), number)) == []


def test_where_the_two_differ_it_is_said_how_it_was_settled():
    for number, entry in TRANSCRIBED.items():
        for match in ways(number):
            assert ("carried" in match) == ("settled" in match), number
            if "carried" in match and entry["kind"] in VALUES:
                differs = match["carried"] != entry["value"]
                assert differs and not matching().agrees(match, entry["value"]), number


def test_nearly_every_value_is_compared_and_not_explained_away():
    values = [number for number, entry in TRANSCRIBED.items() if entry["kind"] in VALUES]
    explained = [number for number in values if "reason" in ways(number)[0]]
    assert len(explained) <= 0.2 * len(values)
    numbers = [number for number in values if TRANSCRIBED[number]["kind"] == "number"]
    assert [n for n in explained if n in numbers] == ["T077", "T190", "T219", "T221"]


@pytest.mark.parametrize("number", [n for n, e in TRANSCRIBED.items() if e["kind"] in VALUES])
def test_another_value_would_be_noticed(number):
    """A match that agrees with anything would prove nothing."""
    value = TRANSCRIBED[number]["value"]
    other = {int: lambda: value * 2 + 1, float: lambda: value + 1, list: lambda: [*value, "nobody"]}
    changed = other.get(type(value), lambda: "1066")()
    for match in ways(number):
        if not {"exists", "reason", "words"} & set(match):
            with contextlib.suppress(KeyError):  # a name that is not there is noticed, too
                assert not matching().agrees(match, changed), number


PROJECTS = "parameters/projects.yaml"


@pytest.mark.parametrize(
    ("file", "before", "after", "number"),
    [
        (PROJECTS, "value: 4\n", "value: 4.1\n", "T012"),
        (PROJECTS, "gwadar: 250", "gwadar: 251", None),
        (PROJECTS, "atasu_alashankou: 962,", "atasu_alashankou: 963,", "T132"),
        (PROJECTS, "china: 300, kazakhstan: 200", "china: 310, kazakhstan: 200", "T126"),
        ("parameters/basing.yaml", "khanabad: 180, manas", "khanabad: 179, manas", "T201"),
        ("timeline.yaml", "- date: 2004-01-15", "- date: 2004-02-15", "T109"),
        ("timeline.yaml", "days: 180", "days: 90", "T201"),
        ("organizations.yaml", "[belarus, kazakhstan", "[kazakhstan", "T056"),
        ("organizations.yaml", "meetings: 3", "meetings: 2", "T046"),
        ("organizations.yaml", "customs, quality inspection", "quality inspection", "T098"),
        ("actors.yaml", "[afghanistan, india, kazakhstan", "[india, kazakhstan", "T079"),
    ],
)
def test_a_change_of_the_catalogue_is_noticed(tmp_path, file, before, after, number):
    """What a document states cannot be altered unseen; what is ours is not its business."""
    directory = tmp_path / "evidence"
    shutil.copytree(EVIDENCE, directory)
    (directory / "facts.yaml").unlink()  # the accounts would notice a moved day before we do
    (directory / "disputes.yaml").unlink()
    path = directory / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    changed = Matching(load_catalogue(directory))
    found = []
    for each in TRANSCRIBED:
        try:
            found += [each for _ in faults(changed, each)]
        except KeyError:  # the place that a match names is there no more
            found.append(each)
    assert (number in found) if number else not found


def test_every_number_that_is_called_stated_was_transcribed():
    """What the catalogue ascribes to a document, a second reader found in it."""
    known = load_catalogue()
    places = {place for number in MATCHES for match in ways(number) for place in places_of(match)}
    keys = {found[0].key for place in places if "/" not in place and (found := known.split(place))}
    stated = {known.split(key)[0].key for key in known.values if known.evidence_of(key) == "stated"}
    assert stated - keys == set()


def test_every_dated_event_that_a_document_states_was_transcribed():
    known = load_catalogue()
    places = {place for number in MATCHES for match in ways(number) for place in places_of(match)}
    named = {place.split("/")[1] for place in places if place.startswith("timeline/")}
    from_documents = {
        entry.line for entry in known.timeline if any(each.document for each in entry.source)
    }
    lines = {line: name for name, line in matching().lines.items()}
    assert {lines[line] for line in from_documents} - named == set()

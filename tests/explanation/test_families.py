"""Families of runs: distances, medoids, families that differ."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.decisions.events import Happening
from simulation.explanation.families import (
    FULLY_APART,
    Eventful,
    families_of,
    grouped,
    medoid,
    silhouette,
)
from simulation.record.record import EVENTS_SCHEMA

NEVER = -1


def event(name):
    return Happening(0, "respond", name, actor="a", counterpart="", object="", value=0.0)


def eventful(*rows):
    names = tuple(event(f"kind{place}") for place in range(len(rows)))
    return Eventful(names, np.array(rows, dtype=np.float32))


def test_runs_are_as_far_apart_as_their_events():
    rows = [4, 4, NEVER], [0, FULLY_APART // 2, 10 * FULLY_APART], [3, 3, 3]
    assert eventful(*rows).distances() == pytest.approx(
        np.array([[0, 0.5, 2], [0.5, 0, 2], [2, 2, 0]])
    )


def test_the_medoid_is_nearest_to_all():
    far = np.array([[0, 1, 4], [1, 0, 3], [4, 3, 0]])
    assert medoid(far) == 1


def test_two_kinds_of_world_are_two_families_with_what_sets_them_apart():
    draws = np.random.default_rng(1)
    kind = draws.random(60) < 0.4
    rows = [np.where(kind, 5, NEVER), np.where(kind, NEVER, 7), np.where(kind, 9, NEVER)]
    rows += [draws.integers(3, 5, 60) for _ in range(2)]
    middle, found = families_of(eventful(*rows))
    assert [each.share for each in found] == [
        pytest.approx((~kind).mean()),
        pytest.approx(kind.mean()),
    ]
    assert kind[found[1].run] and not kind[found[0].run]
    assert not kind[middle]
    assert {mark.happening.kind for mark in found[0].marks} == {"kind0", "kind1", "kind2"}
    assert (found[1].marks[0].inside, found[1].marks[0].outside) == (1.0, 0.0)


def test_the_silhouette_is_that_of_rousseeuw():
    places = np.array([0.0, 1.0, 10.0, 12.0])
    far = np.abs(places[:, None] - places)
    own = np.array([0, 0, 1, 1])
    # by hand: within 1, 1, 2, 2; to the other family 11, 10, 9.5, 11.5
    expected = np.mean([(11 - 1) / 11, (10 - 1) / 10, (9.5 - 2) / 9.5, (11.5 - 2) / 11.5])
    assert silhouette(far, own) == pytest.approx(expected)


def test_no_exchange_of_a_medoid_within_its_family_brings_runs_closer():
    draws = np.random.default_rng(2)
    places = draws.random((40, 3))
    far = np.linalg.norm(places[:, None] - places, axis=-1)
    chosen, own = grouped(far, 3)
    for place, run in enumerate(chosen):
        members = np.flatnonzero(own == place)
        assert far[run, members].sum() == pytest.approx(far[np.ix_(members, members)].sum(0).min())


def test_runs_that_go_alike_have_no_families():
    assert families_of(eventful([3] * 10, [NEVER] * 10)) == (0, [])


def test_the_first_time_counts_and_what_is_left_out_does_not():
    rows = [
        {"run": 0, "quarter": "2002Q1", "kind": "join", "actor": "uzbekistan"},
        {"run": 0, "quarter": "2003Q1", "kind": "join", "actor": "uzbekistan"},
        {"run": 1, "quarter": "2002Q1", "kind": "exercise", "actor": "sco"},
        {"run": 7, "quarter": "2002Q1", "kind": "leave", "actor": "sco"},
    ]
    whole = {"scenario": "s", "phase": "respond", "counterpart": None, "object": None, "value": 0.0}
    import pyarrow as pa

    table = pa.Table.from_pylist([{**whole, **row} for row in rows], schema=EVENTS_SCHEMA)
    found = Eventful.of(table, runs=2, leaving=["exercise"])
    assert [each.kind for each in found.names] == ["join"]
    assert found.first.tolist() == [[2, -1]]

"""Patterns: each measure, held against worlds in which it plainly holds or plainly does not."""

import numpy as np
import pytest

from simulation.evidence.catalogue import load_catalogue
from simulation.model import patterns
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.world import world as w

RUNS = 4
ODD = np.array([False, True, False, True])
"""The runs in which a test breaks what holds in the others."""


class Stage:
    """A run of the model whose memory a test may rewrite before it is read."""

    def __init__(self):
        self.model = InfluenceModel("baseline", runs=RUNS, seed=1)
        self.watch = patterns.watched_run(self.model)
        self.world = self.model.world
        self.memory = dict(self.world.snapshot())
        self.seen = {key: values.copy() for key, values in self.watch.kept.items()}

    def reset(self):
        for name, array in self.memory.items():
            getattr(self.world, name)[:] = array
        for key, values in self.seen.items():
            self.watch.kept[key] = values.copy()

    def row(self, name, *who):
        places = [self.world.place(axis, it) for axis, it in zip(w.LAYOUT[name][0], who)]  # noqa: B905
        return getattr(self.world, name)[tuple(places)]

    def seen_row(self, name, quarter, *who):
        return self.watch.kept[name, quarter_of(quarter)][who]

    def read(self, name):
        """Whether a pattern holds, and whether each part does, run by run."""
        found = patterns.read_patterns(self.model, self.watch)
        parts = {k[len(name) + 1 :]: v for k, v in found.items() if k.startswith(name + " ")}
        return found[name], parts


@pytest.fixture(scope="module")
def the_stage():
    return Stage()


@pytest.fixture
def stage(the_stage):
    the_stage.reset()
    return the_stage


def when(quarter):
    return quarter_of(quarter)


def assert_window(stage, name, row, first, last, set_rest=lambda: None):
    """A pattern holds from the first to the last quarter of a window, and not beside it."""
    for quarter, holds in (
        (when(first) - 1, False),
        (when(first), True),
        (when(last), True),
        (when(last) + 1, False),
        (-1, False),
    ):
        set_rest()
        row[:] = quarter
        assert stage.read(name)[0].tolist() == [holds] * RUNS, quarter


def test_every_declared_pattern_is_measured():
    declared = load_catalogue().patterns
    assert set(declared) == {f"P{number}" for number in range(1, 12)} | {"P6n"}
    assert {name for name, each in declared.items() if each.without} == {"P6n"}


def test_a_pattern_holds_where_all_its_parts_do(stage):
    found = patterns.read_patterns(stage.model, stage.watch)
    for name in set(load_catalogue().patterns) - {"P6n"}:
        parts = [values for key, values in found.items() if key.startswith(name + " ")]
        assert found[name].dtype == bool
        assert found[name].shape == (RUNS,)
        if parts:
            assert np.array_equal(found[name], np.logical_and.reduce(parts)), name


def test_the_run_is_watched_to_the_end_of_2005_and_no_further(stage):
    assert stage.model.quarter == when("2005Q4")
    kept = {quarter for _, quarter in stage.watch.kept}
    assert kept == set(range(when("2005Q4") + 1))
    assert not np.array_equal(
        stage.watch.at("affinity", "2001Q3"), stage.watch.at("affinity", "2005Q4")
    )
    assert np.array_equal(stage.watch.at("affinity", "2005Q4"), stage.world.affinity)


def test_p1_both_american_bases_open_by_the_end_of_2001(stage):
    karshi, manas = (stage.row("opened_at", base) for base in ("karshi_khanabad", "manas"))

    def the_other():
        karshi[:] = when("2001Q4")

    assert_window(stage, "P1", manas, "2001Q3", "2001Q4", the_other)
    manas[:] = when("2001Q4")
    karshi[ODD] = -1
    holds, parts = stage.read("P1")
    assert np.array_equal(holds, ~ODD)
    assert parts["manas"].all()
    assert np.array_equal(parts["karshi_khanabad"], ~ODD)


def test_p2_russia_answers_after_a_delay(stage):
    kant, dushanbe = (stage.row("opened_at", base) for base in ("kant", "dushanbe"))

    def dushanbe_in_time():
        dushanbe[:] = when("2004Q4")

    def kant_in_time():
        kant[:] = when("2003Q4")

    assert_window(stage, "P2", kant, "2003Q1", "2004Q3", dushanbe_in_time)
    assert_window(stage, "P2", dushanbe, "2004Q1", "2005Q3", kant_in_time)


def test_p3_the_structure_sits_in_tashkent(stage):
    body = ("sco", "anti_terrorist_structure")
    founded, seat = stage.row("founded", body), stage.row("seat", body)
    founded[:] = True
    seat[:] = stage.world.place("member", "uzbekistan")
    assert stage.read("P3")[0].all()
    seat[ODD] = stage.world.place("member", "kyrgyzstan")
    assert np.array_equal(stage.read("P3")[0], ~ODD)
    founded[:] = False
    assert not stage.read("P3")[0].any()


def test_p4_the_bodies_come_in_time(stage):
    last = {
        "secretariat": "2004Q2",
        "anti_terrorist_structure": "2004Q2",
        "trade_outline": "2004Q4",
        "working_groups": "2005Q4",
    }
    rows = {body: stage.row("founded_at", ("sco", body)) for body in last}
    for body, row in rows.items():
        row[:] = when(last[body])
    assert stage.read("P4")[0].all()
    for body, row in rows.items():
        for late in (when(last[body]) + 1, -1):
            row[ODD] = late
            holds, parts = stage.read("P4")
            assert np.array_equal(holds, ~ODD)
            assert np.array_equal(parts.pop(body), ~ODD)
            assert parts.pop("in order").all() == (late != -1)
            assert all(part.all() for part in parts.values())
        row[:] = when(last[body])


def test_p4_wants_the_order_in_which_things_were_decided(stage):
    """Offices in May 2003, the outline in September 2003, the working groups in June 2004."""
    as_decided = {
        "secretariat": "2003Q2",
        "anti_terrorist_structure": "2003Q2",
        "trade_outline": "2003Q3",
        "working_groups": "2004Q2",
    }
    rows = {body: stage.row("founded_at", ("sco", body)) for body in as_decided}

    def decide(**otherwise):
        for body, row in rows.items():
            row[:] = when({**as_decided, **otherwise}[body])
        holds, parts = stage.read("P4")
        return bool(holds.all()), bool(parts["in order"].all())

    assert decide() == (True, True)
    assert decide(trade_outline="2002Q3") == (False, False)
    assert decide(anti_terrorist_structure="2003Q4") == (False, False)
    assert decide(working_groups="2003Q2") == (False, False)
    assert decide(trade_outline="2003Q2") == (True, True)  # in one quarter none is before another


def test_p5_aid_to_uzbekistan_is_withheld_first_in_2004_or_a_year_beside(stage):
    power = stage.world.place("power", "united_states")
    stage.world.withheld_since[power] = -1
    row = stage.row("withheld_since", "united_states", "uzbekistan")
    assert_window(stage, "P5", row, "2003Q1", "2005Q4")
    other = stage.row("withheld_since", "united_states", "turkmenistan")
    row[:] = when("2004Q3")
    for quarter, holds in (("2004Q2", False), ("2004Q3", True), ("2005Q3", True)):
        other[:] = when(quarter)
        assert stage.read("P5")[0].tolist() == [holds] * RUNS, quarter
    row[:] = -1
    assert not stage.read("P5")[0].any()


def as_in_2005(stage):
    """Rewrite the memory so that P6 holds in every run."""
    world = stage.world
    us, china = world.place("power", "united_states"), world.place("power", "china")
    uzbekistan, kazakhstan = world.place("state", "uzbekistan"), world.place("state", "kazakhstan")
    manas, sco = world.place("installation", "manas"), world.place("organization", "sco")
    stage.seen_row("spoke", "2005Q3", sco)[:] = True
    stage.row("notice_at", "karshi_khanabad")[:] = when("2005Q3")
    stage.row("base_status", "manas")[:] = w.OPEN
    stage.seen_row("base_rent", "2005Q2", manas)[:] = 2
    stage.seen_row("base_rent", "2005Q4", manas)[:] = 50
    stage.seen_row("agreement", "2005Q4", us)[:] = 0.3
    stage.seen_row("agreement", "2005Q4", us, uzbekistan)[:] = 0.2
    for state in (uzbekistan, kazakhstan):
        stage.seen_row("affinity", "2004Q4", china, state)[:] = 0.5
        stage.seen_row("affinity", "2005Q4", china, state)[:] = 0.6


def test_p6_notice_there_and_a_higher_rent_here(stage):
    as_in_2005(stage)
    holds, parts = stage.read("P6")
    assert holds.all()
    assert len(parts) == 6


@pytest.mark.parametrize(
    ("part", "name", "who", "quarter", "value"),
    [
        ("statement", "spoke", ("sco",), "2005Q3", False),
        ("Manas kept, dearer", "base_rent", ("manas",), "2005Q4", 2),
        ("Uzbekistan below each neighbour", "agreement", ("united_states", "uzbekistan"), "2005Q4",
         0.31),
        ("Uzbekistan to China", "affinity", ("china", "uzbekistan"), "2005Q4", 0.5),
        ("Kazakhstan to China", "affinity", ("china", "kazakhstan"), "2005Q4", 0.4),
    ],
)  # fmt: skip
def test_p6_fails_with_any_of_its_parts(stage, part, name, who, quarter, value):
    as_in_2005(stage)
    axes = {"spoke": ("organization",), "base_rent": ("installation",)}.get(
        name, ("power", "state")
    )
    places = [stage.world.place(axis, it) for axis, it in zip(axes, who, strict=True)]
    stage.seen_row(name, quarter, *places)[ODD] = value
    holds, parts = stage.read("P6")
    assert np.array_equal(parts.pop(part), ~ODD)
    assert all(other.all() for other in parts.values())
    assert np.array_equal(holds, ~ODD)


@pytest.mark.parametrize("neighbour", ["kazakhstan", "kyrgyzstan", "tajikistan"])
def test_p6_wants_uzbekistan_below_each_neighbour_and_not_below_their_mean(stage, neighbour):
    as_in_2005(stage)
    us = stage.world.place("power", "united_states")
    place = stage.world.place("state", neighbour)
    stage.seen_row("agreement", "2005Q4", us, place)[ODD] = 0.19
    assert np.array_equal(stage.read("P6")[0], ~ODD)


def test_p6_wants_notice_on_karshi_khanabad_and_none_on_manas(stage):
    as_in_2005(stage)
    row = stage.row("notice_at", "karshi_khanabad")
    assert_window(stage, "P6", row, "2005Q2", "2005Q4")
    row[:] = when("2005Q3")
    for status in (w.NOTICE, w.CLOSED, w.NONE):
        stage.row("base_status", "manas")[ODD] = status
        assert np.array_equal(stage.read("P6")[0], ~ODD)


def test_p6n_reads_each_arm_for_its_base():
    arms = [InfluenceModel("baseline", runs=RUNS, seed=1) for _ in range(2)]
    conditions, bid = (arm.world for arm in arms)
    karshi, manas = (conditions.place("installation", b) for b in ("karshi_khanabad", "manas"))
    conditions.opened_at[karshi] = [1, 1, 1, -1]
    conditions.notice_at[karshi] = [-1, -1, 16, -1]
    bid.notice_at[manas] = [16, -1, 16, 16]
    found = patterns.reading_of_arms(arms)
    assert found["P6n"].tolist() == [True, False, False, False]
    stays, goes = (found[name] for name in found if name.startswith("P6n "))
    assert stays.tolist() == [True, True, False, False]
    assert goes.tolist() == [True, False, True, True]


def test_p7_four_observers_and_no_new_member(stage):
    names = ("india", "iran", "mongolia", "pakistan")
    standing = stage.world.standing[stage.world.place("organization", "sco")]

    def as_known():
        for member in stage.world.axes.member:
            at_start = member in load_catalogue().organizations["sco"].members
            place = stage.world.place("member", member)
            standing[place] = w.MEMBER if at_start else w.OUTSIDE
            if member in names:
                standing[place] = w.OBSERVER

    as_known()
    assert stage.read("P7")[0].all()
    for name, wrong in (
        ("india", w.OUTSIDE),
        ("mongolia", w.MEMBER),
        ("turkmenistan", w.OBSERVER),
        ("belarus", w.MEMBER),
        ("united_states", w.MEMBER),
    ):
        as_known()
        standing[stage.world.place("member", name), ODD] = wrong
        assert np.array_equal(stage.read("P7")[0], ~ODD), name


def test_p8_uzbekistan_stays_out_and_leaves(stage):
    world = stage.world
    sco, place = world.place("organization", "sco"), world.place("member", "uzbekistan")
    left = stage.row("left_at", "guuam", "uzbekistan")

    def stayed_out():
        stage.seen_row("exercised", "2003Q3", sco)[:] = True
        stage.seen_row("took_part", "2003Q3", sco, place)[:] = False

    assert_window(stage, "P8", left, "2001Q3", "2005Q4", stayed_out)
    left[:] = when("2005Q2")
    stage.seen_row("took_part", "2003Q3", sco, place)[ODD] = True
    assert np.array_equal(stage.read("P8")[0], ~ODD)
    stayed_out()
    stage.seen_row("exercised", "2003Q3", sco)[ODD] = False
    assert np.array_equal(stage.read("P8")[0], ~ODD)


def test_p9_china_gains_in_trade_and_russia_loses(stage):
    def traded(china, russia):
        stage.world.trade_share[stage.world.place("power", "china")] = china
        stage.world.trade_share[stage.world.place("power", "russia")] = russia
        return stage.read("P9")

    assert traded(0.146, 0.212)[0].all()
    for china, russia in ((0.117, 0.212), (0.175, 0.212), (0.146, 0.173), (0.146, 0.251)):
        assert traded(china, russia)[0].all()
    for china, russia in ((0.115, 0.212), (0.177, 0.212), (0.146, 0.171), (0.146, 0.253)):
        assert not traded(china, russia)[0].any()


def test_p10_japan_founds_a_dialogue_in_2004_or_a_year_beside(stage):
    row = stage.row("organization_founded_at", "central_asia_plus_japan")
    assert_window(stage, "P10", row, "2003Q1", "2005Q4")


def test_p11_chinas_stake_and_its_security_ties_rise(stage):
    world = stage.world
    china, kazakhstan = world.place("power", "china"), world.place("region", "kazakhstan")
    projects = ("buyers_credit_2004", "atasu_alashankou", "petrokazakhstan", "khorgos")

    def as_known():
        for name in projects:
            stage.row("project_status", name)[:] = w.BUILDING
        world.stake[china, kazakhstan] = 0.4
        start = stage.model.start.ties[w.SECURITY, china, kazakhstan]
        world.ties[w.SECURITY, china, kazakhstan] = start + 0.01
        return start

    as_known()
    assert stage.read("P11")[0].all()
    for name in projects:
        stage.row("project_status", name)[ODD] = w.PLANNED
        assert np.array_equal(stage.read("P11")[0], ~ODD)
        as_known()
    world.stake[china, kazakhstan, ODD] = 0
    assert np.array_equal(stage.read("P11")[0], ~ODD)
    start = as_known()
    world.ties[w.SECURITY, china, kazakhstan] = np.where(ODD, start, start + 0.01)
    assert np.array_equal(stage.read("P11")[0], ~ODD)

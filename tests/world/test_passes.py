"""Compiled passes, held to the bit against the rules that they call, applied to whole arrays."""

import shutil
from pathlib import Path

import numba
import numpy as np
import pytest
from places import PACKAGE

from simulation.numerics import compiled
from simulation.numerics.arrays import FLOAT, number, total
from simulation.rules import (
    alignment,
    appraisal,
    influence,
    ledger,
    patronage,
    projects,
    regime,
    rivalry,
    trade,
)
from simulation.world import passes
from simulation.world.world import BUILDING, MEMBER, OBSERVER, RUNNING

CHANNELS, POWERS, REGIONS, STATES, RUNS = 3, 4, 5, 7, 67


@pytest.fixture
def drawn():
    """Arrays of numbers between two bounds, in the model's precision."""
    source = np.random.default_rng(5)

    def draw(*shape, low=0.0, high=1.0):
        return source.uniform(low, high, (*shape, RUNS)).astype(FLOAT)

    return draw


def same(found, expected):
    assert found.dtype == FLOAT
    assert expected.dtype == FLOAT
    assert found.tobytes() == np.ascontiguousarray(expected).tobytes()


def by_channel(values):
    """Values of channels, shape (channel, run), for every power and region."""
    return values[:, np.newaxis, np.newaxis]


def test_ties(drawn):
    ties, start, flow = (drawn(CHANNELS, POWERS, REGIONS) for _ in range(3))
    flow -= FLOAT(0.7)
    share, before, weight, decay = drawn(4, 5), drawn(4, 5), drawn(high=4.0), drawn(CHANNELS)
    loose, kept, personal = start * FLOAT(0.5), drawn(4, 5), drawn(4, 5)
    anchor = rivalry.kept_up(start, loose, kept)
    anchor[1] = rivalry.with_persons(anchor[1], personal)
    anchor[0] = influence.anchor_of_trade(anchor[0], influence.gained(share, before), weight)
    expected = influence.tie_after(ties, anchor, flow, by_channel(decay))
    passes.settle_ties(
        ties=ties,
        start=start,
        loose=loose,
        kept=kept,
        personal=personal,
        trade_share=share,
        share_at_start=before,
        of_trade=weight,
        flow=flow,
        decay=decay,
    )
    same(ties, expected)
    assert (ties == 0).any()
    assert (ties > 0).any()


def test_what_a_step_would_bring(drawn):
    ties, own = drawn(CHANNELS, POWERS, REGIONS, low=0.01), drawn(CHANNELS, REGIONS, low=0.1)
    weight, minds, step = drawn(CHANNELS, low=0.1), drawn(POWERS, POWERS), drawn(CHANNELS, POWERS)
    step = np.maximum(step, FLOAT(0.02))
    minds[np.arange(POWERS), np.arange(POWERS)] = 0
    found = np.empty_like(ties)
    passes.foresee_gains(ties=ties, own=own, weight=weight, minds=minds, step=step, gains=found)

    def shares(of):
        everyone = total(of, axis=1) + own
        weighed = influence.weighed(
            influence.in_channel(of, everyone[:, np.newaxis]), by_channel(weight)
        )
        whole = total(weighed)
        return whole / total(whole)

    now = shares(ties)
    for c in range(CHANNELS):
        for p in range(POWERS):
            more = ties.copy()
            more[c, p] += step[c, p]
            moved = shares(more) - now
            theirs = total(minds[p][:, np.newaxis] * moved)
            expected = rivalry.gain_of_step(moved[p], theirs, step[c, p])
            np.testing.assert_allclose(found[c, p], expected, atol=2e-5)  # single precision
    assert (found > 0).any()


def test_influence_and_shares(drawn):
    ties, own, weight = drawn(CHANNELS, POWERS, REGIONS), drawn(CHANNELS, REGIONS), drawn(CHANNELS)
    everyone = total(ties, axis=1) + own
    parts = influence.in_channel(ties, everyone[:, np.newaxis])
    over_all = total(influence.weighed(parts, by_channel(weight)))
    tied = total(influence.weighed(ties, by_channel(weight)))
    found = np.empty_like(ties), np.empty_like(over_all), np.empty_like(tied)
    passes.weigh_ties(
        ties=ties,
        own=own,
        weight=weight,
        by_channel=found[0],
        over_all=found[1],
        concentration=found[2],
    )
    for one, other in zip(found, (parts, over_all, tied), strict=True):
        same(one, other)
    over_all[:, 2, 5] = 0
    share = np.empty_like(over_all)
    passes.share_out(over_all, share)
    assert (share[:, 2, 5] == 0.25).all()
    same(share, influence.share_of_all(over_all, total(over_all), FLOAT(POWERS)))


def test_others_shares_weighed(drawn):
    weight, share = drawn(POWERS, POWERS), drawn(POWERS, REGIONS)
    found = np.empty_like(share)
    passes.sum_rivals(weight, share, found)
    same(found, total(appraisal.rivals_part(weight[:, :, np.newaxis], share), axis=1))


def test_leanings(drawn):
    intercept, suspicion = drawn(POWERS, STATES, low=-1.0), drawn(POWERS, STATES)
    share, share_before, criticism, tied, tied_before = (drawn(POWERS, REGIONS) for _ in range(5))
    cover, fear, floor, autonomy, weight = (
        drawn(*shape) for shape in ((POWERS,), (STATES,), (), (STATES,), (7,))
    )
    neutral, danger, shelters, pride = drawn(REGIONS), drawn(STATES), drawn(POWERS), drawn(STATES)
    goodwill = drawn(POWERS, REGIONS, low=-1.0)
    found = np.empty_like(intercept)
    passes.draw_leanings(
        intercept=intercept,
        share=share,
        share_at_start=share_before,
        cover=cover,
        criticism=criticism,
        suspicion=suspicion,
        fear=fear,
        danger=danger,
        fear_floor=floor,
        shelters=shelters,
        autonomy=autonomy,
        pride=pride,
        concentration=tied,
        concentration_at_start=tied_before,
        goodwill=goodwill,
        neutral=neutral,
        weight=weight,
        out=found,
    )

    def widened(values):
        return np.concatenate([values, np.zeros((POWERS, STATES - REGIONS, RUNS), FLOAT)], axis=1)

    expected = alignment.drawn_to(
        intercept=intercept,
        share_gain=widened(influence.gained(share, share_before)),
        cover=cover[:, np.newaxis],
        blame=patronage.blame(widened(criticism), suspicion),
        pride=pride,
        fear=fear,
        danger_excess=regime.insecurity(danger, floor),
        relief=regime.relief_by(regime.relief(danger, fear), shelters[:, np.newaxis]),
        autonomy=autonomy,
        grip=widened(alignment.grip(tied, tied_before)),
        goodwill=widened(goodwill),
        of_share=weight[0],
        of_cover=weight[1],
        of_relief=weight[2],
        of_blame=weight[3],
        of_hedging=weight[4],
        of_goodwill=weight[5],
    )
    bound = np.concatenate([neutral, np.zeros((STATES - REGIONS, RUNS), FLOAT)])
    same(found, alignment.held_by_neutrality(expected, intercept, bound, weight[6]))
    affinity, shock = drawn(POWERS, STATES, low=-1.0), drawn(POWERS, STATES, low=-2.0, high=2.0)
    speed, noise, bound = drawn(), drawn(), drawn(low=0.5)
    leaning = alignment.inclined(found)
    moved = alignment.leaning_after(
        affinity=affinity, drawn=leaning, shock=shock, speed=speed, noise=noise, bound=bound
    )
    passes.move_leanings(affinity, leaning, shock, np.stack([speed, noise, bound]))
    same(affinity, moved)
    assert (affinity == bound).any()


def test_clubs(drawn):
    organizations, members = 3, POWERS + STATES
    standing = np.floor(drawn(organizations, members, high=3.0)).astype(np.int8)
    standing[2], standing[2, 4] = OBSERVER, MEMBER  # a member alone
    closure, found = drawn(members), np.empty((members, RUNS), FLOAT)
    club = drawn(organizations)
    club[0] = 0
    passes.club_density(standing, MEMBER, club, closure, found)
    density, clubs = np.zeros_like(found), np.zeros_like(found)
    for o in range(organizations):
        belongs = standing[o] == MEMBER
        size, closed = total(number(belongs)), total(np.where(belongs, closure, FLOAT(0)))
        meets = regime.meets_others(belongs, size)
        mean = regime.in_a_club(regime.closure_of_others(closed, closure, size), club[o])
        density += np.where(meets, mean, FLOAT(0))
        clubs += np.where(meets, club[o], FLOAT(0))
    same(found, regime.club_of(density, clubs))
    assert (found[clubs == 0] == 0).all()
    assert (clubs == 0).any()


def test_gifts(drawn):
    aid, extra = drawn(CHANNELS, POWERS, REGIONS), drawn(CHANNELS, POWERS, REGIONS)
    deals, memory = drawn(POWERS, REGIONS), drawn()
    for more, gift in ((extra, patronage.gift(aid, extra)), (extra[:0], aid)):
        goods = drawn(POWERS, REGIONS)
        given = deals
        for channel in gift:
            given = given + channel
        expected_goods = patronage.next_goods(goods, given, memory)
        expected = gift.copy()
        expected[0] += deals
        training, spent = np.empty((REGIONS, RUNS), FLOAT), np.empty_like(aid)
        passes.gather_gifts(
            aid=aid,
            extra_aid=more,
            drawn=deals,
            memory=memory,
            goods=goods,
            training=training,
            spent=spent,
        )
        same(goods, expected_goods)
        same(spent, ledger.by_the_year(expected))
        same(training, total(gift[2]))


def test_the_ledger_becomes_ties(drawn):
    spent, flow = (drawn(CHANNELS, POWERS, REGIONS, high=300.0) for _ in range(2))
    scale, conversion = drawn(REGIONS, low=1.0, high=90.0), drawn(CHANNELS)
    expected = flow + ledger.tie_of_spending(spent, scale, by_channel(conversion))
    passes.convert(spent=spent, scale=scale, conversion=conversion, flow=flow)
    same(flow, expected)


def test_acts_and_stakes(drawn):
    cover, criticism, political, security = (drawn(POWERS, REGIONS) for _ in range(4))
    handed, seeks, act = drawn(POWERS, REGIONS) > 0.5, drawn(POWERS), drawn(3)
    exiles = influence.act_of_exiles(handed, seeks[:, np.newaxis], act[2])
    said = influence.act_of_words(cover, criticism, act[0], act[1])
    expected = political + (said + exiles), security + exiles
    passes.add_acts(
        cover=cover,
        criticism=criticism,
        handed=handed,
        seeks=seeks,
        act=act,
        political=political,
        security=security,
    )
    same(political, expected[0])
    same(security, expected[1])
    ventures, held = np.rint(drawn(4, 5, high=3.0)), drawn(4, 5)
    size = drawn()
    stake = projects.energy_stake(held, ventures, size)
    expected = security + influence.act(act[1], stake)
    passes.add_stakes(ventures=ventures, size=size, act=act[1], security=security, stake=held)
    same(held, stake)
    same(security, expected)


def test_effects_of_projects_that_run(drawn):
    status = np.where(drawn(3) > 0.5, RUNNING, BUILDING).astype(np.int8)
    effect = drawn(3, REGIONS)
    effect[1, 2] = 0
    into = drawn(POWERS, REGIONS)
    rows = np.array([2, 0, 2])
    expected = into.copy()
    for j, row in enumerate(rows):
        expected[row] += projects.effect_of_running(effect[j], status[j] == RUNNING)
    passes.add_effects(
        status=status,
        running=RUNNING,
        effect=effect,
        felt=effect.any(axis=-1),
        rows=rows,
        into=into,
    )
    same(into, expected)


def test_trade(drawn):
    weight, potential, shock, gain = (drawn(POWERS, REGIONS, low=-2.0) for _ in range(4))
    affinity, before = drawn(POWERS, STATES), drawn(POWERS, STATES)
    of_affinity, convergence, noise = drawn(), drawn(POWERS), drawn()
    warmer = influence.gained(affinity, before)[:, :REGIONS]
    expected = trade.log_weight_after(
        logarithm=weight,
        potential=potential,
        gain=trade.gain_in_potential(gain, warmer, of_affinity),
        shock=shock,
        convergence=convergence[:, np.newaxis],
        noise=noise,
    )
    passes.move_trade(
        weight=weight,
        potential=potential,
        affinity=affinity,
        affinity_at_start=before,
        of_affinity=of_affinity,
        shock=shock,
        convergence=convergence,
        noise=noise,
        gain=gain,
    )
    same(weight, expected)


def test_code_is_kept_apart_when_a_formula_changes(tmp_path, monkeypatch):
    """Numba looks at a loop's own file alone, which has not changed then."""
    package = shutil.copytree(PACKAGE, tmp_path / "simulation")
    monkeypatch.setattr(compiled, "__file__", str(package / "numerics" / "compiled.py"))
    before = compiled._kept_in.__wrapped__()
    assert compiled._kept_in.__wrapped__() == before
    rule = package / "rules" / "influence.py"
    source = rule.read_text(encoding="utf-8")
    rule.write_text(source.replace("* decay + tie + flow", "* decay + tie - flow"), "utf-8")
    assert compiled._kept_in.__wrapped__() != before
    if not numba.config.CACHE_DIR:
        monkeypatch.undo()
        assert compiled._kept_in() in Path(passes.settle_ties.stats.cache_path).parents

"""Compiled passes, held to the bit against the same arithmetic written with NumPy's arrays."""

import shutil
from pathlib import Path

import numba
import numpy as np
import pytest
from places import PACKAGE

from simulation.numerics import compiled
from simulation.numerics.arrays import FLOAT
from simulation.rules import alignment, influence, projects, trade
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


def test_ties(drawn):
    ties, start, flow = (drawn(CHANNELS, POWERS, REGIONS) for _ in range(3))
    flow -= FLOAT(0.7)
    share, before, weight, decay = drawn(4, 5), drawn(4, 5), drawn(high=4.0), drawn(CHANNELS)
    anchor = start.copy()
    anchor[0] = np.maximum(start[0] + weight * (share - before), 0)
    expected = influence.tie_after(ties, anchor, flow, decay[:, np.newaxis, np.newaxis])
    passes.settle_ties(ties, start, share, before, weight, flow, decay)
    same(ties, np.maximum(expected, 0))
    assert (ties == 0).any()
    assert (ties > 0).any()


def test_influence_and_shares(drawn):
    ties, own, weight = drawn(CHANNELS, POWERS, REGIONS), drawn(CHANNELS, REGIONS), drawn(CHANNELS)
    everyone = ties[:, 0] + ties[:, 1] + ties[:, 2] + ties[:, 3] + own
    by_channel = influence.in_channel(ties, everyone[:, np.newaxis])
    weighed = (by_channel[c] * weight[c] for c in range(CHANNELS))
    over_all = next(weighed) + next(weighed) + next(weighed)
    tied = ties[0] * weight[0] + ties[1] * weight[1] + ties[2] * weight[2]
    found = np.empty_like(ties), np.empty_like(over_all), np.empty_like(tied)
    passes.measure(ties, own, weight, *found)
    for one, other in zip(found, (by_channel, over_all, tied), strict=True):
        same(one, other)
    over_all[:, 2, 5] = 0
    share = np.empty_like(over_all)
    passes.shares(over_all, share)
    whole = over_all[0] + over_all[1] + over_all[2] + over_all[3]
    assert (share[:, 2, 5] == 0.25).all()
    whole[2, 5] = 1
    expected = over_all / whole
    expected[:, 2, 5] = 0.25
    same(share, expected)


def test_others_shares_weighed(drawn):
    weight, share = drawn(POWERS, POWERS), drawn(POWERS, REGIONS)
    found = np.empty_like(share)
    passes.weighed(weight, share, found)
    terms = [weight[:, q, np.newaxis] * share[q] for q in range(POWERS)]
    same(found, terms[0] + terms[1] + terms[2] + terms[3])


def test_leanings(drawn):
    intercept, suspicion = drawn(POWERS, STATES, low=-1.0), drawn(POWERS, STATES)
    share, share_before, criticism, tied, tied_before = (drawn(POWERS, REGIONS) for _ in range(5))
    cover, fear, floor, autonomy, weight = (
        drawn(*shape) for shape in ((POWERS,), (STATES,), (), (STATES,), (4,))
    )
    found = np.empty_like(intercept)
    given = (intercept, share, share_before, cover, criticism, suspicion, fear, floor)
    passes.draw_leanings(*given, autonomy, tied, tied_before, weight, found)

    def widened(values):
        return np.concatenate([values, np.zeros((POWERS, STATES - REGIONS, RUNS), FLOAT)], axis=1)

    expected = alignment.drawn_to(
        intercept,
        widened(share - share_before),
        cover[:, np.newaxis],
        suspicion + widened(criticism),
        fear,
        fear - floor,
        autonomy,
        widened(tied - tied_before),
        *weight,
    )
    same(found, expected)
    affinity, shock = drawn(POWERS, STATES, low=-1.0), drawn(POWERS, STATES, low=-2.0, high=2.0)
    speed, noise, bound = drawn(), drawn(), drawn(low=0.5)
    moved = alignment.leaning_after(affinity, np.tanh(found), shock, speed, noise)
    passes.move_leanings(affinity, np.tanh(found), shock, np.stack([speed, noise, bound]))
    same(affinity, np.minimum(np.maximum(moved, -bound), bound))
    assert (affinity == bound).any()


def test_gifts(drawn):
    aid, extra = drawn(CHANNELS, POWERS, REGIONS), drawn(CHANNELS, POWERS, REGIONS)
    deals, memory, conversion = drawn(POWERS, REGIONS), drawn(), drawn(CHANNELS)
    for more, gift in ((extra, aid + extra), (extra[:0], aid)):
        goods = drawn(POWERS, REGIONS)
        given = gift[0] + gift[1] + gift[2] + deals
        expected_goods = goods + memory * (given - goods)
        expected_flow = gift * conversion[:, np.newaxis, np.newaxis]
        expected_flow[0] += deals * conversion[0]
        training, flow = np.empty((REGIONS, RUNS), FLOAT), np.empty_like(aid)
        passes.gather_gifts(aid, more, deals, memory, conversion, goods, training, flow)
        same(goods, expected_goods)
        same(flow, expected_flow)
        same(training, gift[2, 0] + gift[2, 1] + gift[2, 2] + gift[2, 3])


def test_acts_and_stakes(drawn):
    cover, criticism, political, security = (drawn(POWERS, REGIONS) for _ in range(4))
    handed, seeks, act = drawn(POWERS, REGIONS) > 0.5, drawn(POWERS), drawn(3)
    exiles = act[2] * np.where(handed, seeks[:, np.newaxis], FLOAT(0))
    expected = (
        political + (act[0] * cover - act[1] * criticism + exiles),
        security + exiles,
    )
    passes.add_acts(cover, criticism, handed, seeks, act, political, security)
    same(political, expected[0])
    same(security, expected[1])
    ventures, held, economic = np.rint(drawn(4, 5, high=3.0)), drawn(4, 5), drawn(4, 5)
    size = drawn()
    stake = projects.energy_stake(held, ventures, size)
    expected = security + act[1] * stake, economic + act[0] * ventures / (FLOAT(1) + ventures)
    passes.add_stakes(ventures, size, act[:2], security, held, economic)
    same(held, stake)
    same(security, expected[0])
    same(economic, expected[1])


def test_effects_of_projects_that_run(drawn):
    status = np.where(drawn(3) > 0.5, RUNNING, BUILDING).astype(np.int8)
    effect = drawn(3, REGIONS)
    effect[1, 2] = 0
    into = drawn(POWERS, REGIONS)
    rows = np.array([2, 0, 2])
    expected = into.copy()
    for j, row in enumerate(rows):
        expected[row] += np.where(status[j] == RUNNING, effect[j], FLOAT(0))
    passes.add_running(status, RUNNING, effect, effect.any(axis=-1), rows, into)
    same(into, expected)


def test_trade(drawn):
    weight, potential, shock, gain = (drawn(POWERS, REGIONS, low=-2.0) for _ in range(4))
    affinity, before = drawn(POWERS, STATES), drawn(POWERS, STATES)
    of_affinity, convergence, noise = drawn(), drawn(POWERS), drawn()
    warmer = (of_affinity * (affinity - before))[:, :REGIONS]
    rest = shock, convergence[:, np.newaxis], noise
    expected = trade.log_weight_after(weight, potential, gain + warmer, *rest)
    given = affinity, before, of_affinity, shock, convergence, noise, gain
    passes.move_trade(weight, potential, *given)
    same(weight, expected)


def test_acts_of_members(drawn):
    standing = np.floor(drawn(REGIONS, high=3.0))
    belongs, observes, trained = standing == MEMBER, standing == OBSERVER, drawn(REGIONS) > 0.5
    grown, act, political, security = drawn(), drawn(3), drawn(POWERS, 5), drawn(POWERS, 5)
    counts = np.where(belongs, FLOAT(1), np.where(observes, act[2], FLOAT(0)))
    expected = political.copy(), security.copy()
    for p in (0, 2):
        expected[0][p] += act[0] * counts * grown
        expected[1][p] += np.where(trained, act[1], FLOAT(0))
    sponsors = np.array([0, 2])
    passes.add_acts_of_members(
        sponsors, belongs, observes, trained, grown, act, political, security
    )
    same(political, expected[0])
    same(security, expected[1])


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

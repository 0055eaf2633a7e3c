"""The parts of a quarter that no single actor decides, held against plain recomputation."""

import numpy as np
import pytest
from rounding import ROUNDING
from worlds.pairs import QUIET, live, paired, scenario

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES
from simulation.numerics.dates import quarter_of, season_of, year_of
from simulation.numerics.randomness import Draws
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

VALUES = load_scenario("baseline").values


@pytest.fixture(scope="module")
def history():
    return live("baseline", runs=60)


@pytest.fixture(scope="module")
def beginning():
    return InfluenceModel("baseline", runs=4, seed=1, parameters="point")


def value(key):
    return VALUES[key]


# 1 July 2001.


def test_the_world_begins_as_the_evidence_has_it(beginning):
    world, place = beginning.world, beginning.world.place
    for power in world.axes.power:
        p = place("power", power)
        for state in world.axes.state:
            leaning = 2 * value(f"initial.agreement.{power}.{state}") - 1
            bound = value("alignment.bound")
            assert world.affinity[p, place("state", state)] == pytest.approx(
                np.full(4, np.clip(leaning, -bound, bound))
            )
        for state in world.axes.region:
            a = place("region", state)
            assert (world.trade_share[p, a] == value(f"initial.trade_share.{power}.{state}")).all()
            for c, channel in enumerate(world.axes.channel):
                ties = value(f"initial.ties.{channel}.{power}.{state}")
                assert (world.ties[c, p, a] == ties).all()


def test_memberships_bases_and_projects_begin_as_the_evidence_has_them(beginning):
    world, catalogue = beginning.world, load_catalogue()
    for o, name in enumerate(world.axes.organization):
        entry = catalogue.organizations[name]
        for m, member in enumerate(world.axes.member):
            expected = w.MEMBER if member in entry.members else w.OUTSIDE
            expected = w.OBSERVER if member in entry.observers else expected
            assert (world.standing[o, m] == expected).all()
        assert (world.exists[o] == entry.exists).all()
    statuses = {"karshi_khanabad": w.NONE, "manas": w.NONE, "kant": w.NONE, "dushanbe": w.PRESENT}
    for b, name in enumerate(world.axes.installation):
        assert (world.base_status[b] == statuses[name]).all()
    for j, name in enumerate(world.axes.project):
        planned = catalogue.projects[name].starts == "planned"
        assert (world.project_status[j] == (w.PLANNED if planned else w.IDLE)).all()
    assert not world.founded.any()
    assert not world.rent.any()


def test_influence_can_be_read_before_the_first_quarter(beginning):
    world = beginning.world
    assert (world.influence > 0).all()
    np.testing.assert_allclose(world.share.sum(axis=0), 1, rtol=0, atol=ROUNDING)
    assert beginning.quarter == -1
    first = beginning.world.snapshot()
    assert np.array_equal(first["share"], beginning.start.share)


# The world moves.


def test_an_attack_starts_a_campaign_a_quarter_later_and_its_end_acts_at_once(history):
    campaign = [history.of("campaign", quarter=q)[0] for q in range(history.end + 1)]
    assert campaign == [0] + [1] * 6 + [0.3] * 11
    assert all(len(set(history.of("campaign", quarter=q))) == 1 for q in range(history.end + 1))


def test_the_agenda_is_as_observed_while_known(history):
    for quarter in range(history.end + 1):
        for power in ("china", "russia", "united_states"):
            known = value(f"observed.agenda.y{year_of(quarter)}.{power}")
            assert (history.of("agenda", power, quarter=quarter) == known).all()


def test_the_agenda_goes_as_a_random_walk_once_it_is_not_known():
    later = live("baseline", runs=20, until="2008Q4")
    volatility = value("alignment.agenda_volatility.china")
    for quarter in range(quarter_of("2006Q1"), later.end + 1):
        before = later.of("agenda", "china", quarter=quarter - 1)
        step = later.of("agenda", "china", quarter=quarter) - before
        if season_of(quarter) == 1:
            luck = Draws(1, 0, 20).noise(quarter, "china", "agenda")
            np.testing.assert_allclose(step, volatility * luck, rtol=0, atol=ROUNDING)
        else:
            assert not step.any()


def log_odds(part):
    return np.log(part / (1 - part))


def test_the_agenda_is_common_to_all_states_and_the_rest_of_a_vote_is_not():
    """In log-odds a vote is the leaning, the year's agenda, and luck of each pair of states."""
    runs, quarter, power = 20, "2005Q4", "united_states"
    world = live("baseline", runs=runs, until=quarter).model.world
    agreement = VARIABLES["agreement"].measure(world)
    us, drawn = world.place("power", power), Draws(1, 0, runs)
    shifts = []
    for s, state in enumerate(world.axes.state):
        leaning = log_odds((1 + world.affinity[us, s].astype(float)) / 2)
        luck = drawn.noise(quarter_of("2005Q1"), f"{power}>{state}", "votes")
        shift = log_odds(agreement[us, s].astype(float)) - leaning
        shifts.append(shift - value("alignment.vote_noise") * luck)
    agenda = value("alignment.votes_of_agenda") * value(f"observed.agenda.y2005.{power}")
    np.testing.assert_allclose(shifts, agenda, rtol=0, atol=1e-4)
    assert agenda != 0
    assert (agreement > 0).all()
    assert (agreement < 1).all()


def test_trade_is_weighed_by_the_sizes_of_the_year_and_then_by_the_last_known():
    later = live("baseline", runs=2, until="2006Q4")
    for quarter in range(later.end + 1):
        year = min(year_of(quarter), 2005)
        for state in later.model.world.axes.region:
            size = value(f"trade.size.y{year}.{state}")
            assert (later.of("trade_size", state, quarter=quarter) == size).all()


def test_what_lasts_a_quarter_is_gone_in_the_next():
    history = live("baseline", settings=(*QUIET, "regime.succession=0"))
    before = "2005Q1"
    assert history.of("ousted", "kyrgyzstan", quarter=before).all()
    assert history.of("new_government", "kyrgyzstan", quarter=before).all()
    for name in ("ousted", "new_government"):
        assert not history.of(name, "kyrgyzstan", quarter="2005Q2").any()
    assert history.of("cracked_down", "uzbekistan", quarter="2005Q2").all()
    assert not history.of("cracked_down", "kyrgyzstan", quarter="2005Q2").any()


def test_clubs_are_counted_once_a_year(history):
    for quarter in range(1, history.end + 1):
        if season_of(quarter) != 1:
            assert np.array_equal(history.at("club", quarter), history.at("club", quarter - 1))
    assert not np.array_equal(history.at("club", 0), history.at("club", history.end))


# Trouble spreads.


def test_a_new_government_begins_without_fear_grudge_or_blame(history):
    for name in ("fear", "suspicion", "criticism"):
        where = {"fear": ("kyrgyzstan",)}.get(name, ("united_states", "kyrgyzstan"))
        expected = value("regime.fear_floor") if name == "fear" else 0
        assert (history.of(name, *where, quarter="2005Q1") == expected).all()
    before = history.of("accountability", "kyrgyzstan", quarter="2004Q4")
    opened = history.of("accountability", "kyrgyzstan", quarter="2005Q1")
    assert opened == pytest.approx(before + value("regime.opening"))
    fallen = history.of("ousters", "kyrgyzstan", quarter="2005Q1")
    assert (fallen == history.of("ousters", "kyrgyzstan", quarter="2004Q4") + 1).all()


def test_trouble_elsewhere_frightens_in_the_quarter_it_comes():
    (world,) = paired("baseline", settings=QUIET)
    for state in ("kazakhstan", "uzbekistan"):
        rise = world.of("fear", state, quarter="2005Q1") - world.of("fear", state, quarter="2004Q4")
        assert (rise > 0.05).all()
    assert (world.of("suspicion", "united_states", "uzbekistan", quarter="2005Q1") > 0.01).all()
    assert not world.of("suspicion", "china", "uzbekistan", quarter="2005Q1").any()


def test_a_leader_succeeded_in_good_order_frightens_nobody():
    event = {"date": "2003-05-01", "leader_change": "turkmenistan", "why": "A quiet succession."}
    calm, changed = paired(
        "baseline", scenario("succession", events=[event]), until="2003Q4", settings=QUIET
    )
    assert changed.of("new_government", "turkmenistan", quarter="2003Q2").all()
    s = calm.model.world.place("state", "turkmenistan")
    before, after = (it.at("fear", "2003Q2") for it in (calm, changed))
    assert (after[s] <= before[s]).all()
    assert np.array_equal(np.delete(before, s, axis=0), np.delete(after, s, axis=0))
    assert not changed.of("ousters", "turkmenistan", quarter="2003Q4").any()


# Works are built.


def test_a_project_opens_when_its_quarters_are_over(history):
    world = history.model.world
    j = world.place("project", "atasu_alashankou")
    checked = 0
    for quarter in range(1, history.end + 1):
        before, now = history.quarters[quarter - 1], history.quarters[quarter]
        building = before["project_status"][j] == w.BUILDING
        left = before["quarters_left"][j][building]
        assert (now["quarters_left"][j][building] == left - 1).all()
        opened = now["project_status"][j][building] == w.RUNNING
        assert np.array_equal(opened, left <= 1)
        assert (now["opened_project_at"][j][building][opened] == quarter).all()
        checked += int(opened.sum())
    assert checked > 10


def test_credits_and_funds_run_as_soon_as_they_are_given(history):
    world = history.model.world
    given = 0
    for name in ("buyers_credit_2004", "training_fund"):
        j = world.place("project", name)
        statuses = np.stack([now["project_status"][j] for now in history.quarters])
        assert not (statuses == w.BUILDING).any()
        given += int((statuses[-1] == w.RUNNING).sum())
    assert given > 30


def test_the_credit_waits_for_a_bloc_that_is_deep_enough(history):
    world = history.model.world
    j, sco = world.place("project", "buyers_credit_2004"), world.place("organization", "sco")
    needed = value("works.needs_depth.buyers_credit_2004")
    for quarter in range(1, history.end + 1):
        opened = history.quarters[quarter]["opened_project_at"][j] == quarter
        depth = history.quarters[quarter - 1]["depth"][sco][opened]
        assert (depth >= needed).all()


def test_an_energy_deal_comes_only_with_a_deal(history):
    world = history.model.world
    j = world.place("project", "energy_deal_2005")
    china, uzbekistan = world.place("power", "china"), world.place("region", "uzbekistan")
    signed = np.zeros(history.runs, dtype=bool)
    for now in history.quarters:
        signed |= now["deals"][china, uzbekistan] > 0
        assert np.array_equal(now["project_status"][j] == w.RUNNING, signed)
    assert 0 < signed.mean() < 1


# Everything settles.


def test_influence_is_bandwidth_times_dependence(history):
    """Recomputed in plain numbers for one run, from the ties at the end."""
    world, run = history.model.world, 17
    channels, powers = world.axes.channel, world.axes.power
    weight = [value(f"influence.channel_weight.{channel}") for channel in channels]
    for a, state in enumerate(world.axes.region):
        composite = []
        for p in range(len(powers)):
            parts = []
            for c, channel in enumerate(channels):
                ties = [float(world.ties[c, q, a, run]) for q in range(len(powers))]
                own = value(f"initial.own.{channel}.{state}")
                parts.append(ties[p] / (ties[p] + 1) * ties[p] / (sum(ties) + own))
                assert world.influence_by_channel[c, p, a, run] == pytest.approx(parts[-1])
            composite.append(sum(x * y for x, y in zip(weight, parts, strict=True)) / sum(weight))
            assert world.influence[p, a, run] == pytest.approx(composite[-1])
        for p, power in enumerate(powers):
            share = composite[p] / sum(composite)
            assert history.model.share(power, state)[run] == pytest.approx(share)


def felt_of(history, quarter, p, q):
    """How present a rival is to a power: its bases, what it won, how its bloc without it grew."""
    world, now, before = (
        history.model.world,
        history.quarters[quarter],
        history.quarters[quarter - 1],
    )
    is_open = np.isin(now["base_status"], (w.OPEN, w.NOTICE))
    held = sum(is_open[b] for b, guest in enumerate(world.guests) if guest == q)
    felt = value("rivalry.alarm_bases") * np.minimum(held / value("appraisal.bases_for_alarm"), 1)
    worth = now["value"][p].astype(float)
    won = now["share"][q].astype(float) - before["usual"][q]
    felt = felt + value("rivalry.alarm_share") * (worth / worth.sum(axis=0) * won).sum(axis=0)
    blocs = [np.zeros(history.runs)]
    for o, sponsors in enumerate(world.sponsors):
        if q in sponsors and p not in sponsors:
            standing = now["standing"][o]
            members = (standing == w.MEMBER).sum(axis=0)
            observers = (standing == w.OBSERVER).sum(axis=0)
            counted = members + value("organizations.observer_fraction") * observers
            depth = (before if world.bodies_of[o] else now)["depth"][
                o
            ]  # bodies count from the next
            size = depth * now["exists"][o] * counted / 10
            blocs.append(size - history.model.start.blocs[o])
    return np.maximum(felt + value("rivalry.alarm_bloc") * np.max(blocs, axis=0), 0)


def test_what_is_felt_of_rivals_covers_a_part_of_the_way_to_what_is_there(history):
    powers = history.model.world.axes.power
    for quarter in range(1, history.end + 1):
        now, before = history.at("felt", quarter), history.at("felt", quarter - 1)
        for p, power in enumerate(powers):
            pressure = np.zeros(history.runs)
            for q, rival in enumerate(powers):
                minds = value(f"appraisal.rivalry.{power}.{rival}")
                pressure = pressure + minds * now[p, q]
                lag = value(f"appraisal.pressure_lag.{power}")
                expected = before[p, q] + lag * (felt_of(history, quarter, p, q) - before[p, q])
                np.testing.assert_allclose(now[p, q], expected, rtol=0, atol=1e-5)
            np.testing.assert_allclose(
                history.at("pressure", quarter)[p], np.clip(pressure, 0, 1), rtol=0, atol=1e-5
            )
    assert history.at("pressure", history.end).min() > 0


def test_blame_fades_when_nothing_adds_to_it(history):
    fading = value("patronage.criticism_persistence")
    world = history.model.world
    faded = 0
    for quarter in range(1, history.end + 1):
        now, before = history.quarters[quarter], history.quarters[quarter - 1]
        region = slice(0, world.regions)
        calm = ~(now["cracked_down"] | now["ousted"])[region] & (now["published"] == 0)
        left = np.where(now["new_government"][region], 1 - value("regime.leadership_break"), 1)
        expected = np.where(now["ousted"][region], 0, left * before["criticism"]) * fading
        np.testing.assert_allclose(now["criticism"][calm], expected[calm], rtol=ROUNDING)
        faded += int((expected[calm] > 0).sum())
    assert faded > 100


def test_a_conditional_power_decides_once_a_year(history):
    for quarter in range(1, history.end + 1):
        changed = history.at("withheld", quarter) != history.at("withheld", quarter - 1)
        assert changed.any() == (season_of(quarter) == 3)
        if season_of(quarter) != 3:
            assert not history.at("published", quarter).any()


def test_agreements_on_bases_count_down_while_the_base_is_open(history):
    for quarter in range(1, history.end + 1):
        now, before = history.quarters[quarter], history.quarters[quarter - 1]
        stayed = (before["base_status"] == w.OPEN) & (now["base_status"] == w.OPEN)
        left, was = now["contract_left"][stayed], before["contract_left"][stayed]
        renewed = left >= was  # also in the quarter after the last agreement
        assert (left[~renewed] == was[~renewed] - 1).all()
        assert (left[renewed] > 10).all()


def test_observers_are_counted_by_the_quarter(history):
    for quarter in range(1, history.end + 1):
        observing = history.at("standing", quarter) == w.OBSERVER
        served = history.at("observing_for", quarter) - history.at("observing_for", quarter - 1)
        assert np.array_equal(served, observing.astype(served.dtype))


def test_an_organization_is_as_deep_as_what_it_has_built(history):
    world = history.model.world
    sco = world.place("organization", "sco")
    bodies = [world.place("body", ("sco", body)) for o, body in world.axes.body if o == "sco"]
    weight = {b: value(f"organizations.body_weight.{world.axes.body[b][1]}") for b in bodies}
    part = value("organizations.depth_of_exercises")
    for now in history.quarters:
        built = sum(weight[b] * now["founded"][b] for b in bodies) / sum(weight.values())
        expected = built * (1 - part) + part * now["drilled"][sco]
        np.testing.assert_allclose(now["depth"][sco], expected, atol=ROUNDING)
    assert (history.at("depth", "2001Q4")[sco] < 0.1).all()


def test_ties_return_to_their_anchor_where_nothing_feeds_them():
    """Japan gives nothing and holds nothing here: its political ties stay at their start."""
    given = {"patronage.budget.political.japan": 0, "patronage.non_interference.japan": 0}
    overrides = {key: {"value": it, "why": "Tokyo looks away."} for key, it in given.items()}
    world = live(scenario("idle_japan", overrides=overrides), runs=5, settings=QUIET)
    political = world.of("ties", "political", "japan", "kazakhstan", quarter="2003Q2")
    start = value("initial.ties.political.japan.kazakhstan")
    assert political == pytest.approx(np.full(5, start), abs=ROUNDING)


def test_who_does_not_trade_never_does():
    model = InfluenceModel("baseline", runs=5, seed=3)
    model.step()
    model.world.trade_weight[1, 2] = 0
    model.run(until="2002Q4")
    assert not model.world.trade_weight[1, 2].any()
    assert not model.world.trade_share[1, 2].any()
    assert (np.delete(model.world.trade_weight, 1, axis=0) > 0).all()


def test_trade_goes_towards_the_pattern_that_is_known_now():
    """What is known of a state's own trade is brought up to date while history is imposed."""
    models = [InfluenceModel("baseline", runs=3, seed=3) for _ in range(2)]
    for model in models:
        model.run(until="2002Q1")
    own, other = models
    other.start.log_trade_usual[2, 1] += 0.5
    for model in models:
        model.step()
    moved = other.world.trade_weight > own.world.trade_weight
    assert moved[2, 1].all()
    moved[2, 1] = False
    assert not moved.any()

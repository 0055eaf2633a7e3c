"""Who a scenario adds takes part: it has influence, decides, and moves others by what it does."""

import functools

import numpy as np
import pytest
import yaml
from places import DOCS

from simulation.batch.replay import Play
from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.schema import CHANNELS, MONEY_ALONE, ActorEntry, Additions
from simulation.explanation.explain import explain
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import measure_outcomes, outcomes_of
from simulation.numerics.dates import quarter_name, quarter_of
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

RUNS, SEED, UNTIL = 200, 3, "2006Q4"
"""Small runs, paired by their luck, so that a difference is the newcomer's doing."""
NEAR, FAR = ("uzbekistan", "turkmenistan"), ("japan", "united_states")


def example(name):
    return load_scenario(DOCS / "adding" / f"{name}.yaml")


@functools.cache
def played(name):
    scenario = name if name == "baseline" else example(name)
    return InfluenceModel(
        scenario, RUNS, SEED, until=UNTIL, parameters="point", explaining=name != "baseline"
    ).run()


def moved(name, power, state):
    """How much influence is moved, run by run."""
    return played(name).influence(power, state) - played("baseline").influence(power, state)


def base(model, name):
    return model.world.place("installation", name)


def decided(model, decision):
    """Who decided on what, of all entries of a decision."""
    return {(e.actor, e.object) for e in model.world.entries if e.decision == decision}


def test_china_opens_a_base_in_kyrgyzstan_and_gains_there_at_the_expense_of_russia():
    model = played("chinese_base")
    opened = model.world.opened_at[base(model, "karakol")]
    assert (opened == quarter_of("2003Q1")).all()
    assert (moved("chinese_base", "china", "kyrgyzstan") > 0.005).mean() > 0.95
    assert (moved("chinese_base", "russia", "kyrgyzstan") < 0).mean() > 0.95
    for state in NEAR:
        assert abs(moved("chinese_base", "china", state).mean()) < 0.001


def test_a_new_base_is_reviewed_by_its_host_and_feared_by_its_rivals():
    model = played("chinese_base")
    assert ("kyrgyzstan", "karakol") in decided(model, "take_up")
    power = model.world.place("power", "russia")
    before = played("baseline").world.pressure[power]
    assert (model.world.pressure[power] > before).mean() > 0.95
    at = base(model, "karakol")
    kept = model.world.base_status[at] == w.OPEN  # a guest may give up what nothing needs any more
    assert kept.mean() > 0.8
    assert (model.world.rent[at][kept] >= 5).all()
    lasting = model.world.contract_left[at][kept]
    assert (lasting == 20 - len(range(quarter_of("2003Q1"), quarter_of(UNTIL) + 1))).all()


def test_nothing_differs_before_the_base_opens():
    alone, joined = (
        InfluenceModel("baseline", 20, SEED),
        InfluenceModel(example("chinese_base"), 20, SEED),
    )
    for _ in range(quarter_of("2003Q1")):
        alone.step()
        joined.step()
        assert np.array_equal(alone.world.influence, joined.world.influence)
        assert np.array_equal(alone.world.affinity, joined.world.affinity)
    alone.step()
    joined.step()
    assert not np.array_equal(alone.world.influence, joined.world.influence)


def test_kazakhstan_is_asked_by_the_americans_and_decides():
    model = played("americans_in_kazakhstan")
    assert ("united_states", "shymkent") in decided(model, "propose_base")
    assert ("kazakhstan", "shymkent") in decided(model, "open_base")
    ever = model.world.opened_at[base(model, "shymkent")] >= 0
    assert ever.mean() > 0.5
    gained = moved("americans_in_kazakhstan", "united_states", "kazakhstan")
    assert (gained[ever] > 0).mean() > 0.95
    assert abs(moved("americans_in_kazakhstan", "united_states", "turkmenistan").mean()) < 0.001


def test_a_second_base_of_one_guest_in_one_host_counts_as_a_second():
    model = played("second_russian_base")
    russia = model.world.place("power", "russia")
    both = model.world.base_is_open()[[base(model, "kant"), base(model, "osh")]].all(axis=0)
    assert both.mean() > 0.5
    assert (model.situation.public.bases_of[russia][both] >= 2).all()
    gained = moved("second_russian_base", "russia", "kyrgyzstan")
    assert (gained[both] > 0).all()


def test_a_base_in_an_outer_state_presses_rivals_and_is_nobodys_to_decide(tmp_path):
    text = {
        "title": "Bagram",
        "installations": {
            "add": {
                "bagram": {
                    "name": "Bagram",
                    "host": "afghanistan",
                    "guest": "united_states",
                    "purpose": "campaign",
                    "start": "open",
                }
            }
        },
        "overrides": {
            f"basing.{key}.bagram": {"value": value, "why": "Assumed."}
            for key, value in (("first_rent", 10), ("contract", 20), ("notice", 180))
        },
    }
    file = tmp_path / "bagram.yaml"
    file.write_text(yaml.safe_dump(text))
    model = InfluenceModel(file, RUNS, SEED, until="2003Q4", explaining=True).run()
    alone = InfluenceModel("baseline", RUNS, SEED, until="2003Q4").run()
    b = base(model, "bagram")
    assert (model.world.base_status[b] == w.OPEN).all()
    assert (model.world.rent[b] == 10).all()
    assert (model.world.contract_left[b] == 20 - 10).all()
    russia = model.world.place("power", "russia")
    assert (model.world.pressure[russia] > alone.world.pressure[russia]).all()
    assert not [e for e in model.world.entries if "bagram" in (e.actor, e.object)]


def test_a_fifth_power_gains_influence_gives_and_withholds_and_takes_from_the_others():
    model = played("european_union")
    assert len(model.world.axes.power) == 5
    for state in model.world.axes.region:
        assert (model.influence("european_union", state) > 0.005).all()
        for power in played("baseline").world.axes.power:
            assert moved("european_union", power, state).mean() < 0.002
    shares = sum(model.share(power, "kazakhstan") for power in model.world.axes.power)
    np.testing.assert_allclose(shares, 1, rtol=0, atol=1e-6)
    p = model.world.place("power", "european_union")
    assert model.world.aid[:, p].sum() > 0
    asked = {(e.actor, e.object) for e in model.world.entries if e.decision == "withhold_aid"}
    assert ("european_union", "uzbekistan") in asked
    assert (model.world.withheld_since[p] >= 0).any()


def test_a_sixth_state_is_courted_fears_and_decides_and_hardly_moves_the_five():
    model = played("georgia")
    assert len(model.world.axes.region) == 6
    assert model.influence("russia", "georgia").mean() > 0.1
    assert model.influence("china", "georgia").mean() < 0.02
    assert ("georgia", "") in decided(model, "unrest")
    s = model.world.place("state", "georgia")
    assert model.world.fear[s].max() > 0.05
    assert model.world.aid[:, model.world.place("power", "united_states"), 0].sum() > 0
    guuam = model.world.place("organization", "guuam")
    assert (model.world.standing[guuam, len(model.world.axes.power) + s] == w.MEMBER).any()
    for state in played("baseline").world.axes.region:
        for power in model.world.axes.power:
            assert abs(moved("georgia", power, state).mean()) < 0.003


def idle(evidence, key):
    """Whether a number is of a kind of project that has none, so that `check` refuses it."""
    table, _, rest = key.rpartition(".")[0].rpartition(".")
    kind = evidence.projects[rest].kind if table in ("works.host_share", "ledger.carried") else ""
    money = kind in ("credit", "fund")
    return bool(kind) and (kind in MONEY_ALONE if table == "ledger.carried" else not money)


def test_a_state_that_gets_nothing_and_does_nothing_moves_nobody(tmp_path):
    """Where there is no aid to share, no credit to be had, and nobody values where rivals are.

    Then the five stay as they are to the bit.
    """
    name = "newland"
    wider = load_catalogue().extended(
        Additions(actors={name: ActorEntry(name="Newland", kind="state")})
    )
    numbers = {
        key: 0
        for parameter in wider.parameters.values()
        for key in wider.expanded(parameter)
        if name in key.split(".") and not idle(wider, key)
    }
    numbers |= {f"initial.own.{channel}.{name}": 1 for channel in CHANNELS}
    numbers |= {f"initial.gdp.{name}": 1000, f"regime.post_soviet.{name}": 0}
    powers = wider.names["power"]
    nothing = {
        "patronage.budget": {c: dict.fromkeys(powers, 0) for c in CHANNELS},
        "appraisal.priority.rivals": dict.fromkeys(powers, 0),
        "rivalry.answer_credit": -20,
    }
    file = {}
    for kind, added in (("alone", {}), ("joined", {name: {"name": "Newland", "kind": "state"}})):
        given = {**nothing, **(numbers if added else {})}
        text = {
            "title": kind,
            "actors": {"add": added},
            "overrides": {k: {"value": v, "why": "Nothing."} for k, v in given.items()},
        }
        file[kind] = tmp_path / f"{kind}.yaml"
        file[kind].write_text(yaml.safe_dump(text))
    alone, joined = (InfluenceModel(file[kind], 50, 1) for kind in ("alone", "joined"))
    kept = [a for a, each in enumerate(joined.world.axes.region) if each != name]
    for quarter in range(12):
        alone.step()
        joined.step()
        for array in ("ties", "influence", "trade_weight", "affinity"):
            one, other = alone.world.array(array), joined.world.array(array)
            axis = w.LAYOUT[array].axes.index("state" if array == "affinity" else "region")
            places = [s for s, each in enumerate(joined.world.axes.state) if each != name]
            other = np.take(other, places if array == "affinity" else kept, axis=axis)
            assert np.array_equal(one, other), f"{array} parts in {quarter_name(quarter)}"


def test_a_new_organization_meets_founds_its_bodies_and_serves_its_sponsor():
    model = played("silk_road_forum")
    office = model.world.place("body", ("silk_road_forum", "forum_office"))
    board = model.world.place("body", ("silk_road_forum", "forum_trade_board"))
    assert model.world.founded[office].mean() > 0.3
    assert not (model.world.founded[board] & ~model.world.founded[office]).any()
    founded = model.world.founded[office]
    assert (moved("silk_road_forum", "japan", "kazakhstan")[founded] > 0).all()
    o = model.world.place("organization", "silk_road_forum")
    turkmenistan = model.world.place("member", "turkmenistan")
    assert model.world.observing_for[o, turkmenistan].max() > 0


def test_a_new_project_is_begun_and_brings_its_owner_influence_where_it_runs():
    model = played("turkmen_pipeline")
    j = model.world.place("project", "turkmen_pipeline")
    running = model.world.running(j)
    assert running.mean() > 0.1
    assert (moved("turkmen_pipeline", "china", "turkmenistan")[running] > 0).all()
    assert abs(moved("turkmen_pipeline", "china", "tajikistan").mean()) < 0.001


def test_a_new_credit_lends_to_its_hosts_as_their_shares_say(tmp_path):
    """Also to one who took no part in the credit of 2004."""
    hosts = {"turkmenistan": 0.6, "kyrgyzstan": 0.2}
    numbers = {
        "projects.cost.loan": 900,
        "projects.owner_share.loan": 1,
        "projects.planned_quarters.loan": 1,
        "works.start_base.loan": -9,
        **{f"works.host_share.loan.{host}": share for host, share in hosts.items()},
    }
    loan = {"name": "A loan", "kind": "credit", "owner": "russia", "starts": "none"}
    data = {
        "title": "Russia lends",
        "projects": {"add": {"loan": {**loan, "hosts": [*hosts, "tajikistan"]}}},
        "overrides": {key: {"value": each, "why": "A test."} for key, each in numbers.items()},
        "events": [{"date": "2003-02-01", "open_project": "loan", "why": "A test."}],
    }
    path = tmp_path / "loan.yaml"
    path.write_text(yaml.safe_dump(data))
    scenario = load_scenario(path)
    (doubt,) = [each for each in scenario.doubts if "nothing" in each.message]
    assert doubt.message == "loan brings tajikistan nothing"
    assert doubt.hint.startswith("give works.host_share.loan.tajikistan")
    lent, not_lent = (
        InfluenceModel(each, 20, SEED, until="2003Q1", parameters="point").run()
        for each in (scenario, "baseline")
    )
    c, p = w.ECONOMIC, lent.world.place("power", "russia")
    gained = (lent.world.ties - not_lent.world.ties)[c, p]
    of = {state: gained[lent.world.place("region", state)] for state in (*hosts, "tajikistan")}
    assert (of["turkmenistan"] > of["kyrgyzstan"]).all()
    assert (of["kyrgyzstan"] > 0).all()
    assert (of["tajikistan"] == 0).all()


def test_the_newcomers_of_two_files_meet(tmp_path):
    """A scenario that extends another one adds to what that one has added."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        text = (DOCS / "adding" / "georgia.yaml").read_text(encoding="utf-8")
        (tmp_path / "georgia.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "batumi.yaml").write_text(
            "title: A Russian base in Batumi\n"
            "extends: georgia.yaml\n"
            "installations:\n"
            "  add:\n"
            "    batumi:\n"
            "      {name: Batumi, host: georgia, guest: russia, purpose: presence, start: open}\n"
            "overrides:\n"
            + "".join(
                f"  basing.{key}.batumi: {{value: {value}, why: As at Kant.}}\n"
                for key, value in (("first_rent", 0), ("contract", 60), ("notice", 180))
            )
        )
        joined = InfluenceModel("batumi.yaml", 50, SEED, until="2003Q4").run()
        alone = InfluenceModel("georgia.yaml", 50, SEED, until="2003Q4").run()
    gained = joined.influence("russia", "georgia") - alone.influence("russia", "georgia")
    assert (gained > 0).all()


@pytest.mark.parametrize(
    ("name", "event", "decision"),
    [
        ("americans_in_kazakhstan", "open_base:shymkent", "open_base"),
        ("european_union", "withhold_aid:uzbekistan:european_union", "withhold_aid"),
        ("georgia", "ouster:georgia", "unrest"),
        ("silk_road_forum", "found_body:forum_office", "found_body"),
    ],
)
def test_what_a_newcomer_decides_can_be_explained(name, event, decision):
    play = Play(example(name), SEED, RUNS, quarter_of("2004Q4"), parameters="point")
    told = explain(play, name, 5, event, block=20)
    step = told.step(decision)
    assert step.terms
    assert all(np.isfinite(term.value) for term in step.terms)


def test_a_new_outcome_is_measured_with_all_others():
    model = played("georgia")
    measured = measure_outcomes(model)
    fear = model.world.fear[model.world.place("state", "georgia")]
    np.testing.assert_allclose(measured["georgian_fear"], fear, rtol=0, atol=1e-6)
    assert measured["georgian_fear"].std() > 0
    assert "georgian_fear" not in measure_outcomes(played("baseline"))
    assert outcomes_of(model.catalogue)["georgian_fear"].headline

"""Dated events: each does on its day what it says, in every run, and nothing before.

The worlds are quiet, so that nothing but what is scripted happens by chance to a regime.
"""

from hashlib import blake2b

import numpy as np
import pytest
from rounding import ROUNDING
from worlds.pairs import QUIET, assert_identical, live, paired, parted, scenario

from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.turn.scripted import HANDLERS
from simulation.numerics.dates import quarter_name, quarter_of
from simulation.scenario.events import EVENTS
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

VALUES = load_scenario("baseline").values


def happening(*events, settings=QUIET, until="2003Q4", runs=30):
    """The baseline and a world in which further events happen, told apart from their day on."""
    named = "_".join(f"{list(event)[1]}_{event['date']}" for event in events).replace("-", "")
    detail = blake2b(repr(events).encode(), digest_size=6).hexdigest()
    given = [{**event, "why": "To see what it does."} for event in events]
    path = scenario(f"{named}_{detail}", events=given)
    first = quarter_of(min(event["date"] for event in events))
    calm, changed = paired("baseline", path, runs=runs, until=until, settings=settings)
    if first > 0:
        assert_identical(calm, changed, until=quarter_name(first - 1))
    return calm, changed


def test_every_event_has_its_rule():
    assert set(HANDLERS) == set(EVENTS)


EXAMPLES = {
    "open_base": ("kant", {"rent": 5}),
    "close_base": ("manas", {}),
    "set_rent": ("manas", {"rent": 20}),
    "serve_notice": ("manas", {"days": 180}),
    "keep_base": ("manas", {"rent": 30}),
    "admit": ("mongolia", {"to": "sco", "as": "observer"}),
    "leave": ("uzbekistan", {"from": "guuam"}),
    "found_organization": ("central_asia_plus_japan", {}),
    "found_body": ("secretariat", {"of": "sco", "seat": "china"}),
    "statement": ("sco", {"strength": 0.8}),
    "exercise": ("sco", {"participants": ["china", "kyrgyzstan"]}),
    "ouster": ("tajikistan", {}),
    "crackdown": ("tajikistan", {}),
    "leader_change": ("turkmenistan", {}),
    "attack": ("united_states", {"campaign": 0.5}),
    "campaign": (0.7, {}),
    "militancy": ("kyrgyzstan", {"size": 0.2}),
    "drugs": (0.4, {}),
    "drought": (0.3, {}),
    "aid": ("japan", {"to": "tajikistan", "channel": "economic", "amount": 100}),
    "withhold_aid": ("united_states", {"from": "uzbekistan", "amount": 18}),
    "credit": ("china", {"to": ["kazakhstan", "tajikistan"], "amount": 200}),
    "deal": ("china", {"with": "uzbekistan", "amount": 600}),
    "understanding": ("china", {"with": "kyrgyzstan"}),
    "flow": ("china", {"to": "kyrgyzstan", "of": "arms", "amount": 40}),
    "agreement": (
        "russia",
        {"with": "kyrgyzstan", "gives": {"credit": 20}, "for": {"base": "kant"}},
    ),
    "budget": ("china", {"for": "tajikistan", "times": 3}),
    "lift_conditions": ("united_states", {"for": "uzbekistan"}),
    "set_conditions": ("japan", {"for": "uzbekistan", "part": 0.5}),
    "sanction": ("iran", {}),
    "lift_sanction": ("afghanistan", {}),
    "start_project": ("khorgos", {}),
    "open_project": ("khorgos", {}),
    "cancel_project": ("khorgos", {}),
    "delay_project": ("khorgos", {"quarters": 4}),
    "set": ({"alignment.hedging": 1.9}, {}),
}


def test_every_event_is_tried():
    assert set(EXAMPLES) == set(EVENTS) - {"observe"}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_event_is_logged_in_its_quarter_in_every_run(kind):
    subject, fields = EXAMPLES[kind]
    given = [{"date": "2003-02-10", kind: subject, **fields, "why": "To see it logged."}]
    if kind == "lift_sanction":
        given.append({"date": "2003-01-10", "sanction": subject, "why": "To be lifted."})
    path = scenario(f"logged_{kind}", events=given)
    model = InfluenceModel(path, runs=3, seed=1, first_run=5).run("2003Q2")
    logged = [entry for entry in model.log if entry[2] == f"event_{kind}"]
    (entry,) = [entry for entry in logged if entry[0] == quarter_of("2003Q1")]
    assert entry[1] == "world"
    assert entry[6].tolist() == [5, 6, 7]
    assert entry[3] == (subject if isinstance(subject, str) else "")


@pytest.mark.parametrize(
    "event",
    [
        {"militancy": "afghanistan", "size": 0.3},
        {"aid": "united_states", "to": "afghanistan", "channel": "economic", "amount": 500},
        {"withhold_aid": "united_states", "from": "pakistan", "amount": 50},
        {"deal": "china", "with": "iran", "amount": 900},
        {"understanding": "china", "with": "mongolia"},
        {"credit": "china", "to": ["mongolia", "pakistan"], "amount": 500},
    ],
    ids=lambda event: next(iter(event)),
)
def test_an_event_matters_or_is_refused(event):
    """Nothing that an analyst writes is passed over in silence."""
    path = scenario(
        f"outside_{next(iter(event))}", events=[{"date": "2002-02-01", **event, "why": "Why not."}]
    )
    try:
        told = load_scenario(path)
    except Problems:
        return
    calm, changed = (live(each, runs=2, until="2002Q2") for each in ("baseline", told))
    assert parted(calm, changed, "2002Q1") | parted(calm, changed, "2002Q2")


# Bases.


def test_a_base_is_opened_on_the_terms_that_are_named():
    _, changed = happening({"date": "2002-05-01", "open_base": "kant", "rent": 5})
    assert (changed.of("base_status", "kant", quarter="2002Q2") == w.OPEN).all()
    assert (changed.of("opened_at", "kant", quarter="2002Q2") == quarter_of("2002Q2")).all()
    assert (changed.of("rent", "kant", quarter="2002Q2") == 5).all()
    left = changed.of("contract_left", "kant", quarter="2002Q2")
    assert (left == VALUES["basing.contract.kant"] - 1).all()


def test_a_base_is_opened_at_the_usual_rent_where_none_is_named():
    _, changed = happening({"date": "2002-05-01", "open_base": "dushanbe"})
    rent = changed.of("rent", "dushanbe", quarter="2002Q2")
    assert (rent == VALUES["basing.first_rent.dushanbe"]).all()


def test_an_open_base_is_a_presence_in_security():
    calm, changed = happening({"date": "2002-05-01", "open_base": "kant"})
    assert booked(calm, changed, "security", "russia", "kyrgyzstan", "2002Q2") == pytest.approx(
        np.full(30, VALUES["ledger.base"])
    )
    assert (gain(calm, changed, "security", "russia", "kyrgyzstan", "2002Q2") > 0).all()


def test_a_closed_base_is_gone_for_good():
    _, changed = happening({"date": "2003-02-01", "close_base": "manas"}, until="2005Q4")
    for quarter in range(quarter_of("2003Q1"), changed.end + 1):
        assert (changed.of("base_status", "manas", quarter=quarter) == w.CLOSED).all()
        assert not changed.of("rent", "manas", quarter=quarter).any()
    assert (changed.of("closed_at", "manas") == quarter_of("2003Q1")).all()


def test_a_rent_is_set_where_there_is_a_base():
    calm, changed = happening({"date": "2003-02-01", "set_rent": "manas", "rent": 20})
    used = changed.of("base_status", "manas", quarter="2003Q1") == w.OPEN
    assert used.mean() > 0.8
    assert (changed.of("rent", "manas", quarter="2003Q1")[used] == 20).all()
    raised = changed.of("rent_raised_at", "manas", quarter="2003Q1")[used]
    assert (raised[raised >= 0] <= quarter_of("2003Q1")).all()
    assert (raised >= 0).all()
    assert not calm.of("rent", "manas", quarter="2003Q1")[used].tolist().count(20)


def test_no_rent_is_paid_for_a_base_that_is_not_there():
    _, changed = happening(
        {"date": "2003-02-01", "close_base": "manas"},
        {"date": "2003-05-01", "set_rent": "kant", "rent": 20},
    )
    closed = changed.of("base_status", "kant", quarter="2003Q2") == w.NONE
    assert closed.any()
    assert not changed.of("rent", "kant", quarter="2003Q2")[closed].any()


STAYING = (*QUIET, "basing.leave_early=0")


def test_a_scripted_notice_runs_as_long_as_one_that_a_host_serves():
    """180 days are two quarters: notice in July 2005 ends in January 2006."""
    served = live("baseline", runs=30, settings=STAYING, until="2006Q1")
    when = served.of("notice_at", "karshi_khanabad", quarter="2006Q1").astype(int)
    closed = served.of("closed_at", "karshi_khanabad", quarter="2006Q1").astype(int)
    gone = (when >= 0) & (closed >= 0)
    assert gone.sum() > 10
    assert (closed[gone] - when[gone] == 2).all()
    event = {"date": "2003-02-01", "serve_notice": "karshi_khanabad", "days": 180}
    _, scripted = happening(event, settings=STAYING)
    fresh = scripted.of("notice_at", "karshi_khanabad", quarter="2003Q1") == quarter_of("2003Q1")
    ended = scripted.of("closed_at", "karshi_khanabad", quarter="2003Q4").astype(int)
    assert fresh.sum() > 10
    assert set(ended[fresh].tolist()) == {quarter_of("2003Q3")}


def test_a_longer_notice_leaves_more_time():
    notice = {"date": "2003-02-01", "serve_notice": "karshi_khanabad"}
    _, short = happening({**notice, "days": 90}, settings=STAYING, until="2004Q2")
    _, long = happening({**notice, "days": 360}, settings=STAYING, until="2004Q2")
    ended = [world.when("closed_at", "karshi_khanabad") for world in (short, long)]
    fresh = short.of("notice_at", "karshi_khanabad", quarter="2003Q1") == quarter_of("2003Q1")
    assert (ended[1][fresh] == ended[0][fresh] + 3).all()


def test_notice_cannot_be_served_on_a_base_that_is_not_there():
    _, changed = happening({"date": "2002-02-01", "serve_notice": "kant"})
    status = changed.of("base_status", "kant", quarter="2002Q1")
    assert (status == w.NONE).all()
    assert (changed.of("notice_at", "kant", quarter="2002Q1") == -1).all()
    assert (changed.of("closed_at", "kant", quarter="2002Q4") == -1).all()


def test_a_base_is_kept_at_a_new_rent():
    _, changed = happening(
        {"date": "2003-02-01", "serve_notice": "karshi_khanabad", "days": 360},
        {"date": "2003-05-01", "keep_base": "karshi_khanabad", "rent": 33},
        settings=STAYING,
    )
    noticed = changed.of("base_status", "karshi_khanabad", quarter="2003Q1") == w.NOTICE
    kept = changed.of("base_status", "karshi_khanabad", quarter="2003Q2")[noticed]
    assert noticed.sum() > 10
    assert (kept == w.OPEN).all()
    assert (changed.of("rent", "karshi_khanabad", quarter="2003Q2")[noticed] == 33).all()


# Organizations.


def test_who_is_admitted_belongs_as_what_is_said():
    _, changed = happening(
        {"date": "2002-02-01", "admit": "mongolia", "to": "sco", "as": "observer"},
        {"date": "2002-02-01", "admit": "india", "to": "sco", "as": "member"},
    )
    assert (changed.of("standing", "sco", "mongolia", quarter="2002Q1") == w.OBSERVER).all()
    assert (changed.of("standing", "sco", "india", quarter="2002Q1") == w.MEMBER).all()
    assert (changed.of("joined_at", "sco", "india", quarter="2002Q1") == 2).all()


def test_who_leaves_is_outside():
    _, changed = happening({"date": "2002-02-01", "leave": "uzbekistan", "from": "guuam"})
    assert (changed.of("standing", "guuam", "uzbekistan", quarter="2002Q1") == w.OUTSIDE).all()
    left = changed.of("left_at", "guuam", "uzbekistan", quarter="2002Q1")
    assert (left <= 2).all()


def test_who_does_not_belong_cannot_leave():
    _, changed = happening({"date": "2002-02-01", "leave": "uzbekistan", "from": "csto"})
    assert (changed.of("standing", "csto", "uzbekistan", quarter="2001Q4") == w.OUTSIDE).all()
    assert (changed.of("left_at", "csto", "uzbekistan", quarter="2002Q1") == -1).all()


def test_a_founded_dialogue_exists_with_those_invited():
    name = "central_asia_plus_japan"
    _, changed = happening({"date": "2002-02-01", "found_organization": name})
    assert changed.of("exists", name, quarter="2002Q1").all()
    for member in ("japan", "kazakhstan", "uzbekistan"):
        assert (changed.of("standing", name, member, quarter="2002Q1") == w.MEMBER).all()
    assert (changed.of("standing", name, "china", quarter="2002Q1") == w.OUTSIDE).all()
    when = changed.of("organization_founded_at", name, quarter="2002Q1")
    assert (when <= 2).all()
    assert (when >= 0).all()


def test_a_founded_body_sits_where_it_is_put_and_deepens_the_bloc():
    calm, changed = happening(
        {"date": "2002-02-01", "found_body": "anti_terrorist_structure", "of": "sco",
         "seat": "kyrgyzstan"}
    )  # fmt: skip
    body = ("sco", "anti_terrorist_structure")
    assert changed.of("founded", body, quarter="2002Q1").all()
    place = changed.model.world.place("member", "kyrgyzstan")
    assert (changed.of("seat", body, quarter="2002Q1") == place).all()
    deeper = changed.of("depth", "sco", quarter="2002Q1") - calm.of(
        "depth", "sco", quarter="2002Q1"
    )
    assert (deeper > 0.1).all()
    assert (changed.of("seat", body, quarter="2003Q1") == place).all()


def test_a_scripted_statement_is_heard_by_the_hosts():
    calm, changed = happening({"date": "2003-11-10", "statement": "sco", "strength": 0.9}, runs=80)
    assert (changed.of("statement", "sco", quarter="2003Q4") == 0.9).all()
    assert changed.of("stated_now", "sco", quarter="2003Q4").all()
    reviewed = [world.at("under_review", "2003Q4").sum() for world in (calm, changed)]
    assert reviewed[1] > reviewed[0] + 10


def test_a_scripted_statement_stands_in_a_quarter_of_a_summit():
    """As that of 5 July 2005, which the summit of that day made; here a year earlier."""
    event = {"date": "2004-06-17", "statement": "sco", "strength": 0.9}
    calm, changed = happening(event, until="2004Q2")
    assert not calm.of("stated_now", "sco", quarter="2004Q2").all()
    assert (changed.of("statement", "sco", quarter="2004Q2") >= 0.9).all()
    assert changed.of("stated_now", "sco", quarter="2004Q2").all()


@pytest.mark.parametrize("bloc", ["csto", "sco"])
def test_a_statement_halves_at_each_summit_that_does_not_renew_it(bloc):
    _, changed = happening({"date": "2003-02-10", "statement": bloc, "strength": 0.8})
    strength = [changed.of("statement", bloc, quarter=q) for q in ("2003Q1", "2003Q2", "2003Q3")]
    assert (strength[0] == 0.8).all()
    silent = ~changed.of("stated_now", bloc, quarter="2003Q2")
    assert silent.any()
    assert (strength[1][silent] == 0.4).all()
    assert np.array_equal(strength[2], strength[1])


def test_an_exercise_is_held_by_those_named():
    _, changed = happening(
        {"date": "2002-10-10", "exercise": "sco", "participants": ["china", "kyrgyzstan"]}
    )
    assert changed.of("exercised", "sco", quarter="2002Q4").all()
    took = changed.at("took_part", "2002Q4")[changed.model.world.place("organization", "sco")]
    named = {name for name in changed.model.world.axes.member
             if took[changed.model.world.place("member", name)].all()}  # fmt: skip
    assert named == {"china", "kyrgyzstan"}
    assert (took.any(axis=1) == took.all(axis=1)).all()


def test_an_exercise_without_names_is_held_by_the_members():
    _, changed = happening({"date": "2002-10-10", "exercise": "sco"})
    took = changed.at("took_part", "2002Q4")[changed.model.world.place("organization", "sco")]
    members = load_catalogue().organizations["sco"].members
    for name in changed.model.world.axes.member:
        assert (took[changed.model.world.place("member", name)] == (name in members)).all()


# Regimes and threats.


def test_an_ouster_brings_a_new_government_and_frightens_the_others():
    calm, changed = happening({"date": "2002-05-01", "ouster": "tajikistan"})
    assert (changed.of("ousters", "tajikistan", quarter="2002Q2") == 1).all()
    assert changed.of("new_government", "tajikistan", quarter="2002Q2").all()
    assert (changed.of("fear", "uzbekistan", quarter="2002Q2")
            > calm.of("fear", "uzbekistan", quarter="2002Q2") + 0.1).all()  # fmt: skip


def test_a_crackdown_represses_and_is_blamed():
    calm, changed = happening({"date": "2002-05-01", "crackdown": "tajikistan"})
    harder = changed.of("repression", "tajikistan", quarter="2002Q2") - calm.of(
        "repression", "tajikistan", quarter="2002Q2"
    )
    force = VALUES["initial.capacity.tajikistan"] / VALUES["regime.full_force"]
    severity = 1 - VALUES["regime.severity_of_force"] * (1 - force)
    jump = severity * VALUES["regime.repression_of_crackdown"]
    assert harder == pytest.approx(np.full(30, jump), abs=0.02)
    blamed = changed.of("criticism", "united_states", "tajikistan", quarter="2002Q2")
    assert (blamed >= 0.95 * severity * VALUES["patronage.blame_crackdown"]).all()
    assert not changed.of("ousters", "tajikistan", quarter="2002Q2").any()
    assert not changed.of("criticism", "china", "tajikistan", quarter="2002Q2").any()


def test_a_campaign_acts_at_once_and_an_attack_a_quarter_later():
    _, changed = happening({"date": "2002-05-01", "campaign": 0.7})
    assert (changed.of("campaign", quarter="2002Q2") == 0.7).all()
    _, changed = happening({"date": "2002-05-01", "attack": "china", "campaign": 0.4})
    assert (changed.of("campaign", quarter="2002Q2") == 1).all()
    assert (changed.of("campaign", quarter="2002Q3") == 0.4).all()


@pytest.mark.parametrize("size", [0.2, -0.2, 1, -1])
def test_militancy_is_shifted_within_its_bounds(size):
    calm, changed = happening({"date": "2002-05-01", "militancy": "kyrgyzstan", "size": size})
    expected = np.clip(calm.of("militancy", "kyrgyzstan", quarter="2002Q2") + size, 0, 1)
    assert np.array_equal(changed.of("militancy", "kyrgyzstan", quarter="2002Q2"), expected)


def test_a_surge_of_drugs_and_a_drought_add_to_what_is_there():
    calm, changed = happening(
        {"date": "2002-05-01", "drugs": 0.4}, {"date": "2002-05-01", "drought": 0.3}
    )
    for name, added in (("trafficking", 0.4), ("water_stress", 0.3)):
        before, after = (world.of(name, quarter="2002Q2") for world in (calm, changed))
        np.testing.assert_allclose(after - before, added, atol=ROUNDING)
    for name in ("drug_friction", "water_friction"):
        more = changed.at(name, "2002Q3") - calm.at(name, "2002Q3")
        assert (more >= 0).all()
        assert more.max() > 0.05


# Money.


def gain(calm, changed, channel, power, state, quarter):
    before, after = (
        world.of("ties", channel, power, state, quarter=quarter) for world in (calm, changed)
    )
    return after - before


def booked(calm, changed, channel, power, state, quarter):
    """What the ledger of the changed world holds more, US$ m a year."""
    before, after = (
        world.of("spent", channel, power, state, quarter=quarter) for world in (calm, changed)
    )
    return after - before


def test_aid_becomes_ties_in_its_channel():
    calm, changed = happening(
        {"date": "2002-05-01", "aid": "japan", "to": "tajikistan", "channel": "political",
         "amount": 100}
    )  # fmt: skip
    found = booked(calm, changed, "political", "japan", "tajikistan", "2002Q2")
    assert found == pytest.approx(np.full(30, 400), rel=ROUNDING)
    built = gain(calm, changed, "political", "japan", "tajikistan", "2002Q2")
    assert (built > 0).all()
    assert (built < 100 * VALUES["ledger.conversion.political"]).all()  # returns fall
    assert not gain(calm, changed, "security", "japan", "tajikistan", "2002Q2").any()
    assert not gain(calm, changed, "political", "japan", "kyrgyzstan", "2002Q2").any()
    goods = changed.of("goods", "japan", "tajikistan", quarter="2002Q2") - calm.of(
        "goods", "japan", "tajikistan", quarter="2002Q2"
    )
    assert goods == pytest.approx(np.full(30, 100 * VALUES["patronage.goods_memory"]), rel=ROUNDING)


def test_a_credit_is_shared_equally_among_its_borrowers():
    calm, changed = happening(
        {"date": "2002-05-01", "credit": "china", "to": ["kazakhstan", "tajikistan"], "amount": 200}
    )
    first = 100 * VALUES["ledger.credit_worth"] / VALUES["ledger.deal_term"]
    for state in ("kazakhstan", "tajikistan"):
        found = booked(calm, changed, "economic", "china", state, "2002Q2")
        assert found == pytest.approx(np.full(30, 4 * first), rel=ROUNDING)
        later = booked(calm, changed, "economic", "china", state, "2003Q4")
        assert (later > 0).all() and (later < found).all()  # what is left is drawn in its turn
    assert not gain(calm, changed, "economic", "china", "kyrgyzstan", "2002Q2").any()


def test_a_deal_is_money_and_opens_the_project_that_waits_for_it():
    calm, changed = happening(
        {"date": "2002-05-01", "deal": "china", "with": "uzbekistan", "amount": 600}
    )
    assert (changed.of("deals", "china", "uzbekistan", quarter="2002Q2") == 600).all()
    assert (changed.of("project_status", "energy_deal_2005", quarter="2002Q2") == w.RUNNING).all()
    assert (calm.of("project_status", "energy_deal_2005", quarter="2002Q2") == w.IDLE).all()
    first = 4 * 600 / VALUES["ledger.deal_term"]
    found = booked(calm, changed, "economic", "china", "uzbekistan", "2002Q2")
    assert found == pytest.approx(np.full(30, first), rel=ROUNDING)
    assert (gain(calm, changed, "economic", "china", "uzbekistan", "2002Q2") > 0).all()


def withholding(power, state, **fields):
    return happening({"date": "2003-02-01", "withhold_aid": power, "from": state, **fields})


def test_who_withholds_gives_less():
    calm, changed = withholding("united_states", "kyrgyzstan")
    given = [world.at("aid", "2003Q1") for world in (calm, changed)]
    place = calm.model.world.place
    dyad = place("power", "united_states"), place("region", "kyrgyzstan")
    assert (given[1][:, *dyad] < given[0][:, *dyad]).all()
    withheld = changed.of("withheld_since", "united_states", "kyrgyzstan", quarter="2003Q1")
    assert (withheld >= 0).all()


def test_also_a_power_that_sets_no_conditions_can_withhold():
    calm, changed = withholding("china", "kazakhstan")
    place = calm.model.world.place
    dyad = place("power", "china"), place("region", "kazakhstan")
    given = [world.at("aid", "2003Q1")[:, *dyad] for world in (calm, changed)]
    assert (given[1] < given[0]).all()


def test_the_amount_withheld_counts():
    _, little = withholding("united_states", "kyrgyzstan", amount=1)
    _, much = withholding("united_states", "kyrgyzstan", amount=40)
    place = little.model.world.place
    dyad = place("power", "united_states"), place("region", "kyrgyzstan")
    given = [world.at("aid", "2003Q1")[:, *dyad].sum() for world in (little, much)]
    assert given[1] < given[0]


def test_an_understanding_holds_from_its_day():
    calm, changed = happening(
        {"date": "2002-05-01", "understanding": "china", "with": "kyrgyzstan"}
    )
    assert changed.of("understanding", "china", "kyrgyzstan", quarter="2002Q2").all()
    assert (gain(calm, changed, "political", "china", "kyrgyzstan", "2002Q4") >= 0).all()
    assert (gain(calm, changed, "political", "china", "kyrgyzstan", "2002Q2") >= 0).all()
    assert gain(calm, changed, "political", "china", "kyrgyzstan", "2002Q2").max() > 0


def test_sanctions_are_set_and_lifted():
    _, changed = happening(
        {"date": "2002-05-01", "sanction": "iran"}, {"date": "2002-11-01", "lift_sanction": "iran"}
    )
    assert changed.of("sanctioned", "iran", quarter="2002Q2").all()
    assert changed.of("sanctioned", "iran", quarter="2002Q3").all()
    assert not changed.of("sanctioned", "iran", quarter="2002Q4").any()


# Projects.


@pytest.mark.parametrize(
    ("kind", "status"),
    [("open_project", w.RUNNING), ("cancel_project", w.CANCELLED), ("start_project", w.BUILDING)],
)
def test_a_project_is_as_the_event_says(kind, status):
    _, changed = happening({"date": "2001-11-01", kind: "andijan_osh_kashgar"})
    found = changed.of("project_status", "andijan_osh_kashgar", quarter="2001Q4")
    assert (found == status).all()
    opened = changed.of("opened_project_at", "andijan_osh_kashgar", quarter="2001Q4")
    assert (opened == (1 if status == w.RUNNING else -1)).all()


def test_a_cancelled_project_stays_cancelled():
    _, changed = happening({"date": "2001-11-01", "cancel_project": "khorgos"}, until="2005Q4")
    assert (changed.of("project_status", "khorgos") == w.CANCELLED).all()


def test_a_project_that_is_open_is_not_started_again():
    calm, changed = happening({"date": "2005-08-01", "start_project": "khorgos"}, until="2005Q3")
    running = calm.of("project_status", "khorgos", quarter="2005Q2") == w.RUNNING
    assert running.any()
    assert (changed.of("project_status", "khorgos", quarter="2005Q3")[running] == w.RUNNING).all()


def test_a_started_project_opens_after_its_planned_quarters_and_its_delay():
    start = {"date": "2001-11-01", "start_project": "atasu_alashankou"}
    planned = int(VALUES["projects.planned_quarters.atasu_alashankou"])
    _, changed = happening(start, until="2004Q4")
    opened = changed.when("opened_project_at", "atasu_alashankou")
    delay = {"date": "2002-02-01", "delay_project": "atasu_alashankou", "quarters": 3}
    _, late = happening(start, delay, until="2004Q4")
    assert (late.when("opened_project_at", "atasu_alashankou") == opened + 3).all()
    assert (opened == quarter_of("2001Q4") + planned).all()  # as one that starts by itself


def test_a_delay_told_before_the_start_counts():
    start = {"date": "2002-05-01", "start_project": "atasu_alashankou"}
    delay = {"date": "2001-11-01", "delay_project": "atasu_alashankou", "quarters": 3}
    _, prompt = happening(start, until="2004Q4")
    _, late = happening(delay, start, until="2004Q4")
    begun = late.of("project_status", "atasu_alashankou", quarter="2002Q1") < w.BUILDING
    assert begun.sum() > 10
    opened = [
        world.when("opened_project_at", "atasu_alashankou")[begun] for world in (prompt, late)
    ]
    assert (opened[1] == opened[0] + 3).all()


def test_drawn_durations_are_rounded_to_whole_quarters_whoever_sets_them():
    given = {"basing.contract.kant": 59.6, "projects.planned_quarters.khorgos": 11.7}
    events = [
        {"date": "2002-05-01", "open_base": "kant", "why": "To see the term."},
        {"date": "2002-05-01", "start_project": "khorgos", "why": "To see the plan."},
    ]
    path = scenario("drawn_durations", events=events)
    whole = {key: np.rint(value) for key, value in given.items()}
    by_run = [{key: np.full(2, each) for key, each in some.items()} for some in (given, whole)]
    worlds = [live(path, runs=2, until="2002Q2", parameters=each) for each in by_run]
    for name, who in (("contract_left", "kant"), ("quarters_left", "khorgos")):
        drawn, rounded = (world.of(name, who, quarter="2002Q2") for world in worlds)
        assert np.array_equal(drawn, rounded), name


# Parameters.


def test_a_parameter_holds_from_its_day():
    calm, changed = happening(
        {"date": "2003-02-01", "set": {"basing.habit": -20, "basing.review_otherwise": 1}}
    )
    assert np.all(changed.model.weights.basing.habit == -20)
    reviewed = [world.at("under_review", "2003Q1").sum() for world in (calm, changed)]
    assert reviewed[1] > reviewed[0] + 10


def test_a_parameter_set_for_one_leaves_the_others():
    _, changed = happening({"date": "2003-02-01", "set": {"basing.reservation.united_states": 0}})
    powers = changed.model.world.axes.power
    found = dict(zip(powers, np.ravel(changed.model.weights.basing.reservation), strict=True))
    assert found["united_states"] == 0
    assert found["russia"] == VALUES["basing.reservation.russia"]


def test_manas_goes_where_no_offer_is_made():
    paid, unpaid = paired("baseline", "no_manas_offer", runs=100)
    assert paid.share_open("manas") > unpaid.share_open("manas")
    assert_identical(paid, unpaid, until="2005Q2")  # the worlds part only when nobody comes

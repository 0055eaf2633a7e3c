"""Powers that answer: what one does to the others, in paired worlds."""

import numpy as np
import pytest
from pairs import live, paired, scenario, without

from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.arrays import rows_with

RUNS = 200
CHANNELS = ("economic", "political", "security")


def budgets(power, times):
    """The budgets of a power, multiplied."""
    values = load_catalogue().values
    keys = [f"patronage.budget.{channel}.{power}" for channel in CHANNELS]
    return {key: {"value": times * values[key], "why": "To see who answers."} for key in keys}


@pytest.fixture(scope="module")
def pressed():
    """The baseline, and a world in which China spends ten times as much."""
    bold = scenario("china_tenfold", overrides=budgets("china", 10))
    return paired("baseline", bold, runs=RUNS, until="2015Q4")


def given_by(history, power):
    world = history.model.world
    return history.at("aid", "2015Q4")[:, world.place("power", power)].sum(axis=0).mean(axis=-1)


@pytest.mark.parametrize("power", ["russia", "japan", "united_states"])
def test_every_other_power_gives_more_where_one_gives_tenfold(pressed, power):
    calm, bold = (given_by(history, power).sum() for history in pressed)
    assert 1.03 <= bold / calm <= 1.6


def did(history, kind, power):
    """The share of worlds in which a power did something beside giving aid."""
    runs = [each.runs for each in history.model.log if (each.kind, each.actor) == (kind, power)]
    return len(np.unique(np.concatenate([*runs, []]))) / RUNS


def test_it_brings_credits_of_russia_and_fewer_conditions_of_washington(pressed):
    calm, bold = pressed
    assert did(bold, "offer_credit", "russia") >= did(calm, "offer_credit", "russia") + 0.05
    assert did(bold, "resume_aid", "united_states") > did(calm, "resume_aid", "united_states")


def test_without_what_rivals_won_an_answer_is_rarer_still():
    """The terms of the decision hold what the rival did: with that weight at nought, less."""
    overrides = budgets("china", 10)
    overrides["rivalry.answer_threat"] = {"value": 0, "why": "Nobody looks."}
    blind, bold = paired(
        scenario("blind_to_gains", overrides=overrides),
        scenario("china_tenfold_again", overrides=budgets("china", 10)),
        runs=RUNS,
        until="2015Q4",
    )
    assert did(bold, "offer_credit", "russia") > did(blind, "offer_credit", "russia") + 0.05


def test_a_power_that_gives_nothing_loses_what_it_inherited():
    calm, poor = paired(
        "baseline", scenario("russia_poor", overrides=budgets("russia", 0)), until="2015Q4"
    )
    before, after = (
        each.of("share", "russia", quarter="2015Q4").mean(axis=0) for each in (calm, poor)
    )
    assert (before - after).mean() > 0.07


def test_a_rift_between_its_sponsors_weakens_an_organization():
    calm, rift = paired("baseline", "sino_russian_rift", until="2015Q4")
    before, after = (each.of("depth", "sco", quarter="2015Q4") for each in (calm, rift))
    assert (before - after).mean() > 0.05


def test_a_budget_never_goes_beyond_its_bound():
    bold = scenario("china_thousandfold", overrides=budgets("china", 1000))
    world = live(bold, runs=30, until="2015Q4").model.world
    bound = np.log(load_catalogue().values["rivalry.most_effort"])
    assert (np.abs(world.effort) <= bound).all()
    assert np.isfinite(world.aid).all()


def test_thirst_moves_china_and_nobody_else():
    thirsty = scenario(
        "thirsty",
        overrides={"environment.thirst_growth": {"value": 0.04, "why": "Twice the growth."}},
    )
    calm, more = paired("baseline", thirsty, until="2015Q4")
    place = calm.model.world.place("region", "kazakhstan")
    moved = {
        power: (after - before)[place].mean()
        for power in calm.model.world.axes.power
        for before, after in [[h.of("share", power, quarter="2015Q4") for h in (calm, more)]]
    }
    assert moved["china"] > 0.003
    assert max(each for power, each in moved.items() if power != "china") <= 0


def test_a_work_ten_times_as_dear_begins_later_and_buys_no_more():
    cost = 10 * load_catalogue().values["projects.cost.atasu_alashankou"]
    dear = scenario(
        "dear_pipeline",
        overrides={"projects.cost.atasu_alashankou": {"value": cost, "why": "Far dearer."}},
    )
    calm, dearer = paired("baseline", dear, until="2015Q4")
    opened = [each.when("opened_project_at", "atasu_alashankou") for each in (calm, dearer)]
    assert (opened[1] > opened[0]).mean() > 0.5
    assert (opened[1] >= opened[0]).mean() > 0.9
    place = calm.model.world.place("region", "kazakhstan")
    share = [each.of("share", "china", quarter="2015Q4")[place].mean() for each in (calm, dearer)]
    assert share[1] <= share[0]


def test_training_fades_when_its_term_is_over():
    more = {"projects.trainees": {"value": 15000, "why": "Ten times as many."}}
    longer = {**more, "projects.training_years": {"value": 50, "why": "Over a lifetime."}}
    calm, many, slow = paired(
        "baseline",
        scenario("many_trainees", overrides=more),
        scenario("slow_training", overrides=longer),
        until="2015Q4",
    )

    def gained(history, quarter):
        one, other = (each.of("share", "china", quarter=quarter).mean() for each in (calm, history))
        return other - one

    assert 0 < gained(many, "2015Q4") < gained(many, "2010Q4") < 0.003
    assert gained(slow, "2010Q4") < gained(many, "2010Q4") / 2


def test_history_goes_on():
    history = live("baseline", runs=RUNS, until="2015Q4")

    def moved(year):
        last, now = (history.at("share", f"{y}Q4") for y in (year - 1, year))
        return np.abs(now - last).mean()

    assert moved(2015) >= 0.5 * moved(2002)


def test_heads_of_state_come_and_go():
    history = live("baseline", runs=RUNS, until="2015Q4")
    came = [each for each in history.model.log if each.kind == "event_leader_change"]
    yearly = sum(len(each.runs) for each in came) / (RUNS * 5 * 14.5)
    assert yearly == pytest.approx(load_catalogue().values["regime.succession"], rel=0.25)
    assert rows_with(history.model.world.personal < 1)
    calm = live(without("successions"), runs=30, until="2004Q4")
    assert not any(each.kind == "event_leader_change" for each in calm.model.log)

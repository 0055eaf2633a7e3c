"""Rules of a user's own: read, asked, told, switched off, and refused when they have changed."""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from places import DOCS

from simulation.batch.batch import run_batch
from simulation.batch.plan import taken_up
from simulation.batch.replay import Play
from simulation.explanation.explain import explain
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.scenario import plugins
from simulation.scenario.mechanisms import SWITCHES
from simulation.scenario.scenario import Scenario, load_scenario
from simulation.show.explanation_tables import explanation_text
from simulation.world.world import SECURITY

RUNS, SEED, UNTIL = 60, 3, "2003Q4"


@pytest.fixture(autouse=True)
def own_rules(tmp_path, monkeypatch):
    """The example of the guide, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("advisers.py", "advisers.yaml"):
        shutil.copy(DOCS / "adding" / name, tmp_path / name)
    with plugins.plugins_allowed(True):
        yield


def played(scenario="advisers.yaml", **options):
    return InfluenceModel(scenario, RUNS, SEED, until=UNTIL, parameters="point", **options).run()


def changed(*without, **changes):
    """The example without some keys, and with others changed."""
    text = yaml.safe_load(Path("advisers.yaml").read_text(encoding="utf-8"))
    kept = {key: each for key, each in text.items() if key not in without}
    Path("changed.yaml").write_text(yaml.safe_dump({**kept, **changes}), encoding="utf-8")
    return "changed.yaml"


def test_a_rule_of_ones_own_decides_and_is_logged():
    model = played()
    taken = [each for each in model.log if each.kind == "advisers"]
    assert {each.counterpart for each in taken} == {"china", "russia"}
    assert {each.actor for each in taken} == set(model.world.axes.region)
    with_rule, without = (
        model.world.ties,
        played(changed(mechanisms={"advisers": "off"})).world.ties,
    )
    russia = model.world.place("power", "russia")
    assert (with_rule[SECURITY, russia] > without[SECURITY, russia]).mean() > 0.5


def test_off_is_as_if_the_rule_had_never_been_written():
    switched = load_scenario(changed(mechanisms={"advisers": "off"}))
    assert not switched.mechanisms["advisers"]
    assert switched.values["advisers.tie"] == 0
    never = load_scenario(changed("plugins", "parameters"))
    assert "advisers" not in never.mechanisms
    assert np.array_equal(played(switched).world.ties, played(never).world.ties)
    ablated = load_scenario("advisers.yaml").without("advisers")
    assert np.array_equal(played(ablated).world.ties, played(never).world.ties)


def test_a_rule_changes_nothing_for_scenarios_that_do_not_name_it():
    before = load_scenario("baseline")
    played()
    after = load_scenario("baseline")
    assert "advisers" not in after.mechanisms
    assert after.hash == before.hash
    assert set(after.mechanisms) == set(SWITCHES)
    baseline = played("baseline")
    assert not [each for each in baseline.log if each.kind == "advisers"]


def test_what_it_decided_is_explained_term_by_term():
    model = played()
    event = next(each for each in model.log if each.kind == "advisers")
    run, name = int(event.runs[0]), f"advisers:{event.actor}:{event.counterpart}"
    play = Play(load_scenario("advisers.yaml"), SEED, RUNS, model.horizon, parameters="point")
    told = explain(play, "advisers", run, name, event.quarter, block=20)
    (step,) = told.steps
    assert told.happened and step.happened
    assert [term.name for term in step.terms] == ["base", "fear", "leaning"]
    total = sum(term.value for term in step.terms) + step.draw
    assert total > step.threshold
    assert "takes advisers from" in explanation_text(told)


def test_a_scenario_with_a_rule_travels_to_workers_and_comes_back_from_its_folder():
    scenario = load_scenario("advisers.yaml")
    (named,) = scenario.resolved()["plugins"]
    assert named["file"] == "advisers.py"
    one = played(scenario).world.ties
    assert np.array_equal(played(pickle.loads(pickle.dumps(scenario))).world.ties, one)
    again = Scenario.restored(scenario.resolved(), scenario.path)
    assert again.hash == scenario.hash
    assert again.added == scenario.added
    assert np.array_equal(played(again).world.ties, one)


def test_a_model_with_a_rule_goes_on_where_it_was_pickled():
    model = InfluenceModel("advisers.yaml", RUNS, SEED, until=UNTIL, parameters="point")
    model.run("2002Q4")
    again = pickle.loads(pickle.dumps(model)).run()
    assert np.array_equal(again.world.ties, played().world.ties)


def test_a_rule_that_has_changed_since_is_refused():
    scenario = load_scenario("advisers.yaml")
    file = Path("advisers.py")
    file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with pytest.raises(Problems, match="another text"):
        played(scenario)
    assert load_scenario("advisers.yaml").hash != scenario.hash


def test_a_scenario_that_extends_one_with_a_rule_has_it_too():
    Path("calm.yaml").write_text(
        "title: Calm\nextends: advisers.yaml\n"
        "overrides: {advisers.base: {value: -9, why: Nobody takes any.}}\n"
    )
    rare = [each for each in played("calm.yaml").log if each.kind == "advisers"]
    often = [each for each in played().log if each.kind == "advisers"]
    assert 0 < sum(each.runs.size for each in rare) < 0.2 * sum(each.runs.size for each in often)


@pytest.fixture
def unasked(own_rules):
    """As it is where nobody has said that plug-ins may run."""
    token = plugins._ALLOWED.set(False)
    Path("advisers.py").write_text("raise SystemExit('this ran')\n", encoding="utf-8")
    yield
    plugins._ALLOWED.reset(token)


@pytest.mark.parametrize(
    "opened",
    [
        lambda: load_scenario("advisers.yaml"),
        lambda: InfluenceModel("advisers.yaml", runs=1),
        lambda: run_batch(["advisers.yaml"], runs=2),
        lambda: load_scenario(Path("extending.yaml")),
    ],
    ids=["load", "model", "batch", "extends"],
)
def test_a_plug_in_runs_only_where_the_user_said_so(unasked, opened):
    Path("extending.yaml").write_text("title: More\nextends: advisers.yaml\n")
    with pytest.raises(Problems, match="is a program, and none is run unless you say so"):
        opened()
    assert not Path("results").exists()


def test_a_batch_with_a_plug_in_is_played_again_and_resumed_only_where_the_user_said_so():
    record = run_batch(["advisers.yaml"], runs=4, seed=SEED, until="2002Q4", workers=1)
    event = "advisers:tajikistan:russia"
    token = plugins._ALLOWED.set(False)
    try:
        with pytest.raises(Problems, match="unless you say so"):
            explain(record, "advisers", 0, event)
        assert explain(record, "advisers", 0, event, allow_plugins=True).event
        with pytest.raises(Problems, match="unless you say so"):
            taken_up(record, None, None)
        with plugins.plugins_allowed(True):
            assert taken_up(record, None, None).scenarios
    finally:
        plugins._ALLOWED.reset(token)


def test_a_plug_in_outside_ones_own_folder_is_refused_though_plug_ins_are_allowed(
    tmp_path, monkeypatch
):
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.chdir(mine)
    with pytest.raises(Problems, match="outside the folder that you stand in"):
        load_scenario(tmp_path / "advisers.yaml")
    Path("link.py").symlink_to(tmp_path / "advisers.py")
    shutil.copy(tmp_path / "advisers.yaml", "linked.yaml")
    text = Path("linked.yaml").read_text(encoding="utf-8").replace("advisers.py", "link.py")
    Path("linked.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match="outside the folder that you stand in"):
        load_scenario("linked.yaml")


def test_two_files_cannot_declare_one_decision():
    load_scenario("advisers.yaml")
    shutil.copy("advisers.py", "twin.py")
    with pytest.raises(Problems, match=r"advisers\.py has a decision of this name"):
        load_scenario(changed(plugins=["twin.py"]))


def test_the_document_of_the_example_is_cited_by_its_numbers():
    scenario = load_scenario("advisers.yaml")
    assert scenario.added.documents["field_notes"].title.startswith("Notes")
    assert scenario.added.parameters["advisers.tie"].source[0].document == "field_notes"
    override = scenario.overrides["patronage.non_interference.russia"]
    assert override.source.anchor == "told to ask nothing"
    assert scenario.resolved()["overrides"]["patronage.non_interference.russia"]["source"] == {
        "document": "field_notes",
        "anchor": "told to ask nothing",
    }


def test_the_numbers_of_a_rule_can_be_set():
    settled = load_scenario("advisers.yaml", settings=["advisers.tie=0"])
    assert settled.values["advisers.tie"] == 0
    with pytest.raises(Problems, match="0 or more"):
        load_scenario("advisers.yaml", settings=["advisers.tie=-1"])


def test_a_batch_names_the_rule_and_describes_its_numbers():
    record = run_batch(["advisers.yaml"], runs=20, seed=SEED, until="2002Q4", workers=1)
    (file,) = record.manifest["plugins"]
    assert file == "advisers.py"
    assert record.evidence.value("advisers.fear") == 4
    frame = record.parameters("advisers")
    assert frame["advisers.fear"].between(2, 6).all()
    assert frame["advisers.fear"].nunique() > 1
    assert frame.attrs["descriptions"]["advisers.fear"] == "What fear adds to that"


def test_numbers_that_a_scenario_adds_are_said_not_to_be_in_the_posterior():
    given = {"advisers.fear": 3.0}
    for parameters, told in (
        ("posterior", "advisers: 3 numbers are not in the posterior: drawn from their ranges."),
        ({"source": "posterior", **given}, "advisers: 2 numbers are not in the posterior"),
    ):
        record = run_batch(
            ["advisers.yaml"], runs=2, seed=1, until="2001Q4", parameters=parameters,
            workers=1, allow_plugins=True,
        )  # fmt: skip
        assert told in record.manifest["parameters_told"]
    record = run_batch(
        ["advisers.yaml"], runs=2, seed=1, until="2001Q4", parameters="prior",
        workers=1, allow_plugins=True,
    )  # fmt: skip
    assert "not in the posterior" not in record.manifest["parameters_told"]

import json
import re
from pathlib import Path

import pytest
import yaml

from simulation.evidence.catalogue import load_catalogue
from simulation.scenario.events import EVENTS
from simulation.scenario.mechanisms import SWITCHES
from simulation.scenario.scenario import load_scenario, scenario_schema, template
from simulation.scenario.template import template_adding


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()


@pytest.mark.parametrize("name", ["my_question", "2004", "Yes", "no-bases"])
def test_a_template_passes_every_check_and_changes_nothing(name):
    Path(f"scenarios/{name}.yaml").write_text(template(name))
    scenario = load_scenario(name)
    assert scenario.hash == load_scenario("baseline").hash
    assert scenario.title
    assert scenario.question


def test_every_example_of_a_template_is_sound():
    examples = r"(?m)^# (?=(outcome|actors|history|until|notes):|  (basing|conditional_aid|- {))"
    text = re.sub(examples, "", template("mine"))
    Path("scenarios/mine.yaml").write_text(text)
    scenario = load_scenario("mine")
    assert scenario.overrides
    assert {"close_base", "admit"} <= {event.kind for event in scenario.events}
    assert "crackdown" not in {event.kind for event in scenario.events}
    assert not all(scenario.mechanisms.values())
    assert scenario.outcome
    assert scenario.actors_dropped
    assert scenario.history_until
    assert scenario.until


@pytest.mark.parametrize("name", ["../mine", "two words", "", ".hidden", "ä"])
def test_a_name_that_cannot_be_a_file_is_refused(name):
    with pytest.raises(ValueError, match="cannot name a scenario"):
        template(name)


def test_the_schema_knows_every_name():
    schema, catalogue = scenario_schema(), load_catalogue()
    properties = schema["properties"]
    assert set(catalogue.values) | set(catalogue.parameters) <= set(
        properties["overrides"]["properties"]
    )
    assert set(properties["mechanisms"]["properties"]) == set(SWITCHES)
    events = {event["title"]: event for event in properties["events"]["items"]["oneOf"]}
    assert set(events) == set(EVENTS) - {"observe"}
    bases = events["close_base"]["properties"]["close_base"]["enum"]
    assert bases == sorted(catalogue.installations)
    assert events["leave"]["required"] == ["date", "why", "leave", "from"]


def test_the_schema_is_json_and_every_reference_leads_somewhere():
    schema = json.loads(json.dumps(scenario_schema()))
    references = re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema))
    assert references
    assert set(references) <= set(schema["$defs"])


def test_the_schema_asks_for_what_the_reader_asks_for():
    schema = scenario_schema()
    assert schema["required"] == ["title"]
    assert schema["additionalProperties"] is False
    assert set(yaml.safe_load(template("mine"))) <= set(schema["properties"])


def test_a_newcomer_has_the_article_of_its_donor():
    """So that a title says: the European Union gains."""
    text = template_adding("fifth", "european_union", "united_states")
    assert yaml.safe_load(text)["actors"]["add"]["european_union"]["called"] == "the European Union"
    text = template_adding("sixth", "georgia", "kyrgyzstan")
    assert "called" not in yaml.safe_load(text)["actors"]["add"]["georgia"]

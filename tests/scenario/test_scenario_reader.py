import pytest
from small_world import SWITCHES, small_catalogue, use_small_mechanisms

from simulation.inputs.validation import Wrong
from simulation.inputs.yaml_reader import load_yaml
from simulation.scenario.reader import neutral_values, read_layer


@pytest.fixture
def read(tmp_path, monkeypatch):
    use_small_mechanisms(monkeypatch)

    def reader(text: str):
        (tmp_path / "mine.yaml").write_text(text)
        return read_layer("mine", load_yaml(tmp_path / "mine.yaml"), small_catalogue())

    return reader


def test_sections_may_be_left_empty(read):
    layer, _ = read("title: A\nquestion:\noverrides:\nevents:\nomit:\nmechanisms:\ntheory:\n")
    assert layer.loaded.problems == []
    assert layer.overrides == layer.mechanisms == {}
    assert layer.events == layer.omit == []


@pytest.mark.parametrize(
    ("word", "on"), [("on", True), ("off", False), ("true", True), ("false", False)]
)
def test_a_switch_is_a_word_or_a_boolean(read, word, on):
    layer, _ = read(f"title: A\nmechanisms: {{conditional_aid: {word}}}")
    assert layer.mechanisms == {"conditional_aid": on}


def test_overrides_keep_their_reasons_and_origin(read):
    layer, _ = read("title: A\noverrides: {basing.notice: {value: {manas: 90}, why: Hurry.}}")
    override = layer.overrides["basing.notice.manas"]
    assert (override.value, override.why, override.origin) == (90, "Hurry.", "mine")


def test_events_know_the_scenario_that_has_them(read):
    layer, _ = read("title: A\nevents: [{date: 2004-03-01, close_base: manas, why: Ordered.}]")
    assert layer.events[0].origin == "mine"


def test_an_added_actor_can_be_named_at_once(read):
    layer, catalogue = read(
        "title: A\n"
        "actors: {add: {turkey: {kind: power, name: Turkey}}}\n"
        "overrides: {trade.share: {value: {turkey: {uzbekistan: 0.1}}, why: Near.}}\n"
        "events: [{date: 2004-03-01, deal: turkey, with: uzbekistan, amount: 1, why: Signed.}]\n"
    )
    assert layer.loaded.problems == []
    assert layer.overrides["trade.share.turkey.uzbekistan"].value == 0.1
    assert "turkey" in catalogue.names["power"]


def test_a_switch_that_is_off_holds_its_parameters_at_their_neutral_values(read):
    read("title: A")
    assert neutral_values(SWITCHES["conditional_aid"], small_catalogue()) == {
        "basing.review_chance": 0
    }
    assert neutral_values(SWITCHES["notices"], small_catalogue()) == {
        "basing.notice.karshi_khanabad": 0,
        "basing.notice.manas": 0,
    }
    with pytest.raises(Wrong, match="which no parameter declares"):
        neutral_values(SWITCHES["undeclared"], small_catalogue())

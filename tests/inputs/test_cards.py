"""Cards: what a notebook shows."""

from simulation import InfluenceModel, load_scenario
from simulation.inputs.cards import card


def test_text_is_escaped_and_what_is_empty_left_out():
    shown = card("A <b> & C", [("one", "<script>"), ("two", None), ("three", ""), ("four", 0)])
    assert "A &lt;b&gt; &amp; C" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert "two" not in shown and "three" not in shown and "four" in shown


def test_a_scenario_shows_what_it_changes_and_why():
    scenario = load_scenario("us_base_withdrawal", settings=["basing.blame=1.5"])
    shown = scenario._repr_html_()
    assert "2004-03-01 close_base" in shown and "karshi_khanabad" in shown
    assert "basing.blame" in shown and "1.5" in shown
    assert repr(scenario) == f"<Scenario us_base_withdrawal: {scenario.title.rstrip('.')}>"


def test_a_model_shows_where_it_stands():
    model = InfluenceModel(runs=1200, seed=3)
    assert repr(model) == "<InfluenceModel baseline: 1200 runs, before its first step>"
    model.step()
    shown = model._repr_html_()
    assert repr(model) == "<InfluenceModel baseline: 1200 runs, 2001Q3>"
    assert ">1,200<" in shown and ">3<" in shown and "2001Q3; its horizon is 2015Q4" in shown

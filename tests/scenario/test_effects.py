"""What has no effect is refused; what has one in some runs only, or differs in nothing, is told."""

from functools import lru_cache

import pytest
import yaml
from places import ROOT
from worlds.pairs import QUIET, same, scenario

from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES
from simulation.numerics.dates import QUARTERS_IN_YEAR, quarter_of
from simulation.scenario.effects import after_horizon
from simulation.scenario.events import EXAMPLES, TIMELINE_ONLY, describe_events
from simulation.scenario.scenario import list_scenarios, load_scenario


@pytest.fixture
def told(tmp_path):
    """What `check` says of a scenario: why it is refused, or its doubts."""

    def tell(*events, name="mine", **entries):
        given = [{"why": "A test.", **event} for event in events]
        data = {"title": "T", **entries, **({"events": given} if given else {})}
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(data, sort_keys=False))
        try:
            scenario = load_scenario(path)
        except Problems as problems:
            return "refused", [each.message for each in problems.problems]
        return "fine", [each.message for each in scenario.doubts]

    return tell


def override(**numbers):
    given = {key.replace("__", "."): it for key, it in numbers.items()}
    return {key: {"value": value, "why": "A test."} for key, value in given.items()}


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (
            {"date": "2099-01-01", "close_base": "manas"},
            "close_base:manas of 2099-01-01 lies after the run's end (2015Q4)",
        ),
        (
            {"date": "2004-02-01", "leave": "turkmenistan", "from": "csto"},
            "turkmenistan does not belong to csto then in any run",
        ),
        (
            {"date": "2004-02-01", "admit": "uzbekistan", "to": "sco", "as": "member"},
            "uzbekistan is a full member of sco already",
        ),
        (
            {"date": "2004-02-01", "sanction": "uzbekistan"},
            "sanctions bar from admission alone, and uzbekistan cannot be admitted to sco",
        ),
        (
            {"date": "2004-02-01", "understanding": "russia", "with": "kyrgyzstan"},
            "russia seeks no exiles, and an understanding on them binds nobody to it",
        ),
        (
            {"date": "2004-02-01", "statement": "guuam", "strength": 0.5},
            None,  # its member Uzbekistan hosts a guest from outside it
        ),
        (
            {"date": "2004-02-01", "lift_conditions": "china", "for": "uzbekistan"},
            "china sets no conditions that it could lift",
        ),
        (
            {"date": "2004-02-01", "budget": "china", "for": "uzbekistan", "times": 1},
            "what china gives uzbekistan is 1 times the usual already",
        ),
        (
            {"date": "2004-02-01", "set": {"initial.population.uzbekistan": 9}},
            None,  # refused where the event is read
        ),
        (
            {"date": "2004-02-01", "campaign": 0.3},
            "the campaign is at 0.3 already",
        ),
        (
            {"date": "2004-02-01", "serve_notice": "kant"},
            None,  # it may have opened by then
        ),
        (
            {"date": "2001-08-01", "serve_notice": "kant"},
            "kant is not open then in any run",
        ),
        (
            {"date": "2004-02-01", "delay_project": "energy_deal_2005", "quarters": 4},
            "energy_deal_2005 is a deal; it takes effect when it is signed, and nothing delays it",
        ),
        (
            {"date": "2004-02-01", "found_organization": "csto"},
            "csto exists already",
        ),
    ],
    ids=lambda it: next(iter(it.values())) + " " + list(it)[1] if isinstance(it, dict) else "",
)  # fmt: skip
def test_an_event_that_can_never_act_is_refused(event, message, told):
    verdict, found = told(event)
    if message is not None:
        assert (verdict, found) == ("refused", [message])
    elif event.get("set"):
        assert verdict == "refused"
        assert "not read once a run has begun" in found[0]
    else:
        assert verdict == "fine"


def test_what_lies_in_a_world_that_is_longer_is_no_error(told):
    event = {"date": "2017-02-01", "crackdown": "tajikistan"}
    assert told(event)[0] == "refused"
    assert told(event, until="2018Q4") == ("fine", [])


def test_a_closed_base_cannot_close_and_a_base_that_is_reopened_can(told):
    closing = {"date": "2004-03-01", "close_base": "manas"}
    again = {"date": "2006-03-01", "close_base": "manas"}
    verdict, found = told(closing, again)
    assert (verdict, found) == ("refused", ["manas is closed already"])
    between = {"date": "2005-03-01", "open_base": "manas"}
    assert told(closing, between, again)[0] == "fine"


def test_closing_what_is_not_open_yet_keeps_it_shut(told):
    """It prevents an opening, so it acts; where nobody would open the base, it does not."""
    closing = {"date": "2001-08-01", "close_base": "manas"}
    assert told(closing) == ("fine", [])
    never = override(basing__propensity__united_states=0)
    verdict, found = told(closing, overrides=never)
    assert verdict == "refused"
    assert found == ["manas is not open then in any run, and nobody would open it"]


def test_a_condition_that_can_never_hold_is_refused(told):
    flow = {"date": "2004-02-01", "flow": "china", "to": "turkmenistan", "of": "aid", "amount": 9}
    refused = told({**flow, "while": {"member_of": "csto"}})
    assert refused == ("refused", ["the condition of flow:china holds in no run"])
    verdict, found = told({**flow, "while": {"base": "manas"}})
    assert verdict == "fine"
    assert "only in runs and quarters in which its condition holds" in found[0]


def test_an_agreement_is_about_a_base_of_the_two(told):
    event = {
        "date": "2004-02-01", "agreement": "russia", "with": "kyrgyzstan", "gives": {"aid": 9},
        "for": {"base": "manas"},
    }  # fmt: skip
    message = "manas is a base of united_states in kyrgyzstan; kyrgyzstan cannot grant it to russia"
    assert told(event) == ("refused", [message])


def test_what_acts_in_some_runs_only_is_told(told):
    event = {"date": "2005-03-01", "keep_base": "manas", "rent": 30}
    message = "keep_base:manas acts only in runs in which the base is in use then"
    assert told(event) == ("fine", [message])


# Numbers and switches.


def test_a_growth_of_five_a_year_is_refused(told):
    verdict, found = told(overrides=override(patronage__budget_growth__china=5))
    assert verdict == "refused"
    assert "is 5; it can only be -0.5 to 0.5 (share a year)" in found[0]


def test_a_number_that_is_as_it_was_is_refused_unless_it_would_be_drawn(told):
    key, held = "patronage.tolerance_base", load_scenario("baseline").values
    fixed = {key: {"value": held[key], "why": "A test."}}
    assert told(overrides=fixed) == ("refused", [f"'{key}' is {held[key]} already"])
    verdict, found = told(overrides=override(basing__statement=4.3))
    assert verdict == "fine"
    assert "holds this one fixed" in found[-1]


def test_a_number_that_nothing_reads_is_refused(told):
    verdict, found = told(overrides=override(initial__population__uzbekistan=9))
    assert verdict == "refused"
    assert found == ["'initial.population.uzbekistan' is context; nothing in a run reads it"]


def test_a_number_of_a_kind_of_project_that_has_none_is_refused(told):
    verdict, found = told(overrides=override(works__host_share__khorgos__kazakhstan=0.3))
    assert (verdict, found) == (
        "refused",
        ["'works.host_share.khorgos.kazakhstan' acts in no run: khorgos is no credit and no fund"],
    )
    verdict, found = told(overrides=override(ledger__carried__training_fund__kazakhstan=9))
    assert found == [
        "'ledger.carried.training_fund.kazakhstan' acts in no run: a fund carries nothing"
    ]


def test_numbers_of_an_addition_of_which_nothing_is_said_bring_no_failure(told):
    numbers = {"ledger__carried__gas__kyrgyzstan": 2, "projects__capacity_mt__gas": 2}
    verdict, found = told(
        {"date": "2004-03-01", "start_project": "gas"},
        projects={"add": {"gas": None}},
        installations={"add": {"karakol": None}},
        overrides=override(basing__notice__karakol=90, **numbers),
    )
    assert verdict == "refused"
    assert sum("is nothing; a mapping is due" in each for each in found) == 2


def test_a_pipeline_through_which_nothing_flows_carries_nothing(told):
    empty = {"projects__capacity_mt__atasu_alashankou": 0}
    verdict, found = told(
        overrides=override(**empty, ledger__carried__atasu_alashankou__kazakhstan=90)
    )
    assert verdict == "refused"
    assert "nothing flows" in found[0]
    verdict, _ = told(overrides=override(ledger__carried__atasu_alashankou__kazakhstan=90))
    assert verdict != "refused"


def test_a_number_of_who_is_dropped_is_refused(told):
    verdict, found = told(
        overrides=override(patronage__budget__economic__japan=500), actors={"drop": ["japan"]}
    )
    assert verdict == "refused"
    assert "is about 'japan', which the scenario drops" in found[0]


def test_a_number_that_a_mechanism_holds_is_refused(told):
    verdict, found = told(
        overrides=override(basing__statement=2), mechanisms={"bloc_statement": "off"}
    )
    assert verdict == "refused"
    assert found == ["'basing.statement' stays 0, where a mechanism that is off holds it"]


def test_a_switch_that_is_where_it_was_is_refused(told):
    assert told(mechanisms={"suspicion": "on"}) == ("refused", ["'suspicion' is on already"])
    verdict, found = told(theory="patronage", mechanisms={"hedging": "off"})
    assert verdict == "refused"
    assert found == ["'hedging' is off already by the theory patronage"]
    never = {"extends": "no_russian_bases", "mechanisms": {"counter_basing": "off"}}
    verdict, found = told(**never)
    assert verdict == "refused"
    assert "does nothing already" in found[0]


def test_an_omission_of_what_would_not_act_is_refused(told):
    omitted = [{"crackdown": "uzbekistan", "why": "Calm."}]
    late = told(omit=omitted, until="2004Q4")
    assert late == (
        "refused",
        ["'crackdown: uzbekistan' to omit lies after the run's end (2004Q4)"],
    )
    verdict, found = told(omit=omitted, history={"until": "2005-10-31"})
    assert verdict == "refused"
    assert found == ["'crackdown: uzbekistan' is known, and history is imposed to 2005-10-31"]


# Whole scenarios.


def test_a_scenario_that_differs_in_nothing_is_told(told):
    assert told() == ("fine", ["differs in nothing from baseline"])
    undone = told(
        extends="no_andijan", events=[], name="undone", overrides={}, notes="It says nothing."
    )
    assert undone == ("fine", ["differs in nothing from no_andijan"])


def test_a_scenario_that_undoes_its_parent_is_the_baseline_again(told):
    again = {"date": "2005-05-13", "crackdown": "uzbekistan"}
    assert told(again, extends="no_andijan") == ("fine", ["differs in nothing from baseline"])


@pytest.mark.parametrize("name", list_scenarios())
def test_the_shipped_scenarios_are_sound_and_differ(name):
    scenario = load_scenario(name)
    assert not any("differs in nothing" in each.message for each in scenario.doubts)


def test_what_lies_after_shorter_runs_is_said():
    scenario = load_scenario("us_base_withdrawal")
    late = [each.message for each in after_horizon(scenario, "2003Q4")]
    assert late == [
        "close_base:karshi_khanabad of 2004-03-01 lies after the run's end (2003Q4)",
        "close_base:manas of 2004-03-01 lies after the run's end (2003Q4)",
        "set:basing.propensity.united_states of 2004-03-01 lies after the run's end (2003Q4)",
    ]
    assert [each.line for each in after_horizon(scenario, "2003Q4")] == [7, 8, 9]
    assert not after_horizon(scenario, "2004Q1")
    # What the world is, however short:
    assert not after_horizon(load_scenario("baseline"), "2003Q4")


READ = {"drought": "hardship", "found_organization": "ties"}
"""What an event moves that decisions read, where chance has to come in before more moves."""
FIRST = {
    "lift_sanction": {"date": "2006-05-01", "sanction": "mongolia", "why": "To be lifted."},
    "flow": {"date": "2005-05-01", "leave": "kyrgyzstan", "from": "csto", "why": "What it is for."},
}
"""What has to have happened before an event can do anything."""
WANTED = ("organizations.appeal.mongolia=1", "organizations.admission_base=0")
"""Settings of a world in which the organization that sanctions bar from would admit its state."""


def _read(path, first, until, settings):
    """What is read of a world at the end of each quarter, from a first one on."""
    given = load_scenario(path, settings=(*QUIET, *settings))
    model = InfluenceModel(given, runs=60, seed=1, parameters="point").run(first)
    while True:
        found = {name: it.measure(model.world) for name, it in VARIABLES.items()}
        found |= {name: model.world.array(name) for name in READ.values()}
        yield {name: values.copy() for name, values in found.items()}
        if model.quarter == quarter_of(until):
            return
        model.step()


@lru_cache
def _calm(path, until, settings):
    """The same by quarter, from the beginning; a world is lived once for all examples."""
    return dict(enumerate(_read(path, 0, until, settings)))


@pytest.mark.parametrize("kind", sorted(set(EXAMPLES) - set(TIMELINE_ONLY)))
def test_every_example_moves_more_than_its_own_flag(kind):
    """A variable that a batch records is another in some run, or a term of a decision is.

    It is a year later, or at the end, so that what is but there for the day does not count.
    """
    until, settings = ("2015Q4", WANTED) if "sanction" in kind else ("2008Q4", ())
    event = yaml.safe_load(EXAMPLES[kind].replace("...", "A test."))
    event["date"] = str(event["date"])
    before = [FIRST[kind]] if kind in FIRST else []
    calm = scenario(f"before_{kind}", events=before) if before else "baseline"
    names = [READ[kind]] if kind in READ else [*VARIABLES]
    later = min(quarter_of(event["date"]) + QUARTERS_IN_YEAR, quarter_of(until))
    lived = _read(scenario(f"example_{kind}", events=[*before, event]), later, until, settings)
    known = _calm(calm, until, settings)
    assert any(
        now[name].shape == known[quarter][name].shape and not same(now[name], known[quarter][name])
        for quarter, now in enumerate(lived, later)
        for name in names
    )


def test_the_page_on_events_is_what_the_vocabulary_says():
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    for name, event in describe_events().items():
        if name not in TIMELINE_ONLY:
            assert f"| `{name}` |" in page
            assert f"| {event['description']} | `{event['example']}` |" in page


def test_whom_an_attack_hits_decides_nothing_and_that_is_told(told):
    event = {"date": "2006-08-10", "attack": "russia", "campaign": 1}
    assert told(event) == (
        "fine",
        ["that russia is attacked is kept in the log, and decides nothing else"],
    )


def test_a_rent_where_nobody_decides_is_told_of(told):
    terms = {"host": "afghanistan", "guest": "china", "kind": "presence"}
    verdict, found = told(
        {"date": "2004-02-01", "open_base": "wakhan", **terms},
        {"date": "2004-08-01", "set_rent": "wakhan", "rent": 3},
    )
    assert (verdict, found) == ("fine", ["the rent of wakhan is kept and moves nothing"])


def test_what_is_context_names_what_a_rule_reads_instead(tmp_path):
    path = tmp_path / "mine.yaml"
    numbers = {"projects.credit_share.russia": {"value": 0.5, "why": "A test."}}
    path.write_text(yaml.safe_dump({"title": "T", "overrides": numbers}))
    with pytest.raises(Problems) as raised:
        load_scenario(path)
    (found,) = raised.value.problems
    assert found.message == "'projects.credit_share.russia' is context; nothing in a run reads it"
    assert found.hint == "`works.host_share.buyers_credit_2004` says where the credit counts"

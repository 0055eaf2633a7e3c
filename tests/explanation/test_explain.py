"""Explanations: a run played again, terms that add up, changes that turn, and bad input."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
import math
import shutil

import numpy as np
import pytest
from synthetic import write_results

from simulation.batch.batch import run_batch
from simulation.batch.replay import Play, happenings_of
from simulation.commands.program import main
from simulation.decisions.events import DECISIONS, KINDS, EventName, possible_events
from simulation.evidence.catalogue import load_catalogue
from simulation.explanation.explain import explain, history
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.record.manifest import read_manifest, write_manifest
from simulation.record.record import Record, write_scenario
from simulation.rules import basing
from simulation.scenario.events import Event
from simulation.scenario.scenario import Scenario, list_scenarios, load_scenario
from simulation.show.explanation_tables import explanation_text, history_table
from simulation.show.figures.waterfall import save_waterfall, waterfall
from simulation.show.sentences import said, turns

SEED, RUNS, UNTIL = 3, 60, "2006Q4"
NOTICE, KEPT = "close_base:karshi_khanabad", "keep_base:manas"


class PlayedOnce(Play):
    """Plays each run to its end, and each block of runs, but once: explaining changes neither."""

    @functools.cached_property
    def _models(self):
        return {}

    def played(self, run):
        if run not in self._models:
            self._models[run] = super().played(run)
        return self._models[run]

    def model(self, runs, first_run=0):
        block = (runs, first_run)
        if runs == 1:
            return super().model(*block)
        if block not in self._models:
            self._models[block] = super().model(*block)
        return self._models[block]


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    names = ["baseline", "us_base_withdrawal"]
    return run_batch(
        names, runs=RUNS, seed=SEED, until=UNTIL, results=folder, workers=1, parameters="prior"
    )


@pytest.fixture(scope="module")
def play(record):
    return PlayedOnce(**vars(Play.of(record, "baseline")))


@pytest.fixture(scope="module")
def contrast(record, play):
    """A run in which Karshi-Khanabad goes in 2005Q3 for its price alone, and Manas is kept."""
    gone = record.table("events", scenario="baseline", kind="serve_notice").to_pylist()
    kept = record.table("events", scenario="baseline", kind="keep_base").to_pylist()
    at = {"quarter": "2005Q3"}.items()
    wanted = {e["run"] for e in gone if at <= e.items() and e["object"] == "karshi_khanabad"}
    wanted &= {e["run"] for e in kept if at <= e.items() and e["object"] == "manas"}
    for run in sorted(wanted):
        found = explain(play, "baseline", run, NOTICE, "2005Q3", block=3)
        if found.bargain.visited and found.bargain.price is not None:
            return run
    raise AssertionError("no run shows the contrast")


@pytest.fixture(scope="module")
def notice(play, contrast):
    return explain(play, "baseline", contrast, NOTICE, "2005Q3")


@pytest.fixture(scope="module")
def many():
    return [
        InfluenceModel(name, runs=40, seed=2, parameters="prior", explaining=True).run("2009Q4")
        for name in ("baseline", "us_bases_stay", "three_full_members_2006")
    ]


# -- what agents hand over -------------------------------------------------------------------


def test_to_explain_changes_no_bit():
    silent, told = (
        InfluenceModel("baseline", 20, 5, parameters="prior", explaining=each).run("2006Q4")
        for each in (False, True)
    )
    assert not silent.world.entries
    assert told.world.entries
    for name, values in silent.world.snapshot().items():
        assert values.tobytes() == told.world.snapshot()[name].tobytes(), name


def test_every_decision_follows_from_its_conditions_terms_and_draw(many):
    for model in many:
        for entry in model.world.entries:
            follows = entry.came_up & (entry.margin > 0)
            apart = (follows != entry.happened) & (np.abs(entry.margin) > 1e-9)
            assert not apart.any(), (entry.decision, entry.actor, entry.object, entry.quarter)


def test_every_decision_has_words(many):
    for model in many:
        for entry in model.world.entries:
            declared = DECISIONS[entry.key]
            assert declared.name == entry.decision
            assert list(entry.terms) == list(declared.terms)
            assert all(declared.words_of(name) for name in entry.conditions)
        for happening in happenings_of(model):
            told = happening.kind in KINDS or happening.kind == "legitimize"
            assert told or happening.kind.startswith("event_")
            assert "{" not in said(happening, load_catalogue())


def test_every_happening_but_a_word_and_an_end_has_its_decision(many):
    decisions = {link.decision for kind in KINDS.values() for link in kind.chain}
    assert {entry.decision for model in many for entry in model.world.entries} <= decisions


# -- playing again ---------------------------------------------------------------------------


def test_a_run_played_alone_is_the_run_of_the_batch(record):
    for name, run in (("baseline", 0), ("baseline", 37), ("us_base_withdrawal", 59)):
        rows = record.table("events", scenario=name, run=run).to_pylist()
        played = history(record, name, run).happenings
        assert [(r["kind"], r["actor"] or "", r["object"] or "", r["value"]) for r in rows] == [
            (h.kind, h.actor, h.object, h.value) for h in played
        ]


def test_a_run_that_comes_out_otherwise_is_refused(play):
    other = dataclasses.replace(play, seed=SEED + 1)
    with pytest.raises(Problems, match="does not come out as it was recorded"):
        other.played(4)


@pytest.mark.parametrize("name", list_scenarios())
def test_a_scenario_comes_back_from_what_a_batch_keeps(name):
    scenario = load_scenario(name, settings=["basing.margin=0.93"])
    restored = Scenario.restored(json.loads(json.dumps(scenario.resolved())), scenario.path)
    assert restored.hash == scenario.hash
    assert restored.resolved() == scenario.resolved()
    assert [event.order for event in restored.events] == [e.order for e in scenario.events]


def test_parameters_given_as_arrays_are_played_again(tmp_path):
    values = {"basing.margin": np.linspace(0.9, 1.0, 8)}
    record = run_batch(
        ["baseline"], runs=8, seed=1, until="2005Q4", results=tmp_path, workers=1, parameters=values
    )
    told = history(record, "baseline", 3)
    assert told.happenings
    assert history(record, "baseline", 3, parameters=values) == told


def test_arrays_that_an_older_batch_did_not_keep_have_to_be_given(tmp_path):
    folder = write_results(tmp_path / "batch", 1, runs=8, parameters="arrays 0123")
    resolved = load_scenario("baseline").resolved()
    write_scenario(folder, "baseline", resolved)
    hashes = {"baseline": load_scenario("baseline").hash}
    write_manifest(folder, Record.open(folder).manifest | {"scenario_hashes": hashes})
    with pytest.raises(Problems, match=r"given as arrays.*takes them as its `parameters`"):
        history(folder, "baseline", 3)


# -- terms -----------------------------------------------------------------------------------


def test_terms_and_draw_add_up_to_the_decision(play, contrast):
    for event in (NOTICE, KEPT, "statement:sco", "open_base:kant", "withhold_aid:uzbekistan"):
        for step in explain(play, "baseline", contrast, event, block=3).steps:
            assert step.total == pytest.approx(sum(term.value for term in step.terms))
            assert step.change == pytest.approx(step.threshold - step.total - step.draw)
            beyond = step.change > 0 if step.below else step.change < 0
            assert step.happened is (step.came_up and beyond)


def test_the_stated_change_of_any_term_turns_the_decision_and_less_does_not(play, contrast):
    turned = 0
    for event in (NOTICE, KEPT, "join:uzbekistan", "admit:mongolia", "found_body:secretariat"):
        for step in explain(play, "baseline", contrast, event, block=3).steps:
            if not step.came_up:
                continue
            for term in step.terms:
                assert step.turned_by(term.name, term.value + 1.000001 * step.change)
                assert not step.turned_by(term.name, term.value + 0.999999 * step.change)
                turned += 1
    assert turned > 30


def test_the_review_hangs_on_a_trigger_and_a_draw(notice):
    taken = notice.step("take_up")
    assert taken.happened
    assert taken.facts["statement"] == 1
    assert taken.term("trigger").value > 0
    assert taken.draw != 0
    assert taken.chance > 0.5
    assert any("gave cause for a review" in each for each in turns(notice))


def test_means_are_over_the_runs_that_went_each_way(play, notice):
    review = notice.step("review")
    model = play.model(RUNS).run()
    entries = [
        e for e in model.world.entries if (e.decision, e.object) == ("review", review.object)
    ]
    if not review.pooled:
        entries = [entry for entry in entries if entry.quarter == notice.quarter]
    ours = [e.terms["blame"][e.came_up & e.happened] for e in entries]
    other = [e.terms["blame"][e.came_up & ~e.happened] for e in entries]
    assert review.term("blame").happened == pytest.approx(np.concatenate(ours).mean())
    assert review.runs_otherwise == sum(len(each) for each in other)


# -- rents -----------------------------------------------------------------------------------


def with_rent(play, rent):
    event = Event(
        kind="set_rent",
        date=dt.date(2005, 7, 1),
        quarter=quarter_of("2005Q3"),
        subject="karshi_khanabad",
        fields={"rent": rent},
        why="A test.",
    )
    events = tuple(sorted([*play.scenario.events, event], key=lambda each: each.order))
    scenario = dataclasses.replace(play.scenario, events=events)
    return dataclasses.replace(play, scenario=scenario, record=None)


@pytest.mark.parametrize(("factor", "dissatisfied"), [(0.999, True), (1.001, False)])
def test_a_rent_beyond_the_stated_one_makes_the_host_content(
    play, contrast, notice, factor, dissatisfied
):
    changed = with_rent(play, factor * notice.bargain.content)
    again = explain(changed, "baseline", contrast, NOTICE, "2005Q3", block=1)
    assert again.step("review").happened is dissatisfied


@pytest.mark.parametrize(("factor", "kept"), [(0.999, False), (1.001, True)])
def test_a_bid_beyond_the_price_to_stay_keeps_the_base(play, contrast, notice, factor, kept):
    key = "basing.reservation.united_states"
    alone = play.model(1, contrast)
    group = alone.weights.basing.reservation[alone.world.place("power", "united_states")]
    bid = float(group[0]) * factor * notice.bargain.price / notice.bargain.reservation
    scenario = dataclasses.replace(
        play.scenario,
        values={**play.scenario.values, key: bid},
        fixed_keys=play.scenario.fixed_keys | {key},
    )
    changed = dataclasses.replace(play, scenario=scenario, record=None)
    again = explain(changed, "baseline", contrast, NOTICE, "2005Q3", block=1)
    assert again.step("keep_base").happened is kept


def test_the_price_is_that_of_the_rule_and_of_the_log(play, contrast, notice):
    model = play.model(1, contrast).run("2005Q3")
    entry = next(
        e
        for e in model.world.entries
        if (e.decision, e.object, e.quarter) == ("review", "karshi_khanabad", model.quarter)
    )
    price = basing.price_to_stay(
        basing.Hosting(**entry.terms), entry.facts["scale"], model.weights.basing
    )
    assert notice.bargain.price == pytest.approx(float(price[0]))
    served = [h for h in notice.history.happenings if h.kind == "serve_notice"]
    assert served[0].value == pytest.approx(notice.bargain.price)
    assert notice.step("keep_base").term("offer").turning == pytest.approx(notice.bargain.price)


def test_uzbekistan_is_asked_for_more_than_washington_pays_and_kyrgyzstan_is_not(
    play, contrast, notice
):
    manas = explain(play, "baseline", contrast, KEPT, "2005Q3", block=3)
    assert notice.bargain.price > notice.bargain.reservation
    assert manas.bargain.price < manas.bargain.reservation
    blame = [each.step("review").term("blame").value for each in (notice, manas)]
    assert blame[0] < blame[1] < 0.0 or blame[0] < blame[1] == 0.0


# -- what did not happen, what is scripted ---------------------------------------------------


def test_what_did_not_happen_is_explained_by_where_it_stopped(play, contrast):
    found = explain(play, "baseline", contrast, "close_base:manas", "2005Q3", block=3)
    assert not found.happened
    assert found.stopped_at.decision == "keep_base"
    text = explanation_text(found, width=100, color=False)
    assert "did not happen" in text
    assert "would have turned" in text


def test_a_scripted_event_is_said_to_be_scripted(record):
    found = explain(record, "us_base_withdrawal", 1, "close_base:manas", block=2)
    assert found.happened
    assert "2004-03-01" in found.scripted
    assert "It is scripted" in explanation_text(found, width=100, color=False)
    assert explain(record, "baseline", 1, "ouster:kyrgyzstan", "2005Q1", block=2).scripted


def test_what_a_history_imposes_is_said_to_be_known():
    known = dataclasses.replace(load_scenario("baseline"), history_until=dt.date(2005, 6, 30))
    play = Play(known, seed=2, runs=4, until=quarter_of(UNTIL))
    for event, quarter in (("open_base:manas", "2001Q4"), ("found_body:charter", "2002Q2")):
        found = explain(play, "baseline", 3, event)
        assert found.scripted, event
        assert found.quarter == quarter_of(quarter)


def test_an_event_may_be_named_in_short_or_in_full(play, contrast):
    short = explain(play, "baseline", contrast, "leave:uzbekistan", block=3)
    full = explain(play, "baseline", contrast, f"leave:uzbekistan:{short.event.second}", block=3)
    assert short.event == full.event
    assert short.quarter == full.quarter


def test_whatever_happened_can_be_asked_about(play, contrast):
    past = history(play, "baseline", contrast)
    names = {happening.name for happening in past.happenings if happening.name}
    known = set(possible_events(play.model(1).world.axes))
    assert names <= {each if each.second else EventName(each.kind, each.main) for each in known}
    seen = set()
    for name in sorted(names, key=str):
        if name.kind in seen:
            continue
        seen.add(name.kind)
        found = explain(play, "baseline", contrast, str(name), block=3)
        assert found.happened, str(name)
        text = explanation_text(found, width=100, color=False)
        assert str(name) in text
        assert max(map(len, text.splitlines())) <= 100
    assert len(seen) > 12


# -- what is shown ---------------------------------------------------------------------------


def test_the_history_lists_quarters_sentences_and_names(record, contrast):
    text = history_table(history(record, "baseline", contrast), width=160, color=False)
    assert "2005Q3" in text
    assert "Uzbekistan serves the United States notice at Karshi-Khanabad" in text
    assert "leave:uzbekistan:" in text  # and no flag in its place


def test_the_waterfall_bears_its_message_and_is_saved(notice, tmp_path):
    figure = waterfall(notice)
    assert "Karshi-Khanabad" in figure.get_label()
    assert "at most" in figure.get_label()
    assert len(figure.axes) == 2
    for ending in ("png", "svg"):
        assert save_waterfall(figure, tmp_path / f"why.{ending}", notice).stat().st_size > 5000
    lines = (tmp_path / "why.csv").read_text(encoding="utf-8").splitlines()
    step = notice.steps[-1]
    assert lines[0].startswith('"decision","by","about","term","value"')
    for term in step.terms:
        assert sum(f'"{term.measure.label}"' in line for line in lines) >= 1
    assert sum(line.count('"together"') for line in lines) == len(notice.steps)


def test_a_figure_of_a_scripted_event_is_refused(record):
    with pytest.raises(ValueError, match="scripts"):
        waterfall(explain(record, "us_base_withdrawal", 1, "close_base:manas", block=1))


# -- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["baselin", "--run", "1"], ["no scenario 'baselin'", "did you mean 'baseline'?"]),
        (["baseline", "--run", "60"], ["no run 60", "0 to 59", "--run 59"]),
        (
            ["baseline", "--run", "1", "--event", "close_bse:manas"],
            [
                "no event 'close_bse:manas'",
                "did you mean 'close_base:manas'?",
                "2001Q4  open_base:",
            ],
        ),
        (
            ["baseline", "--run", "1", "--event", "close_base:mannas"],
            ["no event 'close_base:mannas'", "did you mean 'close_base:manas'?", "in run 1"],
        ),
        (
            ["baseline", "--run", "1", "--event", "close_base"],
            ["write close_base: and one of dushanbe, kant", "happened:"],
        ),
        (
            ["baseline", "--run", "1", "--event", "withhold_aid:uzbekistan:china"],
            ["did not come up in run 1", "happened:"],
        ),
        (
            ["baseline", "--run", "1", "--event", NOTICE, "--quarter", "2016Q1"],
            ["--quarter", "outside the run"],
        ),
    ],
)
def test_bad_input_gets_the_nearest_name_and_what_happened(record, capsys, words, said):
    assert main(["explain", str(record.path), *words]) == 2
    told = capsys.readouterr()
    assert not told.out
    assert "Traceback" not in told.err
    assert "Nothing was run." in told.err
    for each in said:
        assert each in told.err


def test_a_batch_of_another_catalogue_is_refused_with_both_hashes(record, tmp_path, capsys):
    folder = tmp_path / "elsewhere"
    shutil.copytree(record.path, folder)
    manifest = read_manifest(folder)
    manifest["catalogue_hash"] = "f" * 64
    write_manifest(folder, manifest)
    assert main(["explain", str(folder), "baseline", "--run", "1"]) == 2
    told = capsys.readouterr().err
    assert "f" * 64 in told
    assert record.catalogue_hash in told
    assert "python run.py batch baseline" in told


def test_a_resolved_scenario_that_was_edited_is_refused(record, tmp_path):
    folder = tmp_path / "edited"
    shutil.copytree(record.path, folder)
    file = folder / "scenarios" / "baseline.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("campaign: 1.0", "campaign: 0.5", 1), encoding="utf-8")
    with pytest.raises(Problems, match="has other bytes than the batch wrote"):
        history(folder, "baseline", 1)
    with pytest.raises(Problems, match="is not what the batch was run with"):
        history(Record.open(folder, verify=False), "baseline", 1)


def test_the_command_explains_and_draws(record, contrast, tmp_path, capsys):
    figure = tmp_path / "why.png"
    words = ["explain", str(record.path), "baseline", "--run", str(contrast)]
    assert main([*words, "--event", NOTICE, "--quarter", "2005Q3", "--figure", str(figure)]) == 0
    told = capsys.readouterr().out
    assert "price to stay" in told
    assert "would have turned" in told
    assert figure.is_file()
    assert main(words) == 0
    assert "close_base:karshi_khanabad" in capsys.readouterr().out
    assert main([*words, "--figure", "a.png"]) == 2
    assert main([*words, "--event", NOTICE, "--figure", "a.gif"]) == 2


def test_terms_of_a_decision_that_never_fell_the_other_way_have_no_mean(play, contrast):
    found = explain(play, "baseline", contrast, NOTICE, "2005Q3", block=1)
    assert any(math.isnan(term.otherwise) for step in found.steps for term in step.terms)

"""One door for numbers: what is given last wins, everywhere, or is refused."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
import yaml
from places import DOCS, TESTS

from simulation.batch import plan
from simulation.batch.batch import run_batch
from simulation.contrast.sensitivity import run_sensitivity
from simulation.contrast.sweep import run_sweep
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, measure_outcomes
from simulation.parameters.numbers import Numbers, source_of, source_word, usual_source
from simulation.scenario.scenario import load_scenario

BROKEN = TESTS / "broken" / "numbers"
CASES = sorted(path.stem for path in BROKEN.glob("*.yaml"))
FIXED = "basing.reservation.united_states"
"""What the scenario `us_base_withdrawal` holds at 0."""
WITHDRAWAL = "us_base_withdrawal"
CATALOGUE = load_catalogue()


def report(given):
    with pytest.raises(Problems) as raised:
        InfluenceModel("baseline", runs=4, seed=1, **given)
    return raised.value.render() + "\n"


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_stand_is_refused_with_name_value_and_bound(name):
    given = yaml.safe_load((BROKEN / f"{name}.yaml").read_text(encoding="utf-8"))
    assert report(given) == (BROKEN / f"{name}.txt").read_text(encoding="utf-8")


def test_a_number_too_large_for_any_number_is_refused():
    assert "'basing.rent' is inf" in report({"parameters": {"basing.rent": 10**400}})


# -- precedence ------------------------------------------------------------------------------


def reservation(scenario, **given):
    """What Washington pays at most, in the first of the runs, and whether it is the same in all."""
    model = InfluenceModel(scenario, runs=6, seed=1, until="2002Q1", **given)
    values = model.weights.basing.reservation[model.world.place("power", "united_states")]
    return float(values[0]), bool(np.ptp(values) == 0)


def test_the_catalogue_gives_way_to_a_draw_and_that_to_the_scenario():
    def heard(scenario, **given):
        model = InfluenceModel(scenario, runs=6, seed=1, until="2002Q1", **given)
        return np.unique(model.weights.basing.statement)

    low, high = CATALOGUE.range_of("basing.statement")
    assert heard("baseline", parameters="point") == np.float32(CATALOGUE.value("basing.statement"))
    drawn = heard("baseline")
    assert len(drawn) == 6
    assert low <= drawn.min() <= drawn.max() <= high
    assert heard("no_sco_statement") == [0]


def test_what_is_frozen_stays_at_its_value_and_gives_way_to_the_scenario():
    held = "basing.reservation.russia"
    assert held in CATALOGUE.held
    for source in ("point", "prior", "posterior"):
        model = InfluenceModel("baseline", 6, 1, parameters=source)
        bid = model.weights.basing.reservation[model.world.place("power", "russia")]
        assert set(bid) == {np.float32(CATALOGUE.value(held))}
    assert reservation(WITHDRAWAL) == (0, True)


def test_a_setting_wins_over_the_scenario_and_python_over_both():
    scenario = load_scenario(WITHDRAWAL, settings=[f"{FIXED}=100"])
    assert reservation(scenario) == (100, True)
    assert reservation(scenario, parameters={FIXED: 300}) == (300, True)
    assert reservation(scenario, **{FIXED: 300}) == (300, True)
    by_run, same = reservation(scenario, parameters={FIXED: np.linspace(200, 300, 6)})
    assert (by_run, same) == (200, False)


def test_python_wins_over_a_mechanism_that_is_off():
    off = load_scenario("baseline").without("hedging")
    model = InfluenceModel(off, runs=2, seed=1, parameters={"alignment.hedging": 2})
    assert model.weights.alignment.hedging == 2


def test_a_dated_event_wins_from_its_quarter_on(tmp_path):
    path = tmp_path / "later.yaml"
    path.write_text(
        "title: Later\nevents:\n- {date: 2002-02-01, set: {basing.rent: 3}, why: A test.}\n"
    )
    model = InfluenceModel(path, runs=2, seed=1, parameters={"basing.rent": 2})
    assert model.run("2001Q4").weights.basing.rent == 2
    assert model.run("2002Q1").weights.basing.rent == 3


def test_a_source_and_numbers_go_together():
    given = {"source": "prior", "basing.rent": 2.0, "alignment.hedging": [1, 2, 3, 4]}
    model = InfluenceModel("baseline", runs=4, seed=1, parameters=given)
    prior = InfluenceModel("baseline", runs=4, seed=1, parameters="prior")
    assert model.weights.basing.rent == 2
    assert model.weights.alignment.hedging.tolist() == [1, 2, 3, 4]
    assert np.array_equal(model.weights.basing.habit, prior.weights.basing.habit)


def test_the_scenario_says_what_was_given():
    model = InfluenceModel(WITHDRAWAL, seed=1, parameters={FIXED: 300})
    said = model.specification.resolved()
    assert said["values"][FIXED] == {"value": 300, "from": "given"}
    assert said["overrides"][FIXED]["why"] == "given from Python"


# -- the doors -------------------------------------------------------------------------------


def years_open(record, scenario="no_bids"):
    return record.outcomes(scenario)["manas_years"].mean()


def test_a_batch_takes_from_python_what_it_takes_from_a_setting(tmp_path):
    """0 and 300 gave the same years as long as the scenario's own 0 was kept in silence."""
    bids = tmp_path / "no_bids.yaml"
    bids.write_text(
        "title: Washington bids for no base\n"
        "question: Do the bases last without a bid?\n"
        f"overrides: {{{FIXED}: {{value: 0, why: No bid.}}}}\n",
        encoding="utf-8",
    )
    common = {"runs": 40, "seed": 1, "until": "2006Q1", "workers": 1, "results": tmp_path}
    nothing, given, array, settings, loaded = (
        run_batch([scenario], **common, **how)
        for scenario, how in (
            (bids, {"parameters": {FIXED: 0}}),
            (bids, {"parameters": {FIXED: 300}}),
            (bids, {"parameters": {FIXED: np.full(40, 300.0)}}),
            (bids, {"settings": [f"{FIXED}=300"]}),
            (load_scenario(bids), {"settings": [f"{FIXED}=300"]}),
        )
    )
    assert years_open(given) > years_open(nothing)
    assert years_open(given) == years_open(array) == years_open(settings) == years_open(loaded)
    assert given.manifest["settings"] == [f"{FIXED}=300.0"]
    assert given.manifest["scenario_hashes"] == settings.manifest["scenario_hashes"]


def test_what_is_given_wins_over_the_same_setting_in_a_batch(tmp_path):
    record = run_batch(
        ["baseline"], 4, 1, "2001Q4", 1, tmp_path, [f"{FIXED}=100"], parameters={FIXED: 300}
    )
    assert record.resolved("baseline")["values"][FIXED] == {"value": 300, "from": "given"}


def test_a_batch_is_not_gone_on_with_by_other_numbers(tmp_path):
    batch = plan.planned(
        ["baseline"], ladder=[4], seed=1, until="2001Q4", results=tmp_path, settings=(),
        trajectories=0, chunk=None, precision={}, parameters={"basing.rent": 2},
    )  # fmt: skip
    plan.make_folder(batch)
    plan.fill_folder(batch)
    for other in ("prior", {"basing.rent": 3}):
        with pytest.raises(Problems):
            run_batch(resume=batch.folder, parameters=other)
    with pytest.raises(Problems):
        run_batch(resume=batch.folder, settings=["basing.rent=3"])
    assert run_batch(resume=batch.folder, parameters={"basing.rent": 2}).finished


def test_a_sweep_takes_numbers_beside_those_it_varies():
    def swept(**how):
        found = run_sweep(
            WITHDRAWAL, ["basing.rent=1.5,3"], ["manas_years"], runs=20, seed=1, until="2005Q1",
            workers=1, **how,
        )  # fmt: skip
        return [point.mean for point in found.curves["manas_years"]], found

    plain, base = swept()
    given, found = swept(parameters={FIXED: 300})
    assert given == swept(settings=[f"{FIXED}=300"])[0] != plain
    assert given == swept(parameters={FIXED: np.full(20, 300.0)})[0]
    assert base.parameters == usual_source(CATALOGUE)
    assert found.axes[0].stands == "drawn by run"
    assert swept(parameters={"basing.rent": 2})[1].axes[0].stands == "at 2"


def test_a_sensitivity_holds_what_it_is_given():
    pytest.importorskip("SALib")

    held = run_sensitivity(
        "baseline", samples=8, seed=1, until="2001Q4", workers=1, parameters={"basing.rent": 2}
    )
    assert held.scenario.values["basing.rent"] == 2
    assert "basing.rent" in held.scenario.fixed_keys
    for wrong in ("point", {"basing.rent": np.ones(8)}):
        with pytest.raises(Problems, match="drawn from their ranges"):
            run_sensitivity("baseline", samples=8, seed=1, until="2001Q4", parameters=wrong)


def test_mesa_runs_over_numbers_as_plain_keys():
    from pandas import DataFrame

    common = {"seed": [1], "runs": 1, "until": "2001Q4", "scenario": WITHDRAWAL}
    flat = DataFrame(
        mesa.batch_run(
            InfluenceModel,
            {**common, FIXED: [0, 300], "basing.rent": 2},
            display_progress=False,
            data_collection_period=-1,
        )
    )
    assert sorted(flat.groupby(FIXED).size().index) == [0, 300]
    assert set(flat["basing.rent"]) == {2}
    listed = mesa.batch_run(
        InfluenceModel,
        {**common, "parameters": [{FIXED: 0}, {FIXED: 300, "source": "point"}]},
        display_progress=False,
        data_collection_period=-1,
    )
    assert [row["parameters"][FIXED] for row in listed] == [0, 300]
    assert set(OUTCOMES) <= set(flat.columns)


# -- the source ------------------------------------------------------------------------------


def test_the_usual_source_is_the_same_at_every_door(tmp_path):
    usual = usual_source(CATALOGUE)
    model = InfluenceModel(seed=1)
    record = run_batch(["baseline"], 4, 1, "2001Q4", 1, tmp_path)
    assert model.numbers.source == record.manifest["parameters"] == usual
    known = measure_outcomes(InfluenceModel(runs=4, seed=1, until="2001Q4").run())
    outcomes = record.outcomes("baseline")
    assert all(np.array_equal(outcomes[name].to_numpy(), each) for name, each in known.items())


@pytest.mark.parametrize(
    ("name", "word", "source"),
    [
        ("point", "point values: no parameter uncertainty", "point"),
        ("prior", "prior", "prior"),
        ("posterior", "calibrated", "posterior"),
        ("posterior_2004-03-24", "calibrated", "posterior_2004-03-24"),
        ("arrays 0123 on posterior", "calibrated, some given by run", "posterior"),
        ("arrays 0123", "given by run", None),
    ],
)
def test_a_source_is_said_in_a_short_word(name, word, source):
    assert source_word(name) == word
    assert source_of(name) == source


def test_the_name_of_numbers_by_run_hangs_on_all_of_them():
    def name(values, key="basing.rent"):
        return Numbers.of({"source": "prior", key: values}, CATALOGUE).name

    assert name([1.0, 2.0]) == name([1.0, 2.0]) != name([1.0, 2.5])
    assert name([1.0, 2.0]) != name([1.0, 2.0], "basing.habit")
    assert source_of(name([1.0, 2.0])) == "prior"


def test_numbers_by_run_beyond_their_range_are_told_of():
    numbers = Numbers.of({"source": "prior", FIXED: [70, 80, 300]}, CATALOGUE)
    assert f"{FIXED} lies beyond its range 40–120 in 1 of 3 runs." in numbers.told(CATALOGUE)


# -- numbers of newcomers --------------------------------------------------------------------

GEORGIA = DOCS / "adding" / "georgia.yaml"
GDP = "initial.gdp.georgia"


def with_georgia(tmp_path, scenario=GEORGIA, **given):
    """A batch of the baseline and a scenario with a sixth state."""
    return run_batch(
        ["baseline", scenario], runs=3, seed=1, until="2001Q4", results=tmp_path, workers=1, **given
    )


@pytest.mark.parametrize("scenario", [GEORGIA, load_scenario(GEORGIA)], ids=["file", "scenario"])
@pytest.mark.parametrize(
    "given", [{"settings": [f"{GDP}=5000"]}, {"parameters": {GDP: 5000.0}}], ids=["set", "python"]
)
def test_a_number_of_a_newcomer_is_for_the_scenario_that_has_it(tmp_path, scenario, given):
    record = with_georgia(tmp_path, scenario, **given)
    assert record.resolved("georgia")["values"][GDP]["value"] == 5000
    assert GDP not in record.resolved("baseline")["values"]
    assert f"{GDP} is there in georgia alone." in record.manifest["parameters_told"]


def test_a_newcomer_may_have_a_number_a_run(tmp_path):
    record = with_georgia(tmp_path, parameters={GDP: np.array([4e3, 5e3, 6e3])})
    assert list(record.parameters("georgia")[GDP]) == [4e3, 5e3, 6e3]
    assert GDP not in record.parameters("baseline")


def test_what_no_scenario_of_a_batch_has_is_refused_and_so_is_what_one_refuses(tmp_path):
    settings = ["initial.gdp.belgium=2", f"{GDP}=-3"]
    with pytest.raises(Problems) as raised:
        with_georgia(tmp_path, settings=settings)
    told = raised.value.render()
    assert told.startswith(
        "--set initial.gdp.belgium=2 has 1 problem:\n  no contested state 'belgium'\n"
    )
    assert f"--set {GDP}=-3 has 1 problem:\n  '{GDP}' is -3; it can only be 1 or more" in told
    assert not list(tmp_path.iterdir())


def test_whoever_names_a_newcomer_elsewhere_is_told_which_scenario_has_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "sixth.yaml").write_bytes(GEORGIA.read_bytes())
    hint = "sixth adds 'georgia': name sixth too, or write extends: sixth"
    with pytest.raises(Problems) as raised:
        load_scenario("baseline", settings=[f"{GDP}=5000"])
    assert hint in raised.value.render()
    assert hint in report({"parameters": {GDP: 5000.0}})

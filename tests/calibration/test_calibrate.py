"""Calibration: on a toy with known answers, and on the model at a small scale."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import re
import runpy

import numpy as np
import pytest
from places import DOCS

from simulation.batch.executors import InProcess
from simulation.calibration import calibrate as calibration
from simulation.calibration.abc_smc import Sampler, effective_size
from simulation.calibration.calibrate import Bar, Calibration, calibrate
from simulation.calibration.diagnosis import unrelated
from simulation.calibration.distance import deviance, implausibility, summarize
from simulation.calibration.emulator import fit
from simulation.calibration.history_matching import NothingLeft, from_space, next_wave
from simulation.calibration.stages import Plan, Stages
from simulation.calibration.targets import KNOWN, Target, Targets, load_targets
from simulation.calibration.trials import Ground, Runner, luck, read_block
from simulation.contrast.pattern_rates import measure_patterns
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.numerics.arrays import sigmoid
from simulation.numerics.randomness import Draws
from simulation.parameters.posterior import (
    load_posterior,
    posterior_path,
    read_posterior,
    save_posterior,
)
from simulation.scenario.scenario import load_scenario
from simulation.show.calibration_tables import calibration_table

CUTLER = dt.date(2004, 3, 24)
KEYS = ("alignment.speed", "basing.rent", "trade.noise")
SPREAD, ERROR, TRUTH = 0.2, 0.1, 0.7


def toy_targets() -> Targets:
    """A part that asks for a high first parameter, in two kinds of run; a figure; nothing else."""
    each = (
        Target("P1", "P1", 1, 0, 0, 1),
        Target("P6n stays", "P6n", 1, 0, 0, 1),
        Target("figure 2005", "figure", 2 * TRUTH, ERROR, 0, 1),
    )
    return Targets(KNOWN, each, 0.05, KEYS, {}, {})


@dataclasses.dataclass
class Toy(Runner):
    """Runs whose odds and means are known functions of the parameters."""

    stop_after: int = 10**9
    reads: int = 0

    def read(self, vectors, first_run, arms):
        self.reads += 1
        if self.reads > self.stop_after:
            raise KeyboardInterrupt
        draws = Draws(self.ground.seed, first_run, len(vectors))
        u = draws.uniform(0, "toy", f"{arms}")
        out = np.full((len(vectors), 3), np.nan, dtype=np.float32)
        if arms:
            out[:, 1] = u < sigmoid(6 * (vectors[:, 0] - 0.3))
        else:
            out[:, 0] = u < sigmoid(8 * (vectors[:, 0] - 0.5))
            out[:, 2] = 2 * vectors[:, 1] + SPREAD * draws.noise(0, "toy", "figure")
        return out


def toy(seed=1, **more) -> Toy:
    catalogue = load_catalogue()
    ground = Ground(catalogue, load_scenario("baseline", catalogue), toy_targets(), seed)
    return Toy(ground, InProcess(), **more)


def carried_out(folder, runner, runs=6400):
    plan = Plan(KNOWN, runner.ground.seed, runs, 1, 16)
    return Calibration(plan, runner, Stages(folder), Bar(None, 1)).carry_out()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A calibration of the toy: who ran it, and what it found."""
    runner = toy()
    return runner, carried_out(tmp_path_factory.mktemp("toy"), runner)


@pytest.fixture(scope="module")
def found(whole):
    return whole[1]


# -- the toy -------------------------------------------------------------------------------------


def test_a_known_parameter_is_recovered_with_its_uncertainty(found):
    _, values, weights, _ = found
    low, high = load_catalogue().range_of(KEYS[1])
    place = (values[:, 1] - low) / (high - low)
    mean = (weights * place).sum()
    deviation = np.sqrt((weights * (place - mean) ** 2).sum())
    # One draw was seen, with an error of its own: half of their joint deviation, cut at 1.
    exact = Draws(1, 0, 200_000).uniform(0, "exact", "place")
    density = np.exp(-((2 * exact - 2 * TRUTH) ** 2) / 2 / (SPREAD**2 + ERROR**2))
    centre = (density * exact).sum() / density.sum()
    width = np.sqrt((density * (exact - centre) ** 2).sum() / density.sum())
    assert mean == pytest.approx(centre, abs=0.02)
    assert deviation == pytest.approx(width, rel=0.2)


def test_a_part_that_held_moves_its_parameter_and_no_other(found):
    _, values, weights, provenance = found
    moved = {each["key"]: each for each in provenance["parameters"]}
    assert moved[KEYS[0]]["mean"] > 0.65
    assert moved[KEYS[0]]["informed"]
    assert not moved[KEYS[2]]["informed"]
    assert weights.sum() == pytest.approx(1)
    shown = {each["name"]: each for each in provenance["targets"]}
    for part in ("P1", "P6n stays"):
        assert shown[part]["posterior"] > shown[part]["prior"]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path, found):
    written = []
    for name, result in (
        ("one", found),
        ("two", carried_out(tmp_path / "again", toy())),
        ("other", carried_out(tmp_path / "other", toy(seed=2))),
    ):
        path = tmp_path / f"{name}.parquet"
        save_posterior(path, *result)
        written.append(path.read_bytes())
    assert written[0] == written[1] != written[2]


@pytest.mark.parametrize(("stop_after", "kept"), [(1, 0), (3, 2), (6, 4), (9, 8)])
def test_a_calibration_that_was_stopped_goes_on_where_it_was(tmp_path, whole, stop_after, kept):
    first, found = whole
    with pytest.raises(KeyboardInterrupt):
        carried_out(tmp_path, toy(stop_after=stop_after))
    runner = toy()
    keys, values, weights, provenance = carried_out(tmp_path, runner)
    assert runner.reads == first.reads - kept
    assert keys == found[0]
    assert values.tobytes() == found[1].tobytes()
    assert weights.tobytes() == found[2].tobytes()
    assert provenance == found[3]


def test_what_was_finished_is_not_run_again(tmp_path):
    first, second = toy(), toy()
    carried_out(tmp_path, first)
    carried_out(tmp_path, second)
    assert second.reads == 2 < first.reads  # the last look alone: free runs and arms


def test_a_calibration_is_not_gone_on_with_after_a_change(tmp_path):
    stages = Stages(tmp_path / "calibration")
    with pytest.raises(Problems, match="no calibration lies here"):
        stages.earlier_plan()
    stages.begin({"seed": 1, "the evidence": "then"})
    stages.check({"seed": 1, "the evidence": "then"})
    with pytest.raises(Problems, match="the evidence has changed: then then, now now"):
        stages.check({"seed": 1, "the evidence": "now"})


def test_a_sample_ends_in_vectors_that_are_hardly_copies_of_one_another(found):
    _, values, weights, provenance = found
    size = effective_size(weights)
    assert size > 0.8 * 400
    assert len(values) >= size
    assert provenance["steps"][-1]["effective_size"] == pytest.approx(size, rel=1e-4)
    assert provenance["ancestors"] < provenance["unrelated"] <= 400


def test_moves_find_the_posterior_whatever_they_start_from_and_however_noisy_they_are():
    targets = toy_targets()
    runner = toy()
    wave = next_wave([], 6000, runner, "wave 1")
    sampler = Sampler(runner, [wave.emulator], 8)
    vectors = from_space([wave.emulator], 400, 1, targets, "population")
    population = dataclasses.replace(sampler.begin(vectors), sharpness=1.0)
    for _ in range(12):
        population = sampler.advance(population)
    exact = luck(1, "exact", 200_000)
    chance = 0.05 + 0.9 * sigmoid(8 * (exact - 0.5))
    chance *= 0.05 + 0.9 * sigmoid(6 * (exact - 0.3))
    centre = (chance * exact).sum() / chance.sum()
    width = np.sqrt((chance * (exact - centre) ** 2).sum() / chance.sum())
    assert population.vectors[:, 0].mean() == pytest.approx(centre, abs=0.03)
    assert population.vectors[:, 0].std() == pytest.approx(width, rel=0.12)


def test_relatives_count_less_the_more_they_are_alike():
    family = np.repeat(np.arange(50), 4)
    alone, alike = luck(1, "alone", 200, 2), np.repeat(luck(1, "alike", 50, 2), 4, axis=0)
    assert unrelated(alone, np.arange(200)).tolist() == [200, 200]
    assert unrelated(alike, family) == pytest.approx([50, 50])
    assert (unrelated(alone, family) > 140).all()
    halfway = unrelated((alone + alike) / 2, family)
    assert ((halfway > 60) & (halfway < 140)).all()
    assert unrelated(alike[:4], family[:4]).tolist() == [1, 1]


def test_what_could_be_observed_is_told_for_every_target(found):
    shown = {each["name"]: each for each in found[3]["targets"]}
    figure = shown["figure 2005"]
    assert figure["observation"] == figure["error"] == ERROR
    assert figure["low"] < figure["observed"] < figure["high"]
    assert figure["beyond"] > 0.5
    # Parameters, luck and errors together: one draw and its error were seen, one more is told.
    reach = 1.645 * np.sqrt(2 * (SPREAD**2 + ERROR**2))
    assert figure["high"] - figure["median"] == pytest.approx(reach, rel=0.25)
    part = shown["P1"]
    assert part["low"] < part["posterior"] < part["high"] <= 1
    assert part["beyond"] == part["posterior"]


def test_an_emulator_finds_the_odds_and_the_means():
    runner = toy()
    vectors = luck(1, "vectors", 20_000, 3)
    readings = np.where(
        runner.ground.targets.in_arms, runner.read(vectors, 0, True), runner.read(vectors, 0, False)
    )
    emulator = fit(vectors, readings, runner.ground.targets)
    tried = luck(2, "tried", 500, 3)
    predicted = emulator.predict(tried, runner.ground.targets)
    assert predicted[:, 0] == pytest.approx(sigmoid(8 * (tried[:, 0] - 0.5)), abs=0.04)
    assert predicted[:, 1] == pytest.approx(sigmoid(6 * (tried[:, 0] - 0.3)), abs=0.04)
    assert predicted[:, 2] == pytest.approx(2 * tried[:, 1], abs=0.02)
    assert emulator.spread[2] == pytest.approx(SPREAD, rel=0.05)


def test_a_wave_rules_out_what_could_not_have_been_and_keeps_the_truth():
    runner = toy()
    targets = runner.ground.targets
    wave = next_wave([], 6000, runner, "wave 1")
    left = from_space([wave.emulator], 2000, 1, targets, "left")
    assert 0.2 < wave.left < 0.9
    assert left[:, 0].min() > 0.1  # the first part would almost never hold
    assert left[:, 1].min() < TRUTH < left[:, 1].max()
    impossible = dataclasses.replace(
        targets, each=(*targets.each[:2], dataclasses.replace(targets.each[2], observed=99.0))
    )
    with pytest.raises(NothingLeft):
        from_space([wave.emulator], 10, 1, impossible, "none")


def test_the_deviance_is_least_where_history_is_sure_to_come_out():
    targets = toy_targets()
    sure = np.array([[1.0, 1.0, 2 * TRUTH]])
    exact = deviance(targets, sure, np.zeros((1, 3)))
    assert exact[0].tolist() == pytest.approx([-2 * np.log(0.95), -2 * np.log(0.95), 0])
    assert (deviance(targets, sure * 0.5, np.zeros((1, 3))) > exact).all()
    assert (deviance(targets, sure, np.full((1, 3), 0.1))[0, 2] > 0).all()
    assert implausibility(targets, sure, np.zeros((1, 3)))[0, 2] == 0


def test_runs_of_a_vector_are_summed_up_with_the_variance_of_one_more():
    readings = np.array([[[0.0, 1.0], [1.0, 3.0]]])
    mean, variance = summarize(readings)
    assert mean.tolist() == [[0.5, 2.0]]
    assert variance.tolist() == [[0.75, 3.0]]


def test_blocks_that_are_read_leave_no_model_behind():
    catalogue = load_catalogue()
    targets = load_targets(catalogue, CUTLER)
    ground = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, 3)

    def alive() -> int:
        return sum(type(each) is InfluenceModel for each in gc.get_objects())

    before = alive()
    read_block(ground, luck(3, "vectors", 2, len(targets.fitted)), 0, arms=False)
    assert alive() <= before


# -- the targets ---------------------------------------------------------------------------------


def test_there_are_targets_enough_and_the_patterns_are_among_them():
    targets = load_targets(load_catalogue())
    assert len(targets.each) >= 25
    assert len({target.group for target in targets.each}) >= 25
    heads = {name.split()[0] for name in targets.names}
    assert {f"P{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11)} | {"P6n"} <= heads


def test_every_drawn_parameter_is_fitted_or_left_alone_with_a_reason():
    catalogue, targets = load_catalogue(), load_targets(load_catalogue())
    groups = [set(targets.fitted), set(targets.unfitted), set(targets.held)]
    assert set.union(*groups) == set(catalogue.drawable())
    assert sum(map(len, groups)) == len(catalogue.drawable())
    assert all({**targets.unfitted, **targets.held}.values())
    for key in ("alignment.hedging", "organizations.spillover", "regime.shield", "basing.rivals"):
        assert key in targets.unfitted


def test_a_posterior_as_of_a_day_knows_nothing_later():
    catalogue = load_catalogue()
    targets = load_targets(catalogue, CUTLER)
    assert not any(name.endswith(("2004", "2005")) for name in targets.names)
    assert "P4 secretariat" in targets.names
    assert not {"P2 dushanbe", "P5", "P6 statement", "P7 mongolia", "P10"} & set(targets.names)
    ground = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, 1)
    assert all(event.date <= CUTLER for event in ground.scenario.events)
    with pytest.raises(Problems, match="nothing later may touch"):
        load_targets(catalogue, dt.date(2006, 1, 1))
    with pytest.raises(Problems, match="hardly anything was known"):
        load_targets(catalogue, dt.date(2001, 7, 2))


@pytest.mark.parametrize("as_of", [CUTLER, dt.date(2005, 7, 10), KNOWN])
def test_every_target_is_read_from_a_run(as_of):
    catalogue = load_catalogue()
    targets = load_targets(catalogue, as_of)
    ground = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, 3)
    vectors = luck(3, "vectors", 8, len(targets.fitted))
    free = read_block(ground, vectors, 0, arms=False)
    assert np.isfinite(free[:, ~targets.in_arms]).all()
    assert np.isin(free[:, targets.part & ~targets.in_arms], (0, 1)).all()
    whole = Runner(ground, InProcess()).read(vectors, 0, arms=False)
    assert np.array_equal(whole, free, equal_nan=True)
    assert np.array_equal(read_block(ground, vectors[3:], 3, False), free[3:], equal_nan=True)


# -- the model -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The smallest calibration of the model itself, as of Cutler's article."""
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "FEWEST", 1)
        patch.setattr("simulation.calibration.abc_smc.SETTLING", 1)
        patch.setattr("simulation.calibration.abc_smc.MOST_SETTLING", 1)
        return calibrate(
            640, 1, 5, CUTLER, workers=1, results=folder, output=folder / "small.parquet"
        )


def test_the_model_is_calibrated_within_its_ranges(small):
    catalogue, posterior = load_catalogue(), read_posterior(small)
    assert posterior.keys == load_targets(catalogue, CUTLER).fitted
    limits = np.array([catalogue.range_of(key) for key in posterior.keys])
    assert (posterior.vectors >= limits[:, 0]).all()
    assert (posterior.vectors <= limits[:, 1]).all()
    assert posterior.weights.sum() == pytest.approx(1)
    assert posterior.provenance["as_of"] == str(CUTLER)
    assert posterior.provenance["steps"][-1]["tolerance"] == 1
    assert posterior.provenance["catalogue_hash"] == catalogue.hash


def test_a_calibration_is_told_in_a_table_in_figures_and_on_a_page(small, tmp_path, monkeypatch):
    posterior = read_posterior(small)
    table = calibration_table(posterior, width=120, color=False)
    targets = load_targets(load_catalogue(), CUTLER)
    parts = [target.name for target in targets.each if target.is_part]
    assert all(part in table for part in parts)
    assert "yearly figures" in table and "unrelated" in table
    script = DOCS / "make_calibration.py"
    monkeypatch.setattr("sys.argv", [str(script), str(small), "--into", str(tmp_path)])
    runpy.run_path(str(script), run_name="__main__")
    page = (tmp_path / "calibration.md").read_text(encoding="utf-8")
    rows = [name.replace("_", " ") if name not in parts else name for name in targets.names]
    assert [name for name in rows if f"| {name} |" not in page] == []
    assert [key for key in targets.fitted if f"| `{key}` |" not in page] == []
    pictures = set(re.findall(r"\((figures/[a-z_]+\.png)\)", page))
    assert pictures and all((tmp_path / picture).stat().st_size for picture in pictures)


def test_too_few_runs_are_refused(tmp_path):
    with pytest.raises(Problems, match="2,000 or more"):
        calibrate(100, results=tmp_path)


@pytest.mark.skipif(
    not posterior_path(load_catalogue()).exists(),
    reason="no posterior is stored yet; make it with: python run.py calibrate",
)
def test_patterns_come_out_more_often_than_before_calibration():
    assert load_posterior(load_catalogue()).provenance["as_of"] == str(KNOWN)
    prior, posterior = (
        {row.name: row.share for row in measure_patterns(400, 3, parameters=source) if not row.part}
        for source in ("prior", "posterior")
    )
    worse = {name: (prior[name], posterior[name]) for name in prior
             if posterior[name] < prior[name] - 0.03}  # fmt: skip
    assert worse == {}
    assert np.mean(list(posterior.values())) > np.mean(list(prior.values())) + 0.15

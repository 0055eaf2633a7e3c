"""Calibration: of a toy with a known answer, and of the model at a small scale."""

from __future__ import annotations

import datetime as dt
import re
import runpy

import numpy as np
import pytest
from calibration.toy import ERROR, KEYS, SPREAD, TRUTH, carried_out, toy
from places import DOCS

from simulation.calibration import calibrate as calibration
from simulation.calibration.calibrate import calibrate
from simulation.calibration.stages import Stages
from simulation.calibration.targets import KNOWN, load_targets
from simulation.contrast.pattern_rates import measure_patterns
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.numerics.randomness import Draws
from simulation.parameters.posterior import (
    load_posterior,
    posterior_path,
    read_posterior,
    save_posterior,
)
from simulation.show.calibration_tables import calibration_table
from simulation.show.figures.calibration import draw_calibration

CUTLER = dt.date(2004, 3, 24)


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


def test_each_figure_of_a_calibration_has_its_numbers_as_a_table(tmp_path):
    posterior = load_posterior(load_catalogue())
    files = draw_calibration(posterior, tmp_path)
    assert len(files) == 4 * 3
    assert {file.suffix for file in files} == {".png", ".svg", ".csv"}
    rows = {
        file.stem: len(file.read_text(encoding="utf-8").splitlines()) - 1
        for file in files
        if file.suffix == ".csv"
    }
    told = posterior.provenance
    assert rows["calibration_patterns"] + rows["calibration_series"] == len(told["targets"])
    assert rows["calibration_parameters"] == len(told["parameters"])
    assert rows["calibration_path"] == len(told["steps"])


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

"""The posterior as the model reads it: who gets which vector, and what is refused."""

from __future__ import annotations

import datetime as dt
import random
import shutil

import numpy as np
import pyarrow as pa
import pytest
from small_world import small_catalogue

from simulation.batch.plan import planned
from simulation.calibration.targets import KNOWN, load_targets
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.numerics.arrays import FLOAT
from simulation.numerics.dates import parse_date
from simulation.parameters.posterior import (
    load_posterior,
    posterior_as_of,
    posterior_name,
    posterior_path,
    read_posterior,
    save_posterior,
    usual_posterior,
)
from simulation.scenario.scenario import load_scenario

CUTLER = dt.date(2004, 3, 24)
DAYS = ("posterior", "posterior_2004-03-24")
RUNS = 40
stored = pytest.mark.skipif(
    not posterior_path(load_catalogue()).exists(),
    reason="no posterior is stored yet; make it with: python run.py calibrate",
)
STORED_DAYS = [name for name in DAYS if posterior_path(load_catalogue(), name).exists()]
both_stored = pytest.mark.skipif(
    not all(posterior_path(load_catalogue(), name).exists() for name in DAYS),
    reason="one is not stored yet; make it with: python run.py calibrate --as-of 2004-03-24",
)


def ensemble(scenario="baseline", runs=RUNS, first_run=0, parameters="posterior"):
    return InfluenceModel(scenario, runs, 9, first_run=first_run, parameters=parameters)


@pytest.fixture(scope="module")
def posterior():
    return load_posterior(load_catalogue())


@stored
@pytest.mark.parametrize("name", STORED_DAYS)
def test_what_is_kept_is_large_enough_within_range_and_small_on_disk(name):
    catalogue = load_catalogue()
    found = load_posterior(catalogue, name)
    low, high = np.array([catalogue.range_of(key) for key in found.keys]).T
    assert len(found.weights) >= 500
    assert found.effective_size > 300
    assert ((found.vectors >= low) & (found.vectors <= high)).all()
    assert found.weights.sum() == pytest.approx(1)
    assert posterior_path(catalogue, name).stat().st_size < 2_000_000


@stored
@pytest.mark.parametrize("name", STORED_DAYS)
def test_its_provenance_says_how_it_was_made(name):
    catalogue = load_catalogue()
    found = load_posterior(catalogue, name)
    told = found.provenance
    targets = load_targets(catalogue, parse_date(told["as_of"]))
    assert posterior_name(targets.as_of, KNOWN) == name
    assert [each["name"] for each in told["targets"]] == list(targets.names)
    assert (found.keys, found.unfitted) == (targets.fitted, tuple(targets.unfitted))
    assert {"seed", "versions", "catalogue_hash", "waves", "steps", "parameters"} <= set(told)
    assert told["steps"][-1]["tolerance"] == 1


@stored
def test_each_run_has_one_vector_whatever_the_scenario_and_the_block(posterior):
    whole, other = ensemble(), ensemble("us_bases_stay")
    parts = [ensemble(runs=13), ensemble(runs=RUNS - 13, first_run=13)]
    for group, name in (("basing", "rent"), ("regime", "unrest_base"), ("ledger", "base")):
        drawn = getattr(getattr(whole.weights, group), name)
        pieces = [getattr(getattr(part.weights, group), name) for part in parts]
        assert np.array_equal(drawn, np.concatenate(pieces))
        assert np.array_equal(drawn, getattr(getattr(other.weights, group), name))
    # The parameters of a run come from one row.
    rows = posterior.rows(whole.draws.uniform(-1, "parameter", "posterior"))
    vectors, at = posterior.vectors.astype(FLOAT), posterior.keys.index
    assert np.array_equal(whole.weights.basing.rent, vectors[rows, at("basing.rent")])
    unrest = vectors[rows, at("regime.unrest_base")]
    assert np.array_equal(whole.weights.regime.unrest_base, unrest)


@stored
def test_vectors_are_drawn_by_their_weights(posterior):
    uniforms = (np.arange(100_000) + 0.5) / 100_000
    shares = np.bincount(posterior.rows(uniforms), minlength=len(posterior.weights)) / 100_000
    assert shares == pytest.approx(posterior.weights, abs=2e-5)
    assert posterior.rows(np.array([1 - 1e-16])) < len(posterior.weights)


@stored
def test_what_is_not_fitted_is_drawn_as_from_the_prior_and_what_is_held_is_not_drawn(posterior):
    drawn, prior = ensemble(), ensemble(parameters="prior")
    assert "organizations.belonging_fear" in posterior.unfitted
    fear = [model.weights.organizations.belonging_fear for model in (drawn, prior)]
    assert np.array_equal(*fear)
    assert fear[0].shape == (RUNS,)
    assert "regime.shield" in load_catalogue().held
    assert np.ndim(drawn.weights.regime.shield) == np.ndim(prior.weights.regime.shield) == 0


@stored
def test_what_a_scenario_sets_stays_set():
    scenario = load_scenario("baseline", settings=["basing.rent=2", "alignment.hedging=0"])
    model = ensemble(scenario)
    assert model.weights.basing.rent == 2
    assert model.weights.alignment.hedging == 0


@both_stored
def test_the_posterior_as_of_a_day_can_be_named():
    assert ensemble(parameters=DAYS[1]).weights.basing.rent.shape == (RUNS,)
    catalogue = load_catalogue()
    assert posterior_as_of(catalogue, dt.date(2005, 10, 31)) == DAYS[0]
    assert posterior_as_of(catalogue, dt.date(2010, 1, 1)) == DAYS[0]
    assert posterior_as_of(catalogue, dt.date(2004, 6, 30)) == DAYS[1]
    assert posterior_as_of(catalogue, dt.date(2003, 1, 1)) == "posterior_2002-12-31"
    with pytest.raises(Problems, match="calibrate --as-of 2001-06-30"):
        posterior_as_of(catalogue, dt.date(2001, 6, 30))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("posterior", "run.py calibrate"), ("posterior_2003-12-31", "calibrate --as-of 2003-12-31")],
)
def test_a_posterior_that_is_not_there_is_refused_with_the_remedy(name, remedy):
    with pytest.raises(Problems, match=f"there is no '{name}'") as refused:
        load_posterior(small_catalogue(), name)
    assert remedy in refused.value.render()


def changed_evidence(folder, *changes):
    """The evidence with some words of `parameters/basing.yaml` changed, and our posteriors."""
    shutil.copytree(load_catalogue().directory, folder / "evidence")
    file = folder / "evidence" / "parameters" / "basing.yaml"
    text = file.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    return load_catalogue(folder / "evidence")


RENT = "range: [1.5, 4]"


@stored
def test_a_wider_range_keeps_the_posterior_and_is_told_of(tmp_path, posterior):
    changed = changed_evidence(tmp_path, (RENT, "range: [1.5, 4.2]"))
    found = load_posterior(changed)
    assert found.moved == ("basing.rent",)
    assert np.array_equal(found.vectors, posterior.vectors)
    assert found.differences() == [
        "1 number has another range than it was fitted to: drawn where both hold.",
        "python run.py calibrate --again fits all anew, and says first how long.",
    ]
    told = InfluenceModel("baseline", 2, 1, catalogue=changed).numbers.told(changed)
    assert "1 number has another range" in told


@stored
def test_a_narrower_range_keeps_the_vectors_inside_it(tmp_path, posterior):
    """They are what a fit to the narrower range would have given: priors are flat."""
    found = load_posterior(changed_evidence(tmp_path, (RENT, "range: [2, 3]")))
    rent = posterior.vectors[:, posterior.keys.index("basing.rent")]
    inside = (rent >= 2) & (rent <= 3)
    assert 100 < inside.sum() < len(rent)
    assert np.array_equal(found.vectors, posterior.vectors[inside])
    assert found.weights == pytest.approx(
        posterior.weights[inside] / posterior.weights[inside].sum()
    )


@stored
def test_a_posterior_of_which_too_little_is_left_is_refused_with_the_remedy(tmp_path):
    changed = changed_evidence(
        tmp_path,
        (RENT, "range: [1.3, 1.51]"),
        ("value: 2.6\n    range: [1.3", "value: 1.4\n    range: [1.3"),
    )
    with pytest.raises(Problems) as refused:
        InfluenceModel("baseline", 2, 1, parameters="posterior", catalogue=changed)
    report = refused.value.render()
    assert "basing.rent: then [1.5, 4.0], now [1.3, 1.51]" in report
    assert "python run.py calibrate" in report
    assert "100 that are due" in report


NEW = """basing:
  novelty:
    description: A number that nobody knew.
    unit: weight
    value: 0.4
    range: [0.2, 0.6]
    bounds: [0, 1]
    evidence: assumed
    why: To see what a new number does.
"""


@stored
def test_a_new_number_is_drawn_from_its_range_and_told_of(tmp_path, posterior):
    """One more line in the evidence, and every door goes on with the posterior there is."""
    changed = changed_evidence(tmp_path, ("basing:\n", NEW))
    found = load_posterior(changed)
    assert found.added == ("basing.novelty",)
    assert set(found.unfitted) == {*posterior.unfitted, "basing.novelty"}
    assert np.array_equal(found.vectors, posterior.vectors)
    model = InfluenceModel("baseline", RUNS, 9, catalogue=changed)
    assert model.numbers.source == "posterior"
    novelty = model.weights.by_key("basing.novelty")
    assert len(np.unique(novelty)) == RUNS
    assert 0.2 <= novelty.min() <= novelty.max() <= 0.6
    assert np.array_equal(model.weights.basing.rent, ensemble().weights.basing.rent)
    told = model.numbers.told(changed)
    assert "1 number is not in the posterior: drawn from its range." in told
    assert "python run.py calibrate --again" in told


@stored
def test_two_new_numbers_are_counted(tmp_path):
    more = NEW + NEW.partition("\n")[2].replace("novelty", "novelty_too")
    found = load_posterior(changed_evidence(tmp_path, ("basing:\n", more)))
    said = "2 numbers are not in the posterior: drawn from their ranges."
    assert found.differences()[0] == said


@stored
def test_a_number_that_is_certain_now_is_held(tmp_path):
    changed = changed_evidence(tmp_path, (RENT, f"{RENT}\n    fixed: true"))
    found = load_posterior(changed)
    assert found.gone == ("basing.rent",)
    model = InfluenceModel("baseline", 3, 1, catalogue=changed)
    assert model.weights.basing.rent == np.float32(changed.value("basing.rent"))
    assert model.weights.basing.statement.shape == (3,)


def test_a_file_that_is_no_posterior_is_refused(tmp_path):
    ours = load_catalogue()
    shutil.copytree(ours.directory, tmp_path / "evidence")
    (tmp_path / "evidence" / "posterior.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(Problems, match="cannot be read as a posterior"):
        load_posterior(load_catalogue(tmp_path / "evidence"))


def test_what_is_saved_is_read_back(tmp_path):
    vectors = np.array([[0.1, 2.0], [0.3, 4.0]])
    ranges = {"a": [0.1, 0.3], "b": [0.0, 5.0]}  # single precision has no 0.3, but a little more
    told = {"as_of": "2005-10-31", "ranges": ranges, "unfitted": ["c"]}
    save_posterior(tmp_path / "one.parquet", ("a", "b"), vectors, np.array([0.25, 0.75]), told)
    found = read_posterior(tmp_path / "one.parquet")
    assert found.keys == ("a", "b")
    assert found.vectors[:, 0].tolist() == [pytest.approx(0.1), 0.3]  # held within the range
    assert found.weights.tolist() == [0.25, 0.75]
    assert found.unfitted == ("c",)


def test_the_usual_posterior_knows_no_more_than_any_scenario_does(tmp_path):
    ours = load_catalogue()
    copy = tmp_path / "evidence"
    shutil.copytree(ours.directory, copy, ignore=shutil.ignore_patterns("*.parquet"))
    catalogue = load_catalogue(copy)
    assert usual_posterior(catalogue, [None]) is None
    for name, day in zip(DAYS, ("2005-10-31", "2004-03-24"), strict=True):
        told = {"as_of": day, "ranges": {"a": [0, 1]}, "unfitted": []}
        save_posterior(copy / f"{name}.parquet", ("a",), np.zeros((2, 1)), np.ones(2), told)
    assert usual_posterior(catalogue, [None, None]) == DAYS[0]
    assert usual_posterior(catalogue, [None, dt.date(2008, 1, 1)]) == DAYS[0]
    assert usual_posterior(catalogue, [None, dt.date(2004, 12, 31)]) == DAYS[1]
    assert usual_posterior(catalogue, [dt.date(2003, 1, 1)]) is None


@pytest.mark.parametrize("until", [None, CUTLER, dt.date(2001, 10, 31)])
def test_a_batch_takes_the_usual_posterior_and_says_so(tmp_path, until):
    batch = plan_of(tmp_path, until)
    usual = usual_posterior(load_catalogue(), [until])
    assert batch.parameters.name == batch.manifest["parameters"] == (usual or "prior")
    told = batch.manifest["parameters_told"]
    if usual is None:
        assert told == "Prior: each run draws its parameters from their ranges."
    else:
        found = load_posterior(load_catalogue(), usual)
        assert found.provenance["as_of"] in told
        assert f"{len(found.weights):,} vectors" in told
    assert plan_of(tmp_path, until, "point").manifest["parameters"] == "point"
    assert "Prior: " in plan_of(tmp_path, until, "prior").manifest["parameters_told"]


@both_stored
def test_the_posterior_of_a_batch_knows_nothing_after_its_history(tmp_path):
    assert plan_of(tmp_path, CUTLER, "posterior").manifest["parameters"] == DAYS[1]
    assert plan_of(tmp_path, None, "posterior").manifest["parameters"] == DAYS[0]
    with pytest.raises(Problems, match="calibrate --as-of 2001-10-31"):
        plan_of(tmp_path, dt.date(2001, 10, 31), "posterior")


def plan_of(folder, until, parameters=None):
    return planned(
        ["baseline"], ladder=[10], seed=1, until="2002Q2", results=folder, settings=(),
        trajectories=0, chunk=None, precision={}, parameters=parameters, history_until=until,
    )  # fmt: skip


# -- damaged, or a stranger's ----------------------------------------------------------------------

KEYS = ("basing.rent", "basing.blame")
ABOUT = {
    "as_of": "2005-10-31", "unfitted": ["alignment.hedging"],
    "ranges": {"basing.rent": [1.0, 3.0], "basing.blame": [0.0, 2.0]},
}  # fmt: skip


def written(path, vectors=((1.5, 0.5), (2.5, 1.5)), weights=(0.25, 0.75), keys=KEYS, **about):
    save_posterior(path, keys, np.array(vectors), np.array(weights), ABOUT | about)
    return path


def refusal(path):
    with pytest.raises(Problems) as refused:
        read_posterior(path)
    (problem,) = refused.value.problems
    assert "calibrate" in problem.hint
    return problem.message


def test_a_lack_of_memory_is_no_fault_of_the_file(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise pa.ArrowMemoryError("malloc of size 64 failed")

    path = written(tmp_path / "posterior.parquet")
    monkeypatch.setattr("pyarrow.parquet.ParquetFile.read", fail)
    assert "malloc of size 64 failed" in refusal(path)  # it claims to hold what no machine could
    monkeypatch.setattr("simulation.numerics.memory.free_memory", lambda: 1000)
    with pytest.raises(MemoryError):
        read_posterior(path)


def test_what_is_sound_is_read(tmp_path):
    found = read_posterior(written(tmp_path / "posterior.parquet"))
    assert found.vectors.tolist() == [[1.5, 0.5], [2.5, 1.5]]
    assert found.weights.tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"vectors": ((1.5, np.nan), (2.5, 1.5))}, "'basing.blame' holds what is no number"),
        ({"vectors": ((1.5, 0.5), (np.inf, 1.5))}, "'basing.rent' holds what is no number"),
        ({"vectors": ((1.5, 0.5), (2.5, 1e30))}, "a value of 'basing.blame' is out of its range"),
        ({"weights": (np.nan, 1.0)}, "'weight' holds what is no number"),
        ({"weights": (-0.5, 1.5)}, "its weights are not 0 or more"),
        ({"weights": (0.0, 0.0)}, "with one above 0"),
        ({"vectors": np.empty((0, 2)), "weights": ()}, "holds what is no number"),
        ({"keys": ("basing.rent", "basing.rent")}, "one for each parameter"),
        ({"keys": ("basing.rent", "basing.threat")}, "no range of 'basing.threat'"),
        ({"as_of": "yesterday"}, "a date, a number or a character"),
        ({"as_of": 3}, "it does not say 'as_of'"),
        ({"unfitted": "everything"}, "it does not say 'unfitted'"),
        ({"unfitted": [3]}, "'unfitted' is no list of parameters"),
        ({"unfitted": ["\ud800"]}, "a date, a number or a character"),
        ({"ranges": []}, "it does not say 'ranges'"),
        ({"ranges": {**ABOUT["ranges"], "basing.rent": [3, 1]}}, "ends before it begins"),
        (
            {"ranges": {**ABOUT["ranges"], "basing.rent": [float("nan"), 1]}},
            "a date, a number or a character",
        ),
        ({"ranges": {**ABOUT["ranges"], "basing.rent": ["1", "3"]}}, "no range of two numbers"),
    ],
)
def test_what_no_calibration_leaves_is_refused(given, said, tmp_path):
    assert said in refusal(written(tmp_path / "posterior.parquet", **given))


def test_what_is_missing_empty_or_of_another_kind_is_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = tmp_path / "posterior_2004-03-24.parquet"
    assert refusal(file) == "there is no such file"
    file.write_bytes(b"PAR1")
    assert "cannot be read as a posterior" in refusal(file)
    pq.write_table(pa.table({"weight": [1.0]}), file)
    assert "does not say how it was made" in refusal(file)
    table = pa.table({"weight": ["much"]}).replace_schema_metadata({"heartland": b"[]"})
    pq.write_table(table, file)
    assert "is no mapping" in refusal(file)


@stored
def test_of_three_hundred_damaged_files_each_is_refused_or_sound(tmp_path):
    """Damage of six kinds, most of it at the end, where a file of Parquet says what it is."""
    whole = posterior_path(load_catalogue()).read_bytes()
    rng = random.Random(18)
    refused = 0
    for attempt in range(300):
        file = tmp_path / f"posterior_{attempt}.parquet"
        file.write_bytes(damaged(whole, rng, attempt % 6))
        try:
            found = read_posterior(file)
        except Problems:
            refused += 1
        else:
            assert np.isfinite(found.vectors).all()
            assert found.weights.min() >= 0
            assert found.weights.sum() == pytest.approx(1)
        file.unlink()
    assert 200 < refused <= 300


def damaged(whole, rng, kind):
    """The bytes with a bit turned, cut off, with bytes lost, added, overwritten or emptied."""
    data = bytearray(whole)
    at = rng.randrange(len(data) - 40_000 if rng.random() < 0.6 else 0, len(data))
    size = rng.randrange(1, 200)
    if kind == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del data[at:]
    elif kind == 2:
        del data[at : at + size]
    elif kind == 3:
        data[at:at] = rng.randbytes(size)
    else:
        data[at : at + size] = rng.randbytes(size) if kind == 4 else bytes(size)
    return bytes(data)

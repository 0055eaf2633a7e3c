"""Declared outcomes: what a run is judged by, and that it says what it counts."""

import numpy as np
import pytest
from rounding import ROUNDING
from worlds.pairs import scenario

from simulation.model import outcomes
from simulation.model.measures import trade_share_of_region
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, measure_outcomes, reporters
from simulation.world import world as w

HEADLINES = {
    "china_share",
    "russia_share",
    "united_states_share",
    "japan_share",
    "russia_china_share",
    "bases_open_united_states",
    "bases_open_russia",
    "karshi_khanabad_open",
    "manas_open",
    "manas_rent",
    "sco_depth",
    "sco_full_members",
    "uzbekistan_us_agreement",
    "kyrgyzstan_us_agreement",
    "china_trade_share",
    "ousters",
}
POWERS = ("china", "japan", "russia", "united_states")
STATES = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")


@pytest.fixture(scope="module")
def model():
    return InfluenceModel("baseline", runs=40, seed=2).run("2005Q4")


@pytest.fixture(scope="module")
def found(model):
    return measure_outcomes(model)


def test_the_headline_outcomes_are_declared():
    assert {name for name, outcome in OUTCOMES.items() if outcome.headline} >= HEADLINES


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_an_outcome_is_one_number_a_run_of_its_kind(name, found):
    outcome, values = OUTCOMES[name], found[name]
    assert outcome.name == name
    assert outcome.description
    assert outcome.unit
    assert values.shape == (40,)
    assert values.dtype == np.float64
    values = values[np.isfinite(values)]
    assert len(values) == 40 or (outcome.in_some_runs and len(values) > 0)
    assert (values >= 0).all()
    if outcome.kind == "binary":
        assert set(values) <= {0, 1}
    if outcome.kind == "count":
        assert (values == np.rint(values)).all()
    if outcome.unit in ("share", "0 to 1", "probability"):
        assert (values <= 1).all()


def test_the_powers_share_out_influence_over_each_state_and_the_region(found):
    for state in ("", *(f"_{state}" for state in STATES)):
        together = sum(found[f"{power}_share{state}"] for power in POWERS)
        assert together == pytest.approx(np.ones(40), abs=ROUNDING)
        pair = found[f"russia_share{state}"] + found[f"china_share{state}"]
        assert found[f"russia_china_share{state}"] == pytest.approx(pair, abs=ROUNDING)


def test_the_region_is_the_mean_of_its_states(found):
    for name in (*(f"{power}_share" for power in POWERS), "russia_china_share"):
        mean = sum(found[f"{name}_{state}"] for state in STATES) / len(STATES)
        assert found[name] == pytest.approx(mean, abs=ROUNDING)
    assert np.array_equal(found["ousters"], sum(found[f"ousters_{state}"] for state in STATES))


def test_bases_are_counted_where_they_are_in_use(model, found):
    status = model.world.base_status
    names = model.world.axes.installation
    is_open = {name: np.isin(status[b], (w.OPEN, w.NOTICE)) for b, name in enumerate(names)}
    american = is_open["manas"].astype(int) + is_open["karshi_khanabad"]
    russian = is_open["kant"].astype(int) + is_open["dushanbe"]
    assert np.array_equal(found["bases_open_united_states"], american)
    assert np.array_equal(found["bases_open_russia"], russian)
    assert np.array_equal(found["manas_open"], is_open["manas"])
    assert np.array_equal(found["karshi_khanabad_open"], is_open["karshi_khanabad"])
    rent = model.world.rent[names.index("manas")]
    paid = np.where(is_open["manas"], rent, np.nan)  # a closed base has no rent
    assert np.array_equal(found["manas_rent"], paid, equal_nan=True)
    assert 0 < american.mean() < 2


def test_trade_counts_a_large_trade_for_more(model, found):
    """The region's share is what the power trades with it over all that it trades."""
    world = model.world
    for run in (0, 39):
        size = world.trade_size[:, run].tolist()
        shares = world.trade_share[world.place("power", "china"), :, run].tolist()
        traded = sum(share * all_of_it for share, all_of_it in zip(shares, size, strict=True))
        assert found["china_trade_share"][run] == pytest.approx(traded / sum(size))
    assert np.array_equal(trade_share_of_region(world, "china"), found["china_trade_share"])


def test_members_are_counted_in_full(model, found):
    world = model.world
    sco = world.place("organization", "sco")
    members = (world.standing[sco] == w.MEMBER).sum(axis=0)
    assert np.array_equal(found["sco_full_members"], members)
    assert (members >= 6).all()


def test_who_is_not_there_counts_as_nothing_and_of_a_state_nothing_is_said():
    absent = ("united_states", "kyrgyzstan")
    path = scenario("without_two", actors={"drop": list(absent)})
    found = measure_outcomes(InfluenceModel(path, runs=5, seed=2).run("2002Q4"))
    for name, values in found.items():
        if name.endswith("_kyrgyzstan") or "us_agreement" in name or name == "manas_rent":
            assert np.isnan(values).all(), name
        elif name.startswith(("united_states", "bases_open_united_states", "manas", "karshi")):
            assert not values.any(), name
    assert found["china_share"].all()


def test_a_measured_outcome_is_a_copy(model):
    before = measure_outcomes(model)
    for values in measure_outcomes(model).values():
        values[:] = -1
    for name, values in measure_outcomes(model).items():
        assert np.array_equal(values, before[name], equal_nan=True)


def test_a_plug_in_declares_its_own_outcome(monkeypatch, model):
    monkeypatch.setattr(outcomes, "OUTCOMES", dict(OUTCOMES))
    outcomes.declare(
        "snow", "Snow on the Pamir", "metres", "continuous", lambda model: np.float32(2)
    )
    values = measure_outcomes(model)["snow"]
    assert values.tolist() == [2.0] * 40
    assert values.dtype == np.float64
    assert reporters()["snow"](model).tolist() == [2.0] * 40
    with pytest.raises(ValueError, match="'snow' is declared already"):
        outcomes.declare("snow", "Again", "metres", "continuous", lambda model: np.zeros(40))


def test_reporters_read_what_is_measured(model, found):
    read = reporters()
    assert list(read) == list(OUTCOMES)
    for name, values in found.items():
        assert np.array_equal(read[name](model), values, equal_nan=True)

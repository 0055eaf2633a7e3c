"""Every rate says in what time it acts, and half steps come to what whole ones do."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.numerics.elementary import sigmoid
from simulation.parameters.pace import in_step, pace_of
from simulation.rules import influence, regime

TOLERANCE = {"fear": 0.02, "hazard": 0.02, "tie": 0.02, "share": 0.005}
"""How far half steps may be from whole ones after four years: hazard and ties as parts of it."""
RATES = (
    "persistence", "_lag", "_return", "fading", "_memory", "decay", "speed", "reversion", "kept",
    "learning", "_growth", "venture_rate", "review_otherwise", "leave_early",
)  # fmt: skip


def test_every_rate_says_a_quarter_a_year_or_a_meeting():
    found = {
        key: each.unit
        for key, each in load_catalogue().parameters.items()
        if key.endswith(RATES) and key.split(".")[0] != "rivalry"
    }
    assert len(found) >= 20
    assert [key for key, unit in found.items() if pace_of(unit) is None] == []


def test_what_is_no_rate_a_quarter_is_refused():
    with pytest.raises(ValueError, match="no rate a quarter"):
        in_step(0.3, "share a year", 0.5)


@pytest.fixture(scope="module")
def weights():
    return InfluenceModel("baseline", runs=1, seed=1, parameters="point").weights


def rate(weights, key, part):
    unit = load_catalogue().parameters[key].unit
    return np.asarray(in_step(float(np.ravel(weights.by_key(key))[0]), unit, part))


def in_steps(weights, part, step):
    """Walk through four years in steps of a part of a quarter; the last state."""
    state = None
    for at in range(round(16 / part)):
        state = step(state, first=at == 0)
    return state


def fear_after(weights, part):
    """Fear after an ouster next door and under a steady blame, shielded a little."""
    rules = SimpleNamespace(
        fear_floor=weights.regime.fear_floor,
        fear_persistence=rate(weights, "regime.fear_persistence", part),
        shield=weights.regime.shield * part,
    )

    def step(state, first):
        danger, fear = state or (np.array([0.12]), np.array([0.12]))
        push = np.array([0.1]) * part + (0.5 if first else 0.0)
        danger = regime.next_danger(danger, push, rules)
        return danger, regime.next_fear(fear, push, np.array([0.1]), danger, rules)

    return in_steps(weights, part, step)[1]


def test_fear_is_the_same_in_half_steps(weights):
    whole, half = fear_after(weights, 1.0), fear_after(weights, 0.5)
    assert abs(whole - half) < TOLERANCE["fear"]
    assert whole > weights.regime.fear_floor + 0.05


def calm(weights, part):
    """The chance that no unrest comes in four years, at a steady hardship."""
    utility = regime.unrest_utility(
        hardship=np.array([0.5]),
        militancy_gain=np.array([0.0]),
        transition=np.array([0.0]),
        club=np.array([0.3]),
        weights=weights.regime,
    )
    chance = in_step(
        float(np.ravel(sigmoid(np.asarray(utility.total)))[0]), "probability a quarter", part
    )
    return (1 - chance) ** round(16 / part)


def test_hazards_are_the_same_in_half_steps(weights):
    whole, half = 1 - calm(weights, 1.0), 1 - calm(weights, 0.5)
    assert 0 < whole < 1
    assert abs(whole - half) < TOLERANCE["hazard"] * whole


def ties_after(weights, part):
    """A tie after four years of a steady flow and a decay, and its share beside two rivals."""
    decay = np.asarray(
        in_step(float(np.ravel(weights.influence.decay)[0]), "share a quarter", part)
    )

    def step(state, first):
        tie = np.array([0.5]) if state is None else state
        return influence.tie_after(tie, np.array([0.3]), np.array([0.02]) * part, decay)

    tie = in_steps(weights, part, step)
    mine = influence.in_channel(tie, tie + 2.0)
    return tie, mine / (mine + 0.2)


def test_ties_and_shares_are_the_same_in_half_steps(weights):
    (tie, share), (half_tie, half_share) = ties_after(weights, 1.0), ties_after(weights, 0.5)
    assert abs(tie - half_tie) < TOLERANCE["tie"] * tie
    assert abs(share - half_share) < TOLERANCE["share"]


def test_the_conversion_tells_a_share_kept_from_one_that_goes():
    assert in_step(0.81, "share kept a quarter", 0.5) == pytest.approx(0.9)
    assert in_step(0.19, "share a quarter", 0.5) == pytest.approx(0.1)
    assert in_step(0.02, "log points a quarter", 0.5) == pytest.approx(0.01)

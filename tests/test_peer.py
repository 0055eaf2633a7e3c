"""The peer against which throughput is measured: is it the same model, and no straw man?"""

from __future__ import annotations

import random
import sys
from functools import cache

import mesa
import numpy as np
import pytest
from places import ROOT

from simulation.model.model import InfluenceModel
from simulation.model.outcomes import measure_outcomes
from simulation.numerics.arrays import FLOAT
from simulation.numerics.dates import quarter_of
from simulation.numerics.randomness import Draws

sys.path.append(str(ROOT / "benchmarks"))

from peer import OUTCOMES, PeerModel

QUARTERS = quarter_of("2015Q4") + 1


def finished(peer: PeerModel) -> PeerModel:
    while peer.running:
        peer.step()
    return peer


def agents_by_kind(model: mesa.Model) -> dict[str, int]:
    return {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}


@cache
def outcomes_of_peers(runs: int) -> dict[str, np.ndarray]:
    peers = [finished(PeerModel(rng=seed)) for seed in range(runs)]
    return {name: np.array([float(read(p)) for p in peers]) for name, read in OUTCOMES.items()}


@cache
def outcomes_of_ensemble(runs: int) -> dict[str, np.ndarray]:
    return measure_outcomes(InfluenceModel("baseline", runs=runs, seed=1, parameters="point").run())


def test_the_peer_is_of_the_same_size():
    peer, model = PeerModel(rng=1), InfluenceModel("baseline", seed=1, parameters="point")
    world = model.world
    assert agents_by_kind(peer) == agents_by_kind(model)
    assert len(peer.dyads) == world.affinity[..., 0].size
    assert sum(len(power.contested) for power in peer.powers) == world.influence[..., 0].size
    assert len(peer.bases) == len(world.axes.installation)
    assert len(peer.projects) == len(world.axes.project)
    assert sum(len(club.bodies) for club in peer.organizations) == len(world.axes.body)


RUNS = 12
SPREAD = np.tile([0.1, 0.4, 0.9, 0.99], RUNS // 4)
LUCK = 0.5 + SPREAD * (np.random.default_rng(1).random((QUARTERS, RUNS)) - 0.5)
LUCK = LUCK.astype(np.float32).astype(np.float64)
"""All draws of a quarter are one number a run, so that it does not matter what each is for."""


def lucky(runs: slice, counts: dict[str, int]):
    """A stand-in for the draws of the ensemble that counts those of a run."""

    def drawn(draws: Draws, quarter: int, actor: str | tuple[str, ...], purpose: str, as_odds):
        alone = isinstance(actor, str)
        counts["model"] += 1 if alone else len(actor)
        luck = LUCK[quarter, runs]
        wanted = luck / (1 - luck) if as_odds else luck
        return np.broadcast_to(wanted, luck.shape if alone else (len(actor), *luck.shape)).astype(
            FLOAT
        )

    return drawn


def lucky_peer(run: int, counts: dict[str, int]) -> PeerModel:
    """The peer with the luck of a run, its draws counted."""
    peer = PeerModel(rng=1)

    class Luck(random.Random):
        def random(self) -> float:
            counts["peer"] += 1
            return float(LUCK[peer.quarter, run])

    def luck_of(year: int) -> float:
        counts["peer"] += 1
        return float(LUCK[max(quarter_of(f"{year}Q1"), 0), run])

    peer.random, peer.luck_of = Luck(), luck_of
    return finished(peer)


def test_with_the_same_luck_peer_and_ensemble_tell_the_same_histories(monkeypatch):
    counts = {"model": 0, "peer": 0}
    monkeypatch.setattr(Draws, "_drawn", lucky(slice(None), counts))
    model = InfluenceModel("baseline", runs=RUNS, seed=1, parameters="point")
    ensemble = measure_outcomes(model.run())
    alike = []
    for run in range(RUNS):
        peer = lucky_peer(run, counts)
        told = {name: read(peer) for name, read in OUTCOMES.items()}
        alike.append(
            all(
                np.isclose(ensemble[name][run], told[name], 2e-3, 2e-3, equal_nan=True)
                for name in OUTCOMES
            )
        )
    assert len({tuple(values) for values in np.transpose(list(ensemble.values())).round(3)}) == RUNS
    assert np.mean(alike) > 0.9  # single precision may tip a decision on the edge


def test_with_the_same_luck_the_peer_draws_no_more_than_a_single_run_of_the_model(monkeypatch):
    """Nor much less: branches that a single history does not take ask for no draw."""
    counts = {"model": 0, "peer": 0}
    for run in (0, 5, 10):
        monkeypatch.setattr(Draws, "_drawn", lucky(slice(run, run + 1), counts))
        InfluenceModel("baseline", seed=1, parameters="point", collecting=False).run()
        lucky_peer(run, counts)
    assert 0.88 < counts["peer"] / counts["model"] <= 1


@pytest.mark.parametrize(
    "outcome",
    [
        *("china_share", "russia_share", "united_states_share", "china_trade_share", "ousters"),
        *("manas_open", "bases_open_russia", "sco_depth", "uzbekistan_us_agreement"),
    ],
)
def test_outcomes_have_the_same_mean(outcome):
    peers, ensemble = outcomes_of_peers(100)[outcome], outcomes_of_ensemble(500)[outcome]
    error = np.hypot(peers.std() / len(peers) ** 0.5, ensemble.std() / len(ensemble) ** 0.5)
    assert abs(peers.mean() - ensemble.mean()) < 3.5 * error


def test_mesa_runs_the_peer_in_a_batch_and_in_plain_numbers():
    rows = mesa.batch_run(
        PeerModel,
        {"rng": [1, 2], "until": "2002Q4"},
        number_processes=1,
        max_steps=quarter_of("2002Q4") + 1,
        display_progress=False,
    )
    assert len(rows) == 2
    for row in rows:
        assert 0 < row["china_share"] < row["russia_share"] < 1
        for outcome in ("china_share", "manas_rent", "sco_depth", "uzbekistan_us_agreement"):
            assert type(row[outcome]) is float  # NumPy's numbers would make it slow

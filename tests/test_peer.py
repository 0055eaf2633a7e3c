"""The peer against which throughput is measured: is it the same model, and no straw man?"""

from __future__ import annotations

import random
import sys
from functools import cache
from pathlib import Path

import mesa
import numpy as np
import pytest

from simulation.arrays import FLOAT
from simulation.dates import quarter_of
from simulation.model import InfluenceModel
from simulation.outcomes import measure_outcomes
from simulation.randomness import Draws

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))

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
    return measure_outcomes(InfluenceModel("baseline", runs=runs, seed=1).run())


def test_the_peer_is_of_the_same_size():
    peer, model = PeerModel(rng=1), InfluenceModel("baseline", seed=1)
    world = model.world
    assert agents_by_kind(peer) == agents_by_kind(model)
    assert len(peer.dyads) == world.affinity[..., 0].size
    assert sum(len(power.contested) for power in peer.powers) == world.influence[..., 0].size
    assert len(peer.bases) == len(world.axes.installation)
    assert len(peer.projects) == len(world.axes.project)
    assert sum(len(club.bodies) for club in peer.organizations) == len(world.axes.body)


def test_with_the_same_luck_peer_and_ensemble_tell_the_same_histories(monkeypatch):
    """All draws of a quarter are one number, so that it does not matter what each is for."""
    runs = 12
    spread = np.tile([0.1, 0.4, 0.9, 0.99], runs // 4)
    luck = 0.5 + spread * (np.random.default_rng(1).random((QUARTERS, runs)) - 0.5)
    luck = luck.astype(np.float32).astype(np.float64)

    def drawn(draws: Draws, quarter: int, actor: str | tuple[str, ...], purpose: str, as_odds):
        shape = (runs,) if isinstance(actor, str) else (len(actor), runs)
        wanted = luck[quarter] / (1 - luck[quarter]) if as_odds else luck[quarter]
        return np.broadcast_to(wanted, shape).astype(FLOAT)

    monkeypatch.setattr(Draws, "_drawn", drawn)
    ensemble = measure_outcomes(InfluenceModel("baseline", runs=runs, seed=1).run())

    class Luck(random.Random):
        def random(self) -> float:
            return float(luck[peer.quarter, run])

    alike = []
    for run in range(runs):
        peer = PeerModel(rng=1)
        peer.random = Luck()
        finished(peer)
        told = {name: read(peer) for name, read in OUTCOMES.items()}
        alike.append(
            all(np.isclose(ensemble[name][run], told[name], 2e-3, 2e-3) for name in OUTCOMES)
        )
    assert len({tuple(values) for values in np.transpose(list(ensemble.values())).round(3)}) == runs
    assert np.mean(alike) > 0.9  # single precision may tip a decision on the edge


def test_the_peer_draws_as_often_but_for_branches_not_taken(monkeypatch):
    counts = {"model": 0, "peer": 0}
    drawn = Draws._drawn

    def counted(draws: Draws, quarter: int, actor: str | tuple[str, ...], purpose: str, as_odds):
        counts["model"] += 1 if isinstance(actor, str) else len(actor)
        return drawn(draws, quarter, actor, purpose, as_odds)

    class Counting(random.Random):
        def random(self) -> float:
            counts["peer"] += 1
            return super().random()

    monkeypatch.setattr(Draws, "_drawn", counted)
    for seed in range(2):
        InfluenceModel("baseline", seed=seed, collecting=False).run()
        peer = PeerModel(rng=seed)
        peer.random = Counting(seed)
        finished(peer)
    assert 0.88 < counts["peer"] / counts["model"] < 1


@pytest.mark.parametrize(
    "outcome",
    [
        *("china_share", "russia_share", "united_states_share", "china_trade_share", "ousters"),
        *("manas_open", "bases_open_russia", "sco_depth", "uzbekistan_us_agreement"),
    ],
)
def test_outcomes_have_the_same_mean(outcome):
    peers, ensemble = outcomes_of_peers(40)[outcome], outcomes_of_ensemble(500)[outcome]
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

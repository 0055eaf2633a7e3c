"""Stages that a disk or a person has damaged: told as that, with nothing overwritten."""

from __future__ import annotations

import json

import numpy as np
import pytest

from simulation.calibration.stages import STATE, Stages
from simulation.inputs.problems import Problems

PLAN = {"as_of": "2005-10-31", "seed": 1, "runs_per_wave": 8, "waves": 2, "replicates": 2}


def told(path, action):
    with pytest.raises(Problems) as raised:
        action()
    (problem,) = raised.value.problems
    assert problem.file.endswith(path.name)
    assert problem.message == "is damaged: it is no stage of a calibration"
    assert problem.hint == "start anew without --resume"


def test_a_sound_plan_is_taken_up(tmp_path):
    (tmp_path / STATE).write_text(json.dumps(PLAN))
    assert Stages(tmp_path).earlier_plan().vectors == 4


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "3", "{", "[" * 100_000, json.dumps(PLAN | {"seed": "1"}), json.dumps({"seed": 1}),
     json.dumps(PLAN | {"as_of": "soon"}), json.dumps(PLAN | {"as_of": 3})],
)  # fmt: skip
def test_a_damaged_state_is_told(text, tmp_path):
    (tmp_path / STATE).write_text(text)
    told(tmp_path / STATE, Stages(tmp_path).earlier_plan)
    assert (tmp_path / STATE).read_text() == text


def test_damaged_waves_and_populations_are_told(tmp_path):
    stages, wave, population = (
        Stages(tmp_path), tmp_path / "wave_1.npz", tmp_path / "population.npz"
    )  # fmt: skip
    assert stages.wave(1) is stages.population() is None
    for path, action in ((wave, lambda: stages.wave(1)), (population, stages.population)):
        np.savez(path, runs=np.arange(3), history="{")
        told(path, action)
        whole = path.read_bytes()
        for data in (b"", b"PK", whole[:-30], whole[:100] + bytes(60) + whole[160:]):
            path.write_bytes(data)
            told(path, action)
        np.savez(path, runs=np.array([object()], dtype=object))
        told(path, action)


def test_a_new_calibration_sets_earlier_stages_aside_and_touches_nothing_else(tmp_path):
    """Twice: each gets a folder of its own, which can be put back; notes of others stay."""
    stages = Stages(tmp_path)
    (tmp_path / "mine.npz").write_bytes(b"a table of mine")
    assert stages.begin({"seed": 1}) is None
    (tmp_path / "wave_1.npz").write_bytes(b"a wave")
    (tmp_path / "population.npz").write_bytes(b"a population")
    first = stages.begin({"seed": 2})
    assert first == tmp_path / "earlier-1"
    assert json.loads((first / STATE).read_text()) == {"seed": 1}
    assert (first / "wave_1.npz").read_bytes() == b"a wave"
    assert (first / "population.npz").read_bytes() == b"a population"
    assert stages.wave(1) is None
    assert stages.begin({"seed": 3}) == tmp_path / "earlier-2"
    assert json.loads((tmp_path / STATE).read_text()) == {"seed": 3}
    assert {each.name for each in tmp_path.iterdir()} == {
        "mine.npz", STATE, "earlier-1", "earlier-2"
    }  # fmt: skip

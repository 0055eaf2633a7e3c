"""The stages of a calibration, kept so that it can be taken up where it was stopped.

A folder holds `state.json`, which says what the calibration is, a file a wave, and the
population as it was after its last step. Files appear whole or not at all.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulation.calibration.abc_smc import Population
from simulation.calibration.emulator import Emulator
from simulation.calibration.history_matching import Wave
from simulation.inputs.files import Unreadable, contents, text_of
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.results_folders import made_folder
from simulation.inputs.yaml_reader import shown
from simulation.record.ownership import written_whole
from simulation.record.provenance import refuse_changes

STATE = "state.json"
_EARLIER = "earlier"
"""What the name of a folder begins with that holds the stages of an earlier calibration."""
_LARGEST = 1 << 30
"""Bytes of a stage at most; a population of 32,000 runs takes a hundredth of it."""
_UNREADABLE = (
    *(OSError, ValueError, EOFError, KeyError, TypeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What NumPy raises for a file that is damaged."""


@dataclass(frozen=True)
class Plan:
    """What a calibration was asked for.

    Attributes:
        as_of: the information date.
        seed: names all draws.
        runs_per_wave: runs of a wave, and of each look at the population.
        waves: of history matching.
        replicates: runs of a vector at each look.
    """

    as_of: dt.date
    seed: int
    runs_per_wave: int
    waves: int
    replicates: int

    @property
    def vectors(self) -> int:
        """Vectors of the population."""
        return self.runs_per_wave // self.replicates

    @property
    def words(self) -> dict[str, Any]:
        """The plan as plain data."""
        return {**asdict(self), "as_of": str(self.as_of)}


class Stages:
    """What is kept of a calibration under way.

    Args:
        folder: where its files lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, identity: dict[str, Any]) -> Path | None:
        """Start anew; earlier stages are set aside. Where they are now, if there were any.

        Put back, they are gone on with as before. Whatever else lies in the folder stays there.
        """
        made_folder(self.folder, "name another place, with --results")
        aside = self._set_aside()
        with written_whole(self.folder / STATE, lasting=True) as unfinished:
            unfinished.write_text(json.dumps(identity, indent=2) + "\n", encoding="utf-8")
        return aside

    def _set_aside(self) -> Path | None:
        """Move what an earlier calibration left into a folder of its own."""
        names = (STATE, "wave_*.npz", "population.npz")
        earlier = sorted(path for name in names for path in self.folder.glob(name))
        if not earlier:
            return None
        number = 1
        while os.path.lexists(self.folder / f"{_EARLIER}-{number}"):
            number += 1
        aside = self.folder / f"{_EARLIER}-{number}"
        aside.mkdir()
        for path in earlier:
            path.rename(aside / path.name)
        return aside

    def earlier_plan(self) -> Plan:
        """The plan of the calibration that is to be taken up."""
        state = self._state()
        try:
            words = {name: state[name] for name in Plan.__dataclass_fields__}
            if not all(type(each) is int for name, each in words.items() if name != "as_of"):
                raise _damaged(self.folder / STATE)
            return Plan(**{**words, "as_of": dt.date.fromisoformat(words["as_of"])})
        except (KeyError, ValueError, TypeError):
            raise _damaged(self.folder / STATE) from None

    def check(self, identity: dict[str, Any]) -> None:
        """Refuse to go on where anything differs from what the kept stages were made with."""
        then = self._state()
        hint = "put it back as it was, or start anew without --resume"
        known = {what: then[what] for what in identity if what in then}
        refuse_changes(self.folder, known, identity, hint)

    def keep_wave(self, number: int, wave: Wave, used: int) -> None:
        """Keep a wave, and how many runs have been used up to it."""
        self._keep(
            f"wave_{number}",
            runs=wave.runs,
            coefficients=wave.emulator.coefficients,
            spread=wave.emulator.spread,
            left=wave.left,
            against=wave.against,
            mean=wave.mean,
            deviation=wave.deviation,
            used=used,
        )

    def wave(self, number: int) -> tuple[Wave, int] | None:
        """A kept wave with the runs used up to it; None if it was not reached."""
        kept = self._read(f"wave_{number}")
        if kept is None:
            return None
        try:
            wave = Wave(
                runs=int(kept["runs"]),
                emulator=Emulator(kept["coefficients"], kept["spread"]),
                left=float(kept["left"]),
                against=kept["against"],
                mean=kept["mean"],
                deviation=kept["deviation"],
            )
            return wave, int(kept["used"])
        except _UNREADABLE:
            raise _damaged(self.folder / f"wave_{number}.npz") from None

    def keep_population(self, population: Population, used: int) -> None:
        """Keep the population after a step, in place of the step before."""
        self._keep(
            "population",
            vectors=population.vectors,
            deviance=population.deviance,
            ancestor=population.ancestor,
            sharpness=population.sharpness,
            settled=population.settled,
            history=json.dumps(population.history),
            used=used,
        )

    def population(self) -> tuple[Population, int] | None:
        """The kept population with the runs used up to it; None if there is none."""
        kept = self._read("population")
        if kept is None:
            return None
        try:
            population = Population(
                vectors=kept["vectors"],
                deviance=kept["deviance"],
                ancestor=kept["ancestor"],
                sharpness=float(kept["sharpness"]),
                settled=int(kept["settled"]),
                history=tuple(json.loads(str(kept["history"]))),
            )
            return population, int(kept["used"])
        except _UNREADABLE:
            raise _damaged(self.folder / "population.npz") from None

    def _state(self) -> dict[str, Any]:
        path = self.folder / STATE
        if not path.exists():
            hint = "start one without --resume"
            raise Problems([Problem(str(self.folder), None, "no calibration lies here", hint)])
        try:
            return dict(json.loads(text_of(path)))
        except (Unreadable, ValueError, TypeError, RecursionError):
            raise _damaged(path) from None

    def _keep(self, name: str, **arrays: Any) -> None:
        made_folder(self.folder, "name another place, with --results")
        whole = self.folder / f"{name}.npz"
        with written_whole(whole, lasting=True) as unfinished, unfinished.open("wb") as file:
            np.savez(file, **arrays)

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self.folder / f"{name}.npz"
        if not path.exists():
            return None
        try:
            with np.load(io.BytesIO(contents(path, _LARGEST))) as kept:
                return dict(kept)
        except (Unreadable, *_UNREADABLE):
            raise _damaged(path) from None


def _damaged(path: Path) -> Problems:
    """What is said of a stage that cannot be read."""
    message, hint = "is damaged: it is no stage of a calibration", "start anew without --resume"
    return Problems([Problem(shown(path), None, message, hint)])

"""Worlds that differ in one thing, lived side by side on the same draws and compared to the bit."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_name, quarter_of
from simulation.scenario.scenario import Scenario, load_scenario
from simulation.world import world as w

UNTIL = "2005Q4"
QUIET = ("regime.unrest_base=-60",)
"""Settings of a world in which no trouble comes by chance: only what is scripted."""

_FOLDER = tempfile.TemporaryDirectory()
atexit.register(_FOLDER.cleanup)


@dataclass
class History:
    """A world's past: the model at its end, and every array at the end of each quarter."""

    model: InfluenceModel
    quarters: list[dict[str, np.ndarray]]

    @property
    def end(self) -> int:
        return len(self.quarters) - 1

    @property
    def runs(self) -> int:
        return self.model.runs

    def at(self, name: str, quarter: str | int) -> np.ndarray:
        """A whole array at the end of a quarter."""
        number = quarter_of(quarter) if isinstance(quarter, str) else quarter
        return self.quarters[number][name]

    def of(self, name: str, *who: str | tuple[str, str], quarter: str = UNTIL) -> np.ndarray:
        """One row of an array, such as the affinity of a state to a power; shape (runs,)."""
        return self.at(name, quarter)[self._places(name, who)]

    def share_open(self, base: str, quarter: str = UNTIL) -> float:
        """In what share of the runs a base is in use."""
        status = self.of("base_status", base, quarter=quarter)
        return float(np.isin(status, (w.OPEN, w.NOTICE)).mean())

    def when(self, name: str, *who: str | tuple[str, str]) -> np.ndarray:
        """When something first happened, run by run, to those named; after the end if never.

        Args:
            name: an array of firsts, such as `opened_at`.
            who: whom it concerns along its axes; the earliest of the axes left out.
        """
        places = self._places(name, who)
        when = self.at(name, self.end)[places].astype(int)
        return np.where(when < 0, self.end + 1, when).reshape(-1, self.runs).min(axis=0)

    def _places(self, name: str, who: tuple[str | tuple[str, str], ...]) -> tuple[int, ...]:
        axes = w.LAYOUT[name][0]
        return tuple(self.model.world.place(axis, it) for axis, it in zip(axes, who, strict=False))

    def first(self, holds: Callable[[dict[str, np.ndarray]], np.ndarray]) -> np.ndarray:
        """The first quarter, run by run, at whose end something holds; after the end if never."""
        found = np.full(self.runs, self.end + 1)
        for quarter in reversed(range(self.end + 1)):
            found[holds(self.quarters[quarter])] = quarter
        return found

    def first_of(self, name: str, *who: str | tuple[str, str]) -> np.ndarray:
        """The first quarter, run by run, at whose end any of an array's numbers is above 0."""
        places = self._places(name, who)
        return self.first(lambda now: anywhere(now[name][places] > 0))


def anywhere(mask: np.ndarray) -> np.ndarray:
    """In which runs a mask holds at any place."""
    return mask.reshape(-1, mask.shape[-1]).any(axis=0)


def scenario(title: str, **entries: Any) -> Path:
    """The file of a scenario that says this much and no more."""
    path = Path(_FOLDER.name, f"{title}.yaml")
    path.write_text(yaml.safe_dump({"title": title, **entries}, sort_keys=False))
    return path


def without(switch: str, name: str = "", **entries: Any) -> Path:
    """The file of a scenario with one mechanism off: the baseline, or one of that name."""
    title = f"without_{switch}_in_{name}" if name else f"without_{switch}"
    return scenario(title, mechanisms={switch: "off"}, **entries)


def live(
    name: str | Path | Scenario,
    runs: int = 100,
    until: str = UNTIL,
    settings: tuple[str, ...] = (),
    **model: Any,
) -> History:
    """Live a world and keep its past."""
    if not isinstance(name, Scenario):
        name = load_scenario(name, settings=settings)
    lived = InfluenceModel(name, runs=runs, **({"seed": 1, "parameters": "point"} | model))
    quarters = []
    while lived.quarter < quarter_of(until):
        lived.step()
        quarters.append(lived.world.snapshot())
    return History(lived, quarters)


_baseline = lru_cache(maxsize=4)(live)  # that most pairs share, however many others come between
_live = lru_cache(maxsize=2)(live)


def paired(
    *names: str | Path, runs: int = 100, until: str = UNTIL, settings: tuple[str, ...] = ()
) -> list[History]:
    """Live several worlds on the same draws."""
    return [
        (_baseline if name == "baseline" else _live)(name, runs, until, settings) for name in names
    ]


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays hold the same numbers to the bit."""
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def parted(one: History, other: History, quarter: str) -> set[str]:
    """The arrays in which two worlds differ at the end of a quarter."""
    return {
        name
        for name, array in one.quarters[quarter_of(quarter)].items()
        if not same(array, other.at(name, quarter))
    }


def assert_identical(one: History, other: History, until: str | np.ndarray) -> None:
    """Two worlds are the same to the bit: every array and every logged event.

    Args:
        until: the last quarter of which this holds, for all runs or run by run.
    """
    assert one.runs == other.runs
    assert one.model.first_run == other.model.first_run
    last = np.full(one.runs, quarter_of(until)) if isinstance(until, str) else until
    for quarter in range(min(int(last.max()), one.end, other.end) + 1):
        still = last >= quarter
        for name, array in one.quarters[quarter].items():
            alike = same(array[..., still], other.quarters[quarter][name][..., still])
            assert alike, f"{name} parts in {quarter_name(quarter)}"
    assert events(one, last) == events(other, last)


def events(history: History, last: np.ndarray) -> list[tuple]:
    """What happened, in order, up to each run's last quarter."""
    found = []
    for quarter, *what, runs, values in history.model.log:
        kept = last[runs - history.model.first_run] >= quarter
        if kept.any():
            found.append((quarter, *what, runs[kept].tolist(), values[kept].tolist()))
    return found

"""A made-up results folder, so that figures, tables and the report are tested without a batch.

The numbers are invented: smooth curves, one visible effect, noise drawn from a fixed seed. Files
and columns are those of a real batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.dates import quarter_name
from simulation.record.compare import compare
from simulation.record.manifest import write_manifest
from simulation.record.record import DIFFERENCES_FILE, Record
from simulation.record.through_time import PairedPaths

POWERS = ("china", "japan", "russia", "united_states")
STATES = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
CHANNELS = ("economic", "political", "security")
CANDIDATES = ("afghanistan", "belarus", "india", "iran", "mongolia", "pakistan", "turkmenistan")
QUARTERS = 58
AXES = ("power", "state", "channel", "organization", "installation")
BANDS = ("mean", "q05", "q25", "q50", "q75", "q95")
TITLES = {
    "baseline": "What was known, then free",
    "us_base_withdrawal": "The United States leaves both bases in 2004",
    "no_andijan": "Nothing happens in Andijan",
    "no_manas_offer": "Washington makes no offer for Manas",
    "us_bases_stay": "Washington outbids and never blames",
    "new_observers": "Afghanistan, Belarus and Turkmenistan become observers",
    "three_full_members": "India, Iran and Pakistan become full members in 2006",
    "china_credit_doubled": "China doubles its credit",
    "pipeline_delayed": "The pipeline from Atasu is two years late",
    "no_russian_bases": "Russia opens no bases",
    "colour_revolutions": "A wave of colour revolutions",
    "japan_offensive": "Japan goes on the offensive",
    "sino_russian_rift": "China and Russia fall out",
    "afghan_drug_surge": "Afghan drugs surge",
    "water_crisis": "The rivers run low",
}
DESCRIPTIONS = {
    "china_share": "China's share of influence over Central Asia",
    "russia_share": "Russia's share of influence over Central Asia",
    "united_states_share": "The United States' share of influence over Central Asia",
    "japan_share": "Japan's share of influence over Central Asia",
    "russia_china_share": "The share of Russia and China together over Central Asia",
    "manas_open": "Manas is open at the horizon",
    "karshi_khanabad_open": "Karshi-Khanabad is open at the horizon",
    "manas_rent": "Yearly rent for Manas at the horizon",
}
BASES = {
    "karshi_khanabad": (0.96, 16, 0.12),
    "manas": (0.97, 22, 0.58),
    "kant": (0.0, 9, 0.93),
    "dushanbe": (0.0, 13, 0.9),
}


def write_results(
    folder: Path, scenarios: int = 3, runs: int = 200, seed: int = 7, parameters: str = "point"
) -> Path:
    """Fabricate a results folder with the first `scenarios` of `TITLES`; returns the folder."""
    names = list(TITLES)[:scenarios]
    (folder / "scenarios").mkdir(parents=True)
    worlds = {name: _World(place, runs, seed) for place, name in enumerate(names)}
    _write_trajectories(folder / "trajectories.parquet", worlds)
    _write_paths(folder / "paths.parquet", worlds)
    outcomes = {name: world.outcomes() for name, world in worlds.items()}
    _write_outcomes(folder / "outcomes.parquet", outcomes, runs)
    if len(names) > 1:
        _write_differences(folder / DIFFERENCES_FILE, worlds)
    _write_events(folder / "events.parquet", names, runs)
    for place, name in enumerate(names):
        text = yaml.safe_dump(_resolved(name, place), sort_keys=False, allow_unicode=True)
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    manifest = whole_manifest(
        names, seed=seed, runs=runs, chunk=runs, ladder=[runs], parameters=parameters,
        catalogue_hash=load_catalogue().hash, outcomes=_declared(list(outcomes["baseline"])),
    )  # fmt: skip
    write_manifest(folder, manifest)
    compare(Record.open(folder)).to_csv(folder / "comparison.csv")
    return folder


def whole_manifest(scenarios: Sequence[str] = ("baseline",), **given: Any) -> dict[str, Any]:
    """A manifest with everything that is due, some of it as given."""
    return {
        "version": 1, "status": "finished", "created": "2026-01-01T00:00:00+00:00",
        "scenarios": list(scenarios), "baseline": scenarios[0], "seed": 7, "first_run": 0,
        "runs": 2, "chunk": 2, "until": "2015Q4", "trajectories": 20, "parameters": "point",
        "settings": [], "precision": {}, "precise": None, "ladder": [2],
        "scenario_files": {name: f"scenarios/{name}.yaml" for name in scenarios},
        "scenario_hashes": dict.fromkeys(scenarios, "0123"), "catalogue_hash": "4567",
        "versions": {"heartland": "0.1.0", "python": "3.11.7", "mesa": "3.3.1", "numpy": "2.4.6"},
        "cpu": "x86_64", "cpus": 2, "system": "Linux",
        "git": {"commit": "0123abc", "changed": False}, "wall_time": 31.5, "outcomes": {},
        "variables": {}, "files": {}, **given,
    }  # fmt: skip


class _World:
    """The invented histories of one scenario, all runs."""

    def __init__(self, place: int, runs: int, seed: int):
        self.runs = runs
        noise = np.random.default_rng(seed)
        time = np.arange(QUARTERS) / (QUARTERS - 1)
        self.push = 0.0 if place == 0 else 0.55 * np.sin(1.7 * place) / (1 + 0.2 * place)
        after = np.clip((np.arange(QUARTERS) - 10) / 12, 0, 1)
        shape = (len(POWERS), len(STATES), QUARTERS, runs)
        drift = np.cumsum(noise.normal(0, 0.055, shape), axis=2)
        start = np.array([[0.3, 0.1, 0.0, -0.4, 0.0], [-0.4, -0.5, -0.8, -0.6, -0.4],
                          [1.3, 1.2, 1.5, 0.8, 0.6], [0.1, 0.3, 0.0, 0.1, 0.4]])  # fmt: skip
        slope = np.array([[1.5, 1.3, 1.0, 1.9, 0.9], [0.4, 0.1, 0.2, 0.0, 0.2],
                          [-0.4, 0.0, 0.1, -0.3, 0.3], [0.0, 0.0, 0.4, 0.1, -0.5]])  # fmt: skip
        effect = np.zeros((len(POWERS), len(STATES)))
        effect[0, :] = 0.35 * self.push
        effect[3, 1], effect[3, 4] = -1.1 * self.push, -1.4 * self.push
        effect[2, 4] = 0.5 * self.push
        logit = (
            start[:, :, None, None]
            + slope[:, :, None, None] * time[:, None]
            + effect[:, :, None, None] * after[:, None]
            + drift
        )
        weight = np.exp(logit)
        self.share = weight / weight.sum(axis=0)
        self.level = weight / (1 + weight.sum(axis=0))
        tilt = np.array([0.15, 0.0, -0.15])[:, None, None, None, None]
        self.channel = np.clip(self.level * (1 + tilt), 0, 1)
        self.luck = noise.random((len(BASES), runs))
        self.ties = noise.random((len(CANDIDATES), runs))

    def open(self, base: str) -> np.ndarray:
        """Whether a base is open, by quarter and run."""
        start, turn, end = BASES[base]
        quarters = np.arange(QUARTERS)
        end = np.clip(end - 0.6 * self.push * (start > 0), 0.0, 1.0)
        path = start + (end - start) / (1 + np.exp(-(quarters - turn) / 1.6))
        path[0] = 0.0
        return (self.luck[list(BASES).index(base)] < path[:, None]).astype(float)

    def member(self, state: str) -> np.ndarray:
        """Whether a candidate is a full member of the SCO, by quarter and run."""
        place = CANDIDATES.index(state)
        path = np.clip((np.arange(QUARTERS) - 18 - 2 * place) / 60, 0, 1)
        return (self.ties[place] < path[:, None]).astype(float)

    def series(self):
        """Every variable as (name, axes, values by quarter and run)."""
        for p, power in enumerate(POWERS):
            for s, state in enumerate(STATES):
                yield "influence", {"power": power, "state": state}, self.level[p, s]
                yield "influence_share", {"power": power, "state": state}, self.share[p, s]
                for c, channel in enumerate(CHANNELS):
                    axes = {"power": power, "state": state, "channel": channel}
                    yield "channel_influence", axes, self.channel[c, p, s]
        for s, state in enumerate(STATES):
            yield "contest", {"state": state}, self.share[0, s] + self.share[2, s]
            inside = np.full((QUARTERS, self.runs), float(state != "turkmenistan"))
            if state != "turkmenistan":
                axes = {"organization": "sco", "state": state}
                yield "membership_full", axes, inside
        for state in CANDIDATES:
            axes = {"organization": "sco", "state": state}
            yield "membership_full", axes, self.member(state)
        for base in BASES:
            yield "base_open", {"installation": base}, self.open(base)
        rent = 20 + 20 * np.abs(self.push) + 0 * self.open("manas")
        yield "base_rent", {"installation": "manas"}, rent
        depth = np.linspace(1, 6, QUARTERS)[:, None] + 0 * rent
        yield "depth", {"organization": "sco"}, depth

    def outcomes(self) -> dict[str, np.ndarray]:
        """The outcomes at the horizon, one value a run."""
        last = self.share[:, :, -1]
        found = {f"{power}_share": last[p].mean(axis=0) for p, power in enumerate(POWERS)}
        for p, power in enumerate(POWERS):
            for s, state in enumerate(STATES):
                found[f"{power}_share_{state}"] = last[p, s]
        found["russia_china_share"] = found["russia_share"] + found["china_share"]
        for base in BASES:
            found[f"{base}_open"] = self.open(base)[-1]
        found["bases_open_united_states"] = found["karshi_khanabad_open"] + found["manas_open"]
        found["bases_open_russia"] = found["kant_open"] + found["dushanbe_open"]
        found["manas_rent"] = 20 * found["manas_open"] * (1 + np.abs(self.push))
        found["sco_depth"] = 6 + 0 * found["manas_rent"]
        found["sco_full_members"] = 5 + sum(self.member(each)[-1] for each in CANDIDATES)
        return found


def _write_trajectories(path: Path, worlds: dict[str, _World]) -> None:
    columns: dict[str, list] = {
        key: [] for key in ("scenario", "quarter", "variable", *AXES, *BANDS)
    }

    def add(name: str, variable: str, axes: dict[str, str], values: np.ndarray) -> None:
        columns["scenario"] += [name] * QUARTERS
        columns["quarter"] += [quarter_name(quarter) for quarter in range(QUARTERS)]
        columns["variable"] += [variable] * QUARTERS
        for axis in AXES:
            columns[axis] += [axes.get(axis, "")] * QUARTERS
        columns["mean"] += list(values.mean(axis=1))
        cuts = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95), axis=1)
        for band, cut in zip(BANDS[1:], cuts, strict=True):
            columns[band] += list(cut)

    first = next(iter(worlds.values()))
    for name, world in worlds.items():
        for variable, axes, values in world.series():
            add(name, variable, axes, values)
        for p, power in enumerate(POWERS):
            for s, state in enumerate(STATES):
                axes = {"power": power, "state": state}
                add(name, "influence_difference", axes, world.level[p, s] - first.level[p, s])
    types = {"scenario": pa.string(), "quarter": pa.string(), "variable": pa.string()}
    types |= dict.fromkeys(AXES, pa.string()) | dict.fromkeys(BANDS, pa.float64())
    pq.write_table(pa.table({k: pa.array(v, types[k]) for k, v in columns.items()}), path)


def _write_paths(path: Path, worlds: dict[str, _World], runs: int = 20) -> None:
    rows = []
    for name, world in worlds.items():
        for p, power in enumerate(POWERS):
            for s, state in enumerate(STATES):
                for run in range(min(runs, world.runs)):
                    for quarter in range(QUARTERS):
                        value = float(world.share[p, s, quarter, run])
                        rows.append((name, run, quarter_name(quarter), power, state, value))
    scenario, run, quarter, power, state, value = (list(each) for each in zip(*rows, strict=True))
    columns = {
        "scenario": scenario,
        "run": run,
        "quarter": quarter,
        "variable": ["influence_share"] * len(rows),
        "power": power,
        "state": state,
        **{axis: pa.nulls(len(rows), pa.string()) for axis in AXES[2:]},
        "value": value,
    }
    pq.write_table(pa.table(columns), path)


def _write_outcomes(path: Path, outcomes: dict[str, dict[str, np.ndarray]], runs: int) -> None:
    names = list(outcomes)
    columns = {"scenario": np.repeat(names, runs), "run": np.tile(np.arange(runs), len(names))}
    for outcome in outcomes[names[0]]:
        columns[outcome] = np.concatenate([outcomes[name][outcome] for name in names])
    pq.write_table(pa.table(columns), path)


def _write_differences(path: Path, worlds: dict[str, _World]) -> None:
    """Some of the outcomes, followed through time beside the first world."""
    units = {f"{power}_share": "share" for power in POWERS}
    units |= {f"{base}_open": "probability" for base in BASES}

    def followed(world: _World) -> np.ndarray:
        shares = world.share.mean(axis=1)
        bases = np.stack([world.open(base) for base in BASES])
        return np.concatenate([shares, bases]).transpose(1, 0, 2).astype(np.float32)

    reference, *others = worlds.items()
    tables = [
        PairedPaths.of(units, followed(world), followed(reference[1])).table(name)
        for name, world in others
    ]
    pq.write_table(pa.concat_tables(tables), path)


def _write_events(path: Path, names: list[str], runs: int) -> None:
    rows = [
        (name, run, quarter_name(16), "respond", "notice", "uzbekistan", "united_states",
         "karshi_khanabad", 1.0)
        for name in names for run in range(0, runs, 2)
    ]  # fmt: skip
    keys = (
        "scenario",
        "run",
        "quarter",
        "phase",
        "kind",
        "actor",
        "counterpart",
        "object",
        "value",
    )
    pq.write_table(
        pa.table({k: list(v) for k, v in zip(keys, zip(*rows, strict=True), strict=True)}), path
    )


def _declared(names: list[str]) -> dict[str, dict]:
    """What the manifest says of each outcome."""
    found = {}
    for name in names:
        binary = name.endswith("_open") and not name.startswith("bases")
        share = "share" in name
        found[name] = {
            "description": DESCRIPTIONS.get(name, name.replace("_", " ").capitalize()),
            "unit": "share" if share else "US$ m a year" if name.endswith("rent") else "count",
            "kind": "binary" if binary else "continuous" if share else "count",
            "headline": not any(name.endswith(f"share_{state}") for state in STATES),
            "matters": 0.05 if binary else 0.005 if share else 0.1,
        }
    return found


def _resolved(name: str, place: int) -> dict:
    """A resolved scenario, as a batch leaves it."""
    changed = {
        "basing.reservation.united_states": {
            "value": 0.0, "from": "override", "why": "Washington no longer bids to stay.",
            "origin": f"scenarios/{name}.yaml",
        }
    }  # fmt: skip
    events = [
        {"date": "2005-03-24", "ouster": "kyrgyzstan", "why": "Tulip."},
        {"date": "2005-05-13", "crackdown": "uzbekistan", "why": "Andijan."},
        {"date": "2004-03-01", "close_base": "manas", "why": "Ordered home."},
    ]
    return {
        "name": name,
        "title": TITLES[name],
        "question": f"Does Chinese influence change if this comes true: {TITLES[name].lower()}?",
        "outcome": "china_share",
        "overrides": changed if place else {},
        "events": events[: 3 if place else 2],
        "mechanisms": {"conditional_aid": "off"} if place == 4 else {},
    }

"""The patterns that a free run should show, and how each is read from a run.

Windows and tolerances are declared in `evidence/patterns.yaml`. Every measure returns, run by
run, whether the pattern holds; parts of a joint pattern are returned beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.model.outcomes import VARIABLES, trade_share_of_region
from simulation.numerics.arrays import Mask, average
from simulation.numerics.dates import quarter_of
from simulation.world import world as w
from simulation.world.world import ArrayName, Counts, Name

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel

UNTIL = "2005Q4"
WATCHED = ("affinity", "agreement", "base_rent")


@dataclass
class Watch:
    """What patterns need from the middle of a run: call `collect` after every step."""

    kept: dict[tuple[str, int], NDArray[Any]] = field(default_factory=dict)

    def collect(self, model: InfluenceModel) -> None:
        """Keep copies of the watched variables at the end of the quarter."""
        world, quarter = model.world, model.quarter
        for name in WATCHED:
            self.kept[name, quarter] = VARIABLES[name].measure(world).copy()
        self.kept["took_part", quarter] = world.took_part.copy()
        self.kept["exercised", quarter] = world.exercised.copy()
        self.kept["spoke", quarter] = world.stated_now.copy()

    def at(self, name: str, quarter: str) -> NDArray[Any]:
        """A watched variable at the end of a quarter such as "2004Q4"."""
        return self.kept[name, quarter_of(quarter)]


Reading = dict[str, Mask]
"""Whether a pattern holds, under its identifier, and whether each part does, by name."""


def watched_run(model: InfluenceModel) -> Watch:
    """Run a model to the end of 2005, watching what the patterns need."""
    watch, last = Watch(), quarter_of(UNTIL)
    while model.quarter < last:
        model.step()
        watch.collect(model)
    return watch


def measure(model: InfluenceModel, watch: Watch) -> Reading:
    """Every pattern but P6n, which needs further arms, run by run."""
    declared = model.catalogue.patterns
    out: Reading = {}
    for name, read in MEASURES.items():
        entry = declared[name].model_extra or {}
        parts = read(model, watch, entry)
        holds = np.ones(model.runs, dtype=bool)
        for part in parts.values():
            holds &= part
        out[name] = holds
        if len(parts) > 1:
            out.update({f"{name} {part}": mask for part, mask in parts.items()})
    return out


def reading_of_arms(without_conditions: InfluenceModel, without_bid: InfluenceModel) -> Reading:
    """P6n from its two arms, on the same runs: who stays and who goes once a reason is gone."""
    stays = _served(without_conditions, "karshi_khanabad") < 0
    stays &= _when(without_conditions, "opened_at", "installation", "karshi_khanabad") >= 0
    goes = _served(without_bid, "manas") >= 0
    return {
        "P6n": stays & goes,
        "P6n Karshi-Khanabad stays without conditional aid": stays,
        "P6n Manas goes without an American bid": goes,
    }


ARMS: Mapping[str, str] = {
    "no_conditional_aid": "conditional_aid",
    "no_american_bid": "guest_bids",
}
"""The mechanism that each arm of P6n turns off."""


def _served(model: InfluenceModel, base: str) -> Counts:
    return _when(model, "notice_at", "installation", base)


def _when(model: InfluenceModel, array: ArrayName, axis: str, name: Name) -> Counts:
    world = model.world
    found: Counts = world.array(array)[world.place(axis, name)]
    return found


def _within(when: Counts, window: list[str]) -> Mask:
    first, last = (quarter_of(q) for q in window)
    return (when >= first) & (when <= last)


def _by(when: Counts, last: str) -> Mask:
    return (when >= 0) & (when <= quarter_of(last))


def _p1(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    return {
        base: _within(_when(model, "opened_at", "installation", base), entry["window"])
        for base in ("karshi_khanabad", "manas")
    }


def _p2(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    return {
        base: _within(_when(model, "opened_at", "installation", base), window)
        for base, window in entry["windows"].items()
    }


def _p3(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    body = model.world.place("body", ("sco", "anti_terrorist_structure"))
    sited = model.world.seat[body] == model.world.place("member", entry["seat"])
    return {"sited in Tashkent": sited & model.world.founded[body]}


def _p4(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    return {
        body: _by(_when(model, "founded_at", "body", ("sco", body)), last)
        for body, last in entry["by"].items()
    }


def _p5(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    world = model.world
    dyad = world.place("power", "united_states"), world.place("region", "uzbekistan")
    return {"withheld": _within(world.withheld_since[dyad], entry["window"])}


def _p6(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    world, before, day = model.world, entry["before"], entry["statement"]
    us, china = world.place("power", "united_states"), world.place("power", "china")
    uzbekistan = world.place("state", "uzbekistan")
    neighbours = [world.place("state", name) for name in entry["neighbours"]]
    manas = world.place("installation", "manas")
    agreement = watch.at("agreement", UNTIL)[us]
    gained = (watch.at("affinity", UNTIL) - watch.at("affinity", before))[china]
    dearer = watch.at("base_rent", UNTIL)[manas] > watch.at("base_rent", "2005Q2")[manas]
    return {
        "statement": watch.at("spoke", day)[world.place("organization", "sco")],
        "notice on Karshi-Khanabad": _within(_served(model, "karshi_khanabad"), entry["window"]),
        "Manas kept, dearer": (world.base_status[manas] == w.OPEN) & dearer,
        "Uzbekistan below its neighbours": agreement[uzbekistan] < average(agreement[neighbours]),
        "Uzbekistan to China": gained[uzbekistan] > 0,
        "Kazakhstan to China": gained[world.place("state", "kazakhstan")] > 0,
    }


def _p7(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    world = model.world
    standing = world.standing[world.place("organization", "sco")]
    places = {name: world.place("member", name) for name in entry["observers"]}
    at_start = model.catalogue.organizations["sco"].members
    others = [world.place("member", m) for m in world.axes.member if m not in at_start]
    out = {name: standing[m] == w.OBSERVER for name, m in places.items()}
    strangers = [m for m in others if m not in places.values()]
    out["no other observer"] = np.all(standing[strangers] == w.OUTSIDE, axis=0)
    out["no new member"] = np.all(standing[others] != w.MEMBER, axis=0)
    return out


def _p8(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    world = model.world
    sco, member = world.place("organization", "sco"), world.place("member", "uzbekistan")
    held = watch.at("exercised", entry["exercise"])[sco]
    left = world.left_at[world.place("organization", "guuam"), member]
    return {
        "out of the exercise": held & ~watch.at("took_part", entry["exercise"])[sco, member],
        "left GUUAM": _within(left, entry["window"]),
    }


def _p9(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    out = {}
    for power, (low, high) in entry["targets"].items():
        share = trade_share_of_region(model.world, power)
        out[power] = (share >= low) & (share <= high)
    return out


def _p10(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    when = _when(model, "organization_founded_at", "organization", "central_asia_plus_japan")
    return {"founded": _within(when, entry["window"])}


def _p11(model: InfluenceModel, watch: Watch, entry: Mapping[str, Any]) -> Reading:
    world = model.world
    begun = {
        name: world.project_status[world.place("project", name)] >= w.BUILDING
        for name in ("buyers_credit_2004", "atasu_alashankou", "petrokazakhstan", "khorgos")
    }
    china, kazakhstan = world.place("power", "china"), world.place("region", "kazakhstan")
    ties = world.ties[w.SECURITY, china, kazakhstan]
    return {
        **begun,
        "stake rises": world.stake[china, kazakhstan] > 0,
        "security ties rise": ties > model.start.ties[w.SECURITY, china, kazakhstan],
    }


MEASURES: dict[str, Callable[[InfluenceModel, Watch, Mapping[str, Any]], Reading]] = {
    "P1": _p1,
    "P2": _p2,
    "P3": _p3,
    "P4": _p4,
    "P5": _p5,
    "P6": _p6,
    "P7": _p7,
    "P8": _p8,
    "P9": _p9,
    "P10": _p10,
    "P11": _p11,
}

"""Whether a run shows the patterns that a free run should show.

What each pattern asks for is declared in `patterns.yaml` of the evidence. Whether it holds is read
run by run; the parts of a joint pattern are read beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.readings import FIRST, TIMES, YES_OR_NO, Pattern, Wanted
from simulation.model.measures import measured
from simulation.model.outcomes import VARIABLES
from simulation.numerics.arrays import Array, Mask
from simulation.numerics.dates import quarter_of
from simulation.world.world import Counts

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


def read_patterns(model: InfluenceModel, watch: Watch) -> Reading:
    """Every pattern that is read in the free run, run by run."""
    out: Reading = {}
    for name, pattern in model.catalogue.patterns.items():
        if not pattern.without:
            out |= _joined(name, read_parts(pattern, model, watch), model.runs)
    return out


def read_parts(pattern: Pattern, model: InfluenceModel, watch: Watch) -> Reading:
    """Each part of a pattern in a run, by its name."""
    return {part: _all_hold(asked, model, watch) for part, asked in pattern.parts.items()}


def pattern_arms(catalogue: Catalogue) -> dict[str, str]:
    """The mechanism that is off in each further run, by the part that is read there."""
    patterns = catalogue.patterns.values()
    return {part: off for pattern in patterns for part, off in pattern.without.items()}


def reading_of_arms(arms: Sequence[InfluenceModel]) -> Reading:
    """The patterns that are read without a mechanism, from a run for each of `pattern_arms`."""
    out: Reading = {}
    left = list(arms)
    for name, pattern in left[0].catalogue.patterns.items() if left else ():
        parts: Reading = {}
        for part in pattern.without:
            arm = left.pop(0)
            parts[part] = _all_hold(pattern.parts[part], arm, Watch())
        if parts:
            out |= _joined(name, parts, arms[0].runs)
    return out


def _joined(name: str, parts: Reading, runs: int) -> Reading:
    """A pattern, which holds where all its parts do, and its parts if they are several."""
    holds = np.ones(runs, dtype=bool)
    for part in parts.values():
        holds &= part
    several = parts.items() if len(parts) > 1 else ()
    return {name: holds, **{f"{name} {part}": mask for part, mask in several}}


def _all_hold(asked: Iterable[Wanted], model: InfluenceModel, watch: Watch) -> Mask:
    """Where everything holds that a part asks for; nowhere, if someone named is not there."""
    holds = np.ones(model.runs, dtype=bool)
    for condition in asked:
        holds &= _holds(condition, model, watch)
    return holds


def _holds(asked: Wanted, model: InfluenceModel, watch: Watch) -> Mask:
    """Where one condition holds."""
    if not _is_there(asked, model):
        return np.zeros(model.runs, dtype=bool)
    if asked.read in YES_OR_NO:
        return _now_or_then(asked, asked.whom, asked.at, model, watch).astype(bool)
    if asked.read in TIMES:
        return _in_time(asked, np.asarray(measured(model, asked.read, asked.whom)))
    value = _now_or_then(asked, asked.whom, asked.at, model, watch)
    holds: Mask
    if asked.above is not None:
        holds = value > asked.above
    elif asked.between is not None:
        low, high = asked.between
        holds = (value >= low) & (value <= high)
    elif asked.rises_since == FIRST:
        holds = value > _at_the_start(asked, model)
    elif asked.rises_since is not None:
        holds = value > _now_or_then(asked, asked.whom, asked.rises_since, model, watch)
    else:
        others = [{**asked.whom, "state": each} for each in asked.below_each_of or ()]
        beside = [_now_or_then(asked, whom, asked.at, model, watch) for whom in others]
        holds = np.all([value < each for each in beside], axis=0)
    return holds


def _in_time(asked: Wanted, when: Counts) -> Mask:
    """Where something happened in the time that is asked for."""
    if asked.within is not None:
        first, last = (quarter_of(quarter) for quarter in asked.within)
        return (when >= first) & (when <= last)
    if asked.by is not None:
        return (when >= 0) & (when <= quarter_of(asked.by))
    return when >= 0 if asked.ever else when < 0


def _now_or_then(
    asked: Wanted,
    whom: Mapping[str, Any],
    quarter: str | None,
    model: InfluenceModel,
    watch: Watch,
) -> NDArray[Any]:
    """A reading as it stands, or as it stood at the end of a quarter."""
    if quarter is None:
        return measured(model, asked.read, whom)
    world = model.world

    def then(name: str, axes: Sequence[str]) -> NDArray[Any]:
        found: NDArray[Any] = watch.at(name, quarter)[
            tuple(world.place(axis, whom[axis]) for axis in axes)
        ]
        return found

    if asked.read == "statement":
        return then("spoke", ["organization"])
    if asked.read == "stayed_away":
        away: Mask = ~then("took_part", ("organization", "member"))
        return then("exercised", ["organization"]) & away
    return then(asked.read, VARIABLES[asked.read].axes)


def _at_the_start(asked: Wanted, model: InfluenceModel) -> Array:
    """The ties that the world began with."""
    axes = {"channel": "channel", "power": "power", "region": "state"}
    places = (model.world.place(axis, asked.whom[kind]) for axis, kind in axes.items())
    found: Array = model.start.ties[tuple(places)]
    return found


def _is_there(asked: Wanted, model: InfluenceModel) -> bool:
    """Whether everyone whom a condition names is in the scenario."""
    world, whom = model.world, dict(asked.whom)
    bodies = [body for step in whom.pop("bodies", ()) for body in step]
    bodies += [whom.pop("body")] if "body" in whom else []
    if not all(world.has("body", (whom["organization"], each)) for each in bodies):
        return False
    than = [whom.pop("than")] if "than" in whom else []
    several = {"state": (*(asked.below_each_of or ()), *than), "member": whom.pop("but", ())}
    named = [(kind, who) for kind, who in whom.items() if kind not in ("region", "side")]
    named += [(kind, who) for kind, them in several.items() for who in them]
    return all(world.has(kind, who) for kind, who in named)

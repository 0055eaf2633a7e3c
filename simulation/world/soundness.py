"""Whether every number of the world is one, and lies within its bounds: what debugging asks."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from simulation.inputs.problems import Problem, Problems
from simulation.numerics.arrays import FLOAT, Array
from simulation.numerics.dates import quarter_name
from simulation.world.world import LAYOUT, ArrayName, World

DEBUG = "HEARTLAND_DEBUG"
"""The variable of the environment that asks every model, also of workers, to check itself."""

_SLACK = 1e-5
"""How far a bound may be passed by rounding alone, in the model's precision."""

_ALWAYS_NUMBERS = [name for name, layout in LAYOUT.items() if not np.isnan(layout.start)]


class Unsound(ArithmeticError):
    """A quantity is no number, infinite, or outside its bounds; says which, where and when."""


def debugging() -> bool:
    """Whether the environment asks for checks."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def require_sound(world: World) -> None:
    """Refuse a world in which a quantity cannot be what it is.

    Raises:
        Unsound: naming every such array with its first place, run, quarter, phase and value.
    """
    faults = [fault for name in LAYOUT if (fault := _fault(world, name))]
    if faults:
        phase = f"in {world.phase}" if world.phase else "at the start"
        when = f"{quarter_name(world.quarter)}, {phase}"
        raise Unsound(f"{when}: " + "; ".join(faults))


def require_finite(outcomes: Mapping[str, Array], scenario: str, world: World) -> None:
    """Refuse outcomes that are no numbers.

    What is missing in every run is about someone who is not in the scenario, as long as the world
    itself holds numbers alone.

    Args:
        outcomes: arrays of shape (runs,) by name.
        scenario: whose they are.
        world: of which they were measured.

    Raises:
        Problems: naming each outcome with its first run.
    """
    suspect = {name: each for name, each in outcomes.items() if not np.isfinite(each).all()}
    if not suspect:
        return
    sound = all(np.isfinite(world.array(name)).all() for name in _ALWAYS_NUMBERS)
    found = []
    for name, values in suspect.items():
        wrong = np.flatnonzero(~np.isfinite(values))
        if not (sound and np.isnan(values).all()):
            run, when = world.first_run + int(wrong[0]), quarter_name(world.quarter)
            message = f"{name} is {values[wrong[0]]} in run {run} at {when}"
            hint = f"set {DEBUG}=1 to be told which quantity goes wrong first, and when"
            found.append(Problem(scenario, None, message, hint))
    if found:
        raise Problems(found)


def _fault(world: World, name: ArrayName) -> str:
    layout, values = LAYOUT[name], world.array(name)
    slack = _SLACK if layout.dtype is FLOAT else 0
    within = (values >= layout.least - slack) & (values <= layout.most + slack)
    unset = np.isnan(values) & np.isnan(layout.start)
    wrong = ~(within & np.isfinite(values) | unset)
    if not wrong.any():
        return ""
    *place, run = (int(each) for each in np.argwhere(wrong)[0])
    pairs = zip(layout.axes, place, strict=True)
    names = [str(getattr(world.axes, axis)[at]) for axis, at in pairs]
    where = f" of {', '.join(names)}" if names else ""
    value = values[(*place, run)]
    return (
        f"{name}{where} is {value:.6g} in run {world.first_run + run}, "
        f"outside {layout.least:g} to {layout.most:g}"
    )

"""What every agent has: a name, and a look at the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from simulation.numerics.mesa_alone import mesa
from simulation.world.world import LAYOUT, ArrayName, Values

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class Actor(mesa.Agent):
    """Anyone with a name and a place in the world's arrays.

    Attributes:
        name: its identifier.
        on: what can be looked at when something is decided.
        world, weights: the world and the numbers of the run.
    """

    model: InfluenceModel

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model)
        self.name = name
        self.on = model.situation
        self.world = model.world
        self.weights = model.weights


class Quantity:
    """A quantity of an agent by name, a copy of its slice of an array of the world.

    So `model.agents_by_type[State].agg("fear", ...)` and agent reporters work. The run is the last
    axis; a model of one run gives a plain number where nothing else is left. An agent who is not
    on the array's axis, such as an outer state's hardship, has NaN.

    Args:
        array: the name of the array.
        axis: the axis of the array along which the agent stands.
        before: how many axes of the array stand before that one.
    """

    def __init__(self, array: ArrayName, axis: str, before: int = 0) -> None:
        self.array, self.axis, self.before = array, axis, before

    @overload
    def __get__(self, agent: None, kind: type) -> Quantity: ...

    @overload
    def __get__(self, agent: Actor, kind: type) -> Values | float: ...

    def __get__(self, agent: Actor | None, kind: type) -> Quantity | Values | float:
        if agent is None:
            return self
        world = agent.world
        if not world.has(self.axis, agent.name):
            return np.nan if world.runs == 1 else np.full(world.runs, np.nan)
        values = world.array(self.array)
        place = world.place(self.axis, agent.name)
        own = np.take(values, place, axis=self.before)
        return float(own[0]) if own.shape == (1,) else own


def agent_reporters(kind: type[Actor]) -> dict[str, str]:
    """Reporters for Mesa's DataCollector: the quantities of a kind that are one number a run.

    The model's own collector has none: with them `mesa.batch_run` of Mesa 3.5 would give a row for
    every agent instead of one a run.
    """
    return {
        name: name
        for name, each in vars(kind).items()
        if isinstance(each, Quantity) and LAYOUT[each.array].axes == (each.axis,)
    }

"""What those who decide can look at in a quarter, and the luck that they have in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

from simulation.numerics.arrays import FLOAT, Array
from simulation.numerics.dates import FIRST_YEAR, quarter_of, year_of
from simulation.numerics.randomness import Draws
from simulation.parameters.weights import Weights
from simulation.rules import choice
from simulation.world.beginning import Start
from simulation.world.common_knowledge import Public
from simulation.world.world import World

_T = TypeVar("_T")
FOREVER = FLOAT(np.inf)
LuckBounds = tuple[Array, Array]
"""Least and most that lasting luck can have been at first."""


def _turn_of(year: int) -> int:
    """The quarter in which a year turns; the first there is in the first year."""
    return max(quarter_of(f"{year}Q1"), 0)


class Situation:
    """The world, the numbers, the start, what everyone can see, and the draws of the quarter.

    Attributes:
        world, weights, start: those of the run.
        public: what everyone can see once the trouble of the quarter is known.
        recorded: whether the decisions of the quarter are known and will be imposed.
    """

    public: Public
    recorded: bool = False

    def __init__(self, world: World, weights: Weights, start: Start, draws: Draws) -> None:
        self.world = world
        self.weights = weights
        self.start = start
        self._draws = draws
        self._lasting: dict[tuple[str | tuple[str, ...], str], tuple[int, Array]] = {}
        self._walks: dict[tuple[tuple[str, ...], str], tuple[int, Array]] = {}
        self._of_year: dict[tuple[tuple[str, ...], str], tuple[int, Array]] = {}
        self._shared: dict[Callable[[Situation], Any], Any] = {}

    def shared(self, derive: Callable[[Situation], _T]) -> _T:
        """What all who decide in a phase look at, derived for the first of them."""
        if derive not in self._shared:
            self._shared[derive] = derive(self)
        return cast(_T, self._shared[derive])

    def end_phase(self) -> None:
        """Forget what was derived: the world is about to change."""
        self._shared.clear()

    def noise(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This quarter's deviate of unit variance and logistic shape.

        Args:
            stream: the name that the draw bears; of several, a row each.
            purpose: what it is for.

        Returns:
            Shape (runs,), or (stream, runs) for several.
        """
        return self._draws.noise(self.world.quarter, stream, purpose)

    def noise_of_year(self, stream: Sequence[str], purpose: str) -> Array:
        """This year's deviates, a row each, of the shape of `noise`: one draw a year."""
        name, year = (tuple(stream), purpose), year_of(self.world.quarter)
        then, drawn = self._of_year.get(name, (None, None))
        if drawn is None or then != year:
            drawn = self._draws.noise(_turn_of(year), stream, purpose)
            self._of_year[name] = (year, drawn)
        return drawn

    def walk(self, stream: Sequence[str], purpose: str) -> Array:
        """The sum of a deviate a year, a row each, from nought in the first year on.

        What is remembered of the year before only saves drawing it again.
        """
        name, year = (tuple(stream), purpose), year_of(self.world.quarter)
        nowhere = np.zeros((len(stream), self.world.runs), dtype=FLOAT)
        then, at = self._walks.get(name, (FIRST_YEAR, nowhere))
        for each in range(then + 1, year + 1):
            at = at + self._draws.noise(_turn_of(each), stream, purpose)
        self._walks[name] = (year, at)
        return at

    def uniform(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This quarter's draw strictly inside (0, 1), of the shape of `noise`."""
        return self._draws.uniform(self.world.quarter, stream, purpose)

    def lasting(
        self,
        stream: str | Sequence[str],
        purpose: str,
        bounds: Callable[[], LuckBounds | None] = lambda: None,
    ) -> Array:
        """Luck that lasts, in standard deviations: a recursion of named draws, one a year.

        It is a function of its names and of the year, as every draw is, and of how much of it is
        kept (`luck.kept`): what was remembered of the year before only saves drawing it again.

        Args:
            stream: the name that the draw bears; of several, a row each.
            purpose: what it is for.
            bounds: tells within which it began, where the standing at the start says so.

        Returns:
            The shape of `noise`.
        """
        name = (stream if isinstance(stream, str) else tuple(stream), purpose)
        year = year_of(self.world.quarter)
        then, luck = self._lasting.get(name, (FIRST_YEAR - 1, None))
        for each in range(then + 1, year + 1):
            quarter = _turn_of(each)
            if luck is None:
                low, high = bounds() or (np.asarray(-FOREVER), np.asarray(FOREVER))
                draw = self._draws.uniform(quarter, stream, purpose)
                luck = choice.first_luck(draw, low, high)
            else:
                shock = self._draws.noise(quarter, stream, purpose)
                luck = choice.lasting_luck(luck, self.weights.luck.kept, shock)
        assert luck is not None
        self._lasting[name] = (year, luck)
        return luck

    def logistic(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This quarter's logistic deviate, of the shape of `noise`."""
        return self._draws.logistic(self.world.quarter, stream, purpose)

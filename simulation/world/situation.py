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
        self._of_years: dict[tuple[str, str | tuple[str, ...], str], tuple[int, Array]] = {}
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

    def noise_of_year(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This year's deviate, of the shape of `noise`: one draw a year."""

        def drawn(quarter: int) -> Array:
            return self._draws.noise(quarter, stream, purpose)

        return self._year_by_year("noise", stream, purpose, drawn, lambda _, now: drawn(now))

    def walk(self, stream: str | Sequence[str], purpose: str) -> Array:
        """The sum of a deviate a year from nought in the first year on, of the shape of `noise`."""
        return self._year_by_year(
            "walk",
            stream,
            purpose,
            lambda quarter: np.zeros_like(self._draws.noise(quarter, stream, purpose)),
            lambda at, quarter: at + self._draws.noise(quarter, stream, purpose),
        )

    def _year_by_year(
        self,
        kind: str,
        stream: str | Sequence[str],
        purpose: str,
        begin: Callable[[int], Array],
        go_on: Callable[[Array, int], Array],
    ) -> Array:
        """What comes of a step a year; what is remembered only saves taking steps again.

        Args:
            kind, stream, purpose: what it is, and the name that its draws bear.
            begin: what it is in the first year, of the quarter in which that turns.
            go_on: what it is a year later, of what it was and the quarter in which that turns.
        """
        name = (kind, stream if isinstance(stream, str) else tuple(stream), purpose)
        year = year_of(self.world.quarter)
        then, at = self._of_years.get(name) or (FIRST_YEAR, begin(_turn_of(FIRST_YEAR)))
        for each in range(then + 1, year + 1):
            at = go_on(at, _turn_of(each))
        self._of_years[name] = (year, at)
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

        def first(quarter: int) -> Array:
            low, high = bounds() or (np.asarray(-FOREVER), np.asarray(FOREVER))
            return choice.first_luck(self._draws.uniform(quarter, stream, purpose), low, high)

        def later(luck: Array, quarter: int) -> Array:
            shock = self._draws.noise(quarter, stream, purpose)
            return choice.lasting_luck(luck, self.weights.luck.kept, shock)

        return self._year_by_year("luck", stream, purpose, first, later)

    def logistic(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This quarter's logistic deviate, of the shape of `noise`."""
        return self._draws.logistic(self.world.quarter, stream, purpose)

"""The Mesa model: an ensemble of histories that advance together, a quarter a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from simulation.decisions.plugged import decide_plugged
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.cards import card
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.inputs.validation import FrozenText
from simulation.model import turn
from simulation.model.agents import Organization, Power, State
from simulation.model.agents.actor import Actor
from simulation.model.history import History
from simulation.model.outcomes import OUTCOMES, measure_outcomes, reporters
from simulation.model.turn import scripted as shocks
from simulation.numerics.arrays import Array
from simulation.numerics.dates import DEFAULT_UNTIL, quarter_name, quarter_of
from simulation.numerics.memory import collecting_later, forget_numbering, keep_freed_memory
from simulation.numerics.mesa_alone import mesa
from simulation.numerics.randomness import Draws
from simulation.parameters.numbers import Numbers, Parameters
from simulation.parameters.weights import Weights
from simulation.scenario.plugins import plugins_allowed, read_again
from simulation.scenario.scenario import Scenario, load_scenario
from simulation.world.axes import Axes
from simulation.world.situation import Situation
from simulation.world.soundness import debugging, require_sound
from simulation.world.world import PHASES, Logged, World

if TYPE_CHECKING:
    import pandas as pd

keep_freed_memory()

_Kind = TypeVar("_Kind", bound=Actor)


class InfluenceModel(mesa.Model):
    """Great-power influence in Central Asia: `runs` histories of one scenario.

    Args:
        scenario: name of a scenario, path of its file, or a `Scenario`.
        runs: how many histories advance together; with 1 it is an ordinary Mesa model.
        seed: whole number that every draw is named after, or its digits; drawn, and kept as
            `run_seed`, if neither this nor `rng` is given.
        rng: the same under Mesa's newer name.
        first_run: number of the first run in its batch; run 17 is run 17 wherever it is computed.
        parameters: "posterior" to draw each run's numbers from what calibration left of their
            ranges, as of the day until which the scenario is held to history
            ("posterior_2004-03-24" as of that day), "prior" to draw uncertain ones by run from
            their ranges, "point" for the catalogue's values; or numbers by full key, each one
            number or an array of shape (runs,), which win over everything else, with the source
            of all others under "source". By default the posterior where one is stored, else the
            prior.
        until: last quarter, such as "2015Q4"; the scenario's own horizon if None.
        catalogue: the evidence; the project's own if None.
        explaining: keep the terms of every decision, for `explain`.
        collecting: fill Mesa's data collector with the seed and every outcome at the end of each
            step; by default only where the model holds a single run, as for `mesa.batch_run`. A
            model that does not collect refuses to hand out a collector.
        run_numbers: instead of `first_run`, the number of each run, shape (runs,). Runs of one
            number meet the same luck and draw the same parameters, so that what differs between
            them is what was given: the rows of a design. The log numbers runs by row, from 0.
        debug: check at the end of every phase that each quantity of the world is a number within
            its bounds; by default only where the environment has HEARTLAND_DEBUG=1.
        allow_plugins: whether files that the scenario names under `plugins`, which are programs,
            may run.
        **kwargs: numbers by full key beside `parameters`, as `**{"basing.rent": 2}`, so that
            each is a column of its own for `mesa.batch_run`.

    Raises:
        Unsound: what `debug` asks for does not hold.
        Problems: the scenario cannot be resolved, or an argument cannot stand.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "baseline",
        runs: int = 1,
        seed: int | str | None = None,
        rng: int | str | None = None,
        first_run: int = 0,
        parameters: Parameters | None = None,
        until: str | int | None = None,
        catalogue: Catalogue | None = None,
        explaining: bool = False,
        collecting: bool | None = None,
        run_numbers: Sequence[int] | np.ndarray | None = None,
        debug: bool | None = None,
        allow_plugins: bool = False,
        **kwargs: float | Array,  # Mesa's view in the browser wants this very name
    ) -> None:
        chosen = _seed(seed, rng)
        super().__init__(rng=chosen)
        evidence = catalogue or load_catalogue()
        if not isinstance(scenario, Scenario):
            scenario = load_scenario(scenario, evidence, allow_plugins=allow_plugins)
        self.catalogue = scenario.evidence(evidence)
        self.run_seed = chosen
        self.runs = _count("runs", runs, 1)
        self.first_run = _count("first_run", first_run, 0)
        self.run_numbers = _run_numbers(run_numbers, self.runs, self.first_run)
        if self.run_numbers is not None:
            self.runs = len(self.run_numbers)
        self.numbers = Numbers.of(
            parameters,
            self.catalogue,
            days=[scenario.history_until],
            runs=self.runs,
            further=_dotted(kwargs),
        )
        self.specification = scenario = scenario.given(self.numbers, evidence)
        self.horizon = _horizon(until, scenario)
        self.draws = Draws(chosen, self.first_run, self.runs, run_numbers=self.run_numbers)
        axes = Axes.of(self.catalogue, scenario)
        drawn = self.numbers.drawn(self.catalogue, self.draws, scenario.fixed_keys)
        self.weights = Weights(self.catalogue, scenario.values, drawn, axes.mapping())
        self.world = World(axes, self.catalogue, self.runs, self.first_run, explaining)
        self.debug = debugging() if debug is None else debug
        self.start = turn.begin(self.world, self.weights, self.catalogue)
        self.situation = Situation(self.world, self.weights, self.start, self.draws)
        with plugins_allowed(allow_plugins):
            self.plugins = read_again(scenario.plugins, self.catalogue)
        self.history = History(scenario, self.catalogue, self.situation)
        self.quarter = -1
        self.running = True
        self.collecting = self.runs == 1 if collecting is None else collecting
        if self.collecting:
            self.datacollector = mesa.DataCollector(
                {"seed": "run_seed", **reporters(self.catalogue)}
            )
        self.states = [State(self, name) for name in axes.state]
        self.powers = [Power(self, name) for name in axes.power]
        self.organizations = [Organization(self, name) for name in axes.organization]
        forget_numbering(self)

    def __repr__(self) -> str:
        now = quarter_name(self.quarter) if self.quarter >= 0 else "before its first step"
        return f"<InfluenceModel {self.specification.name}: {self.runs} runs, {now}>"

    def _repr_html_(self) -> str:
        """What a notebook shows of the model."""
        axes = self.world.axes
        now = quarter_name(self.quarter) if self.quarter >= 0 else "before its first step"
        lines = {
            "Scenario": self.specification.name,
            "Question": self.specification.question,
            "Runs": f"{self.runs:,}",
            "Seed": self.run_seed,
            "Now": f"{now}; its horizon is {quarter_name(self.horizon)}",
            "Powers": ", ".join(axes.power),
            "States": ", ".join(axes.state),
            "Organizations": ", ".join(axes.organization),
            "Numbers that differ by run": f"{len(self.weights.varied()):,}",
        }
        return card(self.specification.title, lines.items())

    def outcomes(self) -> pd.DataFrame:
        """Every outcome as it stands now: a row a run, a column an outcome, with units in `attrs`.

        The index numbers the runs, or with `run_numbers` the rows of the design.
        """
        import pandas as pd

        run = pd.RangeIndex(self.first_run, self.first_run + self.runs, name="run")
        frame = pd.DataFrame(measure_outcomes(self), index=run)
        told = {name: it.description for name, it in OUTCOMES.items()}
        frame.attrs["descriptions"] = FrozenText(told)
        frame.attrs["units"] = FrozenText({name: it.unit for name, it in OUTCOMES.items()})
        return frame

    @property
    def datacollector(self) -> mesa.DataCollector:
        """Mesa's data collector, of a model that collects.

        Raises:
            Problems: this model does not collect. `mesa.batch_run` would give no row for it.
        """
        if self._datacollector is None:
            message = f"a model of {self.runs:,} runs collects nothing unless it is told to"
            hint = (
                f"for a row a run, give mesa.batch_run first_run=range({self.runs}) and no runs, "
                f"or use run_batch(runs={self.runs}); for arrays over runs, give collecting=True"
            )
            if self.runs == 1:
                message, hint = "collecting=False leaves no data collector", "leave it out"
            raise _wrong(message, hint)
        return self._datacollector

    @datacollector.setter
    def datacollector(self, collector: mesa.DataCollector) -> None:
        self._datacollector = collector

    _datacollector: mesa.DataCollector | None = None

    # Mesa 3.5 reserves `scenario`, and its browser view writes to it on Reset; ours is
    # `specification`.
    scenario = property(lambda self: None, lambda self, value: None)

    def step(self) -> None:
        """One quarter. Within a phase, the order of agents changes nothing."""
        self.quarter += 1
        self.world.quarter = self.quarter
        self.begin("world")
        turn.move(self.world, self.weights, self.start, self.situation.noise)
        self.apply_events()
        self.check()
        self.begin("unrest")
        turn.suffer_unrest(self.situation)
        self.end()
        turn.spread_trouble(self.world, self.weights, self.start)
        turn.change_leaders(self.situation)
        self.situation.public = turn.look_around(self.world, self.weights)
        self.phase("appraise", Power, Power.appraise)
        self.phase("offer", Power, Power.offer)
        self.phase("convene", Organization, Organization.convene)
        self.phase("respond", State, State.respond)
        self.phase("bargain", Power, Power.bargain)
        self.begin("build")
        turn.build(self.situation)
        self.end()
        self.history.impose(self.situation.noise, self.situation.uniform)
        self.begin("settle")
        turn.settle(self.world, self.weights, self.start, self.situation.noise)
        self.history.observe(self.situation.uniform)
        turn.watch(self.world)
        self.check()
        self.world.close_log()
        if self.collecting:
            self.datacollector.collect(self)
        self.running = self.quarter < self.horizon

    def run(self, until: str | int | None = None) -> InfluenceModel:
        """Step to a quarter, by default the horizon; returns the model."""
        last = self.horizon if until is None else _quarter(until)
        with collecting_later():
            while self.quarter < last:
                self.step()
        return self

    def begin(self, phase: str) -> None:
        """Name the phase under which what follows is logged."""
        assert phase in PHASES
        self.world.phase = phase

    def phase(self, name: str, kind: type[_Kind], act: Callable[[_Kind], None]) -> None:
        """Let every agent of a kind act, then carry out what they intend."""
        self.begin(name)
        self.agents_by_type[kind].do(act)
        if not all(each.rules for each in self.plugins):  # they are not pickled
            self.plugins = read_again(self.plugins, self.catalogue)
        decide_plugged(self.plugins, name, self.situation)
        self.end()

    def end(self) -> None:
        """Carry out what was intended in the phase."""
        self.situation.end_phase()
        self.world.commit()
        self.check()

    def check(self) -> None:
        """When debugging, see that every quantity of the world is a number within its bounds."""
        if self.debug:
            require_sound(self.world)

    def apply_events(self) -> None:
        """The events of this quarter act, scripted or known, in order of date."""
        due = self.history.due(self.quarter)
        for event in due:
            shocks.apply(event, self.world, self.weights)
        self.history.prepare()
        self.situation.recorded = self.history.covers(self.quarter)

    @property
    def log(self) -> list[Logged]:
        """What happened: (quarter, phase, kind, actor, counterpart, object, runs, values)."""
        return self.world.log

    def influence(self, power: str, state: str, channel: str | None = None) -> Array:
        """Influence of a power over a state, 0 to 1, shape (runs,); a copy."""
        p, a = self._dyad(power, state)
        if channel is None:
            return np.array(self.world.influence[p, a])
        c = self._place("channel", channel)
        return np.array(self.world.influence_by_channel[c, p, a])

    def share(self, power: str, state: str) -> Array:
        """A power's part of all powers' influence over a state, shape (runs,); a copy."""
        return np.array(self.world.share[self._dyad(power, state)])

    def _dyad(self, power: str, state: str) -> tuple[int, int]:
        return self._place("power", power), self._place("region", state)

    def _place(self, axis: str, name: str) -> int:
        if not self.world.has(axis, name):
            known = ", ".join(getattr(self.world.axes, axis))
            raise ValueError(f"no {axis} '{name}' in this model; there are {known}")
        return self.world.place(axis, name)


def _seed(seed: int | str | None, rng: int | str | None) -> int:
    """The whole number behind every draw."""
    given = rng if seed is None else seed
    if given is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(given, str) and given.isdecimal():  # as a form or a command line hands it on
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0:
        raise _wrong(
            f"a seed of type {type(given).__name__} cannot name the draws",
            "give a whole number of 0 or more, such as seed=1",
        )
    return int(given)


def _count(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise _wrong(f"{name} is {value!r}", f"a whole number of {least} or more is due")
    return int(value)


def _run_numbers(
    given: Sequence[int] | np.ndarray | None, runs: int, first_run: int
) -> np.ndarray | None:
    """The number of each run, where they are given one by one."""
    if given is None:
        return None
    if first_run:
        raise _wrong("run_numbers and first_run are both given", "either of them numbers the runs")
    numbers = np.asarray(given)
    if numbers.ndim != 1 or not len(numbers) or runs not in (1, len(numbers)):
        due = "one number a run is due" + (f", {runs:,} in all" if runs > 1 else "")
        raise _wrong(f"run_numbers has the shape {numbers.shape}", due)
    wrong = [each for each in given if not _numbers_a_run(each)]
    if wrong:
        raise _wrong(f"run_numbers holds {wrong[0]}", "whole numbers of 0 or more are due")
    return numbers.astype(np.int64)


def _numbers_a_run(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return False
    return 0 <= int(value) <= np.iinfo(np.int64).max


def _quarter(when: str | int) -> int:
    return when if isinstance(when, int) else quarter_of(when)


def _horizon(until: str | int | None, scenario: Scenario) -> int:
    if until is not None:
        horizon = _quarter(until)
    elif scenario.until is not None:
        horizon = scenario.until
    else:
        horizon = quarter_of(DEFAULT_UNTIL)
    if horizon < 0:
        raise _wrong(
            f"the horizon {quarter_name(horizon)} lies before the start", "2001Q3 is first"
        )
    return horizon


def _dotted(numbers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Numbers given as keywords; a word without a dot is a misspelt argument."""
    for name in numbers:
        if "." not in name:
            raise _wrong(f"no argument '{name}'", did_you_mean(name, _ARGUMENTS))
    return numbers


def _wrong(message: str, hint: str | None) -> Problems:
    return Problems([Problem("InfluenceModel", None, message, hint)])


_ARGUMENTS = tuple(signature(InfluenceModel.__init__).parameters)[1:-1]
"""What the model can be told, but for numbers by their keys."""

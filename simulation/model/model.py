"""The Mesa model: an ensemble of histories that advance together, a quarter a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import mesa
import numpy as np

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.invocation import program
from simulation.inputs.problems import Problem, Problems
from simulation.model import turn
from simulation.model.agents import Organization, Power, State
from simulation.model.agents.actor import Actor
from simulation.model.history import History
from simulation.model.outcomes import reporters
from simulation.model.turn import scripted as shocks
from simulation.numerics.arrays import FLOAT, Array
from simulation.numerics.dates import DEFAULT_UNTIL, quarter_name, quarter_of
from simulation.numerics.memory import collecting_later, keep_freed_memory
from simulation.numerics.randomness import Draws
from simulation.parameters.sampling import POINT, draw_parameters
from simulation.parameters.weights import Weights
from simulation.scenario.events import EventKind
from simulation.scenario.scenario import Scenario, load_scenario
from simulation.world.axes import Axes
from simulation.world.situation import Situation
from simulation.world.world import PHASES, Logged, World

keep_freed_memory()

_Kind = TypeVar("_Kind", bound=Actor)
TROUBLE: tuple[EventKind, ...] = ("ouster", "crackdown")


class InfluenceModel(mesa.Model):
    """Great-power influence in Central Asia: `runs` histories of one scenario.

    Args:
        scenario: name of a scenario, path of its file, or a `Scenario`.
        runs: how many histories advance together; with 1 it is an ordinary Mesa model.
        seed: whole number that every draw is named after; drawn if neither this nor `rng` is given.
        rng: the same under Mesa's newer name.
        first_run: number of the first run in its batch; run 17 is run 17 wherever it is computed.
        parameters: "point" for the catalogue's values, "prior" to draw uncertain ones by run
            from their ranges, "posterior" to draw each run's from what calibration left of them
            ("posterior_2004-03-24" as of that day), or a mapping from full keys to arrays of
            shape (runs,).
        until: last quarter, such as "2015Q4"; the scenario's own horizon if None.
        catalogue: the evidence; the project's own if None.
        explaining: keep the terms of every decision, for `explain`.
        collecting: fill Mesa's data collector with every outcome at the end of each step; by
            default only where the model holds a single run, as for `mesa.batch_run`.

    Raises:
        Problems: the scenario cannot be resolved, or an argument cannot stand.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "baseline",
        runs: int = 1,
        seed: int | None = None,
        rng: int | None = None,
        first_run: int = 0,
        parameters: str | Mapping[str, Array] | None = None,
        until: str | int | None = None,
        catalogue: Catalogue | None = None,
        explaining: bool = False,
        collecting: bool | None = None,
    ) -> None:
        chosen = _seed(seed, rng)
        super().__init__(rng=chosen)
        evidence = catalogue or load_catalogue()
        if not isinstance(scenario, Scenario):
            scenario = load_scenario(scenario, evidence)
        self.specification = scenario
        self.catalogue = scenario.evidence(evidence)
        self.run_seed = chosen
        self.runs = _count("runs", runs, 1)
        self.first_run = _count("first_run", first_run, 0)
        self.horizon = _horizon(until, scenario)
        self.draws = Draws(chosen, self.first_run, self.runs)
        axes = Axes.of(self.catalogue, scenario)
        drawn = self._parameters(parameters)
        self.weights = Weights(self.catalogue, scenario.values, drawn, axes.mapping())
        self.world = World(axes, self.catalogue, self.runs, self.first_run, explaining)
        self.start = turn.begin(self.world, self.weights, self.catalogue)
        self.situation = Situation(self.world, self.weights, self.start, self.draws)
        self.history = History(scenario, self.catalogue, self.situation)
        self.quarter = -1
        self.running = True
        self.trouble_is_scripted = False
        self.collecting = self.runs == 1 if collecting is None else collecting
        self.datacollector = mesa.DataCollector(model_reporters=reporters(self.catalogue))
        self.states = [State(self, name) for name in axes.state]
        self.powers = [Power(self, name) for name in axes.power]
        self.organizations = [Organization(self, name) for name in axes.organization]

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
        self.phase("unrest", State, State.suffer_unrest)
        turn.spread_trouble(self.world, self.weights, self.start)
        self.situation.public = turn.look_around(self.world, self.weights)
        self.phase("appraise", Power, Power.appraise)
        self.phase("offer", Power, Power.offer)
        self.phase("convene", Organization, Organization.convene)
        self.phase("respond", State, State.respond)
        self.phase("bargain", Power, Power.bargain)
        self.begin("build")
        turn.build(self.situation)
        self.world.commit()
        self.history.impose(self.situation.noise, self.situation.uniform)
        self.begin("settle")
        turn.settle(self.world, self.weights, self.start, self.situation.noise)
        self.history.observe(self.situation.uniform)
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
        self.world.commit()

    def apply_events(self) -> None:
        """The events of this quarter act, scripted or known, in order of date."""
        due = self.history.due(self.quarter)
        for event in due:
            shocks.apply(event, self.world, self.weights)
        self.history.prepare()
        scripted = any(event.kind in TROUBLE for event in due)
        self.situation.recorded = self.history.covers(self.quarter)
        self.trouble_is_scripted = scripted or self.situation.recorded

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

    def _parameters(self, parameters: str | Mapping[str, Array] | None) -> dict[str, Array]:
        fixed = self.specification.fixed_keys
        if parameters is None or isinstance(parameters, str):
            source = POINT if parameters is None else parameters
            return draw_parameters(source, self.catalogue, self.draws, fixed)
        unknown = [key for key in parameters if self.catalogue.declaration_of(key) is None]
        if unknown:
            raise _wrong(f"no parameter '{unknown[0]}'", f"list them: {program()} list parameters")
        return {
            key: np.broadcast_to(np.asarray(value, dtype=FLOAT), (self.runs,))
            for key, value in parameters.items()
            if key not in fixed
        }


def _seed(seed: int | None, rng: int | None) -> int:
    """The whole number behind every draw."""
    given = rng if seed is None else seed
    if given is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
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


def _wrong(message: str, hint: str) -> Problems:
    return Problems([Problem("InfluenceModel", None, message, hint)])

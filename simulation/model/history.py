"""History until a date: what was known is imposed as it fell due; after the date the run is free.

Beside the run goes the record: a world of its own in which nothing happens but the entries of
`evidence/timeline.yaml` up to the date. At the end of each quarter before it, what the run decided
about bases, organizations and works gives way to the record, in the arrays and in the log, and
trade and leanings to the figures. What nobody recorded, such as fear, ties or aid, is the run's.

A date rounds to whole quarters as durations do: its quarter belongs to history if most of it had
passed. If not, the facts of its first weeks still act, and its decisions are free. The figures of
a calendar year are known from its 31 October on, as those of 2005 are.

Four latent states are made to agree with the record. Members that were seen not to admit a
candidate whom terms and luck speak for are cooler to it from that summit on; so is a state that
did not join, and one that did not leave is warmer; both fade as lasting luck does. At the end, a
host that was seen to keep a guest, and would not by its terms, gets a taste that makes it; and a
guest that was kept on a promise whose sum nobody knew pays, from the quarter after, the price that
its host would have named. And a state's own pattern of trade, which its potential rests on, is the
one last measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from simulation.decisions.cases import hosting
from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import Project
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.yaml_reader import shown
from simulation.model import turn
from simulation.model.turn import scripted as shocks
from simulation.numerics.arrays import Array
from simulation.numerics.dates import FIRST_YEAR, mostly_passed, quarter_of, season_of
from simulation.parameters.weights import Weights
from simulation.rules import alignment, basing, imposed, projects, trade
from simulation.scenario.events import Event, EventKind, timeline_events
from simulation.scenario.scenario import Scenario
from simulation.world import world as w
from simulation.world.beginning import trade_of_region
from simulation.world.indicators import Noise
from simulation.world.situation import Situation
from simulation.world.world import ArrayName, LoggedKind, World

RECORDED: tuple[ArrayName, ...] = (
    *("base_status", "rent", "contract_left", "notice_left"),
    *("opened_at", "notice_at", "closed_at", "rent_raised_at"),
    *("standing", "exists", "joined_at", "left_at", "organization_founded_at"),
    *("founded", "seat", "founded_at", "statement", "stated_now", "statement_at"),
    *("understanding", "deals", "withheld_since"),
)
"""Arrays of the world that the record decides as a whole."""
WORKS: tuple[ArrayName, ...] = (
    *("project_status", "quarters_left", "project_delay", "opened_project_at"),
)
"""Arrays that it decides for all works but deals, which follow from the deals themselves."""
OF_THE_QUARTER: tuple[ArrayName, ...] = ("deals", "stated_now", "exercised", "took_part")
"""Arrays that are about one quarter alone."""
_DECISIONS: frozenset[LoggedKind] = frozenset(
    {
        *("open_base", "keep_base", "serve_notice", "close_base", "review"),
        *("withdraw", "found_body", "found_organization", "statement", "admit", "join", "leave"),
        *("start_project", "open_project", "understanding", "deal"),
    }
)
"""Decisions of the run that the record replaces, as the log calls them."""
DRILLS: frozenset[LoggedKind] = frozenset({"exercise", "take_part", "stay_out"})
SETTLED: frozenset[EventKind] = frozenset(
    {
        *("open_base", "close_base", "set_rent", "serve_notice", "keep_base", "admit", "leave"),
        *("found_organization", "found_body", "statement", "ouster", "crackdown", "leader_change"),
        *("start_project", "open_project", "cancel_project", "understanding", "deal", "exercise"),
    }
)
"""Kinds of event on which the record has the last word."""


class History:
    """What was known until a day, and how a run is held to it.

    Args:
        scenario: says until when, if at all, and what else is scripted.
        catalogue: holds the timeline.
        on: the world, the numbers and the start of the run.
    """

    def __init__(
        self,
        scenario: Scenario,
        catalogue: Catalogue,
        on: Situation,
    ) -> None:
        self.until = scenario.history_until
        self.scripted = scenario.events
        self.known: tuple[Event, ...] = ()
        self.last = self.last_figures = -1
        if self.until is None:
            return
        world, weights, start = on.world, on.weights, on.start
        self.on, self.world, self.weights, self.start = on, world, weights, start
        self.known = known_events(catalogue, self.until)
        check([scenario], catalogue)
        self.scripted = tuple(e for e in self.scripted if not _among(e, self.known))
        self.last = last_quarter(self.until)
        self.last_figures = quarter_of(f"{last_year(self.until)}Q4")
        self.record = World(world.axes, catalogue, world.runs, world.first_run)
        for name in (*RECORDED, *WORKS):
            self.record.array(name)[:] = world.array(name)
        self.paths = _paths(world, weights, start, last_year(self.until))
        self.promised: set[int] = set()
        self.promises: dict[int, Array] = {}
        _forget(weights, last_year(self.until))

    def covers(self, quarter: int) -> bool:
        """Whether the decisions of a quarter are known."""
        return quarter <= self.last

    def days(self, known: Sequence[dt.date]) -> list[dt.date]:
        """Those of some recorded days that had come by the date; all where there is none."""
        return [day for day in known if self.until is None or day <= self.until]

    def due(self, quarter: int) -> list[Event]:
        """What happens on the days of a quarter, as it was or as the scenario has it."""
        due = [event for event in (*self.known, *self.scripted) if event.acts_in(quarter)]
        return sorted(due, key=lambda event: event.order) if self.known else due

    def prepare(self) -> None:
        """Before anyone decides: aid that nobody withheld is given, what was promised is paid."""
        if self.until is None:
            return
        world = self.world
        if self.covers(world.quarter) and season_of(world.quarter) == self._season_of_aid():
            given = world.withheld_since < 0
            world.withheld[given] = 0
            world.scripted_withholding |= given
        if world.quarter == quarter_of(self.until) + 1:
            for b, rent in self.promises.items():
                raised = (world.base_status[b] == w.OPEN) & (rent > world.rent[b])
                world.note_event("set_rent", raised, world.axes.installation[b], value=rent)
                world.rent[b] = np.where(raised, rent, world.rent[b])
                world.mark("rent_raised_at", b, raised)

    def impose(self, noise: Noise, uniform: Noise) -> None:
        """After everyone has decided: what was known takes the place of what was decided."""
        if self.until is None or not self.covers(self.world.quarter):
            return
        world, record = self.world, self.record
        self._record_quarter(noise)
        self._agree_with_standing(uniform)
        for name in RECORDED:
            world.array(name)[:] = record.array(name)
        deals = {n for n, p in zip(world.axes.project, world.projects, strict=True) if _is_deal(p)}
        for j, project in enumerate(world.axes.project):
            for name in WORKS if project not in deals else ():
                world.array(name)[j] = record.array(name)[j]
        drilled = {event.subject for event in self.known if event.kind == "exercise"}
        for o in (world.place("organization", name) for name in sorted(drilled)):
            world.exercised[o] = record.exercised[o]
            world.took_part[o] = record.took_part[o]
        world.strike(_DECISIONS, spared=deals)
        world.strike(DRILLS, spared=set(world.axes.organization) - drilled)

    def observe(self, uniform: Noise) -> None:
        """At the quarter's end: trade and leanings are as measured, and tastes agree with them."""
        if self.until is None:
            return
        world = self.world
        if world.quarter <= self.last_figures:
            self._follow_figures()
        if world.quarter == self.last_figures:
            self._agree_with_trade()
        if world.quarter == self.last:
            self.on.public = turn.look_around(world, self.weights)
            for b, base in enumerate(world.axes.installation):
                if world.in_region(b) and (world.base_status[b] == w.OPEN).all():
                    self._agree_to_host(b, uniform(base, "taste"))

    def _season_of_aid(self) -> Array:
        return self.weights.patronage.decision_season

    def _record_quarter(self, noise: Noise) -> None:
        """Carry the record forward by a quarter: its clocks, then what fell due."""
        world, record = self.world, self.record
        record.quarter = world.quarter
        for name in OF_THE_QUARTER:
            record.array(name)[:] = 0
        record.contract_left -= record.base_status == w.OPEN
        noticed, built = record.base_status == w.NOTICE, record.project_status == w.BUILDING
        record.notice_left[noticed] = imposed.one_quarter_less(record.notice_left[noticed])
        record.quarters_left[built] = imposed.one_quarter_less(record.quarters_left[built])
        # A statement fades at the meetings that the run holds.
        record.statement[:] = imposed.as_faded(record.statement, world.statement)
        for event in (event for event in self.known if event.quarter == world.quarter):
            shocks.HANDLERS[event.kind](event, record, self.weights)
            if event.kind == "start_project" and record.has("project", event.subject):
                j = record.place("project", event.subject)
                planned = self.weights.projects.planned_quarters[j]
                slip = noise(event.subject, "slip")
                length = projects.building_quarters(planned, slip, self.weights.works)
                record.quarters_left[j] = length
            if record.has("installation", event.subject):
                b = record.place("installation", event.subject)
                self.promised.discard(b)
                if event.kind == "keep_base" and event.fields.get("rent") is None:
                    self.promised.add(b)
                if event.kind == "serve_notice":  # the record stands at the end of the quarter
                    record.notice_left[b] -= record.notice_at[b] == record.quarter

    def _follow_figures(self) -> None:
        """Put trade and leanings where the yearly figures have them, evenly between two years."""
        world, now = self.world, self.world.quarter
        for name, index, quarters, values in self.paths:
            after = int(np.searchsorted(quarters, now))
            if after == len(quarters):
                continue
            part = imposed.part_passed(now, quarters[after - 1], quarters[after])
            value = imposed.between(values[after - 1], values[after], part)
            traded = name == "trade_weight"
            world.array(name)[index] = imposed.from_logarithm(value) if traded else value
        world.trade_share[:] = trade.shares(world.trade_weight)
        agenda = world.agenda[:, np.newaxis]  # the figures hold what surprised as well
        world.vote_shift[:] = alignment.shift_of_votes(agenda, 0.0, self.weights.alignment)

    def _agree_with_standing(self, uniform: Noise) -> None:
        """Make terms and luck agree with who came in, stayed, or was left out."""
        world, rules, powers = self.world, self.weights.organizations, len(self.world.axes.power)
        known = self.record.standing[:, powers:]
        raised, lost = (world.standing[:, powers:] > known), (world.standing[:, powers:] < known)
        for o, s in np.argwhere((raised | lost).any(axis=-1)):
            admits = bool((rules.admits[o] > 0).any())
            bar = np.zeros_like(rules.hysteresis) if admits else rules.hysteresis
            noise = rules.admission_noise if admits else rules.belonging_spread
            draw = uniform(f"{world.axes.organization[o]}>{world.axes.state[s]}", "welcome")
            worth, welcome = world.worth[o, s], world.welcome[o, s]
            cooler = imposed.cooler_welcome(welcome, worth - bar, noise, draw)
            warmer = imposed.warmer_welcome(welcome, -bar - worth, noise, draw)
            np.copyto(welcome, cooler, where=raised[o, s] & (worth > bar))
            np.copyto(welcome, warmer, where=lost[o, s] & (worth < -bar))

    def _agree_with_trade(self) -> None:
        """How a state's trade departs from the region's is taken from the last figures."""
        world, start = self.world, self.start
        region = imposed.logarithm(trade_of_region(world))[:, np.newaxis]
        traded = world.trade_weight > 0
        now = trade.log_weight(world.trade_weight)
        own = imposed.own_pattern(start.log_trade_of_region, now, region)
        own = np.where(traded, own, start.log_trade_usual)
        start.log_trade_usual[:] = own

    def _agree_to_host(self, b: int, draw: Array) -> None:
        """Give the host of an open base a taste for it where its terms speak against it."""
        world, rules = self.world, self.weights.basing
        s, g, rent = world.hosts[b], world.guests[b], world.rent[b].copy()
        if b in self.promised:
            utility = hosting(self.on, b, rent)
            price = basing.price_to_stay(utility, self.on.public.rent_scale[s], rules)
            access = self.weights.initial.access[s]
            most = basing.reservation(
                rules.reservation[g],
                access,
                world.campaign,
                serves=world.for_campaign[b],
                weights=rules,
            )
            agreed = imposed.rent_agreed(price, most, rent)
            rent = self.promises[b] = np.where(utility.total < 0, agreed, rent)
        missing = -hosting(self.on, b, rent).total
        world.taste[b] = imposed.taste_of_host(missing, rules.noise, draw)


def last_quarter(until: dt.date) -> int:
    """The last quarter of which most had passed by a day."""
    quarter = quarter_of(until)
    return quarter if mostly_passed(quarter, until) else quarter - 1


def last_year(until: dt.date) -> int:
    """The last calendar year whose figures count as known on a day."""
    return until.year if until >= until.replace(month=10, day=31) else until.year - 1


def known_events(catalogue: Catalogue, until: dt.date) -> tuple[Event, ...]:
    """The entries of the timeline up to a day."""
    return tuple(event for event in timeline_events(catalogue) if event.date <= until)


def record_ends(catalogue: Catalogue) -> dt.date:
    """The last day that the evidence covers: the end of the last year with figures."""
    measured = "observed.trade_share.y"
    years = [int(key[len(measured) :]) for key in catalogue.parameters if key.startswith(measured)]
    return dt.date(max(years, default=FIRST_YEAR), 12, 31)


def check(scenarios: Iterable[Scenario], catalogue: Catalogue) -> None:
    """Refuse history that nobody recorded, and events that the record would undo.

    Raises:
        Problems: everything that is in the way, in every scenario.
    """
    found = [each for scenario in scenarios for each in _problems(scenario, catalogue)]
    if found:
        raise Problems(found)


def _problems(scenario: Scenario, catalogue: Catalogue) -> Iterator[Problem]:
    until, file = scenario.history_until, shown(scenario.path)
    if until is None:
        return
    end = record_ends(catalogue)
    if until > end:
        message = f"history is to be imposed until {until}; the evidence ends on {end}"
        yield Problem(file, None, message, f"write {end} or a day before it")
    known = known_events(catalogue, until)
    for event in scenario.events:
        if event.kind in SETTLED and event.date <= until and not _among(event, known):
            message = f"{event.name} of {event.date} did not happen; history is imposed to {until}"
            line = event.line if event.origin in ("", scenario.name) else None
            yield Problem(file, line, message, "date it later, or end history before it")


def _is_deal(project: Project) -> bool:
    return project.kind == "deal"


def _among(event: Event, known: Collection[Event]) -> bool:
    """Whether what a scenario scripts is in the record for the same quarter."""
    return any((event.name, event.quarter) == (each.name, each.quarter) for each in known)


def _forget(weights: Weights, year: int) -> None:
    """Take away the yearly figures that were not known yet."""
    weights.observed.forget_after(year)
    sizes = weights.trade.size
    weights.trade.size = {key: it for key, it in sizes.items() if int(key[1:]) <= year}


MeasuredSeries = tuple[ArrayName, tuple[int, int], np.ndarray, list[Array]]
"""Array and place of a series that was measured, its quarters, and its values in them."""


def _paths(world: World, weights: Weights, start: turn.Start, year: int) -> list[MeasuredSeries]:
    """What trade and leanings were measured at, from the run's start to the last year known."""
    paths: list[MeasuredSeries] = []
    years = range(FIRST_YEAR, year + 1)
    trades = {y: weights.observed.trade_share(y) for y in years}
    odds = {
        y: imposed.logarithm(trade.odds(share)) for y, share in trades.items() if share is not None
    }
    for p, power in enumerate(world.axes.power):
        for a in range(world.regions):
            known = [(y, table[p, a]) for y, table in odds.items()]
            paths.append(_path("trade_weight", (p, a), start.log_trade[p, a], known))
        for s, state in enumerate(world.axes.state):
            known = []
            for y in years:
                voted = weights.observed.agreement(y, power).get(state)
                agenda = (weights.observed.agenda(y) or {}).get(power, 0.0)
                if voted is not None:
                    leaning = alignment.leaning_behind(voted, agenda, weights.alignment)
                    known.append((y, np.atleast_1d(leaning)))
            paths.append(_path("affinity", (p, s), start.affinity[p, s], known))
    return [path for path in paths if len(path[2]) > 1]


def _path(
    name: ArrayName, index: tuple[int, int], first: Array, known: Sequence[tuple[int, Array]]
) -> MeasuredSeries:
    quarters = [-1, *(quarter_of(f"{year}Q4") for year, _ in known)]
    return name, index, np.array(quarters), [first, *(value for _, value in known)]

"""Two honest rivals of the model, each fitted on what was known when the question was asked.

Persistence says that nothing changes; shares of trade and agreement go as a random walk from
their last figure, as wide as their own yearly changes.

Base rates say that things go on as often as they used to: a base, a membership or a project
changes its standing as often a year as all of its class did since July 2001, a head of state
falls as often as heads of state fell; a share of trade keeps its own trend, and agreement lies
somewhere among its own past values. A rate is (events + 1/2) / (years + 5): half an event in five
years is added, so that what never happened is not impossible.

Both answer with a sample, like the model, so that all three are scored alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.linalg import expm
from scipy.special import ndtri

from simulation.backtest import predictands as q
from simulation.backtest.forecasts import bases_of, first_year, trade_share, value_now
from simulation.backtest.questions import Question
from simulation.evidence.catalogue import Catalogue
from simulation.model.history import known_events, last_year
from simulation.model.measures import HOME
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES
from simulation.model.turn import scripted as shocks
from simulation.numerics.dates import QUARTERS_IN_YEAR, quarter_of
from simulation.numerics.randomness import Draws
from simulation.parameters.sampling import POINT
from simulation.scenario.scenario import Scenario
from simulation.world import world as w
from simulation.world.world import World

SAMPLE = 2000
ADDED_EVENTS, ADDED_YEARS = 0.5, 5.0
DAYS_IN_YEAR = 365.25

Sample = np.ndarray
Uniform = Callable[[str, str], np.ndarray]


@dataclass(frozen=True)
class Past:
    """What had happened by a day, and nothing else.

    Attributes:
        day: the day.
        world: a world of one run as it stood.
        kept, standing, works: at the start and after every quarter, the status of each
            installation (0 not yet, 1 in use, 2 given notice or closed), of each actor in each
            organization (0 outside, 1 observer, 2 member), of each project (0 to be,
            1 building, 2 open).
        bodies, understandings: likewise whether each body has been founded (0 or 1), and each
            power has an understanding with each state.
        figures: yearly figures by key, each a mapping from years.
    """

    day: dt.date
    world: World
    kept: np.ndarray
    standing: np.ndarray
    works: np.ndarray
    bodies: np.ndarray
    understandings: np.ndarray
    figures: Mapping[str, Mapping[int, float]]

    @classmethod
    def until(cls, day: dt.date, scenario: Scenario, catalogue: Catalogue) -> Past:
        """Play the timeline up to a day, without the model."""
        model = InfluenceModel(
            scenario, 1, 0, parameters=POINT, catalogue=catalogue, collecting=False
        )
        world, events = model.world, known_events(catalogue, day)
        seen = [_statuses(world)]
        for quarter in range(quarter_of(day) + 1):
            world.quarter = quarter
            for event in (event for event in events if event.quarter == quarter):
                shocks.HANDLERS[event.kind](event, world, model.weights)
            seen.append(_statuses(world))
        statuses = {name: np.stack([each[name] for each in seen]) for name in seen[0]}
        figures: dict[str, dict[int, float]] = {}
        for key, value in catalogue.values.items():
            series, _, rest = key.partition(".y")
            if series.startswith("observed.") and int(rest[:4]) <= last_year(day):
                figures.setdefault(f"{series}{rest[4:]}", {})[int(rest[:4])] = value
        return cls(day=day, world=world, figures=figures, **statuses)

    def at_the_start(self, key: str) -> float:
        """The figure that the world starts from, where none was known yet."""
        _, kind, power, *place = key.split(".")
        if kind == "agreement":
            dyad = self.world.place("power", power), self.world.place("state", place[0])
            return float(VARIABLES["agreement"].measure(self.world)[dyad][0])
        return float(trade_share(self.world, power, place[0] if place else HOME)[0])

    def years_until(self, day: dt.date) -> float:
        """Years from then to a day."""
        return (day - self.day).days / DAYS_IN_YEAR


def persistence(question: Question, past: Past, uniform: Uniform, catalogue: Catalogue) -> Sample:
    """Nothing changes; measured series go as random walks without a trend."""
    measure = question.measure
    match measure:
        case q.TradeShare() | q.Agreement():
            (walk,) = _walks(question, past, uniform, trend=False)
            return _at_the_end(walk)
        case q.TradeOvertakes():
            ours, theirs = _walks(question, past, uniform, trend=False)
            return first_year(question, ours - theirs)
        case q.HeadOusted():
            return np.zeros(1)
    return value_now(measure, past.world)


def base_rates(question: Question, past: Past, uniform: Uniform, catalogue: Catalogue) -> Sample:
    """Things change as often as they used to."""
    measure, years = question.measure, past.years_until(question.resolves)
    match measure:
        case q.BaseRent():
            return _rents(measure, past, years, uniform)
        case q.BaseOpen() | q.BaseKept():
            b = past.world.place("installation", measure.installation)
            chance = _after(_rates(past.kept), past.kept[-1, b], years)
            return _bernoulli(chance[1], uniform, question.id)
        case q.BasesOpen():
            rates, held = _rates(past.kept), bases_of(measure, past.world)
            chances = [_after(rates, past.kept[-1, b], years)[1] for b in held]
            return _count(chances, uniform, question.id)
        case q.Member() | q.MemberCount():
            return _standing(measure, past, years, uniform)
        case q.HeadOusted():
            states = len(past.world.axes.region)
            fallen = sum(event.kind == "ouster" for event in known_events(catalogue, past.day))
            lived = states * (len(past.kept) - 1) / QUARTERS_IN_YEAR
            rate = (fallen + ADDED_EVENTS) / (lived + ADDED_YEARS)
            return _bernoulli(-np.expm1(-rate * years), uniform, question.id)
        case q.ProjectOpen():
            j = past.world.place("project", measure.project)
            chance = _after(_rates(past.works), past.works[-1, j], years)[2]
            return _bernoulli(chance, uniform, question.id)
        case q.BodyFounded():
            body = past.world.place("body", (measure.organization, measure.body))
            chance = _after(_rates(past.bodies), past.bodies[-1, body], years)
            return _bernoulli(1 - chance[0], uniform, question.id)
        case q.ExilesHandedOver():
            dyad = (
                past.world.place("power", measure.power),
                past.world.place("region", measure.state),
            )
            chance = _after(_rates(past.understandings), past.understandings[-1][dyad], years)
            return _bernoulli(1 - chance[0], uniform, question.id)
        case q.TradeShare():
            (walk,) = _walks(question, past, uniform, trend=True)
            return _at_the_end(walk)
        case q.TradeOvertakes():
            ours, theirs = _walks(question, past, uniform, trend=True)
            return first_year(question, ours - theirs)
        case q.Agreement():
            key = _key(measure)
            values = np.array(list(past.figures.get(key, {0: past.at_the_start(key)}).values()))
            own = values.std(ddof=1) if len(values) > 1 else 0.0
            wide = max(own, _usual_step(past, key)) * np.sqrt(1 + 1 / len(values))
            drawn = values.mean() + wide * ndtri(uniform(question.id, "base rate"))
            agreement: Sample = np.clip(drawn, 0, 1)
            return agreement
    return value_now(measure, past.world)


def sampler(seed: int, size: int = SAMPLE) -> Uniform:
    """Uniform draws by name, for a sample."""
    draws = Draws(seed, 0, size, np.float64)
    return lambda name, purpose: draws.uniform(-1, f"question:{name}", purpose)


def _statuses(world: World) -> dict[str, np.ndarray]:
    """What is counted for base rates, as it stands at the end of a quarter."""
    base, work = world.base_status[:, 0], world.project_status[:, 0]
    kept = np.where(base == w.OPEN, 1, np.where(base > w.OPEN, 2, 0))
    works = np.where(work == w.RUNNING, 2, np.where(work == w.BUILDING, 1, 0))
    return {
        "kept": kept,
        "standing": world.standing[..., 0].copy(),
        "works": works,
        "bodies": world.founded[:, 0] + 0,
        "understandings": world.understanding[..., 0] + 0,
    }


def _rates(seen: np.ndarray) -> np.ndarray:
    """Changes a year between three kinds of standing, over all things of a class.

    Args:
        seen: the standing of each, by quarter first.
    """
    before, after = seen[:-1].ravel(), seen[1:].ravel()
    rates = np.zeros((3, 3))
    for one in range(3):
        lived = (before == one).sum() / QUARTERS_IN_YEAR
        for other in {0, 1, 2} - {one}:
            changed = ((before == one) & (after == other)).sum()
            rates[one, other] = (changed + ADDED_EVENTS) / (lived + ADDED_YEARS)
        rates[one, one] = -sum(rates[one])
    return rates


def _after(rates: np.ndarray, now: int, years: float) -> np.ndarray:
    """Chances of each standing after some years."""
    chances: np.ndarray = expm(rates * years)[now]
    return chances


def _bernoulli(chance: float, uniform: Uniform, name: str) -> Sample:
    return (uniform(name, "base rate") < chance) + 0.0


def _count(chances: Sequence[float], uniform: Uniform, name: str) -> Sample:
    drawn = [uniform(f"{name}:{place}", "base rate") < each for place, each in enumerate(chances)]
    return np.add.reduce([each + 0.0 for each in drawn], axis=0) if drawn else np.zeros(1)


def _standing(
    measure: q.Member | q.MemberCount, past: Past, years: float, uniform: Uniform
) -> Sample:
    """Membership after some years; organizations that were not there yet count for no rate."""
    world = past.world
    old = [o for o, entry in enumerate(world.organizations) if entry.exists]
    rates = _rates(past.standing[:, old])
    wanted = {"full": (w.MEMBER,), "observer": (w.OBSERVER,), "any": (w.OBSERVER, w.MEMBER)}
    o = world.place("organization", measure.organization)

    def chance(m: int) -> float:
        chances = _after(rates, past.standing[-1, o, m], years)
        return float(sum(chances[each] for each in wanted[measure.status]))

    name = f"{measure.organization}:{measure.status}"
    if isinstance(measure, q.Member):
        place = world.place("member", measure.state)
        return _bernoulli(chance(place), uniform, f"{name}:{measure.state}")
    return _count([chance(m) for m in range(len(world.axes.member))], uniform, name)


def _rents(measure: q.BaseRent, past: Past, years: float, uniform: Uniform) -> Sample:
    """The rent as it is, or another of those that were paid, or none once the base is gone."""
    world, name = past.world, measure.installation
    b = world.place("installation", name)
    stays = uniform(name, "stays") < _after(_rates(past.kept), past.kept[-1, b], years)[1]
    lived = (past.kept == 1).sum() / QUARTERS_IN_YEAR
    raised = (world.rent_raised_at >= 0).sum()
    rate = (raised + ADDED_EVENTS) / (lived + ADDED_YEARS)
    changes = uniform(name, "changes") < -np.expm1(-rate * years)
    paid = np.sort(world.rent[past.kept[-1] > 0, 0])
    other = paid[(uniform(name, "rent") * len(paid)).astype(int)] if len(paid) else 0.0
    return np.where(stays, np.where(changes, other, world.rent[b]), 0.0)


def _key(measure: q.Predictand, power: str = "") -> str:
    """The key under which the yearly figures that a measure reads are kept."""
    if isinstance(measure, q.Agreement):
        return f"observed.agreement.{measure.power}.{measure.state}"
    assert isinstance(measure, q.TradeShare | q.TradeOvertakes)
    power = power or measure.power
    if measure.of == HOME:
        return f"observed.trade_share_{HOME}.{power}"
    return f"observed.trade_share.{power}.{measure.of}"


def _steps(series: Mapping[int, float]) -> np.ndarray:
    """Yearly changes of a series; over a gap, as much as makes the same walk."""
    years = sorted(series)
    pairs = pairwise(years)
    return np.array([(series[b] - series[a]) / np.sqrt(b - a) for a, b in pairs])


def _usual_step(past: Past, key: str) -> float:
    """The usual yearly change of all series of the kind that a key names."""
    kind = key.split(".")[1].removesuffix("_central_asia")
    series = (each for name, each in past.figures.items() if name.split(".")[1] == kind)
    steps = np.concatenate([np.zeros(0), *map(_steps, series)])
    return float(np.sqrt(np.mean(steps**2))) if len(steps) else 0.05


def _at_the_end(walk: np.ndarray) -> Sample:
    """The last year of a walk."""
    last: Sample = walk[-1]
    return last


def _walks(question: Question, past: Past, uniform: Uniform, trend: bool) -> list[np.ndarray]:
    """Random walks from the last figures: for each power, shape (years asked about, sample)."""
    measure, last = question.measure, last_year(past.day)
    years = range(last + 1, question.resolves.year + 1)
    asked = len(question.years) if isinstance(measure, q.TradeOvertakes) else 1
    powers = [measure.power, measure.over] if isinstance(measure, q.TradeOvertakes) else [""]
    walks = []
    for key in (_key(measure, power) for power in powers):
        series = past.figures.get(key) or {last: past.at_the_start(key)}
        steps, newest = _steps(series), max(series)
        span = newest - min(series)
        drift = (series[newest] - series[min(series)]) / span if trend and span else 0.0
        # One usual step is added, so that a short calm series is not taken for a still one.
        about = np.append(steps - drift, _usual_step(past, key))
        size = np.sqrt(np.mean(about**2))
        value, path = np.full(SAMPLE, series[newest]), []
        for year in years:
            value = value + drift + size * ndtri(uniform(f"{key}:{year}", "walk"))
            path.append(np.clip(value, 0, 1))
        walks.append(np.stack(path[-asked:]))
    return walks

# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/prices.md: what US$ 100 million buys by each instrument, in points of regional share.

    python docs/make_prices.py [--runs N] [--seed S] [--source point]

Each instrument is a pair of worlds that meet the same luck and differ in it alone. What it costs is
what is paid: of aid, rents, seats and the like what the ledger books more until the year; of works
and credits what they cost their owner. What it buys is what the power's mean share over the five
states is larger by.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from simulation.contrast.response_rows import RowArm
from simulation.contrast.responses import numbers_of_arm
from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.numerics.randomness import Draws
from simulation.parameters.numbers import Numbers, source_word
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

PAGE = Path(__file__).parent / "prices.md"
YEARS = (2010, 2015)
MOST_APART = 15
"""The dearest instrument is to cost no more than about so many times the cheapest."""
WHY = "To see what it buys."
OPENING = {
    "buyers_credit_2004": "2004-06-17",
    "petrokazakhstan": "2005-10-27",
    "atasu_alashankou": "2005-12-15",
    "khorgos": "2006-01-01",
    "andijan_osh_kashgar": "2006-01-01",
    "tajikistan_karakorum": "2006-01-01",
}
"""When a work opens, at the latest, in the world that has it."""
REASONS = {
    "China, security budget": "It begins with next to no such ties, so that returns fall late.",
    "China, political budget": "As above; the states nearest to China are small.",
    "Karakorum road": "It costs little and opens the trade of a small state, a generation long.",
    "Pipeline Atasu–Alashankou": "An asset is kept: it carries oil long after it is paid.",
    "Khorgos": "A zone is kept, and trade goes on growing through it.",
    "Andijan railway": "An asset too, in difficult country, ten times as dear as the road.",
    "PetroKazakhstan": "An asset that may be sold, bought for its oil and not for its host.",
    "Buyers' credit of 2004": "It is paid back; its gift alone is two fifths of it.",
    "American grant once, Uzbekistan": "A gift once fades; given anew each year it is a budget.",
    "Membership": "What it is worth goes to every sponsor, so that in time Moscow gains what Beijing pays for.",
    "Exercises, twice the troops": "Some days a year, for armed forces alone.",
}
"""Why an instrument is among the dearest or the cheapest."""


@dataclass
class Lived:
    """A world to its end: shares and what was booked, by year.

    Attributes:
        share: by year, shape (power, runs).
        spent: since 2001, shape (channel, power, region, runs). aid: the same of aid alone.
    """

    share: dict[int, np.ndarray] = field(default_factory=dict)
    spent: dict[int, np.ndarray] = field(default_factory=dict)
    aid: dict[int, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Instrument:
    """What a power can do, as the difference of two worlds.

    Attributes:
        name, power: what it is called, and whose it is.
        more: what a world with it (or more of it) says beyond the baseline, in a scenario's keys.
        less: the same of the world without it; the baseline if empty.
        plus, times: by key, what is added to the number that a run has, and what it is
            multiplied by.
        cost: what it costs, US$ m until the end of a year; booked in the ledger if None.
        channel: of the ledger in which it is booked; all if None.
        given: whether what it costs is aid alone.
    """

    name: str
    power: str
    more: dict[str, Any] = field(default_factory=dict)
    less: dict[str, Any] = field(default_factory=dict)
    plus: dict[str, float] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    cost: float | None = None
    channel: int | None = None
    given: bool = False


def _set(**values: float) -> dict[str, Any]:
    """Numbers of a world, by key with "__" for a dot."""
    named = {key.replace("__", "."): value for key, value in values.items()}
    return {"overrides": {key: {"value": value, "why": WHY} for key, value in named.items()}}


def _events(*events: dict[str, Any]) -> dict[str, Any]:
    return {"events": [{**event, "why": WHY} for event in events]}


def instruments() -> Iterator[Instrument]:
    """Every instrument that the ledger knows a price of."""
    values = load_catalogue().values
    own = {"china": "China", "japan": "Japan", "russia": "Russia", "united_states": "United States"}
    channels = {"economic": w.ECONOMIC, "political": w.POLITICAL, "security": w.SECURITY}
    for power, called in own.items():
        for channel, c in channels.items():
            key = f"patronage.budget.{channel}.{power}"
            name = f"{called}, {channel} budget"
            yield Instrument(name, power, plus={key: 30}, channel=c, given=True)
    grant = {"date": "2004-05-01", "aid": "united_states", "to": "uzbekistan", "amount": 100}
    yield Instrument(
        "American grant once, Uzbekistan",
        "united_states",
        _events({**grant, "channel": "economic"}),
        cost=100,
    )
    rent = {"basing.first_rent.manas": 20.0}
    yield Instrument("Rent of Manas", "united_states", plus=rent, channel=w.ECONOMIC)
    without = _set(basing__pressure_threshold__kant=1)
    yield Instrument("Base at Kant", "russia", less=without, channel=w.SECURITY)
    dear = 9 * values["projects.cost.training_fund"]
    yield Instrument("Training", "china", times={"projects.trainees": 10}, cost=dear)
    for called, key, c in (
        ("Budget of the SCO", "projects.sco_budget", w.POLITICAL),
        ("Seat of the secretariat", "ledger.seat", w.POLITICAL),
        ("Membership", "ledger.membership", w.POLITICAL),
        ("Exercises, twice the troops", "projects.exercise_troops", w.SECURITY),
    ):
        yield Instrument(called, "china", times={key: 2}, channel=c)
    for project, called in (
        ("buyers_credit_2004", "Buyers' credit of 2004"),
        ("petrokazakhstan", "PetroKazakhstan"),
        ("atasu_alashankou", "Pipeline Atasu–Alashankou"),
        ("khorgos", "Khorgos"),
        ("andijan_osh_kashgar", "Andijan railway"),
        ("tajikistan_karakorum", "Karakorum road"),
    ):
        price = values[f"works.reference_cost.{project}"]
        yield Instrument(
            called,
            "china",
            _events({"date": OPENING[project], "open_project": project}),
            _events({"date": "2001-07-02", "cancel_project": project}),
            cost=price,
        )


@dataclass(frozen=True)
class Batch:
    """Which runs are lived.

    Attributes:
        folder: where scenarios are written. runs, seed, source: as for a model.
    """

    folder: Path
    runs: int
    seed: int
    source: str


def lived(
    batch: Batch,
    entries: dict[str, Any],
    plus: dict[str, float] | None = None,
    times: dict[str, float] | None = None,
) -> Lived:
    """Live a world that is the baseline but for some entries and numbers."""
    path = batch.folder / f"world_{len(list(batch.folder.iterdir()))}.yaml"
    path.write_text(yaml.safe_dump({"title": "A price", "extends": "baseline", **entries}))
    catalogue = load_catalogue()
    scenario = load_scenario(path, catalogue)
    arm = RowArm(path.stem, scenario, times=times or {}, plus=plus or {}, exchanged={})
    numbers = Numbers.of(batch.source, catalogue, runs=batch.runs)
    given = numbers_of_arm(arm, numbers, Draws(batch.seed, 0, batch.runs), catalogue)
    model = InfluenceModel(scenario, batch.runs, batch.seed, parameters=given)
    found = Lived()
    spent, aid = np.zeros(model.world.spent.shape), np.zeros(model.world.spent.shape)
    for year in YEARS:
        while model.quarter < quarter_of(f"{year}Q4"):
            model.step()
            spent += model.world.spent / 4
            aid += model.world.aid
        found.share[year] = model.world.share.mean(axis=1)
        found.spent[year], found.aid[year] = spent.copy(), aid.copy()
    return found


@dataclass(frozen=True)
class Price:
    """What an instrument buys by the US$ 100 m, with the half-width of its 95% interval.

    Attributes:
        name: of the instrument.
        points, error: by year. cost: US$ m until its end.
        spreads: what it buys in the last year, in standard deviations over runs of the baseline.
    """

    name: str
    points: dict[int, float]
    error: dict[int, float]
    cost: dict[int, float]
    spreads: float


def measure(runs: int, seed: int, source: str) -> list[Price]:
    """The price of every instrument, in points of regional share a US$ 100 m."""
    axes = InfluenceModel("baseline", 1, seed, parameters="point").world.axes
    prices = []
    with tempfile.TemporaryDirectory() as name:
        batch = Batch(Path(name), runs, seed, source)
        base = lived(batch, {})
        for each in instruments():
            p = axes.power.index(each.power)
            moved = each.more or each.plus or each.times
            more = lived(batch, each.more, each.plus, each.times) if moved else base
            less = lived(batch, each.less) if each.less else base
            points, error, cost = {}, {}, {}
            for year in YEARS:
                gain = 100 * (more.share[year][p] - less.share[year][p])
                cost[year] = _cost(each, more, less, year, p)
                by = 100 / cost[year]
                points[year] = float(gain.mean() * by)
                error[year] = float(abs(1.96 * gain.std(ddof=1) / np.sqrt(runs) * by))
            spreads = points[YEARS[-1]] / (100 * base.share[YEARS[-1]][p].std(ddof=1))
            prices.append(Price(each.name, points, error, cost, float(spreads)))
    return prices


def _cost(each: Instrument, more: Lived, less: Lived, year: int, p: int) -> float:
    if each.cost is not None:
        return each.cost
    booked = [(lived.aid if each.given else lived.spent)[year][:, p] for lived in (more, less)]
    further = (booked[0] - booked[1]).mean(axis=-1)
    chosen = further if each.channel is None or each.given else further[each.channel]
    return float(chosen.sum())


def spread(prices: list[Price], year: int) -> float:
    """How many times as much the dearest costs as the cheapest, of those told from nothing."""
    points = [each.points[year] for each in prices if each.points[year] > 2 * each.error[year]]
    return max(points) / min(points)


def page(prices: list[Price], beside: list[Price], command: str, source: str) -> str:
    """The page as Markdown.

    Args:
        prices: with the numbers of `source`. beside: the same at point values.
        command: what makes the page.
        source: where numbers come from.
    """
    first, last = YEARS
    lines = [
        "# The price list",
        "",
        "What US$ 100 million buys by each instrument: points of the power's mean share of",
        f"influence over the five states, by paired runs ({source_word(source)}), with the",
        f"half-width of the 95% interval; what it buys by {last} beside how far that share spreads",
        f"over the runs of the baseline; and the same at point values. Made by `{command}`.",
        "",
        "Cost is what is paid until the end of the year: by the ledger, or what a work or a credit",
        "costs its owner.",
        "",
        f"| instrument | {first} | {last} | {last}, in spreads | US$ m by {last} "
        f"| {first}, point | {last}, point |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    at_point = {each.name: each for each in beside}
    for each in sorted(prices, key=lambda price: -price.points[last]):
        cells = [f"{each.points[y]:.3f} ± {each.error[y]:.3f}" for y in YEARS]
        cells += [f"{each.spreads:.3f}", f"{each.cost[last]:,.0f}"]
        cells += [f"{at_point[each.name].points[y]:.3f}" for y in YEARS]
        lines.append(f"| {each.name} | {' | '.join(cells)} |")
    for year in YEARS:
        both = f"{spread(prices, year):.0f}, at point values {spread(beside, year):.0f}"
        lines += ["", f"Dearest to cheapest in {year}: {both}."]
    lines += ["", "Why some stand apart:", ""]
    lines += [f"- {name}: {reason}" for name, reason in REASONS.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure all prices and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", default="posterior")
    given = parser.parse_args()
    command = f"python docs/make_prices.py --runs {given.runs} --seed {given.seed}"
    prices, beside = (measure(given.runs, given.seed, how) for how in (given.source, "point"))
    PAGE.write_text(page(prices, beside, command, given.source), encoding="utf-8")


if __name__ == "__main__":
    main()

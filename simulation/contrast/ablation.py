"""What each mechanism does: paired runs with it on and off, and an outcome that should move.

For every switch the claim of the documents implies a direction. Where the interval of the paired
difference excludes zero on that side the claim is borne out *in this model*; where it does not,
the table says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import trade_share_of_region
from simulation.numerics.arrays import Array, Mask, average
from simulation.parameters.numbers import Numbers, Parameters
from simulation.record.paired import Difference, paired_difference
from simulation.scenario.mechanisms import SWITCHES
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

FALLS, RISES = -1, 1
_BLOCK = 500


Read = Callable[[InfluenceModel], Array | Mask]
"""From a model to what is read in it, one value a run."""


@dataclass(frozen=True)
class Expectation:
    """What turning a mechanism off should do.

    Attributes:
        outcome: what is read, in words.
        quarter: when it is read.
        direction: `FALLS` or `RISES` once the mechanism is off.
        read: from the model at that quarter to an array (runs,).
    """

    outcome: str
    quarter: str
    direction: int
    read: Read


@dataclass(frozen=True)
class Effect:
    """The measured effect of turning a mechanism off.

    Attributes:
        switch: the mechanism.
        expectation: what should move.
        measured: what moved.
        parameters: where the numbers of the runs came from, in a word.
    """

    switch: str
    expectation: Expectation
    measured: Difference
    parameters: str

    @property
    def borne_out(self) -> bool:
        """Whether the whole interval lies on the side that the claim implies."""
        if self.expectation.direction == RISES:
            return self.measured.low > 0
        return self.measured.high < 0

    @property
    def verdict(self) -> str:
        """In words: as claimed, not told from zero, or the wrong way."""
        if self.borne_out:
            return "as claimed"
        if self.measured.low <= 0 <= self.measured.high:
            return "cannot be told from zero"
        return "the other way"


def measure_effects(
    runs: int = 500,
    seed: int = 1,
    switches: tuple[str, ...] | None = None,
    parameters: Parameters | None = None,
) -> list[Effect]:
    """Turn every mechanism off in turn, on the same draws, and read what should move.

    Args:
        runs: pairs of runs for each mechanism.
        seed: names the draws.
        switches: which mechanisms; all that have an expectation if None.
        parameters: where numbers come from, as for the model.
    """
    catalogue = load_catalogue()
    baseline = load_scenario("baseline", catalogue)
    numbers = Numbers.of(parameters, catalogue, days=[baseline.history_until], runs=runs)
    baseline = baseline.given(numbers, catalogue)
    chosen = tuple(name for name in EXPECTATIONS if name in SWITCHES)
    chosen = chosen if switches is None else switches
    quarters = sorted({EXPECTATIONS[name].quarter for name in chosen})
    readings: dict[str, list[tuple[Array, Array]]] = {name: [] for name in chosen}
    for first in range(0, runs, _BLOCK):
        count = min(_BLOCK, runs - first)
        on: dict[str, Array] = {}
        block = numbers.part(first, count)
        model = InfluenceModel(baseline, count, seed, first_run=first, parameters=block)
        for quarter in quarters:
            model.run(quarter)
            for name in chosen:
                if EXPECTATIONS[name].quarter == quarter:
                    on[name] = _read(name, model)
        for name in chosen:
            without = baseline.without(name)
            off = InfluenceModel(without, count, seed, first_run=first, parameters=block)
            off.run(EXPECTATIONS[name].quarter)
            readings[name].append((on[name], _read(name, off)))
    return [
        Effect(name, EXPECTATIONS[name], _difference(readings[name]), numbers.name)
        for name in chosen
    ]


def without_expectation() -> list[str]:
    """The mechanisms of which nobody has said what should move once they are off."""
    return [name for name in SWITCHES if name not in EXPECTATIONS]


def _read(name: str, model: InfluenceModel) -> Array:
    return np.array(EXPECTATIONS[name].read(model), dtype=np.float64)


def _difference(pairs: list[tuple[Array, Array]]) -> Difference:
    on = np.concatenate([pair[0] for pair in pairs])
    off = np.concatenate([pair[1] for pair in pairs])
    return paired_difference(on, off)


# Readings of the model, by what they are of.


def _dyad(array: str, power: str, state: str, channel: str | None = None) -> Read:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        values: Array = getattr(world, array)
        if channel is not None:
            values = values[world.place("channel", channel)]
        axis = "state" if values.shape[1] == len(world.axes.state) else "region"
        found: Array = values[world.place("power", power), world.place(axis, state)]
        return found

    return read


def _state(array: str, state: str) -> Read:
    def read(model: InfluenceModel) -> Array:
        values: Array = getattr(model.world, array)
        axis = "state" if len(values) == len(model.world.axes.state) else "region"
        found: Array = values[model.world.place(axis, state)]
        return found

    return read


def _open(*bases: str) -> Read:
    def read(model: InfluenceModel) -> Array:
        places = [model.world.place("installation", base) for base in bases]
        return average(model.world.base_is_open()[places].astype(float)) * len(bases)

    return read


def _depth(model: InfluenceModel) -> Array:
    depth: Array = model.world.depth[model.world.place("organization", "sco")]
    return depth


def _body(name: str) -> Read:
    def read(model: InfluenceModel) -> Mask:
        founded: Mask = model.world.founded[model.world.place("body", ("sco", name))]
        return founded

    return read


def _observer(state: str) -> Read:
    def read(model: InfluenceModel) -> Mask:
        world = model.world
        place = world.place("organization", "sco"), world.place("member", state)
        belongs: Mask = world.standing[place] >= w.OBSERVER
        return belongs

    return read


def _pressure(power: str) -> Read:
    def read(model: InfluenceModel) -> Array:
        pressure: Array = model.world.pressure[model.world.place("power", power)]
        return pressure

    return read


def _in_tashkent(model: InfluenceModel) -> Mask:
    body = model.world.place("body", ("sco", "anti_terrorist_structure"))
    seated: Mask = model.world.seat[body] == model.world.place("member", "uzbekistan")
    return seated


def _spoke(model: InfluenceModel) -> Mask:
    spoke: Mask = model.world.statement_at[model.world.place("organization", "sco")] >= 0
    return spoke


def _founded(model: InfluenceModel) -> Mask:
    dialogue = model.world.place("organization", "central_asia_plus_japan")
    founded: Mask = model.world.exists[dialogue]
    return founded


def _started(project: str) -> Read:
    def read(model: InfluenceModel) -> Mask:
        status = model.world.project_status[model.world.place("project", project)]
        started: Mask = status >= w.BUILDING
        return started

    return read


def _trade(power: str) -> Read:
    return lambda model: trade_share_of_region(model.world, power)


def _upheavals(model: InfluenceModel) -> Array:
    """Falls and crackdowns since the start, from the log."""
    counted = np.zeros(model.runs)
    for _, _, kind, *_, runs, _ in model.log:
        if kind in ("ouster", "crackdown"):
            counted[runs - model.first_run] += 1
    return counted


def _suspected(model: InfluenceModel) -> Array:
    power = model.world.place("power", "united_states")
    return average(model.world.affinity[power, : model.world.regions])


US, CHINA, RUSSIA, KAZ, KGZ, TJK, UZB = (
    "united_states", "china", "russia", "kazakhstan", "kyrgyzstan", "tajikistan", "uzbekistan"
)  # fmt: skip

EXPECTATIONS: Mapping[str, Expectation] = {
    "conditional_aid": Expectation(
        "Uzbekistan's leaning to the United States", "2005Q4", RISES, _dyad("affinity", US, UZB)
    ),
    "withholding": Expectation(
        "Uzbekistan's leaning to the United States", "2005Q4", RISES, _dyad("affinity", US, UZB)
    ),
    "suspicion": Expectation(
        "the five states' mean leaning to the United States", "2005Q4", RISES, _suspected
    ),
    "bloc_statement": Expectation(
        "American bases open", "2006Q4", RISES, _open("karshi_khanabad", "manas")
    ),
    "guest_bids": Expectation("Manas open", "2006Q4", FALLS, _open("manas")),
    "campaign_bases": Expectation(
        "American bases open", "2002Q4", FALLS, _open("karshi_khanabad", "manas")
    ),
    "lagged_balancing": Expectation("depth of the SCO", "2004Q4", FALLS, _depth),
    "counter_basing": Expectation("Russian bases open", "2005Q4", FALLS, _open("kant", "dushanbe")),
    "campaign_excuse": Expectation(
        "the SCO has called on guests to leave", "2004Q4", RISES, _spoke
    ),
    "fear_contagion": Expectation(
        "Kazakhstan's leaning to China", "2005Q4", FALLS, _dyad("affinity", CHINA, KAZ)
    ),
    "deals_after_crackdown": Expectation(
        "China's economic influence over Uzbekistan",
        "2006Q4",
        FALLS,
        _dyad("influence_by_channel", CHINA, UZB, "economic"),
    ),
    "bloc_legitimacy": Expectation("Uzbekistan's fear", "2006Q4", RISES, _state("fear", UZB)),
    "exile_understandings": Expectation(
        "China's security influence over Kyrgyzstan",
        "2008Q4",
        FALLS,
        _dyad("influence_by_channel", CHINA, KGZ, "security"),
    ),
    "underground": Expectation(
        "Uzbekistan's latent militancy", "2005Q4", FALLS, _state("latent", UZB)
    ),
    "threat_siting": Expectation(
        "anti-terrorist structure in Tashkent", "2005Q4", FALLS, _in_tashkent
    ),
    "institutional_foothold": Expectation(
        "China's security influence over Uzbekistan",
        "2008Q4",
        FALLS,
        _dyad("influence_by_channel", CHINA, UZB, "security"),
    ),
    "order_of_aims": Expectation("depth of the SCO", "2003Q4", FALLS, _depth),
    "spillover": Expectation(
        "election observers founded", "2005Q4", FALLS, _body("election_observers")
    ),
    "reluctance": Expectation("depth of the SCO", "2002Q4", RISES, _depth),
    "opposition_to_washington": Expectation("depth of the SCO", "2003Q4", FALLS, _depth),
    "bishkek_informs_beijing": Expectation(
        "China's sense of rivals' presence", "2005Q4", RISES, _pressure(CHINA)
    ),
    "corridors": Expectation("China's share of the region's trade", "2012Q4", FALLS, _trade(CHINA)),
    "gwadar_route": Expectation(
        "China's share of Tajikistan's trade", "2012Q4", FALLS, _dyad("trade_share", CHINA, TJK)
    ),
    "sponsored_accession": Expectation(
        "Pakistan an observer", "2005Q4", FALLS, _observer("pakistan")
    ),
    "host_and_creditor": Expectation(
        "China's political influence over Kazakhstan",
        "2008Q4",
        FALLS,
        _dyad("influence_by_channel", CHINA, KAZ, "political"),
    ),
    "energy_stakes": Expectation(
        "China's security influence over Kazakhstan",
        "2010Q4",
        FALLS,
        _dyad("influence_by_channel", CHINA, KAZ, "security"),
    ),
    "drug_threat": Expectation(
        "anti-terrorist structure founded", "2003Q4", FALLS, _body("anti_terrorist_structure")
    ),
    "counter_institution": Expectation("Japan's dialogue founded", "2005Q4", FALLS, _founded),
    "bloc_seeking": Expectation("Iran an observer", "2005Q4", FALLS, _observer("iran")),
    "exercises": Expectation(
        "China's security influence over Kazakhstan",
        "2005Q4",
        FALLS,
        _dyad("influence_by_channel", CHINA, KAZ, "security"),
    ),
    "water_quarrels": Expectation(
        "railway through Andijan begun", "2012Q4", RISES, _started("andijan_osh_kashgar")
    ),
    "hedging": Expectation(
        "Uzbekistan's leaning to China", "2010Q4", RISES, _dyad("affinity", CHINA, UZB)
    ),
    "autocratic_club": Expectation("risings, put down or not", "2010Q4", RISES, _upheavals),
}
"""The outcome that each switch should move, when, and which way once it is off.

A switch that is not here is not measured, and every table says so.
"""

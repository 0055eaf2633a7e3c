"""How far the model may be trusted beside a plain rival, and the forecast that follows.

The recommended forecast is a pool of the model and of one rival, the partner. Two probabilities
are pooled on the scale of log-odds, two samples of numbers as a mixture; weight 1 is the model
alone, and 0 the partner. Each kind of question has its weight.

Weights are learned from questions that were answered by 31 October 2005, and from nothing later
(`origins`). Of every weight there is a posterior on a grid: what the questions say, shrunk to what
all other kinds of question say, and these to one half. A question counts by its logarithmic score;
one that asks for a number by its continuous ranked probability score, in units of what the partner
usually scores. Since the questions hang together, they count for as many as they are worth
(`dependence.Clusters.worth`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.special import expit, logit
from scipy.stats import beta, energy_distance

from simulation.backtest.dependence import TIED
from simulation.backtest.questions import Question
from simulation.backtest.scores import (
    BASE_RATES,
    BASELINES,
    PERSISTENCE,
    Given,
    clusters_of,
    crps,
    on_scale,
)
from simulation.calibration.targets import KNOWN
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.yaml_reader import load_yaml

TRUST = Path(__file__).with_name("trust.yaml")
_HEAD = """# How far the model may be trusted beside a plain rival, by kind of question. Made by
# `python docs/make_backtest.py` from what was known by 31 October 2005; not written by hand.
"""
_GRID = (np.arange(100) + 0.5) / 100
_EVEN = 2.0
"""Of the prior of what all kinds have in common, Beta(2, 2): about one half."""
_HELD = 4.0
"""For how many independent answers the other kinds count in the weight of one."""
CARRIES_OVER = 0.5
"""Chance that a lead of the model at the origins holds for later years too; assumed, from 0 to 1.

Form, ranges and catalogue of the model were chosen in sight of what came by October 2005, and the
rivals were not. What is learned there can be too high by that, and nothing known by then tells
whether it is: even odds, and where it does not hold, an even pool.
"""
LOW, HIGH = 0.05, 0.95

_FAMILIES = {
    "base_open": "bases",
    "base_kept": "bases",
    "base_rent": "bases",
    "bases_open": "bases",
    "member": "memberships",
    "member_count": "memberships",
    "ouster": "heads of state",
    "project_open": "instruments",
    "body_founded": "instruments",
    "understanding": "instruments",
    "trade_share": "trade",
    "trade_overtakes": "trade",
    "agreement": "votes",
}
PARTNERS = {
    "memberships": BASE_RATES,
    "bases": BASE_RATES,
    "heads of state": BASE_RATES,
    "instruments": BASE_RATES,
    "trade": PERSISTENCE,
    "votes": PERSISTENCE,
}
"""The stronger plain rival of each family: its own trend and its own mean are poor forecasts of a
share of trade and of a vote, and to say that nothing will change is no probability."""


@dataclass(frozen=True)
class Answered:
    """A question with samples of what the model and its rivals answered."""

    question: Question
    model: np.ndarray
    rivals: Mapping[str, np.ndarray]

    @property
    def family(self) -> str:
        """The family of questions it belongs to."""
        return _FAMILIES[self.question.name]

    @property
    def kind(self) -> str:
        """The kind of question that has a weight of its own."""
        return weighed_as(self.question)

    @property
    def partner(self) -> np.ndarray:
        """The answers of the rival that the model is pooled with."""
        return self.rivals[PARTNERS[self.family]]


@dataclass(frozen=True)
class Weight:
    """How far the model may be trusted on one kind of question.

    Attributes:
        kind: of question, as "memberships, yes or no".
        partner: the rival it is pooled with.
        learned: the weight of the model that the origins teach.
        low, high: between which nine tenths of its posterior lie.
        alone: the weight that these questions would like best.
        questions: how many there are.
        events: how many things they ask about changed at all; 0 for shares, which always do.
        actors: about how many actors.
        worth: how many independent questions they are worth.
        model, persistence, base_rates: mean scores: Brier's, or ranked scores in units of what the
            partner usually scores.
        pooled: mean score of the pool where its weight was learned without the actor asked about.
    """

    kind: str
    partner: str
    learned: float
    low: float
    high: float
    alone: float
    questions: int
    events: int
    actors: int
    worth: float
    model: float
    persistence: float
    base_rates: float
    pooled: float

    @property
    def weight(self) -> float:
        """The weight of the model in the recommended forecast."""
        return 0.5 + CARRIES_OVER * (self.learned - 0.5)


@dataclass(frozen=True)
class Trust:
    """The weights, and what they were learned from.

    Attributes:
        weights: by kind of question.
        made: origins, posteriors, runs, seed, the last day that anything is dated.
    """

    weights: Mapping[str, Weight]
    made: Mapping[str, Any]

    def save(self, path: Path) -> None:
        """Write them down."""
        data = {"made": dict(self.made), "weights": [_rounded(it) for it in self.weights.values()]}
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
        path.write_text(_HEAD + text, encoding="utf-8")


@dataclass(frozen=True)
class _Table:
    """Questions of one kind with what each loses and scores, shape (questions, weights).

    The weights are those of the grid, and then 0 and 1.
    """

    asked: tuple[Answered, ...]
    losses: np.ndarray
    scores: np.ndarray

    def part(self, chosen: Sequence[int]) -> _Table:
        """Some of the questions."""
        asked = tuple(self.asked[at] for at in chosen)
        return _Table(asked, self.losses[chosen], self.scores[chosen])

    @cached_property
    def worth(self) -> float:
        """How many independent questions they are worth; 0 where model and partner agree."""
        clusters = clusters_of([each.question for each in self.asked])
        return float(np.nan_to_num(clusters.worth(self.losses[:, -1] - self.losses[:, -2])))

    @cached_property
    def likelihood(self) -> np.ndarray:
        """Logarithm of the likelihood of each weight of the grid."""
        found: np.ndarray = -self.worth * self.losses[:, :-2].mean(axis=0)
        return found


def weighed_as(question: Question) -> str:
    """The kind of a question that has a weight of its own."""
    form = "yes or no" if question.kind == "binary" else "numbers"
    return f"{_FAMILIES[question.name]}, {form}"


def pooled_chance(model: float, partner: float, weight: float) -> float:
    """Two probabilities, strictly between 0 and 1, pooled on the scale of log-odds."""
    return float(expit(weight * logit(model) + (1 - weight) * logit(partner)))


def chance_of(answers: np.ndarray) -> float:
    """A probability from a sample that cannot tell it from 0 or 1 by less than half an answer."""
    return float((answers.sum() + 0.5) / (len(answers) + 1))


def mixture(model: np.ndarray, partner: np.ndarray, weight: float) -> tuple[np.ndarray, np.ndarray]:
    """Two samples as one: values, and their weights that add up to 1."""
    shares = [np.full(len(model), weight / len(model))]
    shares.append(np.full(len(partner), (1 - weight) / len(partner)))
    return np.concatenate([model, partner]), np.concatenate(shares)


def mixture_score(answered: Answered, weight: float | np.ndarray) -> Any:
    """The continuous ranked probability score of a mixture, for one weight or several.

    It is the mean of the scores of its parts, less what their disagreement is worth.
    """
    asked = answered.question
    model, partner = on_scale(asked, answered.model), on_scale(asked, answered.partner)
    apart = energy_distance(model, partner) ** 2 / 2
    ours, theirs = crps(asked, answered.model), crps(asked, answered.partner)
    return weight * ours + (1 - weight) * theirs - weight * (1 - weight) * apart


def recommended(answered: Answered, trust: Trust) -> Given:
    """The pool of the model and its partner, scored."""
    asked, weight = answered.question, trust.weights[answered.kind].weight
    if asked.kind == "binary":
        chance = pooled_chance(chance_of(answered.model), chance_of(answered.partner), weight)
        return Given(chance, 0.0, 1.0, (chance - asked.outcome) ** 2)
    values, shares = mixture(answered.model, answered.partner, weight)
    low, middle, high = np.quantile(values, (LOW, 0.5, HIGH), weights=shares, method="inverted_cdf")
    score = float(mixture_score(answered, weight))
    return Given(float(middle), float(low), float(high), score)


@lru_cache(maxsize=1)
def stored_trust() -> Trust:
    """The weights that are stored with the package."""
    loaded = load_yaml(TRUST)
    if loaded.problems:
        raise Problems(loaded.problems)
    weights = [Weight(**each) for each in loaded.data["weights"]]
    return Trust({each.kind: each for each in weights}, loaded.data["made"])


def learned(answered: Sequence[Answered], latest: dt.date = KNOWN) -> dict[str, Weight]:
    """Weights by kind of question, from questions whose answers are known.

    Args:
        answered: the questions, with what the model and its rivals answered.
        latest: nothing may resolve after it.

    Raises:
        Problems: a question resolves later.
    """
    late = [each.question for each in answered if each.question.resolves > latest]
    if late:
        message = f"{late[0].id} resolves on {late[0].resolves}, after {latest}"
        raise Problems([Problem("weights", None, message, "nothing later may set a weight")])
    kinds: dict[str, list[Answered]] = {}
    for each in answered:
        kinds.setdefault(each.kind, []).append(each)
    tables = {kind: _table(asked) for kind, asked in sorted(kinds.items())}
    return {kind: _weight(kind, tables) for kind in tables}


def _table(asked: Sequence[Answered]) -> _Table:
    weights = np.array([*_GRID, 0.0, 1.0])
    if asked[0].question.kind != "binary":
        usual = _usual(asked)[:, np.newaxis]
        scores = np.stack([mixture_score(each, weights) for each in asked]) / usual
        return _Table(tuple(asked), scores, scores)
    ours, theirs = (
        logit([chance_of(sample) for sample in samples])[:, np.newaxis]
        for samples in ([each.model for each in asked], [each.partner for each in asked])
    )
    pooled = weights * ours + (1 - weights) * theirs
    happened = np.array([each.question.outcome for each in asked])[:, np.newaxis]
    losses = np.logaddexp(0, np.where(happened > 0, -pooled, pooled))
    return _Table(tuple(asked), losses, (expit(pooled) - happened) ** 2)


def _usual(asked: Sequence[Answered]) -> np.ndarray:
    """What the partner usually scores on questions of the measure of each."""
    scores = np.array([crps(each.question, each.partner) for each in asked])
    names = np.array([each.question.name for each in asked])
    means = np.array([scores[names == name].mean() for name in names])
    return np.where(means > TIED, means, 1.0)


def _posterior(logarithm: np.ndarray) -> np.ndarray:
    chances = np.exp(logarithm - logarithm.max())
    found: np.ndarray = chances / chances.sum()
    return found


def _shrunk(kind: str, tables: Mapping[str, _Table]) -> np.ndarray:
    """The posterior of a weight on the grid: of its own questions, shrunk to the other kinds."""
    common = beta.logpdf(_GRID, _EVEN, _EVEN)
    common = common + sum(table.likelihood for other, table in tables.items() if other != kind)
    middle = float(_posterior(common) @ _GRID)
    prior = beta.logpdf(_GRID, _HELD * middle, _HELD * (1 - middle))
    return _posterior(prior + tables[kind].likelihood)


def _weight(kind: str, tables: Mapping[str, _Table]) -> Weight:
    table, found = tables[kind], _shrunk(kind, tables)
    questions = [each.question for each in table.asked]
    low, high = np.interp((LOW, HIGH), np.cumsum(found), _GRID)
    rivals = {name: _mean_score(table.asked, name) for name in BASELINES}
    return Weight(
        kind=kind,
        partner=PARTNERS[table.asked[0].family],
        learned=float(found @ _GRID),
        low=float(low),
        high=float(high),
        alone=float(_GRID[np.argmin(table.losses[:, :-2].mean(axis=0))]),
        questions=len(questions),
        events=len({str(it.question.measure) for it in table.asked if _is_change(it)}),
        actors=len({each.about for each in questions}),
        worth=table.worth,
        model=float(table.scores[:, -1].mean()),
        persistence=rivals[PERSISTENCE],
        base_rates=rivals[BASE_RATES],
        pooled=_without_each_actor(kind, tables),
    )


def _is_change(each: Answered) -> bool:
    """Whether an answer is another than that nothing changes; shares always change."""
    stays = float(each.rivals[PERSISTENCE].mean())
    return each.question.kind != "continuous" and each.question.outcome != stays


def _mean_score(asked: Sequence[Answered], rival: str) -> float:
    """The mean score of a rival."""
    if asked[0].question.kind == "binary":
        return float(np.mean([(e.rivals[rival].mean() - e.question.outcome) ** 2 for e in asked]))
    scores = np.array([crps(each.question, each.rivals[rival]) for each in asked])
    return float(np.mean(scores / _usual(asked)))


def _without_each_actor(kind: str, tables: Mapping[str, _Table]) -> float:
    """The mean score of the pool where the weight is learned without the actor asked about."""
    actors = [each.question.about for each in tables[kind].asked]
    total = 0.0
    for actor in sorted(set(actors)):
        rest = {
            name: table.part(
                [at for at, each in enumerate(table.asked) if each.question.about != actor]
            )
            for name, table in tables.items()
        }
        rest = {name: table for name, table in rest.items() if table.asked}
        if kind not in rest:
            return float("nan")
        near = int(np.argmin(np.abs(_GRID - _shrunk(kind, rest) @ _GRID)))
        own = [at for at, each in enumerate(actors) if each == actor]
        total += tables[kind].scores[own, near].sum()
    return float(total / len(actors))


def _rounded(weight: Weight) -> dict[str, Any]:
    """A weight as plain data, to four digits."""
    return {
        key: round(value, 4) if isinstance(value, float) else value
        for key, value in asdict(weight).items()
    }

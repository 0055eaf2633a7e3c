"""Proper scores of forecasts, skill against a rival, and how reliable probabilities are.

A probability is scored by Brier's score, anything else by the continuous ranked probability
score, rents on a logarithmic scale; all are better the lower they are. Skill is the part of a
rival's score that is saved: 1 is perfect, 0 no better, below 0 worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from simulation.backtest.dependence import TIED, Clusters
from simulation.backtest.predictands import BaseRent
from simulation.backtest.questions import Question
from simulation.numerics.randomness import Draws

_INTERVAL = (0.025, 0.975)
_LEVEL = 0.05
LEAST_ACTORS = 5
"""With fewer, the actors there are say little about what others would have shown."""

MODEL, RECOMMENDED = "model", "recommended"
FORECASTERS = (MODEL, RECOMMENDED)
PERSISTENCE, BASE_RATES = "persistence", "base_rates"
BASELINES = (PERSISTENCE, BASE_RATES)
ALL_BUT_BINARY = "all but binary"
_KINDS = ("binary", "count", "continuous", "year")
ALL = "all"


@dataclass(frozen=True)
class Given:
    """A forecast of one question, and what it scored.

    Attributes:
        forecast: probability, or median.
        q05, q95: within which nine in ten of the answers lie.
        score: what it scored.
    """

    forecast: float
    q05: float
    q95: float
    score: float


@dataclass(frozen=True)
class Scored:
    """A question with its forecasts, and what they and the rivals scored.

    Attributes:
        question: what was asked.
        model: the model's own forecast.
        recommended: the pool of the model and a plain rival.
        rivals: scores of the baselines, by name.
    """

    question: Question
    model: Given
    recommended: Given
    rivals: Mapping[str, float]

    def by(self, forecaster: str) -> Given:
        """The forecast of one of the forecasters."""
        return self.model if forecaster == MODEL else self.recommended


@dataclass(frozen=True)
class Skill:
    """How much better a forecast is than a rival on questions of one kind.

    Attributes:
        by: whose forecast it is: the model's own, or the recommended one.
        asked: the day on which they were asked, or "all".
        kind: of the questions.
        against: the rival.
        questions, actors: how many there are, and about how many actors.
        worth: how many independent questions they are worth; NaN where the scores are the same.
        score, other: mean scores of the forecast and of the rival.
        skill: part of the rival's score that is saved; NaN where the rival is perfect.
        low, high: 95% interval of the skill, over resampled actors and years.
        chance: how often scores as far apart come out where neither is better.
        detectable: the part of the rival's score that had to be saved, or lost, for questions like
            these to show it four times in five.
        told: whether the scores can be told apart; never on fewer than `LEAST_ACTORS`.
    """

    by: str
    asked: str
    kind: str
    against: str
    questions: int
    actors: int
    worth: float
    score: float
    other: float
    skill: float
    low: float
    high: float
    chance: float
    detectable: float
    told: bool

    @property
    def verdict(self) -> str:
        """In words."""
        if self.actors < LEAST_ACTORS:
            return "too few actors to tell"
        if not self.told:
            return "cannot be told from the baseline"
        return "better than the baseline" if self.score < self.other else "worse than the baseline"


def on_scale(question: Question, answers: np.ndarray) -> np.ndarray:
    """Answers on the scale on which they are scored: rents as logarithms."""
    return np.log1p(answers) if isinstance(question.measure, BaseRent) else answers


def crps(question: Question, answers: np.ndarray) -> float:
    """The continuous ranked probability score of a sample of answers."""
    import scoringrules

    outcome = float(on_scale(question, np.array(question.outcome)))
    sample = np.sort(on_scale(question, answers))
    return float(scoringrules.crps_ensemble(outcome, sample, estimator="qd"))


def score(question: Question, answers: np.ndarray) -> float:
    """Score a sample of answers against what came out."""
    import scoringrules

    if question.kind == "binary":
        return float(scoringrules.brier_score(question.outcome, float(np.mean(answers))))
    return crps(question, answers)


def given_by(question: Question, answers: np.ndarray) -> Given:
    """The forecast that a sample of answers is, scored."""
    if question.kind == "continuous":
        low, middle, high = np.quantile(answers, (0.05, 0.5, 0.95))
    else:
        low, middle, high = np.quantile(answers, (0.05, 0.5, 0.95), method="inverted_cdf")
    return Given(
        forecast=float(np.mean(answers)) if question.kind == "binary" else float(middle),
        q05=float(low),
        q95=float(high),
        score=score(question, answers),
    )


def comparable(rows: Sequence[Scored]) -> np.ndarray:
    """Weights that make scores of several measures comparable.

    A score counts in units of what the baselines scored on questions of its measure; probabilities
    are comparable as they are.
    """
    weights = np.ones(len(rows))
    for name in {row.question.name for row in rows if row.question.kind != "binary"}:
        places = [place for place, row in enumerate(rows) if row.question.name == name]
        usual = np.mean([list(rows[place].rivals.values()) for place in places])
        weights[places] = 1 / usual if usual > TIED else 1.0
    return weights


def skills(rows: Sequence[Scored], seed: int) -> list[Skill]:
    """Skill of both forecasts against each baseline, by kind, on all dates and on each."""
    counted = [row for row in rows if row.question.skill]
    weights = comparable(counted)
    days = sorted({row.question.as_of for row in counted})
    found = []
    for forecaster in FORECASTERS:
        for day in [None, *(days if len(days) > 1 else [])]:
            chosen = [at for at, row in enumerate(counted) if day in (None, row.question.as_of)]
            few = [counted[at] for at in chosen]
            kinds = [kind for kind in _KINDS if of_kind(few, kind)]
            if sum(kind != "binary" for kind in kinds) > 1:
                kinds = [*(it for it in kinds if day is None or it == "binary"), ALL_BUT_BINARY]
            for kind in kinds:
                places = of_kind(few, kind)
                weight = weights[chosen][places]
                ours = weight * [few[place].by(forecaster).score for place in places]
                for name in BASELINES:
                    theirs = weight * [few[place].rivals[name] for place in places]
                    found.append(
                        compared(
                            by=forecaster,
                            asked=ALL if day is None else day.isoformat(),
                            kind=kind,
                            against=name,
                            ours=ours,
                            theirs=theirs,
                            clusters=clusters_of([few[place].question for place in places]),
                            seed=seed,
                        )
                    )
    return found


def clusters_of(questions: Sequence[Question]) -> Clusters:
    """How questions hang together: by the actor they are about and the year they resolve in."""
    return Clusters.of(
        [each.about for each in questions], [each.resolves.year for each in questions]
    )


def compared(
    *,
    by: str,
    asked: str,
    kind: str,
    against: str,
    ours: np.ndarray,
    theirs: np.ndarray,
    clusters: Clusters,
    seed: int,
) -> Skill:
    """Compare two columns of scores of the same questions, allowing for how these hang together."""
    differences = ours - theirs
    taken = clusters.resampled(seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        saved = 1 - (taken @ ours) / (taken @ theirs)
    perfect = theirs.sum() <= TIED
    usable = np.isfinite(saved) & (taken @ theirs > TIED)
    limits = np.quantile(saved[usable], _INTERVAL) if usable.any() else (np.nan, np.nan)
    chance = clusters.chance_of_none(differences, seed)
    return Skill(
        by=by,
        asked=asked,
        kind=kind,
        against=against,
        questions=len(ours),
        actors=clusters.count,
        worth=clusters.worth(differences),
        score=float(ours.mean()),
        other=float(theirs.mean()),
        skill=float("nan") if perfect else float(1 - ours.sum() / theirs.sum()),
        low=float("nan") if perfect else float(limits[0]),
        high=float("nan") if perfect else float(limits[1]),
        chance=chance,
        detectable=float("nan") if perfect else clusters.detectable(differences) / theirs.mean(),
        told=clusters.count >= LEAST_ACTORS and chance < _LEVEL,
    )


@dataclass(frozen=True)
class Reliability:
    """Probabilities against frequencies (CORP: Dimitriadis, Gneiting and Jordan 2021).

    Attributes:
        forecast: the probabilities that were given, in order.
        happened: how often it happened, made to rise with the forecast.
        questions: how many questions were given each.
        low, high: where nine in ten of such curves lie if the probabilities are right.
        miscalibration, discrimination, uncertainty: the parts of Brier's score: the first is
            lost, the second gained against the third.
    """

    forecast: np.ndarray
    happened: np.ndarray
    questions: np.ndarray
    low: np.ndarray
    high: np.ndarray
    miscalibration: float
    discrimination: float
    uncertainty: float


def reliability(rows: Sequence[Scored], forecaster: str, seed: int) -> Reliability | None:
    """How reliable a forecaster's probabilities of the binary questions are; None without any."""
    chosen = [row for row in rows if row.question.kind == "binary" and row.question.skill]
    if not chosen:
        return None
    given = np.array([row.by(forecaster).forecast for row in chosen])
    outcome = np.array([row.question.outcome for row in chosen])
    levels, place, count = np.unique(given, return_inverse=True, return_counts=True)

    def calibrated(happened: np.ndarray) -> np.ndarray:
        mean = np.bincount(place, weights=happened) / count
        return np.asarray(isotonic_regression(mean, weights=count).x)

    curve = calibrated(outcome)
    luck = np.stack(
        [Draws(seed, 0, 500, np.float64).uniform(-1, str(i), "band") for i in range(len(given))]
    )
    curves = np.stack([calibrated((each < given) + 0.0) for each in luck.T])
    low, high = np.quantile(curves, (0.05, 0.95), axis=0)
    brier = np.mean((given - outcome) ** 2)
    best = np.mean((curve[place] - outcome) ** 2)
    flat = np.mean((outcome.mean() - outcome) ** 2)
    return Reliability(
        forecast=levels,
        happened=curve,
        questions=count,
        low=low,
        high=high,
        miscalibration=float(brier - best),
        discrimination=float(flat - best),
        uncertainty=float(flat),
    )


def of_kind(rows: Sequence[Scored], kind: str) -> list[int]:
    """Places of the questions of a kind, `ALL_BUT_BINARY` being one."""
    return [
        place
        for place, row in enumerate(rows)
        if row.question.kind == kind or (kind == ALL_BUT_BINARY and row.question.kind != "binary")
    ]

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

from simulation.backtest.predictands import BaseRent
from simulation.backtest.questions import Question
from simulation.numerics.randomness import Draws

_RESAMPLES = 2000
_INTERVAL = (0.025, 0.975)
TIED = 1e-12
LEAST_ACTORS = 5
"""With fewer, resampling actors says little about what other actors would have shown."""

PERSISTENCE, BASE_RATES = "persistence", "base_rates"
BASELINES = (PERSISTENCE, BASE_RATES)
ALL_BUT_BINARY = "all but binary"
_KINDS = ("binary", "count", "continuous", "year")
ALL = "all"


@dataclass(frozen=True)
class Scored:
    """A question with its forecast, and what that and its rivals scored.

    Attributes:
        question: what was asked.
        forecast: probability, or median.
        q05, q95: within which nine in ten of the answers lie.
        score: of the model.
        rivals: scores of the baselines, by name.
    """

    question: Question
    forecast: float
    q05: float
    q95: float
    score: float
    rivals: Mapping[str, float]


@dataclass(frozen=True)
class Skill:
    """How much better a forecast is than a rival on questions of one kind.

    Attributes:
        asked: the day on which they were asked, or "all".
        kind: of the questions.
        against: the rival.
        questions, actors: how many there are, and about how many actors.
        score, other: mean scores of the forecast and of the rival.
        skill: part of the rival's score that is saved; NaN where the rival is perfect.
        low, high: 95% interval of the skill, over resampled actors.
        told: whether the scores can be told apart; never on fewer than `LEAST_ACTORS`.
    """

    asked: str
    kind: str
    against: str
    questions: int
    actors: int
    score: float
    other: float
    skill: float
    low: float
    high: float
    told: bool

    @property
    def verdict(self) -> str:
        """In words."""
        if self.actors < LEAST_ACTORS:
            return "too few actors to tell"
        if not self.told:
            return "cannot be told from the baseline"
        return "better than the baseline" if self.score < self.other else "worse than the baseline"


def score(question: Question, answers: np.ndarray) -> float:
    """Score a sample of answers against what came out."""
    import scoringrules

    if question.kind == "binary":
        return float(scoringrules.brier_score(question.outcome, float(np.mean(answers))))
    outcome = question.outcome
    if isinstance(question.measure, BaseRent):
        outcome, answers = float(np.log1p(outcome)), np.log1p(answers)
    return float(scoringrules.crps_ensemble(outcome, np.sort(answers), estimator="qd"))


def scored(question: Question, answers: np.ndarray, rivals: Mapping[str, np.ndarray]) -> Scored:
    """Score the model's answers and those of its rivals."""
    if question.kind == "continuous":
        low, middle, high = np.quantile(answers, (0.05, 0.5, 0.95))
    else:
        low, middle, high = np.quantile(answers, (0.05, 0.5, 0.95), method="inverted_cdf")
    return Scored(
        question=question,
        forecast=float(np.mean(answers)) if question.kind == "binary" else float(middle),
        q05=float(low),
        q95=float(high),
        score=score(question, answers),
        rivals={name: score(question, sample) for name, sample in rivals.items()},
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
    """Skill against each baseline by kind of question, over all dates and for each of several."""
    counted = [row for row in rows if row.question.skill]
    weights = comparable(counted)
    days = sorted({row.question.as_of for row in counted})
    found = []
    for day in [None, *(days if len(days) > 1 else [])]:
        chosen = [at for at, row in enumerate(counted) if day in (None, row.question.as_of)]
        few = [counted[at] for at in chosen]
        kinds = [kind for kind in _KINDS if of_kind(few, kind)]
        if sum(kind != "binary" for kind in kinds) > 1:
            kinds = [*(kind for kind in kinds if day is None or kind == "binary"), ALL_BUT_BINARY]
        for kind in kinds:
            places = of_kind(few, kind)
            about = [few[place].question.about for place in places]
            weight = weights[chosen][places]
            ours = weight * [few[place].score for place in places]
            for name in BASELINES:
                theirs = weight * [few[place].rivals[name] for place in places]
                asked = ALL if day is None else day.isoformat()
                found.append(
                    compared(
                        asked=asked,
                        kind=kind,
                        against=name,
                        ours=ours,
                        theirs=theirs,
                        about=about,
                        seed=seed,
                    )
                )
    return found


def compared(
    *,
    asked: str,
    kind: str,
    against: str,
    ours: np.ndarray,
    theirs: np.ndarray,
    about: Sequence[str],
    seed: int,
) -> Skill:
    """Compare two columns of scores, resampling the actors that the questions are about."""
    actors = sorted(set(about))
    # Sums by actor: a resample of actors is a resample of these.
    blocks = np.array(
        [
            [ours[own].sum(), theirs[own].sum(), own.sum()]
            for own in (np.array([each == actor for each in about]) for actor in actors)
        ]
    )
    draws = Draws(seed, 0, _RESAMPLES, np.float64)
    picked = np.stack(
        [
            (draws.uniform(-1, f"{place}", "resample") * len(actors)).astype(int)
            for place in range(len(actors))
        ]
    )
    sums = blocks[picked].sum(axis=0)
    differences = (sums[:, 0] - sums[:, 1]) / sums[:, 2]
    low, high = np.quantile(differences, _INTERVAL)
    with np.errstate(divide="ignore", invalid="ignore"):
        saved = np.where(sums[:, 1] > TIED, 1 - sums[:, 0] / sums[:, 1], np.nan)
    perfect = theirs.sum() <= TIED
    limits = np.nanquantile(saved, _INTERVAL) if not perfect else (np.nan, np.nan)
    return Skill(
        asked=asked,
        kind=kind,
        against=against,
        questions=len(ours),
        actors=len(actors),
        score=float(ours.mean()),
        other=float(theirs.mean()),
        skill=float("nan") if perfect else float(1 - ours.sum() / theirs.sum()),
        low=float(limits[0]),
        high=float(limits[1]),
        told=len(actors) >= LEAST_ACTORS and bool(low > TIED or high < -TIED),
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


def reliability(rows: Sequence[Scored], seed: int) -> Reliability | None:
    """How reliable the probabilities of the binary questions are; None without any."""
    chosen = [row for row in rows if row.question.kind == "binary" and row.question.skill]
    if not chosen:
        return None
    given = np.array([row.forecast for row in chosen])
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

"""Back-test: forecast what followed a date, and score it against honest baselines.

    result = run_backtest(["questions/october_2005.yaml"], runs=1000, seed=1)
    result.write("results/backtest")

Each question is answered by an ensemble that is held to history until the question's `as_of`
(`forecasts`), scored by proper scores (`scores`) and set beside persistence and base rates fitted
on the same information (`baselines`). Beside the model's own forecast stands the recommended one,
a pool of the model and a plain rival (`pooling`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulation.backtest import baselines
from simulation.backtest.baselines import Past
from simulation.backtest.forecasts import forecast
from simulation.backtest.pooling import Answered, Trust, recommended, stored_trust
from simulation.backtest.questions import Question, read_questions
from simulation.backtest.scores import (
    ALL,
    ALL_BUT_BINARY,
    BASE_RATES,
    FORECASTERS,
    MODEL,
    PERSISTENCE,
    Reliability,
    Scored,
    Skill,
    clusters_of,
    comparable,
    compared,
    given_by,
    of_kind,
    reliability,
    score,
    skills,
)
from simulation.batch.executors import Progress
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.escapes import CsvWriter
from simulation.inputs.places import QUESTIONS, folders_of
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.inputs.results_folders import made_folder
from simulation.numerics.dates import quarter_of
from simulation.parameters.numbers import SOURCE, Numbers, Parameters, source_word, with_source
from simulation.parameters.posterior import POSTERIOR, posterior_as_of
from simulation.parameters.sampling import PRIOR
from simulation.scenario.mechanisms import SWITCHES, THEORIES
from simulation.scenario.scenario import Scenario, load_scenario

SCORE_COLUMNS = (
    *("id", "kind", "outcome", "forecast", "q05", "q95", "score"),
    *(PERSISTENCE, BASE_RATES),
    *("recommended", "recommended_q05", "recommended_q95", "recommended_score"),
)
FURTHER = ("left_out", "measure", "about", "as_of", "resolves")
SKILL_COLUMNS = [field.name for field in dataclasses.fields(Skill)]
_WHOLE_MODEL = "the model"


@dataclass(frozen=True)
class Backtest:
    """Questions with what the model and its rivals scored on them.

    Attributes:
        rows: the questions, in the order of the files.
        skills: skill by kind of question against each baseline.
        reliability: of the probabilities of both forecasts, by forecaster; empty without any.
        runs, seed, parameters: how the ensembles were made.
        account: the theory or the mechanisms that were taken away, in words.
    """

    rows: list[Scored]
    skills: list[Skill]
    reliability: dict[str, Reliability]
    runs: int
    seed: int
    parameters: Parameters
    account: str

    @property
    def source(self) -> str:
        """Where numbers came from, in a word."""
        if isinstance(self.parameters, str):
            return source_word(self.parameters)
        given = self.parameters
        name = given.source if isinstance(given, Numbers) else str(given[SOURCE])
        return f"{source_word(name)}, some given"

    def write(self, folder: str | Path) -> Path:
        """Write `scores.csv` and `skill.csv` into a folder; returns the first."""
        target = made_folder(Path(folder))
        _write(target / "skill.csv", SKILL_COLUMNS, map(dataclasses.astuple, self.skills))
        _write(target / "scores.csv", (*SCORE_COLUMNS, *FURTHER), map(_cells, self.rows))
        return target / "scores.csv"


@dataclass(frozen=True)
class Variant:
    """What scores become under another account.

    Attributes:
        name: the theory, or the mechanism that is off.
        binary, numbers: the model against it on binary and on all other questions; skill above
            0 says that the model is better, and so that what was taken away helps.
    """

    name: str
    binary: Skill | None
    numbers: Skill | None


def run_backtest(
    paths: Sequence[str | Path] = (),
    runs: int = 1000,
    seed: int = 1,
    parameters: Parameters | None = None,
    theory: str | None = None,
    off: Sequence[str] = (),
    until: str | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast and score.

    Args:
        paths: files of questions; the project's own by default.
        runs: runs of each ensemble.
        seed: names the draws, also those of the baselines.
        parameters: as for the model, "posterior" being that of each date; by default the
            posterior where there is one of every date, and the prior otherwise.
        theory: a rival theory to forecast by.
        off: mechanisms to switch off.
        until: the last quarter to run to; as far as the questions need by default.
        catalogue: the evidence; the project's own if None.
        progress: told the runs done, the runs there are to do, and what is being run.

    Raises:
        Problems: something in the files, or in what is asked for, is wrong; nothing was run.
    """
    import scoringrules  # noqa: F401 - what is missing is said before anything is run

    evidence = catalogue or load_catalogue()
    scenario = account(theory, off, evidence)
    questions = read_questions(
        paths or own_questions(), evidence, None if until is None else quarter_of(until)
    )
    chosen = with_source(parameters, best_source(questions, evidence))
    rivals = rival_answers(questions, load_scenario("baseline", evidence), evidence, seed)
    answers = forecast(
        questions,
        scenario,
        runs=runs,
        seed=seed,
        parameters=chosen,
        catalogue=evidence,
        progress=progress,
    )
    trust = stored_trust()
    rows = [
        _scored(Answered(each, answers[at], rivals[at]), trust) for at, each in enumerate(questions)
    ]
    curves = {name: reliability(rows, name, seed) for name in FORECASTERS}
    return Backtest(
        rows=rows,
        skills=skills(rows, seed),
        reliability={name: curve for name, curve in curves.items() if curve is not None},
        runs=runs,
        seed=seed,
        parameters=chosen,
        account=_called(theory, off),
    )


def compare_theories(
    result: Backtest,
    paths: Sequence[str | Path] = (),
    runs: int = 500,
    parameters: Parameters | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress | None = None,
) -> list[Variant]:
    """Score the same questions by each rival theory, and with each mechanism off.

    Args:
        result: the scores of the whole model.
        paths, runs, catalogue, progress: as for `run_backtest`.
        parameters: those of the whole model by default.
    """
    evidence = catalogue or load_catalogue()
    questions = read_questions(paths or own_questions(), evidence)
    source = result.parameters if parameters is None else parameters
    rows = [row for row in result.rows if row.question.skill]
    weights = comparable(rows)
    variants = []
    accounts = {f"theory {name}": account(name, (), evidence) for name in THEORIES}
    accounts |= {f"without {name}": account(None, [name], evidence) for name in SWITCHES}
    for number, (name, other) in enumerate(accounts.items()):
        answers = forecast(
            questions, other, runs=runs, seed=result.seed, parameters=source, catalogue=evidence
        )
        kept = [at for at, each in enumerate(questions) if each.skill]
        theirs = weights * [score(questions[at], answers[at]) for at in kept]
        ours = weights * [row.model.score for row in rows]

        binary, numbers = (
            _against(name, rows, kind, ours=ours, theirs=theirs, seed=result.seed)
            for kind in ("binary", ALL_BUT_BINARY)
        )
        variants.append(Variant(name, binary, numbers))
        if progress is not None:
            progress(number + 1, len(accounts), name)
    return variants


def _against(
    name: str,
    rows: Sequence[Scored],
    kind: str,
    *,
    ours: np.ndarray,
    theirs: np.ndarray,
    seed: int,
) -> Skill | None:
    """Skill of the whole model against an account on questions of one kind; None without any."""
    chosen = of_kind(rows, kind)
    if not chosen:
        return None
    return compared(
        by=MODEL,
        asked=ALL,
        kind=kind,
        against=name,
        ours=ours[chosen],
        theirs=theirs[chosen],
        clusters=clusters_of([rows[place].question for place in chosen]),
        seed=seed,
    )


def write_variants(variants: Iterable[Variant], folder: str | Path) -> Path:
    """Write `theories.csv` into a folder."""
    target = made_folder(Path(folder))
    parts = [each for variant in variants for each in (variant.binary, variant.numbers) if each]
    _write(target / "theories.csv", SKILL_COLUMNS, map(dataclasses.astuple, parts))
    return target / "theories.csv"


def own_questions() -> list[Path]:
    """The files of questions in the working directory, or those that are shipped."""
    for folder in folders_of(QUESTIONS):
        found = sorted(folder.glob("*.yaml"))
        if found:
            return found
    hint = "name a file of questions"
    raise Problems([Problem(QUESTIONS, None, "no questions here", hint)])


def best_source(questions: Sequence[Question], catalogue: Catalogue) -> str:
    """The posterior where there is one of every date asked about, the prior otherwise."""
    try:
        for day in {question.as_of for question in questions}:
            posterior_as_of(catalogue, day)
    except Problems:
        return PRIOR
    return POSTERIOR


def account(theory: str | None, off: Sequence[str], catalogue: Catalogue) -> Scenario:
    """The baseline by a rival theory, or with mechanisms off.

    Raises:
        Problems: there is no such theory or mechanism.
    """
    wrong = [
        Problem(option, None, f"no {what} '{name}'", did_you_mean(name, known) or _all(known))
        for option, what, known, names in (
            ("--theory", "theory", THEORIES, [theory] if theory else []),
            ("--without", "mechanism", SWITCHES, off),
        )
        for name in names
        if name not in known
    ]
    if wrong:
        raise Problems(wrong)
    scenario = load_scenario("baseline", catalogue)
    for switch in (*(THEORIES[theory].off if theory else ()), *off):
        scenario = scenario.without(switch)
    return dataclasses.replace(scenario, theory=theory)


def rival_answers(
    questions: Sequence[Question], scenario: Scenario, catalogue: Catalogue, seed: int
) -> list[dict[str, np.ndarray]]:
    """What persistence and base rates answer to each question."""
    days = sorted({question.as_of for question in questions})
    pasts = {day: Past.until(day, scenario, catalogue) for day in days}
    uniform = baselines.sampler(seed)
    return [
        {
            PERSISTENCE: baselines.persistence(each, pasts[each.as_of], uniform, catalogue),
            BASE_RATES: baselines.base_rates(each, pasts[each.as_of], uniform, catalogue),
        }
        for each in questions
    ]


def _called(theory: str | None, off: Sequence[str]) -> str:
    """An account in words."""
    parts = [f"theory {theory}"] if theory else []
    return ", ".join([*parts, *(f"without {name}" for name in off)]) or _WHOLE_MODEL


def _all(known: Iterable[str]) -> str:
    return f"there are {', '.join(known)}"


def _scored(answered: Answered, trust: Trust) -> Scored:
    """A question with both forecasts, and what they and the rivals scored."""
    asked = answered.question
    return Scored(
        question=asked,
        model=given_by(asked, answered.model),
        recommended=recommended(answered, trust),
        rivals={name: score(asked, sample) for name, sample in answered.rivals.items()},
    )


def _cells(row: Scored) -> list[str]:
    """A question as a line of `scores.csv`."""
    asked, own, pool = row.question, row.model, row.recommended
    numbers = [
        *(asked.outcome, own.forecast, own.q05, own.q95, own.score, *row.rivals.values()),
        *(pool.forecast, pool.q05, pool.q95, pool.score),
    ]
    return [
        *(asked.id, asked.kind, *(f"{number:.6g}" for number in numbers)),
        *(asked.left_out, asked.name, asked.about),
        *(asked.as_of.isoformat(), asked.resolves.isoformat()),
    ]


def _write(path: Path, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = CsvWriter(file)
        writer.writerow(columns)
        writer.writerows(rows)

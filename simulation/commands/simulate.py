"""Commands that run the model many times: the batch, and the patterns of what was known."""

from __future__ import annotations

import datetime as dt
import secrets
from argparse import ArgumentTypeError, BooleanOptionalAction, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.batch.progress import ProgressBar
from simulation.commands.arguments import (
    ALLOW_PLUGINS,
    LARGEST_SEED,
    PARAMETERS,
    RESULTS,
    SEED,
    SET_NUMBERS,
    SOURCES,
    WORKERS,
)
from simulation.commands.commandline import Heading, argument, command, one_of, quarter, whole
from simulation.commands.output import import_what_shows, note, present, show, tell
from simulation.commands.sparing import let_arrow_do_without_pandas, pass_over_imports
from simulation.inputs.problems import Problem, Problems

if TYPE_CHECKING:
    from simulation.evidence.catalogue import Catalogue
    from simulation.record.record import Record
    from simulation.scenario.scenario import Scenario

_RUNS = 1000
QUICK = ("baseline", "us_base_withdrawal")
QUICK_RUNS = 100
MOST_ASKED, LEAST_PLAYED = 3, 400
"""Up to so many questions with so many runs, an answer comes with what is behind it: that takes
longer than the batch, and with fewer runs a theory can hardly be told from another."""


def day(text: str) -> dt.date:
    """A type of argument: a day of the calendar."""
    from simulation.numerics.dates import parse_date

    try:
        return parse_date(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def width_of(text: str) -> tuple[str, float]:
    """A type of argument: OUTCOME=WIDTH."""
    name, _, width = text.partition("=")
    try:
        return name, float(width)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not OUTCOME=WIDTH, as manas_open=0.02") from None


@command(
    Heading.RUN,
    [
        argument(
            "scenarios",
            metavar="SCENARIO",
            nargs="*",
            help="names in scenarios/ or paths (all there are); the baseline is always run too",
        ),
        argument("--quick", action="store_true", help="two scenarios, 100 runs: a first look"),
        argument("--runs", metavar="N", type=whole(1), help="runs of each scenario (1,000)"),
        SEED,
        argument("--until", metavar="QUARTER", type=quarter, help="last quarter (2015Q4)"),
        SET_NUMBERS,
        ALLOW_PLUGINS,
        PARAMETERS,
        argument(
            "--history-until",
            metavar="DATE",
            type=day,
            help="impose what was known until then in every scenario, as 2005-10-31",
        ),
        argument(
            "--precision",
            metavar="OUTCOME=WIDTH",
            type=width_of,
            action="append",
            default=[],
            help="add runs until the 95%% interval of a difference is this narrow on either side",
        ),
        argument(
            "--trajectories", metavar="N", type=whole(0), default=20, help="runs kept whole (20)"
        ),
        argument(
            "--chunk",
            metavar="N",
            type=whole(1),
            help="runs a piece of work (2,000, of large batches 4,000): more cost less each, "
            "fewer take less memory",
        ),
        RESULTS,
        argument("--resume", metavar="BATCH", help="go on with a batch that was stopped"),
        argument(
            "--reasons",
            action=BooleanOptionalAction,
            help="look behind the answers too: rival theories, and where effects come from; "
            f"by itself for up to {MOST_ASKED} of your own, with {LEAST_PLAYED} runs or more",
        ),
        argument(
            "--anyway",
            action="store_true",
            help="with --resume: although versions or the processor have changed since",
        ),
        WORKERS,
        argument(
            "--cluster", metavar="ADDRESS", help="use the workers of a dask.distributed scheduler"
        ),
    ],
    examples=(
        "batch",
        "batch --quick",
        "batch us_base_withdrawal no_andijan --runs 4000 --seed 1",
        "batch my_question --set basing.notice.manas=90 --until 2008Q4",
        "batch us_base_withdrawal --no-reasons",
        "batch --resume results/FOLDER",
    ),
)
def batch(given: Namespace) -> None:
    """Run scenarios, compare them with the baseline, answer their questions, write the report.

    This is what happens when no command is named. Progress goes to standard error; the table of
    differences and an answer to each scenario's question go to standard output. The report holds
    the first pictures; `plot` draws all others and puts them there. Run i is the
    same world in every scenario, so that differences are taken run by run. Where no scenario is
    named, those are left out that `check` refuses; their problems are told at the end.
    """
    from simulation.batch.batch import run_batch

    let_arrow_do_without_pandas()
    pass_over_imports()
    # KEY=VALUE is told from a scenario by its sign, wherever it stands.
    words = [*given.set, *given.scenarios]
    names = [each for each in words if "=" not in each]
    settings = [each for each in words if "=" in each]
    if given.quick:
        names = names or list(QUICK)
        given.runs = given.runs or QUICK_RUNS

    def run(scenarios: Sequence[Scenario | str] | None) -> Record:
        with ProgressBar("runs") as watch:
            return run_batch(
                scenarios,
                runs=given.runs or _RUNS,
                seed=given.seed,
                until=given.until,
                workers=given.workers,
                results=given.results,
                settings=settings,
                resume=given.resume,
                trajectories=given.trajectories,
                chunk=given.chunk,
                cluster=given.cluster,
                precision=dict(given.precision),
                parameters=given.parameters,
                progress=watch,
                history_until=given.history_until,
                anyway=given.anyway,
                meanwhile=import_what_shows,
            )

    broken: list[Problem] = []
    try:
        record = run(names or None)
    except Problems:
        if names or given.resume:
            raise
        sound, broken = _sound(settings)
        if not broken or not sound:
            raise
        _note_left_out(broken)
        record = run(sound)
    few = 1 < len(record.scenarios) <= 1 + MOST_ASKED and record.runs >= LEAST_PLAYED
    behind = few and not _all_stored(record) if given.reasons is None else given.reasons
    present(record, behind, given.allow_plugins)
    _note_problems(broken)


def _all_stored(record: Record) -> bool:
    """Whether what stands behind the answers comes with the package."""
    from simulation.record.grounds import all_stored

    return all_stored(record)


def _note_left_out(broken: Sequence[Problem]) -> None:
    """Say at the start which files are left out, if any."""
    if broken:
        files = ", ".join(dict.fromkeys(each.file for each in broken))
        note(f"Left out, because of problems that are told at the end: {files}")


def _note_problems(broken: Sequence[Problem]) -> None:
    """Say at the end what is wrong with the files that were left out, if any."""
    if broken:
        note("\n" + Problems(broken).told("This was left out; everything else was run."))


def _sound(settings: Sequence[str]) -> tuple[list[Scenario], list[Problem]]:
    """The scenarios that can be run, none without the baseline, and the problems of others."""
    from simulation.evidence.catalogue import load_catalogue
    from simulation.model import history
    from simulation.model.outcomes import outcomes_of
    from simulation.scenario.inheritance import BASELINE
    from simulation.scenario.scenario import sound_scenarios

    found, broken = sound_scenarios(settings=settings, outcomes=outcomes_of)
    sound = []
    for each in found:
        try:
            history.check([each], load_catalogue())
            sound.append(each)
        except Problems as problems:
            broken += problems.problems
    return (sound if any(each.name == BASELINE for each in sound) else []), broken


@command(
    Heading.RUN,
    [
        argument("--runs", metavar="N", type=whole(1), default=_RUNS, help="free runs (1,000)"),
        SEED,
        PARAMETERS,
    ],
    examples=("patterns", "patterns --runs 200 --seed 1"),
)
def patterns(given: Namespace) -> None:
    """Measure how often free runs show what happened by October 2005.

    In the baseline only shocks from outside are scripted, never a response. Pattern P6n asks
    whether the bases part for the right reason: the same runs once more with a cause taken away.
    """
    from simulation.contrast.pattern_rates import measure_patterns
    from simulation.show.tables import pattern_table

    seed = secrets.randbits(32) if given.seed is None else given.seed
    note(f"{given.runs:,} free runs of the baseline, each twice more with a cause taken away …")
    show(pattern_table(measure_patterns(given.runs, seed, parameters=given.parameters)))
    tell(f"Seed {seed}.")


@command(
    Heading.RUN,
    [
        argument("--runs", metavar="N", type=whole(2), default=500, help="pairs of runs (500)"),
        SEED,
        PARAMETERS,
    ],
    name="mechanisms",
    examples=("mechanisms", "mechanisms --runs 2000 --seed 1"),
)
def mechanisms_command(given: Namespace) -> None:
    """Measure what each mechanism does: the baseline with it on and off, on paired runs.

    For every claim of the documents one outcome should move one way once the mechanism is off.
    A mechanism whose effect cannot be told from zero is marked so.
    """
    from simulation.contrast.ablation import measure_effects, without_expectation
    from simulation.show.tables import effect_table

    seed = secrets.randbits(32) if given.seed is None else given.seed
    note(f"{given.runs:,} pairs of runs of the baseline for every mechanism …")
    effects = measure_effects(given.runs, seed, parameters=given.parameters)
    show(effect_table(effects, unmeasured=without_expectation()))
    tell(f"Seed {seed}.")


@command(
    Heading.RUN,
    [
        argument("ids", metavar="ROW", nargs="*", help="rows of the table, as R03 (all)"),
        argument("--runs", metavar="N", type=whole(10), default=500, help="pairs of runs (500)"),
        argument(
            "--seed", metavar="S", type=whole(0, LARGEST_SEED), default=1, help="names the luck (1)"
        ),
        argument(
            "--source",
            metavar="HOW",
            type=one_of(SOURCES),
            help="posterior, prior or point: where numbers come from (what each row says)",
        ),
        argument(
            "--file",
            metavar="TABLE",
            type=Path,
            action="append",
            default=[],
            help="a table of your own, instead of the one that comes along; may be repeated",
        ),
        WORKERS,
    ],
    examples=("responses", "responses R03 R28 --source point", "responses --file mine.yaml"),
)
def responses(given: Namespace) -> None:
    """Ask what an act does to the others: the rows of the response table, and their verdicts.

    Each row is run as arms that meet the same luck, and says what is expected of an outcome, as an
    interval or an order. It is inside where the whole 95% interval of what is measured lies within
    that, outside where none of it does, and undecided where it reaches over the edge.
    """
    from simulation.contrast.responses import run_responses
    from simulation.show.response_tables import response_table

    with ProgressBar("runs") as watch:
        found = run_responses(
            given.ids,
            runs=given.runs,
            seed=given.seed,
            source=given.source,
            files=given.file,
            workers=given.workers,
            progress=watch,
        )
    show(response_table(found))
    tell(f"Seed {given.seed}.")


@command(
    Heading.RUN,
    [
        argument(
            "questions",
            metavar="QUESTIONS",
            nargs="*",
            type=Path,
            help="files of questions with their outcomes (those in questions/)",
        ),
        argument(
            "--results",
            metavar="DIR",
            type=Path,
            default=Path("results/backtest"),
            help="where scores and figures go (results/backtest)",
        ),
        argument(
            "--runs",
            metavar="N",
            type=whole(10),
            default=_RUNS,
            help="runs as of each date (1,000)",
        ),
        argument(
            "--seed", metavar="S", type=whole(0, LARGEST_SEED), default=1, help="names the luck (1)"
        ),
        PARAMETERS,
        argument("--theory", metavar="NAME", help="forecast by a rival theory"),
        argument(
            "--without",
            metavar="MECHANISM",
            action="append",
            default=[],
            help="forecast with a mechanism off; may be repeated",
        ),
        argument("--until", metavar="QUARTER", type=quarter, help="run no further than this"),
        argument(
            "--compare-theories",
            action="store_true",
            help="score every rival theory too, and the model without each mechanism",
        ),
        argument(
            "--origins",
            action="store_true",
            help="learn from the ends of 2001 to 2004 how far the model may be trusted",
        ),
    ],
    examples=(
        "backtest",
        "backtest my_questions.yaml --results results/mine",
        "backtest --theory patronage",
        "backtest --compare-theories --runs 500",
        "backtest --origins",
    ),
)
def backtest(given: Namespace) -> None:
    """Forecast what followed a date, and score that against honest baselines.

    Every question is answered by runs that are held to history until its `as_of` and free after
    it, as far as it needs. Measures: base_open, base_kept, base_rent, bases_open, member,
    member_count, ouster, project_open, body_founded, understanding, trade_share, trade_overtakes,
    agreement. Parameters are drawn from the posterior of each date where there is one, else from
    their ranges. Beside the model's own forecast stands the recommended one: a pool of the model
    and a plain rival, by weights that were learned from nothing later than October 2005. Writes
    scores.csv, skill.csv and two figures; says so where a forecast cannot be told from a
    baseline. Where no file is named, those of your questions/ are taken or else those that are
    shipped, and files with problems are left out; the problems are told at the end. --origins
    learns those weights anew, from the ends of 2001 to 2004 and what came by October 2005, and
    writes them into trust.yaml; no question is scored.
    """
    if given.origins:
        _learn_from_origins(given)
        return
    from simulation.backtest.backtest import (
        compare_theories,
        own_questions,
        run_backtest,
        write_variants,
    )
    from simulation.backtest.questions import sound_files
    from simulation.evidence.catalogue import load_catalogue
    from simulation.inputs.results_folders import check_folder
    from simulation.show.figures.scores import draw_scores
    from simulation.show.score_tables import heading, question_table, skill_table, theory_table

    files: list[Path] = given.questions
    broken: list[Problem] = []
    if not files:
        files, broken = sound_files(own_questions(), load_catalogue())
        if broken and not files:
            raise Problems(broken)
        _note_left_out(broken)
    check_folder(given.results)
    with ProgressBar("runs") as watch:
        result = run_backtest(
            files,
            runs=given.runs,
            seed=given.seed,
            parameters=given.parameters,
            theory=given.theory,
            off=given.without,
            until=given.until,
            progress=watch,
        )
    written = result.write(given.results)
    show(question_table(result.rows))
    show(skill_table(result.skills))
    tell(heading(result))
    if given.compare_theories:
        with ProgressBar("accounts") as watch:
            variants = compare_theories(result, files, given.runs, progress=watch)
        write_variants(variants, given.results)
        show(theory_table(variants))
    draw_scores(result, given.results)
    tell(f"Scores and figures are in {written.parent}.")
    _note_problems(broken)


def _learn_from_origins(given: Namespace) -> None:
    """Learn how far the model may be trusted, and write that down."""
    from simulation.backtest.origins import learn
    from simulation.backtest.pooling import TRUST
    from simulation.inputs.results_folders import check_folder, made_folder
    from simulation.show.score_tables import trust_table

    asked = {"QUESTIONS": given.questions, "--theory": given.theory, "--without": given.without}
    asked |= {"--until": given.until, "--compare-theories": given.compare_theories}
    for option in (option for option, value in asked.items() if value):
        message = "takes its own questions, made from the evidence, and the whole model"
        raise Problems([Problem("--origins", None, message, f"leave out {option}, or --origins")])
    check_folder(given.results)
    with ProgressBar("runs") as watch:
        trust = learn(given.runs, given.seed, given.parameters, progress=watch)
    path = made_folder(given.results) / TRUST.name
    trust.save(path)
    show(trust_table(trust))
    tell(f"The weights are in {path}.")


@command(
    Heading.RUN,
    [
        argument(
            "--runs-per-wave",
            metavar="N",
            type=whole(1),
            help="runs of a wave, and of a look (32,000)",
        ),
        argument("--waves", metavar="K", type=whole(1), help="waves of history matching (3)"),
        argument("--seed", metavar="S", type=whole(0, LARGEST_SEED), help="names the luck (1)"),
        argument(
            "--as-of",
            metavar="DATE",
            type=day,
            action="append",
            help="use what was known on this day (2005-10-31); may be repeated",
        ),
        argument(
            "--again",
            action="store_true",
            help="fit every posterior that is stored anew, as after a change of the evidence",
        ),
        argument("--resume", action="store_true", help="go on with what was stopped"),
        argument(
            "--panels",
            metavar="DIR",
            type=Path,
            help="estimate from your own panels first, and take ranges from that "
            "(docs/guides/panels.md)",
        ),
        argument(
            "--results",
            metavar="DIR",
            type=Path,
            default=Path("results"),
            help="where the stages and the figures go (results)",
        ),
        argument(
            "--output",
            metavar="FILE",
            type=Path,
            help="the posterior (beside the evidence in a checkout, else in posteriors/)",
        ),
        WORKERS,
    ],
    name="calibrate",
    examples=(
        "calibrate",
        "calibrate --as-of 2004-03-24",
        "calibrate --as-of 2001-12-31 --as-of 2002-12-31",
        "calibrate --runs-per-wave 4000 --waves 2 --output results/rough.parquet",
        "calibrate --again",
        "calibrate --resume",
        "calibrate --panels panels",
    ),
)
def calibrate_command(given: Namespace) -> None:
    """Fit the uncertain parameters to what was known, and keep what is left of their ranges.

    Waves of history matching rule out what could not have brought about what was seen; a
    population is then led to the posterior, which batches draw from where nothing else is asked
    for. It first says how long that will take: under ten minutes a posterior on two idle cores.
    The same seed gives the same bytes. After a change of the evidence, `--again` does for every
    posterior that is stored what is done here for one. With `--panels` the numbers that are
    estimated have the ranges that your own panels give, and the posterior goes to posteriors/.
    """
    from simulation.calibration.calibrate import calibrate, how_long
    from simulation.calibration.targets import KNOWN
    from simulation.evidence.catalogue import load_catalogue
    from simulation.inputs.results_folders import check_folder
    from simulation.parameters.posterior import (
        own_posterior,
        posterior_name,
        read_posterior,
        stored_days,
    )
    from simulation.show.calibration_tables import calibration_table
    from simulation.show.figures.calibration import draw_calibration

    if given.again and (given.as_of or given.output or given.resume or given.panels):
        message = "fits every posterior that is stored, from the start and in its place"
        hint = "leave out --as-of, --output, --resume and --panels, or --again"
        raise Problems([Problem("--again", None, message, hint)])
    days = list(dict.fromkeys(given.as_of or [KNOWN]))
    if len(days) > 1 and (given.output or given.resume):
        option, hint = "--output" if given.output else "--resume", "give one --as-of"
        raise Problems([Problem(option, None, "is about one posterior, not several", hint)])
    evidence = None
    if given.again:
        days = stored_days(load_catalogue()) or days
    check_folder(given.results)
    if given.output:
        check_folder(given.output.parent, "name another place, with --output")
    if given.panels:
        evidence = _estimated(given.panels, given.results)
    if not given.resume:
        seconds = how_long(days, given.workers, given.runs_per_wave, given.waves, evidence)
        note(f"{_posteriors(days)}: about {_minutes(seconds)} on this machine, as busy as it is.")
    for as_of in days:
        output = given.output or (
            own_posterior(posterior_name(as_of, KNOWN)) if given.panels else None
        )
        with ProgressBar("runs") as watch:
            path = calibrate(
                runs_per_wave=given.runs_per_wave,
                waves=given.waves,
                seed=given.seed,
                as_of=as_of,
                resume=given.resume,
                workers=given.workers,
                results=given.results,
                output=output,
                catalogue=evidence,
                progress=watch,
            )
        posterior = read_posterior(path)
        show(calibration_table(posterior))
        for figure in draw_calibration(posterior, given.results / f"calibration_{as_of}"):
            note(f"Drawn: {figure}")
        use = " Batches draw from it from now on; --parameters says otherwise."
        tell(f"The posterior is in {path}.{'' if output else use}")


def _estimated(panels: Path, results: Path) -> Catalogue:
    """The evidence with what a user's own panels say, kept with the results."""
    import statsmodels  # noqa: F401 - that it is missing is told before the work

    from simulation.estimation.estimates import FILE, evidence_with, make_estimates, write_estimates

    entries = make_estimates(panels, progress=lambda name: note(f"Estimated: {name}"))
    write_estimates(results / "panels" / FILE, entries)
    return evidence_with(entries, results / "panels" / "evidence")


def _posteriors(days: Sequence[dt.date]) -> str:
    """What is to be fitted, in words."""
    from simulation.evidence.catalogue import listed

    dates = listed(f"{day}" for day in days)
    return f"{len(days)} posterior{'s' if len(days) > 1 else ''}, as of {dates}"


def _minutes(seconds: float) -> str:
    """A span of time in words."""
    minutes = max(round(seconds / 60), 1)
    return "a minute" if minutes == 1 else f"{minutes} minutes"

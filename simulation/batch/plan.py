"""What a batch is to run: checked before a folder is made, or taken up where it was left."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from simulation.batch.chunks import TO_PAIR, Chunk, part_place
from simulation.batch.journal import JOURNAL, Journal
from simulation.batch.progress import tell_waiting
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.invocation import program
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.inputs.results_folders import no_folder
from simulation.inputs.yaml_reader import shown
from simulation.model import history
from simulation.model.outcomes import VARIABLES, outcomes_of, outcomes_of_scenarios
from simulation.numerics.dates import DEFAULT_UNTIL, quarter_name, quarter_of
from simulation.parameters.numbers import SOURCE, Numbers, Parameters, setting, source_of
from simulation.parameters.posterior import is_posterior, posterior_path
from simulation.record import provenance
from simulation.record.common_states import (
    further_columns,
    read_without,
    states_by_region,
)
from simulation.record.kept_numbers import PARAMETERS_FILE
from simulation.record.manifest import MANIFEST, UNFINISHED, VERSION, write_manifest
from simulation.record.ownership import inside
from simulation.record.record import DIFFERENCES_FILE, Record, write_scenario
from simulation.record.through_time import Column, columns_compared
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import Scenario, check_scenarios, list_scenarios

CHUNK, LARGE_CHUNK = 2000, 4000
"""Runs a chunk, of most batches and of large ones: there a run is cheaper in the larger
(benchmarks/results.json, pieces), and enough of them are left to be shared out evenly."""
ENOUGH = 8
"""Chunks of a scenario that are enough to be shared out."""

FEWEST_AT_ONCE = 100
"""Runs at once below which fewer take hardly less memory."""
MOST_PIECES = 50_000
"""Pieces of a scenario at most: each takes memory before it is begun."""
RECORD_FILES = (
    PARAMETERS_FILE,
    "outcomes.parquet",
    "trajectories.parquet",
    DIFFERENCES_FILE,
    "events.parquet",
    "paths.parquet",
    "comparison.csv",
)
"""Files that a finished batch has beside its scenarios and its manifest."""
OUTCOME_SAID = (
    "description", "unit", "kind", "headline", "head", "region", "matters", "about",
)  # fmt: skip
"""What the manifest says of an outcome."""

Scenarios = Sequence[str | Path | Scenario]


class RunSpan(NamedTuple):
    """Runs that make one part of each scenario."""

    first_run: int
    runs: int


@dataclass
class Batch:
    """A batch under way.

    Attributes:
        folder: its results folder.
        manifest: what will be in `manifest.json`.
        scenarios: the scenarios, the baseline first.
        parameters: where the numbers of all runs come from.
        spans: the runs asked for so far, a part each.
        created: whether this process made the folder; only then may the folder go.
        left: what lay in the folder under temporary names when it was taken up.
        block: runs that are played at once, where memory does not hold a whole part.
        kept: by scenario, numbers that an earlier batch had by run, in place of `parameters`.
        given: full keys of the numbers that were given by run.
    """

    folder: Path
    manifest: dict[str, Any]
    scenarios: list[Scenario]
    parameters: Numbers
    spans: list[RunSpan] = field(default_factory=list)
    created: bool = False
    left: frozenset[Path] = frozenset()
    block: int | None = None
    kept: Mapping[str, Numbers] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    @cached_property
    def journal(self) -> Journal:
        """The finished parts, with what they hold."""
        return Journal(self.parts, self.manifest)

    def play_fewer(self) -> bool:
        """From now on play half as many runs at once; whether that is still worth a try."""
        size = min(self.block or self.manifest["chunk"], self.manifest["chunk"])
        if size <= FEWEST_AT_ONCE:
            return False
        self.block = -(-size // 2)
        return True

    @property
    def parts(self) -> Path:
        """Where parts are kept until the end."""
        return self.folder / "parts"

    def part(self, scenario: Scenario, span: RunSpan, name: str = "") -> Path:
        """A part of a scenario, or a file of it."""
        return self.parts / part_place(scenario.name, span.first_run, span.runs) / name

    def files(self, scenario: Scenario, name: str) -> list[Path]:
        """A file of every part of a scenario that has one, by run."""
        places = (self.part(scenario, span, name) for span in self.spans)
        return [place for place in places if place.exists()]

    def unfinished(self) -> list[Path]:
        """What lies in the folder under temporary names, but was not left there by others."""
        return [each for each in self.folder.rglob("*.unfinished") if each not in self.left]

    def has(self, scenario: Scenario, span: RunSpan) -> bool:
        """Whether a part is there."""
        return self.part(scenario, span).exists()

    def extend(self, runs: int) -> None:
        """Ask for more runs: up to `runs` a scenario."""
        done = sum(span.runs for span in self.spans)
        size = self.manifest["chunk"]
        self.spans += [RunSpan(at, min(size, runs - at)) for at in range(done, runs, size)]
        self.manifest["runs"] = runs

    def missing(self, shares_disk: bool) -> list[Chunk]:
        """The chunks that have no part yet, the baseline's first."""
        return [
            self._chunk(scenario, span, shares_disk)
            for scenario in self.scenarios
            for span in self.spans
            if not self.has(scenario, span)
        ]

    def progress(self) -> tuple[int, int]:
        """Runs that are kept, and runs that were asked for, over all scenarios."""
        kept = sum(
            span.runs for each in self.scenarios for span in self.spans if self.has(each, span)
        )
        return kept, len(self.scenarios) * self.manifest["runs"]

    @property
    def newcomers(self) -> tuple[Scenario, ...]:
        """The scenarios that add someone."""
        return tuple(each for each in self.scenarios if each.adds_someone)

    @property
    def outcomes(self) -> list[str]:
        """The columns of its outcomes, in order."""
        return [*self.manifest["outcomes"], *self.further]

    @cached_property
    def further(self) -> list[str]:
        """Columns of outcomes that are read without the states which another scenario lacks."""
        regions = {name: each["region"] for name, each in self.manifest["outcomes"].items()}
        return sorted(further_columns(self.manifest["states"], regions))

    @cached_property
    def followed(self) -> list[str]:
        """The outcomes that are followed through time: the headlines, and what is asked for."""
        asked = {ask.outcome for each in self.scenarios for ask in each.asks}
        outcomes = self.manifest["outcomes"].items()
        return [name for name, each in outcomes if each["headline"] or name in asked]

    def _pairs(self, scenario: Scenario) -> list[tuple[Column, Column]]:
        """What is followed, as it is read in a scenario, and in the baseline for its sake."""
        baseline = self.scenarios[0].name
        return [
            columns_compared(self.manifest, scenario.name, baseline, name) for name in self.followed
        ]

    def _chunk(self, scenario: Scenario, span: RunSpan, shares_disk: bool) -> Chunk:
        baseline, *others = self.scenarios
        numbers = self.kept.get(scenario.name)
        numbers = numbers or numbers_of(self.parameters, scenario, load_catalogue())
        pairs = self._pairs(scenario)
        own = [here for here, _ in pairs]
        if scenario is baseline:
            own = sorted({there for other in others for _, there in self._pairs(other)})
        return Chunk(
            scenario=scenario,
            first_run=span.first_run,
            count=span.runs,
            seed=self.manifest["seed"],
            until=quarter_of(self.manifest["until"]),
            parameters=numbers.part(span.first_run, span.runs),
            paths=self.manifest["trajectories"],
            folder=self.parts if shares_disk else None,
            reference=None if scenario is baseline else self.part(baseline, span, TO_PAIR),
            newcomers=self.newcomers,
            without=tuple(read_without(scenario.name, self.manifest["states"])),
            further=tuple(self.further),
            followed=tuple(own),
            paired_with=tuple(there.name for _, there in pairs),
            block=self.block,
            of=max(self.manifest["ladder"]),
        )


def planned(
    scenarios: Scenarios | None,
    *,
    ladder: Sequence[int],
    seed: int | None,
    until: str | None,
    results: str | Path,
    settings: Sequence[str],
    trajectories: int,
    chunk: int | None,
    precision: Mapping[str, float],
    parameters: Parameters | None = None,
    history_until: dt.date | None = None,
) -> Batch:
    """A new batch, checked; nothing is written yet.

    Args:
        ladder: runs a scenario, in steps if it is to be adaptive.
        scenarios, seed, until, results, settings, trajectories, chunk, precision, parameters,
            history_until: as in `run_batch`.
    """
    evidence = load_catalogue()
    loaded = _loaded(scenarios, settings, history_until, evidence)
    outcomes = outcomes_of_scenarios(loaded, evidence)
    _check(
        ladder=ladder,
        chunk=chunk,
        trajectories=trajectories,
        precision=precision,
        outcomes=outcomes,
    )
    numbers = _numbers(parameters, loaded, evidence, max(ladder))
    told = [numbers.told(evidence), *_not_everywhere(settings, numbers, loaded, evidence)]
    loaded = [each.given(numbers_of(numbers, each, evidence), evidence) for each in loaded]
    for each in loaded:
        new = numbers.told_of_new(evidence, evidence.extended(each.added), each.fixed_keys)
        told += [f"{each.name}: {new}"] if new else []
    last = _horizon(loaded, until)
    manifest = {
        "version": VERSION,
        "status": UNFINISHED,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "scenarios": [each.name for each in loaded],
        "baseline": loaded[0].name,
        "seed": secrets.randbits(32) if seed is None else int(seed),
        "first_run": 0,
        "runs": ladder[0],
        "chunk": _size_of_chunk(chunk, ladder),
        "until": quarter_name(last),
        "trajectories": trajectories,
        "parameters": numbers.name,
        "parameters_told": " ".join(told),
        "posterior_hash": _posterior_hash(numbers, evidence),
        "settings": _laid_over(settings, numbers),
        "history_until": history_until and history_until.isoformat(),
        "precision": dict(precision),
        "precise": None,
        "ladder": list(ladder),
        "scenario_files": {each.name: str(each.path) for each in loaded},
        "scenario_hashes": {each.name: each.hash for each in loaded},
        "catalogue_hash": evidence.hash,
        "plugins": {it.file: it.digest for each in loaded for it in each.plugins},
        "versions": provenance.versions(),
        **provenance.machine(),
        "git": provenance.git_state(),
        "changes": [],
        "wall_time": 0.0,
        "outcomes": _declared(outcomes, OUTCOME_SAID),
        "states": states_by_region(loaded, evidence),
        "variables": _declared(VARIABLES, ("description", "unit", "axes", "low", "high")),
        "files": {},
    }
    return Batch(Path(results), manifest, loaded, numbers, given=frozenset(numbers.arrays))


def make_folder(batch: Batch) -> None:
    """Make the results folder, empty: its name is the time (UTC) and a hash of what is run.

    Raises:
        Problems: none can be made there.
    """
    identity = [batch.manifest[key] for key in ("seed", "runs", "scenario_hashes")]
    identity.append(batch.manifest["catalogue_hash"])
    digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()
    now = dt.datetime.now(dt.UTC)
    while True:
        folder = batch.folder / f"{now:%Y%m%dT%H%M%SZ}-{digest[:6]}"
        try:
            folder.mkdir(parents=True)
            break
        except FileExistsError:
            now += dt.timedelta(seconds=1)
        except OSError as error:
            hint = "name another place for the results, with --results"
            raise Problems([no_folder(batch.folder, error, hint)]) from None
    batch.folder, batch.created = folder, True


def fill_folder(batch: Batch) -> None:
    """Write what is known before anything is run; with its manifest, the folder is a batch."""
    batch.parts.mkdir()
    (batch.folder / "scenarios").mkdir()
    for each in batch.scenarios:
        write_scenario(batch.folder, each.name, each.resolved())
    write_manifest(batch.folder, batch.manifest)


def discard_folder(batch: Batch) -> None:
    """Take away what this process wrote into the folder that it made, and nothing else."""
    (batch.folder / MANIFEST).unlink(missing_ok=True)
    for each in batch.scenarios:
        (batch.folder / "scenarios" / f"{each.name}.yaml").unlink(missing_ok=True)
    with suppress(OSError):  # is not there yet, or holds something of others
        (batch.folder / "scenarios").rmdir()
    shutil.rmtree(batch.parts, ignore_errors=True)


def taken_up(
    record: Record,
    scenarios: Scenarios | None,
    parameters: Parameters | None,
    settings: Sequence[str] = (),
    anyway: bool = False,
) -> Batch:
    """An earlier batch, if it can be gone on with; `Problems` says what has changed.

    Args:
        record: the batch.
        scenarios, parameters, settings, anyway: as in `run_batch`.
    """
    manifest = dict(record.manifest)
    files = [manifest["scenario_files"][name] for name in record.scenarios]
    day = manifest.get("history_until")
    day = day and dt.date.fromisoformat(day)
    evidence = load_catalogue()
    if parameters is None:
        parameters = source_of(manifest["parameters"])
    earlier = _laid_over(manifest["settings"], settings)
    loaded = _loaded(scenarios or files, earlier, day, evidence)
    numbers = _numbers(parameters, loaded, evidence, max(manifest["ladder"]))
    loaded = [each.given(numbers_of(numbers, each, evidence), evidence) for each in loaded]
    then: dict[str, Any] = {
        "the list of scenarios": ", ".join(record.scenarios),
        **{f"scenario {name}": it for name, it in manifest["scenario_hashes"].items()},
        "the evidence": manifest["catalogue_hash"],
        "the parameters": manifest["parameters"],
        "the posterior": manifest.get("posterior_hash"),
    }
    now: dict[str, Any] = {
        "the list of scenarios": ", ".join(each.name for each in loaded),
        **{f"scenario {each.name}": each.hash for each in loaded},
        "the evidence": evidence.hash,
        "the parameters": numbers.name,
        "the posterior": _posterior_hash(numbers, evidence),
    }
    hint = "put it back as it was, or start a new batch without --resume"
    other_runs = provenance.changes(then, now)
    other_bits = provenance.differing(manifest)
    found = [Problem(str(record.path), None, each, hint) for each in other_runs]
    if not anyway:
        all_the_same = f"{program()} batch --resume {shown(record.path)} --anyway"
        hint = f"{hint}, or go on all the same: {all_the_same}"
        found += [Problem(str(record.path), None, each, hint) for each in other_bits]
    if found:
        raise Problems(found)
    manifest["changes"] = [*dict.fromkeys([*manifest["changes"], *other_bits])]
    below = [f"parts/{name}" for name in (JOURNAL, *manifest["scenarios"])]
    for name in ("parts", "scenarios", *below):
        inside(record.path, name)
    _check_files(record)
    batch = Batch(record.path, manifest, loaded, numbers, given=frozenset(numbers.arrays))
    batch.left = frozenset(batch.unfinished())
    if batch.parts.is_dir():
        for each in batch.journal.check():
            aside = each.aside.relative_to(record.path)
            tell_waiting(
                f"{each.place}: {each.reason}. Set aside as {aside}; its runs are played anew."
            )
    return batch


def _check_files(record: Record) -> None:
    """Refuse a folder in which a folder lies where the batch will put a file."""
    names = [*RECORD_FILES, *(f"scenarios/{name}.yaml" for name in record.scenarios)]
    found = [
        Problem(f"{shown(record.path)}/{name}", None, "is a folder, and a file is due", "move it")
        for name in names
        if (record.path / name).is_dir()
    ]
    if found:
        raise Problems(found)


def _loaded(
    scenarios: Scenarios | None,
    settings: Sequence[str],
    history_until: dt.date | None,
    evidence: Catalogue,
) -> list[Scenario]:
    """The scenarios, all checked at once; the baseline comes first, asked for or not."""
    if isinstance(scenarios, str | Path | Scenario):
        scenarios = [scenarios]
    given = list(list_scenarios() if scenarios is None else scenarios)
    if BASELINE not in map(_called, given):
        given.insert(0, BASELINE)
    files = list(dict.fromkeys(str(each) for each in given if not isinstance(each, Scenario)))
    made = [each for each in given if isinstance(each, Scenario)]
    beside = [each.added for each in made]
    checked = check_scenarios(files, evidence, settings, outcomes_of, beside) if files else []
    by_file = dict(zip(files, checked, strict=True))
    beside += [each.added for each in checked]
    loaded = [
        each.with_settings(settings, evidence, beside)
        if isinstance(each, Scenario)
        else by_file[str(each)]
        for each in given
    ]
    if history_until is not None:
        loaded = [replace(each, history_until=history_until) for each in loaded]
    history.check(loaded, evidence)
    found: dict[str, Scenario] = {}
    for each in sorted(loaded, key=lambda each: each.name != BASELINE):
        if found.setdefault(each.name, each).hash != each.hash:
            message = f"another scenario is called '{each.name}' too"
            hint = "a batch names its scenarios by their files: rename one of them"
            raise Problems([Problem(str(each.path), None, message, hint)])
    return list(found.values())


def _called(given: str | Path | Scenario) -> str:
    """The name that a scenario will have."""
    return given.name if isinstance(given, Scenario) else Path(given).stem


def _horizon(scenarios: list[Scenario], until: str | None) -> int:
    """The last quarter: the same in every scenario, or run i would have nothing to pair with."""
    if until is not None:
        try:
            last = quarter_of(until)
        except ValueError as error:
            raise Problems([Problem("--until", None, str(error))]) from None
        if last < 0:
            raise Problems([Problem("--until", None, f"{until} is before the start, 2001Q3")])
        return last
    default = quarter_of(DEFAULT_UNTIL)
    ends = {each.name: default if each.until is None else each.until for each in scenarios}
    if len(set(ends.values())) > 1:
        text = ", ".join(f"{name} in {quarter_name(end)}" for name, end in ends.items())
        hint = f"give them one end, for example --until {quarter_name(min(ends.values()))}"
        message = f"the scenarios end in different quarters: {text}"
        raise Problems([Problem("--until", None, message, hint)])
    return next(iter(ends.values()))


def usual_chunk(runs: int) -> int:
    """Runs a chunk of a batch of so many runs a scenario, where nobody asks for others."""
    return LARGE_CHUNK if runs >= ENOUGH * LARGE_CHUNK else CHUNK


def _size_of_chunk(asked: int | None, ladder: Sequence[int]) -> int:
    """Runs a chunk of a batch, by what was asked for and by its first runs."""
    return min(asked or usual_chunk(ladder[0]), ladder[0])


def _check(
    *,
    ladder: Sequence[int],
    chunk: int | None,
    trajectories: int,
    precision: Mapping[str, float],
    outcomes: Collection[str],
) -> None:
    """Refuse what cannot be run."""
    found = []
    if min(ladder) < 1:
        found.append(Problem("--runs", None, f"{min(ladder)} runs; 1 or more are due"))
    if chunk is not None and chunk < 1:
        found.append(Problem("chunk", None, f"{chunk} runs a chunk; 1 or more are due"))
    size = _size_of_chunk(chunk, ladder)
    if size >= 1 and max(ladder) / size > MOST_PIECES:
        message = f"{max(ladder):,} runs in pieces of {size:,} are more than {MOST_PIECES:,} pieces"
        found.append(Problem("--runs", None, message, "ask for fewer, or give a larger --chunk"))
    if trajectories < 0:
        found.append(Problem("--trajectories", None, f"{trajectories} runs; 0 or more are due"))
    for name, width in precision.items():
        if name not in outcomes:
            hint = did_you_mean(name, outcomes)
            found.append(Problem("--precision", None, f"no outcome '{name}'", hint, "outcomes"))
        elif not 0 < width < math.inf:
            message = f"the half width of {name} is {width}; it is a number above 0"
            found.append(Problem("--precision", None, message))
    if found:
        raise Problems(found)


def _declared(declarations: Mapping[str, Any], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Declarations as they stand in the manifest, so that a record can be read on its own."""
    return {
        name: {field: getattr(each, field) for field in fields}
        for name, each in declarations.items()
    }


def _numbers(
    given: Parameters | None, scenarios: Sequence[Scenario], evidence: Catalogue, runs: int
) -> Numbers:
    """Where numbers come from, the same for all scenarios; what is given has to fit each.

    A number of someone whom only some of them have is for those alone.
    """
    days = [each.history_until for each in scenarios]
    everyone = evidence
    for each in scenarios:
        everyone = everyone.extended(each.added)
    found = Numbers.of(given, everyone, days, runs)
    for each in scenarios if everyone is not evidence else ():
        own = numbers_of(found, each, evidence)
        plain = {SOURCE: own.source, **own.values, **own.arrays}
        Numbers.of(plain, evidence.extended(each.added), days, runs)
    return found


def numbers_of(numbers: Numbers, scenario: Scenario, evidence: Catalogue) -> Numbers:
    """The numbers of a batch as one of its scenarios has them: those of whoever is there.

    Args:
        numbers: those of all scenarios.
        scenario: one of them.
        evidence: the evidence, without what a scenario adds.
    """
    return numbers.within(evidence.extended(scenario.added))


def _not_everywhere(
    settings: Sequence[str],
    numbers: Numbers,
    scenarios: Sequence[Scenario],
    evidence: Catalogue,
) -> Iterator[str]:
    """Sentences about numbers that are given and that not every scenario has."""
    keys = [each.partition("=")[0].strip() for each in settings]
    for key in dict.fromkeys([*keys, *numbers.values, *numbers.arrays]):
        have = [each.name for each in scenarios if evidence.extended(each.added).has_place(key)]
        if len(have) < len(scenarios):
            yield f"{key} is there in {' and '.join(have)} alone."


def _laid_over(settings: Sequence[str], others: Sequence[str] | Numbers) -> list[str]:
    """What `--set` would have to say to give the same: of two about a number, the later holds."""
    if isinstance(others, Numbers):
        others = [setting(key, value) for key, value in others.values.items()]
    later = {each.partition("=")[0].strip() for each in others}
    return [*(each for each in settings if each.partition("=")[0].strip() not in later), *others]


def _posterior_hash(numbers: Numbers, evidence: Catalogue) -> str | None:
    """A hash of the posterior that parameters are drawn from, if they are."""
    if is_posterior(numbers.source):
        return provenance.file_hash(posterior_path(evidence, numbers.source))
    return None

"""A campaign against every reader: files and command lines mutated at random.

An attempt takes a sound file, mutates it, and lets its reader read it. It is read, or refused in
words: any other error has failed, and so has an answer that takes seconds, an endless message, or
one that could move the cursor of a terminal. Nothing is run.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import random
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from campaign import Attempt, Campaign
from folders import halfway, whole

from simulation.backtest.questions import read_questions
from simulation.batch import batch as batches
from simulation.batch.plan import taken_up
from simulation.commands.commandline import COMMANDS
from simulation.commands.program import main
from simulation.contrast import variants
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problem, Problems
from simulation.model.outcomes import outcomes_of
from simulation.parameters.posterior import posterior_path, read_posterior
from simulation.record import manifest as manifests
from simulation.record.record import Record
from simulation.scenario.events import timeline_events
from simulation.scenario.scenario import check_scenarios

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))
import small_world  # noqa: E402  (of the tests)

LONGEST = 5.0
"""Seconds of work that an answer may take."""
LARGEST = 200_000
"""Characters of an answer at most."""
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

NASTY = (
    "", "~", "null", "true", "yes", "[]", "{}", "-1", "0", "1e400", "-.inf", ".nan", "0x10", "1_0",
    "9" * 40, "1:30", "2005-02-30", "9999-12-31", "2001Q3", "1999Q4", "2005Q9", "&a x", "*a", "|",
    "!!python/object:os.system x", "!!binary aGk=", ">", "'", '"', "\u202e", "\x1b[31m", "\ud800",
    "a" * 3000, "../../etc/passwd", "/dev/zero", ".", "<script>", "=1+1", "baseline", "manas",
    "${x}", "{a: {b: {c: {d: {}}}}}", "[[[[[]]]]]", "#", "---", "...", "%", "@", "\t", "\u2028",
    "\x00",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**63, -(2**70), 10**200, 1.5, -0.0, 1e308, "", "x", "0", "..",
    "2001Q3", "/", "\u202e", "\x1b[2K", [], {}, [None], [[]], {"x": None}, {"": 1}, "a" * 2000,
    [1] * 200,
)  # fmt: skip
WORDS = (
    *NASTY, "baseline", "no_andijan", "1", "basing.rent=1:2:3", "manas_open", "manas_open=0.1",
    "basing.rent=3", "prior", "0", "close_base:manas", "2005Q4",
)  # fmt: skip

NEVER = ("app", "borders", "calibrate", "new")
"""Commands that are not tried: they stay, take minutes, or write where this program lies."""


def text_mutated(text: str, luck: random.Random) -> bytes:
    """A text with one to four mutations, of lines, words or bytes."""
    lines = text.split("\n")
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(lines))
        way = luck.randrange(9)
        if way == 0:
            del lines[at]
        elif way == 1:
            lines.insert(at, lines[luck.randrange(len(lines) or 1)] if lines else "")
        elif way == 2 and lines:
            other = luck.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 3:
            lines[at] = " " * luck.randint(0, 6) + lines[at].lstrip()
        elif way == 4:
            key, colon, _ = lines[at].partition(":")
            lines[at] = f"{key}{colon} {luck.choice(NASTY)}"
        elif way == 5:
            _, colon, value = lines[at].partition(":")
            lines[at] = f"{luck.choice(NASTY)}{colon}{value}"
        elif way == 6:
            words = lines[at].split(" ")
            words[luck.randrange(len(words))] = luck.choice(NASTY)
            lines[at] = " ".join(words)
        elif way == 7:
            lines[at : at + 1] = lines[at : at + 1] * luck.choice((2, 30))
        else:
            place = luck.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:place] + chr(luck.randrange(1, 0x3000)) + lines[at][place:]
        lines = lines or [""]
    return bytes_mutated("\n".join(lines).encode("utf-8", "surrogatepass"), luck, 0.1)


def bytes_mutated(data: bytes, luck: random.Random, chance: float = 1.0) -> bytes:
    """Bytes with some flipped, cut out or put in; with a chance, else as they were."""
    found = bytearray(data)
    if luck.random() >= chance or not found:
        return bytes(found)
    for _ in range(luck.choice((1, 1, 3, 20))):
        at = luck.randrange(len(found) + 1)
        way = luck.randrange(4)
        if way == 0 and at < len(found):
            found[at] ^= 1 << luck.randrange(8)
        elif way == 1:
            del found[at : at + luck.choice((1, 10, 1000))]
        elif way == 2:
            found[at:at] = luck.randbytes(luck.randint(1, 8))
        else:
            found[at : at + 4] = bytes(4)
        if not found:
            break
    return bytes(found)


def data_mutated(data: Any, luck: random.Random) -> Any:
    """Plain data in which one to three values or keys are others, or gone."""
    data = copy.deepcopy(data)
    for _ in range(luck.randint(1, 3)):
        places: list[tuple[Any, Any]] = []
        waiting = [data]
        while waiting:
            each = waiting.pop()
            keys = each.keys() if isinstance(each, dict) else range(len(each))
            places += [(each, key) for key in keys]
            waiting += [
                each[key] for key in keys if isinstance(each[key], dict | list) and each[key]
            ]
        if not places:
            break
        inside, key = luck.choice(places)
        way = luck.randrange(4)
        if way == 0:
            del inside[key]
        elif way == 1 and isinstance(inside, dict):
            inside[str(luck.choice(VALUES))[:50]] = inside.pop(key)
        elif way == 2:
            inside[key] = copy.deepcopy(luck.choice([other[at] for other, at in places[:500]]))
        else:
            inside[key] = copy.deepcopy(luck.choice(VALUES))  # or the next attempt meets another
    return data


@contextlib.contextmanager
def small_mechanisms() -> Iterator[None]:
    """The mechanisms of the small world that the tests have, in place of the model's."""
    usual = [(each, each.SWITCHES, each.THEORIES) for each in small_world.MODULES]
    for module in small_world.MODULES:
        module.SWITCHES, module.THEORIES = small_world.SWITCHES, small_world.THEORIES
    try:
        yield
    finally:
        for module, switches, theories in usual:
            module.SWITCHES, module.THEORIES = switches, theories


class Readers:
    """The readers, each with sound files to mutate.

    Args:
        shared: a folder for what all attempts share.
    """

    def __init__(self, shared: Path) -> None:
        self.catalogue = load_catalogue()
        broken = sorted((ROOT / "tests" / "broken" / "scenarios").glob("*.yaml"))
        own = [*sorted((ROOT / "scenarios").glob("*.yaml")), *broken]
        self.scenarios = [each.read_text(encoding="utf-8", errors="replace") for each in own]
        self.small = load_catalogue(ROOT / "tests" / "small_evidence")
        self.drafts = [each.read_text(encoding="utf-8", errors="replace") for each in broken]
        self.questions = [each.read_text() for each in sorted((ROOT / "questions").glob("*.yaml"))]
        self.evidence = ROOT / "tests" / "small_evidence"
        file = posterior_path(self.catalogue)
        self.posterior = file.read_bytes()
        self.vectors = pq.read_table(file)
        self.finished, self.stopped = whole(shared), halfway(shared)
        self.manifests = [
            json.loads((each / manifests.MANIFEST).read_text())
            for each in (self.finished, self.stopped)
        ]
        self.resolved = [
            each.read_text() for each in sorted((self.finished / "scenarios").glob("*.yaml"))
        ]

    def scenario(self, luck: random.Random, ground: Path) -> None:
        """A scenario."""
        file = ground / "mine.yaml"
        file.write_bytes(text_mutated(luck.choice(self.scenarios), luck))
        check_scenarios([file], self.catalogue, (), outcomes_of)

    def draft(self, luck: random.Random, ground: Path) -> None:
        """A scenario in a small world, which is read ten times as fast."""
        (ground / "baseline.yaml").write_text("title: A\nquestion: B?\n")
        file = ground / "mine.yaml"
        file.write_bytes(text_mutated(luck.choice(self.drafts), luck))
        with small_mechanisms():
            check_scenarios([file], self.small)

    def question(self, luck: random.Random, ground: Path) -> None:
        """A file of questions."""
        file = ground / "questions.yaml"
        file.write_bytes(text_mutated(luck.choice(self.questions), luck))
        read_questions([file], self.catalogue)

    def world(self, luck: random.Random, ground: Path) -> None:
        """The evidence of a small world."""
        folder = ground / "evidence"
        shutil.copytree(self.evidence, folder)
        file = luck.choice(sorted(folder.rglob("*.yaml")))
        file.write_bytes(text_mutated(file.read_text(encoding="utf-8"), luck))
        timeline_events(load_catalogue(folder))

    def vector(self, luck: random.Random, ground: Path) -> None:
        """A posterior, of damaged bytes or with damaged numbers."""
        file = ground / "posterior.parquet"
        if luck.random() < 0.7:
            file.write_bytes(bytes_mutated(self.posterior, luck))
        else:
            table, name = self.vectors, luck.choice(self.vectors.column_names)
            values = table[name].to_numpy().copy()
            values[luck.randrange(len(values))] = luck.choice((np.nan, np.inf, -1.0, 1e30))
            pq.write_table(table.set_column(table.column_names.index(name), name, [values]), file)
        found = read_posterior(file)
        if not (np.isfinite(found.vectors).all() and np.isfinite(found.weights).all()):
            raise AssertionError("a posterior was accepted that holds what is no number")

    def manifest(self, luck: random.Random, ground: Path) -> None:
        """A manifest, as a person or a disk changes it, or forged with its checksum."""
        data = luck.choice(self.manifests)
        file = ground / manifests.MANIFEST
        if luck.random() < 0.3:
            text = json.dumps(data, indent=1, ensure_ascii=False)
            file.write_bytes(text_mutated(text, luck))
        else:
            changed = data_mutated({k: v for k, v in data.items() if k != "checksum"}, luck)
            text = json.dumps(changed)
            with contextlib.suppress(UnicodeEncodeError):
                text = json.dumps({**changed, "checksum": manifests._checksum(changed)})
            file.write_text(text, encoding="utf-8")
        found = manifests.read_manifest(ground)
        if found is not None:
            repr(Record(ground, found))

    def forged(self, luck: random.Random, ground: Path) -> None:
        """A stopped batch with a forged manifest that is gone on with, as far as its plan."""
        folder = ground / "kept"
        folder.mkdir()
        for name in ("scenarios", "parts"):
            (folder / name).mkdir()
        data = {k: v for k, v in self.manifests[1].items() if k != "checksum"}
        changed = data_mutated(data, luck)
        manifests.write_manifest(folder, changed)
        taken_up(Record.open(folder), None, None)

    def resolution(self, luck: random.Random, ground: Path) -> None:
        """A scenario as a folder from a stranger keeps it."""
        (ground / "scenarios").mkdir()
        file = ground / "scenarios" / "baseline.yaml"
        file.write_bytes(text_mutated(luck.choice(self.resolved), luck))
        record = Record(ground, self.manifests[0])
        record.resolved("baseline")

    def words(self, luck: random.Random, ground: Path) -> None:
        """A command line; nothing that it asks for is run."""
        names = [name for name in COMMANDS if name not in NEVER]
        name = luck.choice(names)
        options = [each for names, _ in COMMANDS[name].arguments for each in names]
        words = [name] if luck.random() < 0.95 else [luck.choice(NASTY)]
        for _ in range(luck.randint(0, 5)):
            asked = luck.random()
            if asked < 0.5 and options:
                words.append(luck.choice(options))
            if asked > 0.2:
                words.append(luck.choice((*WORDS, str(self.finished))))
        words = [each.replace("\x00", "") for each in words]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = main(words)
        told = said.getvalue()
        if status not in (0, 1, 2) or "Traceback" in told:
            raise AssertionError(f"{words} ended with {status}: {told[-300:]}")
        if len(told) > LARGEST and status:
            raise AssertionError(f"{words} was told {len(told):,} characters")


@contextlib.contextmanager
def nothing_is_run() -> Iterator[None]:
    """Let whatever would play runs, draw figures or write a report end in words, for a while."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise Problems([Problem("campaign", None, "nothing is run here")])

    held: list[tuple[Any, str]] = [(batches, "carry_out"), (variants, "in_order")]
    for place in (
        "simulation.batch.repeat.carry_out",
        "simulation.batch.replay.Play.model",
        "simulation.contrast.pattern_rates.measure_patterns",
        "simulation.contrast.ablation.measure_effects",
        "simulation.backtest.backtest.run_backtest",
        "simulation.show.figures.saving.draw",
        "simulation.show.report.write_report",
        # Whatever else a command plays, it takes these.
        "simulation.batch.executors.Crew.submit",
        "simulation.model.model.InfluenceModel.__init__",
    ):
        module, _, name = place.rpartition(".")
        try:
            inside = __import__(module, fromlist=["x"])
        except ModuleNotFoundError:
            module, _, owner = module.rpartition(".")
            inside = getattr(__import__(module, fromlist=["x"]), owner)
        held.append((inside, name))
    before = [(owner, name, getattr(owner, name)) for owner, name in held]
    try:
        for owner, name in held:
            setattr(owner, name, refuse)
        yield
    finally:
        for owner, name, own in before:
            setattr(owner, name, own)


def begin(shared: Path) -> Attempt:
    """Whatever is read is read, or refused in words, at once."""
    readers = Readers(shared)
    kinds: list[Callable[[random.Random, Path], None]] = [
        *[readers.draft] * 30, *[readers.manifest] * 40, *[readers.scenario] * 10,
        *[readers.question] * 8, *[readers.vector] * 4, *[readers.world] * 4, *[readers.words] * 3,
        readers.resolution, readers.forged,
    ]  # fmt: skip

    def attempt(luck: random.Random, ground: Path) -> str:
        kind = luck.choice(kinds)
        started = time.process_time()
        here = Path.cwd()
        os.chdir(ground)
        try:
            with nothing_is_run():
                kind(luck, ground)
        except Problems as problems:
            told = problems.render()
            if len(told) > LARGEST:
                return f"{kind.__name__}: {len(told):,} characters were told"
            if RAW.search(told):
                return f"{kind.__name__}: a character that moves something was told"
        except Exception as error:
            raise AssertionError(f"{kind.__name__}: {type(error).__name__}: {error}") from error
        finally:
            os.chdir(here)
        seconds = time.process_time() - started
        return f"{kind.__name__}: took {seconds:.1f} s" if seconds > LONGEST else ""

    return attempt


CAMPAIGN = Campaign("fuzz", begin.__doc__ or "", begin, short=1_000, long=100_000)

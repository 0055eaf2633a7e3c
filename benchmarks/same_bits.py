"""Whether the code as it stands gives the same bits as the code of a commit.

    python benchmarks/same_bits.py [--against COMMIT] [--only PART...]
    python benchmarks/same_bits.py --write FILE
    python benchmarks/same_bits.py --read FILE

For work that must change no number, such as moving modules. The same program hashes both trees,
each in a process of its own: every array of the world at the end of each quarter, every event,
every term of every decision, every outcome, the tables of a small batch, some explanations. What
differs first is named, with means on both sides; where the means agree, the difference is as small
as a rounding or the sign of a zero. Exits with 1 if anything differs.

Bits hang on the processor and on the versions of libraries, so no hash is kept in the repository.
Hashes of a commit are kept among the temporary files, and so are compiled loops: on one core the
first time takes about three minutes, later ones little more than one.

Only names that outlast a restructuring are used: what `simulation` itself exports, the model's
`world.snapshot()`, `world.entries`, `log` and `datacollector`, and the files of a record.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

TREE = Path(__file__).resolve().parents[1]
KEPT = Path(tempfile.gettempdir()) / "heartland-same-bits"
FIRST_YEAR, FIRST_SEASON = 2001, 3
RUNS = 60
SEED = 20_050_705
SOURCES = ("point", "prior", "posterior")

Marks = dict[str, str]
"""What was hashed, by name: a hash, and for an array also its type, shape and mean."""
Found = dict[str, dict[str, Marks]]
"""Marks by stage and, within it, by kind of thing; stages are in the order of time."""


# -- what is run -----------------------------------------------------------------------------

REGIONS = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
OUTSIDE = ("afghanistan", "armenia", "belarus", "india", "iran", "mongolia", "pakistan")
OTHERS = ("china", "japan", "russia", "united_states")


def more_actors() -> str:
    """A scenario with a power and a neighbour more, who need numbers of their own."""
    numbers = {
        "initial.closure_of_powers.turkey": 0.3,
        "initial.polyarchy.ukraine": 0.5,
        "initial.near_abroad.ukraine": 1.0,
        "initial.autonomy.ukraine": 0.4,
    }
    for place, state in enumerate((*REGIONS, *OUTSIDE, "ukraine")):
        numbers[f"initial.agreement.turkey.{state}"] = 0.5 + 0.02 * place
    for place, power in enumerate(OTHERS):
        numbers[f"initial.agreement.{power}.ukraine"] = 0.4 + 0.05 * place
    for place, state in enumerate(REGIONS, 1):
        numbers[f"initial.trade_share.turkey.{state}"] = 0.01 * place
        for channel in ("economic", "political", "security"):
            numbers[f"initial.ties.{channel}.turkey.{state}"] = 0.03 * place
        for year in range(2001, 2006):
            numbers[f"observed.trade_share.y{year}.turkey.{state}"] = 0.012 * place
    for year in range(2001, 2006):
        numbers[f"observed.trade_share_central_asia.y{year}.turkey"] = 0.03
    lines = [
        "title: Turkey as a power, Ukraine as a neighbour, no Japan",
        "extends: baseline",
        "actors:",
        "  drop: [japan]",
        "  add:",
        "    turkey: {kind: power, name: Turkey}",
        "    ukraine: {kind: outer_state, name: Ukraine}",
        "overrides:",
        *(f"  {key}: {{value: {value:.3f}, why: A test.}}" for key, value in numbers.items()),
    ]
    return "\n".join(lines) + "\n"


OWN = {
    "more_actors": more_actors(),
    "institutions": """\
title: Organizations and mechanisms changed
extends: three_full_members_2006
overrides:
  patronage.budget.economic.japan: {value: 576, why: A test.}
events:
  - {date: 2002-01-15, found_body: charter, of: sco, why: A test.}
  - {date: 2003-05-29, statement: csto, strength: 0.5, why: A test.}
  - {date: 2004-04-01, leave: uzbekistan, from: sco, why: A test.}
  - {date: 2007-06-01, exercise: sco, participants: [china, kazakhstan, russia], why: A test.}
  - {date: 2008-06-01, admit: turkmenistan, to: csto, as: member, why: A test.}
mechanisms: {bloc_legitimacy: off, sponsored_accession: off, counter_basing: off}
""",
    "works_and_credit": """\
title: Projects, credits, deals and aid as scripted
extends: credit_doubled
events:
  - {date: 2002-02-01, start_project: khorgos, why: A test.}
  - {date: 2003-01-15, delay_project: atasu_alashankou, quarters: 6, why: A test.}
  - {date: 2003-02-01, aid: japan, to: uzbekistan, channel: economic, amount: 120, why: A test.}
  - {date: 2004-02-01, credit: china, to: [kazakhstan, tajikistan], amount: 300, why: A test.}
  - {date: 2004-09-01, cancel_project: gwadar, why: A test.}
  - {date: 2005-02-01, deal: russia, with: turkmenistan, amount: 90, why: A test.}
  - {date: 2006-02-01, open_project: andijan_osh_kashgar, why: A test.}
  - {date: 2006-08-01, withhold_aid: united_states, from: kazakhstan, why: A test.}
  - {date: 2007-02-01, understanding: china, with: kyrgyzstan, why: A test.}
""",
    "shocks_and_bases": """\
title: Shocks, sanctions and bases as scripted
extends: baseline
events:
  - {date: 2002-02-01, open_base: kant, rent: 3, why: A test.}
  - {date: 2002-08-01, set_rent: manas, rent: 9, why: A test.}
  - {date: 2003-02-01, militancy: tajikistan, size: 0.4, why: A test.}
  - {date: 2003-08-01, drugs: 0.5, why: A test.}
  - {date: 2004-02-01, drought: 0.5, why: A test.}
  - {date: 2004-05-01, sanction: iran, why: A test.}
  - {date: 2005-02-01, serve_notice: karshi_khanabad, days: 90, why: A test.}
  - {date: 2006-02-01, leader_change: turkmenistan, why: A test.}
  - {date: 2006-05-01, lift_sanction: iran, why: A test.}
  - {date: 2006-08-01, keep_base: manas, rent: 20, why: A test.}
  - {date: 2007-02-01, set: {basing.reservation.united_states: 50}, why: A test.}
""",
    "known_2004": """\
title: History is imposed until March 2004
extends: baseline
history: {until: 2004-03-24}
""",
    "known_2005": """\
title: History is imposed until October 2005
extends: baseline
history: {until: 2005-10-31}
""",
    "known_then_left": """\
title: History is imposed until March 2004, then the bases go
extends: us_base_withdrawal
omit:
  - {close_base: karshi_khanabad, why: A test.}
  - {close_base: manas, why: A test.}
events:
  - {date: 2004-06-01, close_base: karshi_khanabad, why: A test.}
  - {date: 2004-06-01, close_base: manas, why: A test.}
history: {until: 2004-03-24}
""",
    "hedging": "title: The theory of hedging\nextends: baseline\ntheory: hedging\n",
    "patronage": "title: The theory of patronage\nextends: baseline\ntheory: patronage\n",
    "as_stated": "title: As the documents state\nextends: baseline\nas_stated: true\n",
}
"""Scenarios that `scenarios/` has no like of."""

STORED = (
    "baseline",
    "us_base_withdrawal",
    "no_andijan",
    "credit_doubled",
    "new_observers",
    "sino_russian_rift",
    "water_crisis",
    "us_bases_stay",
)
BATCH = ("baseline", "us_base_withdrawal", "credit_doubled")
ASKED = (
    ("baseline", 3, "serve_notice:karshi_khanabad"),
    ("baseline", 5, "open_project:atasu_alashankou"),
    ("us_base_withdrawal", 1, "close_base:manas"),
    ("credit_doubled", 4, "ouster:kyrgyzstan"),
)
"""Of which events of the batch the explanation is taken: scenario, run, event."""


@dataclasses.dataclass(frozen=True)
class Reference:
    """A model whose bits are held fast."""

    scenario: str
    parameters: str = "point"
    explaining: bool = False
    runs: int = RUNS
    first_run: int = 0
    until: str | None = None

    @property
    def name(self) -> str:
        """What the table calls it."""
        more = [
            "explained" if self.explaining else "",
            f"runs {self.first_run}+{self.runs}" if self.first_run or self.runs != RUNS else "",
            f"to {self.until}" if self.until else "",
        ]
        return " ".join([f"{self.scenario}/{self.parameters}", *filter(None, more)])


EXPLAINED = (
    ("baseline", "point"),
    ("baseline", "posterior"),
    ("us_base_withdrawal", "prior"),
    ("more_actors", "posterior"),
    ("institutions", "posterior"),
    ("works_and_credit", "posterior"),
    ("shocks_and_bases", "posterior"),
    ("known_2005", "posterior"),
)
"""Of which models the terms of every decision are hashed too."""


def models(names: Sequence[str], sources: Sequence[str] = SOURCES) -> list[Reference]:
    """A model for each scenario and source of parameters."""
    pairs = [(name, source) for name in names for source in sources]
    return [Reference(*pair, explaining=pair in EXPLAINED) for pair in pairs]


REFERENCES = (
    *models(STORED),
    *models(
        ("more_actors", "institutions", "works_and_credit", "shocks_and_bases"),
        ("point", "posterior"),
    ),
    *models(["known_2005"]),
    *models(["known_2004", "known_then_left"], ("prior", "posterior_2004-03-24")),
    *models(["hedging", "patronage"], ["prior"]),
    *models(["as_stated"], ["posterior"]),
    Reference("baseline", "posterior", runs=1, first_run=17),
    Reference("baseline", "prior", runs=37, first_run=1_003),
    Reference("colour_revolutions", "posterior", until="2019Q2"),
)
BATCH_NAME = "a batch, its files"
EXPLAINED_NAME = "a batch, explanations"
NAMES = (*(each.name for each in REFERENCES), BATCH_NAME, EXPLAINED_NAME)


# -- hashing, in a process that sees one of the trees ----------------------------------------


def short(*parts: bytes) -> str:
    """The hash of some bytes, in few digits; it matters where one part ends."""
    found = blake2b(digest_size=8)
    for part in parts:
        found.update(len(part).to_bytes(8, "little") + part)
    return found.hexdigest()


def mark(values: Any) -> str:
    """The hash of an array, with its type, shape and mean for the reader."""
    array = np.ascontiguousarray(values)
    flat = array.reshape(-1)
    mean = float(np.add.reduce(flat, dtype=np.float64)) / flat.size if flat.size else 0.0
    return f"{short(array.tobytes())} {array.dtype.str[1:]}{[*np.shape(values)]} mean {mean:.9g}"


def quarter(number: int) -> str:
    """A quarter by its number, such as 2001Q3."""
    year, season = divmod(FIRST_SEASON - 1 + number, 4)
    return f"{FIRST_YEAR + year}Q{season + 1}"


def add(marks: Marks, name: str, found: str) -> None:
    """Note a mark; what has the same name is numbered."""
    place, times = name, 1
    while place in marks:
        times += 1
        place = f"{name} ({times})"
    marks[place] = found


def of_model(reference: Reference, folder: Path) -> Found:
    """Everything that a model holds, quarter by quarter."""
    from simulation import InfluenceModel

    own = folder / f"{reference.scenario}.yaml"
    model = InfluenceModel(
        own if own.exists() else reference.scenario,
        runs=reference.runs,
        seed=SEED,
        first_run=reference.first_run,
        parameters=reference.parameters,
        until=reference.until,
        explaining=reference.explaining,
        collecting=True,
    )
    found: Found = {"the start": {"array": of_arrays(model)}}
    while model.running:
        model.step()
        found[quarter(model.quarter)] = {"term": {}, "event": {}, "array": of_arrays(model)}
    for event in model.log:
        *head, runs, values = event
        when, *names = head
        where = ", ".join(f"{run}" for run in runs[:3]) + (", …" if len(runs) > 3 else "")
        name = " ".join(filter(None, names))
        both = short(str(runs.dtype).encode(), runs.tobytes())
        told = f"{both} {mark(values)} in {len(runs)} runs ({where})"
        add(found[quarter(when)]["event"], name, told)
    for entry in sorted(model.world.entries, key=lambda e: (e.quarter, *names_of(e))):
        of_entry(entry, found[quarter(entry.quarter)]["term"])
    outcomes: Marks = {}
    for name, values in model.datacollector.model_vars.items():
        if name != "seed":  # commits before it was collected have none
            outcomes[name] = mark(values[-1])
    found["the end"] = {"outcome": outcomes}
    return found


def of_arrays(model: Any) -> Marks:
    """Every array of the world as it stands."""
    return {name: mark(array) for name, array in sorted(model.world.snapshot().items())}


def names_of(entry: Any) -> tuple[str, str, str]:
    """What a decision is known by within a quarter."""
    return entry.decision, entry.actor, entry.object


def of_entry(entry: Any, marks: Marks) -> None:
    """Everything that belongs to a decision."""
    about = " ".join(filter(None, names_of(entry)))
    add(marks, f"{about}: its terms in order", ", ".join(entry.terms))
    for kind in ("terms", "conditions", "facts"):
        for name, values in sorted(getattr(entry, kind).items()):
            add(marks, f"{about}: {kind} {name}", mark(values))
    for name in ("threshold", "draw", "happened", "below"):
        add(marks, f"{about}: {name}", mark(getattr(entry, name)))


def of_files(record: Any) -> Found:
    """The tables of a record, column by column, and its comparison, line by line."""
    import pyarrow.parquet as pq

    found: Found = {}
    for name in ("outcomes", "events", "trajectories", "paths"):
        table = pq.read_table(record.path / f"{name}.parquet")
        found[f"{name}.parquet"] = {"column": dict(of_columns(table))}
    lines = (record.path / "comparison.csv").read_text(encoding="utf-8").splitlines()
    found["comparison.csv"] = {"line": {f"{at}": line for at, line in enumerate(lines, 1)}}
    return found


def of_columns(table: Any) -> Iterator[tuple[str, str]]:
    """The bits of every column, whatever the file's own layout is."""
    import pyarrow as pa

    for name in table.column_names:
        column = table[name].combine_chunks()
        gaps = column.is_null().to_numpy(zero_copy_only=False).tobytes()
        kind = str(column.type)
        if pa.types.is_floating(column.type):
            yield name, f"{kind} {short(gaps)} {mark(column.to_numpy(zero_copy_only=False))}"
            continue
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        places = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        words = json.dumps(column.dictionary.to_pylist(), default=str)
        yield name, f"{kind} {short(gaps, places.tobytes(), words.encode())} rows {len(column)}"


def of_explanations(record: Any) -> Found:
    """What is told about some events of a batch, value by value."""
    from simulation import explain

    found: Found = {}
    for scenario, run, event in ASKED:
        try:
            told = {"value": dict(plain(explain(record, scenario, run, event, block=12)))}
        except Exception as error:  # an event that did not come up is an answer too
            told = {"value": {"refused": type(error).__name__}}
        found[f"{scenario}, run {run}, {event}"] = told
    return found


OWN_MATTER = ("declared", "evidence", "source")
"""Fields that hold what is not said of the run: a declaration, the evidence, a word on a source."""


def plain(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every number and word in an explanation with its place, without the names of classes."""
    parts: Mapping[Any, Any] | None = None
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.name not in OWN_MATTER]
        if hasattr(value, "declared"):  # what a step of an explanation says of its decision
            names += ["decision", "below", "unit"]
        parts = {name: getattr(value, name) for name in names}
    elif isinstance(value, Mapping):
        parts = value
    elif isinstance(value, list | tuple):
        parts = dict(enumerate(value))
    if parts is None:
        if callable(value):
            return
        number = isinstance(value, float | np.floating)
        yield at, float(value).hex() if number else str(value)
        return
    for name, part in parts.items():
        yield from plain(part, f"{at}.{name}" if at else f"{name}")


def hashed(tree: Path, names: Sequence[str]) -> dict[str, Found]:
    """Everything of the references that are named, from the package in a tree."""
    import simulation
    from simulation import run_batch

    place = Path(simulation.__file__).resolve()
    assert place.is_relative_to(tree.resolve()), f"{place} is not in {tree}"
    found: dict[str, Found] = {}
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        for name, text in OWN.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        for each in REFERENCES:
            if each.name in names:
                found[each.name] = of_model(each, folder)
        if {BATCH_NAME, EXPLAINED_NAME} & {*names}:
            record = run_batch(
                BATCH,
                runs=RUNS,
                seed=SEED,
                workers=1,
                results=folder,
                trajectories=6,
                parameters="posterior",
            )
            parts = {BATCH_NAME: of_files, EXPLAINED_NAME: of_explanations}
            found |= {name: part(record) for name, part in parts.items() if name in names}
    return found


# -- both sides ------------------------------------------------------------------------------


class Side:
    """A tree whose hashes are being made, in a process of its own."""

    def __init__(self, tree: Path, names: Sequence[str], folder: Path) -> None:
        self.tree, self.file = tree, folder / "hashes.json.gz"
        self.loops = KEPT / "loops" / short(str(tree).encode()) / code_of(tree)
        for other in self.loops.parent.glob("*"):
            if other != self.loops:
                shutil.rmtree(other, ignore_errors=True)
        environment = {
            **os.environ,
            "PYTHONPATH": str(tree),
            "NUMBA_CACHE_DIR": str(self.loops),  # never a loop that another code has left
            "OMP_NUM_THREADS": "1",
        }
        program = Path(__file__).resolve()
        # -P: the folder of this program is not looked through for modules
        command = [sys.executable, "-P", str(program), "--hash", str(tree), str(self.file)]
        command += ["--only", *names]
        self.child = subprocess.Popen(command, env=environment, cwd=tree)

    def found(self) -> dict[str, Found]:
        """Wait for the hashes."""
        if self.child.wait():
            raise SystemExit(f"Hashing {self.tree} ended with an error; see above.")
        return read(self.file)

    def stop(self) -> None:
        """End the process, if it has not ended."""
        self.child.kill()
        self.child.wait()


def code_of(tree: Path) -> str:
    """The hash of all code of a package."""
    files = sorted((tree / "simulation").rglob("*.py"))
    return short(*(part for file in files for part in (str(file).encode(), file.read_bytes())))


def read(file: Path) -> dict[str, Found]:
    """Hashes from a file."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        found: dict[str, Found] = json.load(stream)
    return found


def write(found: dict[str, Found], file: Path) -> None:
    """Hashes into a file, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    with gzip.open(unfinished, "wt", encoding="utf-8", compresslevel=1) as stream:
        json.dump(found, stream)
    unfinished.replace(file)


def git(*arguments: str) -> bytes:
    """What git answers."""
    command = ["git", "-C", str(TREE), *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode().strip())
    return done.stdout


def kept_hashes(commit: str) -> Path:
    """Where the hashes of a commit are kept: under all that decides them."""
    from importlib.metadata import distributions

    packages = sorted(f"{each.name} {each.version}" for each in distributions())
    about = (platform.python_version(), platform.machine(), cpu(), *packages)
    program = Path(__file__).read_bytes()
    return KEPT / f"{commit}-{short(program, *(each.encode() for each in about))}.json.gz"


def cpu() -> str:
    """What names and abilities the processor has."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("model name", "flags"))}))


def both(
    commit: str, names: Sequence[str], fresh: bool
) -> tuple[dict[str, Found], dict[str, Found]]:
    """Hashes of a commit, which may be known already, and of the tree as it stands."""
    file = kept_hashes(commit)
    with tempfile.TemporaryDirectory() as given:
        here, there = Path(given) / "here", Path(given) / "there"
        here.mkdir()
        there.mkdir()
        now = Side(TREE, names, here)
        try:
            if file.exists() and not fresh:
                return read(file), now.found()
            with tarfile.open(fileobj=io.BytesIO(git("archive", commit))) as archive:
                archive.extractall(there / "tree", filter="data")
            then = Side(there / "tree", names, there)
            try:
                old, new = then.found(), now.found()
            finally:
                then.stop()
                shutil.rmtree(then.loops.parent, ignore_errors=True)
        finally:
            now.stop()
    if {*names} == {*NAMES}:
        write(old, file)
    return old, new


# -- what differs ----------------------------------------------------------------------------


def difference(old: Found, new: Found) -> list[str]:
    """What differs first, in words; nothing if all is the same."""
    if old == new:
        return []
    stages = [*dict.fromkeys([*old, *new])]
    changed = [stage for stage in stages if old.get(stage) != new.get(stage)]
    if not changed:
        return ["the same things in another order"]
    first = changed[0]
    told = [f"first in {first}, then in {len(changed) - 1} more of {len(stages)}"]
    before, after = old.get(first), new.get(first)
    if before is None or after is None:
        return [*told, f"{first} is only in the {'old' if after is None else 'new'} tree"]
    for kind in dict.fromkeys([*before, *after]):
        left, right = before.get(kind, {}), after.get(kind, {})
        names = [*dict.fromkeys([*left, *right])]
        differ = [name for name in names if left.get(name) != right.get(name)]
        if differ:
            told.append(f"{len(differ)} of {len(names)} {kind}s differ")
        for name in differ[:3]:
            told.append(f"  {kind} {name}")
            told.append(f"    was {left.get(name, 'not there')}")
            told.append(f"    is  {right.get(name, 'not there')}")
        if not differ and [*left] != [*right]:
            told.append(f"the same {kind}s in another order")
    return told


def compared(old: dict[str, Found], new: dict[str, Found], names: Sequence[str]) -> bool:
    """Print a row for each reference; whether all are the same."""
    same = True
    for name in names:
        if name not in old or name not in new:
            same = False
            print(f"MISSING    {name}")
            continue
        told = difference(old[name], new[name])
        same = same and not told
        print(f"{'DIFFERENT' if told else 'same':10} {name}")
        for line in told:
            print(f"             {line}")
    return same


def chosen(parts: Sequence[str]) -> list[str]:
    """References whose names hold one of some words; all by default."""
    found = [name for name in NAMES if not parts or any(part in name for part in parts)]
    if not found:
        raise SystemExit("No such reference. There are:\n  " + "\n  ".join(NAMES))
    return found


def alone(names: Sequence[str]) -> dict[str, Found]:
    """Hashes of the tree as it stands."""
    with tempfile.TemporaryDirectory() as folder:
        return Side(TREE, names, Path(folder)).found()


def main() -> int:
    """Compare and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", default="HEAD", metavar="COMMIT", help="by default HEAD")
    parser.add_argument("--only", nargs="+", default=(), metavar="PART", help="parts of names")
    parser.add_argument("--fresh", action="store_true", help="hash the commit again")
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the hashes of this tree")
    parser.add_argument("--read", type=Path, metavar="FILE", help="compare with kept hashes")
    parser.add_argument("--hash", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.hash:
        tree, file = given.hash
        write(hashed(tree, given.only), file)
        return 0
    names, started = chosen(given.only), time.perf_counter()
    if given.write:
        write(alone(names), given.write)
        print(f"Written: {given.write}, {len(names)} references")
        return 0
    if given.read:
        what, (old, new) = str(given.read), (read(given.read), alone(names))
    else:
        what = git("rev-parse", "--verify", f"{given.against}^{{commit}}").decode().strip()
        old, new = both(what, names, given.fresh)
    same = compared(old, new, names)
    took = time.perf_counter() - started
    verdict = "The same bits as" if same else "Not the same bits as"
    print(f"{verdict} {what}: {len(names)} references, {took:.0f} s")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())

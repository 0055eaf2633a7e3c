# ruff: noqa: E501 - lines of the page are as long as their text
"""The main job beside that of an earlier commit, in turn, on the same two processors.

    python benchmarks/main_job.py [--pairs N] [--against COMMIT] [--only JOB]

Each tree runs `python run.py` and `python run.py --quick` as a user does: from the command to the
prompt, with the answers, the first pictures and the report; the first with the scenarios of the
earlier tree alone as well; and the two long ones, a rough calibration and a small study of
sensitivity (with the extra 'analysis'). What is told is the ratio of wall
time within a pair, since the machine may be shared; the CPU-seconds of all processes stand beside
it. Python keeps bytecode, Numba what it compiled; both trees run once before anything is measured.
Writes main_job.json, and its section of docs/performance.md. Linux only.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import Row, surroundings

ROOT = Path(__file__).resolve().parents[1]
FOUND = Path(__file__).with_name("main_job.json")
PAGE = ROOT / "docs" / "performance.md"
KEPT = Path(tempfile.gettempdir()) / "heartland-main-job"
COMMIT = "c70da60"
"""The commit of which half the wall time was asked for."""
SAME = "the same, of the scenarios that were there then"
JOBS = {"python run.py": [], SAME: [], "python run.py --quick": ["--quick"]}
LONG = {
    "python run.py calibrate --runs-per-wave 8000 --waves 2": [
        *("calibrate", "--runs-per-wave", "8000", "--waves", "2"),
        *("--output", "{results}/rough.parquet"),
    ],
    "python run.py sensitivity baseline --outcome russia_china_share": [
        *("sensitivity", "baseline", "--outcome", "russia_china_share"),
    ],
}
"""Jobs for which nothing was aimed at."""
AIM = 0.4
PROCESSORS = 2
HEADING = "## The main job"
RUNS = 1000
"""Of a scenario."""
FITTED = 44
"""Numbers that are calibrated now."""


def tree_of(commit: str) -> Path:
    """The files of a commit; laid out once."""
    folder = KEPT / commit
    if not folder.exists():
        command = ["git", "-C", str(ROOT), "archive", commit]
        packed = subprocess.run(command, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
    return folder


def environment_of(tree: Path) -> dict[str, str]:
    """In which a tree's own modules are found, and their bytecode is kept."""
    paths = {"PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": str(KEPT / "bytecode")}
    environment = {**os.environ, **paths}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def timed(tree: Path, words: list[str], results: Path) -> Row:
    """One command in a tree: seconds of wall and CPU, those of its workers too."""
    few = sorted(os.sched_getaffinity(0))[:PROCESSORS]
    os.sched_setaffinity(0, few)
    words = [each.format(results=results) for each in words]
    command = [sys.executable, "run.py", *words, "--seed", "1", "--results", str(results)]
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            command, cwd=tree, env=environment_of(tree), stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(running.pid, 0)
        wall = time.monotonic() - started
        if status:
            said.seek(0)
            raise SystemExit(said.read().decode())
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "load": os.getloadavg()[0]}


def measured(commit: str, pairs: int, only: str | None) -> dict[str, Any]:
    """Both trees in turn; whoever goes first changes from pair to pair."""
    trees = {"then": tree_of(commit), "now": ROOT}
    found: dict[str, Any] = {"commit": commit, "surroundings": surroundings(), "jobs": {}}
    named = {
        when: sorted(file.stem for file in (tree / "scenarios").glob("*.yaml"))
        for when, tree in trees.items()
    }
    found["scenarios"] = {when: len(names) for when, names in named.items()}
    then = [name for name in named["then"] if name != "baseline"]
    with tempfile.TemporaryDirectory() as folder:
        for tree in trees.values():
            timed(tree, ["--quick"], Path(folder))
        for job, words in (JOBS | LONG).items():
            if only and job != only:
                continue
            rows = []
            asked = {"then": words, "now": ["batch", *then] if job == SAME else words}
            for pair in range(pairs):
                order = ("then", "now") if pair % 2 == 0 else ("now", "then")
                row = {each: timed(trees[each], asked[each], Path(folder)) for each in order}
                rows.append(row)
                print(job, {each: {k: round(v, 1) for k, v in row[each].items()} for each in row})
            found["jobs"][job] = rows
    return found


def told(found: dict[str, Any]) -> str:
    """The section of the page."""
    around = found["surroundings"]
    lines = [_line(job, found["jobs"].get(job), AIM) for job in JOBS]
    lines += [_line(job, found["jobs"].get(job), None) for job in LONG]
    whole = found["jobs"]["python run.py"]
    speed = {
        when: RUNS * found["scenarios"][when] / statistics.median(r[when]["cpu"] for r in whole)
        for when in ("then", "now")
    }
    many = found["scenarios"]
    same = [row["now"]["wall"] / row["then"]["wall"] for row in found["jobs"].get(SAME, [])]
    took = f"{statistics.median(same):.0%}" if same else "a share that was not measured"
    return f"""{HEADING}

**{speed["now"]:,.0f} runs a CPU-second**, all in: parameters drawn from the posterior, blocks as they come by default, the
record, comparison, answers, pictures and report of {many["now"]} scenarios. In {found["commit"]}, with {many["then"]} scenarios, fewer rules and
nothing followed through time, it was {speed["then"]:,.0f}. Those {many["then"]} scenarios take {took} of the wall time that they took.

`python benchmarks/main_job.py`: the job that a user waits for, from the command to the prompt, with the
answers, the first pictures and the report; beside the commit {found["commit"]}, in turn, on {PROCESSORS} processors of
{around["cpu"]} (Python {around["python"]}). The aim is at most {AIM:.0%} of the wall time. Seconds are medians over the pairs, the
ratio is the median of the pairs' own. Other work on the machine moves the wall time, and the CPU time less: where
the pairs' ratios of wall time lie far apart, or the load is above {PROCESSORS}, they say nothing of an idle machine.

| job | wall then | wall now | ratio | of all pairs | CPU then | CPU now | ratio | pairs | load | at most {AIM:.0%} |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
{chr(10).join(lines)}

A calibration then fitted 169 numbers of a model in which powers did not answer one another; now it fits {FITTED}.
"""


def _line(job: str, rows: list[dict[str, Row]] | None, aim: float | None) -> str:
    """A job in the table."""
    named = job if job == SAME else f"`{job}`"
    if not rows:
        return f"| {named} | not measured |" + " – |" * 9
    ratios = {
        kind: [row["now"][kind] / row["then"][kind] for row in rows] for kind in ("wall", "cpu")
    }
    seconds = {
        (when, kind): statistics.median(row[when][kind] for row in rows)
        for when in ("then", "now")
        for kind in ("wall", "cpu")
    }
    wall = statistics.median(ratios["wall"])
    met = "–"
    if aim is not None:
        met = "yes" if wall <= aim else f"no, by {100 * (wall - aim):.0f} points"
    return (
        f"| {named} | {seconds['then', 'wall']:.1f} | {seconds['now', 'wall']:.1f} | "
        f"{wall:.0%} | {min(ratios['wall']):.0%} to {max(ratios['wall']):.0%} | "
        f"{seconds['then', 'cpu']:.1f} | {seconds['now', 'cpu']:.1f} | "
        f"{statistics.median(ratios['cpu']):.0%} | {len(rows)} | {_load(rows)} | {met} |"
    )


def _load(rows: list[dict[str, Row]]) -> str:
    """The load of the machine after the runs, from the least to the largest."""
    loads = [row[when]["load"] for row in rows for when in row]
    return f"{min(loads):.1f} to {max(loads):.1f}"


def write(found: dict[str, Any]) -> None:
    """Keep what was measured, and put it in its place on the page."""
    FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    put_on_page(HEADING, told(found), end="\n<!-- main job -->")


def put_on_page(heading: str, section: str, end: str) -> None:
    """Put a section in its place on the page, between its heading and what marks its end."""
    page = PAGE.read_text(encoding="utf-8")
    start = page.index(heading)
    until = page.index(end, start)
    PAGE.write_text(page[:start] + section + page[until:], encoding="utf-8")


def main() -> None:
    """Measure, keep, write the section."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=3, help="old and new in turn so often (3)")
    parser.add_argument("--against", default=COMMIT, help=f"the earlier commit ({COMMIT})")
    parser.add_argument(
        "--only", choices=JOBS | LONG, help="measure this job anew, keep the others"
    )
    given = parser.parse_args()
    found = measured(given.against, given.pairs, given.only)
    if given.only and FOUND.exists():
        kept = json.loads(FOUND.read_text(encoding="utf-8"))
        if kept["commit"] == found["commit"]:
            found["jobs"] = {**kept["jobs"], **found["jobs"]}
    write(found)
    print(f"Written: {FOUND.name}, docs/{PAGE.name}")


if __name__ == "__main__":
    main()

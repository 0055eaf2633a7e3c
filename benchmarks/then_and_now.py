# ruff: noqa: E501 - lines of the page are as long as their text
"""Histories a CPU-second beside those of an earlier commit, and beside the work that a history is.

    python benchmarks/then_and_now.py [--pairs N] [--against COMMIT]

A history of the present model is more work than one of then: powers answer one another, rules are
more. How much more, the peer tells: the same model as anyone would write it in Mesa, which each
tree keeps in benchmarks/peer. So each tree's ensemble is measured beside its own peer, in one
process: without a record, in blocks of 1,000 and 2,000 with the posterior; and as a batch does it,
of what more runs of a scenario beside the baseline take, with record, comparison and files. Writes
then_and_now.json, and its section of docs/performance.md. Linux only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from main_job import COMMIT, PAGE, ROOT, environment_of, put_on_page, timed, tree_of
from measuring import surroundings

FOUND = Path(__file__).with_name("then_and_now.json")
END = "\n<!-- then and now -->"
HEADING = "### For the same work"
PEER = "peer"
BLOCKS = ("1000", "2000")
RECORDED = {"1000 with record": 1000, "2000 with record": 2000}
"""Runs a piece, of a batch that keeps a record."""
FEW, MANY = 4_000, 12_000
"""Runs of a batch: what the larger takes more is what runs take."""
AIMS = {**dict.fromkeys(BLOCKS, 6), **dict.fromkeys(RECORDED, 4)}
CHILD = """
import json, statistics, time
import throughput
from throughput import InfluenceModel, PEERS, peers

def taken(work):
    started = time.process_time()
    work()
    return time.process_time() - started

def block(runs, seed):
    InfluenceModel("baseline", runs, seed, parameters="posterior").run("2015Q4")

peers("2002Q4")
block(1000, 0)
found = {"peer": taken(lambda: peers("2015Q4")) / PEERS}
for runs in (1000, 2000):
    found[runs] = statistics.median(taken(lambda: block(runs, 1 + k)) for k in range(5)) / runs
print(json.dumps(found))
"""


def without_record(tree: Path) -> dict[str, float]:
    """CPU-seconds a history: the peer's, and the ensemble's in blocks."""
    said = subprocess.run(
        [sys.executable, "-c", CHILD],
        cwd=tree / "benchmarks",
        env=environment_of(tree),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(said.stdout)
    return found


def with_record(tree: Path, chunk: int, results: Path) -> float:
    """CPU-seconds a history of a batch of two scenarios, in one process."""
    took = []
    for runs in (FEW, MANY):
        words = ["batch", "us_base_withdrawal", "--workers", "1", "--chunk", str(chunk)]
        took.append(timed(tree, [*words, "--runs", str(runs)], results)["cpu"])
    return (took[1] - took[0]) / (2 * (MANY - FEW))


def measured(commit: str, pairs: int) -> dict[str, Any]:
    """Both trees in turn; whoever goes first changes from pair to pair."""
    trees = {"then": tree_of(commit), "now": ROOT}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for pair in range(pairs):
            row: dict[str, dict[str, float]] = {}
            for when in ("then", "now") if pair % 2 == 0 else ("now", "then"):
                row[when] = without_record(trees[when])
                for name, chunk in RECORDED.items():
                    row[when][name] = with_record(trees[when], chunk, Path(folder))
            rows.append(row)
            print({when: {k: f"{1 / v:,.0f}" for k, v in row[when].items()} for when in row})
    return {"commit": commit, "surroundings": surroundings(), "pairs": rows}


def told(found: dict[str, Any]) -> str:
    """The section of the page."""
    pairs = found["pairs"]
    rate = {
        when: {
            name: 1 / statistics.median(row[when][name] for row in pairs) for name in pairs[0][when]
        }
        for when in ("then", "now")
    }
    work = statistics.median(row["now"][PEER] / row["then"][PEER] for row in pairs)
    lines = []
    for name, aim in AIMS.items():
        quicker = [row["then"][name] / row["now"][name] for row in pairs]
        alike = [
            each * row["now"][PEER] / row["then"][PEER]
            for each, row in zip(quicker, pairs, strict=True)
        ]
        lines.append(
            f"| {int(name.split()[0]):,}{', with record' if ' ' in name else ''} | {rate['then'][name]:,.0f} | "
            f"{rate['now'][name]:,.0f} | {statistics.median(quicker):.1f} | {rate['then'][name] / rate['then'][PEER]:.0f} | "
            f"{rate['now'][name] / rate['now'][PEER]:.0f} | {statistics.median(alike):.1f} | "
            f"{min(alike):.1f} to {max(alike):.1f} | {aim} |"
        )
    return f"""{HEADING}

A history is {work:.1f} times the work that it was in {found["commit"]}: so much longer does the peer take for one, {1 / rate["now"][PEER]:.3f}
CPU-seconds instead of {1 / rate["then"][PEER]:.3f}. `python benchmarks/then_and_now.py` measures both trees in turn ({len(pairs)} pairs), the
baseline to 2015Q4 with the posterior; with record, what {MANY - FEW:,} more runs of two scenarios take, all in.

| runs a block | a CPU-second then | now | times | times the peer then | now | times, for the same work | of all pairs | aim |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
{chr(10).join(lines)}
"""


def write(found: dict[str, Any]) -> None:
    """Keep what was measured, and put it in its place on the page."""
    FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    put_on_page(HEADING, told(found), END)


def main() -> None:
    """Measure, keep, write the section."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=3, help="old and new in turn so often (3)")
    parser.add_argument("--against", default=COMMIT, help=f"the earlier commit ({COMMIT})")
    given = parser.parse_args()
    write(measured(given.against, given.pairs))
    print(f"Written: {FOUND.name}, docs/{PAGE.name}")


if __name__ == "__main__":
    main()

# ruff: noqa: E501 - lines of the page are as long as their text
"""docs/performance.md and its figure, from what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import main_job
import matplotlib.pyplot as plt
import then_and_now
from matplotlib.figure import Figure
from measuring import Row
from throughput import DRAWN, ENSEMBLE, PEER, SINGLE

from simulation.batch.plan import CHUNK, ENOUGH, LARGE_CHUNK

DOCS = Path(__file__).resolve().parent.parent / "docs"
FIGURE = "figures/throughput.svg"
STYLE = "simulation.show.figures.heartland"
BLUE, ORANGE = "#0072B2", "#D55E00"
LEANINGS = 48
"""Rows of the largest array that NumPy still works on at once: a power and a state each."""
MOST_ROWS = 20
"""Rows of the largest that two of meet in one operation: a power and a contested state each."""
GROWTH = {
    "runs": "runs",
    "workers": "workers",
    "chunk": "runs a chunk",
    "cpu_seconds_per_1000": "CPU-seconds per 1,000 runs",
    "cpu_seconds_of_chunks_per_1000": "of which in chunks",
    "wall_seconds": "wall seconds",
    "peak_megabytes": "peak memory of a process, MB",
    "load": "load",
}


def write(found: dict[str, Any]) -> None:
    """Write the page and its figure."""
    figure = drawn(found)
    figure.savefig(DOCS / FIGURE, metadata={"Date": None})
    plt.close(figure)
    (DOCS / "performance.md").write_text(told(found), encoding="utf-8")


def drawn(found: dict[str, Any]) -> Figure:
    """Throughput against the block, and cost against the runs."""
    rows = [row for row in found["throughput"] if row["what"] == ENSEMBLE]
    peer = next(row for row in found["throughput"] if row["what"] == PEER)
    plt.rcParams["svg.hashsalt"] = "heartland"
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    left.plot(_column(rows, "block"), _column(rows, "runs_per_cpu_second"), "o-", color=BLUE)
    left.axhline(peer["runs_per_cpu_second"], color=ORANGE, linestyle="--")
    left.annotate(
        "scalar peer, one run at a time",
        (rows[-1]["block"], peer["runs_per_cpu_second"]),
        textcoords="offset points",
        xytext=(0, -13),
        ha="right",
        color=ORANGE,
    )
    left.set(xscale="log", yscale="log", xlabel="runs in a block", ylabel="runs per CPU-second")
    left.set_title("The larger the block, the quicker a run", loc="left")
    even, usual, _ = _growth(found["scaling"])
    for rows, label, above, color in (
        (even, f"in pieces of {even[0]['chunk']:,}", -17, ORANGE),
        (usual, f"by default, at last in pieces of {usual[-1]['chunk']:,}", -17, BLUE),
    ):
        costs = _column(rows, "cpu_seconds_per_1000")
        right.plot(_column(rows, "runs"), costs, "o-", color=color)
        right.annotate(
            label,
            (rows[-1]["runs"], costs[-1]),
            textcoords="offset points",
            xytext=(0, above),
            ha="right",
            color=color,
        )
    right.set(xscale="log", xlabel="runs in a batch", ylabel="CPU-seconds per 1,000 runs")
    right.set_ylim(bottom=0)
    right.set_title("Cost follows the runs; larger pieces cost less", loc="left")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def told(found: dict[str, Any]) -> str:
    """The page."""
    around, exact = found["surroundings"], found["precision"]
    rates = found["throughput"]
    best = next(
        row for row in rates if row["what"] == ENSEMBLE and row["block"] == found["best_block"]
    )
    even, usual, (one, two) = _growth(found["scaling"])
    fitting = _fitting(rates, around["second_level_cache"])
    hot = ", ".join(
        f"{row['share']:.0%} {row['kind']}"
        for row in sorted(found["hot"], key=lambda row: -row["share"])
    )
    python = sum(row["share"] for row in found["hot"] if row["kind"] == "Python")
    return PAGE.format(
        versions=(
            f"Python {around['python']}, Mesa {around['mesa']}, NumPy {around['numpy']}, "
            f"{around['cpu']}, {around['cores']} cores with {around['second_level_cache']} of "
            f"second-level cache each, load {around['load']} before and "
            f"{found['load_afterwards']} after"
        ),
        rates=_table(
            rates,
            {
                "what": "what",
                "block": "runs a block",
                "runs_per_cpu_second": "runs per CPU-second",
                "ratio_to_peer": "times the peer",
                "ratio_to_batch_run": "times `mesa.batch_run`",
            },
        ),
        figure=FIGURE,
        block=f"{best['block']:,}",
        times=f"{best['ratio_to_peer']:.0f}",
        drawn=" and ".join(f"{r['ratio_to_peer']:.0f}" for r in rates if r["what"] == DRAWN),
        versions_beside=_beside(found),
        fitting=f"{fitting['block']:,}",
        fitting_times=f"{fitting['ratio_to_peer']:.0f}",
        fitting_size=_size(4 * MOST_ROWS * fitting["block"]),
        flattering=f"{best['ratio_to_batch_run']:,.0f}",
        hot=hot or "`perf` was not at hand when this was measured",
        compiling=f"{found['compiling']['seconds']:.0f}",
        temporary=_size(4 * MOST_ROWS * best["block"]),
        leanings=_size(4 * LEANINGS * best["block"]),
        most_rows=MOST_ROWS,
        kernels=f"{1 - python:.0%}" if found["hot"] else "not measured",
        even=_table(even, GROWTH),
        usual=_table([*usual, one, two], GROWTH),
        apart_by=_spread(even),
        dearer=f"{usual[0]['cpu_seconds_per_1000'] / usual[-1]['cpu_seconds_per_1000']:.1f}",
        chunk=f"{CHUNK:,}",
        large=f"{LARGE_CHUNK:,}",
        enough=f"{ENOUGH * LARGE_CHUNK:,}",
        growing=f"{usual[-1]['peak_megabytes'] / usual[-2]['peak_megabytes']:.2f}",
        gain=f"{one['wall_seconds'] / two['wall_seconds']:.2f}",
        pooled=f"{two['runs']:,}",
        pooled_load=two["load"],
        f32=exact["float32"],
        f64=exact["float64"],
        exact_block=f"{exact['block']:,}",
        faster=exact["ratio"],
        apart=exact["runs_that_differ"],
        runs=f"{exact['runs']:,}",
        changed=exact["events_that_differ"],
        events=f"{exact['events']:,}",
        moved=exact["largest_move"],
        moved_of=exact["largest_move_of"],
        pieces=_table(
            found["pieces"],
            {
                "chunk": "runs a chunk",
                "cpu_seconds": "CPU-seconds",
                "kilobytes_sent": "kB sent",
                "kilobytes_returned": "kB returned",
            },
        ),
        pairing=_table(
            found["pairing"],
            {
                "outcome": "outcome",
                "posterior": "parameters drawn",
                "least": "least of a seed",
                "largest": "largest of a seed",
                "most": "most that any pairing could give",
                "point": "at point values",
            },
        ),
        single=SINGLE,
        same_work=then_and_now.told(json.loads(then_and_now.FOUND.read_text(encoding="utf-8"))),
        main_job=main_job.told(json.loads(main_job.FOUND.read_text(encoding="utf-8"))),
    )


def _size(count: int) -> str:
    """Bytes, for people."""
    return f"{count / 2**20:.1f} MB"


def _growth(rows: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Growing batches in pieces of one size, by default, and the pair that compares workers."""
    alone, pair = rows[:-2], rows[-2:]
    return alone[: len(alone) // 2], alone[len(alone) // 2 :], pair


def _spread(rows: list[Row]) -> str:
    """How far the dearest row lies above the cheapest."""
    costs = _column(rows, "cpu_seconds_per_1000")
    return f"{max(costs) / min(costs) - 1:.0%}"


def _fitting(rates: list[Row], cache: str) -> Row:
    """The largest block whose largest NumPy operand fits the second-level cache with another.

    Where the system does not tell its size, a megabyte is taken.
    """
    size = int(cache.rstrip("K")) * 1024 if cache.endswith("K") else 1 << 20
    rows = [row for row in rates if row["what"] == ENSEMBLE]
    return max(
        (row for row in rows if 2 * 4 * MOST_ROWS * row["block"] <= size),
        key=lambda row: row["block"],
    )


def _beside(found: dict[str, Any]) -> str:
    """Throughput with these versions and with those measured beside them, a row each."""
    measured = [
        {"surroundings": found["surroundings"], "rows": found["throughput"]},
        *found.get("beside", []),
    ]
    rows = []
    for each in measured:
        ensembles = [row for row in each["rows"] if row["what"] == ENSEMBLE]
        best = max(ensembles, key=lambda row: row["runs_per_cpu_second"])
        peer = next(row for row in each["rows"] if row["what"] == PEER)
        rows.append(
            {
                **{name: each["surroundings"][name] for name in ("python", "mesa", "numpy")},
                "peer": peer["runs_per_cpu_second"],
                "best": best["runs_per_cpu_second"],
                "block": best["block"],
                "times": best["ratio_to_peer"],
            }
        )
    columns = {
        "python": "Python",
        "mesa": "Mesa",
        "numpy": "NumPy",
        "peer": "peer, runs per CPU-second",
        "best": "ensemble at its best",
        "block": "block",
        "times": "times the peer",
    }
    return _table(rows, columns)


def _column(rows: list[Row], name: str) -> list[float]:
    return [row[name] for row in rows]


def _table(rows: list[Row], columns: dict[str, str]) -> str:
    """A Markdown table; the first column reads from the left, figures from the right."""
    lines = [
        "| " + " | ".join(columns.values()) + " |",
        "|---" + "|---:" * (len(columns) - 1) + "|",
    ]
    for row in rows:
        cells = [row[name] for name in columns]
        lines.append("| " + " | ".join(_plain(cell) for cell in cells) + " |")
    return "\n".join(lines)


def _plain(cell: Any) -> str:
    if isinstance(cell, float):
        digits = 2 if abs(cell) < 1 else 1 if abs(cell) < 100 else 0
        return f"{cell:,.{digits}f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


PAGE = """\
# Performance

Made by `python benchmarks/run.py`; the raw figures are
[benchmarks/results.json](../benchmarks/results.json). Times depend on the machine, ratios less
so: everything that is compared ran in one process, or as one process after the other, on the same
machine.

{versions}.

{main_job}
<!-- main job -->

Beside the turn, a piece of 1,000 runs takes .13 CPU-seconds, and putting the parts of 24 scenarios together and comparing
them 2.3 (measured in parts, on a busy machine). Of the .13, a fourth is the ordering of values for their quantiles, a
fifth what is read of each quarter, a sixth what stands beside the baseline, a ninth the log. Of the quick job a third is
the turn, a fourth the pictures and what draws them, a third what is imported beside that, the catalogue with it.

## The step

The baseline from 2001Q3 to 2015Q4, histories per CPU-second, without record. The last two rows are what a batch plays;
the others have point values, which one parameter for all runs makes cheaper. The **peer**
([benchmarks/peer](../benchmarks/peer/model.py)) is the same model as anyone would write it in Mesa: the
same agents, dyads, rules, values and decisions, in plain floats and `if`s, one history at a time,
without record or explanations. Given the same luck it lives the same history as ours (a test
holds the two together).

{rates}

![Throughput against block size, and cost against runs]({figure})

With parameters drawn, in blocks of 1,000 and 2,000, the ensemble does **{drawn} times** the replications of the honest
peer; at its best, a block of {block} runs that nobody plays, {times} times. It does {flattering} times those of our own
model under `mesa.batch_run` with one run each, which flatters: there every NumPy call handles a single number.

{versions_beside}

The aim is 70 times. The ratio hangs on the machine, and on how the peer is written: with the rules that powers answer
by it takes more than twice the time that it took before them, the ensemble half as much again. It was extended so that both live
the same history, and nobody has made it quick since; so the ratio flatters as well. With the model before (and
16,000 runs a block, point values) it was 100 times, on another processor 62 to 75.

The first run on a new machine compiles the loops, {compiling} s of CPU time in all, once; later processes
read loops, and what was traced for them, from a cache.

{same_work}
<!-- then and now -->

## Where the time goes

At {block} runs a block: {hot}. {kernels} is spent outside the interpreter. `python
benchmarks/hot.py` samples it again. What paid:

- **draws.** NumPy's generator hands out a word a call; the compiled one of the same family
  ([architecture.md](architecture.md)) works on several counters at once. A draw costs 1 ns instead of
  10;
- **loops made of the turn's own text** where no agent decides ([architecture.md](architecture.md), "Stretches as
  loops"): registers instead of a temporary for every operation, tiles that stay in the second-level cache;
- **looking only where something happens**: a warning, a fall, an occasion for a venture concern a few
  runs in a hundred, and are computed in those alone;
- single precision, see below;
- freed memory is kept (`simulation/numerics/memory.py`), and models that are done with are let go; the heap is
  backed by large pages, which alone saves a twentieth of the time;
- draws of several actors are made in rows; members who belong in no run are not asked; what follows
  from parameters alone is computed once; projects, deals, bodies, who comes to an exercise and whoever
  may leave are decided in rows, and asked first whether there is a run in which anything is to be decided.

What is still NumPy works on up to {most_rows} rows at once, {temporary} at this block (and on one array of
{leanings}, in place): more than the second-level cache holds. At {fitting} runs a block such arrays fit
({fitting_size} each, two at a time); the ensemble then does {fitting_times} times the replications of
the peer. Larger blocks are quicker all the same, since Python's calls weigh less. The rules that are NumPy make a
temporary for every operation; it gets the memory that the one before has just freed. A buffer in its place would need
a rule that says where to write; rules are left as they read.

## Stretches as loops

The turn between the agents' decisions runs as loops made of its own text ([architecture.md](architecture.md)), in all
forms with the same bits as before. Runs a CPU-second, baseline to 2015Q4 with the posterior, no record, the best of
three (at 16,000 of two) runs of each in alternating processes, 2 cores of AMD EPYC (Zen 5) at a load of 3 to 7, on
which the ratio hangs:

| block | pairs | before, at best | loops, at best | ratio, median of pairs | from | to |
|---:|---:|---:|---:|---:|---:|---:|
| 1,000 | 5 | 1,748 | 1,892 | 1.15 | 1.07 | 1.23 |
| 2,000 | 5 | 2,425 | 2,832 | 1.14 | 1.04 | 1.22 |
| 16,000 | 1 | 4,180 | 4,780 | 1.14 | | |

First use on a new machine, at 1,000 runs: 2.6 s of CPU time more than later ones, where it was 6.9 s (1.1 s of it LLVM's).
A later process reads what was traced and compiled, .03 s of CPU time in all, where tracing anew took .3 s.

The loops take a fourth to a fifth of the time that is left. The largest, in which influence settles, take .45 µs a run and
quarter in 256 runs and .5 to .6 in 1,000 to 4,000, for some 20,000 instructions on vectors of sixteen runs: within about
twice what the processor could do. Tiles of 128 to 1,024 runs, more of LLVM's care, and fetching the next row ahead change the
turn by 2% at most. What is left is the decisions: some 5,600 calls a quarter, none of which takes more than a twenty-fifth.

## float32 or float64

`python benchmarks/precision.py`: {exact_block} runs a block, float32 {f32} runs per CPU-second,
float64 {f64}: {faster} times. Over {runs} runs of the baseline on the same draws, in {apart} of them
some event differs, {changed} of {events} in all. The largest move of the mean of any
outcome is {moved} of its standard error ({moved_of}). The model therefore works in float32;
statistics of its results work in float64.

## Growth

Batches of the baseline with record, each size in a process of its own that has run one of 1,000
before. A batch of 1,000 is repeated until 10,000 runs are measured; the median is told.

Whether the cost of a run grows with the runs: in pieces of one size, 1,000, and with no run kept in
full.

{even}

The dearest size lies {apart_by} above the cheapest. Up to 2,000 runs a piece keeps its quantiles, beyond it the cells
in which close values are counted ([architecture.md](architecture.md)): up to 640 a series and quarter, hardly fewer
where a piece is small. In so small pieces they cost half as much as playing; the aim was a tenth at most between all
three sizes, and it is not met.

As a batch is run by default, with the first 20 runs kept in full:

{usual}

A batch of 1,000 costs {dearer} times as much a run as one of 100,000: it is a fourth of a large chunk, and a block costs about a
fifth of a second whatever it holds, in Python's calls. And a batch costs about a tenth of a second once, half of it for the
20 runs in full. Peak memory at 100,000 runs is {growing} times that at 10,000.

Two workers give {gain} times the throughput of one for {pooled} runs (load {pooled_load}). They are
copies of the process that is there (on Linux), so that nobody imports anew; they put the parts
together at the end, a file each; and with two a run costs a little more CPU time, since they share
memory.

## Pieces

A batch is cut into chunks; each should cost between 0.2 and 2 seconds. With the record that is
kept of it, a chunk of a scenario beside the baseline costs, and moves where the workers share no
disk:

{pieces}

From {enough} runs a scenario on a chunk holds {large}, the cheapest of these a run that takes at most 2 seconds; of any other
batch {chunk}, the smallest that costs at most a third more: small ones can be shared out evenly, lose less when a batch
is stopped, and keep to the 2 seconds on a machine of half the speed.

## What pairing saves

Variance of the unpaired over that of the paired difference, withdrawal of the United States from
its bases against the baseline. "Parameters drawn" is the case of a batch: each run has its own, from
the posterior. Means over four seeds, 4,000 runs each.

{pairing}

"The most that any pairing could give" is the ratio if the lowest run of the scenario met the lowest of
the baseline, and so on to the highest: no other way of pairing the same runs makes the difference vary
less (Hoeffding 1940). Common luck does not sort runs, so it stays below. Where that bound is itself
below 10, no pairing can reach 10:

- where the scenario settles an outcome (no base of the United States is open, no rent is paid), the
  difference varies as the baseline does: the ratio is 1 by construction;
- Russia's bases, the depth and the full members of the SCO change by whole steps in many runs and not at
  all in others: the effect itself varies, and that is what is asked.

Every headline outcome for which 10 is within reach has a ratio of 10 or more, the share of the United
States just so, within what differs from seed to seed.

## What is left

At 1,000 runs decisions take two fifths of the time, spread over 27 kinds of which none takes a twentieth; each is a few
calls of Python and NumPy. They could be loops as well, where a place (of a state, a base, an organization) is a number
that the loop is given, so that one program serves all: today a place is part of the text, and would have to be
compiled for each. Without that, a whole quarter as loops took 13 to 15 s of CPU time to compile.
"""

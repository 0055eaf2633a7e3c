# ruff: noqa: E501 - lines of the page are as long as their text
"""docs/performance.md and its figure, from what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from measuring import Row
from throughput import ENSEMBLE, PEER, SINGLE

DOCS = Path(__file__).resolve().parent.parent / "docs"
FIGURE = "figures/throughput.svg"
STYLE = "simulation.figures.heartland"
BLUE, ORANGE = "#0072B2", "#D55E00"


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
    alone = _alone(found["scaling"])
    right.plot(_column(alone, "runs"), _column(alone, "cpu_seconds_per_1000"), "o-", color=BLUE)
    right.set(xscale="log", xlabel="runs in a batch", ylabel="CPU-seconds per 1,000 runs")
    right.set_ylim(bottom=0)
    right.set_title("From 10,000 runs on, cost follows the runs", loc="left")
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
    alone = _alone(found["scaling"])
    one, two = found["scaling"][-2:]
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
        flattering=f"{best['ratio_to_batch_run']:,.0f}",
        hot=hot or "`perf` was not at hand when this was measured",
        compiling=f"{found['compiling']['seconds']:.0f}",
        temporary=_size(4 * 48 * best["block"]),
        kernels=f"{1 - python:.0%}" if found["hot"] else "not measured",
        scaling=_table(
            [*alone, two],
            {
                "runs": "runs",
                "workers": "workers",
                "cpu_seconds_per_1000": "CPU-seconds per 1,000 runs",
                "cpu_seconds_of_chunks_per_1000": "of which in chunks",
                "wall_seconds": "wall seconds",
                "peak_megabytes": "peak memory of a process, MB",
                "load": "load",
            },
        ),
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
            {"outcome": "outcome", "point": "at point values", "posterior": "parameters drawn"},
        ),
        single=SINGLE,
    )


def _size(count: int) -> str:
    """Bytes, for people."""
    return f"{count / 2**20:.1f} MB"


def _alone(rows: list[Row]) -> list[Row]:
    """Growing batches with one worker, without the pair that compares workers."""
    return rows[:-2]


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
        return f"{cell:,.1f}" if abs(cell) < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


PAGE = """\
# Performance

Made by `python benchmarks/run.py`; the raw figures are
[benchmarks/results.json](../benchmarks/results.json). Times depend on the machine, ratios less
so: everything that is compared ran in one process, or as one process after the other, on the same
machine.

{versions}.

## Throughput

The baseline from 2001Q3 to 2015Q4, histories per CPU-second. The **peer**
([benchmarks/peer](../benchmarks/peer)) is the same model as anyone would write it in Mesa: the
same agents, dyads, rules, values and decisions, in plain floats and `if`s, one history at a time,
without record or explanations. Given the same luck it lives the same history as ours (a test
holds the two together).

{rates}

![Throughput against block size, and cost against runs]({figure})

At its best block, {block} runs, the ensemble does **{times} times** the replications of the
honest peer. It does {flattering} times those of our own model under `mesa.batch_run` with one run
each, which flatters: there every NumPy call handles a single number.

The aim is 70 times. The ratio hangs on the hour: the peer's time is Python's, the ensemble's is in good
part memory's, which a virtual machine shares with its neighbours. Six measurements within two hours, some
of them beside other work, gave 62 to 75, so that 70 is reached and not yet safe.

The first run on a new machine compiles the passes, some {compiling} s in all, once; later processes
read them from Numba's cache.

## Where the time goes

At {block} runs a block: {hot}. {kernels} is spent outside the interpreter. `python
benchmarks/hot.py` samples it again. What paid:

- **draws.** NumPy's generator hands out a word a call; the compiled one of the same family
  ([architecture.md](architecture.md)) works on several counters at once. A draw costs 1 ns instead of
  10;
- **compiled passes** where ties, trade, influence and leanings settle (`simulation/turn/passes.py`):
  one loop over a row of runs, which stays in the first-level cache, instead of a temporary for every
  operation;
- **looking only where something happens**: a warning, a fall, an occasion for a venture concern a few
  runs in a hundred, and are computed in those alone;
- single precision, see below;
- freed memory is kept (`simulation/memory.py`), and models that are done with are let go;
- draws of several actors are made in rows; members who belong in no run are not asked; what follows
  from parameters alone is computed once.

The passes go row by row, so that what they work on fits the first-level cache at any block. What is
still NumPy works on up to 48 rows at once, {temporary} at this block, which is more than the
second-level cache holds. Blocks that fit it are slower, since Python's calls then weigh more.

## float32 or float64

`python benchmarks/precision.py`: {exact_block} runs a block, float32 {f32} runs per CPU-second,
float64 {f64}: {faster} times. Over {runs} runs of the baseline on the same draws, {apart} runs
have any event that differs, {changed} of {events} events. The largest move of the mean of any
outcome is {moved} of its standard error ({moved_of}). The model therefore works in float32;
statistics of its results work in float64.

## Growth

Batches of the baseline with record, each in a process of its own.

{scaling}

Two workers give {gain} times the throughput of one for {pooled} runs (load {pooled_load}). They are
copies of the process that is there (on Linux), so that nobody imports anew; putting the parts
together at the end is done by one process, and with two a run costs a little more CPU time, since
they share memory.

A batch costs some tenths of a second once (it is planned, 20 runs are kept in full, quantiles are
taken), and each chunk some tenths whatever it holds. So a batch of 1,000 runs, half a chunk, costs
more a run than a larger one. The aim was a tenth at most between 1,000 and 100,000: between 10,000 and
100,000 it is met, at 1,000 it is not.

## Pieces

A batch is cut into chunks; each should cost between 0.2 and 2 seconds. With the record that is
kept of it, a chunk of a scenario beside the baseline costs, and moves where the workers share no
disk:

{pieces}

The default chunk is the smallest of these that costs at most a tenth more a run than the cheapest
that takes at most 2 seconds.

## What pairing saves

Variance of the unpaired over that of the paired difference, withdrawal of the United States from
its bases against the baseline. "Parameters drawn" is the case of a batch: each run has its own, from
the posterior.

{pairing}

Where the scenario itself settles an outcome (no base of the United States is open, no rent is
paid), the difference varies as the baseline does and pairing cannot help: the ratio is 1 by
construction.

Depth and full members of the SCO follow from single decisions of councils, which a different history
moves by a year: there runs part, and pairing saves little.

## What is left

At small blocks the cost is Python's: some 10,000 calls a history of 58 quarters, a quarter of a second
a block whatever it holds. Agents that decide one by one make most of them.
"""

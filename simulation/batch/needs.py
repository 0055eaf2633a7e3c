"""How much memory a batch needs, and a refusal in time where there is not so much.

Measured by `benchmarks/memory.py`; docs/reliability.md has the table. What is told is a figure
to go by: where memory is wanting all the same, a batch goes on with fewer runs at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulation.batch.plan import CHUNK, FEWEST_AT_ONCE, Batch
from simulation.inputs.problems import Problem, Problems
from simulation.numerics.memory import free_memory
from simulation.record.bands import EXACT

MEGABYTE = 1 << 20
_PROCESS = 360
"""Megabytes of a process that has everything imported."""
_WORKER = 120
"""Megabytes that a worker adds, which shares most of what its parent has imported."""
_RUN_AT_ONCE = 0.04
"""Megabytes of a run that is played."""
_EXACT = 0.03
"""Megabytes of a run that is played in a batch whose quantiles are exact, for all its values."""
_COUNTED = 200
"""Megabytes of a piece of a larger batch, for the cells in which its values are counted."""
_MERGED = 330
"""Megabytes while the pieces of a larger batch are added up."""
_KEPT_WHOLE = 0.35
"""Megabytes of a run that is kept in full, in the piece that it belongs to."""
_WRITING = 120
"""Megabytes of row groups that wait to be written."""
_COMPARED = 0.006
"""Megabytes of a run while two scenarios are compared."""
_DRAWN = 0.003
"""Megabytes of a run and scenario while figures are drawn."""
_USUAL_KEPT = 20


@dataclass(frozen=True)
class MemoryRequest:
    """What a batch asks for, as far as memory hangs on it.

    Attributes:
        runs, scenarios: runs a scenario, and how many scenarios.
        chunk: runs at once.
        kept: runs that are kept in full.
        workers: processes that play runs; 1 is this one alone, 0 are those of a cluster.
    """

    runs: int
    scenarios: int
    chunk: int
    kept: int
    workers: int

    @property
    def megabytes(self) -> float:
        """What it needs, over all processes."""
        exact = self.runs <= EXACT
        playing = self.chunk * _RUN_AT_ONCE + (self.chunk * _EXACT if exact else _COUNTED)
        first = min(self.kept, self.chunk) * _KEPT_WHOLE
        if self.workers > 1:
            playing = self.workers * (playing + _WORKER)
            first *= min(self.workers, self.scenarios)  # the first pieces of several scenarios
        elif not self.workers:
            playing = first = 0.0
        compared = _COMPARED if self.scenarios > 1 else 0
        end = (
            _WRITING + (0 if exact else _MERGED) + self.runs * (compared + _DRAWN * self.scenarios)
        )
        return _PROCESS + max(playing + first, end)


def workers_that_fit(batch: Batch, workers: int, given: bool) -> int:
    """How many workers a batch is begun with: all that were thought of, or as many as fit.

    Args:
        batch: the batch.
        workers: as many as were asked for, or as there are processors; 0 for a cluster.
        given: whether somebody asked for them.

    Raises:
        Problems: there is not the memory for it; says what there is, what it takes, what to ask
            for instead.
    """
    free = free_memory()
    manifest = batch.manifest
    asked = MemoryRequest(
        runs=max(manifest["ladder"]),
        scenarios=len(batch.scenarios),
        chunk=manifest["chunk"],
        kept=manifest["trajectories"],
        workers=workers,
    )
    if free is None or asked.megabytes * MEGABYTE <= free:
        return workers
    if not given:
        for fewer in range(workers - 1, 0, -1):
            if replace(asked, workers=fewer).megabytes * MEGABYTE <= free:
                return fewer
    here, due = _gigabytes(free), _gigabytes(asked.megabytes * MEGABYTE)
    message = f"this batch needs about {due} of memory, and {here} are free"
    fitting = [words for words, other in _smaller(asked) if other.megabytes * MEGABYTE <= free]
    hint = f"ask for {fitting[0]}" if fitting else "ask for fewer runs or scenarios at a time"
    raise Problems([Problem("memory", None, message, f"{hint}, or free some memory")])


def _smaller(asked: MemoryRequest) -> Iterator[tuple[str, MemoryRequest]]:
    """What could be asked for instead, each with the words that ask for it."""
    alone = replace(asked, workers=min(asked.workers, 1))
    few = replace(alone, chunk=min(asked.chunk, CHUNK))
    fewest = replace(alone, chunk=min(asked.chunk, FEWEST_AT_ONCE))
    kept = replace(alone, kept=min(asked.kept, _USUAL_KEPT))
    if alone != asked:
        yield "--workers 1", alone
    for each in (few, fewest):
        yield f"--workers 1 and --chunk {each.chunk}", each
    yield f"--workers 1 and --trajectories {kept.kept}", kept
    both = replace(kept, chunk=fewest.chunk)
    yield f"--workers 1, --chunk {both.chunk} and --trajectories {both.kept}", both


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"

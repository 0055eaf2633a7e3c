"""What the benchmarks share: CPU time, rates, the machine, children that measure themselves."""

from __future__ import annotations

import gc
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np

FOLDER = Path(__file__).resolve().parent
Row = dict[str, Any]


def cpu_seconds(work: Callable[[], Any]) -> float:
    """CPU time of a piece of work in this process.

    What other work has left in memory is not looked through on this one's time: Mesa keeps every
    model that its batch runner has made.
    """
    gc.collect()
    gc.freeze()
    started = time.process_time()
    work()
    return time.process_time() - started


def rate(work: Callable[[], Any], runs: int, seconds: float) -> float:
    """Replications per CPU-second: the best of repetitions that fill the time.

    The best one is what the machine can do; the others were disturbed.
    """
    best, spent = 0.0, 0.0
    while spent < seconds or not best:
        took = cpu_seconds(work)
        spent += took
        best = max(best, runs / took)
    return best


def surroundings() -> Row:
    """Versions and machine, with its load at this moment."""
    return {
        "python": platform.python_version(),
        "mesa": mesa.__version__,
        "numpy": np.__version__,
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "second_level_cache": _cache(),
        "load": round(os.getloadavg()[0], 1),
    }


def in_a_child(
    script: Path, arguments: Sequence[str | int], python: str | Path = sys.executable
) -> Row:
    """Run a script that prints one JSON object last, in a process of its own.

    Args:
        script, arguments: what is run.
        python: by which interpreter, and so with which versions.
    """
    command = [str(python), str(script), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _cache() -> str:
    try:
        place = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
        return place.read_text(encoding="utf-8").strip()
    except OSError:
        return "unknown"

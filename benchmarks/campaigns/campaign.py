"""What a campaign is: many attempts to break one promise, each named by a seed and a number."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Attempt = Callable[[random.Random, Path], str]
"""Tries once, in an empty folder; says what failed, or nothing."""

_SAVE_EVERY = 5.0
"""Seconds after which a campaign notes how far it is."""


@dataclass(frozen=True)
class Campaign:
    """Attempts to break one promise.

    Attributes:
        name: what it is called.
        promise: what has to hold.
        begin: makes what all attempts share, in a folder of its own, and gives the attempt.
        short, long: how many attempts are made, in a minute or two for all, and over a night.
    """

    name: str
    promise: str
    begin: Callable[[Path], Attempt]
    short: int
    long: int


@dataclass
class State:
    """How far a campaign is; kept, so that it goes on where it was stopped.

    Attributes:
        done: attempts that were made; the next has this number.
        seconds: how long they took.
        failures: number and description of those that failed.
    """

    file: Path | None
    done: int = 0
    seconds: float = 0.0
    failures: list[tuple[int, str]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path | None, campaign: Campaign, seed: int) -> State:
        """The state that was kept of a campaign, or that at its beginning."""
        file = folder and folder / f"{campaign.name}-{seed}.json"
        if file is None or not file.exists():
            return cls(file)
        kept = json.loads(file.read_text(encoding="utf-8"))
        failures = [(int(number), str(what)) for number, what in kept["failures"]]
        return cls(file, kept["done"], kept["seconds"], failures)

    def keep(self) -> None:
        """Note how far it is."""
        if self.file is None:
            return
        kept: dict[str, Any] = {**vars(self), "file": self.file.name}
        unfinished = self.file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        unfinished.replace(self.file)


def carried_out(campaign: Campaign, count: int, seed: int, folder: Path | None) -> State:
    """Make the attempts of a campaign that were not made yet, and print what came out.

    Args:
        campaign: the campaign.
        count: how many attempts there are to be in all.
        seed: names the attempts: attempt i of a seed is always the same.
        folder: where the state is kept, if it is.
    """
    state = State.of(folder, campaign, seed)
    with tempfile.TemporaryDirectory(prefix=f"{campaign.name}-") as place:
        if state.done < count:
            attempt = campaign.begin(Path(place))
        saved = time.monotonic()
        while state.done < count:
            started = time.monotonic()
            failed = _tried(attempt, random.Random(f"{campaign.name} {seed} {state.done}"))
            if failed:
                state.failures.append((state.done, failed))
                print(f"{campaign.name} {seed} {state.done}: {failed}", flush=True)
            state.done += 1
            state.seconds += time.monotonic() - started
            if time.monotonic() - saved > _SAVE_EVERY:
                state.keep()
                saved = time.monotonic()
    state.keep()
    rate = state.done / state.seconds if state.seconds else 0.0
    print(
        f"{campaign.name}: {state.done:,} attempts, {len(state.failures):,} failures, "
        f"{state.seconds:,.0f} s, {rate:,.1f} a second ({campaign.promise})",
        flush=True,
    )
    return state


def _tried(attempt: Attempt, luck: random.Random) -> str:
    """What failed in an attempt; anything that it raises has failed."""
    ground = Path(tempfile.mkdtemp(prefix="attempt-"))
    try:
        return attempt(luck, ground)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
    finally:
        shutil.rmtree(ground, ignore_errors=True)

"""Campaigns against the folder of a batch: killed, raced for, damaged, short of disk, cut anew.

Processes are copies of this one (fork), so that no attempt waits for imports. Linux only.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from campaign import Attempt, Campaign

from simulation.batch import needs
from simulation.batch.batch import Interrupted, run_batch
from simulation.batch.repeat import repeat_batch
from simulation.inputs.problems import Problems
from simulation.record.manifest import MANIFEST, read_manifest
from simulation.record.record import Record

FILES = tuple(
    f"{name}.parquet" for name in ("outcomes", "events", "trajectories", "paths", "parameters")
)
PUSHED = """\
title: A government falls early
question: Does an early fall change anything?
extends: baseline
events:
  - {date: 2001-11-20, ouster: uzbekistan, why: To see a difference within a few quarters.}
"""
DONE, REFUSED, STOPPED, FAILED = 0, 3, 4, 5
PATIENCE = 120.0
"""Seconds after which a process is taken to hang."""


def asked(shared: Path, seed: int = 5) -> dict[str, Any]:
    """A small batch, of two scenarios and four pieces."""
    scenario = shared / "pushed.yaml"
    if not scenario.exists():
        scenario.write_text(PUSHED)
    small = {"runs": 4, "chunk": 2, "until": "2001Q4", "trajectories": 3, "parameters": "prior"}
    return {"scenarios": [str(scenario)], "seed": seed, **small}


def bytes_of(folder: Path) -> dict[str, bytes]:
    """What the files of a finished batch hold."""
    return {name: (folder / name).read_bytes() for name in FILES}


def whole(shared: Path, seed: int = 5) -> Path:
    """The batch that nobody disturbs."""
    return run_batch(**asked(shared, seed), workers=1, results=shared / f"whole-{seed}").path


def halfway(shared: Path, seed: int = 5) -> Path:
    """The batch, stopped after three pieces."""

    def stop(done: int, *_: Any) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    results = shared / f"halfway-{seed}"
    with contextlib.suppress(Interrupted):
        run_batch(**asked(shared, seed), workers=1, results=results, progress=stop)
    (folder,) = results.iterdir()
    return folder


@contextlib.contextmanager
def quiet() -> Iterator[io.StringIO]:
    """What is said meanwhile, kept from the terminal."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        yield said


class Child:
    """A copy of this process that does one thing; it and its workers hold a pipe open.

    Args:
        work: what it does; its exit status says how that ended.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._open, held = os.pipe()
        self._told, telling = os.pipe()
        self.process = os.fork()
        if not self.process:
            os.close(self._open)
            os.close(self._told)
            os._exit(self._do(work, telling))
        os.close(held)
        os.close(telling)

    @staticmethod
    def _do(work: Callable[[], object], telling: int) -> int:
        with quiet():
            try:
                work()
            except Problems:
                return REFUSED
            except KeyboardInterrupt:
                return STOPPED
            except BaseException as error:
                notes = " ".join(getattr(error, "__notes__", ()))
                os.write(telling, f"{type(error).__name__}: {error} {notes}".encode()[:4000])
                return FAILED
        return DONE

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal, if it is still there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, number)

    def ended(self) -> int:
        """Wait for its end; its exit status, or the signal that ended it as a negative number."""
        deadline = time.monotonic() + PATIENCE
        while True:
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > deadline:
                self.kill()
                raise TimeoutError("a process hangs")
            time.sleep(0.002)

    def told(self) -> str:
        """What it said of a failure."""
        return os.read(self._told, 4000).decode(errors="replace")

    def left_somebody(self, seconds: float = 10.0) -> bool:
        """Whether a worker is still there after its end, and after some patience."""
        os.set_blocking(self._open, False)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if os.read(self._open, 1) == b"":
                    return False
            except BlockingIOError:
                time.sleep(0.01)
        return True

    def close(self) -> None:
        """Let go of the pipes."""
        os.close(self._open)
        os.close(self._told)


def goes_on(folder: Path, expected: dict[str, bytes]) -> str:
    """Go on with a batch in this process; what is wrong with what comes out."""
    with quiet():
        run_batch(resume=folder, workers=1)
    if bytes_of(folder) != expected:
        return "other bytes came out"
    return "" if Record.open(folder).verified else "the record does not verify"


def all_go_on(ground: Path, expected: dict[str, bytes]) -> str:
    """Go on with every batch of a folder; what is wrong with the first that fails, or nothing."""
    begun = (each for each in ground.iterdir() if (each / MANIFEST).exists())
    return next(filter(None, (goes_on(each, expected) for each in begun)), "")


# -- kill ------------------------------------------------------------------------------------


def begin_kill(shared: Path) -> Attempt:
    """Kill a batch at any moment, go on, and kill that too, up to three times."""
    given = asked(shared)
    expected = bytes_of(whole(shared))
    started = time.monotonic()
    whole(shared)
    length = time.monotonic() - started

    def attempt(luck: random.Random, ground: Path) -> str:
        workers = luck.choice((1, 2))
        for _ in range(luck.randint(1, 3)):
            folders = [each for each in ground.glob("*") if (each / MANIFEST).exists()]
            again = {"resume": folders[0]} if folders else {**given, "results": ground}
            child = Child(lambda again=again: run_batch(**again, workers=workers))
            time.sleep(luck.uniform(0, 1.3 * length))
            child.kill(luck.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)))
            child.ended()
            lost = child.left_somebody()
            child.close()
            if lost:
                return "a worker outlived its parent"
        return all_go_on(ground, expected)

    return attempt


# -- race ------------------------------------------------------------------------------------


def begin_race(shared: Path) -> Attempt:
    """Two or three go on with one folder at once; one of them may be killed."""
    expected, kept = bytes_of(whole(shared)), halfway(shared)

    def attempt(luck: random.Random, ground: Path) -> str:
        folder = ground / kept.name
        shutil.copytree(kept, folder)

        def go_on(after: float, workers: int) -> None:
            time.sleep(after)
            run_batch(resume=folder, workers=workers)

        racing = []
        for _ in range(luck.choice((2, 2, 3))):
            after, workers = luck.uniform(0, 0.6), luck.choice((1, 2))
            racing.append(Child(lambda a=after, w=workers: go_on(a, w)))
        victim = luck.choice(racing) if luck.random() < 0.3 else None
        if victim:
            time.sleep(luck.uniform(0, 0.8))
            victim.kill()
        ends = [each.ended() for each in racing]
        told = [each.told() for each, end in zip(racing, ends, strict=True) if end == FAILED]
        for each in racing:
            each.close()
        if told:
            return f"one failed: {told[0]}"
        if victim is None and DONE not in ends:
            return f"nobody finished it: {ends}"
        return goes_on(folder, expected)

    return attempt


# -- damage ----------------------------------------------------------------------------------


def damaged(file: Path, luck: random.Random, other: Path) -> str:
    """Damage a file in some way; says how."""
    data = bytearray(file.read_bytes())
    ways = ["bit", "cut", "gone", "empty", "zeros", "more", "folder", "other"]
    way = luck.choice(ways)
    if way == "bit" and data:
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    elif way == "cut":
        del data[luck.randrange(len(data) + 1) :]
    elif way == "empty":
        data.clear()
    elif way == "zeros" and data:
        at = luck.randrange(len(data))
        data[at : at + 512] = bytes(len(data[at : at + 512]))
    elif way == "more":
        data += luck.randbytes(luck.randint(1, 100))
    elif way == "other" and other.is_file():
        data = bytearray(other.read_bytes())
    if way in ("gone", "folder"):
        file.unlink()
        if way == "folder":
            file.mkdir()
    else:
        file.write_bytes(data)
    return way


def begin_damage(shared: Path) -> Attempt:
    """Damage a file of a batch, finished or not: the same bytes come out, or it is refused."""
    finished, kept = whole(shared), halfway(shared)
    others = {finished: whole(shared, 6), kept: halfway(shared, 6)}
    expected = bytes_of(finished)

    def attempt(luck: random.Random, ground: Path) -> str:
        origin = luck.choice((finished, kept))
        folder = ground / origin.name
        shutil.copytree(origin, folder)
        file = luck.choice(sorted(each for each in folder.rglob("*") if each.is_file()))
        name = file.relative_to(folder)
        before = file.read_bytes()
        way = damaged(file, luck, others[origin] / name)
        if file.is_file() and file.read_bytes() == before:
            return ""  # the other batch has the same there, or nothing was cut
        said = f"{name} ({way})"
        if origin is finished:
            try:
                Record.open(folder)
            except Problems as problems:
                # A manifest of another batch is sound, and then no file is what it says.
                named = name.name in str(problems) or (name.name, way) == (MANIFEST, "other")
                return "" if named else f"{said} is not named"
            return f"{said} is believed" if name.name != "owner.lock" else ""
        remains = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        try:
            failed = goes_on(folder, expected)
        except Problems:
            now = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
            return "" if remains.items() <= now.items() else f"{said}: something was lost"
        return failed and f"{said}: {failed}"

    return attempt


# -- disk ------------------------------------------------------------------------------------


def begin_disk(shared: Path) -> Attempt:
    """A disk that is full, or fails, at any moment; what was finished is kept."""
    given, expected = asked(shared), bytes_of(whole(shared))

    def run_short(luck: random.Random, results: Path) -> None:
        if luck.random() < 0.5:  # no file grows beyond this, as on a disk that is full
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            size = luck.choice((100, 2_000, 20_000, 100_000, 400_000))
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        else:
            left = luck.randrange(150)
            code = luck.choice((errno.ENOSPC, errno.EIO))

            def failing(usual: Callable[..., Any]) -> Callable[..., Any]:
                def call(*words: Any, **more: Any) -> Any:
                    nonlocal left
                    left -= 1
                    if left < 0:
                        raise OSError(code, os.strerror(code))
                    return usual(*words, **more)

                return call

            for name in ("fsync", "rename", "replace", "mkdir"):
                setattr(os, name, failing(getattr(os, name)))
            Path.write_bytes = failing(Path.write_bytes)  # type: ignore[method-assign]
            Path.write_text = failing(Path.write_text)  # type: ignore[method-assign]
        run_batch(**given, workers=1, results=results)

    def attempt(luck: random.Random, ground: Path) -> str:
        ground = ground / "results"
        child = Child(lambda: run_short(luck, ground))
        end = child.ended()
        told = child.told() if end == FAILED else ""
        child.close()
        if end == REFUSED and not (ground.exists() and any(ground.iterdir())):
            return ""  # not even a folder could be made
        if end not in (DONE, FAILED) or (told and not told.startswith(("OSError", "FileExists"))):
            return f"ended with {end}: {told}"
        if not ground.exists():
            return ""
        failed = all_go_on(ground, expected)
        return failed and f"{failed} (after: {told})"

    return attempt


# -- memory ----------------------------------------------------------------------------------

GROUPS = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
"""Where control groups limit memory: of the first version, and of the second."""


@contextlib.contextmanager
def group_of(megabytes: int) -> Iterator[Path | None]:
    """A control group with so much memory; None where this process may make none."""
    for place, limit in zip(GROUPS, ("memory.limit_in_bytes", "memory.max"), strict=True):
        group = place / f"heartland-{os.getpid()}"
        if not (place / "cgroup.procs").exists():
            continue
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / limit).write_text(str(megabytes << 20))
            yield group
        except FileNotFoundError:  # groups of the second version that do not limit memory
            yield None
        finally:
            with contextlib.suppress(OSError):
                for process in (group / "cgroup.procs").read_text().split():
                    os.kill(int(process), signal.SIGKILL)
            for _ in range(100):  # until the last of them has gone
                with contextlib.suppress(OSError):
                    group.rmdir()
                    break
                time.sleep(0.05)
        return
    yield None


def begin_memory(shared: Path) -> Attempt:
    """Workers are killed, by the system for want of memory or by anybody: the same bytes."""
    asked_for = {**asked(shared), "runs": 800, "chunk": 400, "workers": 2}
    started = time.monotonic()
    expected = bytes_of(run_batch(**asked_for, results=shared / "large").path)
    length = time.monotonic() - started

    def play(ground: Path, group: Path | None) -> None:
        needs.free_memory = lambda: None  # what is wanting is found out by playing
        if group:
            (group / "cgroup.procs").write_text(str(os.getpid()))
        run_batch(**asked_for, results=ground)

    def attempt(luck: random.Random, ground: Path) -> str:
        with contextlib.ExitStack() as stack:
            small = luck.random() < 0.5
            group = stack.enter_context(group_of(luck.randint(4, 80))) if small else None
            child = Child(lambda: play(ground, group))
            if group is None:
                time.sleep(luck.uniform(0.1, 1.0) * length)
                workers = Path(f"/proc/{child.process}/task/{child.process}/children")
                with contextlib.suppress(OSError):
                    found = workers.read_text().split()
                    if found:
                        os.kill(int(luck.choice(found)), signal.SIGKILL)
            with contextlib.suppress(TimeoutError):  # code is read from the disk again and again
                end = child.ended()
                told = child.told() if end == FAILED else ""
                if end == FAILED and "memory" not in told:
                    return f"it ended, and did not say why: {told}"
                if group is None and end != DONE:
                    return f"a worker was killed, and the batch ended with {end}: {told}"
            child.close()
        return all_go_on(ground, expected)

    return attempt


# -- reproduction ----------------------------------------------------------------------------


def begin_reproduction(shared: Path) -> Attempt:
    """Any batch, cut and stopped in any way, and run again from its folder: the same bytes."""
    scenario = asked(shared)["scenarios"]

    def attempt(luck: random.Random, ground: Path) -> str:
        runs = luck.randint(1, 9)
        given: dict[str, Any] = {
            "scenarios": luck.choice(([], scenario, [*scenario, "no_andijan"])),
            "runs": runs,
            "seed": luck.choice((0, luck.getrandbits(32), luck.getrandbits(200))),
            "until": luck.choice(("2001Q3", "2001Q4", "2002Q2")),
            "trajectories": luck.randint(0, 10),
            "parameters": luck.choice(("point", "prior", "posterior")),
        }
        first = run_batch(**given, workers=1, results=ground / "first")
        stop_at = luck.randint(1, runs)

        def stop(done: int, *_: Any) -> None:
            if done >= stop_at:
                raise KeyboardInterrupt

        cut = {**given, "chunk": luck.randint(1, 9), "workers": luck.choice((1, 2))}
        with contextlib.suppress(Interrupted):
            run_batch(**cut, results=ground / "second", progress=stop)
        (folder,) = (ground / "second").iterdir()
        with quiet():
            run_batch(resume=folder, workers=1)
        if bytes_of(folder) != bytes_of(first.path):
            return f"cut anew, other bytes came out: {given}"
        if read_manifest(folder) is None:
            return "it left no manifest"
        repeated = repeat_batch(folder, workers=1)
        return "" if repeated.same else "; ".join(map(str, repeated.differences))

    return attempt


CAMPAIGNS = (
    Campaign("kill", begin_kill.__doc__ or "", begin_kill, short=4, long=100),
    Campaign("race", begin_race.__doc__ or "", begin_race, short=4, long=100),
    Campaign("damage", begin_damage.__doc__ or "", begin_damage, short=12, long=300),
    Campaign("memory", begin_memory.__doc__ or "", begin_memory, short=2, long=30),
    Campaign("disk", begin_disk.__doc__ or "", begin_disk, short=5, long=100),
    Campaign(
        "reproduction", begin_reproduction.__doc__ or "", begin_reproduction, short=2, long=30
    ),
)

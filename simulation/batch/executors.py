"""Who does the work: this process, processes beside it, or a cluster."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from ctypes import c_byte
from dataclasses import dataclass, field
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from typing import Any, TypeVar

from simulation.batch.progress import tell_waiting
from simulation.inputs.invocation import installing
from simulation.inputs.problems import Problem, Problems
from simulation.numerics.memory import (
    be_ended_first,
    ended_for_memory,
    give_back,
    is_wanting,
    keep_freed_memory,
)
from simulation.record.provenance import usable_cpus

_GRACE = 5.0
"""Seconds that a worker has after SIGTERM: more than a chunk takes."""
_LOOK_AGAIN = 1.0
"""Seconds after which a worker looks anew whether its parent is there."""
_SMALL = {"fork": 200, "spawn": 4_000}
"""Runs below which starting processes takes longer than they save, by how they begin."""
UNGUARDED = (
    "This script starts a batch whenever it is read, and every worker reads it again. Put\n"
    "run_batch under: if __name__ == '__main__':   or give run_batch workers=1."
)
ALONE = "The system gives no process or thread more. Going on with this process alone."
_THREADS = 3
"""Threads that an executor takes beside its processes, and one to spare."""
_NO_ROOM = 71
"""Exit status of a worker that could not begin."""
REMEDY = "Free some memory, or ask for fewer --workers."
WITHOUT_CLUSTER = "A cluster needs the package 'distributed'. Install it with: {installing}"


Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[int, int, str], None]
"""Told the runs done, the runs there are to do, and what was just worked on."""


@dataclass
class Crew:
    """An executor, how many work at once, and whether they reach the results folder.

    Attributes:
        hire: makes an executor of workers beside this process; None where there are none to make.
        lost: what a task raises whose worker has ended.
        no_room: not 0 once a worker could not begin. Its exit status would say the same, but the
            system forgets a process that ended before anybody asked for it.
    """

    executor: Executor
    size: int
    shares_disk: bool = True
    hire: Callable[[], Executor] | None = None
    lost: tuple[type[Exception], ...] = (BrokenExecutor,)
    no_room: c_byte = field(default_factory=lambda: RawValue("b", 0))
    _workers: set[BaseProcess] = field(default_factory=set)
    _others: frozenset[BaseProcess] = frozenset()
    _ended_before: int = 0

    def __post_init__(self) -> None:
        if self.hire is not None:
            self._others = frozenset(multiprocessing.active_children())
            self._ended_before = ended_for_memory()

    @property
    def failed(self) -> tuple[type[BaseException], ...]:
        """What is raised where memory was wanting, or may have been."""
        return (MemoryError, OSError, RuntimeError, *self.lost)

    def submit(self, work: Callable[[Task], Result], task: Task) -> Future[Result]:
        """Give a task to whoever is free; where no worker can be had, do it at once."""
        try:
            future = self.executor.submit(work, task)
        except (OSError, RuntimeError) as error:  # workers begin when there is something to do
            if self.hire is None or not is_wanting(error):
                raise
            self._go_on_alone()
            return self.executor.submit(work, task)
        self._know_workers()
        return future

    def _know_workers(self) -> None:
        """Note who has come of this process since."""
        if self.hire is not None:
            self._workers.update({*multiprocessing.active_children()} - self._others)

    def _go_on_alone(self) -> None:
        """Take this process in place of workers that cannot be had.

        Those that have begun would wait for work for good, and this process at its end for them: an
        executor that got no thread knows nothing of them.
        """
        self._know_workers()
        for each in self._workers:
            each.kill()
            each.join()
        self._workers.clear()
        self.executor, self.size, self.hire = InProcess(), 1, None
        tell_waiting(ALONE)

    def stop(self) -> None:
        """Let go of what has not begun, and wait for the rest where the executor can."""
        _hand_on_nothing_more(self.executor)
        if self.shares_disk:
            self.executor.shutdown(wait=True, cancel_futures=True)
        else:  # a cluster's client cancels what is pending when it does not wait
            self.executor.shutdown(wait=False)

    def renew(self) -> None:
        """Take new workers in place of those that have ended, or have grown."""
        if self.hire is None:
            return
        self.stop()
        if self.no_room.value:
            self._go_on_alone()
            return
        self._workers.clear()
        self._ended_before = ended_for_memory()
        give_back()
        self.executor = self.hire()

    def short_of_memory(self, error: BaseException) -> str:
        """How memory was wanting, in words, if that is why work ended; else nothing.

        A system that is short of memory kills a process, which then says nothing; the system may.
        """
        if isinstance(error, MemoryError) or is_wanting(error):
            return "There is not enough memory"
        if not isinstance(error, self.lost):
            return ""
        if not self.shares_disk:
            return "A worker of the cluster was ended over and over, as for want of memory"
        self.stop()
        if self.no_room.value:
            return "There is not enough memory for another process"
        killed = -getattr(signal, "SIGKILL", 9)
        if all(each.exitcode != killed for each in self._workers):
            return ""
        if ended_for_memory() > self._ended_before:
            return "The system has killed a worker for want of memory"
        return "A worker was killed, as a system does that is short of memory"

    def why_ended(self, error: BaseException) -> str:
        """What is said of work that ended with its worker: a sentence."""
        reason = self.short_of_memory(error)
        return f"{reason}. {REMEDY}" if reason else "A worker ended before its work was done."


class InProcess(Executor):
    """An executor that does the work at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function; the future is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _hand_on_nothing_more(executor: Executor) -> None:
    """Let the thread end that hands tasks to workers, where these were ended from outside.

    Before Python 3.11.5 it waits for good until somebody reads a task that is larger than a pipe
    (gh-94777), and whoever stops the executor waits for it. What later ones do is done here: this
    process closes the end that it never reads from.
    """
    queue = getattr(executor, "_call_queue", None)
    if sys.version_info < (3, 11, 5) and queue is not None and getattr(executor, "_broken", False):
        queue._reader.close()


def workers_for(runs: int, workers: int | None) -> int:
    """How many processes play runs: as asked, or one a CPU, or this one alone for a small batch."""
    if workers is not None:
        return workers
    return usable_cpus() if runs >= _SMALL[start_method()] else 1


@contextmanager
def crew_for(runs: int, workers: int | None = None, cluster: str | None = None) -> Iterator[Crew]:
    """The workers of a batch.

    Args:
        runs: how many runs there are over all scenarios.
        workers: processes; by default one a CPU, or none beside this one for a small batch.
        cluster: address of a `dask.distributed` scheduler.
    """
    if cluster is not None:
        with _cluster(cluster) as crew:
            yield crew
        return
    workers = workers_for(runs, workers)
    if workers > 1 and not _threads_to_be_had():
        tell_waiting(ALONE)
        workers = 1
    if workers <= 1:
        yield Crew(InProcess(), 1)
        return
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(UNGUARDED)
    start = multiprocessing.get_context(start_method())
    give_back()

    def hire() -> Executor:
        return ProcessPoolExecutor(
            workers, mp_context=start, initializer=_begin, initargs=(no_room,)
        )

    no_room = RawValue("b", 0)
    crew = Crew(hire(), workers, hire=hire, no_room=no_room)
    try:
        with no_warning_of_threads():
            yield crew
    finally:
        crew.stop()
        keep_freed_memory()


def _threads_to_be_had() -> bool:
    """Whether the system gives as many threads as an executor takes.

    One that gets its first and not its second waits for work for good.
    """
    over = threading.Event()
    begun = []
    try:
        for _ in range(_THREADS):
            each = threading.Thread(target=over.wait, daemon=True)
            each.start()
            begun.append(each)
        return True
    except RuntimeError:
        return False
    finally:
        over.set()
        for each in begun:
            each.join()


@contextmanager
def no_warning_of_threads() -> Iterator[None]:
    """Python 3.12 warns of any thread at a fork; those of the libraries mind it themselves."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process .* is multi-threaded")
        yield


def start_method() -> str:
    """How workers begin: as copies of this process where that is safe, else afresh.

    A copy is there at once; a process begun afresh imports for some seconds. Copied is on Linux,
    and by the main thread alone: under it, others may hold what a copy would wait for.
    """
    safe = threading.current_thread() is threading.main_thread()
    return "fork" if safe and sys.platform == "linux" else "spawn"


def in_order(
    tasks: Iterable[Task],
    crew: Crew,
    work: Callable[[Task], Result],
    ready: Callable[[Task], bool],
    prepared: Callable[[Task], Task],
    running: dict[Future[Result], Task] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[tuple[Task, Result]]:
    """Work on tasks as they become ready, a few ahead; yields each with its result when done.

    Args:
        tasks: in order; one that is not ready holds up those after it.
        crew: who works.
        work: what is done with a task.
        ready: whether a task can be begun; some other task that is under way makes it so.
        prepared: what is sent to the worker instead of the task.
        running: what is under way at any time, for whoever looks after it if all is stopped, or
            has more to be done of a task before the next is asked for.
        meanwhile: done once by this process, while workers beside it are at the first tasks.
    """
    waiting = deque(tasks)
    running = {} if running is None else running
    ahead = 1 if crew.size == 1 else 2 * crew.size
    while waiting or running:
        while waiting and len(running) < ahead and ready(waiting[0]):
            task = waiting.popleft()
            running[crew.submit(work, prepared(task))] = task
        if meanwhile is not None and crew.size > 1:
            meanwhile()
        meanwhile = None
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future.result()


def _begin(no_room: c_byte) -> None:
    """What a worker of a batch does first.

    Ctrl-C, the end of a terminal and a scheduler's SIGTERM reach every process; workers finish
    their chunk and the parent decides. What has been imported stays, so that collecting garbage
    neither looks through it nor copies it from the parent. What the parent gave back of its heap
    is asked for anew.
    """
    try:
        end_with_parent()
    except RuntimeError:  # no thread is to be had: said by the parent, in words
        no_room.value = 1
        os._exit(_NO_ROOM)
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end_soon)
    be_ended_first()
    gc.freeze()
    keep_freed_memory()


def _end_soon(*_: object) -> None:
    """Leave time to finish a chunk, then end.

    A worker that ends at once may take a part of the executor's queue with it, for which the parent
    would wait for good. To ignore SIGTERM will not do: the executor sends it to those who are left
    when one of them has ended. The system's own clock needs no thread.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, _GRACE)


def end_with_parent() -> None:
    """Let this worker end as soon as its parent has, whatever ended it.

    A parent that is killed tells nobody. But its end of a pipe is closed by the system, and its
    children are given to another process; a thread of the worker waits for the one and looks for
    the other, since copies of the parent may hold that end of the pipe as well.
    SIGTERM ends a worker at once: the parent's own answer to it came along with the copy.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        given_to = os.getppid()
        threading.Thread(target=_follow, args=(parent.sentinel, given_to), daemon=True).start()


def _follow(sentinel: int, parent: int) -> None:
    """Wait for the parent's end, and end."""
    while os.getppid() == parent and not wait_for_any([sentinel], timeout=_LOOK_AGAIN):
        pass
    os._exit(1)


@contextmanager
def _cluster(address: str) -> Iterator[Crew]:
    """The workers of a `dask.distributed` scheduler; they need no common disk."""
    try:
        from distributed import Client, KilledWorker
    except ModuleNotFoundError as missing:
        remedy = WITHOUT_CLUSTER.format(installing=installing("cluster"))
        raise ModuleNotFoundError(remedy, name="distributed") from missing
    connect: Any = Client  # the package has no types
    try:
        found = connect(address)
    except (OSError, ValueError, TypeError) as error:
        hint = "start one with: dask scheduler; it says its address, as tcp://127.0.0.1:8786"
        message = f"no scheduler answers at '{address}': {str(error).rstrip('.')}"
        raise Problems([Problem("--cluster", None, message, hint)]) from None
    with found as client:
        size = sum(client.ncores().values())
        lost = (BrokenExecutor, KilledWorker)
        yield Crew(client.get_executor(), max(size, 1), shares_disk=False, lost=lost)

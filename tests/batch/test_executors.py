"""Who works: in this process, beside it; in order, a few tasks ahead."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulation.batch import executors
from simulation.batch.executors import (
    Crew,
    InProcess,
    crew_for,
    in_order,
    start_method,
    workers_for,
)


def test_a_small_batch_stays_in_this_process():
    with crew_for(199) as crew:
        assert isinstance(crew.executor, InProcess)
        assert (crew.size, crew.shares_disk) == (1, True)


@pytest.mark.parametrize(("system", "least"), [("linux", 200), ("darwin", 4_000)])
def test_workers_are_taken_where_they_save_more_than_they_cost(monkeypatch, system, least):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(executors, "usable_cpus", lambda: 3)
    assert [workers_for(runs, None) for runs in (least - 1, least)] == [1, 3]
    assert workers_for(1, 2) == 2


def test_workers_are_copies_on_linux_alone_and_of_the_main_thread(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert start_method() == "fork"
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(start_method).result() == "spawn"
    for platform in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        assert start_method() == "spawn"


def test_a_failure_in_this_process_is_raised_where_the_result_is_asked_for():
    future = InProcess().submit(int, "seven")
    with pytest.raises(ValueError, match="seven"):
        future.result()


@pytest.mark.parametrize("size", [1, 3])
def test_a_task_waits_for_the_one_it_needs(size):
    """Odd tasks need the even one before them."""
    done, begun = set(), []

    def prepared(task):
        begun.append(task)
        return task

    with ThreadPoolExecutor(size) as threads:
        crew = Crew(threads, size)
        ready = lambda task: task % 2 == 0 or task - 1 in done  # noqa: E731
        for task, result in in_order(range(10), crew, lambda task: task**2, ready, prepared):
            assert result == task**2
            assert task % 2 == 0 or task - 1 in done
            done.add(task)
    assert begun == list(range(10))
    assert done == set(range(10))


@pytest.mark.parametrize(("size", "told"), [(1, 0), (2, 1)])
def test_this_process_does_something_once_while_workers_beside_it_begin(size, told):
    done = []
    with ThreadPoolExecutor(size) as threads:
        crew = Crew(threads if size > 1 else InProcess(), size)
        results = in_order(
            range(6), crew, lambda task: task, lambda _: True, lambda task: task,
            meanwhile=lambda: done.append(threading.get_ident()),
        )  # fmt: skip
        assert sorted(task for task, _ in results) == [*range(6)]
    assert done == [threading.get_ident()] * told

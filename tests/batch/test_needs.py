"""What a batch needs of memory; what cannot fit is refused with a remedy that fits."""

from types import SimpleNamespace

import pytest

from simulation.batch import needs
from simulation.batch.batch import run_batch
from simulation.batch.needs import MEGABYTE, MemoryRequest, workers_that_fit
from simulation.commands.program import main
from simulation.inputs.problems import Problems
from simulation.numerics import memory

MAIN_JOB = MemoryRequest(runs=1000, scenarios=24, chunk=1000, kept=20, workers=2)


def batch_of(**given):
    asked = {"ladder": [1000], "chunk": 1000, "trajectories": 20} | given
    return SimpleNamespace(manifest=asked, scenarios=[None] * asked.pop("scenarios", 24))


def with_free(monkeypatch, megabytes):
    monkeypatch.setattr(needs, "free_memory", lambda: int(megabytes * MEGABYTE))


def test_the_main_job_needs_less_than_two_gigabytes():
    assert MAIN_JOB.megabytes * MEGABYTE < 2e9


@pytest.mark.parametrize(
    ("more", "measured"),
    [
        ({"runs": 250, "chunk": 250}, 327),
        ({}, 344),
        ({"runs": 2000, "chunk": 2000}, 379),
        ({"runs": 4000, "chunk": 4000}, 638),
        ({"runs": 4000}, 755),
        ({"runs": 8000}, 704),
        ({"runs": 20_000, "chunk": 2000}, 738),
        ({"runs": 100_000, "chunk": 2000}, 748),
        ({"runs": 8000, "scenarios": 3}, 757),
        ({"kept": 200}, 409),
        ({"kept": 1000}, 629),
    ],
)
def test_what_is_told_is_near_what_was_measured(more, measured):
    """A batch in this process (docs/reliability.md): no more is taken, and not much less."""
    usual = {"runs": 1000, "scenarios": 1, "chunk": 1000, "kept": 20, "workers": 1}
    asked = MemoryRequest(**usual | more)
    assert measured < asked.megabytes < 1.5 * measured


def test_as_many_workers_are_taken_as_fit(monkeypatch):
    with_free(monkeypatch, 900)
    assert workers_that_fit(batch_of(), 8, given=False) in range(1, 8)
    with_free(monkeypatch, 100_000)
    assert workers_that_fit(batch_of(), 8, given=False) == 8


@pytest.mark.parametrize(
    ("asked", "workers", "free", "remedy"),
    [
        ({}, 32, 1500, "ask for --workers 1, or"),
        ({"chunk": 10**5, "ladder": [10**5], "scenarios": 2}, 1, 3000, "1 and --chunk 2000"),
        ({"trajectories": 1000}, 1, 700, "ask for --workers 1 and --chunk 100, or"),
        ({"ladder": [50_000_000], "chunk": 2000}, 1, 4000, "ask for fewer runs or scenarios"),
        ({"chunk": 1000}, 1, 100, "ask for fewer runs or scenarios"),
    ],
)
def test_what_cannot_fit_is_refused_with_what_would(asked, workers, free, remedy, monkeypatch):
    with_free(monkeypatch, free)
    with pytest.raises(Problems) as refused:
        workers_that_fit(batch_of(**asked), workers, given=True)
    told = str(refused.value)
    assert "this batch needs about " in told
    assert f"and {free * MEGABYTE / 1e9:,.1f} GB are free" in told
    assert remedy in told


def test_a_refusal_leaves_nothing_behind(monkeypatch, tmp_path, capsys):
    with_free(monkeypatch, 100)
    words = ["batch", "baseline", "--runs", "5", "--results", str(tmp_path / "results")]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "needs about 0." in told
    assert "Nothing was run." in told
    assert not (tmp_path / "results").exists()
    with pytest.raises(Problems):
        run_batch(["baseline"], runs=5, results=tmp_path / "results")


def test_a_system_that_does_not_say_refuses_nothing(monkeypatch):
    monkeypatch.setattr(needs, "free_memory", lambda: None)
    assert workers_that_fit(batch_of(ladder=[10**8]), 8, given=True) == 8


def test_the_least_of_what_machine_and_group_leave_is_free(tmp_path, monkeypatch):
    texts = {
        "/proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 4096 kB\n",
        "/proc/self/cgroup": "3:cpu:/a\n0::/a/b\n",
        "/sys/fs/cgroup/a/b/memory.max": "max\n",
        "/sys/fs/cgroup/a/b/memory.current": "7\n",
        "/sys/fs/cgroup/a/memory.max": "3000000\n",
        "/sys/fs/cgroup/a/memory.current": "2000000\n",
        "/sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 500000\n",
    }
    monkeypatch.setattr(memory, "_lines", lambda file: texts.get(str(file), "").splitlines())
    assert memory.free_memory() == 1_500_000
    texts["/proc/meminfo"] = "MemAvailable: 1000 kB\n"
    assert memory.free_memory() == 1_024_000
    texts["/proc/self/cgroup"] = "4:memory:/job\n"
    texts["/sys/fs/cgroup/memory/job/memory.limit_in_bytes"] = "900000\n"
    texts["/sys/fs/cgroup/memory/job/memory.usage_in_bytes"] = "100000\n"
    assert memory.free_memory() == 800_000
    texts.clear()
    assert memory._free_of_groups() is not None
    assert memory.free_memory() is None

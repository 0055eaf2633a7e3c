"""What an earlier process traced and compiled is read by later ones."""

import os
import subprocess
import sys

import pytest

from simulation.numerics import machine

TWO_QUARTERS = """
from hashlib import sha256
from simulation import InfluenceModel
from simulation.numerics import stretches
count, record = [], stretches.Recording
stretches.Recording = lambda given: count.append(0) or record(given)
model = InfluenceModel("baseline", 20, 1, parameters="posterior").run("2001Q4")
held = sha256(b"".join(each.tobytes() for each in model.world.snapshot().values()))
print(len(count), held.hexdigest())
"""


@pytest.mark.skipif(not machine.can_compile(), reason="nothing is compiled here")
def test_a_later_process_traces_nothing_again(tmp_path):
    def traced():
        told = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", TWO_QUARTERS], env=told, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        count, held = done.stdout.split()
        return int(count), held

    first, second = traced(), traced()
    assert first[0] > 5
    assert second == (0, first[1])
    kept = sorted(tmp_path.rglob("*.programs"))
    kept[0].write_bytes(b"no program")
    for each in [*tmp_path.rglob("*.o")][:1]:
        each.unlink()
    third = traced()
    assert third[0] in (1, 2)
    assert third[1] == first[1]

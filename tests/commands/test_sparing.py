"""What a program leaves out, and that it takes it from nobody."""

from __future__ import annotations

import pytest
from interpreters import printed

ARROW = "from simulation.commands.sparing import let_arrow_do_without_pandas as spare; spare()"


def test_a_batch_with_its_pictures_and_report_imports_no_pandas(tmp_path):
    batch = "from simulation.commands.program import main"
    words = ["us_base_withdrawal", "--runs", "20", "--until", "2005Q4", "--results", str(tmp_path)]
    unused = ("pandas", "networkx", "scipy.stats", "scipy.spatial")
    left = f"print([each for each in {unused} if each in sys.modules])"
    assert printed(batch, f"main({words})", left).splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "used",
    [
        "print(type(pa.table({'a': [1.0, None]}).to_pandas()).__name__)",
        "print(type(pa.Table.from_pandas(pd.DataFrame({'a': ['x']})).to_pandas()).__name__)",
        "print(type(pa.table(pd.DataFrame({'a': [1]})).to_pandas()).__name__)",
    ],
)
def test_arrow_finds_pandas_once_a_frame_is_made(used):
    arrays = "import numpy as np, pyarrow as pa; pa.array(np.zeros(1))"
    unused = "assert 'pandas' not in sys.modules"
    assert printed(ARROW, arrays, unused, "import pandas as pd", used) == "DataFrame"


def test_where_pandas_is_there_nothing_is_left_out():
    column = "print(pa.array(pd.Series([1.0, None, 2.0])).null_count)"
    assert printed("import pandas as pd, pyarrow as pa", ARROW, column) == "1"


def test_a_program_leaves_what_it_made_to_the_system_and_a_caller_keeps_his():
    begun = "import atexit, gc; begun = gc.get_freeze_count()"  # Python 3.12 itself freezes some
    end = f"{begun}; atexit.register(lambda: print(gc.get_freeze_count() > begun))"
    program = "from simulation.commands.program import main"
    assert printed(end, program, "sys.argv = ['run.py', '--version']", "main()").endswith("True")
    assert printed(end, program, "main(['--version'])").endswith("False")


def test_only_a_program_passes_over_what_was_imported():
    asked = "from simulation.commands import sparing; import gc; before = gc.get_freeze_count()"
    told = "sparing.pass_over_imports(); print(gc.get_freeze_count() > before)"
    assert printed(asked, told).endswith("False")
    assert printed(asked, "sparing.end_with_the_command()", told).endswith("True")

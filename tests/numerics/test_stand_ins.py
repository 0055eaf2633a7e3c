"""What a library imports for nothing here stays out, and is there as soon as anybody wants it."""

from __future__ import annotations

import inspect
import sys

import pytest
from interpreters import printed

from simulation.numerics import mesa_alone, special
from simulation.numerics.stand_ins import StandIn, standing_in

UNUSED = (
    "asyncio",
    "networkx",
    "numpy.f2py",
    "numpy.testing",
    "pandas",
    "scipy.linalg",
    "scipy.spatial",
)
MODEL = "import simulation.model.model, simulation.record.compare"


def test_the_model_and_its_record_import_nothing_that_only_others_need():
    others = [*UNUSED, "matplotlib", "rich", "scipy.stats"]
    special = "print('scipy.linalg' in sys.modules)"  # SciPy 1.18 takes it for special functions
    if printed("import scipy.special", special) == "True":
        others.remove("scipy.linalg")
    assert printed(MODEL, f"print([each for each in {others} if each in sys.modules])") == "[]"


@pytest.mark.parametrize(
    "used",
    [
        "from mesa.space import NetworkGrid; NetworkGrid(__import__('networkx').path_graph(3))",
        "import mesa; mesa.space.MultiGrid(2, 2, torus=False)",
        "import mesa, random; mesa.discrete_space.OrthogonalMooreGrid((2, 2), random=random)",
        "import mesa; assert mesa.experimental.continuous_space.ContinuousSpace",
        "import pandas.core.frame, pandas; assert pandas.DataFrame(dict(a=[1])).a.sum() == 1",
        "import numpy; numpy.testing.assert_allclose(1, 1)",
        "import numpy.f2py; assert numpy.f2py.crackfortran",
        "import numba, numpy as np; assert numba.njit(lambda a: a @ a)(np.eye(2)).sum() == 2",
        "import scipy.linalg; assert scipy.linalg.det([[2.0]]) == 2",
        "import scipy; assert scipy.linalg.det([[2.0]]) == 2",
        "from tqdm.asyncio import tqdm; import asyncio; asyncio.run(asyncio.sleep(0))",
        "import numpy as np, pyarrow as pa, pandas as pd; pa.array(pd.Series([1.0, None]))",
    ],
)
def test_what_was_left_out_works_for_whoever_uses_it(used):
    stand_ins = "[each for each in sys.modules.values() if type(each).__name__ == 'StandIn']"
    assert printed(MODEL, used, f"print({stand_ins})") == "[]"


def test_mesa_gives_data_frames_of_pandas_itself():
    collected = (
        "from simulation import InfluenceModel",
        "model = InfluenceModel('baseline', runs=1, seed=1, collecting=True).run(until='2001Q4')",
        "frame = model.datacollector.get_model_vars_dataframe()",
        "import pandas; print(type(frame) is pandas.DataFrame, len(frame))",
    )
    assert printed(*collected).startswith("True")


def test_what_was_imported_before_stays_what_it_was():
    before = "import pandas, networkx, mesa; kept = pandas, networkx, mesa, mesa.space"
    after = "import mesa.space; print(all(each is sys.modules[each.__name__] for each in kept))"
    assert printed(before, MODEL, after) == "True"


def test_mesa_names_its_loggers_as_ever():
    every = "import logging; every = logging.root.manager.loggerDict"
    named = "import mesa", every, "print(sorted(each for each in every if 'MESA' in each))"
    alone = "from simulation.numerics.mesa_alone import mesa"
    assert printed(*named) == printed(alone, *named)


def test_inspect_is_what_it_was_once_mesa_is_there():
    assert inspect.getouterframes.__module__ == inspect.getmodule.__module__ == "inspect"
    with mesa_alone.callers_by_name():
        caller, module = inspect.stack()[0], inspect.getmodule(inspect.currentframe())
        assert (caller.function, caller.code_context) == (
            test_inspect_is_what_it_was_once_mesa_is_there.__name__,
            None,
        )
        assert module is sys.modules[__name__]
        assert inspect.getmodule(StandIn) is sys.modules[StandIn.__module__]


@pytest.fixture
def unwanted(tmp_path, monkeypatch):
    """A module that nothing has imported yet."""
    (tmp_path / "unwanted.py").write_text("ANSWER = 42\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "unwanted"
    sys.modules.pop("unwanted", None)


def test_a_stand_in_gives_way_at_the_end_and_still_answers(unwanted):
    with standing_in("nobody", [unwanted]):
        kept = __import__(unwanted)
    assert unwanted not in sys.modules
    assert kept.ANSWER == 42
    assert __import__(unwanted) is sys.modules[unwanted] is not kept


def test_a_stand_in_gives_way_as_soon_as_it_is_asked(unwanted):
    with standing_in("nobody", [unwanted]):
        assert __import__(unwanted).ANSWER == 42
        assert not isinstance(sys.modules[unwanted], StandIn)
        there = sys.modules[unwanted]
    assert sys.modules[unwanted] is there


def test_what_is_asked_of_every_module_wakes_none(unwanted):
    with standing_in("nobody", [unwanted]):
        assert not hasattr(sys.modules[unwanted], "__file__")
        assert isinstance(sys.modules[unwanted], StandIn)


def test_the_distributions_are_scipys():
    from scipy import special as whole

    assert all(getattr(special, name) is getattr(whole, name) for name in special.__all__)

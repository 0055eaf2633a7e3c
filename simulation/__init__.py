"""Heartland: an agent-based laboratory of great-power influence in Central Asia.

What would have happened to whose influence over whom, had this been different? Every number is
traceable to a passage, every decision to its terms, every comparison to paired runs.

    >>> from simulation import InfluenceModel
    >>> model = InfluenceModel("baseline", runs=20, seed=1).run(until="2002Q4")
    >>> model.influence("china", "uzbekistan").shape
    (20,)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.inputs.invocation import __version__

if TYPE_CHECKING:
    from simulation.batch.batch import run_batch
    from simulation.evidence.catalogue import load_catalogue
    from simulation.explanation.explain import explain
    from simulation.model.model import InfluenceModel
    from simulation.record.compare import compare
    from simulation.record.labelled import to_xarray
    from simulation.record.record import Record
    from simulation.scenario.scenario import load_scenario

__all__ = [
    "InfluenceModel",
    "Record",
    "__version__",
    "compare",
    "explain",
    "load_catalogue",
    "load_scenario",
    "run_batch",
    "to_xarray",
]

_PLACES = {
    "InfluenceModel": "simulation.model.model",
    "Record": "simulation.record.record",
    "compare": "simulation.record.compare",
    "explain": "simulation.explanation.explain",
    "load_catalogue": "simulation.evidence.catalogue",
    "load_scenario": "simulation.scenario.scenario",
    "run_batch": "simulation.batch.batch",
    "to_xarray": "simulation.record.labelled",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for: Mesa alone takes a second."""
    if name not in _PLACES:
        raise AttributeError(f"module 'simulation' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)

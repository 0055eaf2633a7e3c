"""What is declared of panels, of whom they are counted, and what is put beside runs.

Nothing that runs needs it, so it is read where somebody asks, and `load_catalogue` does not. What
docs/rates.md and docs/validation.md count lies in a folder of its own, outside the catalogue's
hash: a batch rests on none of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.panel_entries import (
    OF_ORGANIZATIONS,
    Outsider,
    PanelEntry,
    PanelSample,
    RateRow,
    SightRow,
)
from simulation.evidence.reader import read_entries, read_file
from simulation.inputs.problems import Problems, did_you_mean
from simulation.inputs.validation import FileEntry, Frozen
from simulation.inputs.yaml_reader import Loaded, Place

_FILES: Mapping[str, type[FileEntry]] = {
    "panels": PanelEntry,
    "outsiders": Outsider,
    "samples": PanelSample,
}
_SECTIONS: Mapping[str, type[FileEntry]] = {
    "samples": PanelSample,
    "rates": RateRow,
    "sights": SightRow,
}
"""The sections of `rates/counted.yaml`."""


@dataclass(frozen=True, eq=False)
class PanelEvidence:
    """What is declared of panels, by identifier.

    Attributes:
        panels, outsiders: What they hold, and who appears in them beside the actors.
        samples: Whom estimates and counts go over.
        rates, sights: What is put beside runs: how often, and how much of influence.
    """

    panels: Mapping[str, PanelEntry]
    outsiders: Mapping[str, Outsider]
    samples: Mapping[str, PanelSample]
    rates: Mapping[str, RateRow]
    sights: Mapping[str, SightRow]


@lru_cache(maxsize=8)
def panel_evidence(catalogue: Catalogue | None = None) -> PanelEvidence:
    """Read and check what the evidence says of panels.

    Args:
        catalogue: The evidence; the project's own if None.

    Raises:
        Problems: everything that is wrong with any of the files.
    """
    known = catalogue or load_catalogue()
    files = {stem: read_file(known.directory / f"{stem}.yaml") for stem in _FILES}
    counted = read_file(known.directory / "rates" / "counted.yaml")
    found: dict[str, Any] = {
        stem: read_entries(model, files[stem], known.names) for stem, model in _FILES.items()
    }
    own = {key: read_entries(it, counted, known.names, (key,)) for key, it in _SECTIONS.items()}
    for key in counted.data:
        if key not in _SECTIONS:
            hint = did_you_mean(key, _SECTIONS) or f"sections are {', '.join(_SECTIONS)}"
            counted.problem((key,), f"no section '{key}'", hint)
    for key in own["samples"]:
        if key in found["samples"]:
            message = f"there is a sample '{key}' in {files['samples'].name} already"
            counted.problem(("samples", key), message, "call it otherwise")
    states = {*known.actors, *found["outsiders"]}
    _check_states(files["samples"], (), found["samples"], states)
    _check_states(counted, ("samples",), own["samples"], states)
    samples = {**own.pop("samples"), **found["samples"]}
    here = counted.data.get("samples")
    written = {*files["samples"].data, *(here if isinstance(here, dict) else ())}
    for key, row in own["rates"].items():
        _check_name(counted, ("rates", key, "sample"), "sample", row.sample, written)
        sample = samples.get(row.sample)
        if row.counts in OF_ORGANIZATIONS and sample and not sample.organizations:
            message = f"{key} counts {row.counts}, and its sample '{row.sample}' no organization"
            counted.problem(("rates", key, "sample"), message, "name some in its 'organizations'")
    for key, row in own["sights"].items():
        _check_name(counted, ("sights", key, "panel"), "panel", row.panel, files["panels"].data)
        panel = found["panels"].get(row.panel)
        for part in ("column", "whose"):
            name, place = getattr(row, part), ("sights", key, part)
            if name is not None and panel is not None:
                _check_name(counted, place, f"column of {row.panel}", name, panel.columns)
    problems = [problem for each in (*files.values(), counted) for problem in each.problems]
    if problems:
        raise Problems(problems)
    return PanelEvidence(**{**found, **own, "samples": Frozen(samples)})


def _check_states(
    loaded: Loaded, place: Place, samples: Mapping[str, PanelSample], states: Collection[str]
) -> None:
    """Whom a sample goes over are actors or outsiders."""
    for key, sample in samples.items():
        for at, state in enumerate(sample.states):
            _check_name(loaded, (*place, key, "states", at), "actor or outsider", state, states)


def _check_name(loaded: Loaded, place: Place, kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f"there are {', '.join(sorted(known)[:12])}"
        loaded.problem(place, f"no {kind} '{name}'", hint)

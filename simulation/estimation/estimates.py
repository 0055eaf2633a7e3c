"""All estimates from a folder of panels: made, stored, and put in the place of those that are.

What is stored lies beside the evidence (`estimates.yaml`). A parameter of the class `estimated` has
value and range from there, so that nobody needs the panels or the libraries to run the model.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from simulation.estimation.bases import estimate_bases
from simulation.estimation.belonging import estimate_belonging
from simulation.estimation.findings import PanelFinding
from simulation.estimation.giving import estimate_giving
from simulation.estimation.panels import PanelData, read_panels
from simulation.estimation.risings import estimate_risings
from simulation.estimation.trade import estimate_trade
from simulation.estimation.votes import estimate_votes
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.panel_entries import PanelSample
from simulation.evidence.panel_evidence import panel_evidence
from simulation.inputs.results_folders import made_folder

FILE = "estimates.yaml"
NEEDED = (
    *("memberships", "un_rollcall_agreement", "irregular_changes_and_risings", "leaders"),
    *("electoral_democracy_vdem", "foreign_bases", "trade_cow4", "arms_deliveries_sipri"),
    *("us_aid", "us_aid_commitments_aiddata31"),
)
"""The panels that estimates are made from; the others are declared for whoever compares."""
_HEAD = """\
# What was estimated from panels: made by the command `estimate`, and not written by hand. `panels`
# names the files by their SHA-256, `script` the function. To run the model nobody needs the panels.

"""
Maker = Callable[[Mapping[str, PanelData], Mapping[str, PanelSample]], Iterator[PanelFinding]]
MAKERS: tuple[Maker, ...] = (
    estimate_belonging,
    estimate_risings,
    estimate_votes,
    estimate_trade,
    estimate_bases,
    estimate_giving,
)


def make_estimates(
    folder: str | Path,
    catalogue: Catalogue | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, dict[str, Any]]:
    """Make every estimate from a folder of panels.

    Args:
        folder: Where the panels lie.
        catalogue: What declares panels and samples; the project's own evidence if None.
        progress: Told of every estimate, by its name.

    Returns:
        Entries of `estimates.yaml`, by name, as plain data.

    Raises:
        Problems: a panel is missing or has mistakes.
    """
    samples = panel_evidence(catalogue).samples
    panels = read_panels(folder, NEEDED, catalogue)
    found = {}
    for maker in MAKERS:
        script = f"{maker.__module__}.{maker.__name__}"
        for finding in maker(panels, samples):
            found[finding.key] = entry_of(finding, panels, script)
            if progress is not None:
                progress(finding.key)
    return found


def entry_of(finding: PanelFinding, panels: Mapping[str, PanelData], script: str) -> dict[str, Any]:
    """A finding as it is stored."""
    value, low, high = (float(f"{each:.3g}") for each in finding.found)
    entry: dict[str, Any] = {
        "says": finding.says,
        "formula": finding.formula,
        "unit": finding.unit,
        "value": value,
        "low": min(low, value),
        "high": max(high, value),
        "cases": finding.cases,
        "panels": {name: panels[name].sha256 for name in finding.panels},
        "script": script,
    }
    if finding.held_out:
        entry["held_out"] = finding.held_out
    if finding.informs:
        entry["informs"] = list(finding.informs)
    if finding.note:
        entry["note"] = finding.note
    return entry


def write_estimates(path: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Store estimates as a file of the evidence."""
    text = yaml.safe_dump(dict(entries), sort_keys=False, width=110, allow_unicode=True)
    made_folder(path.parent)
    path.write_text(_HEAD + text, encoding="utf-8")


def evidence_with(
    entries: Mapping[str, Mapping[str, Any]], folder: Path, catalogue: Catalogue | None = None
) -> Catalogue:
    """The evidence with other estimates, copied to a folder so that every process finds it.

    Args:
        entries: The estimates.
        folder: Where the copy goes; what lay there before is taken away.
        catalogue: The evidence that is copied; the project's own if None.

    Raises:
        Problems: an estimate that the evidence names is not among them, or none can stand.
    """
    evidence = catalogue or load_catalogue()
    if folder.is_dir() and (folder / FILE).exists():
        shutil.rmtree(folder)
    shutil.copytree(evidence.directory, folder, ignore=shutil.ignore_patterns("posterior*.parquet"))
    write_estimates(folder / FILE, entries)
    return load_catalogue(folder)

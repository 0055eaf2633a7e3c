"""What is stored of estimates is what the panels at hand give, and what the catalogue has."""

import importlib
import sys

import pytest
from places import DOCS, SHARED

from simulation.estimation.estimates import FILE, MAKERS, NEEDED, entry_of, evidence_with
from simulation.estimation.panels import read_panels
from simulation.estimation.risings import estimate_risings
from simulation.evidence.catalogue import EVIDENCE, load_catalogue
from simulation.evidence.panel_evidence import panel_evidence

PANELS = SHARED / "evidence" / "panels"
here = pytest.mark.skipif(not PANELS.is_dir(), reason="the panels are not here")
KNOWN = load_catalogue()
OF_THEM = {
    ".".join((key, *path)): parameter.estimate_at(path)
    for key, parameter in KNOWN.parameters.items()
    for path in parameter.leaves()
    if parameter.evidence_at(path) == "estimated"
}


@pytest.fixture(scope="module")
def panels():
    return read_panels(PANELS, NEEDED)


def fresh(maker, panels):
    script = f"{maker.__module__}.{maker.__name__}"
    return {
        each.key: entry_of(each, panels, script) for each in maker(panels, panel_evidence().samples)
    }


@here
def test_estimates_are_of_the_panels_at_hand(panels):
    for name, each in KNOWN.estimates.items():
        assert each.panels, name
        for panel, sha in each.panels.items():
            assert panels[panel].sha256 == sha, f"{name} was made from another {panel}"


@here
@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_stored_figures_are_what_the_panels_give(maker, panels):
    if maker is not estimate_risings:
        pytest.importorskip("statsmodels")
    for name, entry in fresh(maker, panels).items():
        stored = KNOWN.estimates[name]
        for part in ("value", "low", "high"):
            assert getattr(stored, part) == pytest.approx(entry[part], rel=0.02, abs=2e-3), name
        assert (stored.cases, stored.script) == (entry["cases"], entry["script"])


def test_an_estimated_number_has_value_and_range_of_its_estimate_and_is_drawn_or_held():
    assert len(OF_THEM) >= 3
    for key, name in OF_THEM.items():
        each = KNOWN.estimates[name]
        assert KNOWN.value(key) == each.value
        assert KNOWN.range_of(key) == (each.low, each.high)
        held = KNOWN.declaration_of(key).fixed or key in KNOWN.held
        assert (key in KNOWN.drawable()) != held, key
        assert any(key.startswith(it) for it in each.informs), f"{name} says nothing of {key}"


def test_every_number_that_an_estimate_informs_exists():
    keys = [*KNOWN.parameters, *KNOWN.values]
    for name, each in KNOWN.estimates.items():
        for informed in each.informs:
            assert informed in keys, f"{name}: {informed}"


def test_other_estimates_give_other_ranges_in_every_process(tmp_path):
    entries = {name: each.model_dump(exclude_none=True) for name, each in KNOWN.estimates.items()}
    entries = {
        name: {**each, "panels": dict(each["panels"]), "informs": list(each["informs"])}
        for name, each in entries.items()
    }
    entries["trade_noise"] |= {"value": 0.08, "low": 0.07, "high": 0.09}
    own = evidence_with(entries, tmp_path / "evidence")
    assert own.range_of("trade.noise") == (0.07, 0.09)
    assert own.value("basing.rent") == KNOWN.value("basing.rent")
    assert own.ranges_hash != KNOWN.ranges_hash
    again = type(own).__reduce__(own)
    assert again[0](*again[1]).range_of("trade.noise") == (0.07, 0.09)
    assert not list((tmp_path / "evidence").glob("posterior*"))
    evidence_with(entries, tmp_path / "evidence")  # a second time takes the place of the first


def test_the_source_of_a_number_shows_its_estimate():
    described = KNOWN.describe("regime.succession")
    assert described["evidence"] == "estimated"
    assert described["estimate"]["name"] == "succession"
    assert described["estimate"]["panels"]


def test_the_pages_are_those_that_are_made(tmp_path, monkeypatch):
    before = {
        name: (DOCS / name).read_text("utf-8") for name in ("estimates.md", "guides/panels.md")
    }
    monkeypatch.syspath_prepend(str(DOCS))
    monkeypatch.setattr(sys, "argv", ["make_estimates.py", "--into", str(tmp_path)])
    importlib.import_module("make_estimates").main()
    for name, text in before.items():
        assert (tmp_path / name).read_text("utf-8") == text, f"make docs/{name} anew"


def test_what_is_stored_lies_beside_the_evidence():
    assert (EVIDENCE / FILE).is_file()

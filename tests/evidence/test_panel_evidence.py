"""What the evidence says of panels is sound, and no batch rests on it."""

import shutil

from places import SHARED
from small_world import small_catalogue

from simulation.estimation.panels import read_panels
from simulation.evidence.catalogue import EVIDENCE, evidence_files, load_catalogue
from simulation.evidence.panel_evidence import panel_evidence

PANELS = SHARED / "evidence" / "panels"


def test_every_sample_is_asked_for_by_somebody():
    known = panel_evidence()
    estimates = {"successors", "contested", "belonging", "partnership", "observers"}
    assert set(known.samples) == {row.sample for row in known.rates.values()} | estimates


def test_organizations_are_called_as_their_panel_calls_them():
    if not PANELS.is_dir():
        return
    called = set(read_panels(PANELS, ["memberships"])["memberships"].frame.organization)
    for name, sample in panel_evidence().samples.items():
        assert {*sample.organizations, *sample.continued} <= called, name


def test_what_counts_panels_is_no_part_of_what_batches_rest_on(tmp_path):
    counted = EVIDENCE / "rates" / "counted.yaml"
    assert counted.is_file() and counted not in evidence_files(EVIDENCE)
    copy = tmp_path / "evidence"
    shutil.copytree(EVIDENCE, copy)
    (copy / "rates" / "counted.yaml").unlink()
    assert load_catalogue(copy).hash == load_catalogue().hash
    assert panel_evidence(load_catalogue(copy)).rates == {}


def test_a_world_without_panels_declares_none():
    none = panel_evidence(small_catalogue())
    assert not none.panels and not none.samples

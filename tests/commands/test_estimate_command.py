"""`estimate`: what it needs, and what it says where a panel is wrong."""

import pytest
from places import SHARED, TESTS

PANELS = SHARED / "evidence" / "panels"


def test_it_needs_a_folder(said):
    status, _, err = said("estimate")
    assert status == 2
    assert "--panels" in err


def test_without_the_library_nothing_is_begun(said, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "statsmodels", None)
    status, _, err = said("estimate --panels nowhere")
    assert status != 0
    assert "statsmodels" in err and "estimation" in err


def test_what_is_wrong_with_panels_is_told_and_nothing_is_written(said, tmp_path):
    pytest.importorskip("statsmodels")
    target = tmp_path / "estimates.yaml"
    folder = TESTS / "broken" / "panels" / "missing_file"
    status, _, err = said(f"estimate --panels {folder} --output {target}")
    assert status == 2
    assert "the panel 'leaders' has no file" in err
    assert "Nothing was run." in err
    assert not target.exists()

"""Where compiled loops and the like are kept: beside the package, at home, for a while, nowhere."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from simulation.numerics.caches import cache_folder, home


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """No folder of the user's that can be written."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "no_home"))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "no_place"))
    return tmp_path


def test_the_first_choice_is_taken_where_it_can_be_written(tmp_path):
    assert cache_folder("loops", first=tmp_path) == tmp_path / "loops"
    assert (tmp_path / "loops").is_dir()


def test_where_it_cannot_the_users_caches_are(nowhere, monkeypatch):
    blocked = nowhere / "a_file"
    blocked.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "caches"))
    assert cache_folder("loops", first=blocked) == nowhere / "caches" / "heartland" / "loops"
    monkeypatch.delenv("XDG_CACHE_HOME")
    (nowhere / "no_home").mkdir()
    found = cache_folder("loops", first=blocked)
    assert found is not None
    assert nowhere / "no_home" in found.parents


def test_without_a_home_it_is_a_folder_for_temporary_files_of_ones_own(nowhere, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(nowhere))
    found = cache_folder("loops")
    assert found == nowhere / f"heartland-{os.getuid()}" / "loops"
    assert stat.S_IMODE(found.parent.stat().st_mode) == 0o700
    assert home() is None
    assert not (nowhere / "no_home").exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="users of one machine share no folder here")
def test_what_others_may_write_is_not_trusted(nowhere, monkeypatch):
    """Compiled code is loaded from there."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(nowhere))
    mine = nowhere / f"heartland-{os.getuid()}"
    mine.mkdir()
    mine.chmod(0o777)
    assert cache_folder("loops") is None
    mine.chmod(0o700)
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    mine.rename(nowhere / f"heartland-{other}")
    assert cache_folder("loops") is None


def test_the_working_directory_is_no_place_for_temporary_files(nowhere, monkeypatch):
    monkeypatch.chdir(nowhere)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(Path.cwd()))
    assert cache_folder("loops") is None
    assert list(nowhere.iterdir()) == []

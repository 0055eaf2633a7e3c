"""The manifest: what is damaged is said to be, and what was made before is still read."""

import json
import os
from contextlib import suppress

import pytest
from places import TESTS
from synthetic import whole_manifest

from simulation.commands.program import main
from simulation.inputs.problems import Problems
from simulation.record.manifest import MANIFEST, read_manifest, write_manifest
from simulation.record.record import Record, newest

GALLERY = TESTS / "broken" / "manifests"
NAMES = sorted(path.stem for path in GALLERY.glob("*.json"))
LATER = ("version", "parameters_told", "posterior_hash", "history_until")
"""Keys that the first records had not."""
COMMANDS = (
    ("batch", "--resume", "kept"),
    ("compare", "kept"),
    ("plot", "kept"),
    ("report", "kept"),
    ("explain", "kept", "baseline", "--run", "1"),
)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder with a part and a file, in the working directory; its manifest is to come."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "kept"
    part = folder / "parts" / "baseline" / "0000000000+50"
    part.mkdir(parents=True)
    (part / "outcomes").write_bytes(b"outcomes")
    (folder / "outcomes.parquet.unfinished").write_bytes(b"half")
    return folder


def tree(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_manifest_says_what_is_wrong(name, kept):
    (kept / MANIFEST).write_bytes((GALLERY / f"{name}.json").read_bytes())
    with pytest.raises(Problems) as refused:
        Record.open("kept")
    expected = (GALLERY / f"{name}.txt").read_text(encoding="utf-8")
    assert refused.value.render() + "\n" == expected


def test_every_broken_manifest_has_its_report():
    assert sorted(path.stem for path in GALLERY.glob("*.txt")) == NAMES


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("name", ["without_chunk", "wrong_types", "cut_off", "edited_seed"])
def test_no_command_touches_a_folder_whose_manifest_is_damaged(name, words, kept, capsys):
    (kept / MANIFEST).write_bytes((GALLERY / f"{name}.json").read_bytes())
    before = tree(kept)
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1] == "Nothing was run."
    assert "kept/manifest.json has" in told.err
    assert "Traceback" not in told.err
    assert tree(kept) == before


def test_every_key_that_is_missing_is_named(kept):
    """Not one of them is found out by what fails later."""
    whole = whole_manifest()
    for key in whole.keys() - {*LATER}:
        write_manifest(kept, {name: value for name, value in whole.items() if name != key})
        with pytest.raises(Problems, match=f"'{key}' is missing"):
            read_manifest(kept)


@pytest.mark.parametrize("value", [None, True, -1, 1.5, "x", "", [], {}, [None], {"x": None}])
def test_a_value_of_any_other_type_is_refused_or_does_no_harm(value, kept):
    for key in whole_manifest():
        write_manifest(kept, whole_manifest() | {key: value})
        with suppress(Problems):
            assert read_manifest(kept)[key] == value, key


def test_what_is_written_is_what_is_read(kept):
    whole = whole_manifest(history_until="2005-10-31", precision={"china_share": 0.01})
    write_manifest(kept, whole)
    found = read_manifest(kept)
    assert {key: found[key] for key in whole} == whole
    write_manifest(kept, found)
    assert read_manifest(kept) == found


def test_a_record_from_before_versions_is_read(kept):
    old = {key: value for key, value in whole_manifest().items() if key not in LATER}
    (kept / MANIFEST).write_text(json.dumps(old), encoding="utf-8")
    found = Record.open(kept).manifest
    assert found["version"] == 1
    assert found["posterior_hash"] is None


def test_a_damaged_manifest_hides_no_batch_behind_an_older_one(tmp_path):
    for name in ("20260101T000000Z-aaaaaa", "20260102T000000Z-bbbbbb"):
        (tmp_path / name).mkdir()
        write_manifest(tmp_path / name, whole_manifest())
    (tmp_path / name / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(Problems, match="bbbbbb/manifest"):
        newest(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_place_of_a_manifest_keeps_nobody_waiting(kept):
    os.mkfifo(kept / MANIFEST)
    with pytest.raises(Problems, match="no regular file"):
        read_manifest(kept)

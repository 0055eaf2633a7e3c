"""Files of strangers: what is read is a regular file of a stated size, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulation.inputs.files import LARGEST_TEXT, Unreadable, contents, is_file, resolved, text_of
from simulation.inputs.yaml_reader import load_yaml, shown

unix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")


def refusal(path: Path, largest: int = LARGEST_TEXT) -> str:
    with pytest.raises(Unreadable) as refused:
        contents(path, largest)
    return str(refused.value)


@unix
def test_a_pipe_is_refused_and_nobody_waits_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refusal(tmp_path / "pipe.yaml") == "is no regular file"
    assert load_yaml(tmp_path / "pipe.yaml").problems[0].message == "is no regular file"
    assert not is_file(tmp_path / "pipe.yaml")


@unix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin", "/dev"])
def test_a_device_and_a_folder_are_refused(device):
    if Path(device).exists() and not Path(device).is_file():
        assert refusal(Path(device)) == "is no regular file"


def test_a_circle_of_links_is_told_and_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    try:
        one.symlink_to(other)
    except OSError:
        pytest.skip("this system lets nobody make links")
    other.symlink_to(one)
    assert refusal(one) == "its links run in a circle"
    assert shown(one) == "one.yaml"
    assert resolved(one) == one
    assert not is_file(one)


def test_names_that_no_file_can_have_are_told(tmp_path):
    assert refusal(tmp_path / "a\0b") == "there is no such file"
    assert refusal(tmp_path / ("x" * 5000)) == "its name is too long for a file"
    assert not is_file(tmp_path / "a\0b")


def test_a_file_has_a_stated_number_of_bytes_at_most(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * 11)
    assert contents(file, 11) == b"#" * 11
    assert refusal(file, 10) == "is too large: more than 10 bytes"
    file.write_bytes(b"#" * (LARGEST_TEXT + 1))
    assert load_yaml(file).problems[0].message == "is too large: more than 8,388,608 bytes"


def test_text_is_utf_8(tmp_path):
    file = tmp_path / "text"
    file.write_bytes("\ufeffé".encode())
    assert text_of(file) == "é"
    file.write_bytes(b"\xe9")
    with pytest.raises(Unreadable, match="is not UTF-8 text"):
        text_of(file)

"""Fetching borders: with an npm that brings them, one that cannot, and none."""

from __future__ import annotations

import io
import json
import stat
import tarfile

import pytest
from places import ROOT

from simulation.commands import program as cli
from simulation.inputs.problems import Problems
from simulation.show.figures import borders
from simulation.show.figures.borders import fetch_borders
from simulation.show.figures.geography import FILES

TOPOLOGY = json.dumps({"objects": {"countries": {"geometries": []}}}).encode()


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Put an npm of our own first in the path, which runs a few lines of shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")

    def written(script: str) -> None:
        file = folder / "npm"
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    return written


def package(path, contents):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_two_files_of_the_package_are_kept_and_nothing_else(npm, tmp_path):
    contents = {f"package/{name}": TOPOLOGY for name in FILES}
    made = package(tmp_path / "made.tgz", {**contents, "../outside": b"no", "package/x.js": b"no"})
    npm(f"cp {made} . && [ $1 = pack ] && [ $2 = {borders.PACKAGE} ]")
    paths = fetch_borders(tmp_path / "cache")
    assert [path.name for path in paths] == list(FILES)
    assert sorted(each.name for each in (tmp_path / "cache").iterdir()) == sorted(FILES)
    assert paths[0].read_bytes() == TOPOLOGY
    assert not (tmp_path / "outside").exists()


def test_without_npm_the_message_says_where_it_comes_from(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["borders"]) == 2
    text = capsys.readouterr().err
    assert "npm is not installed" in text
    assert "drawn as tiles meanwhile" in text


def test_where_npm_cannot_fetch_its_own_last_words_are_passed_on(npm, tmp_path):
    npm("echo 'npm error network' >&2; echo 'npm error request to registry failed' >&2; exit 1")
    with pytest.raises(Problems, match=r"could not fetch .*: request to registry failed"):
        fetch_borders(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_an_npm_that_does_not_answer_is_given_up(npm, tmp_path, monkeypatch):
    monkeypatch.setattr(borders, "WAIT", 0.2)
    npm("exec sleep 5")
    with pytest.raises(Problems, match="did not answer within"):
        fetch_borders(tmp_path / "cache")


@pytest.mark.parametrize(
    "contents",
    [{}, {f"package/{name}": b"{" for name in FILES}, {f"package/{FILES[0]}": TOPOLOGY}],
    ids=["empty", "no_json", "half"],
)
def test_a_package_without_borders_is_refused_and_nothing_is_kept(npm, tmp_path, contents):
    made = package(tmp_path / "made.tgz", contents)
    npm(f"cp {made} .")
    with pytest.raises(Problems, match="does not hold the borders"):
        fetch_borders(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_borders_are_never_part_of_the_repository():
    folder = borders.borders_folder().relative_to(ROOT).as_posix()
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"/{folder}/" in ignored

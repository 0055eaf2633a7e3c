"""What a batch was run with."""

import hashlib
import os
import subprocess
import sys

from places import PACKAGE

from simulation.record import provenance


def test_versions_name_what_decides_bits():
    versions = provenance.versions()
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {
        "mesa",
        "numba",
        "numpy",
        "pyarrow",
        "scipy",
        "heartland",
        "code",
        "writing",
    } == versions.keys() - {"python"}
    chunks, bands = (PACKAGE / each for each in ("batch/chunks.py", "record/bands.py"))
    assert versions["code"] == provenance.code_hash(provenance.DECIDING, [chunks, bands])
    assert versions["writing"] == provenance.code_hash(provenance.WRITING)


def test_the_machine_is_named():
    machine = provenance.machine()
    assert machine["cpu"]
    assert machine["cpus"] >= 1


def test_a_file_is_hashed_by_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"heartland")
    assert provenance.file_hash(tmp_path / "a") == hashlib.sha256(b"heartland").hexdigest()


def test_inside_a_checkout_git_tells_the_commit_and_whether_files_differ(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "CHECKOUT", tmp_path)
    for name in [each for each in os.environ if each.startswith("GIT_")]:
        monkeypatch.delenv(name)

    def git(*words):
        who = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org")
        command = ["git", "-C", str(tmp_path), *who, "-c", "commit.gpgsign=false", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    assert provenance.git_state() is None  # no commit yet
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "-q", "-m", "First")
    assert provenance.git_state() == {"commit": git("rev-parse", "HEAD"), "changed": False}
    (tmp_path / "file").write_text("two")
    assert provenance.git_state() == {"commit": git("rev-parse", "HEAD"), "changed": True}


def test_outside_a_checkout_git_says_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "CHECKOUT", tmp_path)
    assert provenance.git_state() is None


def test_where_the_system_does_not_say_which_cpus_may_be_used_all_are(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert provenance.usable_cpus() == (os.cpu_count() or 1)

"""What a batch was run with."""

import hashlib
import sys

from simulation.experiments import provenance


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
    } == versions.keys() - {"python"}
    assert versions["code"] == provenance.code_hash()


def test_the_machine_is_named():
    machine = provenance.machine()
    assert machine["cpu"]
    assert machine["cpus"] >= 1


def test_a_file_is_hashed_by_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"heartland")
    assert provenance.file_hash(tmp_path / "a") == hashlib.sha256(b"heartland").hexdigest()


def test_outside_a_checkout_git_says_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "PROJECT", tmp_path)
    assert provenance.git_state() is None

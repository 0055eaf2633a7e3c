"""Batches that earlier versions left are read by this one, and are what those wrote."""

import shutil

import pytest
from places import TESTS

from simulation.record.compare import compare
from simulation.record.record import Record

EARLIER = TESTS / "record" / "earlier"
NAMES = sorted(path.stem for path in EARLIER.glob("*.zip"))


@pytest.fixture(params=NAMES)
def earlier(request, tmp_path):
    shutil.unpack_archive(EARLIER / f"{request.param}.zip", tmp_path)
    return Record.open(tmp_path)


def test_there_is_one_of_each_form_of_the_manifest_that_was():
    assert NAMES == ["version_1", "version_2"]


def test_they_are_read_whole(earlier):
    assert earlier.verified
    assert earlier.scenarios == ["baseline", "early_fall"]
    assert earlier.manifest["seed"] == 18
    outcomes = earlier.outcomes()
    assert len(outcomes) == 10
    assert len(earlier.events(run=3)) > 0
    assert {*earlier.paths()["run"]} == {0}
    bands = earlier.trajectories("early_fall", "influence_difference")
    assert bands["mean"].abs().max() > 0
    events = earlier.resolved("early_fall")["events"]
    assert "uzbekistan" in [each.get("ouster") for each in events]
    if earlier.manifest["version"] > 1:
        assert len(earlier.parameters("baseline")) == 5
        assert earlier.constants("early_fall")["basing.autonomy"] == 0.5


def test_their_comparison_comes_out_as_they_wrote_it(earlier):
    """Numbers to the last digit that the file has; what later versions add stands beside."""
    kept = earlier.comparison().set_index(["scenario", "outcome"])
    made = compare(earlier)
    for (scenario, outcome), row in kept.iterrows():
        found = made.row(scenario, outcome)
        assert found.difference == pytest.approx(row["difference"], rel=1e-11, nan_ok=True)
        assert found.pairs == row["pairs"]
        assert found.told_from_zero == row["told_from_zero"]

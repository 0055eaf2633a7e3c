import shutil

import pytest
from small_world import SMALL_EVIDENCE

from simulation.evidence.catalogue import EVIDENCE
from simulation.evidence.reader import names_of, read_evidence


@pytest.mark.parametrize("directory", [SMALL_EVIDENCE, EVIDENCE], ids=["small", "own"])
def test_the_evidence_is_sound(directory):
    assert read_evidence(directory).problems == []


def test_actors_stand_on_the_axes_of_their_kind():
    kinds = {"china": "power", "uzbekistan": "state", "iran": "outer_state", "broken": None}
    actors = {name: {"kind": kind} for name, kind in kinds.items()}
    others = {key: {} for key in ("documents", "organizations", "installations", "projects")}
    names = names_of({"actors": actors, **others})
    assert names["power"] == names["rival"] == ("china",)
    assert names["region"] == ("uzbekistan",)
    assert names["state"] == ("iran", "uzbekistan")
    assert names["member"] == ("china", "iran", "uzbekistan")


def test_the_timeline_is_in_the_order_of_dates():
    timeline = read_evidence(SMALL_EVIDENCE).parts["timeline"]
    assert [str(entry.date) for entry in timeline] == ["2004-06-17", "2005-07-29"]
    assert dict(timeline[0].event) == {
        "date": "2004-06-17", "admit": "mongolia", "to": "sco", "as": "observer"
    }  # fmt: skip
    assert timeline[1].facts == ("S2-089",)
    assert timeline[1].line == 1


def test_the_order_of_entries_changes_no_value(tmp_path):
    """Identifiers are sorted wherever order could matter."""
    shutil.copytree(SMALL_EVIDENCE, tmp_path / "evidence")
    lines = (SMALL_EVIDENCE / "actors.yaml").read_text().splitlines()
    reversed_lines = "\n".join(reversed(lines))
    (tmp_path / "evidence" / "actors.yaml").write_text(reversed_lines)
    before, after = read_evidence(SMALL_EVIDENCE), read_evidence(tmp_path / "evidence")
    assert before.parts["names"] == after.parts["names"]
    assert before.parts["actors"] == after.parts["actors"]


def test_a_directory_need_not_have_every_file(tmp_path):
    assert read_evidence(tmp_path).problems == []

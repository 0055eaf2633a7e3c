"""Reading panels: what stands in them, and what is said of those that are wrong."""

import hashlib

import pandas as pd
import pytest
from places import SHARED, TESTS

from simulation.estimation.panels import LAST_KNOWN, read_panels
from simulation.evidence.panel_evidence import panel_evidence
from simulation.inputs.problems import Problems

BROKEN = TESTS / "broken" / "panels"
CASES = sorted(path.stem for path in BROKEN.glob("*.txt"))
MISSING = {"missing_file": ["leaders", "memberships", "us_troops_dmdc"]}
HEADER = "country,year,us_active_duty"
REAL = SHARED / "evidence" / "panels"


def written(folder, name, *rows):
    (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def wanted(case):
    """The panels that a folder of the gallery is about: those whose files it has."""
    files = [path.name for path in (BROKEN / case).iterdir()]
    known = [name for name in panel_evidence().panels if any(it.startswith(name) for it in files)]
    return MISSING.get(case, known)


@pytest.mark.parametrize("case", CASES)
def test_a_broken_panel_says_what_is_wrong(case, monkeypatch):
    monkeypatch.chdir(BROKEN)
    with pytest.raises(Problems) as raised:
        read_panels(case, wanted(case))
    expected = (BROKEN / f"{case}.txt").read_text(encoding="utf-8")
    assert raised.value.render() + "\n" == expected


def test_every_broken_folder_has_its_report():
    assert {path.name for path in BROKEN.iterdir() if path.is_dir()} == set(CASES)
    assert len(CASES) >= 15


def test_a_folder_that_is_not_there_is_told_with_what_belongs_into_it(tmp_path):
    with pytest.raises(Problems, match="there is no such folder") as raised:
        read_panels(tmp_path / "nowhere", ["memberships"])
    assert "memberships_1961_2005.csv" in str(raised.value)


def test_codes_become_names_and_rows_keep_their_lines(tmp_path):
    written(tmp_path, "us_troops_dmdc.csv", HEADER, "KAZ,1996,7", "UKR,1996,2")
    frame = read_panels(tmp_path, ["us_troops_dmdc"])["us_troops_dmdc"].frame
    assert list(frame.country) == ["kazakhstan", "ukraine"]
    assert list(frame.index) == [2, 3]
    assert frame.us_active_duty.sum() == 9


def test_a_year_alone_is_the_middle_of_it_and_a_blank_end_is_open(tmp_path):
    header = ",".join(panel_evidence().panels["memberships"].columns)
    row = "UZB,Bank,member,1995,,high,,,own"
    written(tmp_path, "memberships.csv", header, row)
    frame = read_panels(tmp_path, ["memberships"])["memberships"].frame
    assert frame.start.iloc[0] == pd.Timestamp(1995, 7, 1)
    assert pd.isna(frame.end.iloc[0])


def test_the_hash_is_that_of_the_bytes(tmp_path):
    folder = written(tmp_path, "us_troops_dmdc_1996.csv", HEADER, "KAZ,1996,7")
    raw = (folder / "us_troops_dmdc_1996.csv").read_bytes()
    panel = read_panels(folder, ["us_troops_dmdc"])["us_troops_dmdc"]
    assert panel.sha256 == hashlib.sha256(raw).hexdigest()


def test_spells_that_follow_each_other_on_one_day_do_not_overlap(tmp_path):
    header = ",".join(panel_evidence().panels["memberships"].columns)
    rows = ["UZB,GUUAM,member,1999-04-24,2002-06-13,high,,,own",
            "UZB,GUUAM,suspended,2002-06-13,2005-05-05,high,,,own"]  # fmt: skip
    written(tmp_path, "memberships.csv", header, *rows)
    assert len(read_panels(tmp_path, ["memberships"])["memberships"].frame) == 2


def test_the_panels_at_hand_are_sound_and_end_in_october_2005():
    if not REAL.is_dir():
        pytest.skip("the panels are not here")
    panels = read_panels(REAL)
    assert set(panels) == set(panel_evidence().panels)
    assert len(panels["foreign_bases"].frame) == 47
    assert len(panels["memberships"].frame) == 189
    for panel in panels.values():
        for name in panel.frame.select_dtypes("datetime"):
            assert panel.frame[name].max() <= pd.Timestamp(LAST_KNOWN)

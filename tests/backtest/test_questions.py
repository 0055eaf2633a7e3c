"""Questions: read strictly, every problem at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from places import ROOT

from simulation.backtest.predictands import PREDICTANDS
from simulation.backtest.questions import DECIDED, REMEMBERED, read_questions
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems

BROKEN = ROOT / "tests" / "broken"
SHARED = ROOT.parent / "shared" / "evidence" / "questions.yaml"
OWN = [ROOT / "questions" / "october_2005.yaml", ROOT / "questions" / "march_2004.yaml"]


def test_the_projects_own_questions_cover_what_they_should():
    october, march = (read_questions([path], load_catalogue()) for path in OWN)
    assert len(october) >= 30
    assert len(march) >= 12
    assert {each.as_of for each in october} == {dt.date(2005, 10, 31)}
    assert {each.as_of for each in march} == {dt.date(2004, 3, 24)}
    assert max(each.resolves for each in [*october, *march]) <= dt.date(2010, 12, 31)
    states = {"kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan"}
    assert states <= {each.about for each in october}
    assert len({each.resolves.year for each in october}) >= 4
    mechanical = {"base_kept", "body_founded", "understanding"}  # of rolling origins alone
    assert {each.name for each in [*october, *march]} == set(PREDICTANDS) - mechanical


def test_answers_from_memory_are_marked_and_left_out_of_the_score():
    """Every year in which one power's trade overtook another's; all else names a document."""
    asked = read_questions(OWN, load_catalogue())
    remembered = [each for each in asked if each.left_out == REMEMBERED]
    assert [each.name for each in remembered] == ["trade_overtakes"] * 7
    assert not any(each.skill for each in asked if each.name == "trade_overtakes")
    assert sum(each.left_out == DECIDED for each in asked) == 3


def test_the_shared_questions_are_read():
    if not SHARED.exists():
        pytest.skip("the shared questions are not at hand")
    questions = read_questions([SHARED], load_catalogue())
    assert len(questions) == 12
    assert sum(not each.skill for each in questions) == 2


@pytest.mark.parametrize("name", sorted(path.stem for path in BROKEN.glob("questions/*.yaml")))
def test_broken_questions_say_what_is_wrong(name, monkeypatch):
    monkeypatch.chdir(BROKEN)
    with pytest.raises(Problems) as raised:
        read_questions([f"questions/{name}.yaml"], load_catalogue())
    expected = (BROKEN / "questions" / f"{name}.txt").read_text(encoding="utf-8")
    assert raised.value.render() + "\n" == expected


def test_all_problems_of_all_files_come_at_once(monkeypatch):
    monkeypatch.chdir(BROKEN)
    names = sorted(path.as_posix() for path in Path("questions").glob("*.yaml"))
    with pytest.raises(Problems) as raised:
        read_questions(names, load_catalogue())
    assert {problem.file for problem in raised.value.problems} == set(names)

"""The question on the page as a file: changed, saved, loaded."""

from __future__ import annotations

import pytest

from simulation.commands.program import main
from simulation.dashboard.draft import Draft, check_name, loaded_draft
from simulation.inputs.problems import Problems
from simulation.scenario.scenario import load_scenario

WITHDRAWAL = "us_base_withdrawal"
GROWTH = "patronage.budget_growth.china"
BROKEN = b"""title: Something is wrong here
question: Is it told?
overrides:
  basing.thret: {value: 3, why: A slip of the pen.}
"""


def test_what_is_moved_back_is_no_change():
    draft = Draft(WITHDRAWAL)
    start = draft.origin.values[GROWTH]
    assert draft.with_number(GROWTH, 0.12).with_number(GROWTH, start) == draft
    off = draft.with_switch("conditional_aid", False)
    assert off.changed
    assert off.with_switch("conditional_aid", True) == draft


def test_what_is_saved_passes_check_and_is_what_was_run(changed, tmp_path, capsys):
    file = tmp_path / "mine.yaml"
    file.write_text(changed.text("A note."), encoding="utf-8")
    assert main(["check", str(file)]) == 0
    capsys.readouterr()
    assert load_scenario(file).hash == changed.resolved.hash


def test_a_saved_file_loads_to_the_same_scenario_and_can_be_changed_further(changed):
    loaded = loaded_draft("mine.yaml", changed.text().encode())
    assert loaded.name == "mine"
    assert not loaded.changed
    assert loaded.resolved.hash == changed.resolved.hash
    further = loaded.with_number(GROWTH, 0.11)
    assert further.resolved.values[GROWTH] == 0.11
    assert further.resolved.values["basing.statement"] == 4.1
    assert further.text().count("changed") == 1


def test_a_number_that_a_loaded_file_gives_in_a_table_can_be_moved():
    text = (
        "title: Budgets\nquestion: Which?\noverrides:\n  patronage.budget_growth:\n"
        "    value: {china: 0.06, russia: 0.02}\n    why: Slower.\n"
    )
    moved = loaded_draft("slow.yaml", text.encode()).with_number(GROWTH, 0.12).resolved
    assert moved.values[GROWTH] == 0.12
    assert moved.values["patronage.budget_growth.russia"] == 0.02


def test_a_broken_file_is_told_as_check_tells_it(tmp_path, capsys, monkeypatch):
    (tmp_path / "broken.yaml").write_bytes(BROKEN)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "broken.yaml"]) == 2
    with pytest.raises(Problems) as told:
        loaded_draft("broken.yaml", BROKEN)
    assert told.value.render() == capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "far.yaml",
            b"title: A\nquestion: B\nextends: ../secret.yaml\n",
            "which the page does not",
        ),
        (
            "coded.yaml",
            b"title: A\nquestion: B\nplugins: /usr/lib/rule.py\n",
            "line 3: 'plugins' names a file with code, and the page runs none",
        ),
        ("baseline.yaml", b"title: A\nquestion: B\n", "give the file another name"),
        ("large.yaml", b"#" * 300_000, "too large"),
        ("two words.yaml", b"title: A\nquestion: B\n", "cannot name a scenario"),
        ("picture.yaml", bytes(range(256)), "picture.yaml has 1 problem"),
    ],
)
def test_a_file_that_cannot_be_a_scenario_is_refused_with_a_reason(name, content, told):
    with pytest.raises(Problems, match=told):
        loaded_draft(name, content)


def test_a_name_for_the_file_is_checked():
    assert check_name("my_question-2") is None
    assert "cannot name a scenario" in check_name("a b")
    assert "choose another name" in check_name("baseline")

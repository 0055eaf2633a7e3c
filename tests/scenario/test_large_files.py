"""Files with very many mistakes: the work grows with the file, not with its square."""

from __future__ import annotations

import difflib

import pytest

from simulation.inputs import problems
from simulation.inputs.problems import MOST_SHOWN, Problems, nearest
from simulation.scenario.scenario import check_scenarios

HEAD = "title: A\nquestion: B?\n"
MANY = 1_000
SLIP = "{value: 3, why: A slip.}"


def lines(line: str) -> str:
    """The line as often as there are mistakes, with its number for '@'."""
    return "".join(line.replace("@", str(at)) + "\n" for at in range(MANY))


def words(word: str) -> str:
    return ", ".join(word.replace("@", str(at)) for at in range(MANY))


FILES = {
    "keys": lines("quesion@: 1"),
    "overrides": "overrides:\n" + lines(f"  basing.thret@: {SLIP}"),
    "entries": "overrides:\n" + lines(f"  basing.notice.mana@: {SLIP}"),
    "events": "events:\n" + lines("  - {date: 2004-03-01, close_bse: manas, why: A slip.}"),
    "mechanisms": "mechanisms:\n" + lines("  guest_bid@: off"),
    "dropped": f"actors: {{drop: [{words('kazakstan@')}]}}\n",
    "omitted": "omit:\n" + lines("  - {crackdwn: x@, why: A slip.}"),
    "set": "events:\n  - {date: 2004-03-01, why: A slip., set: {"
    + words("basing.thret@: 1")
    + "}}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_nearest_name_is_looked_for_where_it_is_shown_and_nowhere_else(
    name, tmp_path, monkeypatch
):
    """To look for it is what takes long, and what once was done for each against each."""
    file = tmp_path / "many.yaml"
    file.write_text(HEAD + FILES[name], encoding="utf-8")
    compared = []

    class Counting(difflib.SequenceMatcher):
        def set_seq2(self, word):
            compared.extend([word] if word else [])
            super().set_seq2(word)

    monkeypatch.setattr(problems.difflib, "SequenceMatcher", Counting)
    with pytest.raises(Problems) as raised:
        check_scenarios([file])
    told = raised.value.render()
    assert len(raised.value.problems) in (MANY, 1)
    assert "did you mean" in told
    assert len(told) < 30_000
    assert len(compared) <= 3 * MOST_SHOWN


def test_what_is_nearest_is_what_difflib_finds():
    names = ["basing.notice", "basing.rent", "baseline", "manas", "manas_rent", "karshi_khanabad"]
    for word in ("basing.notise", "manass", "rent", "bas", "xyz", "khanabad", "mans", ""):
        expected = difflib.get_close_matches(word, sorted(names), n=1, cutoff=0.6)
        assert nearest(word, names) == (expected[0] if expected else None)

from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from simulation.inputs.yaml_reader import MAX_DEPTH, Loaded, load_yaml, number_from, scalar


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def reader(text: str | bytes, top: type = dict) -> Loaded:
        raw = text.encode() if isinstance(text, str) else text
        (tmp_path / "file.yaml").write_bytes(raw)
        return load_yaml("file.yaml", top)

    return reader


def test_data_comes_with_the_line_of_every_entry(read):
    loaded = read("title: Two bases\nevents:\n  - {date: 2004-03-01,\n     rent: 5}\n")
    assert loaded.data == {"title": "Two bases", "events": [{"date": "2004-03-01", "rent": 5}]}
    assert loaded.lines[("title",)] == 1
    assert loaded.lines[("events", 0, "date")] == 3
    assert loaded.lines[("events", 0, "rent")] == 4
    assert not loaded.problems


def test_a_place_without_a_line_has_that_of_what_surrounds_it(read):
    loaded = read("a:\n  b: 1\n")
    assert loaded.line(("a", "b", "function-after", 3)) == 2
    assert loaded.line(("a", "z")) == 1
    assert loaded.line(()) == 1


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "off", "True", "NO", "012", "1_000", "1:30", "0x1F", ".nan", ".inf",
     "-.INF", "2004-02-30", "2004-02-03", "1e", "+", "=", "<<", "Null"],
)  # fmt: skip
def test_what_yaml_once_read_otherwise_stays_text(read, text):
    assert read(f"a: {text}").data == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("0", 0),
     ("-12", -12), ("+3", 3), ("1e-3", 0.001), ("1E5", 1e5), (".5", 0.5), ("2.", 2.0),
     ("-0.0", 0.0), ("12345678901234567890", 1.2345678901234567e19)],
)  # fmt: skip
def test_plain_values_are_read_strictly(read, text, value):
    assert read(f"a: {text}").data == {"a": value}
    assert type(scalar(text)) is type(value)


def test_a_number_too_long_to_convert_is_still_read(read):
    assert read("a: " + "9" * 6000).data == {"a": float("inf")}


def test_quoted_text_and_keys_stay_text(read):
    assert read("'5': '7'\ntrue: \"null\"\n2004: |\n  a\n").data == {
        "5": "7",
        "true": "null",
        "2004": "a\n",
    }


def test_problems_of_a_file_come_together(read):
    loaded = read("a: 1\na: 2\nb: &x 3\nc: *x\nd: !!int 4\n? {e: 5}\n: 6\n")
    assert sorted(problem.line for problem in loaded.problems) == [2, 3, 4, 5, 6]
    assert loaded.data == {"a": 1, "b": 3, "d": 4}


def test_aliases_are_not_followed(read):
    lines = [f"{key}: &{key} [*{last}, *{last}]" for last, key in pairwise("abcdef")]
    bomb = "\n".join(["a: &a [x, x]", *lines])
    loaded = read(bomb)
    assert loaded.data["f"] == []
    assert loaded.problems


def test_nesting_has_an_end(read):
    deep = "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)
    assert "nested deeper" in read(deep, list).problems[0].message
    assert "nested deeper" in read("[" * 100_000, list).problems[0].message
    allowed = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert not read(allowed, list).problems


def test_a_byte_order_mark_and_windows_lines_are_no_problem(read):
    loaded = read(b"\xef\xbb\xbftitle: A\r\nquestion: B\r\n")
    assert loaded.data == {"title": "A", "question": "B"}
    assert loaded.lines[("question",)] == 2


def test_a_missing_file_and_a_folder_are_problems(tmp_path):
    assert load_yaml(tmp_path / "none.yaml").problems[0].message == "there is no such file"
    assert load_yaml(tmp_path).problems[0].message == "is no regular file"


def test_files_are_named_from_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert load_yaml(tmp_path / "here" / "a.yaml").name == "a.yaml"
    assert load_yaml(tmp_path / "b.yaml").name == (tmp_path / "b.yaml").as_posix()


def test_both_parsers_read_the_same(monkeypatch):
    """PyYAML has the fast parser on most machines, not on all."""
    folders = (ROOT / "simulation", ROOT / "scenarios", ROOT / "tests" / "small_evidence")
    paths = sorted(path for folder in folders for path in folder.rglob("*.yaml"))
    fast = [load_yaml(path, object) for path in paths]
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    slow = [load_yaml(path, object) for path in paths]
    assert fast == slow
    assert len(paths) > 10


@given(st.binary(max_size=200))
def test_no_file_makes_the_reader_fail(tmp_path_factory, raw):
    path = tmp_path_factory.mktemp("any") / "file.yaml"
    path.write_bytes(raw)
    loaded = load_yaml(path)
    assert isinstance(loaded.data, dict)


@given(st.text(alphabet="ab:{}[]-,'\"#&*!|>%@ \n\t0.", max_size=60))
def test_no_text_makes_the_reader_fail(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "file.yaml"
    path.write_text(text)
    loaded = load_yaml(path, list)
    assert isinstance(loaded.data, list)
    assert loaded.data or loaded.problems or "[]" in "".join(text.split())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("012", "'012' is no number; write 12 (a leading zero has no meaning here)"),
        ("1_000", "'1_000' is no number; write 1000"),
        ("1,000", "'1,000' is no number; write 1000"),
        ("1:30", "'1:30' is no number; a colon makes no number"),
        (".nan", "'.nan' is no number; write a finite number"),
        ("-.inf", "'-.inf' is no number; write a finite number"),
        ("25%", "'25%' is no number; write a share, as 0.25 for 25 %"),
        ("5", "'5' is text; write 5 without quotes"),
        ("yes", "'yes' is no number"),
        (True, "true is no number; write 1 or 0"),
        (None, "a number is due, not nothing"),
        ([1], "a number is due, not a list"),
        (float("nan"), "the number is not finite; write one that is"),
    ],
)
def test_what_is_no_number_says_what_to_write(value, message):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is compared in full
        number_from(value)
    assert str(refused.value) == message

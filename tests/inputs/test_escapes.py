"""Text of strangers where it is shown: it moves no cursor, hides nothing and is no markup."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.inputs.escapes import (
    CsvWriter,
    Markdown,
    cell,
    markdown,
    markdown_address,
    markdown_code,
    visible,
    visible_line,
)
from simulation.inputs.problems import Problem, Problems

TEXTS = st.text(st.characters(categories=("Cc", "Cf", "Cs", "L", "P", "S", "Zl", "Zp", "Zs")))
JOINERS = "\u200c\u200d"
ARABIC_SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2Kgone", "\\x1b[2Kgone"),
        ("a\rb", "a\\rb"),
        ("\u202eevil", "\\u202eevil"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\ud800", "\\ud800"),
        ("\x9b31m", "\\x9b31m"),
        ("\U000e0041", "\\U000e0041"),
        ("Ош, Іле, نوروز\u200cها", "Ош, Іле, نوروز\u200cها"),
        ("a\nb\tc", "a\nb\tc"),
    ],
)
def test_what_would_hide_or_forge_is_shown_by_its_number(raw, shown):
    assert visible(raw) == shown
    visible(raw).encode()


def test_in_a_line_a_break_is_shown_too():
    assert visible_line("title\nNothing was run.\t!") == "title\\nNothing was run.\\t!"


@given(TEXTS)
def test_nothing_that_is_shown_controls_a_terminal(text):
    found = visible(text)
    assert visible(found) == found
    for each in found:
        assert unicodedata.category(each) not in ("Cs", "Zl", "Zp")
        assert unicodedata.category(each) != "Cc" or each in "\n\t"
        assert unicodedata.bidirectional(each) not in ("LRE", "RLE", "LRO", "RLO", "PDF")
        assert unicodedata.bidirectional(each) not in ("LRI", "RLI", "FSI", "PDI")


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[here](javascript:alert(1))", r"\[here\](javascript:alert(1))"),
        ("a | b", r"a \| b"),
        ("# big", r"\# big"),
        ("1. one", r"1\. one"),
        ("- one", r"\- one"),
        ("us_base_withdrawal, _this_", r"us_base_withdrawal, \_this\_"),
        ("one\n\n# two", "one  # two"),
        ("`code`", r"\`code\`"),
        ("&lt;b", r"\&lt;b"),
        ("+0.12 (0.1 to 0.2)", "+0.12 (0.1 to 0.2)"),
        ("\x1b[1m", r"\\x1b\[1m"),
    ],
)
def test_text_is_no_markup_of_markdown(raw, written):
    assert markdown(raw) == written
    assert markdown(Markdown(raw)) == raw


def test_code_of_markdown_ends_where_it_should():
    assert markdown_code("plain_name") == "`plain_name`"
    assert markdown_code("a``b`c") == "``` a``b`c ```"
    assert markdown_address("contest_x) <b") == "contest_x%29%20%3Cb"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t=1"),
        ("-0.25", "-0.25"),
        ("+1e-05", "+1e-05"),
        ("-inf", "-inf"),
        ("manas", "manas"),
        ("a\x1bb", "a\\x1bb"),
        (-3, -3),
    ],
)
def test_no_cell_is_a_formula(value, written):
    assert cell(value) == written


def test_a_table_is_written_cell_by_cell():
    file = io.StringIO()
    CsvWriter(file).writerows([["name", "x"], ["=1+1, or so", -0.5]])
    assert file.getvalue() == 'name,x\n"\'=1+1, or so",-0.5\n'


def test_problems_show_a_hundred_and_count_the_rest():
    file = "\x1b[31mred.yaml"
    many = [Problem(file, line, f"no key 'k{line}\u202e'") for line in range(1, 20_001)]
    told = Problems(many).render().splitlines()
    assert told[0] == "\\x1b[31mred.yaml has 20,000 problems:"
    assert told[1] == "  line 1: no key 'k1\\u202e'"
    assert told[100] == "  line 100: no key 'k100\\u202e'"
    assert told[101:] == ["  and 19,900 more", "Nothing was run."]


def test_a_problem_takes_a_line_however_long_a_name_is():
    told = Problems([Problem("a.yaml", 1, f"no key '{'x' * 1_000_000}'")]).render()
    assert len(told) < 1_200
    assert told.splitlines()[1].endswith("…")

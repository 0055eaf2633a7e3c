"""What follows the pages finds what does not work on them, and brings up to date what they show."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from places import DOCS

SPEC = importlib.util.spec_from_file_location("run_pages", DOCS / "run_pages.py")
run_pages = importlib.util.module_from_spec(SPEC)
sys.modules["run_pages"] = run_pages
SPEC.loader.exec_module(run_pages)

PROGRAM = """\
import pathlib, sys

word = sys.argv[1] if len(sys.argv) > 1 else ""
if word == "batch":
    pathlib.Path("made.txt").write_text("by batch")
    print("first\\nresults/20261127T040713Z-3a9f9c\\nlast 7")
elif word == "compare":
    print(pathlib.Path("made.txt").read_text())
elif word == "check":
    sys.exit(f"{sys.argv[2]} has 1 problem")
"""
INDEX = "# Top\n\n```{toctree}\n:caption: All\n\nFirst <../README>\npage\n```\n"


@pytest.fixture
def checkout(tmp_path):
    """A checkout of two pages and a program, and what is wrong with it."""

    def made(page: str, readme: str = "# Readme\n", stored: str = "", write: bool = False):
        (tmp_path / "docs").mkdir(exist_ok=True)
        files = {
            "run.py": PROGRAM,
            "README.md": readme,
            "docs/index.md": INDEX,
            "docs/page.md": page,
            "docs/stored.yaml": stored,
        }
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
        return list(run_pages.follow(tmp_path, [], write))

    made.page = tmp_path / "docs" / "page.md"
    return made


def block(kind: str, *lines: str) -> str:
    return "\n".join([f"```{kind}", *lines, "```", ""])


BATCH = block("bash", "python run.py batch")


def test_the_pages_are_read_in_the_order_of_the_index(checkout):
    assert checkout("# Page\n") == []
    root = checkout.page.parent.parent
    assert run_pages.pages_in_order(root) == ["docs/index.md", "README.md", "docs/page.md"]


def test_a_page_finds_what_the_page_before_it_has_made(checkout):
    compare = block("bash", "python run.py compare") + block("text", "by batch")
    assert checkout(compare, readme=BATCH) == []
    wrong, differs = checkout(compare)
    assert "shows something else" in differs
    assert wrong.startswith("docs/page.md:1: python run.py compare\nended with 1, not 0")


def test_what_is_shown_is_what_is_printed(checkout):
    right = BATCH + "Then:\n\n" + block("text", "first", "results/FOLDER", "last 7")
    assert checkout(right) == []
    [wrong] = checkout(right.replace("last 7", "last 6"))
    assert wrong.startswith("docs/page.md:6: shows something else")
    assert "-last 6\n+last 7" in wrong


def test_write_brings_a_page_up_to_date_and_changes_nothing_else(checkout):
    right = "# Page\n\n" + BATCH + block("text", "first", "results/FOLDER", "last 7") + "\nEnd.\n"
    old = right.replace("last 7", "last 6\nand more")
    assert checkout(old, write=True) == []
    assert checkout.page.read_text(encoding="utf-8") == right


@pytest.mark.parametrize(
    ("cut", "lines"),
    [
        ("lines=1", ["first", "…"]),
        ('from="last"', ["…", "last 7"]),
        ('from="res" to="last"', ["…", "results/FOLDER", "…"]),
    ],
)
def test_a_part_of_what_is_printed_can_be_shown(checkout, cut, lines):
    assert checkout(BATCH + block(f"text {cut}", *lines)) == []
    assert len(checkout(BATCH + block(f"text {cut}", *lines[1:]))) == 1


def test_a_part_that_is_not_printed_is_told(checkout):
    [wrong] = checkout(BATCH + block('text from="nowhere"', "…"))
    assert "nothing that was printed begins with 'nowhere'" in wrong


def test_a_command_that_is_meant_to_fail_shows_its_message(checkout):
    fails = block("bash exit=1", "python run.py check mine") + block("text", "mine has 1 problem")
    assert checkout(fails) == []
    [wrong] = checkout(fails.replace(" exit=1", ""))
    assert "ended with 1, not 0:\nmine has 1 problem" in wrong


def test_commands_in_the_text_are_run_unless_they_only_name_a_command(checkout):
    named = "`python run.py batch`, `python run.py check NAME`, `python run.py explain …`.\n"
    assert checkout(named) == []
    [wrong] = checkout("Then `python run.py check mine`.\n")
    assert wrong.startswith("docs/page.md:1: python run.py check mine\nended with 1")
    [wrong] = checkout("See `python run.py bath`.\n")
    assert "there is no command 'bath'" in wrong


def test_python_keeps_its_names_through_a_page_and_not_beyond(checkout):
    page = block("python", "number = 2") + "and\n\n" + block("python", "print(number)")
    assert checkout(page + block("text", "2")) == []
    [wrong] = checkout(block("python", "print(number)"), readme=block("python", "number = 2"))
    assert "NameError" in wrong
    assert "docs/page.md:1" in wrong


def test_yaml_is_written_where_the_text_says(checkout):
    told = "Write `mine/new.yaml`:\n\n" + block("yaml file=mine/new.yaml", "title: Mine")
    read = block("bash", "cat mine/new.yaml") + block("yaml printed", "title: Mine")
    assert checkout(told + read) == []
    [wrong] = checkout("Write:\n\n" + block("yaml file=mine/new.yaml", "title: Mine"))
    assert "does not name mine/new.yaml" in wrong
    [wrong] = checkout(block("yaml", "title: Mine"))
    assert "say where the YAML goes" in wrong


def test_a_block_that_does_not_say_what_it_is_is_told(checkout):
    assert "say what the block is" in checkout(block("", "python run.py batch"))[0]
    assert "say what the block is" in checkout("Text:\n\n    python run.py batch\n")[0]


def test_what_is_stored_is_not_run_and_has_to_be_there(checkout):
    page = block("bash", "python run.py check mine") + block("text", "whatever it was")
    assert checkout(page, stored="- {holds: check mine, why: It takes long.}\n") == []
    assert checkout(page, stored="- {page: docs/page.md, why: It takes long.}\n") == []
    both = block("bash", "python run.py check mine", "python run.py batch")
    shown = both + block("text lines=1", "other", "…")
    [wrong] = checkout(shown, stored="- {holds: check mine, why: It takes long.}\n")
    assert "-other\n+first" in wrong
    [wrong] = checkout("# Page\n", stored="- {holds: check mine, why: It takes long.}\n")
    assert "nothing is left out" in wrong
    with pytest.raises(TypeError, match="why"):
        checkout(page, stored="- {holds: check mine}\n")


def test_powershell_has_to_be_stored(checkout):
    page = block("powershell", "py -m venv here", "& here")
    assert checkout(page, stored="- {page: docs/page.md, why: Not run.}\n") == []
    [wrong] = checkout(page, stored="- {holds: py -m, why: Not run.}\n")
    assert "has to name each command" in wrong


def test_a_page_is_about_one_way_to_start_the_program(checkout):
    both = block("bash", "python run.py batch", "heartland --version")
    assert any("says both" in wrong for wrong in checkout(both))

"""The gallery shows every kind of figure, and pictures that are there and small."""

from __future__ import annotations

import re

import pytest
from places import DOCS

from simulation.commands import program as cli  # noqa: F401 - offers the commands
from simulation.commands.commandline import COMMANDS
from simulation.show.figures.registry import FIGURES

PAGE = (DOCS / "gallery.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"!\[(.+)\]\((figures/gallery/(\w+)\.png)\)", PAGE)


@pytest.mark.parametrize("name", FIGURES)
def test_every_kind_of_figure_is_in_the_gallery_with_what_it_is_for(name):
    section = PAGE.partition(f"`--figure {name}")[0].rpartition("## ")[2]
    assert FIGURES[name].description in section
    assert name in {stem for _, _, stem in PICTURES}


def test_every_picture_is_there_says_its_message_and_is_small():
    sizes = {path: (DOCS / path).stat().st_size for _, path, _ in PICTURES}
    assert all(len(message) > 20 for message, _, _ in PICTURES)
    assert max(sizes.values()) < 150_000
    assert {file.stem for file in (DOCS / "figures" / "gallery").iterdir()} == {
        stem for _, _, stem in PICTURES
    }


def test_every_command_of_the_gallery_can_be_read():
    lines = re.findall(r"^`(?:python run\.py )?([^`]+)`$", PAGE, re.MULTILINE)
    assert len(lines) == len(PICTURES)
    for line in lines:
        name, *words = (f"plot {line}" if line.startswith("--") else line).split()
        COMMANDS[name].parser().parse_intermixed_args(words)


def test_the_page_draws_every_kind_at_once():
    commands = re.findall(r"python run\.py plot --format (?:.*\\\n)+.*", PAGE)
    drawn = re.findall(r"--figure (\w+)", "\n".join(commands))
    assert sorted(drawn) == sorted(FIGURES)

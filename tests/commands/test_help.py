"""The help: the overview, each command, its examples."""

from __future__ import annotations

import sys

import pytest

from simulation.commands.commandline import COMMANDS, Heading


def test_the_overview_lists_every_command_and_the_first_steps(said):
    status, out, err = said("--help")
    assert (status, err) == (0, "")
    for name, command in COMMANDS.items():
        assert f"  {name} " in out
        assert command.summary in out
    assert "python run.py new my_question" in out


def test_every_group_of_commands_has_its_place_in_the_overview():
    assert {command.heading for command in COMMANDS.values()} == set(Heading)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_a_command_explains_every_argument_and_gives_an_example(name, said):
    status, out, _ = said(f"{name} --help")
    assert status == 0
    assert out.startswith(f"usage: python run.py {name}")
    assert COMMANDS[name].help.splitlines()[0] in out
    assert f"  python run.py {name}" in out.partition("examples:")[2]
    assert all(given.get("help") for _, given in COMMANDS[name].arguments)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_examples_of_a_command_can_be_read_by_it(name):
    for example in COMMANDS[name].examples:
        words = example.partition(" > ")[0].split()
        assert words[0] == name
        COMMANDS[name].parser().parse_intermixed_args(words[1:])


def test_help_can_be_asked_for_in_words(said):
    assert said("help") == said("--help")
    assert said("help check") == said("check --help")


def test_the_version_is_told(said):
    status, out, _ = said("--version")
    assert status == 0
    assert out.startswith("heartland ")


def test_where_it_is_installed_the_command_is_called_heartland(said, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/heartland"])
    assert "heartland --quick" in said("--help")[1]

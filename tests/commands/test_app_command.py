"""The command that serves the dashboard."""

from __future__ import annotations

import socket
import sys

from simulation.commands.program import main
from simulation.dashboard.server import address


def test_an_address_that_is_taken_or_not_there_is_told(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["app", "--port", str(taken.getsockname()[1]), "--no-browser"]) == 2
    assert "choose another --port" in capsys.readouterr().err
    assert main(["app", "--host", "nowhere.invalid", "--no-browser"]) == 2
    assert "no address 'nowhere.invalid'" in capsys.readouterr().err
    assert main(["app", "--port", "70000"]) == 2
    assert "1 to 65535" in capsys.readouterr().err


def test_without_its_packages_the_command_says_how_to_install_them(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "solara", None)
    assert main(["app", "--no-browser"]) == 2
    assert "pip install -e '.[app]'" in capsys.readouterr().err


def test_the_page_is_for_this_machine_unless_told_otherwise(monkeypatch, capsys):
    heard = {}

    def prepared(host, port):
        heard["host"] = host

    monkeypatch.setattr("simulation.dashboard.server.prepared", prepared)
    monkeypatch.setattr("simulation.dashboard.server.serve", lambda *_, **__: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert main(["app", "--port", str(port)]) == 0
    assert heard == {"host": "127.0.0.1"}
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert address("::", 80) == "http://[::1]:80/"

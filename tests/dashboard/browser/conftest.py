"""One server for all tests of the page; nothing leaves the machine.

They skip, and say so, where the packages of the extras `app` and `browser` or a Chromium are not
installed (on Debian: apt-get install chromium).
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest
from places import ROOT

PATIENCE = 45_000
"""Milliseconds to wait for the page: what is asked here is whether it works, not how fast."""

GUARDED = """
import socket, sys
connect = socket.socket.connect
def guarded(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        print("reached out to", address, file=sys.stderr, flush=True)
        raise OSError("the network is closed in tests")
    return connect(self, address)
socket.socket.connect = guarded
from simulation.commands.program import main
from simulation.dashboard import answer
answer.USUAL_RUNS = 100  # whether the page works does not depend on how many it plays
sys.exit(main(["app", "--no-browser", "--port", sys.argv[1]]))
"""
"""The command `app` in a process that tells whenever it wants to reach another machine."""


class Server:
    """The page as `python run.py app` serves it."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.port = port
        self.url = f"http://127.0.0.1:{port}/"
        self.token = ""
        self.said: list[str] = []
        self.ready = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-c", GUARDED, str(port)],
            cwd=ROOT, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if self.url in line:
                self.token = line.partition("?token=")[2].split()[0]
                self.ready.set()
        self.ready.set()

    def address(self, path: str = "") -> str:
        """Where the page is opened for the first time: with the token."""
        return f"{self.url}{path}?token={self.token}"

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@pytest.fixture(scope="session")
def server():
    pytest.importorskip("solara", reason="the extra 'app' is not installed")
    pytest.importorskip("playwright", reason="the extra 'browser' is not installed")
    server = Server()
    assert server.ready.wait(90) and server.process.poll() is None, "".join(server.said)
    yield server
    server.stop()


@pytest.fixture
def opened(chromium, server):
    """Open the page in a tab of its own; any error or request elsewhere fails the test."""
    faults: list[str] = []
    contexts = []

    def open_page(path: str = "", width: int = 1366, scheme: str = "light"):
        context = chromium.new_context(
            viewport={"width": width, "height": 860}, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: line.type == "error" and faults.append(line.text))
        page.route("**/*", lambda route: pass_on(route))
        page.goto(server.address(path))
        return page

    def pass_on(route):
        parts = urlsplit(route.request.url)
        if parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1":
            route.continue_()
        else:
            faults.append(f"asked for {route.request.url}")
            route.abort()

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
    assert not [line for line in server.said if "reached out" in line]


@pytest.fixture
def dashboard(opened):
    """Open the dashboard and wait for its first answer."""

    def open_dashboard(**options):
        page = opened(**options)
        page.wait_for_selector(".map svg")
        return page

    return open_dashboard

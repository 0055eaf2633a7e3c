"""The command that opens the dashboard in the browser."""

from __future__ import annotations

import socket
from argparse import ArgumentTypeError, Namespace

from simulation.commands.commandline import Heading, Misuse, argument, command
from simulation.commands.output import note

HOST, PORT = "127.0.0.1", 8765
LAST_PORT = 65535


def port_number(text: str) -> int:
    """A type of argument: a port of this machine."""
    if not text.isdecimal() or not 0 < int(text) <= LAST_PORT:
        raise ArgumentTypeError(f"'{text}' is no port; a port is a number from 1 to {LAST_PORT}")
    return int(text)


@command(
    Heading.BROWSE,
    [
        argument("--host", metavar="ADDRESS", default=HOST, help=f"where to listen ({HOST})"),
        argument("--port", metavar="PORT", type=port_number, default=PORT, help=f"({PORT})"),
        argument("--no-browser", action="store_true", help="serve the page, open no browser"),
    ],
    examples=("app", "app --port 9000 --no-browser"),
)
def app(given: Namespace) -> None:
    """Open the dashboard: move a slider, and history is played again.

    It serves a page for this machine alone, and needs no network. The address holds a token, and
    without it nobody is let in. Whoever has it can make this machine compute: with another --host
    it travels unencrypted, so choose one only in a network that you trust. Stop it with Ctrl-C.
    """
    from simulation.dashboard.server import prepared, serve

    _check_free(given.host, given.port)
    server = prepared(given.host, given.port)
    serve(
        server,
        lambda url: note(f"The dashboard is at {url} (stop it with Ctrl-C)."),
        browser=not given.no_browser,
    )


def _check_free(host: str, port: int) -> None:
    """Refuse an address at which nothing can be served."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise Misuse(
            f"--host: there is no address '{host}' on this machine", "app --help"
        ) from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            message = f"nothing can be served at {host}, port {port}: {error.strerror}"
            raise Misuse(f"{message}; choose another --port", "app --help") from None

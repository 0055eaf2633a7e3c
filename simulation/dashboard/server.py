"""The server of the page: on this machine alone unless told otherwise, and silent to the world.

Whoever wants to see the page needs the token that its address holds (`gate`).
"""

from __future__ import annotations

import os
import threading
import warnings
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulation.dashboard.gate import LARGEST_MESSAGE, TOKEN, Gate

if TYPE_CHECKING:
    import uvicorn

SETTINGS = {
    "SOLARA_APP": "simulation.dashboard.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_THEME_TITLE": "Heartland",
    "SOLARA_THEME_VARIANT": "light",  # the page has its own dark colours; "auto" breaks Solara's
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "false",
}
"""What Solara reads when it is imported: which pages to serve, and to tell nobody."""


def prepared(host: str, port: int) -> uvicorn.Server:
    """A server of the pages, before it is started.

    Raises:
        ModuleNotFoundError: the packages of the extra `app` are not installed.
    """
    os.environ.update(SETTINGS)
    # About hooks inside Mesa's view, and about cookies that this page does not set.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"solara\.")
    import solara.server.starlette
    import uvicorn

    config = uvicorn.Config(
        Gate(solara.server.starlette.app, host, port),
        host,
        port,
        log_level="error",
        ws_max_size=LARGEST_MESSAGE,
        proxy_headers=False,
        server_header=False,
    )
    return uvicorn.Server(config)


def serve(server: uvicorn.Server, announce: Callable[[str], None], browser: bool) -> None:
    """Serve the pages until stopped.

    Args:
        server: what `prepared` gave.
        announce: told the address of the page once it can be opened.
        browser: whether to open it in a browser.
    """
    gate = server.config.app
    assert isinstance(gate, Gate)
    url = f"{address(server.config.host, server.config.port)}?{TOKEN}={gate.token}"

    def open_page() -> None:
        pause = threading.Event()
        while not server.started:
            pause.wait(0.05)
        announce(url)
        if browser:
            webbrowser.open(url)

    threading.Thread(target=open_page, daemon=True).start()
    server.run()


def address(host: str, port: int) -> str:
    """The page's address in a browser of this machine."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{here}]:{port}/" if ":" in here else f"http://{here}:{port}/"

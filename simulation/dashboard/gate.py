"""What stands between the page and strangers.

A page of another site, opened in the same browser, can send requests to this machine. It can also
let its own name lead here (DNS rebinding), and then read the answers; websockets are not even held
to one origin. So three things are asked of whoever comes: the name of this page in `Host`, no other
page's in `Origin`, and the token, which only the address holds that the command prints. A cookie
keeps it from then on. What the page does not need is not there for anybody.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

_Scope = MutableMapping[str, Any]
_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_Application = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

TOKEN = "token"
LARGEST_BODY = 1 << 16
"""Bytes of a request at most: nothing is sent to the page but by its websocket."""
LARGEST_MESSAGE = 1 << 20
"""Bytes of a message of the websocket at most; a file that is loaded takes 270,000 of them."""

_NEEDED = re.compile(
    r"/(?:mesa/?)?|/static/.+|/jupyter/nbextensions/.+|/jupyter/api/kernels/[^/]+/[^/]+"
    r"|/_solara/(?:api/close/[^/]+|cdn/.+)"
)
"""What the pages ask for; Solara's pages about its resources are not among it."""
_MISLEADING = re.compile(rb"forwarded|x-forwarded-.*|(?:x-)?script-name")
"""Headers of proxies, of which there is none: Solara would believe them."""
_EVERYWHERE = {"0.0.0.0", "::", ""}
_HERE = {"127.0.0.1", "localhost", "::1"}
_ELSEWHERE = (
    "The dashboard does not answer here. Open the address that the command 'app' has printed, "
    "with its token."
)
_HEADERS = {
    "content-security-policy": (
        "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; connect-src 'self' {socket}; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Gate:
    """Lets those in who hold the token, from this page and no other.

    Attributes:
        token: what the address of the page holds.
    """

    def __init__(self, application: _Application, host: str, port: int) -> None:
        self.token = secrets.token_urlsafe(24)
        self._application = application
        self._port = port
        self._everywhere = host in _EVERYWHERE
        self._names = {host} | (_HERE if host in _HERE or self._everywhere else set())
        if self._everywhere:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        self._cookie = f"heartland-{port}"

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        headers = _Headers(scope["headers"])
        status, words = self._refusal(scope, headers)
        if status:
            await _refuse(scope, send, status, words)
        elif scope["type"] == "http" and self._brings_token(scope):
            await self._welcome(scope, send)
        elif not self._is_known(headers):
            await _refuse(scope, send, 403, _ELSEWHERE)
        else:
            kept = [each for each in scope["headers"] if not _MISLEADING.fullmatch(each[0].lower())]
            await self._application({**scope, "headers": kept}, receive, _guarded(headers, send))

    def _refusal(self, scope: _Scope, headers: _Headers) -> tuple[int, str]:
        """Why nobody at all is answered, whoever it is; 0 where there is no reason."""
        host, origin = headers.one("host"), headers.one("origin")
        if host is None or not self._is_ours(host):
            return 403, _ELSEWHERE
        if origin != f"http://{host}" and (origin is not None or scope["type"] == "websocket"):
            return 403, "Another page asks for the dashboard, and is not let in."
        if headers.one("sec-fetch-site") in ("cross-site", "same-site") and (
            headers.one("sec-fetch-mode") != "navigate"
            or headers.one("sec-fetch-dest") != "document"
        ):
            return 403, "Another page asks for the dashboard, and is not let in."
        if not _NEEDED.fullmatch(scope["path"]):
            return 404, "There is no such page."
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            length = headers.one("content-length") or ""
            if scope["method"] != "POST" or not scope["path"].startswith("/_solara/api/close/"):
                return 405, "Nothing is sent to this page that way."
            if not length.isdecimal() or len(length) > 9 or int(length) > LARGEST_BODY:
                return 413, f"A request may have {LARGEST_BODY:,} bytes at most."
        return 0, ""

    def _is_ours(self, host: str) -> bool:
        """Whether a `Host` names this page; a name that leads here does not make it ours."""
        name, colon, port = host.rpartition(":")
        if not colon or not port.isdecimal() or port != str(self._port):
            return self._port == 80 and self._is_our_name(host)
        return self._is_our_name(name)

    def _is_our_name(self, name: str) -> bool:
        bare = name.lower()
        if bare.startswith("[") and bare.endswith("]"):
            bare = bare[1:-1]
        return bare in self._names or (self._everywhere and _is_number(bare))

    def _brings_token(self, scope: _Scope) -> bool:
        """Whether the address of a page holds the token."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN, [])
        return scope["path"].rstrip("/") in ("", "/mesa") and any(map(self._is_token, given))

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self.token.encode())

    def _is_known(self, headers: _Headers) -> bool:
        """Whether a browser has the cookie that the token was exchanged for."""
        try:
            cookies = SimpleCookie(headers.one("cookie") or "")
        except CookieError:
            return False
        found = cookies.get(self._cookie)
        return found is not None and self._is_token(found.value)

    async def _welcome(self, scope: _Scope, send: _Send) -> None:
        """Keep the token in a cookie, and take it out of the address."""
        cookie = f"{self._cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"
        headers = {"location": scope["path"], "set-cookie": cookie, "cache-control": "no-store"}
        await _answer(send, 303, headers, "")


class _Headers:
    """The headers of a request by name."""

    def __init__(self, given: list[tuple[bytes, bytes]]) -> None:
        self._all: dict[str, list[str]] = {}
        for name, value in given:
            self._all.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))

    def one(self, name: str) -> str | None:
        """The value of a header; of two, none can be believed, and the answer is empty."""
        found = self._all.get(name, [])
        if name == "cookie":  # a browser may send them one by one
            return "; ".join(found)
        return None if not found else found[0] if len(found) == 1 else ""


def _is_number(name: str) -> bool:
    """Whether a name is an address in numbers, which no name server can turn elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _guarded(headers: _Headers, send: _Send) -> _Send:
    """What sends an answer, with the headers that keep other pages out of it."""
    host = headers.one("host")
    added = [
        (name.encode(), text.replace("{socket}", f"ws://{host}").encode())
        for name, text in _HEADERS.items()
    ]

    async def guarded(message: _Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return guarded


async def _refuse(scope: _Scope, send: _Send, status: int, words: str) -> None:
    """Say no: in words to a request, by closing to a websocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": words})
        return
    await _answer(send, status, {}, words + "\n")


async def _answer(send: _Send, status: int, more: dict[str, str], words: str) -> None:
    body = words.encode()
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        **more,
    }
    start = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})

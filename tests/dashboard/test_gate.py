"""Who is let in at the page: whoever holds the token, from this page, under its own name."""

from __future__ import annotations

import asyncio
import threading

import pytest

from simulation.dashboard.gate import LARGEST_BODY, Gate

PORT = 8765
HERE = f"127.0.0.1:{PORT}"
KERNEL = "/jupyter/api/kernels/abc/channels"


async def page(scope, receive, send):
    """What stands behind the gate: it says what it was asked."""
    scope["reached"].append(scope)
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the page"})


@pytest.fixture
def gate():
    return Gate(page, "127.0.0.1", PORT)


def answer(call):
    """Run a call of the gate to its end; a browser of other tests may hold this thread."""
    thread = threading.Thread(target=asyncio.run, args=(call,))
    thread.start()
    thread.join()


def asked(gate, path="/", query="", kind="http", method="GET", known=True, **headers):
    """What a request is answered: status or kind of message, headers, body, what came through."""
    given = {"host": HERE} | {name.replace("_", "-"): text for name, text in headers.items()}
    if known:
        given["cookie"] = f"heartland-{PORT}={gate.token}"
    sent, reached = [], []
    scope = {
        "type": kind, "method": method, "path": path, "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in given.items() if v is not None],
        "reached": reached,
    }  # fmt: skip

    async def send(message):
        sent.append(message)

    answer(gate(scope, None, send))
    first = sent[0]
    headers = {name.decode(): text.decode() for name, text in first.get("headers", ())}
    return first.get("status", first["type"]), headers, sent[-1].get("body", b"").decode(), reached


def test_the_token_is_exchanged_for_a_cookie_and_leaves_the_address(gate):
    status, headers, _, reached = asked(gate, query=f"token={gate.token}", known=False)
    assert (status, headers["location"], reached) == (303, "/", [])
    assert headers["set-cookie"].startswith(f"heartland-{PORT}={gate.token};")
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=Strict" in headers["set-cookie"]
    assert asked(gate, "/mesa", f"token={gate.token}", known=False)[1]["location"] == "/mesa"
    status, _, body, _ = asked(gate)
    assert (status, body) == (200, "the page")


@pytest.mark.parametrize("query", ["", "token=", "token=wrong", "token=é", "nothing=x"])
def test_without_the_token_nobody_gets_anything(gate, query):
    for path in ("/", "/static/main.js", KERNEL):
        status, _, body, reached = asked(gate, path, query, known=False)
        assert status == 403
        assert "with its token" in body
        assert reached == []
    wrong = asked(gate, known=False, cookie=f"heartland-{PORT}=wrong")
    assert wrong[0] == 403


def test_two_starts_have_two_tokens():
    one, other = Gate(page, "127.0.0.1", PORT), Gate(page, "127.0.0.1", PORT)
    assert one.token != other.token
    assert len(one.token) >= 32


@pytest.mark.parametrize(
    "host",
    [f"evil.example:{PORT}", "127.0.0.1:1", "127.0.0.1", f"127.0.0.1.evil.example:{PORT}",
     f"evil.example@127.0.0.1:{PORT}", "", None],
)  # fmt: skip
def test_under_another_name_the_page_is_not_there(gate, host):
    """DNS rebinding: the browser believes that it talks to the other site."""
    assert asked(gate, host=host)[0] == 403
    assert asked(gate, KERNEL, kind="websocket", host=host, origin=f"http://{host}")[0] == (
        "websocket.close"
    )


@pytest.mark.parametrize("host", [HERE, f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_this_machine_has_several_names(gate, host):
    assert asked(gate, host=host)[0] == 200


def test_two_names_at_once_are_none(gate):
    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"",
        "headers": [(b"host", HERE.encode()), (b"host", b"evil.example")], "reached": [],
    }  # fmt: skip
    sent = []

    async def send(message):
        sent.append(message)

    answer(gate(scope, None, send))
    assert sent[0]["status"] == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:9999", f"https://{HERE}", "null",
     f"http://{HERE}.evil.example", ""],
)  # fmt: skip
def test_another_page_gets_nothing_even_from_a_browser_that_holds_the_cookie(gate, origin):
    assert asked(gate, origin=origin)[0] == 403
    status, _, _, reached = asked(gate, KERNEL, kind="websocket", origin=origin)
    assert (status, reached) == ("websocket.close", [])


def test_the_page_itself_reaches_its_websocket(gate):
    status, *_, reached = asked(gate, KERNEL, kind="websocket", origin=f"http://{HERE}")
    assert status == "websocket.accept"
    assert len(reached) == 1
    assert asked(gate, KERNEL, kind="websocket")[0] == "websocket.close"  # a browser names its page
    nobody = asked(gate, KERNEL, kind="websocket", origin=f"http://{HERE}", known=False)
    assert nobody[0] == "websocket.close"


@pytest.mark.parametrize(
    ("mode", "dest", "status"),
    [("navigate", "document", 200), ("navigate", "iframe", 403), ("no-cors", "script", 403)],
)
def test_another_page_may_link_here_but_neither_frame_nor_load_anything(gate, mode, dest, status):
    told = {"sec_fetch_site": "cross-site", "sec_fetch_mode": mode, "sec_fetch_dest": dest}
    assert asked(gate, **told)[0] == status
    assert asked(gate, sec_fetch_site="same-origin", sec_fetch_mode="cors")[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/resourcez", "/readyz", "/jupyter/api/kernels/abc", "/_solara/api/evict/abc", "/docs",
     "/_solara/auth/login", "/metrics", "/mesa/other"],
)  # fmt: skip
def test_pages_that_the_dashboard_does_not_need_are_not_there(gate, path):
    status, _, body, reached = asked(gate, path)
    assert (status, body, reached) == (404, "There is no such page.\n", [])


def test_what_is_sent_has_an_end_and_is_answered_in_words(gate):
    close = "/_solara/api/close/abc"
    assert asked(gate, close, method="POST", content_length="100")[0] == 200
    for length in (str(LARGEST_BODY + 1), "9" * 30, "", "-1", "x"):
        status, _, body, _ = asked(gate, close, method="POST", content_length=length)
        assert (status, body) == (413, "A request may have 65,536 bytes at most.\n")
    assert asked(gate, method="POST", content_length="1")[0] == 405
    assert asked(gate, method="DELETE")[0] == 405


def test_every_answer_keeps_other_pages_out(gate):
    headers = asked(gate)[1]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert f"connect-src 'self' ws://{HERE};" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"


def test_headers_of_proxies_are_not_believed(gate):
    reached = asked(gate, x_forwarded_host="evil.example", x_script_name="/x", script_name="/x")[3]
    assert {name for name, _ in reached[0]["headers"]} == {b"host", b"cookie"}


def test_on_every_address_names_in_numbers_are_answered_and_others_are_not():
    """A name server can turn a name elsewhere, but not a number."""
    gate = Gate(page, "0.0.0.0", PORT)
    assert asked(gate, host=f"192.168.1.7:{PORT}")[0] == 200
    assert asked(gate, host=f"[fe80::1]:{PORT}")[0] == 200
    assert asked(gate, host=f"evil.example:{PORT}")[0] == 403
    assert asked(gate, host=f"192.168.1.7:{PORT}", known=False)[0] == 403


def test_at_the_usual_port_of_the_web_no_port_is_named():
    gate = Gate(page, "127.0.0.1", 80)
    given = {"host": "127.0.0.1", "cookie": f"heartland-80={gate.token}"}
    assert asked(gate, known=False, **given)[0] == 200
    assert asked(gate, known=False, **given | {"host": "evil.example"})[0] == 403

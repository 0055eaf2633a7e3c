"""Hostile pages, opened in the same browser as the dashboard: what they get is nothing."""

from __future__ import annotations

import http.server
import threading

import pytest

PAGE = b"<!doctype html><title>Hostile</title><p>Win a prize"
SOCKET = """async address => new Promise(done => {
    const socket = new WebSocket(address);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""
FETCHED = """async address => {
    try {
        const answer = await fetch(address, {credentials: "include"});
        return `${answer.status} ${await answer.text()}`;
    } catch (error) { return "refused"; }
}"""
EMBEDDED = """async address => new Promise(done => {
    const script = document.createElement("script");
    script.onload = () => done("loaded");
    script.onerror = () => done("refused");
    script.src = address;
    document.head.append(script);
})"""
FRAMED = """async address => new Promise(done => {
    const frame = document.createElement("iframe");
    frame.onload = () => setTimeout(() => {
        let text = "not to be read";
        try { text = frame.contentDocument.body.innerText } catch (error) {}
        done(text);
    }, 500);
    frame.src = address;
    document.body.append(frame);
})"""


@pytest.fixture
def hostile():
    """A page of another site on this machine, at a port of its own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_):
            pass

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served.server_address[1]
    served.shutdown()
    served.server_close()


@pytest.fixture
def tabs(chromium, server):
    """A browser that holds the cookie of the dashboard, and opens other pages beside it."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(server.address())
    page.wait_for_selector(".map svg", timeout=45_000)
    assert page.url == server.url  # the token left the address
    yield context
    context.close()


def beside(tabs, url):
    page = tabs.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.localhost"])
def test_a_page_of_another_site_reaches_neither_page_nor_websocket(tabs, server, hostile, name):
    page = beside(tabs, f"http://{name}:{hostile}/")
    kernel = f"127.0.0.1:{server.port}/jupyter/api/kernels/x/channels?session_id=y"
    assert page.evaluate(SOCKET, f"ws://{kernel}") == "refused"
    assert page.evaluate(FETCHED, server.url) == "refused"
    assert page.evaluate(FETCHED, f"{server.url}resourcez") == "refused"
    assert page.evaluate(EMBEDDED, f"{server.url}static/main.js") == "refused"
    assert "Heartland" not in page.evaluate(FRAMED, server.url)


def test_a_name_that_was_turned_here_is_answered_nothing(tabs, server):
    """DNS rebinding: 'evil.localhost' leads to this machine, as a hostile name server would."""
    page = beside(tabs, f"http://evil.localhost:{server.port}/")
    assert "with its token" in page.inner_text("body")
    kernel = f"evil.localhost:{server.port}/jupyter/api/kernels/x/channels?session_id=y"
    assert page.evaluate(SOCKET, f"ws://{kernel}") == "refused"
    assert page.evaluate(FETCHED, "/resourcez").startswith("403 ")
    page.goto(f"http://evil.localhost:{server.port}/?token={server.token}")
    assert "with its token" in page.inner_text("body")


def test_whoever_does_not_hold_the_token_sees_nothing(chromium, server):
    context = chromium.new_context()
    page = context.new_page()
    for path in ("", "mesa", "resourcez", "readyz"):
        answer = page.goto(server.url + path)
        assert answer.status in (403, 404)
        assert "Heartland" not in page.content()
    assert "with its token" in page.goto(server.url).text()
    context.close()


def test_the_page_itself_still_reaches_its_websocket_and_no_resource_pages(tabs, server):
    page = tabs.pages[0]
    assert page.evaluate(FETCHED, "/resourcez") == "404 There is no such page.\n"
    page.reload()
    page.wait_for_selector(".map svg", timeout=45_000)


def test_a_file_that_is_too_large_is_refused_in_words(dashboard, tmp_path):
    page = dashboard()
    file = tmp_path / "large.yaml"
    file.write_bytes(b"# nothing\n" * 3_000_000)
    page.get_by_label("Load a scenario").set_input_files(file)
    page.locator(".side .wrong").wait_for()
    said = page.locator(".side .wrong").inner_text()
    assert "large.yaml has 1 problem" in said
    assert "is too large: 30,000,000 bytes; one that is loaded may have 200,000" in said


GONE = "document.title='gone'"
HOSTILE = f"""\
title: "<img src=x onerror={GONE}> \\u202e</title><script>{GONE}</script>"
question: "<b>Is it</b> markup?"
overrides:
  patronage.budget_growth.china: {{value: 0.12, why: "<script>{GONE}</script>"}}
"""


def test_a_hostile_scenario_that_is_loaded_runs_no_script(dashboard, tmp_path):
    page = dashboard()
    file = tmp_path / "hostile.yaml"
    file.write_text(HOSTILE, encoding="utf-8")
    before = page.locator(".charts").inner_html()
    page.get_by_label("Load a scenario").set_input_files(file)
    page.wait_for_function(
        "before => !document.querySelector('.working')"
        " && document.querySelector('.charts').innerHTML !== before",
        arg=before,
    )
    title = page.locator(".answer strong").inner_text()
    assert title.startswith("<img src=x onerror=")
    assert "\\u202e" in title
    assert page.title() != "gone"
    assert page.locator(".shown img[src=x], .shown script").count() == 0

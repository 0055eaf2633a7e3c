"""The site: built without a warning, whole, and asking for nothing from elsewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec

import pytest
from places import DOCS, ROOT

pytestmark = pytest.mark.skipif(
    find_spec("sphinx") is None, reason="no Sphinx here; get it with: pip install -e .[docs]"
)
LOADS = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "image": "href",
    "img": "src",
    "input": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "use": "href",
    "video": "src",
}
"""What a page loads by itself: the attribute of each tag."""
FAR = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built by the command that CONTRIBUTING.md gives."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    command = shlex.split(re.search(r"^python (-m sphinx .*-W.*) build/site$", page, re.M)[1])
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, *command, str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder


class Page(HTMLParser):
    """What a page loads, and where it links to."""

    def __init__(self, text: str):
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if given.get("srcset"):
            self.loads += [each.split()[0] for each in given["srcset"].split(",")]
        if tag in LOADS and given.get(LOADS[tag]):
            self.loads.append(given[LOADS[tag]])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        self.loads += re.findall(r"url\(['\"]?([^'\")]+)", given.get("style") or "")


def pages(site):
    """Every page that was built."""
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_no_page_loads_anything_from_elsewhere(site):
    found = {
        (path.name, each)
        for path, page in pages(site).items()
        for each in page.loads
        if FAR.match(each)
    }
    assert found == set()


def test_no_style_or_script_loads_anything_from_elsewhere(site):
    for path in [*site.rglob("*.css"), *site.rglob("*.js")]:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        loaded = re.findall(r"(?:url\(|@import\s+)\s*['\"]?([^'\")\s]+)", text)
        assert [each for each in loaded if FAR.match(each)] == [], path.name
        if path.suffix == ".js" and path.name != "searchindex.js":
            far = re.findall(r"['\"`]((?:https?:|wss?:)?//[a-z0-9][^'\"`]*)['\"`]", text)
            assert [each for each in far if "www.w3.org" not in each] == [], path.name


def test_what_a_page_loads_and_links_to_is_there(site):
    for path, page in pages(site).items():
        for each in page.loads + page.links:
            place = each.partition("#")[0].partition("?")[0]
            if place and not re.match(r"[a-z]+:", place):
                assert (path.parent / place).exists(), (path.name, each)


def test_every_page_of_the_repository_is_on_the_site(site):
    written = [*DOCS.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "results" / "README.md"]
    for page in written:
        assert (site / page.relative_to(ROOT)).with_suffix(".html").is_file(), page.name


def test_the_public_names_are_documented(site):
    import simulation

    page = (site / "docs" / "api.html").read_text(encoding="utf-8")
    for name in set(simulation.__all__) - {"__version__"}:
        assert f'id="simulation.{name}"' in page


def test_neither_a_page_nor_the_lock_holds_a_place_of_this_machine_or_a_registry(site):
    here = re.compile(
        r"/(?:tmp|root|home|opt|work)/\w|[\w.-]+/simple/|[-]-(?:extra-)?index-url[ =]\S*:"
    )
    for path in [*site.rglob("*.html"), ROOT / "requirements.lock"]:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text, path.name
        assert not here.search(text), (path.name, here.search(text))


def test_a_browser_finds_a_word_without_a_server_or_a_network(site, chromium):
    asked: list[str] = []
    page = chromium.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/docs/index.html")
    page.goto((site / "search.html").as_uri() + "?q=reservation")
    page.wait_for_selector("ul.search li a", timeout=60_000)
    found = page.locator("ul.search li a").first.get_attribute("href")
    page.goto((site / found).as_uri())
    words = page.inner_text("article")
    page.close()
    assert "reservation" in words
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}

"""How tests run here: on the same examples, with few searches for garbage, in one browser.

What Python compiles is kept in `__pycache__` even where the environment says otherwise: the tests
start dozens of processes, each of which would compile the whole package anew.
"""

import gc
import os
import shutil
import sys

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Python looks for lost cycles after every 700 new objects, among ever more that tests, modules and
# models hold on to: a third of the time of collecting, and a tenth of what follows.
gc.disable()
OBJECTS_BETWEEN_SEARCHES = 50_000


def pytest_collection_finish():
    """What was collected stays to the end: no search goes through it again."""
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES, 20, 20)
    gc.enable()


BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium():
    """One headless browser for all tests of a process: a second cannot be started beside it."""
    sync = pytest.importorskip("playwright.sync_api", reason="the extra 'browser' is missing")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()

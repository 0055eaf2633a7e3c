"""How tests run here: on the same examples, with few searches for garbage, in one browser.

What Python compiles is kept in `__pycache__` even where the environment says otherwise: the tests
start dozens of processes, each of which would compile the whole package anew, and Hypothesis.

What takes long and breaks seldom is left out where no file is named; `--all` runs it too, and
`--slow` runs it alone.
"""

import gc
import os
import shutil
import sys
from pathlib import Path

import pytest

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from hypothesis import settings  # noqa: E402 - pytest rewrites it, and is to keep what it wrote

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

# Python looks for lost cycles after every 700 new objects, among ever more that tests, modules and
# models hold on to: a third of the time of collecting, and a tenth of what follows.
gc.disable()
OBJECTS_BETWEEN_SEARCHES = 50_000


SLOW = (
    "batch/test_cluster.py",
    "batch/test_folders.py",
    "calibration/test_calibrate.py",
    "calibration/test_synthetic.py",
    "commands/test_main_job.py",
    "contrast/test_ablation.py",
    "contrast/test_grounds.py",
    "dashboard/browser/",
    "docs/test_site.py",
    "estimation/test_estimates.py",
    "estimation/test_influence_seen.py",
    "estimation/test_rates_of_the_page.py",
    "estimation/test_stored.py",
    "model/test_wider_events.py",
    "numerics/test_kept_programs.py",
    "numerics/test_stand_ins.py",
    "second/test_agreement.py",
    "show/test_added_actors.py",
    "test_docstrings.py",
    "test_peer.py",
    "test_types.py",
    "worlds/",
)
"""Browsers, other processes, statistics of whole batches, a second implementation."""
HERE = Path(__file__).parent


def pytest_addoption(parser):
    group = parser.getgroup("slow tests")
    group.addoption("--all", action="store_true", help="run the slow tests too")
    group.addoption("--slow", action="store_true", help="run the slow tests alone")


def names_tests(config):
    """Whether a file or a folder was named; processes of pytest-xdist are told by the first one."""
    given = getattr(config, "workerinput", {}).get("names_tests")
    return config.args_source.name != "TESTPATHS" if given is None else given


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["names_tests"] = names_tests(node.config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leave out the slow ones, or all others; nothing where a file or a folder was named."""
    only, named = config.getoption("--slow"), names_tests(config)
    if config.getoption("--all") or (named and not only):
        return
    chosen, left = [], []
    for item in items:
        slow = item.path.relative_to(HERE).as_posix().startswith(SLOW)
        (chosen if slow == only else left).append(item)
    items[:] = chosen
    config.hook.pytest_deselected(items=left)


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


@pytest.fixture(autouse=True)
def rules_of_users_end_with_their_test():
    """A file that a scenario names under `plugins` declares for as long as the process lives."""
    yield
    plugged = sys.modules.get("simulation.decisions.plugged")
    if plugged and plugged._FILES:
        for registry, own in (
            (plugged.DECISIONS, plugged._OWN_DECISIONS),
            (plugged.KINDS, plugged._OWN_KINDS),
        ):
            for key in registry.keys() - own:
                del registry[key]
        plugged._FILES.clear()
        sys.modules["simulation.scenario.plugins"]._READ.clear()

"""How long one waits for the dashboard: to open it, and for the answer to a slider let go.

    python benchmarks/dashboard.py [--moves 30] [--output benchmarks/dashboard.json]

A real browser moves sliders and waits until sentence, charts and map are those of the new
question. Needs the extras `app` and `browser`, and a Chromium. Other work on the machine adds to
what is measured: the load and the processor time that the server itself took are given too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SLIDERS = (
    "patronage.budget_growth.china",
    "trade.growth.china",
    "patronage.budget_growth.russia",
    "trade.potential.russia",
    "influence.channel_weight.security",
)
"""Sliders that change every chart and the map wherever they stand."""
LET_GO = """([key, part]) => new Promise((done, fail) => {
  const shown = (selector) => document.querySelector(selector).innerHTML;
  const charts = shown(".charts"), map = shown(".map");
  const slider = document.getElementById(key);
  const started = performance.now();
  slider.value = Number(slider.min) + part * (slider.max - slider.min);
  slider.dispatchEvent(new Event("input"));
  slider.dispatchEvent(new Event("change"));
  const look = () => {
    const there = shown(".charts") !== charts && shown(".map") !== map;
    const busy = document.querySelector(".working, .stale");
    if (there && !busy) done((performance.now() - started) / 1000);
    else if (performance.now() - started > 30000) fail(new Error("no answer to " + key));
    else setTimeout(look, 10);
  };
  look();
})"""


def processor_time(process: subprocess.Popen) -> float:
    """Seconds of processor time that a process has taken; NaN where the system does not say."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def served() -> tuple[subprocess.Popen, str]:
    """The dashboard, once it can be opened, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    words = [sys.executable, "run.py", "app", "--no-browser", "--port", port]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    line = next((line for line in process.stderr if port in line), None)
    if line is None:
        raise SystemExit("the dashboard did not start")
    return process, next(word for word in line.split() if word.startswith("http"))


def opening(page: Page, url: str) -> dict[str, float]:
    """Seconds until sliders can be moved, and until the first answer is there."""
    started = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(f"[id='{SLIDERS[0]}']:enabled")
    interactive = time.perf_counter() - started
    page.wait_for_selector(".map svg", timeout=60_000)
    return {"interactive": interactive, "answered": time.perf_counter() - started}


def moves(page: Page, process: subprocess.Popen, count: int) -> list[dict[str, float]]:
    """Let a slider go so many times, each at a place where it has not been."""
    page.set_default_timeout(60_000)
    found = []
    for number in range(count):
        before = processor_time(process)
        part = (number + 0.35) / count
        seconds = page.evaluate(LET_GO, [SLIDERS[number % len(SLIDERS)], part])
        found.append({"seconds": seconds, "processor": processor_time(process) - before})
        time.sleep(0.5)
    return found


def summary(values: list[float]) -> dict[str, float]:
    """Median, nine in ten, and the longest."""
    ninth = statistics.quantiles(values, n=10, method="inclusive")[8]
    return {"median": statistics.median(values), "nine_in_ten": ninth, "longest": max(values)}


def table(measured: dict) -> str:
    """What was measured, as Markdown."""
    lines = ["| seconds | median | nine in ten | longest |", "|---|---|---|---|"]
    for name, what in (
        ("interactive", "page opened until sliders can be moved"),
        ("answered", "page opened until the first answer is drawn"),
        ("moved", "slider let go until sentence, charts and map have followed"),
        ("processor", "of that, processor time of the server"),
    ):
        row = measured[name]
        numbers = " | ".join(f"{row[key]:.2f}" for key in ("median", "nine_in_ten", "longest"))
        lines.append(f"| {what} | {numbers} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print a table, keep the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--moves", type=int, default=30)
    parser.add_argument("--openings", type=int, default=5)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "dashboard.json")
    given = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    process, url = served()
    load = [os.getloadavg()[0]]
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
            )
            opened = []
            for _ in range(given.openings):
                page = chromium.new_page()
                opened.append(opening(page, url))
                if len(opened) < given.openings:
                    page.close()
            moved = moves(page, process, given.moves)
            chromium.close()
    finally:
        process.terminate()
        process.wait(20)
    load.append(os.getloadavg()[0])
    measured = {
        "processors": os.cpu_count(),
        "load_before_and_after": load,
        "openings": len(opened),
        "moves": len(moved),
        "interactive": summary([each["interactive"] for each in opened]),
        "answered": summary([each["answered"] for each in opened]),
        "moved": summary([each["seconds"] for each in moved]),
        "processor": summary([each["processor"] for each in moved]),
        "every_move": moved,
    }
    given.output.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(table(measured))
    print(f"\n{os.cpu_count()} processors, load {load[0]:.1f} before and {load[1]:.1f} after.")


if __name__ == "__main__":
    main()

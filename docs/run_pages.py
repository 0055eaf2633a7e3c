"""Run every command and block of code of the pages, in reading order, as a reader would.

    python docs/run_pages.py              say what does not work, and what a page shows wrongly
    python docs/run_pages.py --write      bring what the pages show up to date
    python docs/run_pages.py docs/tutorial.md     these pages alone

Pages are followed in the order of docs/index.md, in one new copy of the checkout; those whose
blocks say `heartland` in one empty folder, with the package installed. Python is the one that runs
this file. What is not run stands in docs/stored.yaml, with its reason.

A block says in its first line what it is:

    bash                commands; `exit=2` where they are meant to end so
    powershell          commands, all of which docs/stored.yaml has to name
    python              goes on where the page's block before it ended
    yaml file=PATH      is written there; the text before it has to name the file
    yaml printed        is what the commands before it print
    text                what the commands or the block before it print; cut by `from="START"` and
                        `to="START"` (of a line) or `lines=N`
    text drawing        is not looked at

In the text, a command between backticks is run if it has words of its own after the command's
name: without any, with an ellipsis or with a PLACEHOLDER it only has to be a command there is.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
CHECKOUT, INSTALLED = "python run.py", "heartland"
SHELLS = ("bash", "powershell")
KINDS = ("bash", "powershell", "python", "yaml", "text")
LONGEST = 300
"""Seconds that a command may take."""
FOLDER = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
"""A folder of results, which has another name each time; pages call it FOLDER."""
PLACEHOLDER = re.compile(r"…|\.\.\.|(?<![\w.-])[A-Z][A-Z_]*(?![\w-])")
SESSION = """
import contextlib, io, json, sys, traceback
space = {"__name__": "__main__"}
for line in sys.stdin:
    source, name = json.loads(line)
    out, wrong = io.StringIO(), ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(source, name, "exec"), space)
        except BaseException:
            wrong = traceback.format_exc()
    print(json.dumps([out.getvalue(), wrong]), flush=True)
"""
"""What runs the Python of a page: one process, which keeps its names from block to block."""


@dataclass(frozen=True)
class Step:
    """Something on a page that a reader would do or see.

    Attributes:
        page: where it stands, from the top folder.
        line: its first line, counted from 1.
        kind: one of `KINDS`, "inline", or "" for what cannot be read.
        text: the commands, the code, or what is shown.
        options: what the first line of a block says besides its kind.
        before: the text of the page between the block before this one and this one.
    """

    page: str
    line: int
    kind: str
    text: str
    options: dict[str, str] = field(default_factory=dict)
    before: str = ""

    @property
    def commands(self) -> list[str]:
        """The commands of a block, each in one line."""
        lines = self.text.replace("\\\n", " ").splitlines() if self.kind in SHELLS else [self.text]
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@dataclass
class Stored:
    """A line of docs/stored.yaml: what is not run, and why.

    Attributes:
        why: the reason.
        page: the page that is meant; any by default.
        holds: what a command or a block of Python holds; all of the page by default.
        met: whether something was left out for it.
    """

    why: str
    page: str = ""
    holds: str = ""
    met: bool = False

    def covers(self, page: str, text: str) -> bool:
        """Whether this is why a command of a page is not run."""
        found = self.page in ("", page) and self.holds in text
        self.met |= found
        return found


def pages_in_order(root: Path) -> list[str]:
    """The pages, as the tables of contents of docs/index.md list them."""
    index = root / "docs" / "index.md"
    found = ["docs/index.md"]
    for token in MarkdownIt().parse(index.read_text(encoding="utf-8")):
        if token.type == "fence" and token.info.startswith("{toctree}"):
            lines = [line for line in token.content.splitlines() if line and line[0] != ":"]
            entries = [re.sub(r".*<(.+)>", r"\1", line) for line in lines]
            places = [(index.parent / f"{entry}.md").resolve() for entry in entries]
            found += [place.relative_to(root).as_posix() for place in places]
    return found


def steps_of(page: str, text: str) -> list[Step]:
    """What a reader of a page does and sees, in order."""
    found, before = [], ""
    for token in MarkdownIt().enable("table").parse(text):
        line = (token.map or [0])[0] + 1
        if token.type == "fence" and not token.info.startswith("{"):
            kind, *words = shlex.split(token.info) or [""]
            options = {key: value for key, _, value in (word.partition("=") for word in words)}
            kind = kind if kind in KINDS else ""
            found.append(Step(page, line, kind, token.content, options, before))
            before = ""
        elif token.type == "code_block":
            found.append(Step(page, line, "", token.content))
        elif token.type == "inline":
            before += token.content
            for each in token.children or ():
                if each.type == "code_inline" and each.content.startswith((CHECKOUT, INSTALLED)):
                    found.append(Step(page, line, "inline", each.content))
    return found


def excerpt(printed: str, options: dict[str, str]) -> list[str]:
    """The lines of what was printed that a block asks for; an ellipsis stands for the others.

    Raises:
        LookupError: no line begins as the block says.
    """
    lines = FOLDER.sub("FOLDER", printed).rstrip().splitlines()
    lines = [line.rstrip() for line in lines]
    first, last = 0, len(lines)
    if "from" in options:
        first = _beginning(lines, options["from"], 0)
    if "to" in options:
        last = _beginning(lines, options["to"], first + 1)
    if "lines" in options:
        last = min(last, first + int(options["lines"]))
    shown = lines[first:last]
    while shown and not shown[-1]:
        shown.pop()
    return [*["…"][: first > 0], *shown, *["…"][: last < len(lines)]]


def _beginning(lines: Sequence[str], start: str, after: int) -> int:
    for place, line in enumerate(lines[after:], after):
        if line.lstrip().startswith(start):
            return place
    raise LookupError(f"nothing that was printed begins with '{start}'")


@dataclass(frozen=True)
class Wrong:
    """Something on a page that does not hold.

    Attributes:
        step: where.
        message: what.
        due: the lines that a block should show, if that is all that is wrong.
    """

    step: Step
    message: str
    due: Sequence[str] | None = None

    def __str__(self) -> str:
        return f"{self.step.page}:{self.step.line}: {self.message.rstrip()}"


class Reader:
    """Somebody who follows pages in one folder, and notes what goes wrong.

    Attributes:
        found: what went wrong.
    """

    def __init__(self, folder: Path, stored: Sequence[Stored]):
        self.folder, self.stored = folder, stored
        self.found: list[Wrong] = []
        self.printed: str | None = ""  # None: by something that is not run
        self.session: subprocess.Popen[str] | None = None
        binaries = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        kept = {key: value for key, value in os.environ.items() if "HEARTLAND" not in key}
        self.environment = {**kept, "PATH": binaries, "NO_COLOR": "1", "COLUMNS": "100"}

    def read(self, page: str, steps: Sequence[Step]) -> None:
        """Follow one page."""
        self.printed, self.session = "", None
        try:
            for step in steps:
                getattr(self, f"_{step.kind or 'unknown'}")(step)
        finally:
            if self.session:
                self.session.communicate()

    def _left_out(self, page: str, text: str) -> bool:
        return bool([each for each in self.stored if each.covers(page, text)])

    def _unknown(self, step: Step) -> None:
        self._wrong(step, f"say what the block is: {', '.join(KINDS)}, in ``` at the margin")

    def _bash(self, step: Step) -> None:
        commands = [each for each in step.commands if not self._left_out(step.page, each)]
        self.printed = "" if commands else None
        for command in commands:
            done = self._done(command)
            due = int(step.options.get("exit", 0))
            if done.returncode != due:
                said = done.stderr.strip() or done.stdout.strip()
                self._wrong(step, f"{command}\nended with {done.returncode}, not {due}:\n{said}")
            self.printed = (self.printed or "") + (done.stderr if done.returncode else done.stdout)

    def _done(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command; what takes too long is ended, with all that it started."""
        running = subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            out, said = running.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            out, said = running.communicate()
            said += f"\nended after {LONGEST} s; a long command belongs into docs/stored.yaml"
        return subprocess.CompletedProcess(command, running.returncode, out, said)

    def _powershell(self, step: Step) -> None:
        self.printed = None
        named = [command for command in step.commands if self._left_out(step.page, command)]
        if named != step.commands:
            self._wrong(step, "PowerShell is not run: docs/stored.yaml has to name each command")

    def _inline(self, step: Step) -> None:
        name, *words = shlex.split(step.text.removeprefix(CHECKOUT).removeprefix(INSTALLED)) or [""]
        if words and not PLACEHOLDER.search(step.text):
            kept = self.printed
            self._bash(step)
            self.printed = kept
        elif name and not name.startswith("-") and name not in _commands():
            self._wrong(step, f"there is no command '{name}'")

    def _python(self, step: Step) -> None:
        if self._left_out(step.page, step.text):
            self.printed = None
            return
        if self.session is None:
            self.session = subprocess.Popen(
                [sys.executable, "-c", SESSION],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert self.session.stdin
        assert self.session.stdout
        self.session.stdin.write(json.dumps([step.text, f"{step.page}:{step.line}"]) + "\n")
        self.session.stdin.flush()
        self.printed, wrong = json.loads(self.session.stdout.readline())
        if wrong:
            self._wrong(step, wrong)

    def _yaml(self, step: Step) -> None:
        name = step.options.get("file")
        if "printed" in step.options:
            self._text(step)
            return
        if self._left_out(step.page, step.text):
            return
        if not name:
            self._wrong(step, "say where the YAML goes: file=PATH")
        elif name not in step.before:
            self._wrong(step, f"the text before the block does not name {name}")
        else:
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(step.text, encoding="utf-8")

    def _text(self, step: Step) -> None:
        if "drawing" in step.options or self.printed is None:
            return
        try:
            due = excerpt(self.printed, step.options)
        except LookupError as wrong:
            self._wrong(step, f"{wrong}:\n{self.printed}")
            return
        if due != step.text.splitlines():
            difference = difflib.unified_diff(
                step.text.splitlines(), due, "the page", "what was printed", lineterm="", n=1
            )
            message = "shows something else than was printed:\n" + "\n".join(difference)
            self.found.append(Wrong(step, message, due))

    def _wrong(self, step: Step, message: str) -> None:
        self.found.append(Wrong(step, message))


def _commands() -> set[str]:
    """The names of the program's commands."""
    from simulation.commands import program
    from simulation.commands.commandline import COMMANDS

    assert program
    return {*COMMANDS, "help"}


def copy_of(root: Path, folder: Path) -> None:
    """A new copy of a checkout: what git knows of or would add."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        source, place = root / name, folder / name
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(source.read_bytes())


def corrected(page: str, text: str, reader: Reader) -> str:
    """A page with every block as it should be."""
    lines = text.split("\n")
    found = [each for each in reader.found if each.step.page == page]
    for each in sorted(found, key=lambda each: -each.step.line):
        if each.due is not None:
            end = each.step.line + each.step.text.count("\n")
            lines[each.step.line : end] = each.due
    return "\n".join(lines)


def follow(root: Path, pages: Sequence[str], write: bool) -> Iterator[str]:
    """Follow pages, and say what is wrong with them.

    Args:
        root: the top folder.
        pages: which, from the top folder; all in the order of docs/index.md if there are none.
        write: bring what they show up to date, instead of saying that it is not.
    """
    entries = yaml.safe_load((root / "docs" / "stored.yaml").read_text(encoding="utf-8"))
    stored = [Stored(**each) for each in entries or ()]
    asked = {name: (root / name).read_text("utf-8") for name in pages or pages_in_order(root)}
    steps = {name: steps_of(name, text) for name, text in asked.items()}
    installed = [name for name in asked if _begin_with(steps[name], INSTALLED)]
    with tempfile.TemporaryDirectory() as place:
        folders = Path(place, "heartland"), Path(place, "empty")
        copy_of(root, folders[0])
        folders[1].mkdir()
        tracks = [name for name in asked if name not in installed], installed
        readers = [Reader(folder, stored) for folder in folders]

        def go(reader: Reader, names: Sequence[str]) -> None:
            for name in names:
                began = time.monotonic()
                reader.read(name, steps[name])
                print(f"{time.monotonic() - began:6.1f} s  {name}", file=sys.stderr, flush=True)
                if write and any(each.due for each in reader.found if each.step.page == name):
                    (root / name).write_text(corrected(name, asked[name], reader), encoding="utf-8")

        with ThreadPoolExecutor() as pool:
            list(pool.map(go, readers, tracks))
    for name in installed:
        if _begin_with(steps[name], CHECKOUT):
            yield f"{name}: says both `{CHECKOUT}` and `{INSTALLED}`"
    for each in (each for reader in readers for each in reader.found):
        if not write or each.due is None:
            yield str(each)
    for each in stored:
        if not pages and not each.met:
            yield f"docs/stored.yaml: nothing is left out for '{each.page} {each.holds}'"


def _begin_with(steps: Sequence[Step], program: str) -> bool:
    commands = [line for step in steps if step.kind == "bash" for line in step.commands]
    return any(line.startswith(program) for line in commands)


def main() -> int:
    """Follow the pages; the exit status is 1 if something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    began = time.monotonic()
    problems = list(follow(ROOT, given.pages, given.write))
    spent = os.times()
    print(
        f"{time.monotonic() - began:6.1f} s in all, on the processors "
        f"{spent.children_user + spent.children_system:.1f} s",
        file=sys.stderr,
    )
    print("\n\n".join(problems) or "The pages do and show what they say.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())

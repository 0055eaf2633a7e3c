"""What stops a command from outside: a scheduler, or a terminal that is closed, as Ctrl-C does."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_HEEDED = ("SIGTERM", "SIGHUP")
"""What schedulers send, and what the processes of a terminal get when it goes."""
_TIDYING = 10.0
"""Seconds in which a command that was stopped tidies; what is sent meanwhile says nothing new."""


class StopSignals:
    """Which signals came that stop a command.

    Attributes:
        first: the first of them; None as long as there was none.
    """

    def __init__(self) -> None:
        self.first: int | None = None
        self._process = os.getpid()
        self._last = -_TIDYING

    @property
    def status(self) -> int:
        """The exit status of a command that was stopped: 128 and the number of the signal."""
        return 128 + (signal.SIGINT if self.first is None else self.first)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Answer a signal."""
        if os.getpid() != self._process:
            os._exit(128 + number)  # a worker that is a copy of this process and has just begun
        now = time.monotonic()
        if now - self._last >= _TIDYING:
            self.first = self.first or number
            self._last = now
            raise KeyboardInterrupt


@contextmanager
def stop_signals() -> Iterator[StopSignals]:
    """Let signals that would end this process stop it as Ctrl-C does; yields which came.

    One that is answered otherwise already, as `nohup` does, is left alone.
    """
    came = StopSignals()
    usual = {}
    if threading.current_thread() is threading.main_thread():
        for name in _HEEDED:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                usual[number] = signal.signal(number, came)
    try:
        yield came
    finally:
        for number, answer in usual.items():
            signal.signal(number, answer)

"""Work in the background of the page: the newest request counts, older ones are dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import solara

from simulation.dashboard.histories import Superseded
from simulation.inputs.problems import Problems

FAILED = "This could not be computed; the server's own messages say why."
_T = TypeVar("_T")


class Done(NamedTuple, Generic[_T]):
    """What came of a piece of work: a value, or what was wrong."""

    key: object
    value: _T | None
    wrong: str


def use_work(
    work: Callable[[Callable[[], bool]], _T] | None, key: object
) -> tuple[_T | None, str, bool]:
    """Work in the background whenever the key changes; the last value stays until the next.

    Args:
        work: what to do, given a way to ask whether it is still wanted; None for nothing.
        key: what the work is about.

    Returns:
        The newest value, what was wrong with the newest key, and whether work is under way.
    """
    done, set_done = solara.use_state(Done[_T](None, None, ""))
    current: solara.Ref[object] = solara.use_ref(None)

    def begin() -> Callable[[], None]:
        token = object()
        current.current = token

        def wanted() -> bool:
            return current.current is token

        def do() -> None:
            assert work is not None
            try:
                found = Done(key, work(wanted), "")
            except Superseded:
                return
            except Problems as problems:
                found = Done(key, done.value, problems.render())
            except Exception:
                if wanted():
                    set_done(Done(key, done.value, FAILED))
                raise
            if wanted():
                set_done(found)

        def stop() -> None:
            if wanted():
                current.current = None

        if work is not None:
            threading.Thread(target=do, daemon=True).start()
        return stop

    solara.use_effect(begin, [key, work is None])
    return done.value, done.wrong if done.key == key else "", work is not None and done.key != key

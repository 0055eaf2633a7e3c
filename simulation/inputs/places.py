"""Where things lie: what is shipped, what is the user's own, and where more is put.

In a checkout, and in an installation that points to one, scenarios and questions lie beside the
package; in a wheel they travel inside it. A user's own lie in the working directory.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE_ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = "scenarios"
QUESTIONS = "questions"
DOCUMENTS = "documents"
POSTERIORS = "posteriors"

_IN_A_WHEEL = PACKAGE_ROOT / "shipped"
CHECKOUT = None if _IN_A_WHEEL.is_dir() else PACKAGE_ROOT.parent
"""The root of the checkout that the package is used from; None for a wheel."""


def shipped(folder: str) -> Path:
    """The folder of that name that comes with the package."""
    return (CHECKOUT or _IN_A_WHEEL) / folder


def own(folder: str) -> Path:
    """The folder of that name in the working directory; it need not be there."""
    return Path.cwd() / folder


def is_own(path: Path, folder: str) -> bool:
    """Whether a file lies in the user's folder of that name, and not in the one that is shipped."""
    return not shipped_is_own(folder) and path.resolve().parent == own(folder).resolve()


def shipped_is_own(folder: str) -> bool:
    """Whether the two are one, as they are in the root of a checkout."""
    return own(folder).resolve() == shipped(folder)


def folders_of(folder: str) -> list[Path]:
    """Where things of a kind are looked for: the user's own go before those that are shipped."""
    return [shipped(folder)] if shipped_is_own(folder) else [own(folder), shipped(folder)]

"""How fast: what a rate becomes for a step of another length. The unit of a number says what it is.

    >>> round(in_step(0.19, "share a quarter", 0.5), 3)
    0.1
    >>> round(in_step(0.81, "share kept a quarter", 0.5), 3)
    0.9

Rates of the evidence are a quarter, a year or a meeting, as their units say. A step is a quarter;
this is the one place that says what half of one would do.
"""

from __future__ import annotations

KEPT = "kept"
"""A share that is left, and not one that goes."""
PACES = ("a quarter", "a year", "a meeting")


def pace_of(unit: str) -> str | None:
    """In what time a number acts: a quarter, a year, a meeting; None where it is no rate."""
    return next((pace for pace in PACES if unit.endswith(pace)), None)


def in_step(value: float, unit: str, part: float) -> float:
    """A rate a quarter as it acts in a part of a quarter.

    Args:
        value: the number.
        unit: as the evidence has it.
        part: of a quarter.

    Raises:
        ValueError: the unit is none of a quarter.
    """
    if pace_of(unit) != "a quarter":
        raise ValueError(f"'{unit}' is no rate a quarter")
    if KEPT in unit:
        return float(value**part)
    if unit.startswith(("share", "probability")):
        return float(1 - (1 - value) ** part)
    return float(value * part)

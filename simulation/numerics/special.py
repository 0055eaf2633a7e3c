"""The distributions of SciPy that are used everywhere, without what it imports for none of them.

SciPy takes every name of NumPy, among them its translator of Fortran and its tools for tests.
"""

from __future__ import annotations

from simulation.numerics.stand_ins import standing_in

__all__ = ["gammaincinv", "ndtri", "stdtrit"]

_UNUSED = ("numpy.f2py", "numpy.testing")

with standing_in("scipy.special", _UNUSED):
    from scipy.special import gammaincinv, ndtri, stdtrit

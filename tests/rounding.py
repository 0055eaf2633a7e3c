"""How far results may be off that agree but for the order of operations."""

import numpy as np

from simulation.numerics.arrays import FLOAT

ROUNDING = 8 * float(np.finfo(FLOAT).eps)
"""Of numbers of about one, after a few operations in the model's precision."""

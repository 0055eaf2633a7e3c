"""Figures: one message each, said in the title; what they share, and how they are saved."""

import os

from simulation.numerics.caches import cache_folder, home

_SETTINGS = "MPLCONFIGDIR"

_home = home()
if _SETTINGS not in os.environ and not (_home and os.access(_home, os.W_OK)):
    # Matplotlib would warn that it has no home, and look through the fonts anew in every process.
    _folder = cache_folder("matplotlib")
    if _folder is not None:
        os.environ[_SETTINGS] = str(_folder)

"""The world as arrays over runs: axes, log, what everyone sees, sizes of works and bodies."""

"""From the ranges of the catalogue to a posterior: targets, emulator, matching, ABC."""

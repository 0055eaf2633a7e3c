"""Arrays, compiled loops, keyed draws, memory, dates: what every room stands on."""

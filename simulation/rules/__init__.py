"""The rules: small pure functions on arrays whose last axis is the run.

Arrays and parameters in, arrays out; draws are arguments. No Mesa, no YAML, no generator, and no
number that could be argued about: those live in the catalogue.

A rule is one expression or a few with names: it picks no runs, writes into nothing and does not
branch on a value, so that it can be compiled from its own text. Those that loops call take a number
where others take an array. Which places and runs a rule is asked for, and where its answer goes, is
the turn's matter.
"""

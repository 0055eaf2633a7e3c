"""The rules: small pure functions on arrays whose last axis is the run.

Arrays and parameters in, arrays out; draws are arguments. No Mesa, no YAML, no generator, and no
number that could be argued about: those live in the catalogue.
"""

"""Mechanism switches and rival theories: sets of parameters held at the value that disables them.
"""
SWITCHES = {}
THEORIES = {}

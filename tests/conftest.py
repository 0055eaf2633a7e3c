"""How Hypothesis runs here: the same examples every time, and no clock on a busy machine."""

from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

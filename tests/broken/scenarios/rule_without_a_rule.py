"""A plug-in that adds nothing."""

"""A plug-in that is no Python."""

def asking(it)
    return it

"""How Sphinx builds the site: `python -m sphinx -W -c docs . build/site`.

The top folder is the source, so that README.md and the pages of docs/ link to each other, and to
files of the repository, as they do everywhere else. Nothing is fetched: not while the site is
built, and not by a page that is read.
"""

from simulation import __version__

project = "Heartland"
author = project_copyright = "Heartland contributors"
version = release = __version__
language = "en"

root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "results/README.md"]
exclude_patterns = ["[.]*", "build", "results/*/**", "**/node_modules"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

# Pages are plain Markdown, so that they read well without the site too.
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]

# The API comes from docstrings in the Google form, whose `names` are code.
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autoclass_content = "class"
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "Heartland"
html_copy_source = False
html_show_sphinx = False
html_extra_path = ["site/index.html"]  # the first page lies in docs/
html_theme_options = {"footer_icons": []}

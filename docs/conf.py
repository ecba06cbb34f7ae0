"""How the documentation is built: Sphinx reads Markdown, docstrings and what `tools/docs.py` made; works offline."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from complaint_policy.version import __version__  # noqa: E402

project = "complaint-policy"
author = "the complaint-policy contributors"
project_copyright = author
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = False  # types in signatures are those of the standard library, and nothing is fetched to link them

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4

default_role = "code"  # docstrings write `names` as Markdown does
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
add_module_names = False

html_theme = "furo"
html_title = f"complaint-policy {release}"
html_static_path: list[str] = []
html_copy_source = False
html_show_sphinx = False
# The same input gives the same pages.
html_last_updated_fmt = None

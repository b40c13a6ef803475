"""How the documentation is built: Markdown through MyST, warnings are errors (``make docs``)."""
# ruff: noqa: INP001 (Sphinx reads it by its path)

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "Kechuang 科创"
author = "The Kechuang developers"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
html_theme = "alabaster"
html_theme_options = {
    "description": "A city's innovation platforms, from the plan to the register and back",
    "show_powered_by": False,
}


def setup(app: Sphinx) -> None:
    """Take drawings as plain text: they are drawn where the reader's program can, and load nothing from elsewhere."""
    app.add_lexer("mermaid", TextLexer)

"""How the documentation is built: Markdown through MyST, warnings are errors (``make docs``)."""

project = "Kechuang 科创"
author = "The Kechuang developers"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
html_theme = "alabaster"
html_theme_options = {"description": "A city's innovation platforms, from the plan to the register and back"}

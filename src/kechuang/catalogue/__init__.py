"""The city's rules as typed data: reads ``catalogue/``, checks it as a whole, and knows its version.

Nothing a department may change by a new document is written in code: types of platform,
who is competent for them, levels, processes, indicators, plans, working days. This package
turns the files into frozen objects (``load``), says in Chinese what is wrong with them
(``problems``) and gives them a stable name (``fingerprint``). It keeps nothing, reads nothing
when imported, and knows no database; the kernel stores the numbered versions.
"""

from kechuang.catalogue.checking import problems
from kechuang.catalogue.loading import BrokenCatalogue, Problem, installed_root, load
from kechuang.catalogue.whole import Catalogue, fingerprint

__all__ = ["BrokenCatalogue", "Catalogue", "Problem", "fingerprint", "installed_root", "load", "problems"]

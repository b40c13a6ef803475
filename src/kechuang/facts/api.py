"""The metric dictionary read by programs: the same rows as the list and the export."""

from kechuang.facts.resource import DICTIONARY
from kechuang.ui.api import read_router

router = read_router(DICTIONARY)

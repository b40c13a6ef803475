"""The register read by programs: the same rows as the list and the export."""

from kechuang.platforms.resource import REGISTER
from kechuang.ui.api import read_router

router = read_router(REGISTER, without=("director",))

"""What can be read: the rooms' own routers under ``/api/v1/``."""

from __future__ import annotations

from kechuang.api.house import read_api
from kechuang.api.methods import readable
from kechuang.directory.resource import DIRECTORY
from kechuang.facts.api import router as facts
from kechuang.plan.api import router as plan
from kechuang.platforms.api import router as platforms
from kechuang.portal.api import data_router, notice_router
from kechuang.ui.api import read_router

api = read_api()
api.add_router("platforms/", platforms)
api.add_router("organisations/", read_router(DIRECTORY))
api.add_router("plan/", plan)
api.add_router("metrics/", facts)
api.add_router("datasets/", data_router)
api.add_router("notices/", notice_router)

_patterns, _name, _space = api.urls
urls = (readable(_patterns), _name, _space)

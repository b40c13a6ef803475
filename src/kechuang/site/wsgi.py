"""The WSGI application granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kechuang.site.settings")
os.environ.setdefault("KECHUANG_POOL", "8")  # a web process keeps connections; a command opens one and ends
application = get_wsgi_application()

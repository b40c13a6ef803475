"""The site's settings as tests want them: a quick hash, plain static files, one process's cache."""

from kechuang.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
# Between two tests that commit, Django empties every table; the database would refuse it. A test lost with the power
# is run again, so nobody waits for the disk.
DATABASES["default"]["OPTIONS"]["options"] = "-c kechuang.emptying=test -c synchronous_commit=off"  # noqa: F405

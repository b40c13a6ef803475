"""Django settings: everything comes from the environment table, nothing is edited here per installation."""

import os
from importlib.util import find_spec

from kechuang.site.database.address import read_address


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


DEBUG = False
SECRET_KEY = os.environ.get("KECHUANG_SECRET_KEY", "local")
ALLOWED_HOSTS = ["*"]
FLOORS = ["catalogue", "kernel", "ui", "directory", "plan", "platforms", "workbench", "cockpit"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "procrastinate.contrib.django",
    *(f"kechuang.{name}" for name in FLOORS if _exists(f"kechuang.{name}.apps")),
]
if _exists("kechuang.directory.models"):
    AUTH_USER_MODEL = "directory.User"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *(["kechuang.directory.middleware.ActorMiddleware"] if _exists("kechuang.directory.middleware") else []),
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(["kechuang.ui.context.page"] if _exists("kechuang.ui.context") else []),
            ]
        },
    }
]
ROOT_URLCONF = "kechuang.site.urls"
WSGI_APPLICATION = "kechuang.site.wsgi.application"
_database = read_address(os.environ.get("DATABASE_URL", ""))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_database.options},
        "TEST": {"NAME": os.environ.get("KECHUANG_TEST_DATABASE", "test_kechuang")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "static/"

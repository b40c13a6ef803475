"""Django settings: everything an installation decides comes from the environment table; nothing is edited here."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from kechuang.site.channels import channel_settings, site_address
from kechuang.site.database.address import read_address
from kechuang.site.environment import local_secret_key, read_environment, refuse_unsafe
from kechuang.site.home import home
from kechuang.site.mail import mail_settings
from kechuang.site.sign_in import audit_days, sign_in_settings


ENVIRONMENT = read_environment()
refuse_unsafe(ENVIRONMENT)
PRODUCTION = ENVIRONMENT.is_production
HTTPS = ENVIRONMENT["KECHUANG_HTTPS"]

DEBUG = ENVIRONMENT["KECHUANG_DEBUG"]
SECRET_KEY = ENVIRONMENT["KECHUANG_SECRET_KEY"] or local_secret_key()
SECRET_KEY_FALLBACKS = list(ENVIRONMENT["KECHUANG_SECRET_KEY_FALLBACKS"])
ALLOWED_HOSTS = list(ENVIRONMENT["KECHUANG_HOSTS"])
KECHUANG_SITE_NAME = ENVIRONMENT["KECHUANG_SITE_NAME"]

# --- rooms ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "kechuang.site",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "kechuang.kernel",
    "kechuang.ui",
    "kechuang.directory",
    "kechuang.facts",
    "kechuang.plan",
    "kechuang.calls",
    "kechuang.review",
    "kechuang.platforms",
    "kechuang.notify",
    "kechuang.brain",
    "kechuang.workbench",
    "kechuang.cockpit",
    "kechuang.oversight",
    "kechuang.portal",
    "kechuang.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "kechuang.site.single_sign_on",
    "allauth.usersessions",
    "axes",
    "django_htmx",
    "django_filters",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "kechuang.ui.uploads.middleware.ArrivingPieceMiddleware",  # a slow line holds no lane
    "kechuang.site.admission.AdmissionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kechuang.site.idle.IdleTimeoutMiddleware",
    "kechuang.directory.middleware.ActorMiddleware",
    "kechuang.ui.uploads.middleware.ResumedUploadsMiddleware",
    "kechuang.oversight.middleware.ReadingMiddleware",
    "kechuang.site.sign_in_duties.SignInDutiesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kechuang.ui.chart_files.ChartFileMiddleware",
    "axes.middleware.AxesMiddleware",
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
                "kechuang.ui.context.page",
                "kechuang.site.context.sign_in",
            ]
        },
    }
]
ROOT_URLCONF = "kechuang.site.urls"
WSGI_APPLICATION = "kechuang.site.wsgi.application"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # jobs.py of a room, as its anatomy says
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- database ------------------------------------------------------------------------------------
_database = read_address(ENVIRONMENT["DATABASE_URL"])
_pool = (
    {"min_size": 1, "max_size": ENVIRONMENT["KECHUANG_POOL"], "timeout": 10} if ENVIRONMENT["KECHUANG_POOL"] else None
)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # without it every connection dies once more after the server restarted
        "OPTIONS": {**_database.options, **({"pool": _pool} if _pool else {})},
        "TEST": {"NAME": ENVIRONMENT["KECHUANG_TEST_DATABASE"]},
    }
}
CACHES = {
    # shared by all processes: sign-in limits would otherwise count per process
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kechuang_cache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
MEDIA_ROOT = home() / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False
UPLOADS = {
    "bytes": ENVIRONMENT["KECHUANG_UPLOAD_MB"] * 1024 * 1024,
    "read_bytes": ENVIRONMENT["KECHUANG_UPLOAD_READ_MB"] * 1024 * 1024,
    "pages": ENVIRONMENT["KECHUANG_UPLOAD_PAGES"],
    "pixels": ENVIRONMENT["KECHUANG_UPLOAD_MEGAPIXELS"] * 1_000_000,
    "side": 30_000,
    "unpacked_bytes": ENVIRONMENT["KECHUANG_UPLOAD_UNPACKED_MB"] * 1024 * 1024,
    "ratio": ENVIRONMENT["KECHUANG_UPLOAD_RATIO"],
    "depth": ENVIRONMENT["KECHUANG_UPLOAD_DEPTH"],
    "clamd": ENVIRONMENT["KECHUANG_CLAMD"],
}
SEARCH = {"engine": ENVIRONMENT["KECHUANG_SEARCH_ENGINE"], "folder": home() / "search"}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- signing in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "kechuang.site.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip"}  # the account itself is locked by axes
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT["KECHUANG_PROXIES"]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = KECHUANG_SITE_NAME
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "kechuang.site.accounts.account_name"
AXES_LOCKOUT_CALLABLE = "kechuang.site.accounts.locked_out"
AXES_SENSITIVE_PARAMETERS = ["password", "login"]
AXES_VERBOSE = False
# the account is locked whatever the address: adding the address would lock a whole office behind one router
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
_sign_in = sign_in_settings(ENVIRONMENT)
globals().update(_sign_in)
# Said once more where the type checker sees them.
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = _sign_in["SOCIALACCOUNT_PROVIDERS"]
KECHUANG_SECOND_FACTOR_ROLES: frozenset[str] = _sign_in["KECHUANG_SECOND_FACTOR_ROLES"]
KECHUANG_SECOND_FACTOR_ADVISED: tuple[str, ...] = _sign_in["KECHUANG_SECOND_FACTOR_ADVISED"]
KECHUANG_SECOND_FACTOR_DAYS: int = _sign_in["KECHUANG_SECOND_FACTOR_DAYS"]
KECHUANG_UNUSED_DAYS: int = _sign_in["KECHUANG_UNUSED_DAYS"]
KECHUANG_PASSWORD_DAYS: int = _sign_in["KECHUANG_PASSWORD_DAYS"]
KECHUANG_CONFIRM_SECONDS: int = _sign_in["KECHUANG_CONFIRM_SECONDS"]
KECHUANG_SIGN_ON_ORIGINS: list[str] = _sign_in["KECHUANG_SIGN_ON_ORIGINS"]

# --- sessions, cookies, headers ------------------------------------------------------------------
SESSION_COOKIE_AGE = ENVIRONMENT["KECHUANG_IDLE_MINUTES"] * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz(/audit)?$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]
    if ENVIRONMENT["KECHUANG_PROXIES"]:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler's style sheet draws its arrows as data: pictures
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *KECHUANG_SIGN_ON_ORIGINS],
        "frame-ancestors": [NONE],
        **({"upgrade-insecure-requests": True} if PRODUCTION else {}),
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
        "xr-spatial-tracking",
    )
}

# --- mail, jobs, log -----------------------------------------------------------------------------
globals().update(mail_settings(ENVIRONMENT["KECHUANG_MAIL_URL"], ENVIRONMENT["KECHUANG_MAIL_FROM"]))
KECHUANG_ADDRESS = site_address(ENVIRONMENT)
KECHUANG_LANES = ENVIRONMENT["KECHUANG_THREADS"]
KECHUANG_CHANNELS = channel_settings(ENVIRONMENT)
KECHUANG_AUDIT_DAYS = audit_days(ENVIRONMENT)
KECHUANG_API = {
    "per_minute": ENVIRONMENT["KECHUANG_API_PER_MINUTE"],
    "token_per_minute": ENVIRONMENT["KECHUANG_API_TOKEN_PER_MINUTE"],
}
KECHUANG_OPEN_DATA_KEPT: int = ENVIRONMENT["KECHUANG_OPEN_DATA_KEPT"]
KECHUANG_EMBED = list(ENVIRONMENT["KECHUANG_EMBED"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT["KECHUANG_LOG_LEVEL"]},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "axes": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}

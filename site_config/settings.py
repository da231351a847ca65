"""Django settings.

Values that differ between deployments come from environment variables. The functions of variables.py check
them. With an invalid value, the start fails with an error that names the variable. docs/configuration.md
lists the variables.
"""

import sys

from django.utils.csp import CSP

from blog import extension_apps
from blog.files import modes
from site_config.request_limits import LARGEST_TEXT_BYTES
from site_config.variables import (
    BASE_DIR,
    bucket,
    cache,
    choice,
    database,
    ensure_folder,
    env,
    existing_folder,
    extensions,
    is_cache_server,
    language_code,
    mailer,
    metrics_address,
    seconds,
    secret_key,
    site_address,
    sqlite_file,
    storages_in,
    time_zone_name,
    whole_number,
    write_first,
)

# The machine

DATA_DIR = ensure_folder("GALLEY_DATA", BASE_DIR / "var")  # everything that Galley writes
DEBUG = env.bool("DEBUG", False)
SITE_URL = env.str("SITE_URL", "") or f"http://127.0.0.1:{env.int('PORT', 8000)}"
_site = site_address(SITE_URL)
SITE_URL = f"{_site.scheme}://{_site.netloc}"
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
_site_is_local = _site.hostname in {"127.0.0.1", "localhost", "::1"}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [])
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = LOOPBACK_HOSTS if _site_is_local else [_site.hostname, *LOOPBACK_HOSTS]

# Defaults of the site identity, for fields left blank in the admin (blog/site/identity.py)

SITE_NAME = env.str("GALLEY_SITE_NAME", "Galley")
SITE_TAGLINE = env.str("GALLEY_SITE_TAGLINE", "")
SITE_PUBLISHER = env.str("GALLEY_SITE_PUBLISHER", "")
# One language for all: pages must not depend on the visitor, so there is no LocaleMiddleware.
LANGUAGE_CODE = language_code(env.str("LANGUAGE_CODE", "") or "en")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["site_config.formats"]
TIME_ZONE = time_zone_name(env.str("TIME_ZONE", "UTC"))
USE_TZ = True
REQUIRE_REVIEW = env.bool("GALLEY_REQUIRE_REVIEW", False)  # before an AI-written article is published
REVIEW_BY_OTHERS = env.bool("GALLEY_REVIEW_BY_OTHERS", False)  # nobody approves articles that they edited

# The operator's own files (blog/site/custom_templates.py), and extensions (blog/extend.py)

CUSTOM_DIR = existing_folder("GALLEY_CUSTOM_DIR")
if CUSTOM_DIR:
    sys.path.append(str(CUSTOM_DIR))
HAS_SITE_STYLES = CUSTOM_DIR is not None and (CUSTOM_DIR / "static/css/site.css").is_file()
EXTENSIONS = extensions("GALLEY_EXTENSIONS")
_of_extensions, EXTENSION_VARIABLES = extension_apps.settings_of(EXTENSIONS)
globals().update(_of_extensions)

# The application

ROOT_URLCONF = "site_config.urls"
WSGI_APPLICATION = "site_config.wsgi.application"
INSTALLED_APPS = [
    "blog",
    "site_config.apps.GalleyAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "markdownx",
    *EXTENSIONS,
]
MIDDLEWARE = [
    "site_config.request_log.RequestLogMiddleware",  # first, so that it measures all others
    # Middleware that sets headers precedes middleware that may respond, so that all responses have them.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "blog.reader.middleware.PermissionsPolicyMiddleware",
    "blog.reader.middleware.SpeculationRulesMiddleware",
    "blog.reader.middleware.CacheControlMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "blog.reader.middleware.NulMiddleware",
    "blog.reader.middleware.PageNumberMiddleware",
    "blog.reader.middleware.PublicationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "blog.reader.middleware.ConditionalMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "blog.desk.second_step.gate.SecondStepMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "blog.reader.middleware.NeverCachedAdminMiddleware",
    "blog.reader.middleware.RedirectFallbackMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blog.reader.context_processors.site",
            ],
        },
    },
]
if CUSTOM_DIR:
    TEMPLATES[0]["APP_DIRS"] = False
    TEMPLATES[0]["OPTIONS"]["loaders"] = [
        ("blog.site.custom_templates.Loader", CUSTOM_DIR / "templates"),
        (
            "django.template.loaders.cached.Loader",
            ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
        ),
    ]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database

READ_ONLY = env.bool("GALLEY_READ_ONLY", False)
DATABASES = {"default": database(f"sqlite:///{DATA_DIR / 'db.sqlite3'}", read_only=READ_ONLY)}

write_first(modes.protect_data, DATA_DIR, DATA_DIR / "media", sqlite_file(DATABASES["default"]))

# What several machines share

CACHES = {
    "default": cache(env.dj_cache_url("CACHE_URL", "locmem://")),
    # The kinds of errors that were mailed (error_mail.py).
    "errors": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "mailed_errors",
    },
}
HAS_CACHE_SERVER = is_cache_server(CACHES["default"])
BUCKET = bucket("GALLEY_STORAGE_URL")  # of images, linked files and uploads (blog/files/s3.py)
_shared_by = "GALLEY_STORAGE_URL" if BUCKET else "CACHE_URL" if HAS_CACHE_SERVER else ""
SECRET_KEY = secret_key(DATA_DIR / "secret_key", shared_by=_shared_by)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])

# The page cache (blog/page_cache)

PAGE_CACHE_BYTES = whole_number("GALLEY_PAGE_CACHE_MB", 64, 0, 4096) * 1024 * 1024
PAGES_DIR = ensure_folder("GALLEY_PAGES_DIR")
# How long a cache between Galley and its readers may respond without revalidating (s-maxage).
CDN_SECONDS = whole_number("GALLEY_CDN_SECONDS", 1, 0, 86400)

# Files

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if CUSTOM_DIR and (CUSTOM_DIR / "static").is_dir():
    STATICFILES_DIRS.insert(0, CUSTOM_DIR / "static")
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
ORIGINAL_ROOT = DATA_DIR / "originals"  # of imported images (blog/images/originals.py)
CARD_ROOT = DATA_DIR / "cards"
RENDITION_ROOT = DATA_DIR / "pictures"
IMPORT_ROOT = DATA_DIR / "imports"  # uploaded files until they are imported (blog/imports/uploads/models.py)
STORAGES = {
    "default": {"BACKEND": "blog.files.storage.FolderStorage"},
    "staticfiles": {"BACKEND": "blog.files.static.StaticFilesStorage"},
}
if BUCKET:
    STORAGES |= storages_in(BUCKET)
FILE_UPLOAD_PERMISSIONS = modes.SERVED_FILE
FILE_UPLOAD_DIRECTORY_PERMISSIONS = modes.PASSAGE
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False  # same-origin requests need no CORS header
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_TEXT_BYTES
# Enough for an article with 400 categories and 100 authors, more than allowed, at six fields per row.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Security. Settings that require TLS are on if SITE_URL is https.

_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^health/(?:ready/)?$"]  # requested locally, over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    # Remote images are loaded from their own host until they are mirrored.
    "img-src": [CSP.SELF, "https:", "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
if _https:
    # Old articles contain http: image URLs: browsers try https instead of blocking them.
    SECURE_CSP["upgrade-insecure-requests"] = True
SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains and the preload list are decisions of the domain's owner, not of one site on it.
    "security.W005",
    "security.W021",
    # Without EMAIL_URL, mail goes to standard error. blog/management/checks.py warns if mail is expected.
    "mail.E001",
]

# Log-in (blog/desk/second_step/attempts.py)

LOGIN_FAILURE_LIMIT = 5  # per account, until 15 minutes after the last failure
LOGIN_ADDRESS_LIMIT = 20  # per IP address
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 3600
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Editor

MARKDOWNX_MARKDOWNIFY_FUNCTION = "blog.desk.articles.editor.preview"
MARKDOWNX_URLS_PATH = "/admin/markdownx/preview/"
MARKDOWNX_UPLOAD_URLS_PATH = "/admin/markdownx/upload/"

# E-mail and logs. Errors are written to standard error, and mailed to GALLEY_ADMINS if set (error_mail.py).

MAILERS = {"default": mailer(env.dj_email_url("EMAIL_URL", "console:"))}
# Without a mail server, nothing that needs mail is offered (blog/mail/messages.py).
SENDS_MAIL = not MAILERS["default"]["BACKEND"].endswith(".console.EmailBackend")
ADMINS = env.list("GALLEY_ADMINS", [])
EMAIL_SUBJECT_PREFIX = f"[{_site.hostname}] "  # of mail about errors
SERVER_EMAIL = DEFAULT_FROM_EMAIL = env.str("GALLEY_FROM_EMAIL", "") or f"galley@{_site.hostname}"
LOG_FORMAT = choice("GALLEY_LOG_FORMAT", "lines", "json")
LOG_REQUESTS = env.bool("GALLEY_LOG_REQUESTS", False)  # all that reach Django; otherwise only slow ones
SLOW_SECONDS = seconds("GALLEY_SLOW_SECONDS", 1)
METRICS_ADDRESS = metrics_address(env.str("GALLEY_METRICS_ADDRESS", ""))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "site_config.logs.LineFormatter"},
        "json": {"()": "site_config.logs.JsonFormatter"},
    },
    "filters": {
        "request": {"()": "site_config.logs.RequestFilter"},
        "once_an_hour": {"()": "site_config.error_mail.OnceAnHour"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request"]},
        "admins": {
            "class": "site_config.error_mail.ErrorMailHandler",
            "level": "ERROR",
            "formatter": "lines",
            "filters": ["request", "once_an_hour"],
            "reporter_class": "site_config.error_mail.TracebackReporter",
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console", "admins"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # no line for each 404
        "galley.requests": {"level": "INFO"},  # request_log.py decides which requests are logged
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},  # of runserver
        # Malformed requests must not be mailed to administrators, and requests for other hosts not be logged.
        "django.security": {"handlers": ["console"], "propagate": False},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

"""Settings, safe by default. Everything that differs between installations is an environment
variable: SECRET_KEY, DATABASE_URL, CACHE_URL, ALLOWED_HOSTS, CBEC_HTTPS, CBEC_VAR, DEBUG. What they
say is checked in `environment`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from cbec_portal import environment, time_limits
from cbec_portal.china_time import CHINA
from cbec_portal.secret_key import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = environment.folder("CBEC_VAR", BASE_DIR / "var")

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.secret("SECRET_KEY") or secret_key(VAR_DIR / "secret_key")
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [
    "cbec_portal.apps.PortalConfig",
    "zones",
    "checklists",
    "cbec_portal.accounts.admin.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "cbec_portal.apps.StaticFiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_include_bootstrap",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
]

MIDDLEWARE = [
    "cbec_portal.stack_room.RoomOnStack",
    "cbec_portal.unavailable.BusyAnswers",
    "cbec_portal.request_headers.ReadableHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cbec_portal.embedding.NoCookies",
    "cbec_portal.tracking_parameters.ForeignParameters",
    "cbec_portal.led_elsewhere.LedElsewhere",
    "cbec_portal.sessions.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "cbec_portal.languages.LanguageInAddress",
    "cbec_portal.costly_responses.DearAnswers",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "cbec_portal.accounts.second_factor.SecondFactor",
    "checklists.upload_limits.UploadLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "zones.redirects.FormerKeys",
]

ROOT_URLCONF = "cbec_portal.urls"
WSGI_APPLICATION = "cbec_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["cbec_portal.templatetags.days", "cbec_portal.templatetags.spoken"],
            "libraries": {
                "atlas": "zones.pages.atlas_tags",
                "cells": "zones.pages.cell_tags",
                "desk": "zones.pages.desk_tags",
                "document_words": "zones.pages.document_words",
                "changed": "zones.pages.change_tags",
                "comparisons": "zones.pages.comparison_tags",
                "excerpts": "zones.pages.excerpt_tags",
                "gaps": "zones.pages.gap_tags",
                "gates": "checklists.pages.gate_tags",
                "lanes": "zones.pages.lane_tags",
                "numbers": "zones.pages.number_tags",
                "opening": "zones.pages.opening_tiles",
                "rows": "zones.pages.row_tags",
                "ticked": "zones.pages.ticked_cities",
                "summaries": "zones.pages.summary_tags",
                "form_marks": "zones.admin.form_marks",
                "saved_filters": "zones.admin.filters_page",
                "words": "zones.pages.word_tags",
                "written": "zones.pages.written_tags",
                "zone_words": "zones.pages.zone_words",
            },
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, Any] = {
    "default": environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
}
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "cbec_portal.sqlite"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": time_limits.PATIENCE,
        # FULL: what was said to be written is on the disk, even if the power goes.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            # Each thread has a cache of its own; the system's serves them all.
            "PRAGMA cache_size=-1000; PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    said = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] = time_limits.POSTGRESQL | said
CACHES = {"default": environment.cache("CACHE_URL", "locmemcache://")}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "cbec_portal.accounts.passwords.EndsSecrets"}]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Five wrong passwords for a name from an address, then a quarter of an hour of rest.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "cbec_portal.accounts.account_pages.locked"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "CBEC portal"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

LOGIN_URL = "account:log-in"
LOGIN_REDIRECT_URL = "checklists:dashboard"
LOGOUT_REDIRECT_URL = "zones:home"
SESSION_ENGINE = "cbec_portal.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
PASSWORD_RESET_TIMEOUT = 60 * 60

# Mail goes into files until a server is named, as in smtp://user:password@host:587.
vars().update(environment.mail("EMAIL_URL", f"filemail:///{VAR_DIR / 'mail'}"))
# Seconds to wait for a server of mail; see checklists/services/digests.py for a whole run.
EMAIL_TIMEOUT = environment.whole_number("CBEC_MAIL_SECONDS", 10, most=600)
DEFAULT_FROM_EMAIL = environment.text("CBEC_MAIL_FROM", "portal@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "cbec_portal" / "locale"]
FORMAT_MODULE_PATH = ["cbec_portal.formats"]
TIME_ZONE = CHINA.key
USE_TZ = True

# Uploads on their way lie where a killed process' remains are swept up.
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cbec_portal.joined_scripts.JoinedScripts",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# What a form may send: a grid that is pasted, and the ticks of a change set with 10,000 rows.
DATA_UPLOAD_MAX_MEMORY_SIZE = 11_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000

# What a process keeps of public pages as it sent them: some hundred, most of them compressed.
KEPT_PAGE_BYTES = 8_000_000

# Pages name files by their hash alone, and nobody but a debugger asks for a source map: compressing
# the rest as well would take most of the time of the first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "cbec_portal.api.errors.forged"
SECURE_REFERRER_POLICY = "same-origin"

# One switch for every https rule; off, plain http on the loopback works, log-in included.
HTTPS = environment.flag("CBEC_HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = environment.flag("CBEC_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Where readers report what is wrong with an answer.
CBEC_CONTACT = environment.text("CBEC_CONTACT")

# Where the portal is reached, for links in mails.
CBEC_ADDRESS = environment.web_address(
    "CBEC_ADDRESS", f"http://127.0.0.1:{environment.whole_number('PORT', 8000, most=65_535)}"
)

# The largest file that may be handed in as evidence.
CBEC_EVIDENCE_BYTES = (
    environment.whole_number("CBEC_EVIDENCE_MEGABYTES", 25, most=2_000) * 1_000_000
)

# Whether one person may both write and publish.
CBEC_OFFICE_OF_ONE = environment.flag("CBEC_OFFICE_OF_ONE")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": [
        "cbec_portal.api.renderers.JSONRenderer",
        "cbec_portal.api.renderers.CSVRenderer",
        "cbec_portal.api.renderers.XLSXRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["cbec_portal.api.parsers.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cbec_portal.api.negotiation.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "cbec_portal.api.pagination.Pagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cbec_portal.api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CBEC portal",
    "DESCRIPTION": (
        "Cross-border e-commerce rules of Chinese pilot cities: which rule is in force in a city "
        "on a day, how cities differ, and the source of each answer. Working material, not legal "
        "advice."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # No link stands within a button: readers of the screen would hear only one of the two.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False},
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "ENUM_NAME_OVERRIDES": {
        "ChangeEnum": "zones.models.labels.CHANGES",
        "SourceKindEnum": "zones.models.SourceKind",
        "RecordedStateEnum": "zones.models.labels.RECORDED_STATE_CHOICES",
        "AnswerStateEnum": "zones.rules.vocabulary.State",
        "ItemStatusEnum": "checklists.models.Status.values",
        "GateStateEnum": "checklists.rules.applicability.Gate",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refusals": {"()": "cbec_portal.log_lines.ShortRefusals"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["refusals"],
        }
    },
    # Of every sheet it says which rules of the stylesheet paper does not know.
    "loggers": {"weasyprint": {"level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": environment.log_level("LOG_LEVEL", "WARNING")},
}

"""Settings; the only module that reads the environment (`.env.example` explains each variable)."""

import json
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.urls import reverse_lazy

from config.environment import (
    address,
    blind_index_key,
    choice,
    database,
    encryption_keys,
    optional_address,
    positive,
    push_hosts,
    push_key,
    push_subject,
    required,
    secret_address,
    several,
    signing_key,
    switch,
    url,
    vault_index_key,
    vault_keys,
    whole,
)
from config.queues import QUEUES, ROUTES
from config.rounds import ROUNDS

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Security
SECRET_KEY = signing_key(env.ENVIRON, "SECRET_KEY")
DEBUG = switch(env.ENVIRON, "DEBUG")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DATA_ENCRYPTION_KEYS = encryption_keys(required(env.ENVIRON, "DATA_ENCRYPTION_KEYS"))
BLIND_INDEX_KEY = blind_index_key(required(env.ENVIRON, "BLIND_INDEX_KEY"))
VAULT_PUBLIC_KEYS = vault_keys(env.ENVIRON, "VAULT_PUBLIC_KEY")  # next three: of the vault alone
VAULT_KEYS = vault_keys(env.ENVIRON, "VAULT_KEYS")
VAULT_INDEX_KEY = vault_index_key(env.ENVIRON, "VAULT_INDEX_KEY", is_vault=bool(VAULT_KEYS))
VAULT_LOG, VAULT_SOCKET = env.str("VAULT_LOG", default=""), env.str("VAULT_SOCKET", default="")
VAULT_TIMEOUT_S = positive(env.ENVIRON, "VAULT_TIMEOUT_S", 10)
VAULT_OPENINGS_AN_HOUR = whole(env.ENVIRON, "VAULT_OPENINGS_AN_HOUR", 60)
VAULT_OPENINGS_TOGETHER_AN_HOUR = whole(env.ENVIRON, "VAULT_OPENINGS_TOGETHER_AN_HOUR", 120)
VAULT_TIPS_AN_HOUR = whole(env.ENVIRON, "VAULT_TIPS_AN_HOUR", 300)
VAULT_TIPS_TOGETHER_AN_HOUR = whole(env.ENVIRON, "VAULT_TIPS_TOGETHER_AN_HOUR", 1500)
VAULT_LETTERS_AN_HOUR = whole(env.ENVIRON, "VAULT_LETTERS_AN_HOUR", 1000)
VAULT_RECEIPTS_AN_HOUR = whole(env.ENVIRON, "VAULT_RECEIPTS_AN_HOUR", 300)
HTTPS_ONLY = switch(env.ENVIRON, "HTTPS_ONLY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
HSTS_SUBDOMAINS = switch(env.ENVIRON, "HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY and HSTS_SUBDOMAINS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
# Browsers keep a cookie of such a name only over HTTPS, and from this very host alone.
_COOKIE_PREFIX = "__Host-" if HTTPS_ONLY else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}binhyen_phien"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}binhyen_csrf"
DEVICE_COOKIE_NAME = f"{_COOKIE_PREFIX}binhyen_may"
CSRF_COOKIE_AGE = None  # ends with the browser: who opened the tip pages leaves nothing on a phone
SESSION_HOURS = positive(env.ENVIRON, "SESSION_HOURS", 12)
SESSION_IDLE_MINUTES = positive(env.ENVIRON, "SESSION_IDLE_MINUTES", 30)
# The cookie outlives the limit that accounts.sign_in.sessions keeps, so that a page can say what
# happened.
SESSION_COOKIE_AGE = round(2 * SESSION_HOURS * 3600)
SECOND_FACTOR_REQUIRED = switch(env.ENVIRON, "SECOND_FACTOR_REQUIRED", default=True)
SECOND_FACTOR_ROLES = several(
    env.ENVIRON, "SECOND_FACTOR_ROLES", ("hamlet_head", "team_leader", "front", "party_member")
)  # that must set one up although they need not
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# What the admin theme needs beyond the strict policy above (docs/decisions/0005).
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# Applications
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the default one would put its own site over ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "config.apps.ProjectAdminConfig",
    "accounts",  # before auth: its commands ask for a second person
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "import_export",
    "axes",
    "csp",
    "zalo",
    "procedures",
    "duty",
    "groups",
    "reports",
    "broadcasts",
    "oversight",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.vault.middleware.PagesOfTipsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sign_in.middleware.NulMiddleware",
    "accounts.sign_in.middleware.AdminPolicyMiddleware",
    "accounts.sign_in.middleware.SessionLimitMiddleware",
    "accounts.sign_in.middleware.PasswordChangeMiddleware",
    "accounts.sign_in.middleware.SecondFactorMiddleware",
    "accounts.vault.middleware.VaultSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
                "config.guides.declared.page_context",
            ],
        },
    }
]

# Database
DATABASES = {
    "default": database(env.ENVIRON, "DATABASE_URL")
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
# Read by `prepare_database` alone, which gives the roles these passwords.
DATABASE_ROLE_PASSWORDS = {
    "owner": env.str("POSTGRES_OWNER_PASSWORD", default=""),
    "web": env.str("POSTGRES_WEB_PASSWORD", default=""),
    "worker": env.str("POSTGRES_WORKER_PASSWORD", default=""),
    "vault": env.str("POSTGRES_VAULT_PASSWORD", default=""),
}

# Cache, broker, tasks
REDIS_URL = url(env.ENVIRON, "REDIS_URL", ("redis", "rediss"))
REDIS_KEY_PREFIX = env.str("REDIS_KEY_PREFIX", default="binhyen")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{REDIS_KEY_PREFIX}:cache",
        "VERSION": 2,  # values of the first were pickles
        "OPTIONS": {
            "serializer": "config.json_cache.JsonSerializer",
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
        },
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT = "config.broker:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{REDIS_KEY_PREFIX}:celery:",
    "visibility_timeout": 900,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "socket_keepalive": True,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_TASK_IGNORE_RESULT = True
# The rows are the queue: a lost message is made up for by the next tick, while an unacknowledged
# one would bring the worker down with the broker (docs/decisions/0003).
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_CREATE_MISSING_QUEUES = False
# Seconds after which a slow task ends its step, which its last unit of work may take to a minute.
SLOW_STEP_S = 30.0
# Seconds that tasks have after SIGTERM: less than `stop_grace_period` of docker-compose.yml.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 40.0
# Where a task without a route would be in nobody's way.
CELERY_TASK_DEFAULT_QUEUE = "exports"
CELERY_TASK_QUEUES = QUEUES
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_TASK_ROUTES = ROUTES
CELERY_BEAT_SCHEDULE = ROUNDS

# Where this portal says each five minutes that it is alive, and a file as old as the last backup
HEARTBEAT_URL = secret_address(env.ENVIRON, "HEARTBEAT_URL")
BACKUP_STAMP = env.str("BACKUP_STAMP", default="")
# Mail: the heads of the audit trail, and notices where a sender is named
AUDIT_HEADS_MAIL = env.str("AUDIT_HEADS_MAIL", default="")
MAIL_FROM = env.str("MAIL_FROM", default="")
vars().update(env.email_url("SMTP_URL", default="smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = MAIL_FROM or AUDIT_HEADS_MAIL or "webmaster@localhost"

# Short messages: off until an address is named
SMS_URL = env.str("SMS_URL", default="")
SMS_METHOD = env.str("SMS_METHOD", default="") or "POST"
SMS_FORMAT = env.str("SMS_FORMAT", default="") or "json"
SMS_HEADERS = json.loads(env.str("SMS_HEADERS", default="") or "{}")
SMS_FIELDS = json.loads(env.str("SMS_FIELDS", default="") or "{}")
SMS_ACCEPTED = env.str("SMS_ACCEPTED", default="")

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "duty.shifts.standing_in.StandInBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours that a try counts for; how, says accounts.sign_in.throttle
AXES_HANDLER = "accounts.sign_in.throttle.SignInHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = AXES_ENABLE_ADMIN = False
PROXY_COUNT = whole(env.ENVIRON, "PROXY_COUNT", 0)
AXES_CLIENT_IP_CALLABLE = "accounts.sign_in.addresses.block_of"

# Zalo
PORTAL_URL = optional_address(env.ENVIRON, "PORTAL_URL")
ZALO_API_URL = address(env.ENVIRON, "ZALO_API_URL", "https://openapi.zalo.me")
ZALO_OAUTH_URL = address(env.ENVIRON, "ZALO_OAUTH_URL", "https://oauth.zaloapp.com")
ZALO_APP_ID = env.str("ZALO_APP_ID", default="")
ZALO_APP_SECRET = env.str("ZALO_APP_SECRET", default="")
ZALO_OA_SECRET_KEY = env.str("ZALO_OA_SECRET_KEY", default="")
ZALO_VERIFIER = env.str("ZALO_VERIFIER", default="")
ZALO_TIMEOUT_S = positive(env.ENVIRON, "ZALO_TIMEOUT_S", 10)
ZALO_RATE_PER_MIN = positive(env.ENVIRON, "ZALO_RATE_PER_MIN", 240)

PRACTICE, PRACTICE_ACCOUNTS_FROM, PRACTICE_ADMIN_URL = False, "", ""  # config.settings_practice
# Web push (duty.ways.push): off without a key
VAPID_PRIVATE_KEY = push_key(env.ENVIRON, "VAPID_PRIVATE_KEY")
VAPID_SUBJECT = push_subject(env.ENVIRON, "VAPID_SUBJECT", is_needed=bool(VAPID_PRIVATE_KEY))
PUSH_HOSTS = push_hosts(
    env.ENVIRON,
    "PUSH_HOSTS",
    ("fcm.googleapis.com", "updates.push.services.mozilla.com", "push.apple.com",
     "notify.windows.com"),
)  # fmt: skip

# Members
MEMBER_NATIONAL_ID = choice(env.ENVIRON, "MEMBER_NATIONAL_ID", ("ignore", "store"))
MEMBER_PURGE_DAYS = positive(env.ENVIRON, "MEMBER_PURGE_DAYS", 90)

# Tips (a receipt in a resident's hands was hashed at this cost: another makes it worthless)
RECEIPT_HASH_MEMORY_KIB, RECEIPT_HASH_PASSES = 32 * 1024, 4

# Language and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_vendor"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["config.formats"]

# Files
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("guides", BASE_DIR / "docs" / "screenshots")]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
MEDIA_URL = "media/"
# Witness and journal of sends (zalo.hold): on another volume than the database.
WITNESS_DIR = Path(env.str("WITNESS_DIR", default=str(BASE_DIR / "var" / "witness")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.staticfiles.HashedStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Import and export
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True
IMPORT_EXPORT_SKIP_ADMIN_EXPORT_UI = False

# Metrics and logs
LOG_LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
BINHYEN_VERSION = env.str("BINHYEN_VERSION", default="local")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "config.logs.RedactingFilter"}},
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["redact"],
        }
    },
    "root": {"handlers": ["console"], "level": choice(env.ENVIRON, "LOG_LEVEL", LOG_LEVELS)},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        # Two lines for every tick of two seconds would bury what matters.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "urllib3": {"level": "INFO"},  # below, each line holds the address of somebody's device
    },
}

# Appearance of the admin (the theme reads this; accounts.scoped_admin.base is its only user in
# code)
UNFOLD = {
    "SITE_TITLE": "Bình Yên",
    "SITE_HEADER": "Bình Yên",
    "SITE_SUBHEADER": "Zalo kết nối bình yên",
    "SITE_SYMBOL": "shield_person",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "config.admin_site.favicon"}
    ],
    "ACCOUNT": {
        "navigation": [{"title": "Tài khoản của tôi", "link": reverse_lazy("admin:own_account")}]
    },
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "8px",
    "STYLES": ["config.admin_site.stylesheet"],
    "SCRIPTS": ["config.admin_site.script"],
    "DASHBOARD_CALLBACK": "accounts.scoped_admin.queue.dashboard",
    "COLORS": {
        "primary": {
            "50": "#eef6f4",
            "100": "#d5eae5",
            "200": "#aed5cc",
            "300": "#7fb9ad",
            "400": "#529a8d",
            "500": "#377f72",
            "600": "#28665b",
            "700": "#22524a",
            "800": "#1e433d",
            "900": "#1b3833",
            "950": "#0b201d",
        }
    },
    "SIDEBAR": {"show_search": True, "navigation": "config.navigation.sections.navigation"},
}

"""One settings file, driven by the environment (twelve-factor); every value may also come from `<NAME>_FILE`.

Without `DATABASE_URL` and `REDIS_URL` the embedded PostgreSQL and Valkey of `cias.embedded` are used; that is
for development and demonstration only, so `ENVIRONMENT=production` refuses to start on them.
"""

from pathlib import Path

import environ
import pghistory
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from cias import embedded
from cias.core.logs import logging_without_secrets
from cias.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = embedded.LOCAL_DIR

env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("ENVIRONMENT", default="development")
if ENVIRONMENT not in ("development", "production"):
    raise ImproperlyConfigured("ENVIRONMENT vaut « development » ou « production ».")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", default=False)


def required_in_production(name: str) -> None:
    """Refuse to start a production server on a development default."""
    if PRODUCTION and not (env.str(name, default="") or env.str(f"{name}_FILE", default="")):
        raise ImproperlyConfigured(f"En production, la variable d’environnement {name} est obligatoire.")


_NEEDED = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL", "FIELD_ENCRYPTION_KEYS")
for _name in _NEEDED:
    required_in_production(_name)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG est interdit en production.")

SECRET_KEY = env.str("SECRET_KEY", default="") or embedded.local_secret("secret_key")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[]) or [embedded.local_secret("field_key")]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list(
    "CSRF_TRUSTED_ORIGINS", default=[f"https://{host}" for host in ALLOWED_HOSTS if PRODUCTION]
)

# --- Applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_linear_migrations",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "cias.core",
    "cias.audit",
    "cias.territory",
    "cias.accounts",
    "cias.lists",
    "cias.help",
    "cias.operations",
    "households",
    "appointments",
    "rights",
    "housing",
    "insertion",
    "abs_reports",
    "cias.dashboard",
    "cias.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "cias.core.lost_database.LostDatabaseMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cias.accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cias.middleware.PrivateCacheMiddleware",
    "cias.middleware.PlainTextMiddleware",
    "cias.audit.middleware.AuditMiddleware",
    "cias.accounts.middleware.SecondFactorMiddleware",
    "cias.core.access.PermissionMiddleware",
    "households.middleware.AbsorbedMiddleware",
    "cias.core.once.OnceMiddleware",
]

ROOT_URLCONF = "cias.urls"
WSGI_APPLICATION = "cias.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["cias.core.templatetags.cias"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cias.dashboard.navigation.shell",
                "cias.help.context.help_of_screen",
            ],
        },
    },
]

FORM_RENDERER = "cias.core.rendering.Renderer"

# --- Database, cache and broker ---------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=embedded.database_url())}
DATABASES["default"].update(  # the engine is Django's, which waits for a server that starts again
    ENGINE="cias.core.postgresql",
    CONN_MAX_AGE=None,
    CONN_HEALTH_CHECKS=True,
    DISABLE_SERVER_SIDE_CURSORS=True,
)
REDIS_URL = env.str("REDIS_URL", default=embedded.broker_url())
CACHES = {
    "default": {
        "BACKEND": "cias.core.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cias",
    }
}

# Celery: the broker is only a doorbell, the work itself is a row in the database (docs/adr/0004).
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 0,  # a click asks once; a worker goes on by its own rules
}
CELERY_TIMEZONE = "Europe/Paris"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# History triggers keep every state a tracked row went through, its deletion included (C5).
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# --- Language, time ---------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["cias.core.formats"]

# --- Accounts ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "last_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cias.territory.passwords.BodyWordsValidator"},
    {"NAME": "cias.accounts.passwords.CnilPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "cias.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "cias.accounts.login_forms.LoginForm",
    "change_password": "cias.accounts.login_forms.ChangePasswordForm",
    "set_password": "cias.accounts.login_forms.SetPasswordForm",
    "reset_password": "cias.accounts.login_forms.ResetPasswordForm",
    "reset_password_from_key": "cias.accounts.login_forms.ResetPasswordKeyForm",
    "reauthenticate": "cias.accounts.login_forms.ReauthenticateForm",
}
# Failed logins wait longer and longer, for one account ("key") as for one address; nobody is ever locked out for
# good: an hour at most, and a passkey is not concerned. Addresses and accounts are hashed in the cache's keys.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,60/h/ip,5/m/key,10/15m/key,20/h/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
# How many reverse proxies of ours stand before the application: the address that tried comes from the last of them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
MFA_ADAPTER = "cias.accounts.adapter.MfaAdapter"
MFA_FORMS = {
    "authenticate": "cias.accounts.login_forms.AuthenticateForm",
    "reauthenticate": "cias.accounts.login_forms.ReauthenticateCodeForm",
    "activate_totp": "cias.accounts.login_forms.ActivateTotpForm",
    "add_webauthn": "cias.accounts.login_forms.AddPasskeyForm",
    "edit_webauthn": "cias.accounts.login_forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "CIAS"

# Who may not work without a second factor: "all", or roles of cias/accounts/enums.py.
MFA_REQUIRED_ROLES = env.list("MFA_REQUIRED_ROLES", default=["all"] if PRODUCTION else [])
if PRODUCTION and not MFA_REQUIRED_ROLES:
    raise ImproperlyConfigured("En production, MFA_REQUIRED_ROLES vaut « all » ou nomme des rôles.")

# Logging in through an identity provider (OpenID Connect), for accounts that exist: docs/operations.md.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="ProConnect")
OIDC_SCOPES = env.str("OIDC_SCOPES", default="openid email")
OIDC_ACR_VALUES = env.str("OIDC_ACR_VALUES", default="")  # asked of the provider
OIDC_MFA_ACR = env.list("OIDC_MFA_ACR", default=[])  # answers of the provider that vouch for a second factor
OIDC_TRUST_EMAIL = env.bool("OIDC_TRUST_EMAIL", default=False)  # it verifies every address without saying so
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_ISSUER demande OIDC_CLIENT_ID et OIDC_CLIENT_SECRET.")
if PRODUCTION and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("En production, OIDC_ISSUER commence par https://.")

SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=10) * 3600  # a working day, at most
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", default=30) * 60
SESSION_WARNING_SECONDS = 5 * 60  # before the end, a dialog says so
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cias.core.http.csrf_failure"

# --- Security headers -------------------------------------------------------------------------------
# Logging out goes on to the identity provider, and browsers count a redirect as the form's action.
_provider = ["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else []
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF, *_provider],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Files ------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
_npm = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", _npm / "bootstrap/dist/css"),
    ("vendor/atkinson", _npm / "@fontsource-variable/atkinson-hyperlegible-next"),
    ("vendor/fullcalendar", _npm / "fullcalendar"),
    ("vendor/fullcalendar/locales/fr", _npm / "fullcalendar/locales/fr"),
]
STATICFILES_FINDERS = ["cias.core.static.Finder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cias.core.static.Storage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
# Nothing under MEDIA_ROOT is ever served by URL: files leave through views that check access.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(LOCAL_DIR / "media"))()
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "cias.core.uploads.handler.BoundedHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# What people bring (cias/core/uploads): read in memory up to these sizes, checked in a process of its own.
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", default=20)
UPLOAD_MAX_TOTAL_MB = env.int("UPLOAD_MAX_TOTAL_MB", default=60)
UPLOAD_MAX_FILES = env.int("UPLOAD_MAX_FILES", default=10)
UPLOAD_MAX_PAGES = env.int("UPLOAD_MAX_PAGES", default=200)
UPLOAD_MAX_MEGAPIXELS = env.int("UPLOAD_MAX_MEGAPIXELS", default=64)
UPLOAD_SECONDS = env.int("UPLOAD_SECONDS", default=25)  # for one file
UPLOAD_TOTAL_SECONDS = env.int("UPLOAD_TOTAL_SECONDS", default=45)  # for a request; the web server waits 60
# "unix:/run/clamav/clamd.ctl" or "tcp:host:3310"; without it files are kept and shown as « non analysé ».
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
ANTIVIRUS_REQUIRED = env.bool("ANTIVIRUS_REQUIRED", default=False)
# A retired document can be had back for this long; an expiry is announced, then pressed for, this many days before.
DOCUMENT_RETIRED_DAYS = env.int("DOCUMENT_RETIRED_DAYS", default=30)
DOCUMENT_NOTICE_DAYS = env.int("DOCUMENT_NOTICE_DAYS", default=60)
DOCUMENT_SOON_DAYS = env.int("DOCUMENT_SOON_DAYS", default=30)
MERGE_UNDO_DAYS = env.int("MERGE_UNDO_DAYS", default=30)  # how long a merge of two files can be undone

# --- Operations (docs/operations.md) ----------------------------------------------------------------
# The folder of pg_dump and pg_restore, when it is none of those where they are looked for.
POSTGRES_BINARIES = env.str("POSTGRES_BINARIES", default="")
# What a monitoring program shows at /metriques/, as « Authorization: Bearer … »; without it, only agents may look.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("METRICS_TOKEN compte au moins 32 caractères tirés au hasard.")
# The database account of web, worker and beat, which `grant_web_role` creates and bounds.
WEB_DATABASE_ROLE = env.str("WEB_DATABASE_ROLE", default="cias_web")
WEB_DATABASE_PASSWORD = env.str("WEB_DATABASE_PASSWORD", default="")

# --- E-mail -----------------------------------------------------------------------------------------
# EMAIL_URL (smtp+tls://user:password@host:587) says what a mail back end needs; what it leaves out stays default.
_email = env.email_url("EMAIL_URL", default="consolemail://")
_email_options = {
    "EMAIL_HOST": "host",
    "EMAIL_PORT": "port",
    "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_USE_TLS": "use_tls",
    "EMAIL_USE_SSL": "use_ssl",
    "EMAIL_FILE_PATH": "file_path",
}
MAILERS = {
    "default": {
        "BACKEND": _email["EMAIL_BACKEND"],
        "OPTIONS": {option: _email[name] for name, option in _email_options.items() if _email.get(name)}
        # A mail server that does not answer must not hold a page.
        | ({"timeout": 10} if _email["EMAIL_BACKEND"].endswith("smtp.EmailBackend") else {}),
    }
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ne-pas-repondre@cias.test")

# --- Reminders of appointments ----------------------------------------------------------------------
# Who sends them: "email=dotted.path,sms=dotted.path" (appointments/senders.py). None for a channel: it is not used.
REMINDER_SENDERS = env.dict("REMINDER_SENDERS", default={"email": "appointments.senders.MailSender"})
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")
if PRODUCTION and SMS_GATEWAY_URL and not SMS_GATEWAY_URL.startswith("https://"):
    raise ImproperlyConfigured("En production, SMS_GATEWAY_URL commence par https:// : un numéro y circule.")

# --- Logs: one JSON object a line, without personal data -------------------------------------------
LOGGING = logging_without_secrets(
    json=PRODUCTION, level=env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")
)

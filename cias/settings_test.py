"""Settings of the test run: the same database engine and broker as everywhere, faster hashing, stricter templates."""

import os

from cias.settings import *  # noqa: F403
from cias.settings import DATABASES, MIDDLEWARE, embedded, env

SECRET_KEY = "test-only"  # noqa: S105 - not a secret: no data survives the run
FIELD_ENCRYPTION_KEYS = ["dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktMDA="]
DEBUG = False
# Tests travel in time; those about idle sessions set their own limit.
SESSION_IDLE_SECONDS = 10**9

# Several checkouts and xdist workers share one embedded server: the checkout names its own test database.
DATABASES["default"].setdefault("TEST", {})["NAME"] = os.environ.get("TEST_DB_NAME", "test_cias")
DATABASES["default"]["CONN_MAX_AGE"] = 0
# The tables come straight from the models (tests/conftest.py): what a migration of pghistory installs comes this way.
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True

# Valkey database 1 (and following, one for each xdist worker) so that a running demo keeps its queue.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
REDIS_URL = env.str("REDIS_URL", default=embedded.broker_url(database=1 + _worker))
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "cias.core.cache.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "test"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")

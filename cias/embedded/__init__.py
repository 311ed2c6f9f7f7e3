"""The PostgreSQL and Valkey of development, tests and demonstration, out of PyPI wheels: nothing to install.

Used when `DATABASE_URL` or `REDIS_URL` is not set; production refuses them. The servers listen on Unix
sockets only, keep their data under `LOCAL_DIR` and are shared by every process of a checkout: the first one
starts them, the last one stops them, even when it was killed (see `lifecycle`).
"""

from cias.embedded.lifecycle import EmbeddedError, running_services, start_for_process
from cias.embedded.paths import LOCAL_DIR, broker_url, database_url, local_secret

__all__ = [
    "LOCAL_DIR",
    "EmbeddedError",
    "broker_url",
    "database_url",
    "local_secret",
    "running_services",
    "start_for_process",
]

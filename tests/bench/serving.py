"""The application behind gunicorn, as a benchmark's users reach it, and the sessions they come with."""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from cias.accounts.models import User
from cias.accounts.sessions import OPENED, SEEN
from cias.embedded import database_url

HOST, PORT, WORKERS = "127.0.0.1", 8917, 3
PATIENCE = 60


@contextmanager
def served() -> Iterator[subprocess.Popen[bytes]]:
    """Three gunicorn processes on the database in use, with the settings of the demonstration."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "cias.settings",
        "DATABASE_URL": _database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
    }
    with tempfile.TemporaryFile() as log:
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
            env=environment, cwd=settings.BASE_DIR, check=True, stdout=log, stderr=log,
        )  # fmt: skip
        command = [sys.executable, "-m", "gunicorn", "cias.wsgi", "--bind", f"{HOST}:{PORT}"]
        command += ["--workers", str(WORKERS), "--preload", "--timeout", "60", "--no-control-socket"]
        server = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log)
        try:
            _wait(server)
            yield server
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def _database_url() -> str:
    """That of the settings, with the name of the database in use."""
    base, _, options = (os.environ.get("DATABASE_URL") or database_url()).partition("?")
    return f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}" + (options and f"?{options}")


def _wait(server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            asking = http.client.HTTPConnection(HOST, PORT, timeout=5)
            asking.request("GET", "/sante/")
            if asking.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"gunicorn does not answer on port {PORT}")


def session_of(user: User) -> str:
    """The cookie of somebody who has logged in."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[OPENED] = store[SEEN] = int(time.time())
    store.create()
    return str(store.session_key)


def memory_of(server: subprocess.Popen[bytes]) -> list[int]:
    """Bytes that each process of the web server keeps for itself (its private pages), the first one shared out."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    found = []
    for pid in children:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        found.append(sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024)
    return found

"""Programs run as real processes against the test database: a Celery worker, a command that gets killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def test_database_url() -> str:
    """The database this test uses, as DATABASE_URL for another process."""
    found = connection.settings_dict
    login = f"{quote(found['USER'], safe='')}:{quote(found['PASSWORD'], safe='')}"
    if found["HOST"].startswith("/"):  # a Unix socket: django-environ reads it as the path
        return f"postgres://{login}@/{found['HOST']}/{found['NAME']}"
    port = f":{found['PORT']}" if found["PORT"] else ""
    return f"postgres://{login}@{found['HOST']}{port}/{found['NAME']}"


def environment(media: Path, **more: str) -> dict[str, str]:
    """The same database, broker and documents as the test, with the ordinary settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "cias.settings",
        "DATABASE_URL": test_database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(media),
        **more,
    }


def manage(media: Path, *arguments: str) -> subprocess.Popen[str]:
    """`manage.py arguments` in a process of its own; its standard error can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(media),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


class Worker:
    """`celery -A cias worker` until `stop` or `kill`."""

    def __init__(self, media: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "cias",
            "worker",
            "--concurrency=1",
            "--loglevel=INFO",
        ]
        self.log = media / f"worker-{time.monotonic_ns()}.log"
        self._file = self.log.open("w")
        self.process = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle"],
            cwd=settings.BASE_DIR,
            env=environment(media),
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if not eventually(lambda: "ready." in self.log.read_text()):
            self.kill()  # it would do the work of the tests that follow
            raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """As when the machine stops: the worker and its pool, at once."""
        os.killpg(self.process.pid, 9)
        self.process.wait()
        self._file.close()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, 9)
                self.process.wait()
        self._file.close()


def eventually(condition: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Whether `condition` becomes true in time; generous, because the machine is shared."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False

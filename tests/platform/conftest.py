"""A private checkout's worth of embedded servers, used only through child processes, as the real ones are."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import environ
import psycopg
import pytest
import redis

from cias.core.cache import redis_py_url
from cias.embedded.stop import postgres_pid, stop_servers, valkey_pid

REPOSITORY = Path(__file__).resolve().parents[2]
HOLD = """
import json, sys
from cias import embedded
from cias.embedded import paths
embedded.start_for_process()
print(json.dumps([embedded.database_url(), embedded.broker_url(), str(paths.RUN_DIR)]), flush=True)
sys.stdin.read()
"""


class Sandbox:
    """One LOCAL_DIR and the processes that use it."""

    def __init__(self, local_dir: Path) -> None:
        self.local_dir = local_dir
        self.users: list[subprocess.Popen[str]] = []
        self.run_dirs: set[Path] = set()

    def environment(self, **more: str) -> dict[str, str]:
        ours = ("DATABASE_URL", "REDIS_URL", "ENVIRONMENT", "CIAS_", "PYTEST", "COV", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**kept, "CIAS_LOCAL_DIR": str(self.local_dir), "PYTHONPATH": str(REPOSITORY), **more}

    def python(self, code: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run some Python in a child; standard streams are text."""
        return subprocess.run(
            [sys.executable, "-c", code],
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def launch(self, **more: str) -> subprocess.Popen[str]:
        """A process that starts or joins the servers, without waiting for them."""
        user = subprocess.Popen(
            [sys.executable, "-c", HOLD], env=self.environment(**more), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.users.append(user)
        return user

    def wait_for(self, user: subprocess.Popen[str]) -> None:
        line = user.stdout.readline()
        assert line, user.stderr.read()
        self.database_url, self.broker_url, run_dir = json.loads(line)
        self.run_dirs.add(Path(run_dir))

    def join(self, **more: str) -> subprocess.Popen[str]:
        user = self.launch(**more)
        self.wait_for(user)
        return user

    def leave(self, user: subprocess.Popen[str]) -> None:
        user.stdin.close()
        assert user.wait(30) == 0, user.stderr.read()

    @property
    def postgres(self) -> int | None:
        return postgres_pid(self.local_dir / "postgres")

    @property
    def valkey(self) -> int | None:
        return valkey_pid(self.local_dir / "valkey")

    def sql(self, *statements: str) -> list[tuple]:
        """Run statements, each committed; rows of the last one."""
        url = environ.Env.db_url_config(self.database_url)
        with psycopg.connect(
            host=url["HOST"], user=url["USER"], password=url["PASSWORD"], dbname=url["NAME"], autocommit=True
        ) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def broker(self) -> redis.Redis:
        return redis.Redis.from_url(redis_py_url(self.broker_url))

    def close(self) -> None:
        for user in self.users:
            user.kill()
            user.wait()
            for stream in (user.stdin, user.stdout, user.stderr):
                stream.close()
        stop_servers(self.local_dir)
        if (self.local_dir / "postgres").is_symlink():  # data of another account: see cias.embedded.postgres
            shutil.rmtree((self.local_dir / "postgres").resolve().parent, ignore_errors=True)
        for folder in (self.local_dir, *self.run_dirs):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def make_sandbox() -> Iterator[Callable[..., Sandbox]]:
    made = []

    def make(name: str = "local") -> Sandbox:
        # Not tmp_path: its length would hide the ordinary case, where the sockets are in LOCAL_DIR.
        made.append(Sandbox(Path(tempfile.mkdtemp(prefix="cias-")) / name))
        return made[-1]

    yield make
    for sandbox in made:
        sandbox.close()
        shutil.rmtree(sandbox.local_dir.parent)


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """A LOCAL_DIR whose servers ran once: copying it is quicker than creating a cluster for each test."""
    folder = Path(tempfile.mkdtemp(prefix="cias-"))
    made = Sandbox(folder / "local")
    made.leave(made.join())
    yield made.local_dir
    made.close()
    shutil.rmtree(folder)


@pytest.fixture
def new_sandbox(make_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """Nothing exists yet, not even its folder."""
    return make_sandbox()


@pytest.fixture
def sandbox(make_sandbox: Callable[..., Sandbox], initialised: Path) -> Sandbox:
    """The servers ran here before and are stopped."""
    made = make_sandbox()
    shutil.copytree(initialised, made.local_dir, symlinks=True)
    return made


def kill(*pids: int | None) -> None:
    for pid in pids:
        assert pid
        os.kill(pid, signal.SIGKILL)


def eventually(condition: Callable[[], bool], *, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False

"""The supervisor of `make demo`, with small programs in place of the web server and the worker."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.platform.conftest import REPOSITORY, eventually

# Each child writes its number in a file, forks a helper as gunicorn and Celery do, and waits.
CHILD = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
if os.fork() == 0:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.05)
    os._exit(0)
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()}\\n")
time.sleep(60)
"""
SUPERVISE = """
import sys
from pathlib import Path
from cias.embedded.paths import EmbeddedError
from cias.embedded.supervisor import Child, Supervisor, say
folder = Path(sys.argv[1])
children = [Child(name, [sys.executable, "-c", sys.argv[2], str(folder / name)], log=folder / "log" / name)
            for name in ("web", "worker")]
supervisor = Supervisor(children, keep_services=lambda: None)
try:
    sys.exit(supervisor.watch(is_ready=lambda: (folder / "web").exists(), on_ready=lambda: say("ready")))
except EmbeddedError as error:
    sys.exit(str(error))
"""


def supervise(folder, child=CHILD):
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(folder), child],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pids(path):
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def is_alive(pid):
    """Dead but not yet buried by the machine's first process counts as dead."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def supervisor(tmp_path):
    process = supervise(tmp_path)
    assert eventually(lambda: pids(tmp_path / "web") and pids(tmp_path / "worker"))
    yield process
    process.kill()
    process.communicate()


def test_a_dead_child_is_started_again(supervisor, tmp_path):
    first = pids(tmp_path / "worker")[0]
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: len(pids(tmp_path / "worker")) == 2)
    assert len(pids(tmp_path / "web")) == 1
    supervisor.terminate()
    out, _ = supervisor.communicate(timeout=20)
    assert "worker s’est arrêté (code -9)" in out
    assert supervisor.returncode == 0


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_way_to_stop_it_leaves_a_child_behind(supervisor, tmp_path, order):
    children = pids(tmp_path / "web") + pids(tmp_path / "worker")
    assert all(map(is_alive, children))
    supervisor.send_signal(order)
    supervisor.wait(20)
    assert eventually(lambda: not any(map(is_alive, children)))
    assert supervisor.returncode == (-order if order == signal.SIGKILL else 0)


def test_a_child_that_cannot_run_ends_it_with_its_last_words(tmp_path):
    process = supervise(tmp_path, child="raise SystemExit('no such module')")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "s’arrête sans cesse (code 1)" in errors
    assert "no such module" in errors


def test_a_busy_port_is_one_sentence(new_sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "cias.embedded", "demo"],
            env=new_sandbox.environment(PORT=str(port)),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Le port {port} est déjà pris")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not new_sandbox.local_dir.exists()


def test_the_demonstration_refuses_production(new_sandbox):
    code = "from cias.embedded.demo import serve; serve(development=False)"
    done = new_sandbox.python(
        code, ENVIRONMENT="production", DATABASE_URL="postgres://db/x", REDIS_URL="redis://b/0"
    )
    assert done.returncode == 1
    assert "ne se lance pas en production" in done.stderr


def test_clean_forgets_the_data_but_not_under_a_running_process(sandbox):
    clean = "from cias.embedded import clean as c; c.REPOSITORY = c.LOCAL_DIR; c.clean()"
    user = sandbox.join()
    sandbox.sql("CREATE TABLE old (n int)")
    refused = sandbox.python(clean)
    assert refused.returncode == 1
    assert "sont en cours" in refused.stderr
    assert sandbox.sql("SELECT count(*) FROM old") == [(0,)]
    sandbox.leave(user)

    assert sandbox.python(clean).returncode == 0
    assert not (sandbox.local_dir / "postgres").exists()
    assert not (sandbox.local_dir / "secrets").exists()
    again = sandbox.join()
    assert sandbox.sql("SELECT to_regclass('old')") == [(None,)]
    sandbox.leave(again)

"""The queue away, silent or restarted: a click never waits for it, and what was asked is done in the end."""

import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from cias.celery import app as ours
from cias.core import jobs
from tests.factories import ReportFactory
from tests.platform.conftest import (  # noqa: F401 - fixtures
    Sandbox,
    initialised,
    kill,
    make_sandbox,
    sandbox,
)


class Mute:
    """A server that takes connections and never answers: the worst of queues."""

    def __init__(self, path: Path) -> None:
        self.met = 0
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(8)
        self._kept: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.met += 1
            self._kept.append(connection)

    def close(self) -> None:
        for one in (*self._kept, self._server):
            one.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: that of a socket has at most a hundred letters."""
    with tempfile.TemporaryDirectory(prefix="cias-") as name:
        yield Path(name)


def bell(url: str) -> Celery:
    """Our application as the settings make it, with another queue."""
    app = Celery("elsewhere")
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = url
    app.conf.broker_transport_options = {**ours.conf.broker_transport_options, "socket_timeout": 0.5}
    return app


def task_of(app: Celery) -> object:
    @app.task(name="elsewhere.work")
    def work(key: str) -> None:
        """Nobody takes it up here."""

    return work


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two attempts the library sleeps for seconds: whoever clicked would."""

    def asleep(seconds: float) -> None:
        raise AssertionError(f"a click waits {seconds} s for the queue")

    monkeypatch.setattr("kombu.utils.functional.sleep", asleep)


@pytest.mark.usefixtures("no_waiting")
def test_a_queue_that_is_away_is_asked_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = task_of(bell(f"redis+socket://{folder}/none.sock"))
    jobs.ring(task, ReportFactory.build().pk)
    assert "waits for the sweep" in caplog.text


@pytest.mark.usefixtures("no_waiting")
def test_a_queue_that_never_answers_is_not_asked_again_and_again(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = Mute(folder / "mute.sock")
    try:
        jobs.ring(task_of(bell(f"redis+socket://{folder}/mute.sock")), ReportFactory.build().pk)
    finally:
        server.close()
    assert "waits for the sweep" in caplog.text
    assert server.met == 1


def test_the_settings_bound_every_wait_for_the_queue() -> None:
    assert ours.conf.task_publish_retry is False
    assert ours.conf.task_ignore_result is True
    options = ours.conf.broker_transport_options
    assert options["socket_timeout"] <= 5
    assert options["socket_connect_timeout"] <= 5
    assert options["visibility_timeout"] > ours.conf.task_time_limit
    assert ours.conf.task_acks_late
    assert ours.conf.task_reject_on_worker_lost
    assert ours.conf.worker_prefetch_multiplier == 1


def test_what_was_queued_survives_a_queue_that_is_killed(sandbox: Sandbox) -> None:  # noqa: F811
    """Published through Celery, as pages do, then every server process killed."""
    sandbox.join()
    task = task_of(bell(sandbox.broker_url))
    for number in range(25):
        task.delay(str(number))  # type: ignore[attr-defined]
    assert sandbox.broker().llen("celery") == 25
    dead = sandbox.valkey
    kill(dead)
    sandbox.join()
    assert sandbox.valkey != dead
    assert sandbox.broker().llen("celery") == 25
    task.delay("after")  # type: ignore[attr-defined]
    assert sandbox.broker().llen("celery") == 26

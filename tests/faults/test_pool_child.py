"""A process of the worker's pool dies in the middle of its work (no memory left, say); the worker itself lives on."""

import os
import signal
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from abs_reports.enums import ReportStatus
from abs_reports.models import CompilationRun, Figure, Report
from abs_reports.services import prepare_dashboard, request_compilation, requeue_lost_runs
from cias.core.jobs import JobState
from tests.worker import Worker, eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
    pytest.mark.worker,
]


def children(parent: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


def test_a_killed_child_leaves_nothing_half_done_and_its_work_is_done(
    territory: None, settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    worker = Worker(tmp_path)
    try:
        report = prepare_dashboard(last_day=date(2025, 12, 31))
        with transaction.atomic():
            # The last transaction of the work waits for this row: the process dies with everything computed.
            Report.objects.select_for_update(no_key=True).get(pk=report.pk)
            run = _asked_elsewhere(report)
            assert eventually(lambda: _run(run).steps_done > 0, seconds=180), worker.log.read_text()
            pool = children(worker.process.pid)
            for dead in pool:
                os.kill(dead, signal.SIGKILL)
            assert eventually(lambda: not pool & children(worker.process.pid))
        assert eventually(lambda: bool(children(worker.process.pid)))
        assert worker.process.poll() is None
        assert not Figure.objects.exists()
        assert _run(run).state == JobState.RUNNING
        CompilationRun.objects.filter(pk=run).update(heartbeat_at=timezone.now() - timedelta(seconds=61))
        requeue_lost_runs()
        assert eventually(lambda: _run(run).state == JobState.DONE, seconds=240), worker.log.read_text()
    finally:
        worker.stop()
    assert _run(run).attempts == 2
    assert Report.objects.get().status == ReportStatus.PUBLISHED
    assert Figure.objects.exists()


def _asked_elsewhere(report: Report) -> object:
    """From a connection of its own: the caller's transaction is not committed."""
    kept: list[object] = []

    def ask() -> None:
        kept.append(request_compilation(report=report).pk)
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    return kept[0]


def _run(key: object) -> CompilationRun:
    return CompilationRun.objects.get(pk=key)

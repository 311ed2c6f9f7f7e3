"""H17, the work itself: delivered twice, cancelled, killed between two chunks, it is done once and whole."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cias.accounts.models import User
from cias.core.jobs import JobState, cancel_job
from households.enums import TakeOverJobKind, TakeOverStatus
from households.models import Household, NumberSeries, Person, TakeOver, TakeOverKey, TakeOverRun
from households.takeover import job, services
from tests.households.takeovers import csv_file, line, received

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("territory", "media", "silent_bell"),
]
NAMES = ("Bazin", "Colas", "Duval", "Fabre", "Guyot", "Lemoine")
FILE = csv_file(*(line(dossier=f"A{rank}", nom=name, prenom="Anne") for rank, name in enumerate(NAMES)))


@pytest.fixture
def takeover(isabelle: User, monkeypatch: pytest.MonkeyPatch) -> TakeOver:
    monkeypatch.setattr(job, "NEW_AT_ONCE", 2)
    takeover = received(isabelle, FILE)
    assert done(order(takeover, TakeOverJobKind.CHECK)) == JobState.DONE
    return takeover


def order(takeover: TakeOver, kind: TakeOverJobKind) -> TakeOverRun:
    return services.request_run(takeover=takeover, kind=kind, by=takeover.created_by)


def done(run: TakeOverRun) -> str:
    finished = job.do_run(run.pk)
    return finished.state if finished else ""


def assert_whole() -> None:
    assert Household.objects.count() == Person.objects.count() == TakeOverKey.objects.count() == len(NAMES)
    numbers = sorted(Household.objects.values_list("number", flat=True))
    assert numbers == [f"M-2026-{rank:05d}" for rank in range(1, len(NAMES) + 1)]
    assert NumberSeries.objects.get(year=2026).last == len(NAMES)


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


def killed_after(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0
    original: Callable[..., None] = job.write_new

    def write_new(*arguments: object) -> None:
        nonlocal written
        if written == chunks:
            raise Killed
        written += 1
        original(*arguments)

    monkeypatch.setattr(job, "write_new", write_new)


def test_a_worker_killed_between_two_chunks_is_replaced_without_doubling(takeover, monkeypatch) -> None:
    run = order(takeover, TakeOverJobKind.IMPORT)
    with monkeypatch.context() as patch:
        killed_after(1, patch)
        with pytest.raises(Killed):
            job.do_run(run.pk)
    takeover.refresh_from_db()
    assert (takeover.status, Household.objects.count()) == (TakeOverStatus.PARTIAL, 2)
    TakeOverRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    assert services.requeue_lost_runs() == 1
    assert done(run) == JobState.DONE
    assert_whole()


def test_cancelled_it_stops_between_two_chunks_and_can_go_on_or_back(takeover, monkeypatch) -> None:
    run = order(takeover, TakeOverJobKind.IMPORT)
    original = job.write_new
    with monkeypatch.context() as patch:
        patch.setattr(job, "write_new", lambda *arguments: (original(*arguments), cancel_soon(run)))
        assert done(run) == JobState.CANCELLED
    takeover.refresh_from_db()
    assert takeover.status == TakeOverStatus.PARTIAL
    assert Household.objects.count() == 2
    assert done(order(takeover, TakeOverJobKind.UNDO)) == JobState.DONE
    assert not Household.objects.exists()
    assert not Person.objects.exists()


def test_cancelled_then_taken_up_again_it_ends_whole(takeover, monkeypatch) -> None:
    run = order(takeover, TakeOverJobKind.IMPORT)
    with monkeypatch.context() as patch:
        original = job.write_new
        patch.setattr(job, "write_new", lambda *arguments: (original(*arguments), cancel_soon(run)))
        assert done(run) == JobState.CANCELLED
    takeover.refresh_from_db()
    assert done(order(takeover, TakeOverJobKind.IMPORT)) == JobState.DONE
    assert_whole()


def cancel_soon(run: TakeOverRun) -> None:
    """Asked for by the same transaction, which is the next chunk's past."""
    TakeOverRun.objects.filter(pk=run.pk).update(cancel_requested=True)


def test_what_waits_is_cancelled_at_once(takeover) -> None:
    run = order(takeover, TakeOverJobKind.IMPORT)
    assert cancel_job(run).state == JobState.CANCELLED
    assert done(run) == ""
    assert not Household.objects.exists()


def test_delivered_twice_at_once_it_is_done_once(takeover) -> None:
    run = order(takeover, TakeOverJobKind.IMPORT)
    barrier = threading.Barrier(2)
    states: list[str] = []

    def deliver() -> None:
        barrier.wait()
        states.append(done(run))
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["", JobState.DONE]
    assert_whole()


def test_an_attempt_overtaken_by_another_writes_nothing_more(takeover, monkeypatch) -> None:
    run = order(takeover, TakeOverJobKind.IMPORT)
    original = job.write_new

    def write_new(*arguments: object) -> None:
        original(*arguments)
        TakeOverRun.objects.filter(pk=run.pk).update(attempts=2)

    monkeypatch.setattr(job, "write_new", write_new)
    assert done(run) == ""
    assert Household.objects.count() == 2

"""Work that outlasts a click: a row in the database is the order and tells the truth, whatever becomes of worker and
broker; the broker only rings the bell (measured-facts.md §6).

A model inherits Job, its task calls `run_job()`, and a sweep calls `requeue_lost()`. Delivered twice, a job is done
once: the claim is one conditional UPDATE, the lock belongs to one process, and the last transaction of the work
checks that the attempt is still the current one (`lock_current()`).
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from cias.core.models import Record

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
LOST_AFTER = timedelta(seconds=60)
WAITING_TOO_LONG = timedelta(seconds=30)
MAX_ATTEMPTS = 3
LOST_TOO_OFTEN = "Le travail s’est interrompu trois fois sans finir. Relancez-le, ou prévenez l’assistance."


class JobState(models.TextChoices):
    WAITING = "waiting", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminée"
    FAILED = "failed", "Échec"
    CANCELLED = "cancelled", "Annulée"


class JobQuerySet[J: "Job"](models.QuerySet[J]):
    def active(self) -> Self:
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])

    def lost(self, now: datetime) -> Self:
        """Running, but nobody has given a sign of life for a minute."""
        return self.filter(state=JobState.RUNNING, heartbeat_at__lt=now - LOST_AFTER)


class Job(Record):
    """One piece of work asked for; its model adds what it is about, and job_constraints()."""

    state = models.CharField(
        "état", max_length=10, choices=JobState.choices, default=JobState.WAITING, editable=False
    )
    step = models.CharField("étape", max_length=160, blank=True)
    steps_done = models.PositiveSmallIntegerField("étapes faites", default=0)
    steps_total = models.PositiveSmallIntegerField("étapes", default=0)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    heartbeat_at = models.DateTimeField("dernier signe de vie", null=True, blank=True)
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    finished_at = models.DateTimeField("finie le", null=True, blank=True)
    cancel_requested = models.BooleanField("annulation demandée", default=False)
    failure_reason = models.CharField("raison de l’échec", max_length=300, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def progress(self) -> int:
        """Share of the steps already done, in whole percents."""
        return 100 * self.steps_done // self.steps_total if self.steps_total else 0

    @property
    def silent(self) -> bool:
        """Whether the worker seems lost."""
        return (
            self.state == JobState.RUNNING
            and self.heartbeat_at is not None
            and timezone.now() - self.heartbeat_at > LOST_AFTER
        )


def job_constraints(prefix: str, *, of: str) -> list[models.CheckConstraint]:
    """The rules every job's table has, named after `prefix`; `of` ends a sentence ("de la compilation")."""
    return [
        models.CheckConstraint(
            condition=Q(state__in=JobState.values),
            name=f"{prefix}_known",
            violation_error_message="Cet état n’existe pas.",
        ),
        models.CheckConstraint(
            condition=(Q(state="waiting", finished_at__isnull=True))
            | Q(state="running", heartbeat_at__isnull=False, finished_at__isnull=True)
            | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            name=f"{prefix}_dates",
            violation_error_message=f"Les dates {of} ne vont pas avec son état.",
        ),
        models.CheckConstraint(
            condition=Q(state="failed") ^ Q(failure_reason=""),
            name=f"{prefix}_reason",
            violation_error_message="Un échec, et lui seul, a une raison.",
        ),
    ]


class Busy(Exception):
    """Another process is at this very job."""


class Cancelled(Exception):
    """Somebody asked for the job to stop."""


class Superseded(Exception):
    """The job was given to somebody else meanwhile: nothing of ours may be kept."""


def lock_key(job_id: UUID) -> int:
    """The advisory lock of a job, which PostgreSQL drops by itself when the process dies."""
    return int.from_bytes(job_id.bytes[:8], signed=True)


def is_alive(job_id: UUID) -> bool:
    """Whether a process holds the job's lock now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_key(job_id)])
        free = cursor.fetchone()[0]
        if free:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_key(job_id)])
    return not free


class Pulse:
    """Sign of life of one attempt: a thread with its own connection that holds the lock and writes the progress.

    The work itself may sit in a transaction of its own, or away from the database: neither could write. Raises Busy
    on entry when the lock is taken.
    """

    def __init__(self, model: type[Job], job_id: UUID) -> None:
        self.model, self.job_id = model, job_id
        self.attempt = 0
        self._step, self._done = "", 0
        self._changed, self._stop, self._ready = threading.Event(), threading.Event(), threading.Event()
        self._locked = self._cancelled = self._superseded = False
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if not self._locked:
            self._thread.join()
            raise Busy
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._changed.set()
        self._thread.join()

    def step(self, label: str, done: int) -> None:
        """Tell where the work is; raises Cancelled or Superseded when it has become pointless."""
        self.check()
        self._step, self._done = label[:160], done
        self._changed.set()

    def check(self) -> None:
        if self._superseded:
            raise Superseded
        if self._cancelled:
            raise Cancelled

    def _beat(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_key(self.job_id)])
                self._locked = cursor.fetchone()[0]
            self._ready.set()
            while self._locked and not self._stop.is_set():
                self._changed.wait(HEARTBEAT_SECONDS)
                self._changed.clear()
                if self.attempt:
                    self._write()
        except DatabaseError:
            # Without a database there is nothing to hold on to: the attempt is over, the sweep will see to it.
            self._superseded = True
        finally:
            self._ready.set()
            self._release()

    def _release(self) -> None:
        """Closing drops the lock too, but only once the server has noticed."""
        with suppress(DatabaseError):
            if self._locked:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_key(self.job_id)])
        connection.close()

    def _write(self) -> None:
        job = _rows(self.model).filter(pk=self.job_id, state=JobState.RUNNING, attempts=self.attempt)
        alive = job.update(heartbeat_at=timezone.now(), step=self._step, steps_done=self._done)
        if not alive:
            self._superseded = not self._stop.is_set()
        elif job.filter(cancel_requested=True).exists():
            self._cancelled = True


def _rows[J: Job](model: type[J]) -> "JobQuerySet[J]":
    return model._default_manager.all()  # type: ignore[return-value]


def run_job[J: Job](
    model: type[J],
    job_id: UUID,
    work: Callable[[J, Pulse], None],
    *,
    unexpected: str,
    expected: Mapping[type[Exception], str] | None = None,
) -> J | None:
    """Do the job if it is still to be done; None when it is not, or when another process is at it.

    `work` ends with `lock_current()` and `finish()` in its last transaction. A ValidationError fails the job with
    its own sentence, those of `expected` and any other error with theirs.
    """
    try:
        with Pulse(model, job_id) as pulse:
            job = _claim(model, job_id)
            if job is None:
                return None
            pulse.attempt = job.attempts
            return _attempt(job, pulse, work, unexpected, expected or {})
    except Busy:
        return None


def _claim[J: Job](model: type[J], job_id: UUID) -> J | None:
    now = timezone.now()
    claimed = (
        _rows(model)
        .filter(pk=job_id, state=JobState.WAITING, attempts__lt=MAX_ATTEMPTS)
        .update(
            state=JobState.RUNNING,
            attempts=F("attempts") + 1,
            heartbeat_at=now,
            started_at=now,
            step="Préparation",
        )
    )
    return _rows(model).get(pk=job_id) if claimed else None


def _attempt[J: Job](
    job: J,
    pulse: Pulse,
    work: Callable[[J, Pulse], None],
    unexpected: str,
    expected: Mapping[type[Exception], str],
) -> J | None:
    try:
        work(job, pulse)
    except Superseded:
        return None
    except Cancelled:
        _end(job, JobState.CANCELLED)
    except ValidationError as error:
        _end(job, JobState.FAILED, " ".join(error.messages))
    except (OperationalError, InterfaceError):
        raise  # nothing can be written; the row stays as it is and the sweep gives it back
    except Exception as error:
        logger.exception("%s %s failed", job._meta.model_name, job.pk)
        known = (sentence for kind, sentence in expected.items() if isinstance(error, kind))
        _end(job, JobState.FAILED, next(known, unexpected))
    job.refresh_from_db()
    return job


def _end(job: Job, state: JobState, reason: str = "") -> None:
    """Close our attempt, unless somebody else's has begun."""
    ours = _rows(type(job)).filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    ours.update(state=state, finished_at=timezone.now(), failure_reason=reason[:300])


def announce_steps(job: Job, total: int) -> None:
    ours = _rows(type(job)).filter(pk=job.pk, attempts=job.attempts)
    ours.update(steps_total=total, steps_done=0)


def lock_current[J: Job](job: J) -> J:
    """The job's row, locked until the end of the transaction; raises Superseded or Cancelled when it is not ours."""
    current = _rows(type(job)).select_for_update().get(pk=job.pk)
    if (current.state, current.attempts) != (JobState.RUNNING, job.attempts):
        raise Superseded
    if current.cancel_requested:
        raise Cancelled
    return current


def finish(current: Job) -> None:
    """The work is done, in the transaction that wrote its result; `current` comes from lock_current()."""
    current.state, current.finished_at = JobState.DONE, timezone.now()
    current.steps_done, current.step = current.steps_total, ""
    current.save()


@transaction.atomic
def cancel_job[J: Job](job: J) -> J:
    """Stop at once what waits; ask what runs to stop at its next step. Ended jobs stay as they are."""
    job = _rows(type(job)).select_for_update().get(pk=job.pk)
    if job.state == JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, timezone.now()
    elif job.state == JobState.RUNNING:
        job.cancel_requested = True
    job.save()
    return job


def ring(task: Any, job_id: UUID) -> None:
    """Tell the worker. When the broker is away the row waits, and the sweep rings again."""
    try:
        task.delay(str(job_id))
    except (BrokerError, OSError):
        logger.warning("broker unreachable, %s %s waits for the sweep", task.name, job_id)


def requeue_lost(model: type[Job], ring: Callable[[UUID], object]) -> int:
    """Give back what lost its worker, ring again for what waits; the number of jobs looked after.

    After MAX_ATTEMPTS a job fails, with a reason and "Relancer" on its page.
    """
    now = timezone.now()
    to_ring: list[UUID] = []
    with transaction.atomic():
        for job in _rows(model).lost(now).select_for_update(skip_locked=True):
            give_back(job)
            to_ring += [job.pk] if job.state == JobState.WAITING else []
        waiting = _rows(model).filter(state=JobState.WAITING, created_at__lt=now - WAITING_TOO_LONG)
        to_ring += [pk for pk in waiting.values_list("pk", flat=True) if pk not in to_ring]
    for job_id in to_ring:
        ring(job_id)
    return len(to_ring)


def give_back(job: Job) -> None:
    """Put a job whose worker died back in the queue, or end it. The caller holds the row's lock."""
    if job.cancel_requested:
        job.state, job.finished_at = JobState.CANCELLED, timezone.now()
    elif job.attempts >= MAX_ATTEMPTS:
        job.state, job.finished_at, job.failure_reason = JobState.FAILED, timezone.now(), LOST_TOO_OFTEN
    else:
        job.state, job.heartbeat_at, job.steps_done = JobState.WAITING, None, 0
    job.save()

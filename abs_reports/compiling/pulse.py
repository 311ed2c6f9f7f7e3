"""Sign of life of a compilation: a thread with its own connection that holds the lock and writes the progress.

The computation itself runs in a read-only transaction, and laying out pages takes long: neither could write.
"""

import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils import timezone

from abs_reports.enums import RunState
from abs_reports.models.runs import HEARTBEAT_SECONDS, CompilationRun


class Busy(Exception):
    """Another process is compiling this very run."""


class Cancelled(Exception):
    """Somebody asked for the compilation to stop."""


class Superseded(Exception):
    """The run was given to somebody else meanwhile: nothing of ours may be kept."""


def lock_key(run_id: UUID) -> int:
    """The advisory lock of a run, which PostgreSQL drops by itself when the process dies."""
    return int.from_bytes(run_id.bytes[:8], signed=True)


def is_alive(run_id: UUID) -> bool:
    """Whether a process holds the run's lock now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_key(run_id)])
        free = cursor.fetchone()[0]
        if free:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_key(run_id)])
    return not free


class Pulse:
    """Context of one attempt. Raises Busy on entry when the lock is taken."""

    def __init__(self, run_id: UUID) -> None:
        self.run_id = run_id
        self.attempt = 0
        self._step, self._done = "", 0
        self._changed, self._stop, self._ready = threading.Event(), threading.Event(), threading.Event()
        self._locked = self._cancelled = self._superseded = False
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{run_id}", daemon=True)

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
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_key(self.run_id)])
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
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_key(self.run_id)])
        connection.close()

    def _write(self) -> None:
        run = CompilationRun.objects.filter(pk=self.run_id, state=RunState.RUNNING, attempts=self.attempt)
        alive = run.update(heartbeat_at=timezone.now(), step=self._step, steps_done=self._done)
        if not alive:
            self._superseded = not self._stop.is_set()
        elif run.filter(cancel_requested=True).exists():
            self._cancelled = True

"""What the three pieces of work on a batch have in common: progress, chunks that are whole or absent, the account.

Each chunk is one transaction that also says what it did: a killed worker goes on where the database says.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from cias.core.jobs import Pulse, announce_steps, finish, lock_current
from households.enums import Result, TakeOverStatus
from households.models import Person
from households.models.takeover import ImportBatch, ImportRow, ImportRun
from households.takeover.mapping import Table
from households.takeover.planning import STEPS, Plan, Step
from households.takeover.services import table_of

UNDOING = "Retour en arrière"

type Echo = Callable[[str, int, int], None]


def silent(label: str, done: int, total: int) -> None:
    """Says nothing: the progress is in the row."""


class Progress:
    """Where the work is, for the row and for who watches; stops the work when it was cancelled."""

    def __init__(self, run: ImportRun, pulse: Pulse, echo: Echo) -> None:
        self.run, self._pulse, self._echo = run, pulse, echo
        self._done = self._total = 0

    def announce(self, total: int) -> None:
        self._total = total
        announce_steps(self.run, total)

    def step(self, label: str, count: int = 1) -> None:
        self._pulse.step(label, self._done)
        self._echo(label, self._done, self._total)
        self._done = min(self._done + count, self._total)

    def end(self) -> None:
        self._echo("Terminé", self._total, self._total)


def check_batch[B: ImportBatch](
    takeover: B, progress: Progress, make_plan: Callable[[B, Table, Step], Plan]
) -> None:
    """Read, compare, and replace the report in one transaction."""
    progress.announce(len(STEPS))
    table = table_of(takeover)
    plan = make_plan(takeover, table, progress.step)
    progress.step(STEPS[-1])
    with transaction.atomic():
        run = lock_current(progress.run)
        takeover.rows.all().delete()
        takeover.rows.bulk_create(plan.rows, batch_size=1000)
        takeover.unknown_values, takeover.counts = plan.unknown_words, plan.counts()
        takeover.status, takeover.layout["rows"] = TakeOverStatus.READY, len(table.rows)
        takeover.save(update_fields=["unknown_values", "counts", "status", "layout"])
        finish(run)
    progress.end()


def conclude(takeover: ImportBatch, progress: Progress, *, unchanged: str, refused: str) -> None:
    """The import is over: the rows nobody wrote say why, by the outcome they were verified with."""
    with transaction.atomic():
        run = lock_current(progress.run)
        left = takeover.rows.filter(result="")
        left.filter(outcome=unchanged).update(result=Result.UNCHANGED)
        left.filter(outcome=refused).update(result=Result.REFUSED)
        left.update(result=Result.SKIPPED)
        settle(takeover, TakeOverStatus.IMPORTED)
        finish(run)
    progress.end()


def undo_batch(
    takeover: ImportBatch, progress: Progress, undo: Callable[[Any, Sequence[Any]], None], at_once: int
) -> None:
    """Take back, chunk after chunk, what was attached or updated first: it may stand on what was created."""
    later = takeover.rows.filter(result__in=[Result.ATTACHED, Result.UPDATED]).order_by("-number")
    created = takeover.rows.filter(result=Result.CREATED).order_by("-number")

    def todo() -> models.QuerySet[Any]:
        return later.all() if later.exists() else created.all()

    progress.announce(-(-todo().count() // at_once) + 1)
    for rows in chunks(lambda: todo()[:at_once]):
        progress.step(UNDOING)
        in_one(takeover, progress, rows, undo)
    with transaction.atomic():
        run = lock_current(progress.run)
        takeover.undone_at = timezone.now()
        settle(takeover, TakeOverStatus.UNDONE)
        finish(run)
    progress.end()


def chunks[R: ImportRow](take: Callable[[], models.QuerySet[R]]) -> Iterator[list[R]]:
    """The rows still to do, again and again, until there is none: what is done says so itself."""
    while rows := list(take()):
        yield rows


def in_one(
    takeover: ImportBatch,
    progress: Progress,
    rows: Sequence[ImportRow],
    work: Callable[[Any, Sequence[Any]], None],
) -> None:
    """One chunk, whole or not at all, and only by the attempt that is current."""
    with transaction.atomic():
        lock_current(progress.run)
        work(takeover, rows)
        if takeover.status == TakeOverStatus.READY:
            takeover.status, takeover.imported_at = TakeOverStatus.PARTIAL, timezone.now()
            takeover.save(update_fields=["status", "imported_at"])


def settle(takeover: ImportBatch, status: TakeOverStatus) -> None:
    """Count what became of every row."""
    found = Counter(takeover.rows.order_by().values_list("result", flat=True))
    takeover.counts = {**takeover.counts, "results": dict(found)}
    takeover.status = status
    takeover.imported_at = takeover.imported_at or timezone.now()
    takeover.save(update_fields=["counts", "status", "imported_at", "undone_at"])


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL("ANALYZE {}").format(Identifier(Person._meta.db_table)))

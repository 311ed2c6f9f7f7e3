"""The three pieces of work on a batch, in chunks: each chunk is one transaction that also says what it did."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.core.jobs import JobState, Pulse, announce_steps, finish, lock_current, run_job
from households.enums import Decision, Outcome, Result, TakeOverJobKind, TakeOverStatus
from households.models import Person, TakeOver, TakeOverRow, TakeOverRun
from households.takeover.planning import STEPS, make_plan
from households.takeover.services import table_of
from households.takeover.undoing import undo_rows
from households.takeover.updating import bring_up_to_date
from households.takeover.writing import write_new

NEW_AT_ONCE, KNOWN_AT_ONCE, UNDONE_AT_ONCE = 200, 25, 100
UNEXPECTED = (
    "Une erreur inattendue a arrêté le travail. Relancez-le ; si elle revient, prévenez l’assistance."
)
IMPORTING, UPDATING, UNDOING = "Import des nouveaux ménages", "Ménages connus", "Retour en arrière"

type Echo = Callable[[str, int, int], None]


def silent(label: str, done: int, total: int) -> None:
    """Says nothing: the progress is in the row."""


def do_run(run_id: UUID, echo: Echo = silent) -> TakeOverRun | None:
    """Do the work if it is still to be done; None when it is not, or when another process is at it."""
    return run_job(TakeOverRun, run_id, lambda run, pulse: work(run, pulse, echo), unexpected=UNEXPECTED)


def do_here(run: TakeOverRun) -> None:
    """Do the work in the caller's transaction, with nobody to tell it is alive: demonstration data."""
    run.state, run.attempts, run.heartbeat_at = JobState.RUNNING, 1, timezone.now()
    run.save()
    work(run, Pulse(TakeOverRun, run.pk))
    run.refresh_from_db()


def work(run: TakeOverRun, pulse: Pulse, echo: Echo = silent) -> None:
    takeover = TakeOver.objects.select_related("created_by").get(pk=run.takeover_id)
    _WORKS[TakeOverJobKind(run.kind)](takeover, _Progress(run, pulse, echo))


class _Progress:
    """Where the work is, for the row and for who watches; stops the work when it was cancelled."""

    def __init__(self, run: TakeOverRun, pulse: Pulse, echo: Echo) -> None:
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


def _check(takeover: TakeOver, progress: _Progress) -> None:
    """Read, compare, and replace the report in one transaction."""
    progress.announce(len(STEPS))
    table = table_of(takeover)
    plan = make_plan(takeover, table, progress.step)
    progress.step(STEPS[-1])
    with transaction.atomic():
        run = lock_current(progress.run)
        takeover.rows.all().delete()
        TakeOverRow.objects.bulk_create(plan.rows, batch_size=1000)
        takeover.unknown_values, takeover.counts = plan.unknown_words, plan.counts()
        takeover.status, takeover.layout["rows"] = TakeOverStatus.READY, len(table.rows)
        takeover.save(update_fields=["unknown_values", "counts", "status", "layout"])
        finish(run)
    progress.end()


def to_create(takeover: TakeOver) -> QuerySet[TakeOverRow]:
    """New households, and those an agent wants in spite of a likeness."""
    wanted = Q(decision=Decision.CREATE) | (
        Q(decision="") if takeover.default_decision == Decision.CREATE else Q(pk__in=[])
    )
    new = Q(outcome=Outcome.CREATE) | (Q(outcome=Outcome.DUPLICATE, household=None) & wanted)
    return takeover.rows.filter(new, result="").order_by("number")


def to_update(takeover: TakeOver) -> QuerySet[TakeOverRow]:
    """Known households, and those to attach to known persons."""
    default = takeover.default_decision
    chosen = Q(decision__in=[Decision.ATTACH, Decision.CREATE])
    if default != Decision.SKIP:
        chosen |= Q(decision="")
    known = Q(outcome=Outcome.UPDATE) | (Q(outcome=Outcome.DUPLICATE) & chosen)
    return takeover.rows.filter(known, result="").order_by("number")


def _import(takeover: TakeOver, progress: _Progress) -> None:
    new, total = to_create(takeover).count(), takeover.rows.filter(result="").count()
    progress.announce(-(-new // NEW_AT_ONCE) + -(-(total - new) // KNOWN_AT_ONCE) + 1)
    for rows in _chunks(lambda: to_create(takeover)[:NEW_AT_ONCE]):
        progress.step(IMPORTING)
        _in_one(takeover, progress, rows, write_new)
    # A first load makes the statistics of the tables useless; the lookups that follow would read them whole.
    if new > NEW_AT_ONCE:
        _analyse()
    for rows in _chunks(lambda: to_update(takeover)[:KNOWN_AT_ONCE]):
        progress.step(UPDATING)
        _in_one(takeover, progress, rows, _bring)
    with transaction.atomic():
        run = lock_current(progress.run)
        left = takeover.rows.filter(result="")
        left.filter(outcome=Outcome.UNCHANGED).update(result=Result.UNCHANGED)
        left.filter(outcome=Outcome.REFUSED).update(result=Result.REFUSED)
        left.update(result=Result.SKIPPED)
        _settle(takeover, TakeOverStatus.IMPORTED)
        finish(run)
    progress.end()


def _bring(takeover: TakeOver, rows: Sequence[TakeOverRow]) -> None:
    for row in rows:
        if row.outcome == Outcome.DUPLICATE and not row.decision:
            row.decision = takeover.default_decision
        bring_up_to_date(takeover, row, takeover.created_by)


def _chunks(take: Callable[[], QuerySet[TakeOverRow]]) -> Iterator[list[TakeOverRow]]:
    """The rows still to do, again and again, until there is none: what is done says so itself."""
    while rows := list(take()):
        yield rows


def _in_one(
    takeover: TakeOver,
    progress: _Progress,
    rows: Sequence[TakeOverRow],
    work: Callable[[TakeOver, Sequence[TakeOverRow]], None],
) -> None:
    """One chunk, whole or not at all, and only by the attempt that is current."""
    with transaction.atomic():
        lock_current(progress.run)
        work(takeover, rows)
        if takeover.status == TakeOverStatus.READY:
            takeover.status, takeover.imported_at = TakeOverStatus.PARTIAL, timezone.now()
            takeover.save(update_fields=["status", "imported_at"])


def _settle(takeover: TakeOver, status: TakeOverStatus) -> None:
    """Count what became of every row."""
    found = Counter(takeover.rows.order_by().values_list("result", flat=True))
    takeover.counts = {**takeover.counts, "results": dict(found)}
    takeover.status = status
    takeover.imported_at = takeover.imported_at or timezone.now()
    takeover.save(update_fields=["counts", "status", "imported_at", "undone_at"])


def _analyse() -> None:
    table = connection.ops.quote_name(Person._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


UNDOABLE = (Result.CREATED, Result.UPDATED, Result.ATTACHED)


def _undo(takeover: TakeOver, progress: _Progress) -> None:
    """What was attached or updated first: it may stand on what was created."""
    later = takeover.rows.filter(result__in=[Result.ATTACHED, Result.UPDATED]).order_by("-number")
    created = takeover.rows.filter(result=Result.CREATED).order_by("-number")
    progress.announce(-(-takeover.rows.filter(result__in=UNDOABLE).count() // UNDONE_AT_ONCE) + 1)
    for rows in _chunks(lambda: (later if later.exists() else created)[:UNDONE_AT_ONCE]):
        progress.step(UNDOING)
        for row in rows:
            row.takeover = takeover
        _in_one(takeover, progress, rows, undo_rows)
    with transaction.atomic():
        run = lock_current(progress.run)
        takeover.undone_at = timezone.now()
        _settle(takeover, TakeOverStatus.UNDONE)
        finish(run)
    progress.end()


_WORKS: dict[TakeOverJobKind, Callable[[TakeOver, _Progress], None]] = {
    TakeOverJobKind.CHECK: _check,
    TakeOverJobKind.IMPORT: _import,
    TakeOverJobKind.UNDO: _undo,
}

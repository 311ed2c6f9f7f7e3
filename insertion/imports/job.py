"""The three pieces of work on a Département's file, in chunks that are whole or absent."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.core.jobs import JobState, Pulse, run_job
from households.enums import TakeOverJobKind
from households.takeover.job import UNEXPECTED
from households.takeover.undoing import undo_rows
from households.takeover.updating import bring_up_to_date
from households.takeover.working import (
    Echo,
    Progress,
    analyse,
    check_batch,
    chunks,
    conclude,
    in_one,
    silent,
    undo_batch,
)
from households.takeover.writing import write_new
from insertion.imports import writing
from insertion.imports.enums import RowDecision, RowOutcome
from insertion.imports.planning import make_plan
from insertion.models import OrientationImport, OrientationImportRow, OrientationImportRun

NEW_AT_ONCE, KNOWN_AT_ONCE, UNDONE_AT_ONCE = 200, 25, 100
CREATING, UPDATING = "Nouvelles personnes", "Personnes connues"

type Rows = QuerySet[OrientationImportRow]


def do_run(run_id: UUID, echo: Echo = silent) -> OrientationImportRun | None:
    """Do the work if it is still to be done; None when it is not, or when another process is at it."""
    return run_job(
        OrientationImportRun, run_id, lambda run, pulse: work(run, pulse, echo), unexpected=UNEXPECTED
    )


def do_here(run: OrientationImportRun) -> None:
    """Do the work in the caller's transaction, with nobody to tell it is alive: demonstration data."""
    run.state, run.attempts, run.heartbeat_at = JobState.RUNNING, 1, timezone.now()
    run.save()
    work(run, Pulse(OrientationImportRun, run.pk))
    run.refresh_from_db()


def work(run: OrientationImportRun, pulse: Pulse, echo: Echo = silent) -> None:
    batch = OrientationImport.objects.select_related("created_by").get(pk=run.batch_id)
    _WORKS[TakeOverJobKind(run.kind)](batch, Progress(run, pulse, echo))


def _check(batch: OrientationImport, progress: Progress) -> None:
    check_batch(batch, progress, make_plan)


def _to_create(batch: OrientationImport) -> Rows:
    wanted = Q(outcome=RowOutcome.CREATE) | Q(outcome=RowOutcome.DOUBT, decision=RowDecision.CREATE)
    return batch.rows.filter(wanted, result="").order_by("number")


def _leaders(batch: OrientationImport) -> Rows:
    """New persons who open a household of their own; those of their CAF number come along with them."""
    return _to_create(batch).filter(data__home="", data__home_line=0)


def _with_followers(batch: OrientationImport, count: int) -> list[OrientationImportRow]:
    leaders = list(_leaders(batch)[:count])
    beside = _to_create(batch).filter(data__home="", data__home_line__in=[row.number for row in leaders])
    return [*leaders, *beside]


def _one_by_one(batch: OrientationImport) -> Rows:
    """Known persons, chosen ones, and the new ones who join a household that is known already."""
    known = Q(outcome=RowOutcome.UPDATE) | Q(outcome=RowOutcome.DOUBT, decision=RowDecision.ATTACH)
    joining = Q(outcome=RowOutcome.CREATE) | Q(outcome=RowOutcome.DOUBT, decision=RowDecision.CREATE)
    return batch.rows.filter(known | joining, result="").select_related("person", "chosen").order_by("number")


def _import(batch: OrientationImport, progress: Progress) -> None:
    new, todo = _leaders(batch).count(), _one_by_one(batch).count()
    progress.announce(-(-new // NEW_AT_ONCE) + -(-max(todo - new, 0) // KNOWN_AT_ONCE) + 1)
    while rows := _with_followers(batch, NEW_AT_ONCE):
        progress.step(CREATING)
        in_one(batch, progress, rows, partial(write_new, write=writing.write_new, also=["person"]))
    # A first load makes the statistics of the tables useless; the lookups that follow would read them whole.
    if new > NEW_AT_ONCE:
        analyse()
    for rows in chunks(lambda: _one_by_one(batch)[:KNOWN_AT_ONCE]):
        progress.step(UPDATING)
        in_one(batch, progress, rows, _bring)
    conclude(batch, progress, unchanged=RowOutcome.UNCHANGED, refused=RowOutcome.REFUSED)


def _bring(batch: OrientationImport, rows: Sequence[OrientationImportRow]) -> None:
    for row in rows:
        bring_up_to_date(batch, row, batch.created_by, writing.bring, writing.TABLES)


def _undo(batch: OrientationImport, progress: Progress) -> None:
    undo_batch(batch, progress, partial(undo_rows, how=writing.UNDOING), UNDONE_AT_ONCE)


_WORKS: dict[TakeOverJobKind, Callable[[OrientationImport, Progress], None]] = {
    TakeOverJobKind.CHECK: _check,
    TakeOverJobKind.IMPORT: _import,
    TakeOverJobKind.UNDO: _undo,
}

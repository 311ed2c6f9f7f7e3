"""The three pieces of work on a list of households."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.core.jobs import JobState, Pulse, run_job
from households.enums import Decision, Outcome, TakeOverJobKind
from households.models import TakeOver, TakeOverRow, TakeOverRun
from households.takeover.planning import make_plan
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

NEW_AT_ONCE, KNOWN_AT_ONCE, UNDONE_AT_ONCE = 200, 25, 100
UNEXPECTED = (
    "Une erreur inattendue a arrêté le travail. Relancez-le ; si elle revient, prévenez l’assistance."
)
IMPORTING, UPDATING = "Import des nouveaux ménages", "Ménages connus"


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
    _WORKS[TakeOverJobKind(run.kind)](takeover, Progress(run, pulse, echo))


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


def _import(takeover: TakeOver, progress: Progress) -> None:
    new, total = to_create(takeover).count(), takeover.rows.filter(result="").count()
    progress.announce(-(-new // NEW_AT_ONCE) + -(-(total - new) // KNOWN_AT_ONCE) + 1)
    for rows in chunks(lambda: to_create(takeover)[:NEW_AT_ONCE]):
        progress.step(IMPORTING)
        in_one(takeover, progress, rows, write_new)
    # A first load makes the statistics of the tables useless; the lookups that follow would read them whole.
    if new > NEW_AT_ONCE:
        analyse()
    for rows in chunks(lambda: to_update(takeover)[:KNOWN_AT_ONCE]):
        progress.step(UPDATING)
        in_one(takeover, progress, rows, _bring)
    conclude(takeover, progress, unchanged=Outcome.UNCHANGED, refused=Outcome.REFUSED)


def _bring(takeover: TakeOver, rows: Sequence[TakeOverRow]) -> None:
    for row in rows:
        if row.outcome == Outcome.DUPLICATE and not row.decision:
            row.decision = takeover.default_decision
        bring_up_to_date(takeover, row, takeover.created_by)


def _check(takeover: TakeOver, progress: Progress) -> None:
    check_batch(takeover, progress, make_plan)


def _undo(takeover: TakeOver, progress: Progress) -> None:
    undo_batch(takeover, progress, undo_rows, UNDONE_AT_ONCE)


_WORKS: dict[TakeOverJobKind, Callable[[TakeOver, Progress], None]] = {
    TakeOverJobKind.CHECK: _check,
    TakeOverJobKind.IMPORT: _import,
    TakeOverJobKind.UNDO: _undo,
}

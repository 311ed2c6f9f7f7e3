"""Asking for an export: at once when it is small, by the worker when it is long; always encrypted, and for a day."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core import jobs
from cias.core.french import plural
from cias.core.jobs import JobState, Pulse, announce_steps, finish, give_back, lock_current, run_job
from cias.core.vault import Vault, VaultError, new_name
from cias.lists.exporting import CHANGED, write_table
from cias.lists.models import ExportFormat, ExportRun
from cias.lists.models.exports import LASTS, TOLD
from cias.lists.state import ListState

LARGE = 2000
LARGE_PRINT = 100  # laying out pages takes longer than writing a table
VAULT = Vault("exports")
DISK = "Le disque refuse le fichier : prévenez l’assistance."
UNEXPECTED = "Une erreur inattendue a arrêté l’export. Relancez-le ; si elle revient, prévenez l’assistance."
# A file whose row is not there yet is being written.
BEING_WRITTEN = timedelta(hours=1)
# Shared by the exports written while somebody waits; alone, forget_exports() comes after all of them.
_WRITING = int.from_bytes(b"exports", "big")


@transaction.atomic
def request_export(
    *,
    by: User,
    state: ListState,
    columns: Sequence[str],
    named: Sequence[str] = (),
    file_format: str,
    reason: str,
) -> ExportRun:
    """Write the file now, or have the worker write it when it has more than LARGE rows (LARGE_PRINT on paper).

    Raises ValidationError when a filter of the address is unknown, when `named` columns are not for `by`, or concern
    households they do not look after, or when the disk refuses.
    """
    if state.dropped:
        raise ValidationError(CHANGED)
    # Before the first row is read, until the run is there for all to see.
    _lock("SELECT pg_advisory_xact_lock_shared(%s)")
    is_printed = file_format == ExportFormat.PDF
    if named or is_printed:
        _check_names(by, state)
    run = ExportRun.objects.create(
        requested_by=by,
        listing=state.listing.code,
        filters=state.texts,
        order=state.order.code,
        columns=[*named, *columns],
        file_format=file_format,
        is_named=bool(named) or is_printed,
        reason=reason,
        rows=state.rows.count(),
    )
    if run.rows > (LARGE_PRINT if is_printed else LARGE):
        transaction.on_commit(lambda: ring(run.pk))
    else:
        try:
            _keep(run, write_table(run))
        except VaultError as error:
            raise ValidationError(DISK) from error
        run.state, run.finished_at = JobState.DONE, run.created_at
        run.save()
    return run


def _check_names(by: User, state: ListState) -> None:
    """Who exports names of "their own" exports those of the rows they look after, and no other."""
    match by.scope(state.listing.named_right):
        case None:
            raise ValidationError({"named": "Les données nominatives ne vous sont pas ouvertes."})
        case Scope.OWN if state.listing.followed is not None:
            mine = state.listing.followed(state.listing.rows(by), by).values("pk")
            others = state.rows.exclude(pk__in=mine).count()
            if others:
                raise ValidationError(
                    {
                        "named": f"{plural(others, *state.listing.noun)} de cette liste ne sont pas suivis par vous : "
                        "filtrez sur votre nom, ou exportez sans données nominatives."
                    }
                )


def ring(run_id: UUID) -> None:
    from cias.lists.tasks import write_export

    jobs.ring(write_export, run_id)


def run_export(run_id: UUID) -> ExportRun | None:
    """The worker's part: done once, however often it is delivered."""
    return run_job(ExportRun, run_id, _work, unexpected=UNEXPECTED, expected={VaultError: DISK})


def _work(run: ExportRun, pulse: Pulse) -> None:
    announced = False

    def on_chunk(done: int, total: int) -> None:
        nonlocal announced
        if not announced:
            announce_steps(run, total + 1)
            announced = True
        pulse.step("Lecture des lignes", done)

    content = write_table(run, on_chunk)
    pulse.check()
    _keep(run, content)
    try:
        with transaction.atomic():
            current = lock_current(run)
            for name in ("rows", "file_name", "file_size", "expires_at"):
                setattr(current, name, getattr(run, name))
            finish(current)
    except BaseException:
        VAULT.delete(run.file_name)
        raise


def _keep(run: ExportRun, content: bytes) -> None:
    name = new_name()
    VAULT.write(name, [content], address=run.address)
    run.file_name, run.file_size, run.expires_at = name, len(content), timezone.now() + LASTS


def requeue_lost_exports() -> int:
    return jobs.requeue_lost(ExportRun, ring)


def read_export(run: ExportRun) -> bytes:
    """Raises MissingFileError or CannotDecryptError when the file is not what was written."""
    return b"".join(VAULT.read(run.file_name, address=run.address))


def delete_export(*, run: ExportRun) -> None:
    """Drop the file now; the line says that there was one."""
    name = run.file_name
    run.file_name = ""
    run.save(update_fields=["file_name"])
    if name:
        VAULT.delete(name)


def forget_exports() -> int:
    """Delete every export that may hold what is no longer to be known; the number of files. For who empties files.

    Called once that is done: those written while somebody waits are waited for, and go with those on disk; one the
    worker is writing is begun again, whatever it read thrown away (its row is no longer its own).
    """
    with transaction.atomic():
        _lock("SELECT pg_advisory_xact_lock(%s)")
        read_too_early = list(
            ExportRun.objects.filter(state=JobState.RUNNING).select_for_update().order_by("pk")
        )
        for run in read_too_early:
            give_back(run)
        # After these locks: one that has ended meanwhile is here with its file.
        kept = list(ExportRun.objects.exclude(file_name=""))
    for run in kept:
        delete_export(run=run)
    for run in read_too_early:
        if run.state == JobState.WAITING:
            ring(run.pk)
    return len(kept)


def _lock(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_WRITING])


def purge_exports() -> int:
    """Delete the files that have expired, those that no row names, and old lines; the number of files of the first."""
    now = timezone.now()
    expired = list(ExportRun.objects.filter(expires_at__lte=now).exclude(file_name=""))
    for run in expired:
        delete_export(run=run)
    ExportRun.objects.filter(created_at__lt=now - TOLD, file_name="").exclude(
        state__in=[JobState.WAITING, JobState.RUNNING]
    ).delete()
    VAULT.sweep(
        ExportRun.objects.exclude(file_name="").values_list("file_name", flat=True), older_than=BEING_WRITTEN
    )
    return len(expired)

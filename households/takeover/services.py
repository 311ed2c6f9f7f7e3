"""A batch from the file received to the order given; the work itself is in job.py."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core import jobs
from cias.core.db import typed_violations
from cias.core.grids import read_grid
from cias.core.text import sort_key
from households.enums import Decision, TakeOverJobKind, TakeOverStatus
from households.models import TakeOver, TakeOverRow, TakeOverRun
from households.models.takeover import KEPT_DAYS, ImportBatch, ImportMapping, ImportRun
from households.takeover import mapping
from households.takeover.mapping import Column, Layout, Table

MOST_ROWS = 25_000
LONGEST_FILE_NAME = 120
IMPORTED = "Cette reprise est déjà importée : sa correspondance ne change plus."
NO_FILE = (
    "Le fichier d’origine n’est plus gardé, un de ses dossiers ayant pris fin\u00a0: envoyez-le de nouveau."
)
HEAD = 300  # rows of a workbook read while somebody waits; the worker reads them all


@transaction.atomic
def receive(*, by: User, name: str, content: bytes, saved: ImportMapping | None = None) -> TakeOver:
    """Keep a list of households whose header can be read, with a first correspondence. Raises ValidationError."""
    takeover = TakeOver(options={"notes": True})
    keep_file(takeover, by=by, name=name, content=content, saved=saved)
    return takeover


def keep_file(
    takeover: ImportBatch, *, by: User, name: str, content: bytes, saved: ImportMapping | None = None
) -> None:
    """Save a new batch with its file, once its header can be read. Raises ValidationError."""
    takeover.file_name = name[-LONGEST_FILE_NAME:]
    takeover.sha256 = hashlib.sha256(content).hexdigest()
    takeover.created_by = by
    table = read(name, content, layout=takeover.LAYOUT, head=HEAD)
    _lay_out(takeover, table, saved)
    takeover.stored_name = takeover.FILES.store(takeover.pk, content)
    takeover.save()


def read(
    name: str,
    content: bytes,
    *,
    layout: Layout,
    sheet: str = "",
    header_number: int | None = None,
    head: int | None = None,
) -> Table:
    grid = read_grid(
        name, content, most_rows=MOST_ROWS, sheet=sheet, head=head, marks_formulas=layout.marks_formulas
    )
    return mapping.cut(grid, header_number=header_number, guess=layout.guess)


def table_of(takeover: ImportBatch) -> Table:
    """The file of a batch, cut as it was laid out."""
    layout = takeover.layout
    if takeover.file_erased_at is not None:
        raise ValidationError(NO_FILE)
    content = takeover.FILES.read(takeover.pk, takeover.stored_name)
    return read(
        takeover.file_name,
        content,
        layout=takeover.LAYOUT,
        sheet=layout.get("sheet", ""),
        header_number=layout.get("header"),
    )


def _lay_out(takeover: ImportBatch, table: Table, saved: ImportMapping | None = None) -> None:
    takeover.layout = {
        "said": table.said,
        "header": table.header_number,
        "rows": table.row_count,
        "sheet": table.sheet,
        "sheets": list(table.sheets),
        "samples": {str(column.place): table.samples(column.place) for column in table.columns},
    }
    takeover.columns = [column.as_json() for column in takeover.LAYOUT.propose(table.columns)]
    takeover.values, takeover.source = {}, takeover.LAYOUT.source_of(table.columns)
    if saved is not None:
        apply_mapping(takeover, saved)


def apply_mapping(takeover: ImportBatch, saved: ImportMapping) -> None:
    """Give the columns the meanings of `saved`; the caller saves."""
    columns = mapping.from_json(takeover.columns)
    takeover.columns = [column.as_json() for column in mapping.apply_saved(columns, saved.columns)]
    takeover.values, takeover.source = saved.values, saved.source


@transaction.atomic
def read_again[B: ImportBatch](*, takeover: B, sheet: str, header_number: int) -> B:
    """Another sheet, or another header line. Raises ValidationError."""
    takeover = _changeable(takeover)
    content = takeover.FILES.read(takeover.pk, takeover.stored_name)
    head = max(HEAD, header_number + 1)
    table = read(
        takeover.file_name,
        content,
        layout=takeover.LAYOUT,
        sheet=sheet,
        header_number=header_number,
        head=head,
    )
    _lay_out(takeover, table)
    takeover.status = TakeOverStatus.DRAFT
    takeover.save()
    return takeover


def locked[B: ImportBatch](takeover: B) -> B:
    """The batch as it is now, locked until the end of the transaction."""
    return type(takeover)._default_manager.select_for_update().get(pk=takeover.pk)


def _changeable[B: ImportBatch](takeover: B) -> B:
    takeover = locked(takeover)
    if takeover.can_discard and takeover.file_erased_at is not None:
        raise ValidationError(NO_FILE)
    if not takeover.can_change:
        raise ValidationError(IMPORTED)
    _refuse_while_working(takeover)
    return takeover


def _refuse_while_working(takeover: ImportBatch) -> None:
    if takeover.runs.active().exists():
        raise ValidationError("Attendez la fin du travail en cours, ou annulez-le.")


@transaction.atomic
def set_columns[B: ImportBatch](
    *, takeover: B, columns: Sequence[Column], source: str, options: Mapping[str, Any]
) -> B:
    """Say what each column means. Raises ValidationError with every reason why it cannot be."""
    if problems := takeover.LAYOUT.check(columns):
        raise ValidationError(problems)
    takeover = _changeable(takeover)
    takeover.columns = [column.as_json() for column in columns]
    takeover.source, takeover.options = source, dict(options)
    takeover.status = TakeOverStatus.DRAFT
    takeover.save()
    return takeover


@transaction.atomic
def set_values[B: ImportBatch](*, takeover: B, values: Mapping[str, Mapping[str, str]]) -> B:
    """Say what words of lists mean; "" is "non renseigné", said on purpose."""
    takeover = _changeable(takeover)
    merged = {name: dict(words) for name, words in takeover.values.items()}
    for name, words in values.items():
        merged.setdefault(name, {}).update({sort_key(word): value for word, value in words.items()})
    takeover.values = merged
    takeover.save()
    return takeover


def save_mapping(*, takeover: ImportBatch, name: str) -> ImportMapping:
    """Keep the correspondence under a name, for the next file; the same name is replaced."""
    columns = [
        {
            "header": column["header"],
            "rank": column["rank"],
            "target": column["target"],
            "slot": column["slot"],
        }
        for column in takeover.columns
        if column["target"]
    ]
    saved, _created = takeover.MAPPINGS._default_manager.update_or_create(
        name=name, defaults={"source": takeover.source, "columns": columns, "values": takeover.values}
    )
    return saved


@transaction.atomic
def decide(*, row: TakeOverRow, decision: str) -> None:
    """What to do with one household whose person may be known; not any more once it is imported."""
    row = TakeOverRow.objects.select_for_update().get(pk=row.pk)
    if row.result:
        raise ValidationError("Cette ligne est déjà importée.")
    row.decision = decision
    row.save(update_fields=["decision"])


@transaction.atomic
def decide_by_default(*, takeover: TakeOver, decision: Decision | str) -> None:
    """What to do with the proposed duplicates nobody decided about."""
    takeover = locked(takeover)
    takeover.default_decision = decision
    takeover.save(update_fields=["default_decision"])


@transaction.atomic
def request_run(*, takeover: TakeOver, kind: TakeOverJobKind, by: User | None) -> TakeOverRun:
    """Queue a piece of work; the broker is only told, after the commit. Raises ValidationError, ConstraintViolation."""
    run: TakeOverRun = order_run(takeover=takeover, kind=kind, by=by)
    transaction.on_commit(lambda: ring(run.pk))
    return run


@transaction.atomic
def order_run(*, takeover: ImportBatch, kind: TakeOverJobKind, by: User | None) -> Any:
    """The row that orders a piece of work, which the caller does itself. Raises as request_run()."""
    takeover = locked(takeover)
    allowed = {
        TakeOverJobKind.CHECK: takeover.can_change,
        TakeOverJobKind.IMPORT: takeover.can_import,
        TakeOverJobKind.UNDO: takeover.can_undo,
    }
    if not allowed[kind]:
        raise ValidationError("Cela n’est plus possible sur cette reprise.")
    if kind == TakeOverJobKind.CHECK and (
        problems := takeover.LAYOUT.check(mapping.from_json(takeover.columns))
    ):
        raise ValidationError(problems)
    with typed_violations():
        run: ImportRun = takeover.runs.create(kind=kind, requested_by=by)
        return run


def ring(run_id: UUID) -> None:
    from households.takeover.tasks import do_takeover_run

    jobs.ring(do_takeover_run, run_id)


def requeue_lost_runs() -> int:
    return jobs.requeue_lost(TakeOverRun, ring)


@transaction.atomic
def discard(*, takeover: ImportBatch) -> None:
    """Delete a batch of which nothing was imported, its file included. Raises ValidationError."""
    takeover = locked(takeover)
    if not takeover.can_discard:
        raise ValidationError(IMPORTED)
    _refuse_while_working(takeover)
    stored = takeover.stored_name
    takeover.delete()
    transaction.on_commit(lambda: takeover.FILES.remove(stored))


def purge_old(model: type[ImportBatch] = TakeOver) -> int:
    """Each night: 30 days after, the file and what its lines said go; counts and identifiers stay."""
    limit = timezone.now() - timedelta(days=KEPT_DAYS + 1)
    batches = model._default_manager
    old = batches.filter(purged_at=None, created_at__lt=limit).exclude(imported_at__gte=limit)
    done = 0
    for takeover in old.order_by("pk"):
        if takeover.runs.active().exists():
            continue
        forget(takeover)
        done += 1
    model.FILES.sweep(batches.exclude(stored_name="").values_list("stored_name", flat=True))
    return done


@transaction.atomic
def forget(takeover: ImportBatch) -> None:
    """Drop the file and the lines of a batch."""
    takeover.rows.all().delete()
    stored = takeover.stored_name
    transaction.on_commit(lambda: takeover.FILES.remove(stored))
    takeover.stored_name, takeover.purged_at = "", timezone.now()
    takeover.layout = {name: value for name, value in takeover.layout.items() if name != "samples"}
    takeover.unknown_values = {}
    takeover.save()


def rekey_files(model: type[ImportBatch] = TakeOver) -> int:
    """Encrypt again with the newest key the files that are not yet; returns how many."""
    kept = model._default_manager.exclude(stored_name="").order_by("created_at", "pk")
    return sum(model.FILES.rekey(takeover.pk, takeover.stored_name) for takeover in kept.iterator())

"""A file of the Département from its reception to the order given; the work itself is in job.py."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.core import jobs
from households.enums import Result, TakeOverJobKind, TakeOverStatus
from households.models import Person
from households.takeover import services as common
from households.takeover.mapping import Column, from_json, missing_columns
from insertion.imports.enums import RowDecision, RowOutcome
from insertion.models import OrientationImport, OrientationImportRow, OrientationImportRun, OrientationMapping


@transaction.atomic
def receive(
    *, by: User, name: str, content: bytes, saved: OrientationMapping | None = None
) -> OrientationImport:
    """Keep a file whose header can be read. Without `saved`, the last correspondence of that layout is taken up.

    Raises ValidationError.
    """
    batch = OrientationImport()
    common.keep_file(batch, by=by, name=name, content=content, saved=saved)
    if saved is None and (known := mapping_for(from_json(batch.columns))) is not None:
        common.apply_mapping(batch, known)
        batch.options = {"mapping": known.name}
        batch.save()
    return batch


def mapping_for(columns: list[Column]) -> OrientationMapping | None:
    """The saved correspondence all of whose columns the file has; the one that explains most of it, then the latest."""
    fitting = [
        saved
        for saved in OrientationMapping.objects.order_by("-updated_at", "pk")
        if saved.columns and not missing_columns(columns, saved.columns)
    ]
    return max(fitting, key=lambda saved: len(saved.columns), default=None)


@transaction.atomic
def set_columns(
    *, batch: OrientationImport, columns: list[Column], notified_on: date | None, save_as: str = ""
) -> OrientationImport:
    """Say what each column means, and when a decision was notified where the file does not say; kept for the next
    file under `save_as`. Raises ValidationError."""
    options = {"notified_on": f"{notified_on:%d/%m/%Y}" if notified_on else "", "mapping": save_as}
    batch = common.set_columns(takeover=batch, columns=columns, source=batch.source, options=options)
    if save_as:
        common.save_mapping(takeover=batch, name=save_as)
    return batch


@transaction.atomic
def decide(*, row: OrientationImportRow, decision: str, chosen: UUID | None = None) -> None:
    """What an agent decided about one row; until it is imported, and again after it was left aside.

    Raises ValidationError for somebody who is not among its matches.
    """
    row = OrientationImportRow.objects.select_for_update().select_related("batch").get(pk=row.pk)
    if row.outcome != RowOutcome.DOUBT or row.result not in ("", Result.SKIPPED):
        raise ValidationError("Cette ligne est déjà importée.")
    if decision == RowDecision.CREATE and not row.may_create:
        raise ValidationError(
            "Cette personne est connue\u00a0: elle ne peut pas être créée une seconde fois."
        )
    matched = {match["known"] for match in row.matches if match.get("known")}
    if decision == RowDecision.ATTACH and str(chosen) not in matched:
        raise ValidationError("Choisissez une des personnes proposées.")
    row.decision = decision
    row.chosen = (
        Person.objects.filter(pk=chosen).first() if chosen and decision == RowDecision.ATTACH else None
    )
    if decision == RowDecision.ATTACH and row.chosen is None:
        raise ValidationError("Cette personne n’existe plus\u00a0: relancez la vérification du fichier.")
    if row.result == Result.SKIPPED and decision in (RowDecision.CREATE, RowDecision.ATTACH):
        # The rest is imported: this one is still to do.
        row.result = Result.PENDING
        OrientationImport.objects.filter(pk=row.batch_id, status=TakeOverStatus.IMPORTED).update(
            status=TakeOverStatus.PARTIAL
        )
    row.save(update_fields=["decision", "chosen", "result"])


@transaction.atomic
def attach_exact(*, batch: OrientationImport, by: User) -> int:
    """An agent's word for all the rows at once whose only proposal has the very same name, first names and birth
    date, and ends no orientation; returns how many. Nothing of the kind is ever done by the import itself.
    """
    rows = batch.rows.filter(outcome=RowOutcome.DOUBT, decision="", result="")
    found = {row: row.matches[0] for row in rows if len(row.matches) == 1 and row.matches[0].get("known")}
    keys = [match["known"] for match in found.values()]
    persons = {str(person.pk): person for person in Person.objects.for_user(by).filter(pk__in=keys)}
    done = 0
    for row, match in found.items():
        person = persons.get(match["known"])
        if person is None or match.get("ends") or not _is_exact(row, person):
            continue
        decide(row=row, decision=RowDecision.ATTACH, chosen=person.pk)
        done += 1
    return done


def _is_exact(row: OrientationImportRow, person: Person) -> bool:
    said = row.data["persons"][0]
    born = person.birth_date.isoformat() if person.birth_date else ""
    same = Person(**{name: said[name] for name in ("birth_name", "usual_name", "first_names")})
    same.compute_keys()
    names = {same.compact_birth, same.compact_usual} - {""}
    return (
        bool(born)
        and said.get("birth_date") == born
        and same.compact_first == person.compact_first
        and bool(names & {person.compact_birth, person.compact_usual})
    )


@transaction.atomic
def request_run(*, batch: OrientationImport, kind: TakeOverJobKind, by: User | None) -> OrientationImportRun:
    """Queue a piece of work; the broker is only told, after the commit. Raises ValidationError."""
    run: OrientationImportRun = common.order_run(takeover=batch, kind=kind, by=by)
    transaction.on_commit(lambda: ring(run.pk))
    return run


def ring(run_id: UUID) -> None:
    from insertion.imports.tasks import do_import_run

    jobs.ring(do_import_run, run_id)


def requeue_lost_runs() -> int:
    return jobs.requeue_lost(OrientationImportRun, ring)


def purge_old() -> int:
    """Each night: 30 days after, the files and what their lines said go; counts stay."""
    return common.purge_old(OrientationImport)


def rekey_files() -> int:
    return common.rekey_files(OrientationImport)

"""What some rights ask on top of pieces: dates of their own, information given, maintenance debtors, the NIR."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import crypto
from cias.core.db import typed_violations
from cias.core.nir import normalise
from rights.models import FileNir, FileNotice, MaintenanceDebtor, RightNotice, RightsFile

DATES = ("urgent_on", "urgent_notified_on", "entry_on", "participation_due", "participation_on")


@transaction.atomic
def set_dates(*, by: User, file: RightsFile, **values: Any) -> RightsFile:
    """The dates only some rights know (`DATES`): emergency admission, entry, participation."""
    file = file.locked()
    _open(file)
    for name in DATES:
        if name in values:
            setattr(file, name, values[name])
    with signed_by(by), typed_violations():
        file.save(update_fields=[name for name in DATES if name in values])
    return file


def untold(file: RightsFile) -> list[RightNotice]:
    """The duties to inform of the file's right that are not fulfilled yet, explained or not."""
    known = {row.notice_id for row in file.told if row.told_on}
    return [duty for duty in file.duties if duty.is_active and duty.pk not in known]


@transaction.atomic
def tell(
    *, by: User, file: RightsFile, notices: Iterable[RightNotice], on: date, untold_reason: str = ""
) -> None:
    """Write down what the person was told on `on`, and, with a reason, what they could not be told."""
    chosen = {notice.pk for notice in notices}
    rows = {row.notice_id: row for row in file.told}
    with signed_by(by), typed_violations():
        for notice in untold(file):
            row = rows.get(notice.pk) or FileNotice(file=file, notice=notice)
            if notice.pk in chosen:
                row.told_on, row.reason, row.by = on, "", by
            elif untold_reason:
                row.reason, row.by = untold_reason, by
            else:
                continue
            row.save()
    file.__dict__.pop("duties", None)  # read again


@transaction.atomic
def save_debtor(*, by: User, debtor: MaintenanceDebtor) -> MaintenanceDebtor:
    """Add or correct an obligé alimentaire."""
    _open(debtor.file.locked())
    with signed_by(by), typed_violations():
        debtor.save()
    return debtor


@transaction.atomic
def remove_debtor(*, by: User, debtor: MaintenanceDebtor) -> None:
    """A line written by mistake; the write history keeps it."""
    _open(debtor.file.locked())
    with signed_by(by):
        debtor.delete()


@transaction.atomic
def write_nir(*, by: User, file: RightsFile, number: str) -> None:
    """Keep the applicant's NIR, encrypted, until the file ends; an empty number erases it.

    Raises ValidationError for a number whose key is wrong, or for a right that does not need one (C10).
    """
    file = file.locked()
    _open(file)
    FileNir.objects.filter(file=file).delete()
    if not number.strip():
        return
    if not file.right.needs_nir:
        raise ValidationError("Ce droit ne demande pas le numéro de sécurité sociale.", code="nir")
    nir = FileNir(file=file)
    nir.write(normalise(number))
    with signed_by(by):
        nir.save()


def rekey_nirs() -> int:
    """Encrypt again with the newest key what an older one encrypted; returns how many changed."""
    newest, done = crypto.keys()[0].identifier.hex(), 0
    for nir in FileNir.objects.exclude(sealed__startswith=newest).iterator():
        nir.write(nir.read())
        nir.save(update_fields=["sealed"])
        done += 1
    return done


def _open(file: RightsFile) -> None:
    if file.is_ended:
        raise ValidationError("Ce dossier est terminé\u00a0: rien n’y change plus.")

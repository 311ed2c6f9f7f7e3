"""What a visit sends, from a tablet or a desk: received once, never written over unknowingly (docs/adr/0013)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.uploads import SafeFile
from households.enums import DocumentKind
from households.services import DocumentData, add_documents
from housing.models import (
    EnergyBill,
    EnergyFile,
    EnergyVisit,
    EquipmentItem,
    GivenEquipment,
    RoomReading,
    VisitPhoto,
    VisitSending,
)


class VisitConflict(Exception):
    """Somebody else wrote in the visit since the sender read it; `visit` is what it has become."""

    def __init__(self, visit: EnergyVisit, sending: VisitSending) -> None:
        super().__init__(f"version {visit.version}")
        self.visit = visit
        self.sending = sending


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One sending: its key, the version its author had read, and the keys they sent without hearing back."""

    key: UUID
    version: int
    unheard: Collection[UUID] = ()


@dataclass(frozen=True, kw_only=True)
class VisitContent:
    """Everything the form of a visit says: its fields, rooms, bills, and how many of each equipment."""

    fields: Mapping[str, Any]
    readings: Iterable[Mapping[str, Any]]
    bills: Iterable[Mapping[str, Any]]
    equipment: Mapping[EquipmentItem, int]


@transaction.atomic
def receive_visit(*, by: User, visit: EnergyVisit, content: VisitContent, sending: Sending) -> EnergyVisit:
    """Write what was sent and give the visit its next version; a key already received changes nothing.

    Raises VisitConflict when a version the sender never read, nor sent, stands in between.
    """
    visit = EnergyVisit.objects.select_for_update().get(pk=visit.pk)
    if visit.sendings.filter(key=sending.key).exists():
        return visit
    unread = visit.sendings.filter(version__gt=sending.version).exclude(key__in=list(sending.unheard))
    if (newest := unread.order_by("-version").select_related("by").first()) is not None:
        raise VisitConflict(visit, newest)
    with signed_by(by), typed_violations():
        for name, value in content.fields.items():
            setattr(visit, name, value)
        visit.version += 1
        visit.save()
        _replace(visit, content)
        VisitSending.objects.create(visit=visit, key=sending.key, version=visit.version, by=by)
    return visit


def _replace(visit: EnergyVisit, content: VisitContent) -> None:
    """Rows are what the form says, in its order; those that did not change keep their line in the history."""
    _rows(visit, RoomReading, content.readings)
    _rows(visit, EnergyBill, content.bills)
    given = {row.item_id: row for row in visit.equipment.all()}
    for item, quantity in content.equipment.items():
        row = given.pop(item.pk, None)
        if row is None:
            GivenEquipment.objects.create(
                visit=visit, item=item, quantity=quantity, unit_cost=item.unit_cost, saving=item.saving
            )
        elif row.quantity != quantity:
            row.quantity = quantity
            row.save(update_fields=["quantity"])
    for row in given.values():
        row.delete()


def _rows(
    visit: EnergyVisit, model: type[RoomReading] | type[EnergyBill], rows: Iterable[Mapping[str, Any]]
) -> None:
    manager: Any = model._default_manager
    known = list(manager.filter(visit=visit).order_by("position", "pk"))
    wanted = list(rows)
    for position, values in enumerate(wanted):
        row = known[position] if position < len(known) else model(visit=visit)
        changed = row._state.adding or row.position != position
        row.position = position
        for name, value in values.items():
            changed = changed or getattr(row, name) != value
            setattr(row, name, value)
        if changed:
            row.save()
    for row in known[len(wanted) :]:
        row.delete()


def new_sending(visit: EnergyVisit) -> Sending:
    """A sending of the desk, which has just read the visit."""
    return Sending(key=uuid4(), version=visit.version)


def add_photo(*, by: User, visit: EnergyVisit, file: SafeFile, key: UUID, label: str = "") -> VisitPhoto:
    """Keep a photo among the household's documents; the same key is received once.

    Raises ValidationError as `add_documents` does.
    """
    with transaction.atomic():
        visit = EnergyVisit.objects.select_for_update().get(pk=visit.pk)
        known = visit.photos.filter(key=key).first()
        if known is not None:
            return known
        household = EnergyFile.objects.select_related("household").get(pk=visit.file_id).household
        data = DocumentData(
            kind=DocumentKind.PHOTO, title=label or "Visite énergie", document_date=visit.done_on
        )
        added = add_documents(by=by, household=household, files=[file], data=data)
        document = (added.documents or added.known)[0]
        with signed_by(by), typed_violations():
            return VisitPhoto.objects.create(visit=visit, document=document, key=key, label=label)

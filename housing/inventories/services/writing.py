"""An état des lieux from its first room to its validation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.french import join_list
from cias.core.states import ForbiddenTransition
from cias.core.uploads import SafeFile
from households.enums import DocumentKind, NoteLevel
from households.services.documents import DocumentData, add_documents
from housing.inventories.enums import InventoryKind, ItemKind, MeterKind
from housing.models import (
    Inventory,
    InventoryDraft,
    InventoryElement,
    InventoryItem,
    InventoryMeter,
    InventoryPhoto,
    InventoryRoom,
    InventoryRule,
    RoomTemplate,
    Stay,
    WearRule,
)

METERS = (MeterKind.COLD, MeterKind.HOT, MeterKind.POWER, MeterKind.OFF_PEAK, MeterKind.GAS, MeterKind.HEAT)
ITEMS = (
    (ItemKind.KEY, "Clés du logement"),
    (ItemKind.KEY, "Clés de la boîte aux lettres"),
    (ItemKind.KEY, "Badges ou cartes"),
    (ItemKind.EQUIPMENT, "Lits"),
    (ItemKind.EQUIPMENT, "Table et chaises"),
    (ItemKind.EQUIPMENT, "Réfrigérateur"),
    (ItemKind.EQUIPMENT, "Plaques ou cuisinière"),
    (ItemKind.EQUIPMENT, "Lave-linge"),
)
ALREADY_VALIDATED = "Cet état des lieux est validé\u00a0: il ne change plus."


@dataclass
class Typed:
    """What an agent typed of one inventory: values of each row by its key."""

    head: Mapping[str, Any] = field(default_factory=dict)
    rooms: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    elements: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    meters: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    items: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)


def rule_on(day: date) -> InventoryRule:
    """The rule in force on `day`; before the first one, the first."""
    rules = InventoryRule.objects.order_by("-valid_from")
    rule = rules.filter(valid_from__lte=day).first() or rules.last()
    if rule is None:
        raise InventoryRule.DoesNotExist("no rule of inventories: migrate seeds one")
    return rule


def proposed_rooms(stay: Stay) -> list[tuple[RoomTemplate, bool]]:
    """The rooms to choose from, and whether each goes with this type of dwelling."""
    kind = stay.place.dwelling.dwelling_type
    return [(room, kind in room.dwelling_types) for room in RoomTemplate.objects.filter(is_active=True)]


def lock_draft(inventory: Inventory) -> Inventory:
    """Raises ForbiddenTransition once it is validated."""
    current = (
        Inventory.objects.select_for_update(of=("self",))
        .select_related("stay__household")
        .get(pk=inventory.pk)
    )
    if not current.is_draft:
        raise ForbiddenTransition(ALREADY_VALIDATED)
    return current


@transaction.atomic
def start_entry(*, by: User, stay: Stay, held_on: date, rooms: Sequence[RoomTemplate]) -> Inventory:
    """The entry, with the elements of each room, the usual meters, keys and furniture. Raises ConstraintViolation."""
    with typed_violations():
        inventory = Inventory.objects.create(stay=stay, kind=InventoryKind.ENTRY, held_on=held_on, by=by)
    wear = {rule.label: rule for rule in WearRule.objects.filter(is_active=True)}
    for rank, template in enumerate(rooms, start=1):
        room = InventoryRoom.objects.create(inventory=inventory, position=rank, name=template.name)
        InventoryElement.objects.bulk_create(
            InventoryElement(room=room, position=position, name=name, wear=wear.get(label))
            for position, (name, label) in enumerate(template.lines, start=1)
        )
    InventoryMeter.objects.bulk_create(InventoryMeter(inventory=inventory, kind=kind) for kind in METERS)
    InventoryItem.objects.bulk_create(
        InventoryItem(inventory=inventory, kind=kind, position=position, label=label)
        for position, (kind, label) in enumerate(ITEMS, start=1)
    )
    return inventory


@transaction.atomic
def start_exit(*, by: User, stay: Stay, held_on: date) -> Inventory:
    """The exit starts as a copy of the entry: one only changes what changed; meters are read anew.

    Raises ForbiddenTransition without a validated entry, ConstraintViolation when there is an exit already.
    """
    entry = Inventory.objects.filter(stay=stay, kind=InventoryKind.ENTRY, validated_at__isnull=False).first()
    if entry is None:
        raise ForbiddenTransition("Validez d’abord l’état des lieux d’entrée\u00a0: la sortie s’y compare.")
    with typed_violations():
        inventory = Inventory.objects.create(stay=stay, kind=InventoryKind.EXIT, held_on=held_on, by=by)
    for room in entry.rooms.prefetch_related("elements"):
        copy = InventoryRoom.objects.create(
            inventory=inventory, position=room.position, name=room.name, entry_room=room
        )
        InventoryElement.objects.bulk_create(
            InventoryElement(
                room=copy,
                position=row.position,
                name=row.name,
                wear_id=row.wear_id,
                condition=row.condition,
                renewed_year=row.renewed_year,
                entry_element=row,
            )
            for row in room.elements.all()
        )
    InventoryMeter.objects.bulk_create(
        InventoryMeter(inventory=inventory, kind=row.kind, number=row.number) for row in entry.meters.all()
    )
    InventoryItem.objects.bulk_create(
        InventoryItem(
            inventory=inventory, kind=row.kind, position=row.position, label=row.label, count=row.count
        )
        for row in entry.items.all()
    )
    return inventory


@transaction.atomic
def save(*, by: User, inventory: Inventory, typed: Typed) -> Inventory:
    """Write what was typed on the rows of a draft; the author's draft has served. Raises ForbiddenTransition."""
    current = lock_draft(inventory)
    with typed_violations():
        for name, value in typed.head.items():
            setattr(current, name, value)
        if typed.head:
            current.save(update_fields=[*typed.head])
        for rows, values in (
            (current.rooms.all(), typed.rooms),
            (InventoryElement.objects.filter(room__inventory=current), typed.elements),
            (current.meters.all(), typed.meters),
            (current.items.all(), typed.items),
        ):
            _write(list(rows), values)
    drop_draft(author=by, inventory=current)
    return current


def _write(rows: Sequence[Any], values: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Only the rows that changed, in one statement."""
    changed, names = [], set[str]()
    for row in rows:
        new = {name: value for name, value in values.get(row.pk, {}).items() if getattr(row, name) != value}
        if new:
            names |= new.keys()
            changed.append(row)
            for name, value in new.items():
                setattr(row, name, value)
    if changed:
        type(changed[0]).objects.bulk_update(changed, sorted(names))


@transaction.atomic
def add_room(*, inventory: Inventory, name: str, template: RoomTemplate | None = None) -> InventoryRoom:
    """A room more, with the elements of a template when one is chosen. Raises ConstraintViolation."""
    current = lock_draft(inventory)
    rank = (current.rooms.aggregate(last=Max("position"))["last"] or 0) + 1
    wear = {rule.label: rule for rule in WearRule.objects.filter(is_active=True)}
    with typed_violations():
        room = InventoryRoom.objects.create(inventory=current, position=rank, name=name)
    InventoryElement.objects.bulk_create(
        InventoryElement(room=room, position=position, name=label, wear=wear.get(worn))
        for position, (label, worn) in enumerate(template.lines if template else (), start=1)
    )
    return room


@transaction.atomic
def remove_room(*, room: InventoryRoom) -> None:
    """Raises ForbiddenTransition when it has photos, or the inventory is validated."""
    lock_draft(room.inventory)
    if room.photos.exists():
        raise ForbiddenTransition("Cette pièce a des photos\u00a0: retirez-les d’abord.")
    room.delete()


@transaction.atomic
def add_element(*, room: InventoryRoom, name: str, wear: WearRule | None = None) -> InventoryElement:
    """Raises ConstraintViolation."""
    lock_draft(room.inventory)
    rank = (room.elements.aggregate(last=Max("position"))["last"] or 0) + 1
    with typed_violations():
        return InventoryElement.objects.create(room=room, position=rank, name=name, wear=wear)


@transaction.atomic
def remove_element(*, element: InventoryElement) -> None:
    lock_draft(element.room.inventory)
    element.delete()


@transaction.atomic
def add_item(*, inventory: Inventory, kind: ItemKind | str, label: str, count: int = 1) -> InventoryItem:
    """Raises ConstraintViolation."""
    current = lock_draft(inventory)
    rank = (current.items.aggregate(last=Max("position"))["last"] or 0) + 1
    with typed_violations():
        return InventoryItem.objects.create(
            inventory=current, kind=kind, position=rank, label=label, count=count
        )


@transaction.atomic
def add_photos(
    *, by: User, room: InventoryRoom, files: Sequence[SafeFile], caption: str = ""
) -> list[InventoryPhoto]:
    """Keep photos among the household's documents; one that is there already is not taken twice.

    Raises ValidationError, ForbiddenTransition once validated.
    """
    inventory = lock_draft(room.inventory)
    data = DocumentData(
        kind=DocumentKind.PHOTO,
        title=f"{inventory.get_kind_display()}, {room.name}"[:120],
        level=NoteLevel.TEAM,
        document_date=inventory.held_on,
    )
    added = add_documents(by=by, household=inventory.stay.household, files=files, data=data)
    taken = set(
        InventoryPhoto.objects.filter(document__in=[*added.documents, *added.known]).values_list(
            "document", flat=True
        )
    )
    return InventoryPhoto.objects.bulk_create(
        InventoryPhoto(room=room, document=document, caption=caption)
        for document in [*added.documents, *added.known]
        if document.pk not in taken
    )


@transaction.atomic
def remove_photo(*, photo: InventoryPhoto) -> None:
    """The photo leaves the inventory; the document stays in the household's file, where it can be retired."""
    lock_draft(photo.room.inventory)
    photo.delete()


@transaction.atomic
def validate(*, by: User, inventory: Inventory) -> Inventory:
    """Freeze it: from now on the database refuses every change. Raises ValidationError for what is missing."""
    current = lock_draft(inventory)
    blank = InventoryElement.objects.filter(room__inventory=current, condition="").select_related("room")
    rooms = dict.fromkeys(row.room.name for row in blank.order_by("room__position"))
    if rooms:
        raise ValidationError(
            f"Indiquez l’état de chaque élément, ou retirez ceux qui n’existent pas\u00a0: {join_list(list(rooms))}.",
            code="blank",
        )
    if not current.rooms.exists():
        raise ValidationError("Ajoutez au moins une pièce.", code="empty")
    current.validated_at, current.validated_by = timezone.now(), by
    current.save(update_fields=["validated_at", "validated_by"])
    InventoryDraft.objects.filter(inventory=current).delete()
    return current


@transaction.atomic
def reopen(*, by: User, inventory: Inventory) -> Inventory:
    """Undo the validation, as long as nobody signed and nothing was built on it. Raises ForbiddenTransition."""
    current = Inventory.objects.select_for_update(of=("self",)).get(pk=inventory.pk)
    if current.is_draft:
        raise ForbiddenTransition("Cet état des lieux n’est pas validé.")
    if current.signed_on is not None:
        raise ForbiddenTransition("Cet état des lieux est signé\u00a0: il ne se rouvre pas.")
    later = Inventory.objects.filter(stay=current.stay_id, kind=InventoryKind.EXIT)
    if current.kind == InventoryKind.ENTRY and later.exists():
        raise ForbiddenTransition(
            "La sortie a été commencée à partir de cette entrée\u00a0: elle ne se rouvre plus."
        )
    current.validated_at, current.validated_by = None, None
    current.save(update_fields=["validated_at", "validated_by"])
    return current


@transaction.atomic
def discard(*, inventory: Inventory) -> None:
    """Give up a draft that was begun by mistake. Raises ForbiddenTransition when it is validated or has photos."""
    current = lock_draft(inventory)
    if InventoryPhoto.objects.filter(room__inventory=current).exists():
        raise ForbiddenTransition("Cet état des lieux a des photos\u00a0: retirez-les d’abord.")
    try:
        current.delete()
    except ProtectedError as error:
        raise ForbiddenTransition("Un autre état des lieux s’appuie sur celui-ci.") from error


def keep_draft(*, author: User, inventory: Inventory, values: Mapping[str, Any]) -> InventoryDraft:
    """Keep what is being typed, whatever it is; only its author reads it back."""
    draft, _created = InventoryDraft.objects.update_or_create(
        inventory=inventory,
        author=author,
        defaults={"values": dict(values), "household_id": inventory.stay.household_id},
    )
    return draft


def drop_draft(*, author: User, inventory: Inventory) -> None:
    InventoryDraft.objects.filter(author=author, inventory=inventory).delete()

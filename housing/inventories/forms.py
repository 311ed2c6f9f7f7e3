"""What is typed of an état des lieux, on the spot: one form for the whole dwelling, built from its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from cias.core import seen
from cias.core.forms import AmountField, Form, PastDateField
from housing.inventories.enums import UNITS, Condition, InventoryKind, ItemKind, MeterKind
from housing.inventories.services import Typed
from housing.models import (
    Inventory,
    InventoryElement,
    InventoryItem,
    InventoryMeter,
    InventoryRoom,
    RoomTemplate,
)

FIRST_YEAR = 1900
LONGEST_TYPED = 2000
HEAD = ("held_on", "present", "comment")


class ReadingField(AmountField):
    """What a meter shows: at most two decimals, typed with a comma or a point."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError("Saisissez un relevé, par exemple 1 234,5.", code="invalid") from error


def _text(label: str, most: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most)


@dataclass(frozen=True)
class ElementLine:
    """An element and its fields; `entry` is how it was at the entry."""

    row: InventoryElement
    condition: forms.BoundField
    comment: forms.BoundField
    renewed_year: forms.BoundField
    entry: InventoryElement | None


@dataclass(frozen=True)
class RoomLines:
    row: InventoryRoom
    comment: forms.BoundField
    new_element: forms.BoundField
    elements: list[ElementLine]

    @property
    def missing(self) -> int:
        """Elements whose condition is still to be said."""
        return sum(not line.condition.value() for line in self.elements)


class InventoryForm(Form):
    """Everything of one inventory; nothing is mandatory before the validation, so that one can save at any moment."""

    held_on = PastDateField(label="Fait le")
    present = forms.CharField(
        label="En présence de",
        required=False,
        max_length=200,
        help_text="Les personnes du ménage et celles qui les assistent.",
    )
    new_address = forms.CharField(label="Nouvelle adresse du ménage", required=False, max_length=200)
    comment = forms.CharField(
        label="Observations générales",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    new_room = forms.CharField(label="Autre pièce", required=False, max_length=60)
    new_room_like = forms.ModelChoiceField(
        RoomTemplate.objects.filter(is_active=True),
        label="Avec les éléments de",
        required=False,
        empty_label="Aucun élément",
    )
    new_item = forms.CharField(label="Autre clé ou équipement", required=False, max_length=60)
    new_item_kind = forms.ChoiceField(label="Nature", choices=ItemKind.choices, required=False)

    def __init__(
        self, *args: Any, inventory: Inventory, kept: Mapping[str, list[str]] | None = None, **kwargs: Any
    ) -> None:
        self.inventory = inventory
        self.rooms = list(
            inventory.rooms.prefetch_related("elements__entry_element", "elements__wear", "photos")
        )
        self.meters = list(inventory.meters.all())
        self.items = list(inventory.items.all())
        first = {name: getattr(inventory, name) for name in (*HEAD, "new_address")}
        typed = {name: "".join(values[:1]) for name, values in (kept or {}).items() if name != seen.NAME}
        kwargs["initial"] = {**first, **self._values(), **typed}
        super().__init__(*args, **kwargs)
        if inventory.kind == InventoryKind.ENTRY:
            del self.fields["new_address"]
        for name, field in self._rows():
            field.widget.attrs.setdefault(
                "class", "condition" if isinstance(field.widget, forms.RadioSelect) else "form-control"
            )
            self.fields[name] = field
        stored = first | self._values()
        self.compare_with({name: value for name, value in stored.items() if name in self.fields})

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for room in self.rooms:
            values[f"room_{room.pk}_comment"] = room.comment
            for row in room.elements.all():
                for name in ("condition", "comment", "renewed_year"):
                    values[f"el_{row.pk}_{name}"] = getattr(row, name)
        for meter in self.meters:
            values[f"meter_{meter.pk}_number"] = meter.number
            values[f"meter_{meter.pk}_reading"] = meter.reading
        for item in self.items:
            values[f"item_{item.pk}_count"] = item.count
            values[f"item_{item.pk}_comment"] = item.comment
        return values

    def _rows(self) -> Iterable[tuple[str, forms.Field]]:
        year = timezone.localdate().year
        for room in self.rooms:
            yield (
                f"room_{room.pk}_comment",
                _text(f"{room.name}, observation", 300),
            )
            yield (
                f"new_element_{room.pk}",
                _text(f"{room.name}, autre élément", 60),
            )
            for row in room.elements.all():
                name, label = f"el_{row.pk}_", f"{room.name}, {row.name}"
                yield (
                    f"{name}condition",
                    forms.ChoiceField(
                        label=label, choices=Condition.choices, required=False, widget=forms.RadioSelect
                    ),
                )
                yield (
                    f"{name}comment",
                    _text(f"{label}, observation", 300),
                )
                yield (
                    f"{name}renewed_year",
                    forms.IntegerField(
                        label=f"{label}, refait en", required=False, min_value=FIRST_YEAR, max_value=year,
                        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                    ),
                )  # fmt: skip
        for meter in self.meters:
            yield (
                f"meter_{meter.pk}_number",
                _text(f"{meter}, numéro", 30),
            )
            yield f"meter_{meter.pk}_reading", ReadingField(label=f"{meter}, relevé", required=False)
        for item in self.items:
            yield (
                f"item_{item.pk}_count",
                forms.IntegerField(
                    label=f"{item.label}, nombre", required=False, min_value=0, max_value=999,
                    widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                ),
            )  # fmt: skip
            yield (
                f"item_{item.pk}_comment",
                _text(f"{item.label}, observation", 200),
            )

    @property
    def room_lines(self) -> list[RoomLines]:
        return [
            RoomLines(
                room,
                self[f"room_{room.pk}_comment"],
                self[f"new_element_{room.pk}"],
                [
                    ElementLine(
                        row,
                        self[f"el_{row.pk}_condition"],
                        self[f"el_{row.pk}_comment"],
                        self[f"el_{row.pk}_renewed_year"],
                        row.entry_element,
                    )
                    for row in room.elements.all()
                ],
            )
            for room in self.rooms
        ]

    @property
    def meter_lines(self) -> list[tuple[InventoryMeter, str, forms.BoundField, forms.BoundField]]:
        return [
            (row, UNITS[MeterKind(row.kind)], self[f"meter_{row.pk}_number"], self[f"meter_{row.pk}_reading"])
            for row in self.meters
        ]

    @property
    def item_lines(self) -> list[tuple[InventoryItem, forms.BoundField, forms.BoundField]]:
        return [(row, self[f"item_{row.pk}_count"], self[f"item_{row.pk}_comment"]) for row in self.items]

    @property
    def typed(self) -> Typed:
        """What the service writes."""
        data = self.cleaned_data
        head = {name: data[name] for name in (*HEAD, "new_address") if name in self.fields}

        elements = [row for room in self.rooms for row in room.elements.all()]
        return Typed(
            head=head,
            rooms=self._typed("room", self.rooms, "comment"),
            elements=self._typed("el", elements, "condition", "comment", "renewed_year"),
            meters=self._typed("meter", self.meters, "number", "reading"),
            items=self._typed("item", self.items, "count", "comment"),
        )

    def _typed(self, prefix: str, rows: Iterable[Any], *names: str) -> dict[UUID, dict[str, Any]]:
        data = self.cleaned_data
        found = {row.pk: {name: data[f"{prefix}_{row.pk}_{name}"] for name in names} for row in rows}
        if "count" in names:  # an empty count is none
            return {key: {**values, "count": values["count"] or 0} for key, values in found.items()}
        return found

    @property
    def new_elements(self) -> list[tuple[InventoryRoom, str]]:
        names = ((room, self.cleaned_data[f"new_element_{room.pk}"]) for room in self.rooms)
        return [(room, name) for room, name in names if name]


def typed_of(data: QueryDict) -> dict[str, list[str]]:
    """What a draft keeps of the form as typed, without judging it."""
    skip = ("csrfmiddlewaretoken", "auteur")
    return {
        name: [value[:LONGEST_TYPED] for value in data.getlist(name)][:5] for name in data if name not in skip
    }

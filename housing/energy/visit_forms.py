"""The form of a visit: sections one fills in any order, rooms and bills in rows, equipment by number.

It is drawn with a visit, bound to what was sent, or empty: the page that opens without a connection is filled from what
the tablet kept (static/js/visit.js).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.utils import timezone

from cias.core.forms import AmountField, AmountInput, Form, ModelForm, PastDateField, read_amount
from housing.energy.enums import (
    Condition,
    Energy,
    Feeling,
    Heating,
    HotWater,
    Room,
    Seen,
    Supply,
    Ventilation,
)
from housing.energy.services import VisitContent
from housing.models import EnergyVisit, EquipmentItem
from housing.models.energy_visits import DELIVERY_POINT

MOST_ROWS = 30
FIRST_ROOMS = (Room.LIVING, Room.KITCHEN, Room.BEDROOM, Room.BATHROOM)
# Answered with one touch: drawn as buttons.
BUTTONS = (Condition, Feeling, Seen, Ventilation)


class DegreesField(AmountField):
    """Degrees Celsius with one decimal at most, typed with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(-20), max_value=Decimal(45), widget=DegreesInput(), **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, Decimal):
            return value if isinstance(value, Decimal) else None
        degrees = read_amount(str(value).replace("°", "").replace("C", "").replace("c", ""))
        if degrees is None:
            raise ValidationError("Saisissez une température, par exemple 16,5.", code="invalid")
        return degrees.quantize(Decimal("0.1"))


class DegreesInput(AmountInput):
    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal):
            return f"{value:.1f}".replace(".", ",")
        return super().format_value(value)


def digits(label: str, most: int, **options: Any) -> forms.IntegerField:
    """A whole number with the numeric keypad."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, required=False, widget=widget, **options
    )


class DiagnosisForm(ModelForm):
    """What is not a row: the dwelling, its heating, water, safety, how people live there."""

    own_lock = True

    heating_age = digits("Âge de l’appareil (ans)", 99)
    hot_water_setting = digits("Réglage de l’eau chaude (°C)", 95)
    water_year = AmountField(label="Eau, sur 12 mois (€)", required=False)
    income_month = AmountField(label="Ressources du mois, si le budget n’est pas fait (€)", required=False)

    class Meta:
        model = EnergyVisit
        fields = (
            "level", "walls", "roof", "windows", "doors", "damp", "mould", "ventilation", "damage", "heating",
            "heating_energy", "heating_age", "heating_serviced", "regulation", "heater", "heater_note", "hot_water",
            "hot_water_setting", "water_leak", "water_saving", "water_year", "appliances", "co_risk",
            "electric_risk", "gas_risk", "smoke_alarm", "safety_note", "feeling_winter", "feeling_summer", "restricts",
            "health_effect", "income_month", "social_note", "findings", "advice",
        )  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.Textarea({"rows": 3})
            for name in ("damage", "appliances", "social_note", "findings", "advice")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            values = self._choices_of(name)
            if values is not None:
                self.fields[name] = _choice(str(field.label), values)

    @staticmethod
    def _choices_of(name: str) -> Any:
        lists = {
            Condition: ("walls", "roof", "windows", "doors"),
            Seen: ("damp", "mould", "heating_serviced", "regulation", "heater", "water_leak", "water_saving", "co_risk",
                   "electric_risk", "gas_risk", "smoke_alarm", "restricts", "health_effect"),
            Ventilation: ("ventilation",), Heating: ("heating",), Energy: ("heating_energy",),
            HotWater: ("hot_water",), Feeling: ("feeling_winter", "feeling_summer"),
        }  # fmt: skip
        return next((values for values, names in lists.items() if name in names), None)


def _choice(label: str, values: Any) -> forms.ChoiceField:
    is_buttons = values in BUTTONS
    widget: Any = (
        forms.RadioSelect(attrs={"class": "btn-check"})
        if is_buttons
        else forms.Select(attrs={"class": "form-select"})
    )
    blank = [] if "" in values.values else [("", "Choisir")]
    return forms.ChoiceField(label=label, choices=[*blank, *values.choices], required=False, widget=widget)


class RoomForm(Form):
    room = forms.ChoiceField(label="Pièce", choices=[("", "Choisir"), *Room.choices], required=False)
    temperature = DegreesField(label="Température (°C)", required=False)
    humidity = digits("Humidité (%)", 100)
    mould = forms.BooleanField(label="Moisissures", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.says_something(values) and not values.get("room"):
            self.add_error("room", "Choisissez la pièce.")
        return values

    @staticmethod
    def says_something(values: Mapping[str, Any]) -> bool:
        return bool(
            values.get("mould") or any(values.get(name) is not None for name in ("temperature", "humidity"))
        )


class BillForm(Form):
    energy = forms.ChoiceField(
        label="Énergie", choices=[("", "Choisir"), *(one for one in Energy.choices if one[0])], required=False
    )
    supplier = forms.CharField(label="Fournisseur", max_length=60, required=False)
    amount = AmountField(label="Payé (€)", required=False)
    kwh = digits("Consommé (kWh)", 200_000)
    months = digits("Sur combien de mois", 24, initial=12)
    delivery_point = forms.CharField(
        label="PDL ou PCE",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    contract = forms.CharField(label="Option, puissance", max_length=60, required=False)
    monthly = AmountField(label="Mensualité (€)", required=False)
    debt = AmountField(label="Dette (€)", required=False)
    supply = forms.ChoiceField(label="Fourniture", choices=Supply.choices, required=False)

    def clean_delivery_point(self) -> str:
        point = "".join(self.cleaned_data["delivery_point"].split()).upper()
        if point:
            DELIVERY_POINT(point)
        return point

    def clean_months(self) -> int:
        months = self.cleaned_data["months"]
        if months == 0:
            raise ValidationError("Au moins un mois.")
        return months or 12

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.says_something(values) and not values.get("energy"):
            self.add_error("energy", "Choisissez l’énergie.")
        return values

    @staticmethod
    def says_something(values: Mapping[str, Any]) -> bool:
        return any(
            values.get(name) not in (None, "")
            for name in (
                "energy",
                "supplier",
                "amount",
                "kwh",
                "delivery_point",
                "contract",
                "monthly",
                "debt",
                "supply",
            )
        )


class EndForm(Form):
    done_on = PastDateField(label="Visite faite le", required=False)


class EquipmentForm(Form):
    """One number for each thing of the catalogue; a withdrawn one shows where it was given."""

    def __init__(self, *args: Any, visit: EnergyVisit | None, **kwargs: Any) -> None:
        given = {row.item_id: row.quantity for row in visit.equipment.all()} if visit is not None else {}
        shown = EquipmentItem.objects.filter(Q(is_active=True) | Q(pk__in=given))
        self.items = {f"equip-{item.code}": item for item in shown}
        super().__init__(*args, **kwargs)
        for name, item in self.items.items():
            self.fields[name] = digits(item.label, 99, initial=given.get(item.pk) or "")
            self.fields[name].widget.attrs["class"] = "form-control"

    def quantities(self) -> dict[EquipmentItem, int]:
        return {item: count for name, item in self.items.items() if (count := self.cleaned_data.get(name))}


@dataclass(frozen=True)
class Section:
    """One part of the page; `fields` in the order they are asked for."""

    code: str
    title: str
    icon: str
    fields: tuple[str, ...] = ()


SECTIONS = (
    Section(
        "bati", "Logement", "bi-house",
        ("level", "walls", "roof", "windows", "doors", "damp", "mould", "ventilation", "damage"),
    ),
    Section(
        "chauffage", "Chauffage et eau chaude", "bi-fire",
        ("heating", "heating_energy", "heating_age", "heating_serviced", "regulation", "heater", "heater_note",
         "hot_water", "hot_water_setting"),
    ),
    Section("pieces", "Températures et humidité", "bi-thermometer-half"),
    Section("factures", "Factures et contrats", "bi-receipt"),
    Section("eau", "Eau et usages", "bi-droplet", ("water_leak", "water_saving", "water_year", "appliances")),
    Section(
        "securite", "Sécurité", "bi-shield-exclamation",
        ("co_risk", "electric_risk", "gas_risk", "smoke_alarm", "safety_note"),
    ),
    Section(
        "social", "Le ménage", "bi-people",
        ("feeling_winter", "feeling_summer", "restricts", "health_effect", "income_month", "social_note"),
    ),
    Section("equipements", "Équipements posés", "bi-box-seam"),
    Section("conseils", "Constats et conseils", "bi-chat-square-text", ("findings", "advice")),
)  # fmt: skip


class VisitSheet:
    """All the forms of one visit. `visit` None is the page without a connection; `data` is what was sent."""

    def __init__(self, visit: EnergyVisit | None, data: Any = None) -> None:
        self.visit, self.data = visit, data
        self.diagnosis = DiagnosisForm(data, instance=visit, auto_id="id_%s")
        self.equipment = EquipmentForm(data, visit=visit)
        done_on = visit.done_on if visit is not None and visit.done_on else timezone.localdate()
        self.end = EndForm(data, initial={"done_on": done_on})
        self.rooms = self._rows(RoomForm, "pieces", self._readings(), FIRST_ROOMS)
        self.bills = self._rows(BillForm, "factures", self._bills(), ())

    def _readings(self) -> list[dict[str, Any]]:
        rows = self.visit.readings.all() if self.visit is not None else ()
        names = ("room", "temperature", "humidity", "mould")
        return [{name: getattr(row, name) for name in names} for row in rows]

    def _bills(self) -> list[dict[str, Any]]:
        rows = self.visit.bills.all() if self.visit is not None else ()
        names = tuple(BillForm.base_fields)
        return [{name: getattr(row, name) for name in names} for row in rows]

    def _rows(
        self, form: type[Form], prefix: str, initial: list[dict[str, Any]], first: tuple[Room, ...]
    ) -> list[Any]:
        if self.data is not None:
            try:
                count = int(self.data.get(f"{prefix}-total", 0))
            except ValueError:
                count = 0
            return [
                form(self.data, prefix=f"{prefix}-{rank}") for rank in range(min(max(count, 0), MOST_ROWS))
            ]
        values = initial or [{"room": room} for room in first] or [{}]
        return [form(prefix=f"{prefix}-{rank}", initial=one) for rank, one in enumerate(values)]

    @property
    def blank_room(self) -> RoomForm:
        return RoomForm(prefix="pieces-__rang__")

    @property
    def blank_bill(self) -> BillForm:
        return BillForm(prefix="factures-__rang__")

    @property
    def forms(self) -> list[Any]:
        return [self.diagnosis, *self.rooms, *self.bills, self.equipment, self.end]

    @property
    def sections(self) -> Iterator[tuple[Section, list[BoundField]]]:
        for section in SECTIONS:
            yield section, [self.diagnosis[name] for name in section.fields]

    @property
    def equipment_rows(self) -> list[tuple[EquipmentItem, BoundField]]:
        return [(item, self.equipment[name]) for name, item in self.equipment.items.items()]

    def is_valid(self) -> bool:
        return not [form for form in self.forms if not form.is_valid()]

    @property
    def errors(self) -> dict[str, list[str]]:
        """The sentences of each refused field, by the name it has on the page."""
        found = {}
        for form in self.forms:
            for name, errors in form.errors.items():
                found[form[name].html_name if name in form.fields else "__all__"] = list(errors)
        return found

    def content(self) -> VisitContent:
        return VisitContent(
            fields={name: self.diagnosis.cleaned_data[name] for name in self.diagnosis.fields},
            readings=[row.cleaned_data for row in self.rooms if row.says_something(row.cleaned_data)],
            bills=[row.cleaned_data for row in self.bills if row.says_something(row.cleaned_data)],
            equipment=self.equipment.quantities(),
        )

    def values(self) -> dict[str, str]:
        """What the page of this visit would hold, field by field, as text."""
        found = {"pieces-total": str(len(self.rooms)), "factures-total": str(len(self.bills))}
        for form in self.forms:
            for bound in form:
                found[bound.html_name] = _text(bound)
        return found


def _text(bound: BoundField) -> str:
    """The value of a field as the page sends it."""
    value, widget = bound.value(), bound.field.widget
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(widget, ChoiceWidget):
        return str(value or "")
    return str(widget.format_value(value) or "")

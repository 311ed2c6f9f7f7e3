"""When agents receive."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from appointments.enums import AbsenceKind, Weeks
from appointments.models import Room
from cias.core.forms import Form, FrenchDateField, FrenchTimeField
from cias.core.periods import PARIS
from cias.territory.models import Commune, Weekday

ONE_DAY = timedelta(days=1)


_WEEKDAYS = [(value, label.capitalize()) for value, label in Weekday.choices]


class PresenceForm(Form):
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours", choices=_WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    weeks = forms.ChoiceField(label="Semaines", choices=Weeks.choices, initial=Weeks.ALL)
    starts_at = FrenchTimeField(label="De")
    ends_at = FrenchTimeField(label="À")
    valid_from = FrenchDateField(label="À partir du")
    valid_until = FrenchDateField(label="Jusqu’au", required=False)
    room = forms.ModelChoiceField(
        Room.objects.filter(is_active=True), label="Salle", required=False, empty_label="Sans salle"
    )
    commune = forms.ModelChoiceField(
        Commune.objects.all(),
        label="Permanence à",
        required=False,
        empty_label="Au CIAS",
        help_text="Une permanence se tient dans la commune, sans salle du CIAS.",
    )


class DayChangeForm(Form):
    """Hours that replace the usual ones on one day; entered twice, for a morning and an afternoon."""

    day = FrenchDateField(label="Le")
    starts_at = FrenchTimeField(label="De")
    ends_at = FrenchTimeField(label="À")
    room = forms.ModelChoiceField(
        Room.objects.filter(is_active=True), label="Salle", required=False, empty_label="Sans salle"
    )
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label="Permanence à", required=False, empty_label="Au CIAS"
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise ValidationError("Ce jour est passé\u00a0: son agenda ne change plus.")
        return day


class EndPresenceForm(Form):
    last_day = FrenchDateField(label="Dernier jour")


REPETITIONS = (
    (0, "Non"),
    (1, "Toutes les semaines"),
    (2, "Toutes les deux semaines"),
    (4, "Toutes les quatre semaines"),
)


class AbsenceForm(Form):
    """Whole days unless times are given."""

    first_day = FrenchDateField(label="Du")
    starts_at = FrenchTimeField(label="À partir de", required=False, help_text="Vide : dès le matin.")
    last_day = FrenchDateField(label="Au", required=False, help_text="Vide : le même jour.")
    ends_at = FrenchTimeField(label="Jusqu’à", required=False, help_text="Vide : jusqu’au soir.")
    kind = forms.ChoiceField(label="Nature", choices=AbsenceKind.choices)
    every_weeks = forms.TypedChoiceField(
        label="Se répète", choices=REPETITIONS, coerce=int, required=False, empty_value="", initial=0
    )
    until = FrenchDateField(
        label="Répéter jusqu’au", required=False, help_text="Seulement pour une absence qui se répète."
    )
    label = forms.CharField(
        label="Précision pour l’accueil",
        max_length=60,
        required=False,
        help_text="Par exemple « Maintenon, Houx ». Rien de personnel.",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("every_weeks") and not values.get("until"):
            self.add_error("until", "Indiquez jusqu’à quand elle se répète.")
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "La fin doit suivre le début.")
        return values

    def moments(self) -> tuple[datetime, datetime]:
        """The absence as two moments; the end of a whole day is the next midnight."""
        values = self.cleaned_data
        last = values["last_day"] or values["first_day"]
        start = datetime.combine(values["first_day"], values["starts_at"] or datetime.min.time(), PARIS)
        if values["ends_at"]:
            return start, datetime.combine(last, values["ends_at"], PARIS)
        return start, datetime.combine(last + ONE_DAY, datetime.min.time(), PARIS)


class LeaveFileForm(Form):
    """A table of absences: the file the first time, its text once it has been read."""

    file = forms.FileField(
        label="Fichier CSV ou XLSX",
        help_text="Colonnes agent, du, au\u00a0; et si besoin de, à, nature, précision. Une absence par ligne.",
    )

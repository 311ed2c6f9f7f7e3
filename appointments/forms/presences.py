"""When agents receive."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from appointments.enums import AbsenceKind
from appointments.models import Room
from cias.core.forms import Form, FrenchDateField
from cias.core.periods import PARIS
from cias.territory.models import Commune, Weekday

ONE_DAY = timedelta(days=1)


class TimeInput(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"inputmode": "numeric", "autocomplete": "off"})


class FrenchTimeField(forms.TimeField):
    """9:00, 9h, 9h30, 0930."""

    widget = TimeInput
    default_error_messages = {"invalid": "Saisissez une heure, par exemple 9:30 ou 9h30."}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.lower().replace("h", ":").split())
            if value.isdigit() and len(value) in (3, 4):
                value = f"{value[:-2]}:{value[-2:]}"
            elif value.isdigit() or value.endswith(":"):
                value = f"{value.rstrip(':')}:00"
        return super().to_python(value)


class PresenceForm(Form):
    weekday = forms.TypedChoiceField(label="Jour", choices=Weekday.choices[:5], coerce=int)
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
    day = FrenchDateField(label="Le")
    starts_at = FrenchTimeField(label="De")
    ends_at = FrenchTimeField(label="À")
    room = forms.ModelChoiceField(
        Room.objects.filter(is_active=True), label="Salle", required=False, empty_label="Sans salle"
    )


class EndPresenceForm(Form):
    last_day = FrenchDateField(label="Dernier jour")


class AbsenceForm(Form):
    """Whole days unless times are given."""

    first_day = FrenchDateField(label="Du")
    starts_at = FrenchTimeField(label="À partir de", required=False, help_text="Vide : dès le matin.")
    last_day = FrenchDateField(label="Au", required=False, help_text="Vide : le même jour.")
    ends_at = FrenchTimeField(label="Jusqu’à", required=False, help_text="Vide : jusqu’au soir.")
    kind = forms.ChoiceField(label="Nature", choices=AbsenceKind.choices)
    label = forms.CharField(
        label="Précision pour l’accueil",
        max_length=60,
        required=False,
        help_text="Par exemple « Maintenon, Houx ». Rien de personnel.",
    )

    def moments(self) -> tuple[datetime, datetime]:
        """The absence as two moments; the end of a whole day is the next midnight."""
        values = self.cleaned_data
        last = values["last_day"] or values["first_day"]
        start = datetime.combine(values["first_day"], values["starts_at"] or datetime.min.time(), PARIS)
        if values["ends_at"]:
            return start, datetime.combine(last, values["ends_at"], PARIS)
        return start, datetime.combine(last + ONE_DAY, datetime.min.time(), PARIS)

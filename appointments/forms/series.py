"""Series of appointments."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from appointments.models.agenda import MOST_WEEKS
from appointments.services.series import MOST_OCCURRENCES
from cias.core.forms import Form, FrenchDateField, FrenchTimeField
from cias.core.periods import PARIS

EVERY = [(1, "Toutes les semaines"), *((n, f"Toutes les {n} semaines") for n in range(2, MOST_WEEKS + 1))]


class SeriesForm(Form):
    every_weeks = forms.TypedChoiceField(label="Rythme", choices=EVERY, coerce=int, initial=2)
    count = forms.IntegerField(
        label="Combien de rendez-vous en plus",
        min_value=1,
        max_value=MOST_OCCURRENCES,
        initial=5,
        error_messages={
            "max_value": f"Au plus {MOST_OCCURRENCES} rendez-vous à la fois.",
            "min_value": "Au moins un rendez-vous.",
        },
    )


class MoveSeriesForm(Form):
    day = FrenchDateField(label="Nouvelle date de ce rendez-vous")
    hour = FrenchTimeField(label="Nouvelle heure")

    @property
    def start(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"], PARIS)

    def clean_day(self) -> object:
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise ValidationError("Choisissez une date à venir.")
        return day

"""Another time for an appointment, typed or dropped in the calendar."""

from datetime import UTC, datetime
from typing import Any

from django import forms

from appointments.slots import MAX_MINUTES, MIN_MINUTES
from cias.core.forms import Form, FrenchDateField, FrenchTimeField
from cias.core.periods import PARIS


def _minutes(**options: Any) -> forms.IntegerField:
    wrong = f"Une durée va de {MIN_MINUTES} à {MAX_MINUTES} minutes."
    errors = {"min_value": wrong, "max_value": wrong, "invalid": "Saisissez un nombre de minutes."}
    return forms.IntegerField(min_value=MIN_MINUTES, max_value=MAX_MINUTES, error_messages=errors, **options)


class OtherTimeForm(Form):
    """Any time, whether it is proposed or not."""

    day = FrenchDateField(label="Date", help_text="Par exemple 24/12/2026.")
    starts_at = FrenchTimeField(label="Heure", help_text="Par exemple 9h30.")
    minutes = _minutes(label="Durée (minutes)")

    def start(self) -> datetime:
        """In UTC, where adding minutes is right whatever the clocks do."""
        values = self.cleaned_data
        return datetime.combine(values["day"], values["starts_at"], PARIS).astimezone(UTC)


class DropForm(forms.Form):
    """What the calendar of `agent` sends. `revision`: the one it showed."""

    start = forms.DateTimeField()
    minutes = _minutes()
    revision = forms.IntegerField()
    agent = forms.UUIDField()


class SlotMinutesForm(forms.Form):
    """The duration of the slots that were proposed, when it is not the appointment's own."""

    minutes = _minutes(required=False)

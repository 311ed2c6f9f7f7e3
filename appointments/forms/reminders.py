"""When reminders leave, and a try of each sender."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from appointments.enums import ReminderChannel
from appointments.models import ReminderPolicy
from cias.core.forms import Form, FrenchTimeField, ModelForm, PhoneField

FIRST_HOUR, LAST_HOUR = time(8), time(18)


class ReminderPolicyForm(ModelForm):
    is_on = forms.BooleanField(
        label="Envoyer des rappels",
        required=False,
        help_text="Seulement aux personnes qui ont donné leur accord.",
    )
    hour = FrenchTimeField(label="À partir de", help_text="Heure de Paris, entre 8 h et 18 h.")

    class Meta:
        model = ReminderPolicy
        fields = ["is_on", "working_days", "hour"]
        labels = {"working_days": "Jours ouvrés avant le rendez-vous"}
        help_texts = {"working_days": "Les week-ends, les jours fériés et vos fermetures ne comptent pas."}

    def clean_hour(self) -> time:
        hour = self.cleaned_data["hour"]
        if hour is not None and not FIRST_HOUR <= hour <= LAST_HOUR:
            raise ValidationError("Choisissez une heure entre 8 h et 18 h.", code="hour")
        return hour


class TryForm(Form):
    """A sample to oneself. The number typed is not kept."""

    phone = PhoneField(label="Votre numéro de mobile")

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if channel != ReminderChannel.SMS:
            del self.fields["phone"]

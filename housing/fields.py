"""Fields the forms of several lines ask with."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts.models import User
from cias.core.forms import FrenchDateField


class PastDateField(FrenchDateField):
    """The day something happened: today or before."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value > timezone.localdate():
            raise ValidationError("Cette date est dans l’avenir.", code="future")


class AgentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


def choices(values: type[Any], empty: str = "Choisir") -> list[tuple[str, str]]:
    """The choices of an enum behind an empty one."""
    return [("", empty), *((value, label) for value, label in values.choices if value)]

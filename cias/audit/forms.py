"""The filters of the read log. Nothing typed here names a person: agents and files go by opaque identifiers."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.forms import Form, FrenchDateField


class LogFilterForm(Form):
    """?agent=…&action=…&du=…&au=…&dossier=…; every part is optional."""

    agent = forms.ModelChoiceField(
        get_user_model()._default_manager.all(), required=False, label="Agent", empty_label="Tous"
    )
    action = forms.ChoiceField(
        choices=[("", "Toutes"), *AccessAction.choices], required=False, label="Action"
    )
    du = FrenchDateField(required=False, label="Du")
    au = FrenchDateField(required=False, label="Au")
    dossier = forms.UUIDField(required=False, label="Dossier", widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("du") and cleaned.get("au") and cleaned["au"] < cleaned["du"]:
            raise ValidationError({"au": "La fin de la période précède son début."})
        return cleaned

    def apply(self, lines: QuerySet[AccessLog]) -> QuerySet[AccessLog]:
        """The lines that match what was asked; an invalid form selects nothing."""
        if not self.is_valid():
            return lines.none()
        asked = self.cleaned_data
        if asked["agent"]:
            lines = lines.filter(user=asked["agent"])
        if asked["action"]:
            lines = lines.filter(action=asked["action"])
        if asked["dossier"]:
            lines = lines.filter(subject_id=asked["dossier"])
        if asked["du"]:
            lines = lines.filter(at__gte=_midnight(asked["du"]))
        if asked["au"]:
            lines = lines.filter(at__lt=_midnight(asked["au"] + timedelta(days=1)))
        return lines


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))

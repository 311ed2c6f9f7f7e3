"""The filters of the read log. Nothing typed here names a person: agents and files go by opaque identifiers."""

from datetime import date, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.audit.watch import midnight
from cias.core import files
from cias.core.forms import Form, FrenchDateField
from cias.core.french import date_short


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
    dossier = forms.UUIDField(
        required=False,
        label="Dossier",
        widget=forms.HiddenInput,
        error_messages={"invalid": "Ce lien ne mène à aucun dossier\u00a0: tapez plutôt son numéro."},
    )

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
        if asked.get("action"):
            lines = lines.filter(action=asked["action"])
        if asked["dossier"]:
            lines = lines.filter(subject_id__in=files.file_keys(asked["dossier"]))
        if asked["du"]:
            lines = lines.filter(at__gte=midnight(asked["du"]))
        if asked["au"]:
            lines = lines.filter(at__lt=midnight(asked["au"] + timedelta(days=1)))
        return lines


class LogSearchForm(LogFilterForm):
    """The filter as it is typed: a file by its number, posted; the address has its opaque identifier instead."""

    numero = forms.CharField(
        label="Numéro du dossier",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"size": 14, "autocomplete": "off", "placeholder": "M-2026-00042"}),
    )
    field_order = ("numero", "agent", "action", "du", "au", "dossier")

    @classmethod
    def of_address(cls, asked: QueryDict) -> Self:
        """The form as the address of the page fills it in; a number in an address is not read."""
        data = asked.copy()
        field = cls.base_fields["dossier"]
        try:
            key = field.clean(data.get("dossier", ""))
        except ValidationError:
            key = None
        data["numero"] = files.file_number(key) if key else ""
        return cls(data)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if number := cleaned.get("numero"):
            cleaned["dossier"] = files.find_file(number)
            if cleaned["dossier"] is None:
                self.add_error("numero", "Aucun dossier ne porte ce numéro.")
        elif (key := cleaned.get("dossier")) and files.file_number(key):
            cleaned["dossier"] = None  # the number was taken out
        return cleaned

    @property
    def address(self) -> str:
        """The query of the page that shows what was asked; of a valid form."""
        asked = self.cleaned_data
        values = {
            "dossier": asked["dossier"],
            "agent": asked["agent"] and asked["agent"].pk,
            "action": asked["action"],
            "du": asked["du"] and date_short(asked["du"]),
            "au": asked["au"] and date_short(asked["au"]),
        }
        return urlencode({name: value for name, value in values.items() if value})


class ExportFilterForm(LogFilterForm):
    """The same for the exports alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["action"]


class ExportReasonForm(Form):
    """Why the lines leave the application; it goes to the log, never to an address."""

    reason = forms.CharField(
        label="Motif",
        min_length=5,
        max_length=200,
        help_text="Il est inscrit au journal, avec le nombre de lignes. Ne nommez personne.",
    )


class PeriodForm(Form):
    """?du=…&au=…; without them, the last thirty days."""

    DAYS = 30

    du = FrenchDateField(required=False, label="Du")
    au = FrenchDateField(required=False, label="Au")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and self._first() > self._last():
            raise ValidationError({"au": "La fin de la période précède son début."})
        return cleaned

    def _last(self) -> date:
        return self.cleaned_data.get("au") or timezone.localdate()

    def _first(self) -> date:
        return self.cleaned_data.get("du") or self._last() - timedelta(days=self.DAYS - 1)

    @property
    def period(self) -> tuple[date, date]:
        """Its first and last days; the usual ones when what was typed cannot be."""
        if self.is_valid():
            return self._first(), self._last()
        today = timezone.localdate()
        return today - timedelta(days=self.DAYS - 1), today

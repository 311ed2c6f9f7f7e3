"""Forms of the direction: a new edition, its publication."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from abs_reports import services
from abs_reports.enums import ReportKind
from cias.core.forms import Form, FrenchDateField

EDITIONS = [(kind.value, kind.label) for kind in (ReportKind.UPDATE, ReportKind.BASE, ReportKind.THEMATIC)]
FIRST_YEAR = 2015


def study_years() -> list[tuple[int, str]]:
    """The years of which a month at least is over, the latest first."""
    latest = services.last_closed_month(timezone.localdate()).year
    return [(year, str(year)) for year in range(latest, FIRST_YEAR - 1, -1)]


def last_year() -> int:
    return timezone.localdate().year - 1


class EditionForm(Form):
    """Which edition, of which year."""

    kind = forms.ChoiceField(
        label="Édition", choices=EDITIONS, initial=ReportKind.UPDATE.value, widget=forms.RadioSelect
    )
    year = forms.TypedChoiceField(
        label="Année étudiée",
        coerce=int,
        choices=study_years,
        initial=last_year,
        help_text="Les chiffres de l’activité vont du 1er janvier au dernier mois terminé de cette année.",
    )
    title = forms.CharField(
        label="Titre",
        max_length=160,
        required=False,
        help_text="Obligatoire pour une analyse thématique ; sinon, laissez vide pour le titre habituel.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == ReportKind.THEMATIC and not cleaned.get("title"):
            self.add_error("title", "Donnez un titre à l’analyse thématique.")
        return cleaned


class PublicationForm(Form):
    """The board's decision; a report may also be published without one."""

    deliberation_number = forms.CharField(
        label="Numéro de la délibération", max_length=40, required=False, help_text="Par exemple 2026-14."
    )
    deliberation_date = FrenchDateField(
        label="Date de la délibération", required=False, help_text="Par exemple 17/02/2026."
    )

    def clean_deliberation_date(self) -> Any:
        day = self.cleaned_data["deliberation_date"]
        if day and day > timezone.localdate():
            raise ValidationError("Cette date est à venir : publiez après la délibération.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pair = (cleaned.get("deliberation_number"), cleaned.get("deliberation_date"))
        if not self.errors and bool(pair[0]) != bool(pair[1]):
            missing = "deliberation_date" if pair[0] else "deliberation_number"
            self.add_error(missing, "Indiquez le numéro et la date, ou aucun des deux.")
        return cleaned

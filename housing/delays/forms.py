"""Forms of the delays: a new version, or the correction of one."""

from typing import Any

from django import forms

from cias.core.forms import FrenchDateField, ModelForm
from housing.models import LegalDelay, WinterTruce

CERTAINTY_HELP = (
    "Vérifié\u00a0: quelqu’un a lu ce texte, en vigueur. Sinon, les pages disent «\u00a0à vérifier\u00a0»."
)


class DelayForm(ModelForm):
    """What one version of a delay says."""

    class Meta:
        model = LegalDelay
        fields = ("value", "unit", "rolls", "alert_days", "source", "certainty")
        widgets = {"source": forms.Textarea({"rows": 2})}
        help_texts = {
            "certainty": CERTAINTY_HELP,
            "rolls": "Un dernier jour férié, samedi ou dimanche passe au jour ouvrable suivant (CPC, art. 642).",
            "alert_days": "L’agent qui suit le dossier est prévenu ce nombre de jours avant.",
        }


class TruceForm(ModelForm):
    class Meta:
        model = WinterTruce
        fields = (
            "first_day", "first_month", "last_day", "last_month", "exceptions", "source", "certainty",
        )  # fmt: skip
        widgets = {"source": forms.Textarea({"rows": 2}), "exceptions": forms.Textarea({"rows": 5})}
        labels = {
            "first_day": "Du (jour)",
            "first_month": "du mois (1 à 12)",
            "last_day": "Au (jour)",
            "last_month": "du mois suivant (1 à 12)",
        }
        help_texts = {"certainty": CERTAINTY_HELP, "exceptions": "Une exception par ligne."}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for day, month in (("first_day", "first_month"), ("last_day", "last_month")):
            if data.get(day) is not None and not 1 <= data[day] <= 31:
                self.add_error(day, "Un jour va de 1 à 31.")
            if data.get(month) is not None and not 1 <= data[month] <= 12:
                self.add_error(month, "Un mois va de 1 à 12.")
        return data


class VersionMixin(ModelForm):
    """A new version also says from when."""

    valid_from = FrenchDateField(
        label="En vigueur depuis le",
        help_text="Ce qui s’est passé avant ce jour garde la version d’avant.",
    )
    field_order = ("valid_from",)

    def _get_validation_exclusions(self) -> set[str]:
        # The service closes the version before this one: the overlap is only apparent here.
        return {*super()._get_validation_exclusions(), "valid_from"}  # type: ignore[misc]


class DelayVersionForm(DelayForm, VersionMixin):
    pass


class TruceVersionForm(TruceForm, VersionMixin):
    pass

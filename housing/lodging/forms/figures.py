"""Which period the figures are about; everything lives in the address."""

from datetime import date
from typing import Any

from django import forms

from cias.core.forms import Form, FrenchDateField
from cias.core.periods import Period
from housing.enums import Scheme


class YearForm(Form):
    annee = forms.TypedChoiceField(coerce=int, label="Année")
    dispositif = forms.ChoiceField(
        label="Dispositif", choices=[("", "Tous les dispositifs"), *Scheme.choices], required=False
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


class PeriodForm(Form):
    """From a day to another, this year until today unless said otherwise."""

    du = FrenchDateField(label="Du")
    au = FrenchDateField(label="Au")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("du"), values.get("au")
        if first and last and last < first:
            self.add_error("au", "La fin de la période doit suivre son début.")
        return values

    def period(self, default: Period) -> Period:
        return Period(self.cleaned_data["du"], self.cleaned_data["au"]) if self.is_valid() else default


def this_year(today: date) -> Period:
    return Period(date(today.year, 1, 1), today)

"""Which period the figures are about; everything lives in the address."""

from datetime import date
from typing import Any

from django import forms

from cias.core.forms import Form
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


def this_year(today: date) -> Period:
    return Period(date(today.year, 1, 1), today)

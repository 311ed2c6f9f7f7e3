"""The period the direction reads."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from cias.core.forms import Form, FrenchDateField
from cias.core.periods import Period

LONGEST_DAYS = 5 * 366


class PeriodForm(Form):
    du = FrenchDateField(label="Du")
    au = FrenchDateField(label="Au")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("du"), values.get("au")
        if first and last:
            if last < first:
                self.add_error("au", "La fin doit suivre le début.")
            elif (last - first).days > LONGEST_DAYS:
                raise ValidationError("Choisissez cinq ans au plus.")
        return values

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["du"], self.cleaned_data["au"])


def usual_periods(today: date) -> list[tuple[str, Period]]:
    """The periods one asks for most, the current month first."""
    quarter = (today.month - 1) // 3 + 1
    month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return [
        ("Ce mois", Period.month(today.year, today.month)),
        ("Mois dernier", Period.month(*month)),
        ("Ce trimestre", Period.quarter(today.year, quarter)),
        ("Cette année", Period.year(today.year)),
        ("Année dernière", Period.year(today.year - 1)),
    ]

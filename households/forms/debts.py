"""One debt: who is owed what, how far it has gone, the plan agreed on."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import AmountField, FrenchDateField, ModelForm
from households.enums import DebtStage
from households.forms.persons import not_in_future
from households.models import Debt

_COUNT = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


class DebtForm(ModelForm):
    origin_on = FrenchDateField(
        label="Date d’origine", required=False, help_text="Premier impayé, ou signature."
    )
    initial_amount = AmountField(label="Montant d’origine", required=False)
    remaining_amount = AmountField(label="Reste dû")
    settled_on = FrenchDateField(
        label="Soldée le",
        required=False,
        help_text="Pour une dette soldée seulement ; aujourd’hui si rien n’est saisi.",
    )
    monthly_payment = AmountField(label="Mensualité", required=False)
    plan_start = FrenchDateField(label="Première échéance du plan", required=False)
    plan_count = forms.IntegerField(
        label="Nombre d’échéances",
        required=False,
        min_value=1,
        max_value=600,
        widget=_COUNT,
        error_messages={"invalid": "Saisissez un nombre, par exemple 24."},
    )
    plan_end = FrenchDateField(
        label="Ou dernière échéance", required=False, help_text="L’un ou l’autre : le reste se calcule."
    )

    class Meta:
        model = Debt
        fields = (
            "creditor", "kind", "origin_on", "initial_amount", "remaining_amount", "stage", "settled_on",
            "monthly_payment", "plan_start", "plan_count", "plan_end", "comment",
        )  # fmt: skip

    def clean_origin_on(self) -> date | None:
        day = self.cleaned_data["origin_on"]
        return not_in_future(day) if day else None

    def clean_settled_on(self) -> date | None:
        day = self.cleaned_data["settled_on"]
        return not_in_future(day) if day else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        planned = [name for name in ("plan_start", "plan_count", "plan_end") if values.get(name)]
        if planned and "plan_start" not in planned:
            self.add_error("plan_start", "Un plan a une première échéance.")
        if planned and not values.get("monthly_payment") and "monthly_payment" not in self.errors:
            self.add_error("monthly_payment", "Un plan a une mensualité.")
        if values.get("plan_count") and values.get("plan_end"):
            self.add_error("plan_end", "Donnez le nombre d’échéances ou la dernière date, pas les deux.")
        start, end = values.get("plan_start"), values.get("plan_end")
        if start and end and end < start:
            self.add_error("plan_end", "La dernière échéance suit la première.")
        if values.get("stage") == DebtStage.SETTLED:
            values["remaining_amount"] = Decimal(0)
            values["settled_on"] = values.get("settled_on") or timezone.localdate()
        elif values.get("settled_on"):
            self.add_error("settled_on", "Choisissez le stade « Soldée », ou effacez cette date.")
        return values

from typing import Any

from django import forms

from cias.core.forms import FrenchDateField, ModelForm
from insertion.enums import ContractKind
from insertion.models import ContractAction, EngagementContract, Orientation

MAX_ACTIONS = 8


class ContractForm(ModelForm):
    start = FrenchDateField(label="Du")
    end = FrenchDateField(label="Au")
    weekly_hours = forms.DecimalField(
        label="Heures par semaine", max_digits=3, decimal_places=1, min_value=0, max_value=35, required=False,
        localize=True,        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    signed_by_person_on = FrenchDateField(label="Signé par la personne le", required=False)
    signed_by_structure_on = FrenchDateField(label="Signé par le CIAS le", required=False)
    next_review_on = FrenchDateField(label="Prochaine actualisation", required=False)

    class Meta:
        model = EngagementContract
        fields = (
            "start", "end", "weekly_hours", "exemption", "reduction_reason", "objectives", "signed_by_person_on",
            "signed_by_structure_on", "next_review_on",
        )  # fmt: skip
        help_texts = {
            "exemption": "À la demande de la personne : aucune heure n’est alors prévue.",
            "objectives": "Avec les mots de la personne. Elle relit et signe ce texte.",
        }

    def __init__(self, *args: Any, orientation: Orientation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.orientation = orientation
        self.instance.household_id = orientation.household_id
        self.instance.kind = self.instance.kind or ContractKind.ENGAGEMENT

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        hours, exemption = values.get("weekly_hours"), values.get("exemption")
        if "weekly_hours" in values and not hours and not exemption:
            self.add_error("weekly_hours", "Indiquez des heures par semaine, ou choisissez une dispense.")
        if hours and exemption:
            self.add_error("exemption", "Une dispense exclut des heures : gardez l’une ou l’autre.")
        start, orientation = values.get("start"), self.instance.orientation
        if start and start < orientation.start:
            self.add_error("start", f"L’orientation ne commence que le {orientation.start:%d/%m/%Y}.")
        return values


class ActionForm(ModelForm):
    due_on = FrenchDateField(label="Pour le", required=False)

    class Meta:
        model = ContractAction
        fields = ("kind", "label", "due_on")


ActionFormSet = forms.modelformset_factory(
    ContractAction, form=ActionForm, extra=4, max_num=MAX_ACTIONS, absolute_max=MAX_ACTIONS
)

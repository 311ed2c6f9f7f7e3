"""An emergency, asked in a minute: what the règlement lets be decided by delegation, and nothing else to fill in."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import AmountField, Form, model_field
from cias.core.french import euros
from households.models import Household, Person
from households.models.files import on_day
from rights.aids.enums import PayeeKind
from rights.aids.forms.requests import READ_BY_COMMISSION
from rights.forms import MemberField, members
from rights.models import AidKind, AidRule


class EmergencyField(forms.ModelChoiceField):
    """A kind of aid with what the delegation goes up to."""

    rules: dict[Any, AidRule]

    def label_from_instance(self, obj: AidKind) -> str:
        most = self.rules[obj.pk].delegation_ceiling
        return f"{obj.name}, jusqu’à {euros(most)}" if most is not None else obj.name


class EmergencyForm(Form):
    kind = EmergencyField(AidKind.objects.none(), label="Aide", empty_label=None)
    amount = AmountField(label="Montant", min_value=Decimal("0.01"))
    purpose = forms.CharField(
        label="Motif de l’urgence",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=READ_BY_COMMISSION,
    )
    applicant = MemberField(queryset=Person.objects.none(), label="Demandeur")
    payee_kind = forms.ChoiceField(label="Versée à", choices=PayeeKind.choices, initial=PayeeKind.PERSON)
    payee = forms.CharField(
        label="Nom du bailleur, fournisseur ou tiers",
        required=False,
        max_length=120,
        help_text="Si l’aide n’est pas versée à la personne.",
    )
    derogation = forms.CharField(
        label="Dérogation motivée",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Seulement si le règlement n’est pas respecté. " + READ_BY_COMMISSION,
    )

    def __init__(self, *args: Any, household: Household, rules: Sequence[AidRule], **kwargs: Any) -> None:
        today = timezone.localdate()
        first = household.memberships.filter(on_day(today), role="applicant").values_list("person", flat=True)
        kwargs["initial"] = {"applicant": first.first(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        kind = model_field(self, "kind")
        kind.rules = {rule.kind_id: rule for rule in rules}
        kind.queryset = AidKind.objects.filter(pk__in=kind.rules)
        model_field(self, "applicant").queryset = members(household, today)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("payee_kind") == PayeeKind.PERSON:
            data["payee"] = ""
        elif data.get("payee_kind") and not data.get("payee"):
            self.add_error("payee", "Indiquez qui sera payé.")
        return data

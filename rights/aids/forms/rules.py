"""The règlement, the envelopes and the members, as the direction writes them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, model_field, read_amount
from cias.core.french import euros, number
from rights.aids.enums import ScaleMeasure
from rights.models import AidEnvelope, AidKind, AidRegulation, AidRule, BoardMember

_BAND = re.compile(r"(?P<up_to>[^=:]+)[=:](?P<share>[^%]+)%?")
LARGE = {"rows": 4}


class RegulationForm(ModelForm):
    """A new version of what is common to all kinds of aid."""

    class Meta:
        model = AidRegulation
        fields = [
            "valid_from", "deliberation", "urgency", "delegates", "small_commune", "few_requests", "budget_months",
            "gracious_months", "court_months", "court", "appeal_source", "certainty",
        ]  # fmt: skip
        field_classes = {"valid_from": FrenchDateField}
        widgets = {"urgency": forms.Textarea(attrs=LARGE)}


class KindForm(ModelForm):
    class Meta:
        model = AidKind
        fields = ["name", "code", "nature", "form", "is_active"]
        help_texts = {"code": "Court, en minuscules et sans accent\u00a0: il ne change plus ensuite."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["code"]


class RuleForm(ModelForm):
    """A new version of the rules of one kind of aid."""

    ceiling = AmountField(label="Plafond par demande", required=False, min_value=Decimal("0.01"))
    yearly_ceiling = AmountField(
        label="Plafond par ménage et par an", required=False, min_value=Decimal("0.01")
    )
    delegation_ceiling = AmountField(label="Plafond de la délégation", required=False)
    scale_text = forms.CharField(
        label="Barème",
        required=False,
        widget=forms.Textarea(attrs=LARGE),
        help_text="Une tranche par ligne. 6,00 = 100\u00a0% veut dire\u00a0: jusqu’à 6,00\u00a0€, l’aide va à "
        "100\u00a0% du plafond. Au-delà de la dernière tranche, elle n’est pas prévue.",
    )

    class Meta:
        model = AidRule
        fields = [
            "valid_from", "deliberation", "repayable", "most_instalments", "ceiling", "yearly_ceiling", "delay_months",
            "measure", "residence", "residence_months", "pieces", "delegation", "delegation_ceiling",
        ]  # fmt: skip
        field_classes = {"valid_from": FrenchDateField}
        widgets = {"pieces": forms.Textarea(attrs=LARGE)}
        help_texts = {"pieces": "Une par ligne."}

    field_order = [
        "valid_from", "deliberation", "ceiling", "yearly_ceiling", "delay_months", "measure", "scale_text", "repayable",
        "most_instalments", "residence", "residence_months", "pieces", "delegation", "delegation_ceiling",
    ]  # fmt: skip

    def clean_scale_text(self) -> list[dict[str, str]]:
        bands: list[dict[str, str]] = []
        previous = None
        for line in filter(None, map(str.strip, self.cleaned_data["scale_text"].splitlines())):
            match = _BAND.fullmatch(line)
            up_to = read_amount(match["up_to"]) if match else None
            share = read_amount(match["share"]) if match else None
            if up_to is None or share is None or not 0 < share <= 100:
                raise ValidationError(
                    f"La ligne «\u00a0{line}\u00a0» ne se lit pas\u00a0: écrivez 6,00 = 100\u00a0%."
                )
            if previous is not None and up_to <= previous:
                raise ValidationError("Les tranches vont en montant.")
            previous = up_to
            bands.append({"up_to": str(up_to), "share": str(share)})
        return bands

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("delegation") and data.get("delegation_ceiling") is not None:
            self.add_error("delegation_ceiling", "Sans délégation, il n’y a pas de plafond à saisir.")
        return data

    def save(self, commit: bool = True) -> AidRule:
        self.instance.scale = self.cleaned_data["scale_text"]
        return super().save(commit)


def scale_in_words(rule: AidRule) -> str:
    return "\n".join(f"{number(up_to, 2)} = {number(share)}\u00a0%" for up_to, share in rule.bands)


def values_of_rule(rule: AidRule | None) -> dict[str, Any]:
    """A new version starts from the one in force."""
    today = timezone.localdate()
    if rule is None:
        return {"valid_from": today, "measure": ScaleMeasure.DAILY, "residence": True}
    kept = {name: getattr(rule, name) for name in RuleForm.Meta.fields}
    return {**kept, "valid_from": today, "deliberation": "", "scale_text": scale_in_words(rule)}


class EnvelopeForm(ModelForm):
    amount = AmountField(label="Montant voté")

    class Meta:
        model = AidEnvelope
        fields = ["kind", "year", "budget_line", "amount", "alert_percent"]
        help_texts = {"budget_line": "Article et chapitre, par exemple 65134."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["kind"], self.fields["year"]

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not self.instance._state.adding:
            committed = AidEnvelope.objects.with_figures().get(pk=self.instance.pk).committed  # type: ignore[attr-defined]
            if amount < committed:
                raise ValidationError(
                    f"{euros(committed)} sont déjà engagés\u00a0: l’enveloppe ne peut pas descendre au-dessous."
                )
        return amount


class MemberForm(ModelForm):
    class Meta:
        model = BoardMember
        fields = ["name", "seat", "office", "body", "user", "start", "end"]
        field_classes = {"start": FrenchDateField, "end": FrenchDateField}
        labels = {"start": "Siège depuis le", "end": "Jusqu’au"}
        help_texts = {"user": "Donne accès aux fiches anonymisées des séances où le membre siège."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "user").queryset = User.objects.active().filter(role=Role.BOARD)
        model_field(self, "user").empty_label = "Aucun"


class YearForm(Form):
    annee = forms.TypedChoiceField(coerce=int, required=False, label="Exercice")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "annee").choices = [(year, str(year)) for year in years]

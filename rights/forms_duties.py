"""Forms of what some rights ask on top of pieces, and of a right that is not claimed."""

from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, PastDateField, model_field
from cias.core.nir import normalise
from households.models import Household, Person
from households.models.files import on_day
from rights.enums import MaintenanceAnswer
from rights.forms import MemberField, StepForm, members
from rights.models import MaintenanceDebtor, RightNotice
from rights.rules import ASKED_WITH, asked_dates
from rights.services.duties import untold
from rights.states import NON_TAKE_UP


class DatesForm(StepForm):
    """Only the dates the right's rule counts from."""

    urgent_on = PastDateField(
        label="Admission d’urgence prononcée le",
        required=False,
        help_text="Décision du maire, ou de qui a sa délégation (CASF, L131-3).",
    )
    urgent_notified_on = PastDateField(
        label="Signalée à l’autorité le",
        required=False,
        help_text="Avec demande d’avis de réception, dans les 3 jours.",
    )
    entry_on = FrenchDateField(label="Entrée en établissement le", required=False)
    participation_due = forms.BooleanField(label="La caisse demande une participation", required=False)
    participation_on = PastDateField(label="Bulletin et moyen de paiement envoyés le", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = asked_dates(self.file)
        for name in set(self.base_fields) - set(asked):
            del self.fields[name]

    def stored_values(self) -> dict[str, Any]:
        return {name: getattr(self.file, name) for name in ASKED_WITH}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, told = data.get("urgent_on"), data.get("urgent_notified_on")
        if told and not first and not self.errors.get("urgent_on"):
            self.add_error("urgent_on", "Indiquez aussi le jour de l’admission.")
        if first and told and told < first:
            self.add_error("urgent_notified_on", "Le signalement suit l’admission d’urgence.")
        if data.get("participation_on") and not data.get("participation_due"):
            self.add_error("participation_due", "Cochez cette case si une participation est demandée.")
        return data


class TellForm(StepForm):
    """What the person was told, before or without a transmission."""

    told = forms.ModelMultipleChoiceField(
        queryset=RightNotice.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label="Ce qui a été dit à la personne",
        error_messages={"required": "Cochez ce qui a été dit à la personne."},
    )
    on = PastDateField(label="Le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = [notice.pk for notice in untold(self.file)]
        model_field(self, "told").queryset = RightNotice.objects.filter(pk__in=left)


class NirForm(StepForm):
    number = forms.CharField(
        label="Numéro de sécurité sociale",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
        help_text="15 caractères, clé comprise. Vide, il s’efface. Il est chiffré, et effacé à la fin du dossier.",
    )

    def first_values(self) -> dict[str, Any]:
        return {}

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        return normalise(number) if number else ""


class DebtorForm(ModelForm):
    """One obligé alimentaire."""

    offered = AmountField(label="Montant mensuel proposé", required=False, help_text="En euros.")

    class Meta:
        model = MaintenanceDebtor
        fields = ("name", "link", "address", "exemption", "answer", "offered")
        widgets = {"address": forms.TextInput()}
        help_texts = {
            "link": "Les petits-enfants ne sont plus sollicités (loi 2024-317).",
            "exemption": "CASF, art. L132-6 ; Code civil, art. 207.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, empty in (
            ("link", "Choisissez"),
            ("exemption", "Aucune"),
            ("answer", "Pas encore demandé"),
        ):
            field = model_field(self, name)
            field.choices = [("", empty), *[choice for choice in field.choices if choice[0]]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("offered") is not None and (
            data.get("exemption") or data.get("answer") != MaintenanceAnswer.ACCEPTS
        ):
            self.add_error("offered", "Un montant proposé va avec une participation acceptée, sans dispense.")
        return data


class NonClaimForm(Form):
    """Why a person does not ask for a right they were told of."""

    applicant = MemberField(queryset=Person.objects.none(), label="Personne")
    closing_reason = forms.ChoiceField(
        label="Pourquoi",
        widget=forms.RadioSelect,
        choices=[(reason.value, reason.label) for reason in NON_TAKE_UP],
    )
    reason = forms.CharField(
        label="Précision",
        required=False,
        max_length=300,
        help_text="Ce que la personne en dit, sans jugement.",
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        today = timezone.localdate()
        first = household.memberships.filter(on_day(today), role="applicant").values_list("person", flat=True)
        kwargs["initial"] = {"applicant": first.first(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "applicant").queryset = members(household, today)

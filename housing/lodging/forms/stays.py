"""Entries, amendments, exits, and what comes due in between."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import AmountField, Form, FrenchDateField, choices, model_field
from cias.core.french import date_short, euros
from households.forms.persons import not_in_future
from households.models import Budget
from housing.enums import ExitOutcome
from housing.lodging.enums import ContractForm, ExamOutcome
from housing.models import Place, SchemeRule, Stay


class ContributionMixin:
    """A fixed amount or a share of the resources of the household's budget; the share only where one may read it."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def offer_share(self, budget: Budget | None, share: Decimal | None) -> None:
        if budget is None or budget.resources is None:
            del self.fields["share"]
            return
        self.fields["share"].help_text = (
            f"Calculée sur le budget du {date_short(budget.on)}\u00a0: {euros(budget.resources)} de ressources par "
            "mois. Vide\u00a0: le montant fixe."
        )
        if share is not None:
            self.fields["share"].help_text += f" Le règlement propose {str(share).replace('.', ',')}\u00a0%."

    def check_contribution(self, values: dict[str, Any]) -> None:
        form: Any = self
        amount, share = values.get("contribution"), values.get("share")
        if {"contribution", "share"} & set(form.errors):
            return
        if amount is None and share is None:
            form.add_error("contribution", "Donnez un montant fixe ou une part des ressources.")
        if amount is not None and share is not None:
            form.add_error("share", "Choisissez un montant fixe ou une part des ressources, pas les deux.")


def share_field() -> forms.DecimalField:
    return forms.DecimalField(
        label="ou part des ressources (%)",
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        max_digits=4,
        decimal_places=1,
        min_value=Decimal(0),
        max_value=Decimal(100),
    )


class AdmitForm(ContributionMixin, Form):
    """The entry of a household; the place is chosen among those open on that day."""

    place = forms.ModelChoiceField(Place.objects.none(), label="Place", empty_label="Choisir une place")
    start = FrenchDateField(label="Date d’entrée", help_text="Par exemple 24/12/2026.")
    planned_end = FrenchDateField(
        label="Fin du contrat", required=False, help_text="Vide\u00a0: la durée prévue pour le dispositif."
    )
    form = forms.ChoiceField(
        label="Contrat",
        choices=lambda: choices(ContractForm, "Celui du dispositif"),
        required=False,
        help_text="Aucun n’est un bail\u00a0: l’occupation est temporaire.",
    )
    contribution = AmountField(label="Participation mensuelle (€)", required=False)
    share = share_field()
    deposit = AmountField(label="Dépôt de garantie (€)", required=False)
    insurance_until = FrenchDateField(label="Assurance valable jusqu’au", required=False)
    signed_on = FrenchDateField(label="Contrat signé le", required=False)
    referent = AgentField(User.objects.none(), label="Suivi par", required=False, empty_label="Personne")

    def __init__(
        self,
        *args: Any,
        user: User,
        today: date,
        budget: Budget | None = None,
        share: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.for_user(user).filter(Q(end__isnull=True) | Q(end__gte=today))
        model_field(self, "place").queryset = places.select_related("dwelling")
        model_field(self, "referent").queryset = User.objects.social_workers()
        self.offer_share(budget, share)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("planned_end")
        if start and end and end < start:
            self.add_error("planned_end", "La fin du contrat doit suivre l’entrée.")
        self.check_contribution(values)
        return values


class RenewForm(ContributionMixin, Form):
    """An amendment; beyond the scheme's rule it asks for a reason."""

    end = FrenchDateField(
        label="Jusqu’au", required=False, help_text="Vide\u00a0: la durée prévue pour le dispositif."
    )
    contribution = AmountField(
        label="Participation mensuelle (€)", required=False, help_text="Vide\u00a0: inchangée."
    )
    share = share_field()
    derogation = forms.CharField(
        label="Dérogation\u00a0: pourquoi aller au-delà de la règle",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Obligatoire quand les renouvellements ou la durée totale du dispositif sont épuisés.",
    )
    signed_on = FrenchDateField(label="Avenant signé le", required=False)

    def __init__(
        self, *args: Any, budget: Budget | None = None, share: Decimal | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer_share(budget, share)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("contribution") is not None and values.get("share") is not None:
            self.add_error("share", "Choisissez un montant fixe ou une part des ressources, pas les deux.")
        return values


class PastDayForm(Form):
    """A step that happened on a day, today by default."""

    on = FrenchDateField(label="Le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("on", timezone.localdate())
        super().__init__(*args, **kwargs)

    def clean_on(self) -> date:
        return not_in_future(self.cleaned_data["on"])


class SignForm(PastDayForm):
    on = FrenchDateField(label="Signé le", help_text="Par le ménage et par le CIAS.")


class InsuranceForm(Form):
    until = FrenchDateField(
        label="Assurance valable jusqu’au", help_text="D’après l’attestation remise par le ménage."
    )


class ExamForm(Form):
    """One examination of a bail glissant; the landlord's letter to the préfet often comes first."""

    prefet_told_on = FrenchDateField(
        label="Préfet informé par le bailleur le",
        required=False,
        help_text="Le bailleur dit au préfet, deux mois avant la fin de la période, s’il propose un bail "
        "(CCH, art. L442-8-3).",
    )
    lease_offered = forms.TypedChoiceField(
        label="Le bailleur propose un bail",
        choices=[("", "Pas encore su"), ("oui", "Oui"), ("non", "Non")],
        coerce=lambda value: value == "oui",
        empty_value=None,
        required=False,
    )
    held_on = FrenchDateField(
        label="Examen tenu le", required=False, help_text="Contradictoire\u00a0: le ménage y est entendu."
    )
    conclusion = forms.ChoiceField(label="Conclusion", choices=lambda: choices(ExamOutcome), required=False)
    note = forms.CharField(
        label="Observations", max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("held_on") and not values.get("conclusion"):
            self.add_error("conclusion", "Donnez la conclusion de l’examen.")
        if values.get("conclusion") and not values.get("held_on") and "held_on" not in self.errors:
            self.add_error("held_on", "Donnez le jour de l’examen.")
        return values

    def clean_prefet_told_on(self) -> date | None:
        return _past(self.cleaned_data["prefet_told_on"])

    def clean_held_on(self) -> date | None:
        return _past(self.cleaned_data["held_on"])


def _past(day: date | None) -> date | None:
    return None if day is None else not_in_future(day)


class ExitForm(Form):
    day = FrenchDateField(label="Date de sortie", help_text="Dernier jour dans les lieux.")
    outcome = forms.ChoiceField(
        label="Sortie vers", choices=[("", "Choisir une destination"), *ExitOutcome.choices]
    )
    outcome_detail = forms.CharField(
        label="Précision", max_length=200, required=False, help_text="Commune, bailleur, structure…"
    )


class CancelForm(Form):
    reason = forms.CharField(
        label="Pourquoi ce séjour n’a pas eu lieu",
        max_length=200,
        help_text="Il reste dans l’historique du ménage et ne compte dans aucun chiffre.",
    )


class CorrectForm(Form):
    """What was mistyped at the entry; the trace of what stood before stays."""

    place = forms.ModelChoiceField(Place.objects.none(), label="Place", empty_label=None)
    start = FrenchDateField(label="Date d’entrée")
    planned_end = FrenchDateField(label="Fin du contrat en cours")
    contribution = AmountField(label="Participation mensuelle du contrat en cours (€)")
    deposit = AmountField(label="Dépôt de garantie (€)", required=False)
    insurance_until = FrenchDateField(label="Assurance valable jusqu’au", required=False)
    referent = AgentField(User.objects.none(), label="Suivi par", required=False, empty_label="Personne")

    def __init__(self, *args: Any, user: User, stay: Stay, **kwargs: Any) -> None:
        names = ("place", "start", "planned_end", "contribution", "deposit", "insurance_until", "referent")
        super().__init__(*args, stored={name: getattr(stay, name) for name in names}, **kwargs)
        model_field(self, "place").queryset = Place.objects.for_user(user).select_related("dwelling")
        workers = User.objects.social_workers()
        model_field(self, "referent").queryset = workers | User.objects.filter(pk=stay.referent_id).order_by(
            *workers.query.order_by
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("planned_end")
        if start and end and end < start:
            self.add_error("planned_end", "La fin du contrat doit suivre l’entrée.")
        return values


def usual_share(rule: SchemeRule | None) -> Decimal | None:
    return rule.contribution_share if rule else None

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from cias.accounts.models import User
from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, model_field
from housing.enums import ExitOutcome, Scheme, UnavailableReason
from housing.models import Dwelling, Place


class DwellingForm(ModelForm):
    """A dwelling as the lease describes it."""

    rent = AmountField(label="Loyer mensuel", required=False)
    charges = AmountField(label="Charges mensuelles", required=False)
    opened_on = FrenchDateField(label="Disponible depuis le", help_text="Par exemple 24/12/2026.")
    closed_on = FrenchDateField(label="Rendu le", required=False)

    class Meta:
        model = Dwelling
        fields = (
            "name", "scheme", "street", "postal_code", "commune", "dwelling_type", "surface", "landlord", "rent",
            "charges", "energy_label", "opened_on", "closed_on",
        )  # fmt: skip
        help_texts = {"name": "Celui que les agents emploient, par exemple « Bel-Air 2 »."}


class PlaceForm(ModelForm):
    start = FrenchDateField(label="Ouverte à partir du")
    end = FrenchDateField(label="Fermée après le", required=False)

    class Meta:
        model = Place
        fields = ("label", "beds", "start", "end")
        help_texts = {"label": "« Logement entier », « Chambre 1 »…"}

    def __init__(self, *args: Any, dwelling: Dwelling, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.dwelling = dwelling

    def _get_validation_exclusions(self) -> set[str]:
        # The dwelling comes from the address, yet the label must stay unique within it.
        return super()._get_validation_exclusions() - {"dwelling"}  # type: ignore[misc]


class AdmitForm(Form):
    """The entry of a household; the place is chosen among those open on that day."""

    place = forms.ModelChoiceField(Place.objects.none(), label="Place", empty_label="Choisir une place")
    start = FrenchDateField(label="Date d’entrée", help_text="Par exemple 24/12/2026.")
    planned_end = FrenchDateField(
        label="Fin du contrat", required=False, help_text="Vide : la durée prévue pour le dispositif."
    )
    contribution = AmountField(label="Participation mensuelle (€)")
    deposit = AmountField(label="Dépôt de garantie (€)", required=False)
    insurance_until = FrenchDateField(label="Assurance valable jusqu’au", required=False)
    signed_on = FrenchDateField(label="Contrat signé le", required=False)
    referent = forms.ModelChoiceField(
        User.objects.none(), label="Suivi par", required=False, empty_label="Personne"
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.for_user(user).filter(Q(end__isnull=True) | Q(end__gte=today))
        model_field(self, "place").queryset = places.select_related("dwelling")
        model_field(self, "referent").queryset = User.objects.social_workers()
        model_field(self, "referent").label_from_instance = lambda agent: agent.full_name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("planned_end")
        if start and end and end < start:
            self.add_error("planned_end", "La fin du contrat doit suivre l’entrée.")
        return values


class RenewForm(Form):
    end = FrenchDateField(
        label="Jusqu’au", required=False, help_text="Vide : la durée prévue pour le dispositif."
    )
    contribution = AmountField(
        label="Participation mensuelle (€)", required=False, help_text="Vide : inchangée."
    )
    signed_on = FrenchDateField(label="Avenant signé le", required=False)


class ExitForm(Form):
    day = FrenchDateField(label="Date de sortie", help_text="Dernier jour dans les lieux.")
    outcome = forms.ChoiceField(
        label="Sortie vers", choices=[("", "Choisir une destination"), *ExitOutcome.choices]
    )


class UnavailableForm(Form):
    start = FrenchDateField(label="Du")
    end = FrenchDateField(label="Au", required=False, help_text="Vide : jusqu’à nouvel ordre.")
    reason = forms.ChoiceField(label="Raison", choices=UnavailableReason.choices)
    comment = forms.CharField(label="Précision", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", "La date de fin doit suivre la date de début.")
        return values


class TimelineForm(Form):
    """Which months and which scheme the timeline shows; both live in the address, neither is personal."""

    debut = forms.DateField(required=False, input_formats=["%Y-%m"])
    mois = forms.TypedChoiceField(
        choices=[(6, "6 mois"), (12, "12 mois"), (24, "24 mois")], coerce=int, required=False
    )
    dispositif = forms.ChoiceField(choices=[("", "Tous les dispositifs"), *Scheme.choices], required=False)

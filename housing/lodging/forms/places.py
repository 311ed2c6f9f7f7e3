"""Dwellings, places, and the days on which a place cannot be lived in."""

from typing import Any

from django import forms

from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm
from housing.enums import Scheme, UnavailableReason
from housing.models import Dwelling, Place

# The stays whose contract is over, alone, in the panel above the timeline.
OVERDUE = "depassee"


class DwellingForm(ModelForm):
    """A dwelling as the lease describes it."""

    rent = AmountField(label="Loyer mensuel (€)", required=False)
    charges = AmountField(label="Charges mensuelles (€)", required=False)
    opened_on = FrenchDateField(label="Disponible depuis le", help_text="Par exemple 24/12/2026.")
    lease_until = FrenchDateField(
        label="Bail ou convention avec le bailleur jusqu’au",
        required=False,
        help_text="Vide\u00a0: sans terme connu.",
    )
    closed_on = FrenchDateField(label="Rendu le", required=False)

    class Meta:
        model = Dwelling
        fields = (
            "name", "scheme", "street", "complement", "postal_code", "commune", "dwelling_type", "surface",
            "accessible", "energy_label", "landlord", "landlord_kind", "rent", "charges", "opened_on", "lease_until",
            "closed_on",
        )  # fmt: skip
        help_texts = {
            "name": "Celui que les agents emploient, par exemple «\u00a0Bel-Air 2\u00a0».",
            "dwelling_type": "Nombre de pièces principales, hors cuisine et salle d’eau.",
        }

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (
                "Logement",
                self._named("name", "scheme", "dwelling_type", "surface", "energy_label", "accessible"),
            ),
            ("Adresse", self._named("street", "complement", "postal_code", "commune")),
            ("Bailleur", self._named("landlord", "landlord_kind", "rent", "charges", "lease_until")),
            ("Disponibilité", self._named("opened_on", "closed_on")),
        ]

    def _named(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]


class PlaceForm(ModelForm):
    start = FrenchDateField(label="Ouverte à partir du")
    end = FrenchDateField(label="Fermée après le", required=False)

    class Meta:
        model = Place
        fields = ("label", "beds", "start", "end")
        help_texts = {"label": "«\u00a0Logement entier\u00a0», «\u00a0Chambre 1\u00a0»…"}

    def __init__(self, *args: Any, dwelling: Dwelling, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.dwelling = dwelling

    def _get_validation_exclusions(self) -> set[str]:
        # The dwelling comes from the address, yet the label must stay unique within it.
        return super()._get_validation_exclusions() - {"dwelling"}  # type: ignore[misc]


class UnavailableForm(Form):
    start = FrenchDateField(label="Du")
    end = FrenchDateField(label="Au", required=False, help_text="Vide\u00a0: jusqu’à nouvel ordre.")
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
        choices=[(6, "6\u00a0mois"), (12, "12\u00a0mois"), (24, "24\u00a0mois")], coerce=int, required=False
    )
    dispositif = forms.ChoiceField(choices=[("", "Tous les dispositifs"), *Scheme.choices], required=False)
    fin = forms.ChoiceField(choices=[("", "À renouveler ou à terminer"), (OVERDUE, "Échus")], required=False)

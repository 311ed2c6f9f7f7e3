"""The directory of partners: one line, and the search."""

from django import forms

from cias.core.forms import Form, ModelForm, PhoneField
from cias.territory.models import Commune
from households.enums import PartnerKind
from households.models import Partner

ACTIVE, ALL = "", "tous"


class PartnerForm(ModelForm):
    kind = forms.ChoiceField(label="Sorte", choices=[("", "Choisir…"), *PartnerKind.choices])
    phone = PhoneField(label="Téléphone", required=False)
    communes = forms.ModelMultipleChoiceField(
        Commune.objects.all(),
        label="Communes desservies",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : tout le territoire.",
    )

    class Meta:
        model = Partner
        fields = (
            "name", "kind", "contact", "phone", "email", "street", "complement", "postal_code", "city",
            "answer_days", "notes", "is_active", "communes",
        )  # fmt: skip
        labels = {"is_active": "Proposé quand on oriente"}
        help_texts = {
            "contact": "La personne ou le service à demander. Il figure sur l’enveloppe.",
            "answer_days": "La date de réponse attendue en est déduite.",
            "notes": "Permanences, conditions d’accueil… Rien sur les personnes orientées.",
            "is_active": "Décoché, le partenaire reste dans les dossiers et n’est plus proposé.",
        }
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
        error_messages = {
            "answer_days": {"invalid": "Saisissez un nombre de jours, par exemple 30."},
        }


class PartnerFilterForm(Form):
    """The directory's search. Partners are services, not persons: their name may stand in an address."""

    q = forms.CharField(
        label="Rechercher",
        required=False,
        max_length=80,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    sorte = forms.ChoiceField(label="Sorte", required=False, choices=[("", "Toutes"), *PartnerKind.choices])
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label="Commune desservie", required=False, empty_label="Toutes"
    )
    etat = forms.ChoiceField(label="État", required=False, choices=[(ACTIVE, "Proposés"), (ALL, "Tous")])

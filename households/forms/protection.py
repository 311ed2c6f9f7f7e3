"""Forms of protected files (C3)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q

from cias.accounts.models import User
from cias.core.forms import Form, ModelForm, model_field
from households.enums import EmergencyVerdict, ProtectionReason
from households.forms.files import ReasonForm
from households.models import HouseholdProtection
from households.services.protection import KEEPERS, NAMEABLE


class ProtectionForm(ModelForm):
    """Why the file is protected, and whether its address is hidden from everybody's agenda and prints."""

    reason = forms.ChoiceField(label="Motif", choices=ProtectionReason.choices, widget=forms.RadioSelect)

    class Meta:
        model = HouseholdProtection
        fields = ("reason", "precision", "hides_address")
        labels = {"hides_address": "Cacher l’adresse"}
        help_texts = {
            "precision": "Sans détail sur la situation : les agents nommés la lisent.",
            "hides_address": "Elle ne figure plus que sur la fiche du ménage : ni agenda, ni feuille du jour, "
            "ni courrier, ni export, même pour les agents nommés. Toujours le cas d’une mise à l’abri.",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("reason") == ProtectionReason.OTHER and not values.get("precision"):
            self.add_error("precision", "Précisez le motif en quelques mots.")
        if values.get("reason") == ProtectionReason.SHELTERED:
            values["hides_address"] = True
        return values

    def _post_clean(self) -> None:
        """The typed values go to the service."""


class ProtectForm(ProtectionForm):
    """Close the file: who protects it is named, the others are proposed and chosen one by one."""

    agents = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Agents nommés avec vous",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Sont cochés ceux qui suivent ce ménage ou doivent le recevoir. Décochez qui ne doit plus entrer.",
    )

    def __init__(self, *args: Any, by: User, involved: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "agents").queryset = nameable().exclude(pk=by.pk)
        self.initial.setdefault("agents", [agent.pk for agent in involved])


class NameForm(Form):
    """Name one more agent."""

    agent = forms.ModelChoiceField(User.objects.none(), label="Agent", empty_label="Choisir un agent")

    def __init__(
        self, *args: Any, protection: HouseholdProtection, keepers: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = protection.accesses.filter(end=None, agent__is_active=True).values("agent")
        found = nameable().exclude(pk__in=named) if not keepers else nameable().filter(role__in=KEEPERS)
        model_field(self, "agent").queryset = found


def nameable() -> Any:
    """Who may be named, in the order of their names."""
    agents = User.objects.active().filter(Q(role__in=NAMEABLE))
    return agents.order_by("last_name", "first_name", "pk")


class EmergencyForm(ReasonForm):
    """Why the door of a protected file is forced."""

    REASONS = (
        "Danger pour une personne du ménage",
        "La personne est là ou appelle, et aucun agent nommé n’est joignable",
        "Une échéance tombe en l’absence des agents nommés",
        "Demande d’une autorité",
    )
    choice = forms.ChoiceField(
        label="Motif",
        choices=[*((reason, reason) for reason in REASONS), (ReasonForm.OTHER, "Autre motif, à écrire")],
        widget=forms.RadioSelect,
    )


class EmergencyByNumberForm(EmergencyForm):
    """The same for who knows the household by its number only."""

    number = forms.CharField(
        label="Numéro du ménage",
        max_length=20,
        help_text="En entier, par exemple M-2026-00012.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("number", "choice", "text")


class ReviewForm(Form):
    """What the direction thinks of an emergency access."""

    verdict = forms.ChoiceField(label="Avis", choices=EmergencyVerdict.choices, widget=forms.RadioSelect)
    comment = forms.CharField(
        label="Commentaire", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("verdict") == EmergencyVerdict.UNJUSTIFIED and not values.get("comment"):
            self.add_error("comment", "Expliquez pourquoi l’accès n’était pas justifié.")
        return values

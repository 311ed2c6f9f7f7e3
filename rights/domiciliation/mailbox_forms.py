"""Forms of what the desk must know, and of the settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import (
    AmountField,
    Form,
    FrenchDateField,
    ModelForm,
    PastDateField,
    PhoneField,
    choices,
    model_field,
)
from cias.territory.models import Commune
from rights.domiciliation.enums import PauseReason
from rights.models import DomiciliationSettings, PickupCommune, PickupPoint, StatementMeans
from rights.models.mailbox import ITEMS


class SpanForm(Form):
    """Something that holds from a day to another, or until further notice."""

    start = FrenchDateField(label="À partir du")
    end = FrenchDateField(
        label="Jusqu’au", required=False, help_text="Inclus. Vide\u00a0: jusqu’à nouvel ordre."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"start": timezone.localdate()}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start and end and end < start:
            self.add_error("end", "La date de fin doit suivre la date de début.")
        return data


class ProxyForm(SpanForm):
    name = forms.CharField(label="Nom et prénom du mandataire", max_length=120)
    birth_date = PastDateField(
        label="Date de naissance", required=False, help_text="Pour vérifier l’identité au guichet."
    )
    field_order = ("name", "birth_date", "start", "end")


class ForwardingForm(SpanForm):
    address_lines = forms.CharField(
        label="Adresse de réexpédition", widget=forms.Textarea({"rows": 4}), max_length=300
    )
    field_order = ("address_lines", "start", "end")


class PauseForm(SpanForm):
    reason = forms.ChoiceField(
        choices=lambda: choices(PauseReason),
        label="Motif de l’absence",
        help_text="Pendant ces jours, le délai de trois mois ne court pas.",
    )
    field_order = ("reason", "start", "end")


class FollowForm(Form):
    agent = AgentField(queryset=User.objects.none(), label="Suivie par")

    def __init__(self, *args: Any, agent: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"agent": agent.pk}, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()


class CountForm(Form):
    """How much mail a line of the register is about."""

    nothing = "Indiquez combien de plis sont arrivés."

    letters = forms.IntegerField(label="Courriers", min_value=0, max_value=500, required=False)
    parcels = forms.IntegerField(label="Colis", min_value=0, max_value=500, required=False)
    notices = forms.IntegerField(label="Avis de passage", min_value=0, max_value=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    @property
    def counts(self) -> dict[str, int]:
        return {item: self.cleaned_data.get(item) or 0 for item in ITEMS}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(item) for item in ITEMS):
            raise ValidationError(self.nothing)
        return data


class PartForm(CountForm):
    """Some of the mail that waits, and who takes it out. Only what waits is asked about."""

    nothing = "Indiquez combien de plis sortent."
    way = forms.ChoiceField(label="Ce qui se passe")
    field_order = ("way", *ITEMS)

    def __init__(
        self, *args: Any, waiting: Mapping[str, int], ways: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, prefix="part", **kwargs)
        way: Any = self.fields["way"]
        way.choices = ways
        for item in ITEMS:
            if not waiting[item]:
                del self.fields[item]
                continue
            field: Any = self.fields[item]
            field.label = f"{field.label} (sur {waiting[item]})"
            field.validators.append(MaxValueValidator(waiting[item], f"Il n’en reste que {waiting[item]}."))


LIST_CHOICES = (
    ("a-decider", "À décider"),
    ("en-retard", "Décision en retard"),
    ("en-cours", "En cours"),
    ("sans-nouvelles", "Sans nouvelles"),
    ("a-renouveler", "À renouveler"),
    ("echues", "Arrivées à leur terme"),
    ("refusees", "Refusées"),
    ("terminees", "Terminées"),
)


class ListForm(Form):
    liste = forms.ChoiceField(choices=LIST_CHOICES, required=False, widget=forms.HiddenInput)
    commune = forms.ModelChoiceField(
        queryset=Commune.objects.all(), required=False, label="Commune", empty_label="Toutes"
    )
    agent = forms.ChoiceField(
        choices=(("", "Tout le monde"), ("moi", "Moi")), required=False, label="Suivie par"
    )


class SettingsForm(ModelForm):
    class Meta:
        model = DomiciliationSettings
        fields = ("is_used", "hides_name", "mail_address")
        widgets = {"mail_address": forms.Textarea({"rows": 4})}
        help_texts = {
            "is_used": "Sinon, ces écrans disparaissent, et une demande devient un dossier pour le CCAS de la commune.",
            "hides_name": "Pour que l’adresse ne dise pas à un employeur ou à une école d’où elle vient.",
            "mail_address": "Celle que les attestations donnent. Vide\u00a0: l’adresse du CIAS.",
        }


class PickupForm(ModelForm):
    phone = PhoneField(label="Téléphone", required=False)
    communes = forms.ModelMultipleChoiceField(
        queryset=Commune.objects.all(),
        required=False,
        label="Communes servies",
        widget=forms.CheckboxSelectMultiple,
        help_text="Une commune n’a qu’un point de retrait\u00a0: la cocher ici la retire de l’autre.",
    )

    class Meta:
        model = PickupPoint
        fields = ("name", "address_lines", "hours", "phone", "is_default", "is_active")
        widgets = {
            "address_lines": forms.Textarea({"rows": 3}),
            "hours": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["communes"] = list(
            PickupCommune.objects.filter(point=self.instance.pk).values_list("commune", flat=True)
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        others = PickupPoint.objects.filter(is_default=True).exclude(pk=self.instance.pk)
        if data.get("is_default") and others.exists():
            self.add_error("is_default", "Un autre point de retrait sert déjà toutes les autres communes.")
        if data.get("is_default") and not data.get("is_active"):
            self.add_error("is_active", "Le point de retrait des autres communes reste utilisé.")
        return data


class MeansForm(ModelForm):
    staff_cost = AmountField(label="Dépenses de personnel (€)", required=False)
    total_cost = AmountField(label="Coût total (€)", required=False)

    class Meta:
        model = StatementMeans
        fields = ("staff", "volunteers", "staff_cost", "total_cost", "hours", "comment")
        widgets = {
            "hours": forms.Textarea({"rows": 3}),
            "comment": forms.Textarea({"rows": 4}),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        staff, total = data.get("staff_cost"), data.get("total_cost")
        if staff is not None and total is not None and total < staff:
            self.add_error("total_cost", "Le coût total comprend les dépenses de personnel.")
        return data


class YearForm(Form):
    annee = forms.TypedChoiceField(coerce=int, label="Année")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

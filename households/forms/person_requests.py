"""Forms of the rights of persons (C8)."""

from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import Form, FrenchDateField, ModelForm, PastDateField, choices
from households.enums.datalife import RequestKind, RequestOutcome
from households.models import Household, Person, PersonRequest, PrivacyNotice


class NumberForm(Form):
    """The file somebody asks about, by its number."""

    number = forms.CharField(
        label="Numéro du dossier",
        max_length=20,
        help_text="Les courriers le portent, par exemple «\u00a0M-2026-00042\u00a0».",
    )


class RequestForm(ModelForm):
    person = forms.ModelChoiceField(
        Person.objects.none(), label="Personne", empty_label="Choisir la personne"
    )
    kind = forms.ChoiceField(label="Demande", choices=choices(RequestKind))
    received_on = PastDateField(label="Reçue le")

    class Meta:
        model = PersonRequest
        fields = ("person", "kind", "received_on", "asked", "identity_checked")
        widgets = {"asked": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "identity_checked": "À l’accueil, ou par une copie d’un titre d’identité si un doute subsiste.",
        }

    def __init__(self, *args: Any, household: Household, persons: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.household = household
        self.fields["person"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            pk__in=[person.pk for person in persons]
        )
        self.initial.setdefault("received_on", timezone.localdate())


class AnswerForm(Form):
    on = PastDateField(label="Répondu le")
    outcome = forms.ChoiceField(label="Réponse", choices=choices(RequestOutcome))
    answer = forms.CharField(
        label="Ce qui a été répondu", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Un refus se motive, et dit que la personne peut saisir la CNIL ou un juge.",
    )  # fmt: skip
    proof = forms.CharField(
        label="Preuve", max_length=200, required=False, help_text="Recommandé, remise contre signature…"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("outcome") == RequestOutcome.REFUSED and not values.get("answer"):
            self.add_error("answer", "Écrivez le motif du refus.")
        return values


class ExtendForm(Form):
    on = PastDateField(label="Prolongation annoncée à la personne le")


class NoticeForm(ModelForm):
    """A new edition of the notice; the former ones stay readable."""

    class Meta:
        model = PrivacyNotice
        fields = ("valid_from", "short", "full")
        field_classes = {"valid_from": FrenchDateField}
        widgets = {
            "short": forms.Textarea(attrs={"rows": 7}),
            "full": forms.Textarea(attrs={"rows": 24}),
        }
        help_texts = {
            "short": "Au bas des formulaires et à l’accueil. Des phrases courtes.",
            "full": "Une ligne qui commence par «\u00a0##\u00a0» est un titre.",
        }

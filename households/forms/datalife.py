"""Forms of the end of files (C7)."""

from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone

from cias.core.forms import Form, FrenchDateField, ModelForm, PastDateField, choices
from cias.core.uploads import FilesField
from households.datalife.ending import months_of
from households.enums.datalife import Clock, HoldReason
from households.models import LegalHold, RetentionRule

READY, HELD, LISTED, EVERY = "a-proposer", "suspendus", "inscrits", ""


class EndingFilters(Form):
    """What the list is narrowed to. Addressed by GET."""

    etat = forms.ChoiceField(
        label="Dossiers",
        required=False,
        choices=[
            (EVERY, "Tous ceux arrivés à échéance"),
            (READY, "Ni suspendus, ni inscrits"),
            (HELD, "Élimination suspendue"),
            (LISTED, "Inscrits sur un bordereau"),
        ],
    )
    mois = forms.IntegerField(label="Sans contact depuis au moins (mois)", required=False, max_value=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = months_of(Clock.FILE, timezone.localdate())
        self.fields["mois"].widget.attrs["min"] = least
        self.fields["mois"].validators.append(MinValueValidator(least))


class HoldForm(ModelForm):
    reason = forms.ChoiceField(label="Motif", choices=choices(HoldReason))

    class Meta:
        model = LegalHold
        fields = ("reason", "detail")
        help_texts = {"detail": "Sans nom\u00a0: par exemple le numéro de l’affaire."}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("reason") == HoldReason.OTHER and not values.get("detail"):
            self.add_error("detail", "Précisez le motif en quelques mots.")
        return values

    def _post_clean(self) -> None:
        """The typed values go to the service."""


class ReasonForm(Form):
    """One sentence: why a suspension is lifted, a file taken off a bordereau, a bordereau given up."""

    reason = forms.CharField(label="Motif", max_length=200)


class SlipForm(Form):
    note = forms.CharField(
        label="Observations pour les Archives",
        max_length=500,
        required=False,
        help_text="Imprimées sur le bordereau. Sans nom, ni rien qui désigne une personne.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DayForm(Form):
    on = PastDateField(label="Transmis le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class VisaForm(Form):
    """The Archives have signed."""

    on = PastDateField(label="Date du visa")
    visa_by = forms.CharField(
        label="Signataire du visa",
        max_length=120,
        help_text="Par exemple\u00a0: directrice des Archives départementales.",
    )
    reference = forms.CharField(label="Référence du visa", max_length=80, required=False)
    scan = FilesField(label="Bordereau visé, numérisé", required=False)


class RetentionRuleForm(ModelForm):
    """A duration from a day on; those before it stay as they are."""

    class Meta:
        model = RetentionRule
        fields = ("code", "months", "valid_from", "source")
        help_texts = {"source": "Le texte, la délibération ou l’accord des Archives qui fixe cette durée."}
        widgets = {"source": forms.Textarea(attrs={"rows": 2})}
        field_classes = {"valid_from": FrenchDateField}

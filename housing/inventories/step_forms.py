"""The short forms around an état des lieux: beginning, signing, correcting, and its reference data."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.core.forms import Form, FrenchDateField, ModelForm, PastDateField, model_field
from cias.core.uploads import FilesField, SafeFile, receive_all
from housing.enums import DwellingType
from housing.inventories.enums import CorrectionState
from housing.models import InventoryRule, RoomTemplate, Stay, WearRule


class StartForm(Form):
    """The day and the rooms of an entry; those of the dwelling's type are ticked."""

    held_on = PastDateField(label="Fait le")
    rooms = forms.ModelMultipleChoiceField(
        RoomTemplate.objects.none(),
        label="Pièces",
        widget=forms.CheckboxSelectMultiple,
        help_text="Vous pourrez en ajouter, en retirer, et compléter les éléments de chacune.",
        error_messages={"required": "Choisissez au moins une pièce."},
    )

    def __init__(
        self, *args: Any, stay: Stay, proposed: list[tuple[RoomTemplate, bool]], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "held_on": min(stay.start, timezone.localdate()),
            "rooms": [room.pk for room, chosen in proposed if chosen],
        }
        super().__init__(*args, **kwargs)
        model_field(self, "rooms").queryset = RoomTemplate.objects.filter(is_active=True)


class StartExitForm(Form):
    held_on = PastDateField(label="Fait le")


class SignForm(Form):
    on = PastDateField(label="Signé le")
    refused = forms.BooleanField(label="Le ménage n’a pas voulu, ou pas pu, signer", required=False)
    note = forms.CharField(label="Précision", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("refused") and not data.get("note"):
            self.add_error("note", "Dites pourquoi le ménage n’a pas signé.")
        return data


class PhotosForm(Form):
    """Photos of one room, taken on the spot or chosen among files. The costly check comes last."""

    photo = FilesField(label="Prendre une photo", required=False, camera=True)
    brought = FilesField(label="Ou choisir des photos", required=False, multiple=True)
    caption = forms.CharField(label="Légende", required=False, max_length=100)
    received: list[SafeFile]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        files = [*data["photo"], *data["brought"]]
        if not files:
            raise ValidationError("Prenez ou choisissez une photo.")
        try:
            self.received = receive_all(files)
        except ValidationError as error:
            self.add_error("brought", error)
            return data
        if any(not file.content_type.startswith("image/") for file in self.received):
            self.add_error(
                "brought", "Seules des photos vont ici\u00a0: un PDF se range parmi les documents."
            )
        return data


class CorrectionForm(Form):
    asked_on = PastDateField(label="Demandée le")
    text = forms.CharField(
        label="Ce qui est à corriger", max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    about_heating = forms.BooleanField(
        label="Porte sur le chauffage\u00a0: peut se demander le premier mois de la période de chauffe",
        required=False,
    )


class AnswerForm(Form):
    state = forms.ChoiceField(label="Suite", choices=CorrectionState.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label="Réponse", required=False, max_length=300)


class InventoryRuleForm(ModelForm):
    valid_from = FrenchDateField(
        label="À partir du",
        error_messages={"unique": "Une règle commence déjà ce jour-là\u00a0: corrigez-la."},
    )

    class Meta:
        model = InventoryRule
        fields = ("valid_from", "correction_days", "source")
        widgets = {"source": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "correction_days": "Vaut pour les états des lieux d’entrée datés de ce jour ou d’après."
        }


class WearRuleForm(ModelForm):
    class Meta:
        model = WearRule
        fields = (
            "label",
            "lifetime_years",
            "free_years",
            "yearly_percent",
            "least_percent",
            "source",
            "is_active",
        )


class RoomTemplateForm(ModelForm):
    dwelling_types = forms.MultipleChoiceField(
        label="Types de logement",
        choices=DwellingType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun\u00a0: la pièce est proposée sans être cochée.",
    )

    class Meta:
        model = RoomTemplate
        fields = ("name", "position", "dwelling_types", "elements", "is_active")
        help_texts = {
            "elements": "Un par ligne. Après une barre, la ligne de la grille de vétusté\u00a0: «\u00a0Sol | "
            "Carrelages et faïences\u00a0»."
        }

    def clean_elements(self) -> str:
        known = set(WearRule.objects.values_list("label", flat=True))
        room = RoomTemplate(elements=self.cleaned_data["elements"])
        if unknown := sorted({wear for _name, wear in room.lines if wear} - known):
            raise ValidationError(f"Pas de ligne de vétusté de ce nom\u00a0: {', '.join(unknown)}.")
        names = [name.lower() for name, _wear in room.lines]
        if len(names) != len(set(names)):
            raise ValidationError("Un élément y figure deux fois.")
        return self.cleaned_data["elements"]

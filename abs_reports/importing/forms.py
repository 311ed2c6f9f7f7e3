"""The form that sends a file of public statistics."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from abs_reports.enums import Level
from cias.core.forms import Form
from cias.core.uploads import DroppedFile

LARGEST_UPLOAD = 200 * 1024 * 1024
_LEVELS = [("", "Reconnu au fichier"), *((level.value, level.label) for level in Level)]


class ImportForm(Form):
    """A statistics file as it was downloaded."""

    file = forms.FileField(
        label="Fichier",
        help_text=(
            "CSV, XLSX ou ZIP, tel que téléchargé : comparateur, dossier complet, base du recensement, Filosofi, "
            "fichier long de l’INSEE, prestations de la Caf, ou relevé de valeurs. "
            f"{LARGEST_UPLOAD // 1024 // 1024} Mo au plus."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.zip"}),
    )
    geo_year = forms.IntegerField(
        label="Année de la géographie des communes",
        required=False,
        min_value=2000,
        max_value=2100,
        help_text="Si le nom du fichier ne la donne pas. Elle figure sur la page de téléchargement.",
    )
    level = forms.ChoiceField(
        label="Niveau des lignes",
        choices=_LEVELS,
        required=False,
        help_text="À dire seulement quand les codes peuvent être ceux de départements ou de régions.",
    )

    def clean_file(self) -> UploadedFile:
        uploaded: UploadedFile = self.cleaned_data["file"]
        if isinstance(uploaded, DroppedFile):
            raise ValidationError(
                f"Ce fichier n’est pas gardé : {uploaded.reason} La commande import_indicators n’a pas de limite."
            )
        return uploaded

    def clean_level(self) -> Level | None:
        return Level(self.cleaned_data["level"]) if self.cleaned_data["level"] else None

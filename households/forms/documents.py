from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q

from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, ModelForm, model_field
from cias.core.french import date_short
from cias.core.uploads import FilesField, SafeFile, receive_all
from households.enums import DOCUMENT_READERS, DocumentKind, NoteLevel
from households.forms.persons import not_in_future
from households.models import Document, Household, Person
from households.services.documents import SAID

# Reception opens no document: what it adds for itself alone would be read by nobody.
RECEPTION_LEVELS = [
    (NoteLevel.TEAM, DOCUMENT_READERS[NoteLevel.TEAM]),
    (NoteLevel.CIRCLE, "Cercle : les agents désignés sur ce dossier seulement."),
]

NOTHING_BROUGHT = "Choisissez un fichier, ou prenez une photo."


class DocumentDates(forms.Form):
    document_date = FrenchDateField(label="Date du document", required=False, help_text="Celle qu’il porte.")
    expires_on = FrenchDateField(
        label="Valable jusqu’au", required=False, help_text="L’échéance sera rappelée."
    )

    def clean_document_date(self) -> date | None:
        day = self.cleaned_data["document_date"]
        return not_in_future(day) if day else None

    def clean_expires_on(self) -> date | None:
        expiry, day = self.cleaned_data["expires_on"], self.cleaned_data.get("document_date")
        if expiry and day and expiry < day:
            raise ValidationError("Un document expire après sa date.", code="order")
        return expiry


class FilesMixin(forms.Form):
    """What is brought: files from a folder, or photos taken on the spot. The costly check comes last."""

    photo = FilesField(label="Ou prendre une photo", required=False, camera=True)
    received: list[SafeFile]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "photo" in self.files:
            self.fields["brought"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.received = receive_all([*data["brought"], *data["photo"]])
            except ValidationError as error:
                self.add_error("brought", error)
        return data


class DocumentForm(DocumentDates, ModelForm):
    """What is said of a document; who reads it is for its author to say."""

    own_lock = True

    kind = forms.ChoiceField(label="Type", choices=[("", "Choisissez"), *DocumentKind.choices])
    title = forms.CharField(
        label="Intitulé",
        required=False,
        max_length=120,
        help_text="Ce qui le distingue : « Titre de séjour de Yann », « Bulletins de mars à mai ».",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    person = forms.ModelChoiceField(
        Person.objects.none(), label="Concerne", required=False, empty_label="Tout le ménage"
    )
    level = forms.ChoiceField(label="Qui pourra le lire", widget=forms.RadioSelect)

    class Meta:
        model = Document
        fields = SAID

    def __init__(self, *args: Any, household: Household, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = Q(memberships__household=household)
        adding = self.instance._state.adding
        if not adding and self.instance.person_id:
            present |= Q(pk=self.instance.person_id)
        model_field(self, "person").queryset = Person.objects.filter(present).distinct()
        if not adding and self.instance.author_id != user.pk:
            del self.fields["level"]
        elif user.has_perm("documents.view"):
            model_field(self, "level").choices = list(DOCUMENT_READERS.items())
        else:
            model_field(self, "level").choices = RECEPTION_LEVELS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == DocumentKind.OTHER and not data.get("title"):
            self.add_error(
                "title", ValidationError("Donnez un intitulé à un document d’un autre type.", code="required")
            )
        return data

    def show_stored(self, stored: Document) -> None:
        """Beside each field that differs, what a colleague saved meanwhile; what was typed stays in it."""
        for name in self.fields:
            if self.instance.serializable_value(name) == stored.serializable_value(name):
                continue
            now = said_of(stored, name)
            self.add_error(name, ValidationError(f"Enregistré entre-temps\u00a0: {now}.", code="conflict"))


def said_of(document: Document, name: str) -> str:
    """The value of one field as it is read."""
    value = getattr(document, name)
    if name == "person":
        return value.full_name if value else "tout le ménage"
    if isinstance(value, date):
        return date_short(value)
    return document._get_FIELD_display(Document._meta.get_field(name)) if value else "rien"  # type: ignore[attr-defined]


class DocumentAddForm(FilesMixin, DocumentForm):
    field_order = ("brought", "photo", *DocumentForm.Meta.fields)

    brought = FilesField(label="Fichiers", multiple=True, error_messages={"required": NOTHING_BROUGHT})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = f"{settings.UPLOAD_MAX_MB} Mo au plus chacun, {settings.UPLOAD_MAX_FILES} à la fois."
        self.fields["brought"].help_text = f"PDF ou photos (JPEG, PNG, HEIC), {most}"


class DocumentReplaceForm(FilesMixin, DocumentDates, Form):
    field_order = ("brought", "photo")

    brought = FilesField(label="Nouvelle version", error_messages={"required": NOTHING_BROUGHT})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = f"{settings.UPLOAD_MAX_MB} Mo au plus. L’ancienne version reste lisible."
        self.fields["brought"].help_text = f"PDF ou photo (JPEG, PNG, HEIC), {most}"


class RetireForm(Form):
    reason = forms.CharField(
        label="Pourquoi le retirer",
        max_length=200,
        help_text="Par exemple : ajouté au mauvais ménage, illisible, rendu à la personne.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

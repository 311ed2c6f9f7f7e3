"""Letters: choose a template and a recipient, write; and the templates themselves."""

from collections.abc import Iterable
from itertools import groupby
from math import ceil
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.core.forms import Form, ModelForm, model_field
from households.enums import LetterCategory, MemberRole, RecipientKind
from households.forms.referrals import SharingFields, offered_partners, present_persons
from households.letters.addressing import MOST_LINES
from households.letters.context import LetterContext
from households.letters.text import check_keys, merged
from households.models import Household, Letter, LetterTemplate, Partner, Person
from households.models.files import on_day

LINE = 38  # characters across a DL window
LONGEST_ADDRESS = 400


def check_address(text: str) -> str:
    """Raises ValidationError when an envelope's window cannot show it all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if sum(ceil(len(line) / LINE) for line in lines) > MOST_LINES:
        raise ValidationError(
            f"La fenêtre de l’enveloppe montre {MOST_LINES} lignes de {LINE} signes : raccourcissez l’adresse.",
            code="too_long",
        )
    return "\n".join(lines)


class TemplateChoice(forms.ModelChoiceField):
    """Templates in use, under the name of their category."""

    def __init__(self) -> None:
        super().__init__(LetterTemplate.objects.none(), label="Modèle", empty_label=None)

    def group(self, templates: Iterable[LetterTemplate]) -> None:
        """Offer `templates`, sorted by category."""
        self.queryset = LetterTemplate.objects.active()
        order = LetterCategory.values
        rows = sorted(templates, key=lambda row: (order.index(row.category), row.name))
        self.widget.choices = [("", "Choisir un modèle"), *(
            (LetterCategory(category).label, [(str(row.pk), row.name) for row in group])
            for category, group in groupby(rows, key=lambda row: row.category)
        )]  # fmt: skip


class StartLetterForm(Form):
    """From the household's page: which template, to whom."""

    template = TemplateChoice()
    recipient = forms.ChoiceField(
        label="À qui", choices=RecipientKind.choices, widget=forms.RadioSelect, initial=RecipientKind.PERSON
    )
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Personne du ménage",
        required=False,
        empty_label="Aucune en particulier",
        help_text="À qui l’on écrit ou, dans un courrier à quelqu’un d’autre, de qui l’on parle.",
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="Partenaire", required=False, empty_label="Aucun"
    )
    address = forms.CharField(
        label="Autre destinataire",
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Nom et adresse, comme sur l’enveloppe.",
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: TemplateChoice = model_field(self, "template")
        field.group(LetterTemplate.objects.active())
        person = model_field(self, "person")
        person.queryset = present_persons(household)
        applicants = household.memberships.filter(on_day(timezone.localdate()), role=MemberRole.APPLICANT)
        person.initial = applicants.values_list("person", flat=True).first()
        model_field(self, "partner").queryset = offered_partners()

    def clean_address(self) -> str:
        return check_address(self.cleaned_data["address"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        match values.get("recipient"):
            case RecipientKind.PERSON:
                values["partner"], values["address"] = None, ""
                if not values.get("person"):
                    self.add_error("person", "Choisissez la personne à qui écrire.")
            case RecipientKind.PARTNER:
                values["address"] = ""
                if not values.get("partner"):
                    self.add_error("partner", "Choisissez le partenaire à qui écrire.")
            case RecipientKind.FREE:
                values["partner"] = None
                if not values.get("address") and "address" not in self.errors:
                    self.add_error("address", "Écrivez le nom et l’adresse du destinataire.")
        return values


HOW_TO_FORMAT = (
    "Une ligne vide sépare deux paragraphes. **Entre deux étoiles doubles** : en gras. "
    "« - » en début de ligne : une liste."
)


class LetterForm(ModelForm):
    """The words of a draft. A key typed here is replaced at once."""

    own_lock = True  # its author alone writes it, and the page keeps it while it is typed

    address = forms.CharField(
        label="Destinataire",
        max_length=LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"{MOST_LINES} lignes au plus, celles que montre la fenêtre de l’enveloppe.",
    )
    subject = forms.CharField(label="Objet", max_length=160)
    body = forms.CharField(
        label="Texte",
        max_length=Letter._meta.get_field("body").max_length,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=HOW_TO_FORMAT,
    )

    class Meta:
        model = Letter
        fields = ("address", "subject", "body")

    def __init__(self, *args: Any, context: LetterContext, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context

    def clean_address(self) -> str:
        return check_address(self.cleaned_data["address"])

    def clean_subject(self) -> str:
        return merged(check_keys(self.cleaned_data["subject"]), self.context)

    def clean_body(self) -> str:
        return merged(check_keys(self.cleaned_data["body"]), self.context)

    def _post_clean(self) -> None:
        """The typed values go to the service, which locks the draft first."""


class LetterSharingForm(SharingFields):
    """What a letter to somebody outside shares, asked just before it is finished."""


class TemplateForm(ModelForm):
    """A template and its words; other words make another version."""

    subject = forms.CharField(label="Objet", max_length=160, widget=forms.TextInput(attrs={"data-keys": ""}))
    body = forms.CharField(
        label="Texte",
        max_length=Letter._meta.get_field("body").max_length,
        widget=forms.Textarea(attrs={"rows": 20, "data-keys": ""}),
        help_text=HOW_TO_FORMAT,
    )

    class Meta:
        model = LetterTemplate
        fields = ("name", "category", "is_active")
        labels = {"is_active": "Proposé quand on écrit un courrier"}
        help_texts = {"is_active": "Décoché, le modèle reste avec les courriers déjà écrits."}

    def clean_subject(self) -> str:
        return check_keys(self.cleaned_data["subject"])

    def clean_body(self) -> str:
        return check_keys(self.cleaned_data["body"])

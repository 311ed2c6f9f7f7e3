"""The note of an exchange, and what a draft keeps of it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from cias.core.forms import FrenchDateField, ModelForm, model_field
from households.enums import NOTE_READERS, NoteLevel, NoteMeans, Theme
from households.forms.persons import not_in_future
from households.models import Household, Note, Person

LONGEST_TEXT = 50_000


class NoteForm(ModelForm):
    held_on = FrenchDateField(label="Date")
    duration_minutes = forms.IntegerField(
        label="Durée en minutes",
        required=False,
        min_value=1,
        max_value=600,
        error_messages={
            "min_value": "La durée va de 1 à 600 minutes.",
            "max_value": "La durée va de 1 à 600 minutes.",
            "invalid": "Saisissez un nombre de minutes, par exemple 45.",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    means = forms.ChoiceField(label="Moyen", choices=NoteMeans.choices)
    persons = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label="Personnes présentes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes", required=False, choices=Theme.choices, widget=forms.CheckboxSelectMultiple
    )
    level = forms.ChoiceField(
        label="Qui pourra lire cette note", choices=list(NOTE_READERS.items()), widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="Note",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="La personne peut demander à lire son dossier : des faits, ses mots, les décisions prises.",
    )

    class Meta:
        model = Note
        fields = ("held_on", "duration_minutes", "means", "persons", "themes", "level", "text")

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = Q(memberships__household=household)
        if self.instance.pk and not self.instance._state.adding:
            present |= Q(notes=self.instance)
        model_field(self, "persons").queryset = Person.objects.filter(present).distinct()

    def clean_held_on(self) -> date:
        return not_in_future(self.cleaned_data["held_on"])


def draft_values(data: QueryDict) -> dict[str, list[str]]:
    """What a draft keeps of the form as typed, field by field, without judging it."""
    return {
        name: [value[:LONGEST_TEXT] for value in data.getlist(name)][:50]
        for name in NoteForm.Meta.fields
        if name in data
    }


def draft_initial(values: dict[str, list[str]]) -> dict[str, Any]:
    """A draft as the form's initial values."""
    many = {"persons", "themes"}
    return {name: typed if name in many else "".join(typed[:1]) for name, typed in values.items()}


def default_initial(today: date) -> dict[str, Any]:
    return {"held_on": today, "means": NoteMeans.OFFICE, "level": NoteLevel.TEAM}

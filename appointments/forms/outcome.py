"""Cancelling an appointment, or saying what became of it."""

from typing import Any

from django import forms

from appointments.enums import CANCELLED, Status
from appointments.models import Appointment
from cias.core.forms import Form
from cias.core.registry import Action
from households.enums import NOTE_READERS, NoteLevel, NoteMeans, Theme
from households.forms.notes import LONGEST_TEXT


class CancelForm(Form):
    status = forms.TypedChoiceField(
        label="Qui annule ?",
        choices=[(code, Status(code).label) for code in CANCELLED],
        coerce=Status,
        widget=forms.RadioSelect,
        initial=Status.CANCELLED_BY_USER,
    )
    comment = forms.CharField(
        label="Précision",
        max_length=200,
        required=False,
        help_text="Pratique seulement : rien sur la situation.",
    )
    following = forms.BooleanField(label="Annuler aussi les suivants de la série", required=False)

    def __init__(self, *args: Any, in_series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not in_series:
            del self.fields["following"]


OUTCOMES = (Status.HONOURED, Status.NO_SHOW, Status.CANCELLED_BY_USER, Status.CANCELLED_BY_SERVICE)


class OutcomeForm(Form):
    """The issue of an appointment, the note it leaves and what comes next."""

    status = forms.TypedChoiceField(
        label="Issue",
        choices=[(status.value, status.label) for status in OUTCOMES],
        coerce=Status,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label="Précision", max_length=200, required=False)
    text = forms.CharField(
        label="Note d’entretien",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=LONGEST_TEXT,
        help_text="La personne peut demander à lire son dossier\u00a0: des faits, ses mots, les décisions prises.",
    )
    means = forms.ChoiceField(label="Moyen", choices=NoteMeans.choices, required=False)
    duration_minutes = forms.IntegerField(label="Durée (minutes)", min_value=1, max_value=600, required=False)
    level = forms.ChoiceField(
        label="Qui pourra lire cette note", choices=list(NOTE_READERS.items()), required=False
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes", choices=Theme.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    following = forms.ChoiceField(
        label="Ouvrir tout de suite", required=False, help_text="La page s’ouvrira déjà remplie."
    )

    NOTE_FIELDS = ("text", "means", "duration_minutes", "level", "themes")

    def __init__(
        self, *args: Any, appointment: Appointment, with_note: bool, following: list[Action], **kwargs: Any
    ) -> None:
        initial = {
            "means": appointment.place,
            "duration_minutes": appointment.minutes,
            "level": NoteLevel.TEAM,
            "status": Status.HONOURED,
            "following": "",
            **kwargs.pop("initial", {}),
        }
        super().__init__(*args, initial=initial, **kwargs)
        if not with_note:
            for name in self.NOTE_FIELDS:
                del self.fields[name]
        if following:
            field: Any = self.fields["following"]
            field.choices = [("", "Rien d’autre"), *_grouped(following)]
        else:
            del self.fields["following"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("text") and values.get("status") != Status.HONOURED:
            self.add_error("text", "Une note d’entretien accompagne un rendez-vous honoré.")
        if values.get("text") and not values.get("means"):
            self.add_error("means", "Indiquez le moyen.")
        if "level" in self.fields:
            values["level"] = values.get("level") or NoteLevel.TEAM
        return values


def _grouped(actions: list[Action]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The actions one may go on with, by group in the order they come; each is named by its place in the list."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for number, action in enumerate(actions):
        groups.setdefault(action.group or "Autre", []).append((str(number), action.label))
    return list(groups.items())

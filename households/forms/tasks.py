"""Tasks: what to do, by when, by whom."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, model_field
from households.enums import Domain
from households.models import DOERS, Household
from households.services import TaskData, shortcut_date
from households.services.tasks import SHORTCUTS

DUE = "echeance"


def doers() -> Any:
    return User.objects.active().filter(role__in=DOERS).order_by("last_name", "first_name", "pk")


class TaskForm(Form):
    """A task; its date may also be the button one sends the form with (DUE), and its agent left to oneself."""

    title = forms.CharField(
        label="Tâche",
        max_length=120,
        help_text="Un titre pratique\u00a0: vos collègues et la direction le lisent dans les listes.",
        error_messages={"required": "Dites en quelques mots ce qu’il faut faire."},
    )
    due_on = FrenchDateField(
        label="Pour le", error_messages={"required": "Indiquez pour quand, par exemple 24/12/2026."}
    )
    agent = forms.ModelChoiceField(User.objects.none(), label="À faire par", empty_label="Choisir un agent")
    number = forms.CharField(
        label="Ménage", max_length=12, required=False, help_text="Son numéro, par exemple M-2026-00012."
    )
    domain = forms.ChoiceField(
        label="Domaine", required=False, choices=[("", "Aucun en particulier"), *Domain.choices]
    )
    detail = forms.CharField(
        label="Détail",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Lu par l’agent, par vous et par le travail social.",
    )

    def __init__(self, data: Any = None, *args: Any, user: User, writes_detail: bool, **kwargs: Any) -> None:
        if data is not None:
            data = _completed(data, user)
        super().__init__(data, *args, **kwargs)
        self.user = user
        model_field(self, "agent").queryset = doers()
        if not writes_detail:
            del self.fields["detail"]

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if "due_on" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError("Choisissez aujourd’hui ou une date à venir.", code="past")
        return day

    def clean_number(self) -> Household | None:
        number = self.cleaned_data["number"].strip().upper()
        if not number:
            return None
        household = Household.objects.for_user(self.user).filter(number=number).first()
        if household is None:
            raise forms.ValidationError("Aucun ménage que vous puissiez voir n’a ce numéro.", code="unknown")
        return household

    def task(self, *, detail: str = "") -> TaskData:
        """What was typed; `detail` stays for who does not read it."""
        values = self.cleaned_data
        return TaskData(
            title=values["title"],
            due_on=values["due_on"],
            agent=values["agent"],
            household=values["number"],
            domain=values["domain"],
            detail=values.get("detail", detail),
        )


def _completed(data: Any, user: User) -> Any:
    """What the one-line form leaves out: the date its button means, and oneself as the agent."""
    data = data.copy()
    if (code := data.get(DUE)) in SHORTCUTS:
        data["due_on"] = f"{shortcut_date(code, timezone.localdate()):%d/%m/%Y}"
    if "agent" not in data and user.role in DOERS:
        data["agent"] = str(user.pk)
    return data


class PostponeForm(Form):
    """Another date, and why."""

    until = FrenchDateField(label="Reporter au")
    reason = forms.CharField(label="Raison", max_length=200, required=False)

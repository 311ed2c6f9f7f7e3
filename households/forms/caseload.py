"""Giving many files at once, covering a colleague, closing and reopening."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, ModelForm, model_field
from cias.core.registry import OpenItem
from cias.territory.models import Commune
from households.caseload import MOST_AT_ONCE, Selection
from households.enums import ClosingOutcome, ClosingReason
from households.forms.persons import not_in_future
from households.models import CaseloadPolicy
from households.models.caseload import MOST_MONTHS

NOBODY = "personne"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class ReassignForm(Form):
    """Which files change hands, and the agents who share them. Addressed by GET: the preview is a page."""

    referent = forms.ChoiceField(label="Suivis aujourd’hui par", required=False)
    commune = forms.ModelChoiceField(
        Commune.objects.defer("geometry"), label="Commune", required=False, empty_label="Toutes"
    )
    lettre = forms.ChoiceField(
        label="Première lettre du nom",
        required=False,
        choices=[("", "Toutes"), *((letter, letter) for letter in LETTERS)],
    )
    taches = forms.IntegerField(label="Au moins … tâches à faire", required=False, min_value=1, max_value=99)
    nombre = forms.IntegerField(
        label="Au plus … ménages", required=False, min_value=1, max_value=MOST_AT_ONCE
    )
    vers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="À partager entre",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un agent."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        agents = list(User.objects.social_workers())
        everybody = [("", "N’importe qui"), (NOBODY, "Personne")] if user.role == Role.DIRECTOR else []
        own = agents if everybody else [user]
        # Agents who left keep their files until somebody gives them away.
        gone = User.objects.filter(is_active=False, role=Role.SOCIAL_WORKER) if everybody else []
        self.fields["referent"].choices = [  # type: ignore[attr-defined]
            *everybody,
            *((str(agent.pk), agent.full_name) for agent in own),
            *((str(agent.pk), f"{agent.full_name} (compte fermé)") for agent in gone),
        ]
        model_field(self, "vers").queryset = User.objects.social_workers()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen = values.get("referent") or ("" if self.user.role == Role.DIRECTOR else str(self.user.pk))
        values["referent"] = chosen
        if chosen and chosen in {str(agent.pk) for agent in values.get("vers") or ()}:
            self.add_error("vers", "Un agent ne reçoit pas ses propres ménages\u00a0: décochez-le.")
        return values

    @property
    def selection(self) -> Selection:
        values = self.cleaned_data
        chosen = values["referent"]
        referent = User.objects.get(pk=chosen) if chosen not in ("", NOBODY) else None
        return Selection(
            targets=tuple(values["vers"]),
            referent=referent,
            nobody=chosen == NOBODY,
            commune=values["commune"],
            letter=values["lettre"],
            tasks=values["taches"] or 0,
            most=values["nombre"] or MOST_AT_ONCE,
        )


class ConfirmReassignForm(Form):
    """The second look: the plan one saw, the word passed on, and whether the tasks follow."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = forms.CharField(
        label="Mot de passation",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Gardé dans chacun des dossiers.",
    )
    with_tasks = forms.BooleanField(
        label="Les tâches à faire des anciens référents sur ces ménages suivent", required=False, initial=True
    )


class CoverForm(Form):
    """Who stands in for whom, from one day to another."""

    agent = forms.ModelChoiceField(User.objects.none(), label="Agent absent", empty_label="Choisir un agent")
    substitute = forms.ModelChoiceField(
        User.objects.none(), label="Remplacé par", empty_label="Choisir un agent"
    )
    start = FrenchDateField(label="Du")
    end = FrenchDateField(label="Au", help_text="Dernier jour compris.")
    note = forms.CharField(
        label="À savoir",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce qui ne peut pas attendre le retour.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = User.objects.social_workers()
        own: QuerySet[User] = workers if user.role == Role.DIRECTOR else workers.filter(pk=user.pk)
        model_field(self, "agent").queryset = own
        model_field(self, "substitute").queryset = workers


class ClosureForm(Form):
    """How the support ends: why now, and what it came to, two different things."""

    reason = forms.ChoiceField(label="Motif", choices=[("", "Choisir un motif"), *ClosingReason.choices])
    outcome = forms.ChoiceField(
        label="Résultat du suivi", choices=[("", "Choisir un résultat"), *ClosingOutcome.choices]
    )
    note = forms.CharField(
        label="Mot de clôture",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui aidera si le ménage revient. Lu par le travail social.",
    )


class CloseForm(ClosureForm):
    """One file; what still runs is closed over knowingly, or ended first."""

    on = FrenchDateField(label="Clos le")
    anyway = forms.BooleanField(
        label="Clore malgré ce qui reste ouvert",
        required=False,
        error_messages={"required": "Terminez ce qui reste ouvert, ou cochez cette case."},
    )
    field_order = ("on", "reason", "outcome", "note", "anyway")

    def __init__(self, *args: Any, items: list[OpenItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if items:
            self.fields["anyway"].required = True
        else:
            del self.fields["anyway"]

    def clean_on(self) -> date:
        return not_in_future(self.cleaned_data["on"])


class ReopenForm(Form):
    reason = forms.CharField(
        label="Raison",
        max_length=200,
        help_text="Par exemple\u00a0: nouvelle demande de logement, retour sur le territoire.",
        error_messages={"required": "Dites pourquoi le dossier est rouvert."},
    )


class DormantForm(Form):
    """The list's filters: how long without contact, whose files."""

    mois = forms.IntegerField(label="Sans contact depuis (mois)", min_value=1, max_value=MOST_MONTHS)
    referent = forms.ChoiceField(label="Référent", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.role == Role.DIRECTOR:
            agents = User.objects.social_workers()
            choices = [("", "Tous"), (NOBODY, "Sans référent")]
            choices += [(str(agent.pk), agent.full_name) for agent in agents]
            self.fields["referent"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["referent"]


class PolicyForm(ModelForm):
    class Meta:
        model = CaseloadPolicy
        fields = ("dormant_months",)
        help_texts = {
            "dormant_months": "Passé ce délai, un dossier ouvert paraît dans la liste « Sans contact »."
        }

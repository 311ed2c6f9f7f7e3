"""Forms about a household's file: where it lives, its situation, who looks after it, its end."""

from datetime import date
from typing import Any

from django import forms

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, ModelForm, model_field
from households.enums import AssignmentRole
from households.forms.fields import Place, PlaceField
from households.forms.persons import not_in_future
from households.models import Situation, Task


class AddressForm(Form):
    """Where the household lives from a day on."""

    on = FrenchDateField(label="À partir du")
    street = forms.CharField(label="Numéro et voie", max_length=120, required=False)
    complement = forms.CharField(
        label="Complément", max_length=80, required=False, help_text="Bâtiment, étage, chez…"
    )
    postal_code = forms.CharField(label="Code postal", max_length=10, required=False)
    place = PlaceField(help_text="Plusieurs communes partagent un code postal : choisissez la commune.")
    city = forms.CharField(
        label="Ville", max_length=80, required=False, help_text="Hors territoire seulement."
    )

    def clean_on(self) -> date:
        return not_in_future(self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        place: Place | None = values.get("place")
        if place and place.off_territory and not values.get("city"):
            self.add_error("city", "Indiquez la ville, hors du territoire.")
        if place and place.commune:
            values["city"] = ""
        return values


class SituationForm(ModelForm):
    """What changed in the household's life, from a day on; the commune changes with the address."""

    on = FrenchDateField(
        label="À partir du",
        help_text="La situation précédente s’arrête la veille et reste dans l’historique.",
    )

    adults = forms.IntegerField(label="Nombre d’adultes", required=False, min_value=0, max_value=30)
    children = forms.IntegerField(label="Nombre d’enfants", required=False, min_value=0, max_value=30)

    class Meta:
        model = Situation
        fields = (
            "family_type", "adults", "children", "housing_status", "activity", "income_band", "main_resource",
        )  # fmt: skip
        labels = {
            "activity": "Activité de la personne de référence",
            "housing_status": "Statut de logement",
        }

    field_order = ("on",)

    def __init__(self, *args: Any, counted: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, count in zip(("adults", "children"), counted, strict=True):
            self.fields[name].help_text = f"{count} d’après la composition."

    def clean_on(self) -> date:
        return not_in_future(self.cleaned_data["on"])

    def _post_clean(self) -> None:
        """The typed values go to the service, never onto the present snapshot."""


class TasksField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title}, pour le {obj.due_on:%d/%m/%Y}"


class ReferentForm(Form):
    """Who looks after the household from a day on; which of the former main référent's `tasks` go with it."""

    role = forms.ChoiceField(label="En tant que", choices=AssignmentRole.choices)
    agent = forms.ModelChoiceField(User.objects.none(), label="Agent", empty_label="Choisir un agent")
    on = FrenchDateField(label="À partir du")
    note = forms.CharField(
        label="Mot de passation",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce que le nouveau référent doit savoir dès le premier jour.",
    )

    tasks = TasksField(
        Task.objects.none(),
        label="Tâches qui passent au nouveau référent principal",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, tasks: list[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = User.objects.active().filter(role__in=(Role.SOCIAL_WORKER, Role.PSYCHOLOGIST))
        model_field(self, "agent").queryset = agents
        keys = [task.pk for task in tasks]
        model_field(self, "tasks").queryset = Task.objects.filter(pk__in=keys)
        self.initial.setdefault("tasks", keys)
        if not tasks:
            del self.fields["tasks"]


class ReasonForm(Form):
    """Why the content of a file is opened by somebody without daily access to it."""

    OTHER = "autre"
    REASONS: tuple[str, ...] = (
        "Appui à un agent sur ce dossier",
        "Absence du référent",
        "Réponse à une réclamation",
        "Demande d’une autorité ou d’un partenaire",
        "Contrôle de la qualité du suivi",
    )
    choice = forms.ChoiceField(
        label="Motif",
        choices=[*((reason, reason) for reason in REASONS), (OTHER, "Autre motif, à écrire")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label="Autre motif", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("choice") == self.OTHER and len(values.get("text") or "") < 5:
            self.add_error("text", "Écrivez le motif en quelques mots.")
        return values

    @property
    def reason(self) -> str:
        values = self.cleaned_data
        return values["text"] if values["choice"] == self.OTHER else values["choice"]

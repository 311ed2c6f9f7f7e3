"""Forms around the checklist and the lists of files."""

from typing import Any

from django import forms

from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, PastDateField, model_field
from households.models import Person
from rights.enums import FileState
from rights.forms import MemberField, StepForm, members
from rights.models import Right


class AddPieceForm(StepForm):
    label = forms.CharField(label="Pièce", max_length=160)
    person = MemberField(
        queryset=Person.objects.none(), label="Pour", required=False, empty_label="Le ménage"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "person").queryset = members(self.file.household, self.today)


class PieceForm(Form):
    """One line of the checklist: what was done with the piece."""

    action = forms.ChoiceField(
        choices=[(name, name) for name in ("receive", "refuse", "not_needed", "expect", "wanted", "optional")]
    )
    issued_on = PastDateField(required=False, label="Établie le")
    remark = forms.CharField(required=False, max_length=200, label="Remarque")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("action") == "refuse" and not data.get("remark"):
            self.add_error("remark", "Dites pourquoi la pièce est refusée.")
        return data


class ListForm(Form):
    """Filters of the list; their values are codes, never a person's data."""

    droit = forms.ModelChoiceField(
        Right.objects.all(),
        to_field_name="code",
        required=False,
        label="Droit",
        empty_label="Tous les droits",
    )
    etat = forms.ChoiceField(
        choices=[("", "En cours et ouverts"), *FileState.choices], required=False, label="État"
    )
    delai = forms.ChoiceField(
        choices=[
            ("", "Tous"),
            ("late", "En retard"),
            ("soon", "À échéance proche"),
            ("ok", "Dans les temps"),
        ],
        required=False,
        label="Délai",
    )
    agent = forms.ChoiceField(required=False, label="Suivi par")
    du = FrenchDateField(required=False, label="Transmis du")
    au = FrenchDateField(required=False, label="au")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = [(str(agent.pk), agent.full_name) for agent in User.objects.social_workers()]
        mine = [("moi", "Moi")] if user.has_perm("rights.edit") else []
        model_field(self, "agent").choices = [("", "Tout le monde"), *mine, *agents]

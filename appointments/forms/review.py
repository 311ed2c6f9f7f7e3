"""What the direction asks of the list of appointments; its address names nobody who comes."""

from typing import Any

from django import forms

from appointments.enums import Category, Status
from appointments.review import FIRST, KEPT
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, model_field


class ReviewForm(Form):
    du = FrenchDateField(label="Du", required=False)
    au = FrenchDateField(label="Au", required=False)
    issue = forms.ChoiceField(
        label="Issue",
        required=False,
        choices=[("", "Tous, sauf annulés"), (KEPT, "Honorés et absences"), *Status.choices],
    )
    nature = forms.ChoiceField(
        label="Rang", required=False, choices=[("", "Indifférent"), (FIRST, "Premier du ménage")]
    )
    motif = forms.ChoiceField(label="Motif", required=False, choices=[("", "Tous"), *Category.choices])
    agent = forms.ModelChoiceField(User.objects.none(), label="Agent", required=False, empty_label="Tous")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.filter(has_agenda=True).order_by(
            "last_name", "first_name", "pk"
        )

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.deadlines import add_months
from cias.core.forms import Form, FrenchDateField, model_field
from households.models import Household, Person
from households.models.files import on_day
from insertion.enums import OrientationKind


class OrientationForm(Form):
    """A decision of the Département about one member of the household."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label="Personne", empty_label="Choisir une personne"
    )
    kind = forms.ChoiceField(label="Orientation", choices=OrientationKind.choices, widget=forms.RadioSelect)
    notified_on = FrenchDateField(
        label="Notifiée le", help_text="Date certaine ; le délai du contrat en part."
    )
    start = FrenchDateField(label="Débute le")
    end = FrenchDateField(label="Finit le", required=False, help_text="Vide : jusqu’à nouvelle décision.")
    structure = forms.CharField(label="Structure référente", max_length=120)
    referent = AgentField(
        queryset=User.objects.none(),
        label="Référent unique",
        required=False,
        empty_label="Pas encore désigné",
    )
    comment = forms.CharField(label="Précision", max_length=200, required=False)
    shorten_previous = forms.BooleanField(
        label="Mettre fin à l’orientation en cours la veille", required=False
    )

    def __init__(self, *args: Any, household: Household, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Person.objects.filter(
            Q(pk__in=household.memberships.filter(on_day(today)).values("person")),
            Q(birth_date__isnull=True) | Q(birth_date__lte=add_months(today, -16 * 12)),
        )
        model_field(self, "person").queryset = members
        model_field(self, "person").label_from_instance = lambda person: person.full_name
        model_field(self, "referent").queryset = User.objects.social_workers()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start + timedelta(days=6):
            self.add_error("end", "Une orientation dure au moins 7 jours.")
        return values

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from cias.accounts.models import User
from cias.core.deadlines import add_months
from cias.core.forms import Form, FrenchDateField, ModelForm, model_field
from households.models import Household, Person
from households.models.files import on_day
from insertion.enums import ContractKind, OrientationKind
from insertion.models import ContractAction, EngagementContract, Orientation

MAX_ACTIONS = 8


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
    referent = forms.ModelChoiceField(
        User.objects.none(), label="Référent unique", required=False, empty_label="Pas encore désigné"
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
        model_field(self, "referent").label_from_instance = lambda agent: agent.full_name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start + timedelta(days=6):
            self.add_error("end", "Une orientation dure au moins 7 jours.")
        return values


class ContractForm(ModelForm):
    start = FrenchDateField(label="Du")
    end = FrenchDateField(label="Au")
    weekly_hours = forms.DecimalField(
        label="Heures par semaine", max_digits=3, decimal_places=1, min_value=0, max_value=35, required=False,
        localize=True,        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    signed_by_person_on = FrenchDateField(label="Signé par la personne le", required=False)
    signed_by_structure_on = FrenchDateField(label="Signé par le CIAS le", required=False)
    next_review_on = FrenchDateField(label="Prochaine actualisation", required=False)

    class Meta:
        model = EngagementContract
        fields = (
            "start", "end", "weekly_hours", "exemption", "reduction_reason", "objectives", "signed_by_person_on",
            "signed_by_structure_on", "next_review_on",
        )  # fmt: skip
        help_texts = {
            "exemption": "À la demande de la personne : aucune heure n’est alors prévue.",
            "objectives": "Avec les mots de la personne. Elle relit et signe ce texte.",
        }

    def __init__(self, *args: Any, orientation: Orientation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.orientation = orientation
        self.instance.household_id = orientation.household_id
        self.instance.kind = self.instance.kind or ContractKind.ENGAGEMENT

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        hours, exemption = values.get("weekly_hours"), values.get("exemption")
        if "weekly_hours" in values and not hours and not exemption:
            self.add_error("weekly_hours", "Indiquez des heures par semaine, ou choisissez une dispense.")
        if hours and exemption:
            self.add_error("exemption", "Une dispense exclut des heures : gardez l’une ou l’autre.")
        start, orientation = values.get("start"), self.instance.orientation
        if start and start < orientation.start:
            self.add_error("start", f"L’orientation ne commence que le {orientation.start:%d/%m/%Y}.")
        return values


class ActionForm(ModelForm):
    due_on = FrenchDateField(label="Pour le", required=False)

    class Meta:
        model = ContractAction
        fields = ("kind", "label", "due_on")


ActionFormSet = forms.modelformset_factory(
    ContractAction, form=ActionForm, extra=4, max_num=MAX_ACTIONS, absolute_max=MAX_ACTIONS
)


class ListForm(Form):
    """Filters of the list of pathways; all live in the address, none is personal."""

    orientation = forms.ChoiceField(choices=[("", "Toutes"), *OrientationKind.choices], required=False)
    delai = forms.ChoiceField(
        choices=[("", "Tous"), ("late", "En retard"), ("soon", "Proches"), ("ok", "Dans les temps")],
        required=False,
    )
    referent = forms.ChoiceField(
        choices=[("", "Tous"), ("moi", "Mes parcours"), ("sans", "Sans référent unique")], required=False
    )

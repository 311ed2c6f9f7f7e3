from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.deadlines import add_months
from cias.core.forms import Form, FrenchDateField, PastDateField, model_field
from households.models import Household, Person
from households.models.files import on_day
from insertion.enums import OrientationKind
from insertion.orientations.enums import Asker, RequestState


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


class CorrectionForm(Form):
    """What was recorded wrongly; a new decision of the Département is another orientation."""

    kind = forms.ChoiceField(label="Orientation", choices=OrientationKind.choices, widget=forms.RadioSelect)
    notified_on = PastDateField(label="Notifiée le", help_text="Le délai du contrat en part.")
    start = PastDateField(label="Débute le")
    end = FrenchDateField(
        label="Finit le", required=False, help_text="Vide\u00a0: jusqu’à nouvelle décision."
    )
    structure = forms.CharField(label="Structure référente", max_length=120)
    comment = forms.CharField(label="Précision", max_length=200, required=False)
    reason = forms.CharField(
        label="Pourquoi cette correction",
        max_length=200,
        help_text="Gardé dans l’historique de l’orientation.",
    )


class ReferentForm(Form):
    """Another référent unique, within the same orientation."""

    referent = AgentField(
        queryset=User.objects.none(), label="Nouveau référent unique", empty_label="Choisir"
    )
    on = PastDateField(label="À partir du")
    reason = forms.CharField(label="Motif", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "referent").queryset = User.objects.social_workers()


class RequestForm(Form):
    """A request for another orientation."""

    requested_on = PastDateField(label="Demandée le")
    asked_by = forms.ChoiceField(label="Demandée par", choices=Asker.choices, widget=forms.RadioSelect)
    wanted_kind = forms.ChoiceField(
        label="Orientation souhaitée", choices=OrientationKind.choices, widget=forms.RadioSelect
    )
    wanted_structure = forms.CharField(label="Structure souhaitée", max_length=120, required=False)
    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Des faits, avec les mots de la personne\u00a0: elle peut lire ce texte, le Département aussi.",
    )
    sent_on = PastDateField(
        label="Transmise au Département le", required=False, help_text="Vide si elle reste à transmettre."
    )


class SentForm(Form):
    on = PastDateField(label="Transmise au Département le")


class WithdrawalForm(Form):
    on = PastDateField(label="Retirée le")
    reason = forms.CharField(label="Motif", max_length=400, required=False)


class RefusalForm(Form):
    """The Département keeps the present orientation."""

    on = PastDateField(
        label="Réponse notifiée le", help_text="Le mois pour signer le contrat repart de ce jour."
    )
    answer = forms.CharField(label="Précision du Département", max_length=400, required=False)


class AcceptanceForm(Form):
    """The Département decides another orientation."""

    on = PastDateField(label="Décision notifiée le", help_text="Le nouveau délai du contrat en part.")
    kind = forms.ChoiceField(
        label="Nouvelle orientation", choices=OrientationKind.choices, widget=forms.RadioSelect
    )
    start = PastDateField(label="Débute le", help_text="L’orientation actuelle s’arrête la veille.")
    structure = forms.CharField(label="Structure référente", max_length=120)
    referent = AgentField(
        queryset=User.objects.none(),
        label="Référent unique",
        required=False,
        empty_label="Pas encore désigné",
    )
    answer = forms.CharField(label="Précision du Département", max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "referent").queryset = User.objects.social_workers()


class RequestListForm(Form):
    """Filters of the requests; they live in the address."""

    etat = forms.ChoiceField(
        label="État",
        choices=[("", "En attente"), ("toutes", "Toutes"), *RequestState.choices],
        required=False,
    )

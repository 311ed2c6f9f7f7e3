"""Forms of domiciliation. Constraints of the database answer through `FIELD_OF`, at the field they are about."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, PastDateField, choices, model_field
from cias.core.french import date_short
from cias.territory.models import Commune
from cias.territory.services import get_structure
from households.models import Household, Person
from households.models.files import on_day
from rights.domiciliation import rules
from rights.domiciliation.enums import (
    Cause,
    EndReason,
    Orientation,
    Purpose,
    RefusalReason,
    Residence,
    TerritoryLink,
)
from rights.domiciliation.services.elections import first_day
from rights.forms import MemberField, members
from rights.models import Election

FIELD_OF = {
    "person": "person",
    "valid_from": "valid_from",
    "rights_election_one_pending": "person",
    "rights_election_no_overlap": "starts_on",
    "rights_election_order": "on",
    "rights_election_days": "ends_on",
    "term": "ends_on",
    "start": "starts_on",
    "on": "on",
    "end_reason": "end_reason",
    "end_detail": "end_detail",
    "rights_proxy_dates": "end",
    "rights_forwarding_dates": "end",
    "rights_pause_dates": "end",
    "rights_forwarding_one": "start",
    "rights_pause_one": "start",
    "rights_pickup_one_default": "is_default",
    "rights_pickup_default_active": "is_active",
}


class RequestForm(Form):
    """A first request; everything is prefilled, Enter saves."""

    person = MemberField(queryset=Person.objects.none(), label="Personne à domicilier")
    commune = forms.ModelChoiceField(
        queryset=Commune.objects.all(),
        label="Commune de rattachement",
        empty_label="Choisir",
        help_text="Au titre de laquelle la domiciliation est demandée, avec laquelle la personne a un lien.",
    )
    agent = AgentField(queryset=User.objects.none(), label="Suivie par")
    on = PastDateField(label="Demandée le", help_text="Le délai de réponse court de ce jour.")

    def __init__(self, *args: Any, household: Household, user: User, wanted: str = "", **kwargs: Any) -> None:
        today = timezone.localdate()
        first = household.memberships.filter(on_day(today), role="applicant").values_list("person", flat=True)
        initial = {
            "person": wanted or first.first(),
            "commune": None if household.address_hidden else household.commune_id,
            "agent": user.pk,
            "on": today,
        }
        super().__init__(*args, initial=initial, **kwargs)
        model_field(self, "person").queryset = members(household, today)
        model_field(self, "agent").queryset = User.objects.social_workers()


class StepForm(Form):
    """A step of one election."""

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        self.election = election
        super().__init__(*args, **kwargs)


class InterviewForm(StepForm):
    interview_on = PastDateField(label="Date de l’entretien")
    commune = forms.ModelChoiceField(
        queryset=Commune.objects.all(), label="Commune de rattachement", empty_label=None
    )
    link = forms.ChoiceField(
        choices=lambda: choices(TerritoryLink),
        label="Lien avec la commune",
        help_text="Un seul suffit. La nature de l’habitat ni sa légalité n’entrent en compte.",
    )
    link_detail = forms.CharField(
        label="Ce qui montre ce lien",
        required=False,
        max_length=200,
        help_text="Inscription scolaire, employeur, suivi, attestation d’un proche…",
    )
    cause = forms.ChoiceField(choices=lambda: choices(Cause), label="Cause de l’instabilité", required=False)
    residence = forms.ChoiceField(
        choices=lambda: choices(Residence), label="Résidence actuelle", required=False
    )
    purpose = forms.ChoiceField(
        choices=lambda: choices(Purpose), label="Raison de la demande", required=False
    )
    dependants = forms.ModelMultipleChoiceField(
        queryset=Person.objects.none(),
        label="Ayants droit inscrits sur l’attestation",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Parmi les membres du ménage. Un majeur peut aussi faire sa propre demande.",
    )
    note = forms.CharField(
        label="Compte rendu",
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text="Droits et obligations expliqués, situation, autres démarches. L’accueil ne le lit pas.",
    )

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        initial = {
            name: getattr(election, name)
            for name in ("commune", "link", "link_detail", "cause", "residence", "purpose", "note")
        }
        previous = election.renewal_of
        if previous is not None and not election.interview_on:
            initial |= {
                name: getattr(previous, name)
                for name in ("link", "link_detail", "cause", "residence", "purpose")
            }
        initial["interview_on"] = election.interview_on or timezone.localdate()
        initial["dependants"] = [row.person_id for row in election.dependants.all()]
        super().__init__(*args, election=election, initial=initial, **kwargs)
        # Once the interview is written: before, what is shown is proposed.
        if election.interview_on:
            self.compare_with({name: value for name, value in initial.items() if name in self.fields})
        others = members(election.household, timezone.localdate())
        field = model_field(self, "dependants")
        field.queryset = others.exclude(pk=election.domiciliation.person_id)
        if not field.queryset.exists():
            del self.fields["dependants"]

    def clean_interview_on(self) -> Any:
        day = self.cleaned_data["interview_on"]
        if day < self.election.requested_on:
            raise ValidationError(
                f"L’entretien ne peut pas précéder la demande, reçue le {date_short(self.election.requested_on)}."
            )
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.setdefault("dependants", [])
        return data


class DecisionForm(StepForm):
    """Common to both decisions: when, and who holds the power to decide."""

    decided_on = PastDateField(label="Décidé le")
    decided_by = forms.CharField(
        label="Décidé par",
        max_length=120,
        help_text="La présidence du CIAS, ou qui en a reçu délégation.",
    )

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        self.today = timezone.localdate()
        initial = {"decided_on": self.today, "decided_by": get_structure().president, **self.more(election)}
        super().__init__(*args, election=election, initial=initial, **kwargs)

    def more(self, election: Election) -> dict[str, Any]:
        return {}

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if self.election.interview_on and day < self.election.interview_on:
            raise ValidationError("La décision ne peut pas précéder l’entretien.")
        return day


class GrantForm(DecisionForm):
    starts_on = FrenchDateField(label="Attestation valable du")
    ends_on = FrenchDateField(
        label="au",
        help_text="La durée proposée est la plus longue\u00a0; une plus courte doit avoir une raison.",
    )

    def more(self, election: Election) -> dict[str, Any]:
        start = first_day(election, self.today)
        try:
            return {"starts_on": start, "ends_on": rules.last_day_of_term(start)}
        except ValidationError:  # the service says it, at the field, when the form is sent
            return {"starts_on": start}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "La fin de l’attestation doit suivre son début.")
        return data


class RefusalForm(DecisionForm):
    refusal_reason = forms.ChoiceField(choices=lambda: choices(RefusalReason), label="Motif du refus")
    refusal_detail = forms.CharField(
        label="Motivation",
        widget=forms.Textarea({"rows": 4}),
        help_text="Les faits et la règle, tels que la lettre les donnera à la personne.",
    )
    orientation = forms.ChoiceField(choices=lambda: choices(Orientation), label="Organisme proposé")
    orientation_detail = forms.CharField(
        label="Nom et coordonnées de cet organisme", max_length=300, min_length=5
    )


class NotifyForm(StepForm):
    on = PastDateField(
        label="Notifiée le",
        help_text="Remise en main propre ou envoi. Les délais de recours courent de ce jour.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)


class EndForm(StepForm):
    on = PastDateField(label="Date de la fin")
    end_reason = forms.ChoiceField(choices=lambda: choices(EndReason), label="Motif")
    end_detail = forms.CharField(
        label="Précision",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Elle figure sur la lettre. Obligatoire pour «\u00a0Autre motif\u00a0».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)


class WithdrawForm(StepForm):
    on = PastDateField(label="Abandonnée le")
    reason = forms.CharField(label="Pourquoi", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)

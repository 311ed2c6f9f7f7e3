"""Orientations: received, sent, answered; and the list of those that wait for an answer."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, ModelForm, model_field
from households.enums import (
    Consent,
    PartnerKind,
    ReferralAnswer,
    ReferralOrigin,
    ReferralUrgency,
    SharingBasis,
    Theme,
)
from households.forms.persons import not_in_future
from households.models import Household, Partner, Person, ReferralIn, ReferralOut
from households.models.files import on_day
from households.models.partners import USUAL_ANSWER_DAYS
from households.services.referrals import SharingData


def offered_partners(kept: Partner | None = None) -> QuerySet[Partner]:
    """Those one may choose: in use, and the one already chosen."""
    return Partner.objects.filter(Q(is_active=True) | Q(pk=kept.pk if kept else None))


def present_persons(household: Household) -> QuerySet[Person]:
    members = household.memberships.filter(on_day(timezone.localdate())).values("person")
    return Person.objects.filter(pk__in=members)


class ReferralInForm(ModelForm):
    """Who sent the household. Nothing is mandatory but the date: reception fills it in on the telephone."""

    received_on = FrenchDateField(label="Reçue le")
    origin = forms.ChoiceField(
        label="Qui a orienté le ménage", choices=ReferralOrigin.choices, required=False
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="Partenaire", required=False, empty_label="Non renseigné"
    )
    urgency = forms.ChoiceField(
        label="Urgence", choices=ReferralUrgency.choices, required=False, widget=forms.RadioSelect
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes de la demande",
        required=False,
        choices=Theme.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ReferralIn
        fields = ("received_on", "origin", "partner", "sender", "urgency", "demand", "themes")
        labels = {"sender": "Nom et fonction de qui oriente"}
        help_texts = {
            "partner": "S’il figure dans l’annuaire.",
            "demand": "En quelques mots, ceux de la personne. L’accueil ne relit pas ce texte.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.partner if not self.instance._state.adding else None
        model_field(self, "partner").queryset = offered_partners(kept)

    def clean_received_on(self) -> date:
        return not_in_future(self.cleaned_data["received_on"])


class SharingFields(Form):
    """What is passed on to a partner, and what allows it."""

    content = forms.CharField(
        label="Informations transmises",
        max_length=300,
        help_text="Le strict nécessaire : identité, coordonnées, objet de la demande…",
    )
    consent = forms.ChoiceField(
        label="Accord de la personne", choices=Consent.choices, widget=forms.RadioSelect
    )
    consent_on = FrenchDateField(
        label="Recueilli le", required=False, help_text="Date de l’accord ou du refus."
    )
    basis = forms.ChoiceField(
        label="Sans accord, texte qui permet le partage",
        required=False,
        choices=[("", "Choisir…"), *(row for row in SharingBasis.choices if row[0])],
    )
    basis_detail = forms.CharField(
        label="Texte précis", max_length=160, required=False, help_text="Pour « autre texte »."
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        consent = values.get("consent")
        if consent == Consent.YES:
            values["basis"] = values["basis_detail"] = ""
        elif consent and not values.get("basis"):
            self.add_error("basis", "Sans l’accord de la personne, indiquez le texte qui permet le partage.")
        if consent == Consent.NOT_ASKED:
            values["consent_on"] = None
        elif consent and not values.get("consent_on") and "consent_on" not in self.errors:
            self.add_error("consent_on", "Indiquez la date de l’accord ou du refus.")
        if values.get("basis") == SharingBasis.OTHER and not values.get("basis_detail"):
            self.add_error("basis_detail", "Précisez le texte qui permet le partage.")
        return values

    def clean_consent_on(self) -> date | None:
        return not_in_future(self.cleaned_data["consent_on"])

    def sharing_data(self) -> SharingData:
        names = ("content", "consent", "consent_on", "basis", "basis_detail")
        return SharingData(**{name: self.cleaned_data[name] for name in names})


class ReferralOutForm(SharingFields):
    """Send the household, or one person, to a partner."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label="Partenaire", empty_label="Choisir…")
    person = forms.ModelChoiceField(
        Person.objects.none(), label="Personne orientée", required=False, empty_label="Tout le ménage"
    )
    purpose = forms.CharField(
        label="Pour quoi", max_length=300, help_text="Ce que l’on demande au partenaire, en une phrase."
    )
    sent_on = FrenchDateField(label="Envoyée le")
    due_on = FrenchDateField(
        label="Réponse attendue le",
        required=False,
        help_text="Vide : selon le délai habituel du partenaire.",
    )

    field_order = ("partner", "person", "purpose", "sent_on", "due_on")

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "partner").queryset = offered_partners()
        model_field(self, "person").queryset = present_persons(household)

    def clean_sent_on(self) -> date:
        return not_in_future(self.cleaned_data["sent_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        sent_on, due_on = values.get("sent_on"), values.get("due_on")
        partner: Partner | None = values.get("partner")
        if sent_on and not due_on and "due_on" not in self.errors:
            days = partner.answer_days if partner else USUAL_ANSWER_DAYS
            values["due_on"] = sent_on + timedelta(days=days)
        elif sent_on and due_on and due_on < sent_on:
            self.add_error("due_on", "La réponse est attendue après l’envoi.")
        if sent_on and (asked := values.get("consent_on")) and asked > sent_on:
            self.add_error("consent_on", "L’accord ou le refus précède l’envoi.")
        return values


class AnswerForm(ModelForm):
    """What the partner answered, and what came of it."""

    answer = forms.ChoiceField(label="Réponse", choices=ReferralAnswer.choices, required=False)
    answered_on = FrenchDateField(label="Répondu le", required=False)
    appointment_on = FrenchDateField(
        label="Rendez-vous donné le", required=False, help_text="Pour « Rendez-vous donné »."
    )
    feedback_on = FrenchDateField(label="Retour reçu le", required=False)

    class Meta:
        model = ReferralOut
        fields = ("answer", "answered_on", "appointment_on", "feedback", "feedback_on")
        labels = {"feedback": "Retour"}
        help_texts = {"feedback": "Ce que le partenaire ou la personne dit de la suite."}
        widgets = {"feedback": forms.Textarea(attrs={"rows": 3})}

    def clean_answered_on(self) -> date | None:
        return not_in_future(self.cleaned_data["answered_on"])

    def clean_feedback_on(self) -> date | None:
        return not_in_future(self.cleaned_data["feedback_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("answer"):
            values["answered_on"] = values["appointment_on"] = None
        elif not values.get("answered_on") and "answered_on" not in self.errors:
            values["answered_on"] = timezone.localdate()
        if values.get("appointment_on") and values.get("answer") != ReferralAnswer.APPOINTMENT:
            self.add_error("appointment_on", "Cette date va avec la réponse « Rendez-vous donné ».")
        if values.get("feedback") and not values.get("feedback_on") and "feedback_on" not in self.errors:
            values["feedback_on"] = timezone.localdate()
        elif not values.get("feedback"):
            values["feedback_on"] = None
        for name in ("answered_on", "feedback_on"):
            if (day := values.get(name)) and day < self.instance.sent_on:
                self.add_error(name, f"L’orientation a été envoyée le {self.instance.sent_on:%d/%m/%Y}.")
        return values

    def _post_clean(self) -> None:
        """The typed values go to the service, which locks the row first."""


class DueForm(Form):
    due_on = FrenchDateField(label="Nouvelle date attendue")

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError("Choisissez une date à venir.", code="past")
        return due_on


LATE, PENDING, ANSWERED = "retard", "", "repondues"


class ReferralFilterForm(Form):
    """The list of orientations sent; the address it makes names nobody who was sent."""

    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[(PENDING, "En attente"), (LATE, "En retard"), (ANSWERED, "Répondues")],
    )
    sorte = forms.ChoiceField(
        label="Partenaires", required=False, choices=[("", "Tous"), *PartnerKind.choices]
    )
    agent = forms.ModelChoiceField(
        User.objects.none(), label="Envoyées par", required=False, empty_label="Tous"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()

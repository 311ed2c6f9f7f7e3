"""The booking form: its values are a telephone call in progress, everything may be missing."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from appointments.enums import CautionCode, Place, Urgency
from appointments.models import Reason
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.forms import FrenchDateField, FrenchTimeField, PhoneField, model_field
from cias.core.periods import PARIS, parse_french_date
from cias.territory.models import Commune
from households.enums import Title
from households.models import Household, Person

ALL_AGENTS, REFERENT, PERMANENCE = "all", "referent", "permanence"
BOOKED_PLACES = (Place.OFFICE, Place.HOME, Place.PHONE, Place.VIDEO)
DURATIONS = (15, 20, 30, 45, 60, 75, 90, 120)


def bookable_agents(user: User) -> QuerySet[User]:
    """The agents whose agenda `user` may fill."""
    agents = User.objects.with_agenda()
    return agents if user.scope("agenda.book") == Scope.ALL else agents.filter(pk=user.pk)


def bookable_reasons(user: User) -> QuerySet[Reason]:
    """Reception books the reasons of the desk, an agent every reason they take."""
    if user.scope("agenda.book") == Scope.ALL:
        return Reason.objects.at_desk()
    return Reason.objects.active().filter(private=user.role == "psy")


class SlotField(forms.CharField):
    """A slot as Slot.key writes it; cleans to (agent's id as text, start)."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        agent, _, moment = text.partition("_")
        try:
            start = datetime.fromisoformat(moment)
        except ValueError as error:
            raise ValidationError("Choisissez un créneau.", code="invalid") from error
        return agent, start if start.tzinfo is not None else start.replace(tzinfo=PARIS)


class BookingForm(forms.Form):
    """What is known of the call so far. `is_valid()` checks spelling only; `complete()` what a booking needs."""

    last_name = forms.CharField(label="Nom", max_length=80, required=False)
    first_names = forms.CharField(label="Prénom", max_length=120, required=False)
    birth = forms.CharField(label="Naissance", max_length=20, required=False)
    searched = forms.CharField(max_length=250, required=False, widget=forms.HiddenInput)
    is_new = forms.BooleanField(required=False)
    title = forms.ChoiceField(label="Civilité", choices=Title.choices, required=False)
    phone = PhoneField(label="Téléphone", required=False)
    commune = forms.ModelChoiceField(Commune.objects.all(), label="Commune", required=False)
    off_territory = forms.BooleanField(label="Hors territoire", required=False)
    person = forms.ModelChoiceField(Person.objects.none(), label="Personne", required=False)
    household = forms.ModelChoiceField(Household.objects.none(), label="Ménage", required=False)
    reason = forms.ModelChoiceField(Reason.objects.none(), label="Motif", required=False)
    urgency = forms.ChoiceField(label="Délai souhaité", choices=Urgency.choices, required=False)
    minutes = forms.TypedChoiceField(
        label="Durée", choices=[("", "")] + [(m, m) for m in DURATIONS], coerce=int, required=False
    )
    place = forms.ChoiceField(
        label="Lieu", choices=[(p.value, p.label) for p in BOOKED_PLACES], required=False
    )
    scope = forms.CharField(label="Chercher un créneau", max_length=60, required=False)
    agent = forms.ModelChoiceField(User.objects.none(), label="Agent", required=False)
    second_agent = forms.ModelChoiceField(User.objects.none(), label="À deux, avec", required=False)
    slot = SlotField(label="Créneau", max_length=80, required=False)
    exact_day = FrenchDateField(label="Date", required=False)
    exact_time = FrenchTimeField(label="Heure", required=False)
    after = forms.DateTimeField(required=False)
    practical_note = forms.CharField(label="Note pour l’agent", max_length=200, required=False)
    is_here = forms.BooleanField(required=False)
    accepts = forms.MultipleChoiceField(choices=CautionCode.choices, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "person").queryset = Person.objects.for_user(user)
        model_field(self, "household").queryset = Household.objects.for_user(user).select_related("commune")
        model_field(self, "reason").queryset = bookable_reasons(user)
        model_field(self, "agent").queryset = bookable_agents(user)
        model_field(self, "second_agent").queryset = User.objects.with_agenda()

    def clean_birth(self) -> Any:
        text = self.cleaned_data["birth"].strip()
        if not (text and self.data.get("is_new")):
            return None
        try:
            return parse_french_date(text, not_after=timezone.localdate())
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day, hour = values.get("exact_day"), values.get("exact_time")
        if day and hour:
            values["exact"] = datetime.combine(day, hour, PARIS)
            if values["exact"] < timezone.now():
                self.add_error("exact_time", "Cette heure est passée.")
        elif day or hour:
            self.add_error("exact_time" if day else "exact_day", "Indiquez la date et l’heure.")
        if values.get("second_agent") and values.get("second_agent") == values.get("agent"):
            self.add_error("second_agent", "Le second agent doit être une autre personne.")
        return values

    def complete(self) -> bool:
        """Add the errors of a booking that lacks something; True when there is none."""
        self.is_valid()
        values = self.cleaned_data
        if not values.get("is_new"):
            self._require(
                "last_name", "Choisissez qui appelle.", values.get("person") or values.get("household")
            )
        else:
            self._require("last_name", "Indiquez un nom.", values.get("last_name"))
        self._require("reason", "Choisissez un motif.", values.get("reason"))
        self._require("slot", "Choisissez un créneau.", values.get("slot"))
        return not self.errors

    def _require(self, name: str, message: str, value: Any) -> None:
        if not value and name not in self.errors:
            self.add_error(name, message)

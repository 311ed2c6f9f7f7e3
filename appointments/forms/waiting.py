"""Putting somebody on the waiting list, and finding them there."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from appointments.enums import Category, HalfDay, Place, Urgency
from appointments.forms.booking import BOOKED_PLACES, DURATIONS, bookable_agents, bookable_reasons
from appointments.models import Reason, WaitingEntry
from appointments.rules import takes
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, PhoneField, model_field
from cias.core.french import duration
from cias.territory.models import Weekday
from households.models import Household, Person
from households.models.files import on_day


class WaitingForm(Form):
    """Who waits, for what, and when they can come. Of a known household one chooses the person; a caller is named."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label="Qui attend", required=False, empty_label="Le ménage"
    )
    caller_name = forms.CharField(label="Nom", max_length=120)
    caller_phone = PhoneField(label="Téléphone", required=False)
    reason = forms.ModelChoiceField(Reason.objects.none(), label="Motif", empty_label="Choisir…")
    minutes = forms.TypedChoiceField(label="Durée", coerce=int, required=False, empty_value=None)
    agent = forms.ModelChoiceField(
        User.objects.none(), label="Avec", required=False, empty_label="N’importe quel agent"
    )
    urgency = forms.ChoiceField(
        label="Délai souhaité",
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        initial=Urgency.THIS_WEEK,
    )
    place = forms.ChoiceField(
        label="Lieu", choices=[(place.value, place.label) for place in BOOKED_PLACES], initial=Place.OFFICE
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours possibles",
        choices=[(day.value, day.label.capitalize()) for day in list(Weekday)[:5]],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : tous les jours.",
    )
    half_day = forms.ChoiceField(label="Moment", choices=HalfDay.choices, required=False)
    until = FrenchDateField(
        label="Jusqu’au", required=False, help_text="Après ce jour, un rendez-vous ne servirait plus."
    )
    practical_note = forms.CharField(
        label="Note pratique",
        max_length=200,
        required=False,
        help_text="Pratique seulement : rien sur la situation.",
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        household: Household | None = None,
        entry: WaitingEntry | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.entry = user, entry
        self._who(household)
        self._why(entry)
        if user.scope("agenda.book") == Scope.ALL:
            model_field(self, "agent").queryset = bookable_agents(user)
        else:
            del self.fields["agent"]
        lengths = sorted({*DURATIONS, *([entry.minutes] if entry is not None else [])})
        minutes: Any = self.fields["minutes"]
        minutes.choices = [("", "celle du motif"), *((length, duration(length)) for length in lengths)]

    def _who(self, household: Household | None) -> None:
        if household is None:
            del self.fields["person"]
            return
        del self.fields["caller_name"], self.fields["caller_phone"]
        here = household.memberships.filter(on_day(timezone.localdate())).values("person")
        model_field(self, "person").queryset = Person.objects.for_user(self.user).filter(pk__in=here)

    def _why(self, entry: WaitingEntry | None) -> None:
        """Reception does not see a precise reason an agent has noted: it stays as it is."""
        reasons = bookable_reasons(self.user)
        if entry is not None and not reasons.filter(pk=entry.reason_id).exists():
            del self.fields["reason"]
        else:
            model_field(self, "reason").queryset = reasons

    def clean_until(self) -> date | None:
        until = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise ValidationError("Cette date est passée.", code="past")
        return until

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        reason = values.get("reason") or (self.entry.reason if self.entry is not None else None)
        agent = values.get("agent") if "agent" in self.fields else self.user
        if reason is not None and agent is not None and not takes(agent, reason):
            self.add_error(
                "agent" if "agent" in self.fields else "reason", f"{agent.full_name} ne prend pas ce motif."
            )
        if reason is not None and not values.get("minutes"):
            values["minutes"] = reason.minutes
        if "agent" not in self.fields:
            values["agent"] = self.user
        return values


OPEN, CLOSED = "", "terminees"


class WaitingFilterForm(Form):
    """The list's filters; the address they make names nobody who waits."""

    motif = forms.ChoiceField(label="Motif", required=False, choices=[("", "Tous"), *Category.choices])
    agent = forms.ModelChoiceField(User.objects.none(), label="Agent", required=False, empty_label="Tous")
    delai = forms.ChoiceField(
        label="Délai souhaité", required=False, choices=[("", "Tous"), *Urgency.choices]
    )
    etat = forms.ChoiceField(
        label="État", required=False, choices=[(OPEN, "En attente"), (CLOSED, "Terminées depuis 30 jours")]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.scope("agenda.book") == Scope.ALL:
            model_field(self, "agent").queryset = bookable_agents(user)
        else:
            del self.fields["agent"]

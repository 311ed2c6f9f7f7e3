"""Forms of the agenda. The booking form's values are a telephone call in progress: everything may be missing."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from appointments.enums import CANCELLED, AbsenceKind, CautionCode, Place, Status, Urgency
from appointments.models import Appointment, Reason, Room
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, PhoneField, model_field
from cias.core.periods import PARIS, parse_french_date
from cias.core.registry import Action
from cias.territory.models import Commune, Weekday
from households.enums import NOTE_READERS, NoteLevel, NoteMeans, Theme, Title
from households.forms.notes import LONGEST_TEXT
from households.models import Household, Person

ONE_DAY = timedelta(days=1)
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
    slot = SlotField(label="Créneau", max_length=80, required=False)
    after = forms.DateTimeField(required=False)
    practical_note = forms.CharField(label="Note pour l’agent", max_length=200, required=False)
    accepts = forms.MultipleChoiceField(choices=CautionCode.choices, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "person").queryset = Person.objects.for_user(user)
        model_field(self, "household").queryset = Household.objects.for_user(user).select_related("commune")
        model_field(self, "reason").queryset = bookable_reasons(user)
        model_field(self, "agent").queryset = bookable_agents(user)

    def clean_birth(self) -> Any:
        text = self.cleaned_data["birth"].strip()
        if not (text and self.data.get("is_new")):
            return None
        try:
            return parse_french_date(text, not_after=timezone.localdate())
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

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


class CancelForm(Form):
    status = forms.TypedChoiceField(
        label="Qui annule ?",
        choices=[(code, Status(code).label) for code in CANCELLED],
        coerce=Status,
        widget=forms.RadioSelect,
        initial=Status.CANCELLED_BY_USER,
    )
    comment = forms.CharField(
        label="Précision",
        max_length=200,
        required=False,
        help_text="Pratique seulement : rien sur la situation.",
    )


OUTCOMES = (Status.HONOURED, Status.NO_SHOW, Status.CANCELLED_BY_USER, Status.CANCELLED_BY_SERVICE)


class OutcomeForm(Form):
    """The issue of an appointment, the note it leaves and what comes next."""

    status = forms.TypedChoiceField(
        label="Issue",
        choices=[(status.value, status.label) for status in OUTCOMES],
        coerce=Status,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label="Précision", max_length=200, required=False)
    text = forms.CharField(
        label="Note d’entretien",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=LONGEST_TEXT,
        help_text="La personne peut demander à lire son dossier\u00a0: des faits, ses mots, les décisions prises.",
    )
    means = forms.ChoiceField(label="Moyen", choices=NoteMeans.choices, required=False)
    duration_minutes = forms.IntegerField(label="Durée (minutes)", min_value=1, max_value=600, required=False)
    level = forms.ChoiceField(
        label="Qui pourra lire cette note", choices=list(NOTE_READERS.items()), required=False
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes", choices=Theme.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    following = forms.ChoiceField(
        label="Ouvrir tout de suite", required=False, help_text="La page s’ouvrira déjà remplie."
    )

    NOTE_FIELDS = ("text", "means", "duration_minutes", "level", "themes")

    def __init__(
        self, *args: Any, appointment: Appointment, with_note: bool, following: list[Action], **kwargs: Any
    ) -> None:
        initial = {
            "means": appointment.place,
            "duration_minutes": appointment.minutes,
            "level": NoteLevel.TEAM,
            "status": Status.HONOURED,
            "following": "",
            **kwargs.pop("initial", {}),
        }
        super().__init__(*args, initial=initial, **kwargs)
        if not with_note:
            for name in self.NOTE_FIELDS:
                del self.fields[name]
        if following:
            field: Any = self.fields["following"]
            field.choices = [("", "Rien d’autre"), *_grouped(following)]
        else:
            del self.fields["following"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("text") and values.get("status") != Status.HONOURED:
            self.add_error("text", "Une note d’entretien accompagne un rendez-vous honoré.")
        if values.get("text") and not values.get("means"):
            self.add_error("means", "Indiquez le moyen.")
        if "level" in self.fields:
            values["level"] = values.get("level") or NoteLevel.TEAM
        return values


def _grouped(actions: list[Action]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The actions one may go on with, by group in the order they come; each is named by its place in the list."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for number, action in enumerate(actions):
        groups.setdefault(action.group or "Autre", []).append((str(number), action.label))
    return list(groups.items())


class TimeInput(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"inputmode": "numeric", "autocomplete": "off"})


class FrenchTimeField(forms.TimeField):
    """9:00, 9h, 9h30, 0930."""

    widget = TimeInput
    default_error_messages = {"invalid": "Saisissez une heure, par exemple 9:30 ou 9h30."}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.lower().replace("h", ":").split())
            if value.isdigit() and len(value) in (3, 4):
                value = f"{value[:-2]}:{value[-2:]}"
            elif value.isdigit() or value.endswith(":"):
                value = f"{value.rstrip(':')}:00"
        return super().to_python(value)


class PresenceForm(Form):
    weekday = forms.TypedChoiceField(label="Jour", choices=Weekday.choices[:5], coerce=int)
    starts_at = FrenchTimeField(label="De")
    ends_at = FrenchTimeField(label="À")
    valid_from = FrenchDateField(label="À partir du")
    valid_until = FrenchDateField(label="Jusqu’au", required=False)
    room = forms.ModelChoiceField(
        Room.objects.filter(is_active=True), label="Salle", required=False, empty_label="Sans salle"
    )
    commune = forms.ModelChoiceField(
        Commune.objects.all(),
        label="Permanence à",
        required=False,
        empty_label="Au CIAS",
        help_text="Une permanence se tient dans la commune, sans salle du CIAS.",
    )


class DayChangeForm(Form):
    day = FrenchDateField(label="Le")
    starts_at = FrenchTimeField(label="De")
    ends_at = FrenchTimeField(label="À")
    room = forms.ModelChoiceField(
        Room.objects.filter(is_active=True), label="Salle", required=False, empty_label="Sans salle"
    )


class EndPresenceForm(Form):
    last_day = FrenchDateField(label="Dernier jour")


class AbsenceForm(Form):
    """Whole days unless times are given."""

    first_day = FrenchDateField(label="Du")
    starts_at = FrenchTimeField(label="À partir de", required=False, help_text="Vide : dès le matin.")
    last_day = FrenchDateField(label="Au", required=False, help_text="Vide : le même jour.")
    ends_at = FrenchTimeField(label="Jusqu’à", required=False, help_text="Vide : jusqu’au soir.")
    kind = forms.ChoiceField(label="Nature", choices=AbsenceKind.choices)
    label = forms.CharField(
        label="Précision pour l’accueil",
        max_length=60,
        required=False,
        help_text="Par exemple « Maintenon, Houx ». Rien de personnel.",
    )

    def moments(self) -> tuple[datetime, datetime]:
        """The absence as two moments; the end of a whole day is the next midnight."""
        values = self.cleaned_data
        last = values["last_day"] or values["first_day"]
        start = datetime.combine(values["first_day"], values["starts_at"] or datetime.min.time(), PARIS)
        if values["ends_at"]:
            return start, datetime.combine(last, values["ends_at"], PARIS)
        return start, datetime.combine(last + ONE_DAY, datetime.min.time(), PARIS)

"""Forms of the workshops, their sessions and their balance."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from appointments.enums import SENT_CHANNELS, ConsentMeans, ReminderChannel
from appointments.forms.series import EVERY
from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import (
    Form,
    FrenchDateField,
    FrenchTimeField,
    ModelForm,
    PhoneField,
    choices,
    model_field,
)
from cias.core.french import day_and_time, plural
from cias.core.periods import PARIS
from cias.territory.models import Commune
from households.enums import Domain
from households.models import Household, Partner, Person
from households.models.files import on_day
from insertion.models import Workshop, WorkshopEvaluation, WorkshopSession
from insertion.models.workshops import ANSWERS, MOST_SEATS
from insertion.workshops.enums import Theme, WorkshopKind
from insertion.workshops.services.planning import MOST_SESSIONS

COMING, PAST = "a-venir", "passees"


class ProgrammeForm(Form):
    """Filters of the programme; all live in the address."""

    periode = forms.ChoiceField(
        label="Période", choices=[(COMING, "À venir"), (PAST, "Passées")], required=False
    )
    domaine = forms.ChoiceField(label="Domaine", choices=[("", "Tous"), *Domain.choices], required=False)
    theme = forms.ChoiceField(label="Thème", choices=[("", "Tous"), *Theme.choices], required=False)
    nature = forms.ChoiceField(
        label="Nature", choices=[("", "Toutes"), *WorkshopKind.choices], required=False
    )
    places = forms.ChoiceField(
        label="Places", choices=[("", "Toutes les séances"), ("libres", "Avec des places")], required=False
    )


class WorkshopForm(ModelForm):
    """What is proposed. The dates come after."""

    agent = AgentField(queryset=User.objects.none(), label="Agent responsable", empty_label="Choisir")
    commune = forms.ModelChoiceField(
        Commune.objects.defer("geometry"), label="Commune", required=False, empty_label="Non précisée"
    )

    class Meta:
        model = Workshop
        fields = [
            "name", "kind", "domain", "theme", "aim", "audience", "agent", "is_in_agenda", "partner",
            "place_name", "street", "commune", "step_free", "access_note", "seats", "is_cycle",
        ]  # fmt: skip
        labels = {"is_in_agenda": "L’agent y participe", "is_cycle": "On s’inscrit à toutes les séances"}
        help_texts = {
            "name": "Tel qu’on l’annonce, par exemple «\u00a0Mon budget sans stress\u00a0».",
            "aim": "Ce que les personnes en tirent, en une ou deux phrases.",
            "audience": "Par exemple «\u00a0allocataires du RSA\u00a0», «\u00a0tout public\u00a0».",
            "is_in_agenda": "Son agenda est réservé pendant les séances\u00a0: l’accueil n’y prend pas de rendez-vous.",
            "partner": "Laissez vide si le CIAS anime lui-même.",
            "access_note": "Étage, ascenseur, boucle magnétique, stationnement…",
            "seats": "Proposé pour chaque nouvelle séance.",
            "is_cycle": "Un parcours en plusieurs séances, où chacun vient à toutes.",
        }
        widgets = {
            "kind": forms.RadioSelect,
            "domain": forms.RadioSelect,
            "aim": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()
        partners = Partner.objects.active()
        if self.instance.partner_id is not None:
            partners = partners | Partner.objects.filter(pk=self.instance.partner_id)
        model_field(self, "partner").queryset = partners
        model_field(self, "partner").empty_label = "Le CIAS"
        # A blank choice of a required list of buttons would be one button too many.
        self.fields["domain"].choices = Domain.choices  # type: ignore[attr-defined]
        self.fields["theme"].choices = choices(Theme)  # type: ignore[attr-defined]


class PlanForm(Form):
    """A series: the same day and hours every so many weeks."""

    agent = AgentField(queryset=User.objects.none(), label="Agent responsable", empty_label="Choisir")
    day = FrenchDateField(label="Première date")
    starts_at = FrenchTimeField(label="De")
    ends_at = FrenchTimeField(label="À")
    every_weeks = forms.TypedChoiceField(label="Rythme", choices=EVERY, coerce=int)
    count = forms.IntegerField(
        label="Nombre de séances",
        min_value=1,
        max_value=MOST_SESSIONS,
        error_messages={
            "max_value": f"Au plus {MOST_SESSIONS} séances à la fois.",
            "min_value": "Au moins une séance.",
        },
    )
    seats = forms.IntegerField(label="Places par séance", min_value=1, max_value=MOST_SEATS)
    days_before = forms.IntegerField(
        label="Fin des inscriptions, en jours avant",
        min_value=0,
        max_value=60,
        required=False,
        help_text="0\u00a0: le jour même. Vide\u00a0: jusqu’au début de la séance.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()

    def clean_day(self) -> object:
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise ValidationError("Choisissez une date à venir.")
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("starts_at"), values.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", "La séance finit après avoir commencé.")
        return values


class SessionForm(ModelForm):
    agent = AgentField(queryset=User.objects.none(), label="Agent responsable", empty_label=None)
    registration_until = FrenchDateField(
        label="Inscriptions jusqu’au", required=False, help_text="Vide\u00a0: jusqu’au début de la séance."
    )

    class Meta:
        model = WorkshopSession
        fields = ["topic", "agent", "seats", "registration_until"]
        help_texts = {
            "topic": "Ce que cette séance a de particulier, par exemple «\u00a0Le CV\u00a0».",
            "seats": "Les places ajoutées vont à ceux qui attendent, dans l’ordre.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()


class MoveForm(Form):
    day = FrenchDateField(label="Nouvelle date")
    starts_at = FrenchTimeField(label="De")
    ends_at = FrenchTimeField(label="À")
    reason = forms.CharField(label="Raison", max_length=400, required=False, help_text="Pour l’équipe.")

    @property
    def span(self) -> tuple[datetime, datetime]:
        values = self.cleaned_data
        start, end = (
            datetime.combine(values["day"], values[name], PARIS) for name in ("starts_at", "ends_at")
        )
        return start, end

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("starts_at"), values.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", "La séance finit après avoir commencé.")
        return values


class CancelForm(Form):
    reason = forms.CharField(
        label="Raison", max_length=400, help_text="Pour l’équipe\u00a0: les inscrits ne la lisent pas."
    )
    following = forms.BooleanField(label="Annuler aussi les séances suivantes", required=False)

    def __init__(self, *args: Any, others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            self.fields[
                "following"
            ].label = f"Annuler aussi {plural(others, 'séance suivante', 'séances suivantes')}"
        else:
            del self.fields["following"]


class SessionsField(forms.ModelMultipleChoiceField):
    """Sessions, with what one says of each on the phone."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        free = obj.seats - obj.taken
        if free > 0 and not obj.waiting:
            left = plural(free, "place libre", "places libres")
        else:
            queue = f", {plural(obj.waiting, 'personne')} en attente" if obj.waiting else ""
            left = f"complet{queue}"
        topic = f", {obj.topic}" if obj.topic else ""
        return f"{obj.workshop}{topic}\u00a0: {day_and_time(obj.start)}, {obj.workshop.place_name} ({left})"


class EnrolForm(Form):
    """A member of the household, and one or several sessions."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label="Qui vient", empty_label="Choisir une personne"
    )
    sessions = SessionsField(WorkshopSession.objects.none(), label="Séances")
    channel = forms.ChoiceField(
        label="Prévenir d’un changement par",
        choices=[("", "Comme convenu avec la personne, sinon par téléphone"), *ReminderChannel.choices],
        required=False,
    )
    consent = forms.ChoiceField(
        label="Accord pour l’e-mail ou le SMS",
        choices=choices(ConsentMeans, "Déjà noté, ou sans objet"),
        required=False,
        help_text="Donné aujourd’hui\u00a0: il vaut aussi pour les rappels de rendez-vous.",
    )
    accepts_busy = forms.BooleanField(label="Inscrire quand même", required=False)

    def __init__(self, *args: Any, household: Household, sessions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        members = household.memberships.filter(on_day(today)).values("person")
        people = Person.objects.filter(pk__in=members)
        model_field(self, "person").queryset = people
        model_field(self, "person").label_from_instance = lambda person: person.full_name
        only = list(people[:2])
        if len(only) == 1:
            self.initial.setdefault("person", only[0].pk)
        model_field(self, "sessions").queryset = sessions
        if not self.data.get("accepts_busy"):
            self.fields["accepts_busy"].widget = forms.HiddenInput()

    def ask_to_accept(self) -> None:
        """Show the box: the person is expected elsewhere."""
        self.fields["accepts_busy"].widget = forms.CheckboxInput(attrs={"class": "form-check-input"})

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("consent") and values.get("channel") not in SENT_CHANNELS:
            self.add_error("channel", "Choisissez l’e-mail ou le SMS, pour lequel l’accord est donné.")
        return values


class NoFileForm(Form):
    """Somebody without a file: a name and a number, nothing more."""

    name = forms.CharField(label="Nom", max_length=120)
    phone = PhoneField(label="Téléphone", required=False)


class EvaluationForm(ModelForm):
    """Counts of the anonymous questionnaires, then words."""

    QUESTIONS = (
        ("Satisfaction", ANSWERS["satisfaction"]),
        ("J’ai appris quelque chose", ANSWERS["learnt"]),
        ("Je m’en servirai", ANSWERS["use"]),
    )

    class Meta:
        model = WorkshopEvaluation
        fields = ["returned", *(name for names in ANSWERS.values() for name in names), "remarks", "balance"]
        labels = {
            "returned": "Rendus", "very_satisfied": "Très", "satisfied": "Plutôt", "little_satisfied": "Peu",
            "not_satisfied": "Pas du tout",
            "learnt_yes": "Oui", "learnt_partly": "En partie", "learnt_no": "Non",
            "use_yes": "Oui", "use_maybe": "Peut-être", "use_no": "Non",
        }  # fmt: skip
        help_texts = {
            "remarks": "Mot pour mot si possible, sans nom ni détail qui désigne quelqu’un.",
            "balance": "Ce qui a marché, ce qui est à revoir, la suite. Lu par la direction et les financeurs.",
        }
        widgets = {
            "remarks": forms.Textarea(attrs={"rows": 3}),
            "balance": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("returned", *(one for names in ANSWERS.values() for one in names)):
            self.fields[name].required = False
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for _, names in self.QUESTIONS:
            for name in names:
                values[name] = values.get(name) or 0
            if sum(values[name] for name in names) > (values.get("returned") or 0):
                self.add_error(names[-1], "Il y a plus de réponses que de questionnaires rendus.")
        values["returned"] = values.get("returned") or 0
        return values

    def questions(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each question with its counts, for the page."""
        return [(title, [self[name] for name in names]) for title, names in self.QUESTIONS]

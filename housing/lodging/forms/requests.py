"""A request for lodging, and each step that follows."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, choices, model_field
from cias.core.french import date_short
from cias.territory.models import Commune
from cias.territory.services import get_structure
from households.ages import completed_years
from households.enums import HousingStatus
from households.forms.persons import not_in_future
from households.models import Household
from households.models.files import on_day
from housing.enums import DwellingType, Scheme
from housing.lodging.enums import (
    NOTED,
    Criterion,
    DeclineReason,
    Orientation,
    RefusalReason,
    RequestOrigin,
    WithdrawReason,
)
from housing.models import LodgingRequest, Place

ADULT = 18
ANSWER_DAYS = 7
# What the household's situation already says of its criteria.
FROM_SITUATION = {
    HousingStatus.HOMELESS: Criterion.STREET,
    HousingStatus.MAKESHIFT: Criterion.STREET,
    HousingStatus.HOTEL: Criterion.EMERGENCY,
    HousingStatus.SHELTER: Criterion.EMERGENCY,
    HousingStatus.WITH_OTHERS: Criterion.HOSTED,
}


class RequestForm(Form):
    """What the household asks for; persons and first criteria come from its file."""

    requested_on = FrenchDateField(label="Demandée le", help_text="L’ancienneté court de ce jour.")
    origin = forms.ChoiceField(label="Origine", choices=lambda: choices(RequestOrigin))
    origin_detail = forms.CharField(
        label="Précision sur l’origine",
        max_length=120,
        required=False,
        help_text="Service, personne, numéro SIAO…",
    )
    agent = AgentField(User.objects.none(), label="Suivie par")
    adults = forms.IntegerField(label="Adultes", min_value=0, max_value=12)
    children = forms.IntegerField(label="Enfants mineurs", min_value=0, max_value=15)
    scheme = forms.ChoiceField(
        label="Dispositif souhaité", choices=lambda: choices(Scheme, "Indifférent"), required=False
    )
    least_type = forms.ChoiceField(
        label="Type au moins", choices=lambda: choices(DwellingType, "Indifférent"), required=False
    )
    accessible = forms.BooleanField(label="Logement accessible nécessaire", required=False)
    communes = forms.ModelMultipleChoiceField(
        Commune.objects.all(),
        label="Communes souhaitées",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucune\u00a0: partout sur le territoire.",
    )
    criteria = forms.MultipleChoiceField(
        label="Critères constatés",
        choices=[(one.value, one.label) for one in NOTED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chacun donne les points du barème. Enfants et ancienneté se comptent tout seuls.",
    )
    note = forms.CharField(
        label="Évaluation sociale",
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text="Situation actuelle, urgence, accompagnement nécessaire. Lue par les travailleurs sociaux.",
    )

    def __init__(
        self,
        *args: Any,
        household: Household,
        user: User,
        request: LodgingRequest | None = None,
        **kwargs: Any,
    ) -> None:
        self.request = request
        if request:
            super().__init__(*args, stored=self._known(request), **kwargs)
        else:
            super().__init__(*args, initial=self._from_file(household, user), **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()

    @staticmethod
    def _known(request: LodgingRequest) -> dict[str, Any]:
        names = (
            "requested_on", "origin", "origin_detail", "agent", "adults", "children", "scheme", "least_type",
            "accessible", "note",
        )  # fmt: skip
        return {
            **{name: getattr(request, name) for name in names},
            "communes": [wish.commune_id for wish in request.wishes.all()],
            "criteria": [row.code for row in request.criteria.all()],
        }

    @staticmethod
    def _from_file(household: Household, user: User) -> dict[str, Any]:
        today = timezone.localdate()
        members = household.memberships.filter(on_day(today)).select_related("person")
        births = [member.person.birth_date for member in members]
        ages = [None if birth is None else completed_years(birth, today) for birth in births]
        children = sum(age is not None and age < ADULT for age in ages)
        toddlers = any(age is not None and age < 3 for age in ages)
        situation = household.situations.filter(on_day(today)).first()
        criteria = {FROM_SITUATION.get(HousingStatus(situation.housing_status))} if situation else set()
        if toddlers:
            criteria.add(Criterion.TODDLER)
        return {
            "requested_on": today,
            "origin": RequestOrigin.CIAS,
            "agent": user.pk,
            "adults": max(len(ages) - children, 1 if not children else 0),
            "children": children,
            "criteria": [one.value for one in criteria if one is not None],
        }

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            ("Demande", self._named("requested_on", "origin", "origin_detail", "agent")),
            (
                "Ménage et souhaits",
                self._named("adults", "children", "scheme", "least_type", "communes", "accessible"),
            ),
            ("Priorité", self._named("criteria", "note")),
        ]

    def _named(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def clean_requested_on(self) -> date:
        return not_in_future(self.cleaned_data["requested_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("adults") == 0 and values.get("children") == 0:
            self.add_error("adults", "Une demande concerne au moins une personne.")
        return values


class StepForm(Form):
    """A step of one request, on a day, today by default."""

    on = FrenchDateField(label="Le")

    def __init__(self, *args: Any, request: LodgingRequest, user: User, **kwargs: Any) -> None:
        self.request, self.user = request, user
        kwargs["initial"] = {"on": timezone.localdate(), **self.more(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def more(self) -> dict[str, Any]:
        return {}

    def clean_on(self) -> date:
        day = not_in_future(self.cleaned_data["on"])
        if day < self.request.requested_on:
            raise ValidationError(
                f"La demande est du {date_short(self.request.requested_on)}\u00a0: pas avant."
            )
        return day


class ProposeForm(Form):
    """A place, from when, and until when the household may answer."""

    place = forms.ModelChoiceField(Place.objects.none(), label="Place", empty_label="Choisir une place")
    available_on = FrenchDateField(label="Entrée possible le")
    proposed_on = FrenchDateField(label="Proposée le")
    answer_by = FrenchDateField(
        label="Réponse attendue avant le",
        help_text="Sans réponse ce jour-là, la proposition vous est rappelée.",
    )

    def __init__(self, *args: Any, request: LodgingRequest, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        usual = {
            "proposed_on": today, "available_on": today, "answer_by": today + timedelta(days=ANSWER_DAYS),
        }  # fmt: skip
        kwargs["initial"] = usual | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.request = request
        places = Place.objects.for_user(user).exclude(end__lt=today)
        model_field(self, "place").queryset = places.select_related("dwelling")

    def clean_proposed_on(self) -> date:
        day = not_in_future(self.cleaned_data["proposed_on"])
        if day < self.request.requested_on:
            raise ValidationError(
                f"La demande est du {date_short(self.request.requested_on)}\u00a0: pas avant."
            )
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        proposed, until = values.get("proposed_on"), values.get("answer_by")
        if proposed and until and until < proposed:
            self.add_error("answer_by", "Le délai de réponse suit la proposition.")
        return values


class AcceptForm(StepForm):
    on = FrenchDateField(label="Acceptée le")


class DeclineForm(StepForm):
    on = FrenchDateField(label="Refusée le")
    reason = forms.ChoiceField(label="Motif du ménage", choices=lambda: choices(DeclineReason))
    detail = forms.CharField(label="Précision", max_length=300, required=False)
    stays_on_list = forms.TypedChoiceField(
        label="Et ensuite",
        choices=[("oui", "Le ménage reste sur la liste d’attente"), ("non", "La demande s’arrête là")],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
        initial="oui",
    )


class CancelProposalForm(StepForm):
    on = FrenchDateField(label="Retirée le")
    reason = forms.CharField(label="Pourquoi le CIAS retire cette proposition", max_length=300)


class RefuseForm(StepForm):
    on = FrenchDateField(label="Décidé le")
    decided_by = forms.CharField(
        label="Décidé par", max_length=120, help_text="La présidence du CIAS, ou qui en a reçu délégation."
    )
    refusal_reason = forms.ChoiceField(label="Motif", choices=lambda: choices(RefusalReason))
    refusal_detail = forms.CharField(
        label="Motivation",
        widget=forms.Textarea({"rows": 4}),
        help_text="Les faits et la règle, tels que la lettre les donnera au ménage.",
    )
    orientation = forms.ChoiceField(label="Orientation proposée", choices=lambda: choices(Orientation))
    orientation_detail = forms.CharField(label="Organisme et coordonnées", max_length=300, required=False)

    def more(self) -> dict[str, Any]:
        return {"decided_by": get_structure().president}


class WithdrawForm(StepForm):
    on = FrenchDateField(label="Retirée le")
    withdraw_reason = forms.ChoiceField(label="Raison", choices=lambda: choices(WithdrawReason))
    detail = forms.CharField(label="Précision", max_length=300, required=False)


class WaitingForm(Form):
    """Who waits for what: the filters of the list, in the address, none personal."""

    dispositif = forms.ChoiceField(
        label="Dispositif souhaité", choices=[("", "Tous"), *Scheme.choices], required=False
    )
    type = forms.ChoiceField(
        label="Type demandé", choices=[("", "Tous"), *DwellingType.choices], required=False
    )
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label="Commune souhaitée", required=False, empty_label="Toutes"
    )
    agent = forms.ChoiceField(
        label="Suivies par", choices=[("", "Tous les agents"), ("moi", "Moi")], required=False
    )

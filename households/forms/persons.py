"""Forms about persons: created in a few fields, completed later."""

from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import Form, FrenchDateField, ModelForm, PhoneField
from cias.core.french import of_name
from households.enums import BirthPrecision, Custody, LinkKind, MemberRole
from households.forms.fields import Birth, BirthField, PlaceField
from households.models import Person, PersonLink
from households.services import PersonData

NAME_OR_ANONYMOUS = "Indiquez un nom, ou cochez « reste anonyme »."
# What reception does not read: it belongs to the social evaluation.
SOCIAL_FIELDS = ("nationality_group", "disability_recognised", "protection")


class NewPersonForm(Form):
    """The few fields a first call gives. `person_data()` is what was typed, even while the form is incomplete."""

    title = Person._meta.get_field("title").formfield(label="Civilité")
    birth_name = forms.CharField(
        label="Nom",
        max_length=80,
        help_text="De naissance, ou le seul connu.",
        error_messages={"required": NAME_OR_ANONYMOUS},
    )
    first_names = forms.CharField(label="Prénoms", max_length=120, required=False)
    birth = BirthField()
    birth_presumed = forms.BooleanField(label="Cette date est présumée", required=False)
    phone = PhoneField(label="Téléphone", required=False)
    is_anonymous = forms.BooleanField(
        label="Reste anonyme",
        required=False,
        help_text="La personne ne donne pas son nom : son passage compte, rien ne l’identifie.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get(self.add_prefix("is_anonymous")):
            self.fields["birth_name"].required = False

    def person_data(self) -> PersonData:
        values = getattr(self, "cleaned_data", {})
        birth: Birth | None = values.get("birth")
        presumed = birth is not None and values.get("birth_presumed")
        return PersonData(
            title=values.get("title") or "",
            birth_name=values.get("birth_name") or "",
            first_names=values.get("first_names") or "",
            is_anonymous=bool(values.get("is_anonymous")),
            phone=values.get("phone") or "",
            birth_date=birth.day if birth else None,
            birth_precision=_precision(birth, presumed=bool(presumed)),
        )


def _precision(birth: Birth | None, *, presumed: bool) -> str:
    if birth is None:
        return BirthPrecision.DAY
    return BirthPrecision.PRESUMED if presumed else birth.precision


class OpenHouseholdForm(NewPersonForm):
    """A new file: its applicant, the commune and the day of the first contact."""

    place = PlaceField()
    opened_on = FrenchDateField(label="Premier contact le")

    def clean_opened_on(self) -> Any:
        return not_in_future(self.cleaned_data["opened_on"])


def not_in_future(day: Any) -> Any:
    """Raises ValidationError for a day after today."""
    if day and day > timezone.localdate():
        raise forms.ValidationError("Cette date est dans l’avenir.", code="future")
    return day


class OpenForPersonForm(Form):
    """A new file for a person already known: where and since when."""

    place = PlaceField()
    opened_on = FrenchDateField(label="Ouvert le")
    leaves_previous = forms.BooleanField(
        label="Quitte son ménage actuel la veille",
        required=False,
        help_text="L’ancien ménage garde son historique.",
    )

    def clean_opened_on(self) -> Any:
        return not_in_future(self.cleaned_data["opened_on"])


class MembershipForm(Form):
    """How somebody lives in the household."""

    role = forms.ChoiceField(label="Place dans le ménage", choices=MemberRole.choices)
    custody = forms.ChoiceField(
        label="Présence",
        choices=Custody.choices,
        help_text="Un enfant en garde alternée ou en droit de visite peut appartenir à deux ménages.",
    )
    start = FrenchDateField(label="Depuis le")

    def clean_start(self) -> Any:
        return not_in_future(self.cleaned_data["start"])


class JoinForm(MembershipForm):
    """A known person joins the household."""

    leaves_previous = forms.BooleanField(
        label="Quitte son ménage actuel la veille",
        required=False,
        help_text="À cocher si la personne déménage : l’ancien ménage garde son historique.",
    )


class NewMemberForm(NewPersonForm, MembershipForm):
    """A person nobody knows yet joins the household."""

    field_order = (
        "title", "birth_name", "first_names", "birth", "birth_presumed", "phone", "role", "custody", "start",
        "is_anonymous",
    )  # fmt: skip


class ChangeMembershipForm(MembershipForm):
    start = FrenchDateField(label="À partir du")


class LeaveForm(Form):
    end = FrenchDateField(label="Dernier jour dans le ménage")

    def clean_end(self) -> Any:
        return not_in_future(self.cleaned_data["end"])


class PersonForm(ModelForm):
    """Everything about a person; hardly anything is mandatory. `social` adds what only social work reads."""

    birth = BirthField()
    birth_presumed = forms.BooleanField(label="Cette date est présumée", required=False)
    death_date = FrenchDateField(label="Date de décès", required=False)
    phone = PhoneField(label="Téléphone", required=False)
    second_phone = PhoneField(label="Autre téléphone", required=False)
    guardian_phone = PhoneField(label="Téléphone du mandataire", required=False)
    disability_recognised = forms.TypedChoiceField(
        label="Handicap reconnu",
        required=False,
        choices=[("", "Non renseigné"), ("oui", "Oui"), ("non", "Non")],
        coerce=lambda value: value == "oui",
        empty_value=None,
    )

    class Meta:
        model = Person
        fields = (
            "title", "birth_name", "usual_name", "first_names", "is_anonymous", "sex", "birth", "birth_presumed",
            "death_date", "phone", "second_phone", "email", "language", "needs_interpreter", "nationality_group",
            "disability_recognised", "protection", "guardian", "guardian_phone",
        )  # fmt: skip
        help_texts = {
            "first_names": "Dans l’ordre de l’état civil.",
            "language": "Celle dans laquelle la personne est le plus à l’aise, si ce n’est pas le français.",
            "guardian": "Nom de la personne ou de l’association qui exerce la mesure.",
        }

    def __init__(self, *args: Any, social: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Person = self.instance
        if person.birth_date:
            self.fields["birth"].initial = str(Birth(person.birth_date, person.birth_precision))
            self.fields["birth_presumed"].initial = person.birth_precision == BirthPrecision.PRESUMED
        known = {True: "oui", False: "non", None: ""}
        self.initial["disability_recognised"] = known[person.disability_recognised]
        for name in () if social else SOCIAL_FIELDS:
            del self.fields[name]

    def clean_death_date(self) -> Any:
        return not_in_future(self.cleaned_data["death_date"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        typed = values.get("birth_name") or values.get("usual_name")
        if not typed and not values.get("is_anonymous") and "birth_name" not in self.errors:
            self.add_error("birth_name", NAME_OR_ANONYMOUS)
        birth: Birth | None = values.get("birth")
        if "birth" not in self.errors:
            self.instance.birth_date = birth.day if birth else None
            self.instance.birth_precision = _precision(birth, presumed=bool(values.get("birth_presumed")))
        return values


class LinkForm(ModelForm):
    """A link read from the person of the page to the other."""

    kind = forms.ChoiceField(label="Lien", choices=LinkKind.choices)

    class Meta:
        model = PersonLink
        fields = ("kind", "no_contact", "comment")
        help_texts = {
            "no_contact": "Un avertissement s’affiche sur les deux fiches : ne jamais écrire ni téléphoner "
            "à l’un au sujet de l’autre.",
        }

    def __init__(self, *args: Any, person: Person, other: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = f"{person.full_name} est…"
        self.fields["kind"].help_text = f"… {of_name(other.full_name)}."

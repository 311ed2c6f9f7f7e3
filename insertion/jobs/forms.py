"""Forms of job search."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import (
    Form,
    FrenchDateField,
    ModelForm,
    PastDateField,
    PlainNumberField,
    choices,
    model_field,
)
from cias.territory.models import Commune
from households.enums import PartnerKind
from households.models import Household, Partner, Person
from households.models.files import on_day
from insertion.jobs.enums import (
    CvKind,
    DiplomaLevel,
    JobContract,
    JobDomain,
    JobOutcome,
    Kept,
    LanguageLevel,
    Licence,
    StepKind,
    StepResult,
    Transport,
)
from insertion.models import CvEntry, JobOffer, JobRule, JobSearch, JobStep, SearchOutcome

# Who offers work, training or a place in a structure of insertion.
JOB_PARTNERS = (
    PartnerKind.EMPLOYER, PartnerKind.IAE, PartnerKind.AGENCY, PartnerKind.TRAINER, PartnerKind.EMPLOYMENT,
    PartnerKind.ASSOCIATION, PartnerKind.TOWN_HALL,
)  # fmt: skip


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.full_name


def checkboxes(label: str, values: type[Any], **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=[(value, text) for value, text in values.choices if value],
        widget=forms.CheckboxSelectMultiple, **more,
    )  # fmt: skip


def hours_field(label: str = "Heures par semaine") -> forms.DecimalField:
    return PlainNumberField(
        label=label, required=False, max_digits=3, decimal_places=1, min_value=1, max_value=48,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Saisissez un nombre d’heures, par exemple 24,5."},
    )  # fmt: skip


def partner_field(label: str = "Partenaire", *, required: bool = False) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Partner.objects.active().filter(kind__in=JOB_PARTNERS),
        label=label,
        required=required,
        empty_label="Choisir",
    )


def yes_or_no(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, choices=[("", "À demander"), ("oui", "Oui"), ("non", "Non")],
        coerce=lambda value: value == "oui", empty_value=None,
    )  # fmt: skip


class SearchForm(ModelForm):
    person = PersonField(Person.objects.none(), label="Personne", empty_label="Choisir")
    agent = AgentField(queryset=User.objects.none(), label="Suivie par", empty_label="Choisir")
    opened_on = PastDateField(label="Commencée le")
    available_on = FrenchDateField(label="Disponible à partir du", required=False)
    domains = checkboxes("Domaines", JobDomain)
    licences = checkboxes("Permis", Licence)
    transports = checkboxes("Moyens de transport", Transport)
    irregular_hours = yes_or_no("Accepte des horaires décalés")

    class Meta:
        model = JobSearch
        fields = (
            "person", "agent", "opened_on", "target", "domains", "goals", "diploma_level", "work_time", "available_on",
            "irregular_hours", "zone", "licences", "transports", "childcare",
        )  # fmt: skip
        widgets = {"goals": forms.Textarea({"rows": 4})}
        help_texts = {
            "target": "Avec les mots de la personne, par exemple «\u00a0aide à domicile\u00a0».",
            "goals": "Ce qu’elle veut atteindre, et d’ici quand.",
        }

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = household.memberships.filter(on_day(timezone.localdate()))
        model_field(self, "person").queryset = Person.objects.filter(memberships__in=members).distinct()
        model_field(self, "agent").queryset = User.objects.social_workers()
        self.initial["irregular_hours"] = {True: "oui", False: "non", None: ""}[self.instance.irregular_hours]
        if not self.instance._state.adding:
            del self.fields["person"]


class CvForm(ModelForm):
    """What stands on the CV besides its lines."""

    class Meta:
        model = JobSearch
        fields = ("headline", "skills")
        widgets = {"headline": forms.Textarea({"rows": 2}), "skills": forms.Textarea({"rows": 5})}
        help_texts = {
            "headline": "Deux lignes sous le nom\u00a0: ce qui la distingue.",
            "skills": "Un savoir-faire par ligne.",
        }


def _first_year() -> int:
    return timezone.localdate().year - 70


def _last_year() -> int:
    return timezone.localdate().year + 5


def _year(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, validators=[MinValueValidator(_first_year), MaxValueValidator(_last_year)],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Saisissez une année, par exemple 2019."},
    )  # fmt: skip


class EntryForm(ModelForm):
    """One line of the CV; a language has a level, the rest has years."""

    level = forms.ChoiceField(label="Niveau", choices=lambda: choices(LanguageLevel))
    from_year = _year("De (année)")
    to_year = _year("À (année)")

    class Meta:
        model = CvEntry
        fields = ("title", "level", "place", "from_year", "to_year", "detail")

    def __init__(self, *args: Any, kind: CvKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = kind
        if kind == CvKind.LANGUAGE:
            self.fields["title"].label = "Langue"
            for name in ("place", "from_year", "to_year"):
                del self.fields[name]
        else:
            del self.fields["level"]
            self.fields["title"].label = "Poste" if kind == CvKind.EXPERIENCE else "Diplôme ou formation"
            self.fields["to_year"].help_text = "Vide si cela dure encore."


class StepForm(ModelForm):
    kind = forms.ChoiceField(label="Démarche", choices=lambda: choices(StepKind))
    on = FrenchDateField(label="Date", help_text="Un entretien ou une immersion à venir se note aussi.")
    ends_on = FrenchDateField(label="Jusqu’au", required=False, help_text="Pour une immersion ou un essai.")
    offer = forms.ModelChoiceField(
        JobOffer.objects.none(), label="Offre", required=False, empty_label="Aucune"
    )
    partner = partner_field()
    next_on = FrenchDateField(label="À relancer le", required=False)

    class Meta:
        model = JobStep
        fields = ("kind", "on", "ends_on", "offer", "partner", "title", "next_on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "offer").queryset = JobOffer.objects.filter(closed_on=None).select_related(
            "partner"
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(name) for name in ("offer", "partner", "title")):
            self.add_error("title", "Dites chez qui, ou choisissez une offre ou un partenaire.")
        start, end = values.get("on"), values.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "La fin suit le début.")
        return values


class AnswerForm(Form):
    result = forms.ChoiceField(label="Réponse", choices=lambda: choices(StepResult))
    result_on = PastDateField(label="Le")
    note = forms.CharField(label="Précision", required=False, max_length=300)


class OutcomeForm(ModelForm):
    kind = forms.ChoiceField(label="Issue", choices=lambda: choices(JobOutcome))
    on = PastDateField(label="À partir du")
    contract = forms.ChoiceField(
        label="Contrat", required=False, choices=lambda: choices(JobContract, "Sans objet")
    )
    months = forms.IntegerField(
        label="Durée du contrat en mois", required=False, min_value=1, max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Saisissez un nombre de mois, par exemple 6."},
    )  # fmt: skip
    weekly_hours = hours_field()
    partner = partner_field("Chez un partenaire")

    class Meta:
        model = SearchOutcome
        fields = ("kind", "on", "contract", "months", "weekly_hours", "partner", "title", "ends_search")
        help_texts = {
            "ends_search": "Décochez si la personne cherche encore, par exemple pendant un CDD court."
        }


class KeptForm(Form):
    kept = forms.ChoiceField(label="La personne y est encore", choices=lambda: choices(Kept))
    kept_on = PastDateField(label="Demandé le")


class OfferForm(ModelForm):
    partner = partner_field(required=True)
    domain = forms.ChoiceField(label="Domaine", choices=lambda: choices(JobDomain))
    contract = forms.ChoiceField(label="Contrat", choices=lambda: choices(JobContract))
    weekly_hours = hours_field()
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label="Commune", required=False, empty_label="Hors territoire"
    )
    least_diploma = forms.ChoiceField(
        label="Diplôme demandé", required=False, choices=lambda: choices(DiplomaLevel, "Aucun")
    )
    licence = forms.ChoiceField(
        label="Permis demandé", required=False, choices=lambda: choices(Licence, "Aucun")
    )
    received_on = PastDateField(label="Reçue le")
    start_on = FrenchDateField(label="À partir du", required=False)
    closes_on = FrenchDateField(label="Réponse avant le", required=False)

    class Meta:
        model = JobOffer
        fields = (
            "partner", "title", "domain", "contract", "weekly_hours", "positions", "commune", "place", "least_diploma",
            "licence", "needs_vehicle", "irregular_hours", "received_on", "start_on", "closes_on", "detail",
        )  # fmt: skip
        widgets = {"detail": forms.Textarea({"rows": 6})}


class ListForm(Form):
    """Filters of the list of searches; all live in the address, none is personal."""

    liste = forms.ChoiceField(
        label="À suivre", required=False,
        choices=[
            ("", "En cours"), ("sans-demarche", "Sans démarche depuis un mois"), ("maintien", "Maintien à demander"),
            ("terminees", "Terminées"),
        ],
    )  # fmt: skip
    domaine = forms.ChoiceField(label="Domaine", required=False, choices=lambda: choices(JobDomain, "Tous"))
    agent = forms.ChoiceField(
        label="Suivie par", required=False, choices=[("", "Tout le monde"), ("moi", "Moi")]
    )


class OfferListForm(Form):
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Ouvertes"), ("closes", "Closes ou pourvues")]
    )
    domaine = forms.ChoiceField(label="Domaine", required=False, choices=lambda: choices(JobDomain, "Tous"))


class RuleForm(ModelForm):
    valid_from = FrenchDateField(label="À partir du")

    class Meta:
        model = JobRule
        fields = ("valid_from", "durable_months", "check_months", "full_time_hours", "source", "certainty")

"""Forms of the sealed room."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, ModelForm, PastDateField, choices, model_field
from households.models import Household, Membership, Person
from households.models.files import on_day
from insertion.models import SealedRoomRule
from insertion.permanences.enums import Agreement, Attendance, CounsellingEnd, LiaisonBasis
from insertion.permanences.services.liaison import possible_recipients

LONGEST_TEXT = 50_000
# No spelling service of the browser is sent these texts, and no form history keeps them.
SEALED = {"rows": 14, "spellcheck": "false", "autocomplete": "off"}


def agreements() -> list[tuple[str, str]]:
    """How somebody agreed: what a departure leaves to ask is nobody's choice."""
    return [choice for choice in choices(Agreement) if choice[0] != Agreement.TO_ASK]


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.full_name


class AgentsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.full_name}, {obj.function[:1].lower()}{obj.function[1:]}"


class TextForm(Form):
    """A sealed text. `base` is the version it was written from, `page` the page that types."""

    text = forms.CharField(label="Note", max_length=LONGEST_TEXT, widget=forms.Textarea(SEALED))
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    page = forms.CharField(max_length=32, widget=forms.HiddenInput)
    draft = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: str = "Note", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, help_text


class DraftForm(TextForm):
    """The same as it is being typed: an empty text is kept too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["base"].required = False


class PersonForm(Form):
    """Who an appointment was with, when its household has several members."""

    person = PersonField(
        Person.objects.none(), label="Qui avez-vous reçu", widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, persons: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "person").queryset = Person.objects.filter(pk__in=[row.pk for row in persons])


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.person.full_name}, ménage {obj.household.number}"


class StartForm(Form):
    """A person of one of the files the psychologist knows."""

    member = MemberField(
        Membership.objects.none(),
        label="Personne",
        empty_label="Choisir",
        help_text="Les membres des ménages où vous intervenez. Un rendez-vous, ou le référent, vous en donne l’accès.",
    )
    on = PastDateField(label="Suivie depuis le")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Household.objects.for_user(user).active().values("pk")
        members: QuerySet[Membership] = Membership.objects.filter(
            on_day(timezone.localdate()), household__in=known
        )
        model_field(self, "member").queryset = members.select_related("person", "household").order_by(
            "person__search_key", "household__number"
        )


class SessionForm(Form):
    on = PastDateField(label="Date")
    attendance = forms.ChoiceField(
        label="La personne est", choices=Attendance.choices, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(
        label="Durée en minutes", required=False, min_value=5, max_value=480,
        error_messages={
            "min_value": "La durée va de 5 à 480 minutes.", "max_value": "La durée va de 5 à 480 minutes.",
            "invalid": "Saisissez un nombre de minutes, par exemple 45.",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


class EndForm(Form):
    on = PastDateField(label="Terminé le")
    reason = forms.ChoiceField(
        label="Fin du suivi",
        choices=lambda: [
            ("", "Choisir"), *((row.value, row.label) for row in CounsellingEnd if row != CounsellingEnd.HANDED_OVER)
        ],
        help_text="Un mot sans contenu\u00a0: il n’est pas chiffré.",
    )  # fmt: skip


class HandoverForm(Form):
    to = AgentField(queryset=User.objects.none(), label="À qui", empty_label="Choisir")
    with_notes = forms.TypedChoiceField(
        label="Vos notes",
        choices=[
            ("oui", "Elles suivent\u00a0: vous ne les lirez plus"),
            ("non", "Elles restent avec vous, le suivi se termine ici"),
        ],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
        help_text="Selon ce que la personne a accepté.",
    )  # fmt: skip
    agreement = forms.ChoiceField(label="Accord de la personne", choices=agreements)
    agreed_on = PastDateField(label="Accord donné le")

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "to").queryset = colleagues


class LiaisonForm(TextForm):
    """A text written to be read by others: what they need to act, and no more."""

    person = PersonField(Person.objects.none(), label="Au sujet de", empty_label=None)
    recipients = AgentsField(
        User.objects.none(), label="Destinataires", widget=forms.CheckboxSelectMultiple,
        help_text="Eux seuls la liront, tant que vous ne la retirez pas.",
    )  # fmt: skip
    basis = forms.ChoiceField(
        label="Ce qui permet ce partage",
        choices=LiaisonBasis.choices,
        widget=forms.RadioSelect,
        initial="agreement",
    )
    agreement = forms.ChoiceField(
        label="Accord de la personne", required=False, choices=agreements,
        help_text="À remplir si la personne est d’accord.",
    )  # fmt: skip
    agreed_on = PastDateField(label="Accord donné le", required=False)
    field_order = ("person", "recipients", "text", "basis", "agreement", "agreed_on")

    def __init__(
        self, *args: Any, author: User, household: Household, persons: list[Person], **kwargs: Any
    ) -> None:
        super().__init__(
            *args,
            label="Texte",
            help_text="Écrit pour être lu\u00a0: ce que vos destinataires doivent savoir pour agir, et rien d’autre.",
            **kwargs,
        )
        model_field(self, "person").queryset = Person.objects.filter(pk__in=[row.pk for row in persons])
        model_field(self, "recipients").queryset = possible_recipients(author, household)


class RuleForm(ModelForm):
    valid_from = FrenchDateField(
        label="À partir du", help_text="S’applique aux suivis terminés à partir de ce jour."
    )

    class Meta:
        model = SealedRoomRule
        fields = ("valid_from", "retention_months", "source", "certainty")
        help_texts = {
            "certainty": "Vérifiée une fois arrêtée avec le délégué à la protection des données et les Archives.",
        }

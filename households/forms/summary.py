"""What to print of a file, and for whom."""

from typing import Any

from django import forms

from cias.core.forms import Form, model_field
from cias.core.registry import SummarySection
from households.forms.referrals import present_persons
from households.models import Household, Person

# Left out unless asked: they are not written for others' eyes.
NOT_BY_DEFAULT = ("notes_circle", "notes_personal")


class SummaryForm(Form):
    """Sent by GET: codes of sections and an opaque identifier, nothing personal."""

    sections = forms.MultipleChoiceField(label="Sections", widget=forms.CheckboxSelectMultiple)
    person = forms.ModelChoiceField(
        Person.objects.none(), label="Au sujet de", required=False, empty_label="Tout le ménage"
    )
    masked = forms.BooleanField(
        label="Copie remise à la personne : masquer les tiers",
        required=False,
        help_text="Les autres personnes du dossier ne sont pas nommées. Dans les notes, seuls les noms connus du "
        "dossier sont masqués : relisez-les avant de remettre la copie.",
    )

    def __init__(
        self, *args: Any, household: Household, offered: list[tuple[str, SummarySection]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        sections: Any = self.fields["sections"]
        sections.choices = [(code, section.title) for code, section in offered]
        sections.initial = [code for code, _section in offered if code not in NOT_BY_DEFAULT]
        model_field(self, "person").queryset = present_persons(household)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("masked") and not values.get("person"):
            self.add_error("person", "Choisissez la personne à qui la copie est remise.")
        return values

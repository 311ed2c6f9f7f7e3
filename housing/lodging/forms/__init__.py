"""Forms of lodging, by what they are about. Constraints of the database answer at their field through `FIELD_OF`."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cias.accounts.models import User
from cias.core.states import ForbiddenTransition

FIELD_OF = {
    "place": "place",
    "start": "start",
    "end": "end",
    "planned_end": "planned_end",
    "share": "share",
    "contribution": "contribution",
    "derogation": "derogation",
    "valid_from": "valid_from",
    "housing_stay_one_per_place": "place",
    "housing_stay_order": "start",
    "housing_stay_planned_end": "planned_end",
    "housing_unavailability_no_overlap": "start",
    "housing_request_order": "on",
    "housing_proposal_one_household": "place",
    "housing_proposal_order": "answer_by",
    "housing_altcapacity_months": "last_month",
}


class AgentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


def choices(values: type[Any], first: str = "Choisir") -> list[tuple[str, str]]:
    return [("", first), *(pair for pair in values.choices if pair[0])]


def refuse(
    form: forms.BaseForm, error: ForbiddenTransition | ValidationError, default: str | None = None
) -> None:
    """Put what a service refused at the field it is about, `default` otherwise."""
    if isinstance(error, ForbiddenTransition):
        form.add_error(None, str(error))
        return
    name = FIELD_OF.get(getattr(error, "code", None) or "", default)
    form.add_error(name if name in form.fields else None, error)


def sentence(error: ForbiddenTransition | ValidationError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)

"""Forms of lodging, by what they are about. Constraints of the database answer at their field through `FIELD_OF`."""

from django import forms

from cias.core import refusals
from cias.core.refusals import Refusal

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


def refuse(form: forms.BaseForm, error: Refusal, default: str | None = None) -> None:
    refusals.refuse(form, error, FIELD_OF, default)

"""Forms of optional aid. Constraints of the database answer through `field_of`, at the field they are about."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

FIELD_OF = {
    "rights_aid_amounts": "amount",
    "rights_aid_granted": "reason",
    "rights_aid_full": "decision",
    "rights_aid_partial": "amount",
    "rights_aid_notice_order": "on",
    "rights_aid_rule_day": "valid_from",
    "rights_aid_regulation_day": "valid_from",
    "rights_aid_rule_ceilings": "ceiling",
    "rights_aid_envelope_year": "year",
    "rights_aid_envelope_amount": "amount",
    "rights_board_member_order": "end",
    "rights_agenda_item_carried": "votes_against",
    "envelope": "override_reason",
}


def add_error(form: forms.BaseForm, error: ValidationError) -> None:
    """Say a refusal at the field it is about, when the form has it; else above the form."""
    if hasattr(error, "error_dict"):
        for field, errors in error.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)
        return
    name: Any = FIELD_OF.get(getattr(error, "code", None) or "")
    form.add_error(name if name in form.fields else None, error)

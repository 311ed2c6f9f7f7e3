"""Forms of optional aid. Constraints of the database answer through `field_of`, at the field they are about."""

from django import forms

from cias.core.refusals import Refusal, refuse

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


def add_error(form: forms.BaseForm, error: Refusal) -> None:
    refuse(form, error, FIELD_OF)

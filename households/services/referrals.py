"""Orientations in and out, and the information passed on with them (H13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.territory.models import Commune
from households.enums import SharingBasis
from households.models import Household, Partner, Person, ReferralIn, ReferralOut, Sharing


@dataclass(frozen=True, kw_only=True)
class SharingData:
    """What is passed on and what allows it, before it is; field by field the same as on Sharing."""

    content: str
    consent: str
    consent_on: date | None = None
    basis: str = SharingBasis.CONSENT
    basis_detail: str = ""


@transaction.atomic
def save_partner(*, by: User, partner: Partner, communes: Iterable[Commune]) -> Partner:
    """Write a line of the directory. Raises ConstraintViolation when it is there already."""
    with signed_by(by), typed_violations():
        partner.save()
        partner.communes.set(communes)
    return partner


@transaction.atomic
def receive_referral(*, by: User, referral: ReferralIn) -> ReferralIn:
    """Note, or correct, who sent the household. `referral` is new or changed; who first received it stays.

    Raises ConstraintViolation.
    """
    if referral._state.adding:
        referral.received_by = by
    with signed_by(by), typed_violations():
        referral.save()
    return referral


@transaction.atomic
def share(
    *,
    by: User,
    household: Household,
    on: date,
    data: SharingData,
    partner: Partner | None = None,
    recipient: str = "",
) -> Sharing:
    """Trace information passed on to a partner, or to a `recipient` who is in no directory.

    Raises ConstraintViolation when nothing allows it.
    """
    with signed_by(by), typed_violations():
        return Sharing.objects.create(
            household=household,
            partner=partner,
            recipient=recipient,
            shared_on=on,
            shared_by=by,
            content=data.content,
            consent=data.consent,
            consent_on=data.consent_on,
            basis=data.basis,
            basis_detail=data.basis_detail,
        )


@transaction.atomic
def send_referral(
    *,
    by: User,
    household: Household,
    partner: Partner,
    purpose: str,
    sent_on: date,
    due_on: date,
    sharing: SharingData,
    person: Person | None = None,
) -> ReferralOut:
    """Send the household, or one person of it, to a partner. Raises ConstraintViolation."""
    shared = share(by=by, household=household, partner=partner, on=sent_on, data=sharing)
    with signed_by(by), typed_violations():
        return ReferralOut.objects.create(
            household=household,
            partner=partner,
            sharing=shared,
            person=person,
            purpose=purpose,
            sent_on=sent_on,
            sent_by=by,
            due_on=due_on,
        )


@transaction.atomic
def answer_referral(
    *,
    by: User,
    referral: ReferralOut,
    answer: str,
    answered_on: date | None,
    appointment_on: date | None = None,
    feedback: str = "",
    feedback_on: date | None = None,
) -> ReferralOut:
    """What the partner answered, and what came of it; correcting it keeps the former words in the history.

    Raises ConstraintViolation.
    """
    locked = ReferralOut.objects.select_for_update().get(pk=referral.pk)
    locked.answer, locked.answered_on, locked.appointment_on = answer, answered_on, appointment_on
    locked.feedback, locked.feedback_on = feedback, feedback_on
    with signed_by(by), typed_violations():
        locked.save(update_fields=["answer", "answered_on", "appointment_on", "feedback", "feedback_on"])
    return locked


@transaction.atomic
def expect_later(*, by: User, referral: ReferralOut, due_on: date) -> ReferralOut:
    """The partner was reminded: its answer is now expected by `due_on`. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        referral.due_on = due_on
        referral.save(update_fields=["due_on"])
    return referral

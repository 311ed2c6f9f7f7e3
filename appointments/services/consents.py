"""Who agreed to be reminded, through which channel (A11): given and withdrawn, dated, never overwritten."""

import phonenumbers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from appointments.enums import ReminderChannel, ReminderState
from appointments.models import Reminder, ReminderConsent
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.models import Person

MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def live_consents(channel: str) -> QuerySet[ReminderConsent]:
    today = timezone.localdate()
    return ReminderConsent.objects.filter(channel=channel, withdrawn_on__isnull=True, given_on__lte=today)


def address_of(person: Person, channel: str) -> str:
    """Where a reminder would go: the e-mail address, or the first mobile number; empty when there is none."""
    if channel == ReminderChannel.EMAIL:
        return person.email
    return next((number for number in (person.phone, person.second_phone) if is_mobile(number)), "")


def is_mobile(e164: str) -> bool:
    """French numbers in 06 and 07, those reserved for fiction too (no operator has them); foreign mobiles."""
    if e164.startswith(("+336", "+337")):
        return True
    try:
        return phonenumbers.number_type(phonenumbers.parse(e164, "FR")) in MOBILE
    except phonenumbers.NumberParseException:
        return False


@transaction.atomic
def give_consent(*, by: User, person: Person, channel: str, means: str) -> ReminderConsent:
    """The person agrees, today. Raises PermissionDenied, ConstraintViolation (agreed already)."""
    _check(by)
    with signed_by(by), typed_violations():
        return ReminderConsent.objects.create(person=person, channel=channel, means=means, recorded_by=by)


@transaction.atomic
def withdraw_consent(*, by: User, consent: ReminderConsent) -> ReminderConsent:
    """The person changes their mind: nothing leaves any more, what was about to leave neither.

    Raises PermissionDenied, ValidationError (withdrawn already).
    """
    _check(by)
    consent = ReminderConsent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_on is not None:
        raise ValidationError("Cet accord est déjà retiré.", code="withdrawn")
    consent.withdrawn_on = timezone.localdate()
    with signed_by(by):
        consent.save(update_fields=["withdrawn_on"])
        Reminder.objects.filter(
            appointment__person=consent.person_id, channel=consent.channel, state=ReminderState.PENDING
        ).update(state=ReminderState.CANCELLED, state_at=timezone.now())
    return consent


def _check(by: User) -> None:
    if not by.has_perm("identity.edit"):
        raise PermissionDenied

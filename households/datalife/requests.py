"""What persons ask about their data (C8): the register of requests."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.models import Household, Membership, Person, PersonRequest


def persons_of(household: Household) -> list[Person]:
    """Who may ask about this file: everybody who is or was of the household, the latest comers first."""
    rows = Membership.objects.filter(household=household, person__anonymised_on=None).select_related("person")
    return list(dict.fromkeys(row.person for row in rows.order_by("role", "-start")))


@transaction.atomic
def note_request(*, by: User, request: PersonRequest) -> PersonRequest:
    """Write a request down; its month runs from the day it was received. Raises ConstraintViolation."""
    request.noted_by = by
    with signed_by(by), typed_violations():
        request.save(force_insert=True)
    return request


@transaction.atomic
def confirm_identity(*, by: User, request: PersonRequest) -> PersonRequest:
    """Who asks showed who they are: a copy may be made. Raises ValidationError when it was answered already."""
    request = _open(request)
    request.identity_checked = True
    with signed_by(by):
        request.save(update_fields=["identity_checked"])
    return request


@transaction.atomic
def answer_request(
    *, by: User, request: PersonRequest, on: date, outcome: str, answer: str, proof: str
) -> PersonRequest:
    """Raises ValidationError when it was answered already, ConstraintViolation."""
    request = _open(request)
    request.answered_on, request.answered_by = on, by
    request.outcome, request.answer, request.proof = outcome, answer, proof
    with signed_by(by), typed_violations():
        request.save()
    return request


@transaction.atomic
def extend_request(*, by: User, request: PersonRequest, on: date) -> PersonRequest:
    """Two months more, the person being told within the first one (RGPD, art. 12.3). Raises ValidationError."""
    request = _open(request)
    if request.extended_on is not None or on > request.due_on:
        raise ValidationError("Le délai ne se prolonge qu’une fois, et avant son terme.", code="late")
    request.extended_on = on
    with signed_by(by), typed_violations():
        request.save()
    return request


def _open(request: PersonRequest) -> PersonRequest:
    rows = PersonRequest.objects.select_for_update(of=("self",)).select_related("household", "person")
    found = rows.get(pk=request.pk)
    if found.answered_on is not None:
        raise ValidationError("Il a déjà été répondu à cette demande.", code="state")
    return found

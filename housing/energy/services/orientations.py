"""Orientations and the follow-up call."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition, check_transition
from households.enums import Consent
from housing.energy.enums import OPEN_ORIENTATIONS, OrientationState
from housing.energy.states import ORIENTATION_TRANSITIONS
from housing.models import EnergyFile, EnergyOrientation, FollowUpCall


@transaction.atomic
def orient(*, by: User, file: EnergyFile, **values: Any) -> EnergyOrientation:
    """Propose a way out. Naming the household to a partner asks for its consent (CASF, L121-6-2 aside).

    Raises ForbiddenTransition before the first visit or once closed, ValidationError without consent.
    """
    if file.is_closed or file.visited_on is None:
        raise ForbiddenTransition("On oriente après la première visite, tant que le dossier est ouvert.")
    if values.get("partner") is not None and values.get("consent") != Consent.YES:
        raise ValidationError(
            "L’accord du ménage est nécessaire pour transmettre à un partenaire.", code="consent"
        )
    with signed_by(by), typed_violations():
        return EnergyOrientation.objects.create(file=file, by=by, **values)


@transaction.atomic
def answer(
    *,
    by: User,
    orientation: EnergyOrientation,
    state: str,
    on: date,
    result: str = "",
    amount: Decimal | None = None,
    remind_on: date | None = None,
) -> EnergyOrientation:
    """Say what becomes of an orientation. Raises ForbiddenTransition, ConstraintViolation."""
    row = EnergyOrientation.objects.select_for_update().get(pk=orientation.pk)
    check_transition(ORIENTATION_TRANSITIONS, OrientationState(row.state), OrientationState(state))
    row.previous, row.state = row.state, state
    row.answered_on = None if state in OPEN_ORIENTATIONS else on
    row.result, row.amount = result, amount
    row.remind_on = remind_on if state in OPEN_ORIENTATIONS else row.remind_on
    with signed_by(by), typed_violations():
        row.save()
    return row


@transaction.atomic
def undo_answer(*, by: User, orientation: EnergyOrientation) -> EnergyOrientation:
    """Back to the state before. Raises ForbiddenTransition when nothing was answered."""
    row = EnergyOrientation.objects.select_for_update().get(pk=orientation.pk)
    if not row.previous:
        raise ForbiddenTransition("Cette orientation n’a pas encore de résultat à annuler.")
    row.state, row.previous = row.previous, ""
    row.answered_on, row.amount, row.result = None, None, ""
    with signed_by(by), typed_violations():
        row.save()
    return row


@transaction.atomic
def call(*, by: User, file: EnergyFile, on: date, **values: Any) -> FollowUpCall:
    """Record the follow-up call. Raises ForbiddenTransition before a visit or once closed."""
    if file.is_closed or file.visited_on is None:
        raise ForbiddenTransition("L’appel de suivi vient après une visite, tant que le dossier est ouvert.")
    if on < file.visited_on:
        raise ValidationError("L’appel ne peut pas précéder la visite.", code="on")
    with signed_by(by), typed_violations():
        return FollowUpCall.objects.create(file=file, on=on, by=by, **values)

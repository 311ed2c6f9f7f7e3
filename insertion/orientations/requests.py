"""Requests for another orientation: written here, sent to the Département, answered by it (I2).

A pending request interrupts the month of the contract; the new one runs from the new notice (C. trav., art. D5411-8-2
and D5411-14-2), see insertion/deadlines.py.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from insertion.models import Orientation, ReorientationMove, ReorientationRequest
from insertion.orientations import services
from insertion.orientations.enums import Asker, RequestState


@transaction.atomic
def ask(
    *,
    by: User,
    orientation: Orientation,
    requested_on: date,
    asked_by: Asker | str,
    wanted_kind: str,
    reason: str,
    wanted_structure: str = "",
    sent_on: date | None = None,
) -> ReorientationRequest:
    """Write a request; `sent_on` when it has already gone to the Département. Raises ValidationError,
    ConstraintViolation when one is pending."""
    today = timezone.localdate()
    if requested_on > today:
        raise ValidationError({"requested_on": "Une demande ne peut pas être à venir."})
    if requested_on < orientation.start:
        raise ValidationError(
            {"requested_on": f"L’orientation ne commence que le {orientation.start:%d/%m/%Y}."}
        )
    if orientation.end is not None and orientation.end < today:
        raise ValidationError("Cette orientation est terminée\u00a0: une demande n’a plus d’objet.")
    with signed_by(by), typed_violations():
        request = ReorientationRequest.objects.create(
            household=orientation.household, orientation=orientation, requested_on=requested_on, asked_by=asked_by,
            wanted_kind=wanted_kind, wanted_structure=wanted_structure, reason=reason, written_by=by,
        )  # fmt: skip
    if sent_on is not None:
        send(by=by, request=request, on=sent_on)
    return request


@transaction.atomic
def send(*, by: User, request: ReorientationRequest, on: date) -> ReorientationMove:
    """The request goes to the Département on `on`. Raises ForbiddenTransition, ConstraintViolation."""
    _refuse_future(on)
    with signed_by(by), typed_violations():
        return request.move_to(RequestState.SENT, by=by, on=on, sent_on=on)


@transaction.atomic
def withdraw(*, by: User, request: ReorientationRequest, on: date, reason: str = "") -> ReorientationMove:
    """The person, or the référent, gives it up: the month of the contract runs as if it had not been made."""
    _refuse_future(on)
    with signed_by(by), typed_violations():
        return request.move_to(RequestState.WITHDRAWN, by=by, on=on, reason=reason)


@transaction.atomic
def refuse(*, by: User, request: ReorientationRequest, on: date, answer: str = "") -> ReorientationMove:
    """The Département refuses: the orientation goes on, and its month starts again from this answer."""
    _refuse_future(on)
    with signed_by(by), typed_violations():
        return request.move_to(RequestState.REFUSED, by=by, on=on, answered_on=on, answer=answer)


@transaction.atomic
def accept(
    *, by: User, request: ReorientationRequest, on: date, answer: str = "", **decision: Any
) -> Orientation:
    """The Département accepts: its decision opens the new orientation, notified on `on`, and ends the present one.

    `decision` is what orient() needs more (kind, start, structure, referent). Raises as orient() and move_to().
    """
    _refuse_future(on)
    if not request.can_move_to(RequestState.ACCEPTED):
        raise ForbiddenTransition("Cette demande n’attend pas la réponse du Département.")
    if decision["start"] <= request.orientation.start:
        raise ValidationError({"start": "La nouvelle orientation commence après celle qu’elle remplace."})
    orientation = services.orient(
        by=by, household=request.orientation.household, person=request.orientation.person, notified_on=on,
        shorten_previous=True, **decision,
    )  # fmt: skip
    with signed_by(by), typed_violations():
        request.move_to(
            RequestState.ACCEPTED, by=by, on=on, answered_on=on, answer=answer, result=orientation
        )
    return orientation


@transaction.atomic
def undo_last(*, by: User, request: ReorientationRequest) -> ReorientationMove:
    """Take back the last step. An acceptance takes the new orientation with it, unless something rests on it already.

    Raises ForbiddenTransition, ConstraintViolation when another request is pending.
    """
    request = request.locked()
    opened = request.result
    with signed_by(by), typed_violations():
        move = request.take_back(by=by)
    if opened is not None:
        services.undo_last(by=by, orientation=opened)
        if Orientation.objects.filter(pk=opened.pk).exists():
            raise ForbiddenTransition(
                "La nouvelle orientation a été corrigée depuis\u00a0: annulez d’abord cela."
            )
    return move


def _refuse_future(on: date) -> None:
    if on > timezone.localdate():
        raise ValidationError({"on": "Ce jour est à venir."})

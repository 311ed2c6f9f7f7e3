"""From the request for lodging to the day it leaves the list."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from cias.territory.models import Commune
from households.models import Household
from housing.lodging.enums import Answer, DeclineReason, RequestState
from housing.models import (
    LodgingRequest,
    Place,
    Proposal,
    RequestCriterion,
    RequestMove,
    RequestWish,
    Stay,
)

S = RequestState
# What the proposal of an undone step was before it.
ANSWER_BEFORE = {S.WAITING: Answer.CANCELLED, S.PROPOSED: Answer.PENDING, S.ACCEPTED: Answer.ACCEPTED}


@transaction.atomic
def file_request(
    *,
    by: User,
    household: Household,
    agent: User,
    requested_on: date,
    communes: Iterable[Commune] = (),
    criteria: Collection[str] = (),
    **values: Any,
) -> LodgingRequest:
    """Put a household on the waiting list.

    Raises ConstraintViolation when it has a request already, ValidationError when its file is closed.
    """
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le avant de recevoir une demande.")
    with signed_by(by), typed_violations():
        request = LodgingRequest.objects.create(
            household=household, agent=agent, requested_on=requested_on, **values
        )
        RequestMove.objects.create(request=request, to_state=S.WAITING, on=requested_on, by=by)
        _wish(request, communes)
        _note(request, criteria, requested_on)
    return request


@transaction.atomic
def correct_request(
    *,
    by: User,
    request: LodgingRequest,
    communes: Iterable[Commune] = (),
    criteria: Collection[str] = (),
    **values: Any,
) -> LodgingRequest:
    """Change what an open request says; a criterion added is dated today. Raises ForbiddenTransition once settled."""
    stored = _locked(request)
    if not stored.is_open:
        raise ForbiddenTransition("Cette demande est réglée\u00a0: elle ne change plus.")
    with signed_by(by), typed_violations():
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save()
        _wish(stored, communes)
        _note(stored, criteria, timezone.localdate())
    return stored


def _wish(request: LodgingRequest, communes: Iterable[Commune]) -> None:
    wanted = {commune.pk for commune in communes}
    request.wishes.exclude(commune__in=wanted).delete()
    known = set(request.wishes.values_list("commune", flat=True))
    RequestWish.objects.bulk_create(
        RequestWish(request=request, commune_id=code) for code in sorted(wanted - known)
    )


def _note(request: LodgingRequest, codes: Collection[str], on: date) -> None:
    request.criteria.exclude(code__in=codes).delete()
    known = set(request.criteria.values_list("code", flat=True))
    RequestCriterion.objects.bulk_create(
        RequestCriterion(request=request, code=code, noted_on=on) for code in codes if code not in known
    )


def _locked(request: LodgingRequest) -> LodgingRequest:
    return LodgingRequest.objects.select_for_update().get(pk=request.pk)


@transaction.atomic
def propose(
    *, by: User, request: LodgingRequest, place: Place, available_on: date, proposed_on: date, answer_by: date
) -> Proposal:
    """Propose a place. Raises ConstraintViolation when it is proposed to somebody else already."""
    with signed_by(by), typed_violations():
        proposal = Proposal.objects.create(
            request=request,
            place=place,
            available_on=available_on,
            proposed_on=proposed_on,
            answer_by=answer_by,
        )
        request.move_to(S.PROPOSED, by=by, on=proposed_on, of_move={"proposal": proposal})
    return proposal


def held_proposal(request: LodgingRequest) -> Proposal | None:
    """The place this household has been proposed, or accepted, and not entered yet."""
    return (
        Proposal.objects.holding().filter(request=request).select_related("place__dwelling__commune").first()
    )


def _answer(request: LodgingRequest, answer: Answer, on: date, **more: str) -> Proposal:
    proposal = Proposal.objects.select_for_update().holding().filter(request=request).first()
    if proposal is None:
        raise ForbiddenTransition("Aucune place n’est proposée à ce ménage.")
    proposal.answer, proposal.answered_on = answer, on
    for name, value in more.items():
        setattr(proposal, name, value)
    proposal.save()
    return proposal


@transaction.atomic
def accept(*, by: User, request: LodgingRequest, on: date) -> LodgingRequest:
    """The household takes the place; the entry comes next."""
    with signed_by(by), typed_violations():
        request.move_to(S.ACCEPTED, by=by, on=on, of_move={"proposal": _answer(request, Answer.ACCEPTED, on)})
    return request


@transaction.atomic
def decline(
    *, by: User, request: LodgingRequest, on: date, reason: str, detail: str = "", stays_on_list: bool = True
) -> LodgingRequest:
    """The household does not take the place; it goes on waiting, or leaves the list with that."""
    label = DeclineReason(reason).label
    with signed_by(by), typed_violations():
        proposal = _answer(request, Answer.DECLINED, on, reason=reason, detail=detail)
        if stays_on_list:
            request.move_to(S.WAITING, by=by, on=on, reason=label, of_move={"proposal": proposal})
        else:
            request.move_to(
                S.DECLINED, by=by, on=on, reason=label, of_move={"proposal": proposal}, decline_reason=reason
            )
    return request


@transaction.atomic
def cancel_proposal(*, by: User, request: LodgingRequest, on: date, reason: str) -> LodgingRequest:
    """The CIAS takes the proposal back; the household waits again."""
    with signed_by(by), typed_violations():
        proposal = _answer(request, Answer.CANCELLED, on, detail=reason)
        request.move_to(S.WAITING, by=by, on=on, reason=reason, of_move={"proposal": proposal})
    return request


@transaction.atomic
def refuse(
    *,
    by: User,
    request: LodgingRequest,
    on: date,
    decided_by: str,
    refusal_reason: str,
    refusal_detail: str,
    orientation: str,
    orientation_detail: str = "",
) -> LodgingRequest:
    """Refuse a request: motivated, with somewhere else to turn to."""
    with signed_by(by), typed_violations():
        request.move_to(
            S.REFUSED,
            by=by,
            on=on,
            decided_by=decided_by,
            refusal_reason=refusal_reason,
            refusal_detail=refusal_detail,
            orientation=orientation,
            orientation_detail=orientation_detail,
        )
    return request


@transaction.atomic
def withdraw(
    *, by: User, request: LodgingRequest, on: date, withdraw_reason: str, detail: str = ""
) -> LodgingRequest:
    """The household leaves the list by itself; a place it held is free for another."""
    with signed_by(by), typed_violations():
        proposal = None
        if request.state in (S.PROPOSED, S.ACCEPTED):
            proposal = _answer(request, Answer.CANCELLED, on, detail=detail)
        request.move_to(
            S.WITHDRAWN,
            by=by,
            on=on,
            reason=detail,
            of_move={"proposal": proposal},
            withdraw_reason=withdraw_reason,
        )
    return request


def settle_by_entry(*, by: User, request: LodgingRequest, stay: Stay) -> None:
    """The household entered: its request is over, and the place it was proposed has been taken."""
    proposal = None
    if request.state == S.PROPOSED:
        request.move_to(S.ACCEPTED, by=by, on=stay.start, of_move={"proposal": held_proposal(request)})
    if request.state == S.ACCEPTED:
        proposal = _answer(request, Answer.ENTERED, stay.start)
    request.move_to(
        S.HOUSED, by=by, on=max(stay.start, request.requested_on), of_move={"proposal": proposal}, stay=stay
    )


def undoable_move(request: LodgingRequest) -> RequestMove | None:
    """The last step still standing; not the request itself, nor an entry, which is undone with its stay."""
    move = request.last_move()
    return None if move is None or not move.from_state or move.to_state == S.HOUSED else move


@transaction.atomic
def undo_last_move(*, by: User, request: LodgingRequest) -> RequestMove:
    """Take the last decision back, with what the proposal was before it.

    Raises ForbiddenTransition when there is none, ConstraintViolation when the place was proposed again since.
    """
    stored = _locked(request)
    move = undoable_move(stored)
    if move is None:
        raise ForbiddenTransition("Il n’y a pas d’étape à annuler.")
    _take_back(stored, move, by)
    return move


@transaction.atomic
def reopen_after_entry(*, by: User, stay: Stay) -> None:
    """A stay that was never lived: the request that led to it goes back to where it stood."""
    request = LodgingRequest.objects.select_for_update().filter(stay=stay).first()
    if request is None:
        return
    move = request.moves.standing().filter(to_state=S.HOUSED).latest("created_at")
    _take_back(request, move, by)


def _take_back(request: LodgingRequest, move: RequestMove, by: User) -> None:
    with signed_by(by), typed_violations():
        request.undo(move, by=by)
        if move.proposal is not None:
            move.proposal.answer = ANSWER_BEFORE[S(move.from_state)]
            if move.proposal.answer == Answer.PENDING:
                move.proposal.answered_on, move.proposal.reason, move.proposal.detail = None, "", ""
            move.proposal.save()

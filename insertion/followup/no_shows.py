"""Absences followed up: look for the person, summon them with a proof, tell the Département the facts (I5).

The application decides nothing: whether something follows is the Département's to say (C. trav., art. L5426-1).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short
from cias.core.states import ForbiddenTransition
from households.models import Document
from insertion.followup.chain import standing_moves
from insertion.followup.enums import NUMBERED, NoShowState
from insertion.followup.facts import report_facts
from insertion.models import LegitimateReason, NoShowAbsence, NoShowCase, NoShowMove, Orientation

S = NoShowState


@transaction.atomic
def open_case(
    *, by: User, orientation: Orientation, missed: Iterable[tuple[date, str]], on: date | None = None
) -> NoShowCase:
    """Begin to follow up absences, or add them to the follow-up that runs.

    Raises ValidationError without any absence or for a day to come, ForbiddenTransition once the pathway is over.
    """
    missed = sorted(set(missed))
    today = timezone.localdate()
    if not missed:
        raise ValidationError("Choisissez une absence, ou décrivez-la.")
    if any(day > today for day, _label in missed):
        raise ValidationError("Une absence ne peut pas être à venir.", code="day")
    orientation = Orientation.objects.select_for_update().get(pk=orientation.pk)
    if orientation.end is not None and orientation.end < today:
        raise ForbiddenTransition("Ce parcours est terminé.")
    if any(day < orientation.start for day, _label in missed):
        raise ValidationError(f"L’orientation a commencé le {date_short(orientation.start)}.", code="day")
    case = NoShowCase.objects.open().filter(orientation=orientation).first()
    opened_on = on or missed[-1][0]
    with signed_by(by), typed_violations():
        if case is None:
            case = NoShowCase.objects.create(
                household_id=orientation.household_id, person_id=orientation.person_id, orientation=orientation,
                opened_on=opened_on, since=opened_on,
            )  # fmt: skip
        known = set(case.absences.values_list("day", "label"))
        NoShowAbsence.objects.bulk_create(
            NoShowAbsence(case=case, day=day, label=label)
            for day, label in missed
            if (day, label) not in known
        )
    return case


def _check_day(case: NoShowCase, on: date) -> None:
    last = max([case.opened_on, *(move.on for move in standing_moves(case))])
    if on < last:
        raise ValidationError(f"Cette étape suit celle du {date_short(last)}.", code="on")


@transaction.atomic
def _move(
    case: NoShowCase, state: NoShowState, *, by: User, on: date, reason: str = "", **more: Any
) -> NoShowMove:
    changes = {name: more.pop(name) for name in ("excuse", "reported_on", "payload") if name in more}
    _check_day(case, on)
    with signed_by(by), typed_violations():
        return case.move_to(state, by=by, on=on, reason=reason, of_move=more, since=on, **changes)


def look_for(
    *, by: User, case: NoShowCase, on: date, channel: str, result: str, reason: str = ""
) -> NoShowMove:
    """One attempt to reach the person, with what came of it. Raises ForbiddenTransition, ValidationError."""
    return _move(case, S.CONTACTED, by=by, on=on, reason=reason, channel=channel, result=result)


def summon(
    *,
    by: User,
    case: NoShowCase,
    on: date,
    channel: str,
    meeting_at: datetime,
    meeting_place: str = "",
    tracking: str = "",
    reason: str = "",
    proof: Document | None = None,
) -> NoShowMove:
    """A convocation left on `on`. Raises ValidationError for a meeting before it, or a tracked letter without its
    number, ForbiddenTransition."""
    if timezone.localtime(meeting_at).date() <= on:
        raise ValidationError("Le rendez-vous suit l’envoi de la convocation.", code="meeting_on")
    if channel in NUMBERED and not tracking:
        raise ValidationError("Ce moyen d’envoi a un numéro\u00a0: c’est la preuve.", code="tracking")
    return _move(
        case, S.SUMMONED, by=by, on=on, reason=reason, channel=channel, meeting_at=meeting_at,
        meeting_place=meeting_place, tracking=tracking, proof=proof,
    )  # fmt: skip


def attach_proof(*, by: User, move: NoShowMove, document: Document) -> NoShowMove:
    """The slip or the receipt of a convocation, once it is back."""
    move.proof = document
    with signed_by(by):
        move.save(update_fields=["proof"])
    return move


def resume(*, by: User, case: NoShowCase, on: date, reason: str = "") -> NoShowMove:
    """The person is back in touch: the follow-up ends there."""
    return _move(case, S.RESUMED, by=by, on=on, reason=reason)


def excuse(*, by: User, case: NoShowCase, on: date, excuse: LegitimateReason, reason: str = "") -> NoShowMove:
    """A legitimate reason was given: the absences are excused."""
    return _move(case, S.EXCUSED, by=by, on=on, reason=reason, excuse=excuse)


@transaction.atomic
def report(*, by: User, case: NoShowCase, on: date, reason: str = "") -> NoShowMove:
    """The facts go to the Département, frozen as they leave.

    Raises ForbiddenTransition before a convocation, ValidationError while the meeting it gave is still to come.
    """
    case.become(case.locked())
    summons = [move for move in standing_moves(case) if move.to_state == S.SUMMONED]
    if case.state == S.SUMMONED and summons and summons[-1].meeting_at is not None:
        meeting = timezone.localtime(summons[-1].meeting_at).date()
        if on < meeting:
            raise ValidationError(
                f"La personne est convoquée le {date_short(meeting)}\u00a0: attendez ce jour.", code="on"
            )
    payload = report_facts(case, by, on, reason)
    return _move(case, S.REPORTED, by=by, on=on, reason=reason, reported_on=on, payload=payload)


def answer(*, by: User, case: NoShowCase, on: date, reason: str) -> NoShowMove:
    """What the Département answered, in its own words."""
    return _move(case, S.ANSWERED, by=by, on=on, reason=reason)


@transaction.atomic
def undo(*, by: User, case: NoShowCase) -> NoShowMove | None:
    """Take the last step back; without any step, the follow-up itself goes away (None).

    Raises ConstraintViolation when another follow-up runs since.
    """
    case = case.locked()
    with signed_by(by), typed_violations():
        if case.last_move() is not None:
            return case.take_back(by=by)
        if case.moves.exists():
            raise ForbiddenTransition("Ce suivi a une histoire\u00a0: terminez-le plutôt.")
        case.delete()
    return None

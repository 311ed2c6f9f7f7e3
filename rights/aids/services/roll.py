"""The roll of a session: who is there, who votes for an absent member, who comes late or leaves early.

CASF, R123-16 (a written power, one for each member who carries one), R123-17 (the quorum counts who attends: powers do
not count), extended to a CIAS by R123-27 to R123-29; whether a commission follows them is the règlement intérieur's.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from rights.aids.enums import SessionState
from rights.models import AidSession, BoardMember, SessionSeat

type Powers = Mapping[BoardMember, BoardMember]

CLOSED_ALREADY = "La séance est levée\u00a0: elle ne change plus."
CALLED_OFF = "La séance est annulée\u00a0: rétablissez-la d’abord."
NOT_OPEN = "La séance n’est pas ouverte."


def lock_session(session: AidSession) -> AidSession:
    return AidSession.objects.select_for_update().get(pk=session.pk)


@transaction.atomic
def open_session(
    *,
    by: User,
    session: AidSession,
    present: Sequence[BoardMember],
    chair: BoardMember,
    powers: Powers | None = None,
) -> AidSession:
    """Call the roll. `powers`: who is absent, and the member there who votes for them.

    Raises ValidationError without a quorum, when the chair is not there, or for a power that does not stand.
    """
    session = lock_session(session)
    if not session.is_planned:
        raise ForbiddenTransition(CALLED_OFF if session.is_called_off else "Cette séance a déjà été ouverte.")
    if not session.items.exists():
        raise ValidationError("L’ordre du jour est vide.")
    if len(present) < session.quorum:
        raise ValidationError(
            {
                "present": f"Le quorum est de {session.quorum} membres\u00a0: {len(present)} présents ne suffisent pas."
            }
        )
    with signed_by(by), typed_violations():
        _write_roll(session, present, chair, powers or {})
        session.state, session.chair, session.opened_at = SessionState.OPEN, chair, timezone.now()
        session.save()
    return session


@transaction.atomic
def update_roll(
    *,
    by: User,
    session: AidSession,
    present: Sequence[BoardMember],
    chair: BoardMember,
    powers: Powers | None = None,
) -> AidSession:
    """Change the roll of an open session for the votes to come.

    Before the first vote a slip is put right; after it, who appears has arrived and who goes has left, at this hour.
    """
    session = lock_session(session)
    if not session.is_open:
        raise ForbiddenTransition(NOT_OPEN)
    under_way = session.items.exclude(decision="").exists()
    with signed_by(by), typed_violations():
        _write_roll(session, present, chair, powers or {}, under_way=under_way)
        session.chair = chair
        session.save(update_fields=["chair"])
    return session


@transaction.atomic
def cancel_opening(*, by: User, session: AidSession) -> AidSession:
    """Back to the preparation of a session that voted nothing; the roll stays as it was called."""
    session = lock_session(session)
    if not session.is_open:
        raise ForbiddenTransition(NOT_OPEN)
    if session.items.exclude(decision="").exists():
        raise ForbiddenTransition("Des décisions ont été prises\u00a0: annulez-les d’abord.")
    with signed_by(by), typed_violations():
        session.state, session.chair, session.opened_at = SessionState.PLANNED, None, None
        session.save()
    return session


def _write_roll(
    session: AidSession,
    present: Sequence[BoardMember],
    chair: BoardMember,
    powers: Powers,
    *,
    under_way: bool = False,
) -> None:
    there = {member.pk for member in present}
    if chair.pk not in there:
        raise ValidationError({"chair": "Qui préside doit être présent."})
    check_powers(there, powers)
    carried = {giver.pk: holder.pk for giver, holder in powers.items()}
    seats = list(session.seats.select_for_update())
    # A power that changes hands is first let go of, so that nobody carries two even for an instant.
    for seat in seats:
        if seat.proxy_id is not None and seat.proxy_id != carried.get(seat.member_id):
            seat.proxy = None
            seat.save(update_fields=["proxy"])
    now = timezone.now()
    for seat in seats:
        before = (seat.present, seat.proxy_id)
        seat.present, seat.proxy_id = seat.member_id in there, carried.get(seat.member_id)
        if not under_way:
            seat.arrived_at = seat.left_at = None
        elif seat.present and not before[0]:
            seat.arrived_at, seat.left_at = now, None
        elif before[0] and not seat.present:
            seat.left_at = now
        if not under_way or before != (seat.present, seat.proxy_id):
            seat.save()


def check_powers(there: Collection[Any], powers: Powers) -> None:
    """Raise ValidationError, at the field of who gives it (`power_<key>`), for a power that does not stand."""
    carriers: set[Any] = set()
    for giver, holder in powers.items():
        field = power_field(giver)
        if giver.pk in there:
            raise ValidationError({field: f"{giver} est présent\u00a0: son pouvoir n’a pas lieu d’être."})
        if holder.pk not in there:
            raise ValidationError(
                {field: f"{holder} n’est pas présent\u00a0: il ne peut pas voter pour {giver}."}
            )
        if holder.pk in carriers:
            raise ValidationError(
                {field: f"{holder} porte déjà un pouvoir\u00a0: un seul par membre (CASF, article R123-16)."}
            )
        carriers.add(holder.pk)


def power_field(member: BoardMember) -> str:
    """The name of the form's field for the power `member` gave."""
    return f"power_{member.pk}"


def voters(seats: Sequence[SessionSeat], gone: Collection[Any]) -> int:
    """How many votes there are: who is there, and the powers they carry.

    A member in `gone` (keys of members) takes no part in the vote, themselves, by the power they gave or carry.
    """
    there = {seat.member_id for seat in seats if seat.present and seat.member_id not in gone}
    powers = [seat for seat in seats if seat.proxy_id in there and seat.member_id not in gone]
    return len(there) + len(powers)

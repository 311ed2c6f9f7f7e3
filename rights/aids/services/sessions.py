"""A session of the commission: its agenda, its votes one after the other, its end."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from rights.aids.enums import AidDecision, AidState, SessionState
from rights.aids.services.decisions import decision_changes
from rights.aids.services.requests import NOTHING_DECIDED, undo_last_move
from rights.aids.services.roll import CALLED_OFF, CLOSED_ALREADY, NOT_OPEN, lock_session, voters
from rights.aids.sheets import build_sheet
from rights.aids.states import LISTABLE, STATE_OF_DECISION
from rights.models import AgendaItem, AidRequest, AidSession, BoardMember, SessionSeat


@transaction.atomic
def create_session(
    *,
    by: User,
    held_on: date,
    starts_at: time,
    place: str,
    members: Sequence[BoardMember],
    quorum: int | None = None,
) -> AidSession:
    """Prepare a meeting. Without a figure, the quorum is the majority of those invited (CASF, R123-17)."""
    if not members:
        raise ValidationError({"members": "Convoquez au moins un membre."})
    with signed_by(by), typed_violations():
        session = AidSession.objects.create(
            held_on=held_on,
            starts_at=starts_at,
            place=place,
            quorum=quorum or len(members) // 2 + 1,
            created_by=by,
        )
        for member in members:
            SessionSeat.objects.create(session=session, member=member)
    return session


@transaction.atomic
def update_session(
    *, by: User, session: AidSession, members: Sequence[BoardMember], quorum: int | None = None, **values: Any
) -> AidSession:
    """Change a meeting that has not begun."""
    session = lock_session(session)
    if not session.is_planned:
        raise ValidationError("La séance a commencé\u00a0: elle ne se prépare plus.")
    if not members:
        raise ValidationError({"members": "Convoquez au moins un membre."})
    for name, value in values.items():
        setattr(session, name, value)
    session.quorum = quorum or len(members) // 2 + 1
    with signed_by(by), typed_violations():
        session.save()
        session.seats.exclude(member__in=members).delete()
        known = set(session.seats.values_list("member", flat=True))
        for member in members:
            if member.pk not in known:
                SessionSeat.objects.create(session=session, member=member)
    return session


@transaction.atomic
def cancel_session(*, by: User, session: AidSession) -> None:
    """Call a meeting off before it begins: its requests wait for another one."""
    session = lock_session(session)
    if not session.is_planned:
        raise ForbiddenTransition("La séance a commencé\u00a0: elle ne s’annule plus.")
    items = list(session.items.select_related("request"))
    for item in items:
        item.session = session
        unlist(by=by, item=item)
    with signed_by(by), typed_violations():
        session.state, session.agenda_then = SessionState.CALLED_OFF, [item.request_id for item in items]
        session.save()


@transaction.atomic
def restore_session(*, by: User, session: AidSession) -> AidSession:
    """Undo the calling off: what was on the agenda and still waits is put back there, as it stands today."""
    session = lock_session(session)
    if not session.is_called_off:
        raise ForbiddenTransition("Cette séance n’est pas annulée.")
    waiting = listable().in_bulk(session.agenda_then)
    with signed_by(by), typed_violations():
        asked, session.agenda_then, session.state = session.agenda_then, [], SessionState.PLANNED
        session.save()
    list_requests(by=by, session=session, requests=[waiting[key] for key in asked if key in waiting])
    return session


@transaction.atomic
def list_requests(*, by: User, session: AidSession, requests: Iterable[AidRequest]) -> list[AgendaItem]:
    """Put proposed or adjourned requests on the agenda, in this order, each with its sheet as it stands today."""
    session = lock_session(session)
    if session.is_closed or session.is_called_off:
        raise ForbiddenTransition(CLOSED_ALREADY if session.is_closed else CALLED_OFF)
    last = session.items.aggregate(last=Max("position"))["last"] or 0
    items = []
    for rank, one in enumerate(requests, start=last + 1):
        request = one.locked()
        with signed_by(by), typed_violations():
            item = AgendaItem.objects.create(
                session=session,
                request=request,
                position=rank,
                sheet=build_sheet(request, timezone.localdate()),
            )
            request.move_to(
                AidState.LISTED, by=by, of_move={"item": item}, reason=str(session), **NOTHING_DECIDED
            )
        items.append(item)
    return items


@transaction.atomic
def unlist(*, by: User, item: AgendaItem) -> AidRequest:
    """Take a request nobody voted on off the agenda; it waits for another session."""
    session = lock_session(item.session)
    if session.is_closed or item.is_decided:
        raise ForbiddenTransition("Cette demande a été décidée\u00a0: elle reste à l’ordre du jour.")
    request = item.request
    with signed_by(by), typed_violations():
        request.move_to(AidState.PROPOSED, by=by, reason=f"Retirée\u00a0: {session}")
        item.delete()
    return request


@transaction.atomic
def decide_item(
    *,
    by: User,
    item: AgendaItem,
    decision: AidDecision | str,
    amount: Decimal | None = None,
    reason: str = "",
    votes_against: int = 0,
    abstentions: int = 0,
    recused: Sequence[BoardMember] = (),
    casting_vote: bool = False,
    override_reason: str = "",
) -> AgendaItem:
    """Write down what was voted on one request; who did not vote against nor abstain voted for.

    A member with an interest in the file (`recused`) is not counted, nor the power they gave or carry. Raises
    ValidationError when the votes do not add up or do not carry the decision, or when the envelope is short and nothing
    says why to go beyond.
    """
    session = lock_session(item.session)
    if not session.is_open:
        raise ForbiddenTransition(NOT_OPEN)
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.is_decided:
        raise ForbiddenTransition("Cette demande vient d’être décidée\u00a0: annulez pour la reprendre.")
    gone = {member.pk for member in recused}
    count = voters(list(session.seats.all()), gone)
    votes_for = count - votes_against - abstentions
    check_votes(session, gone, count, votes_for, votes_against, casting_vote=casting_vote)
    decision = AidDecision(decision)
    request = item.request.locked()
    with signed_by(by), typed_violations():
        changes = decision_changes(
            request=request,
            decision=decision,
            on=session.held_on,
            amount=amount,
            reason=reason,
            override_reason=override_reason,
        )
        request.move_to(
            STATE_OF_DECISION[decision],
            by=by,
            on=session.held_on,
            reason=reason,
            of_move={"item": item},
            **changes,
        )
        item.decision, item.amount, item.reason = decision, changes["granted_amount"], reason
        item.votes_for, item.votes_against, item.abstentions = votes_for, votes_against, abstentions
        item.casting_vote, item.decided_at, item.decided_by = casting_vote, timezone.now(), by
        item.save()
        item.recused.set(recused)
    return item


def check_votes(
    session: AidSession,
    gone: set[Any],
    count: int,
    votes_for: int,
    votes_against: int,
    *,
    casting_vote: bool,
) -> None:
    """Raise ValidationError unless these votes carry a decision: the majority of the votes cast (CASF, R123-18)."""
    if votes_for < 0:
        raise ValidationError(
            {"votes_against": f"Il y a {count} voix\u00a0: les voix contre et abstentions les dépassent."}
        )
    if votes_for < votes_against or votes_for == 0:
        raise ValidationError(
            {
                "votes_against": "Cette décision n’a pas la majorité\u00a0: choisissez celle que les membres ont votée."
            }
        )
    if votes_for != votes_against:
        if casting_vote:
            raise ValidationError(
                {"casting_vote": "Les voix ne sont pas à égalité\u00a0: la voix prépondérante ne joue pas."}
            )
        return
    if not casting_vote:
        raise ValidationError(
            {"casting_vote": "Égalité des voix\u00a0: la présidence doit faire pencher le vote."}
        )
    if session.chair_id in gone:
        raise ValidationError(
            {"casting_vote": "Qui préside ne prend pas part à ce vote\u00a0: sa voix ne compte pas."}
        )


@transaction.atomic
def undo_last_decision(*, by: User, session: AidSession) -> AgendaItem:
    """Take back the latest decision of an open session; its request waits again for a vote."""
    session = lock_session(session)
    if not session.is_open:
        raise ForbiddenTransition(NOT_OPEN)
    item = (
        session.items.exclude(decision="")
        .select_related("request").order_by("-decided_at").first()
    )  # fmt: skip
    if item is None:
        raise ForbiddenTransition("Aucune décision n’a été prise.")
    move = item.moves.filter(undone_at__isnull=True).order_by("-created_at", "-pk").first()
    latest = item.request.moves.filter(undone_at__isnull=True).order_by("-created_at", "-pk").first()
    if move is None or latest != move:
        raise ForbiddenTransition("Cette décision a eu des suites\u00a0: annulez-les d’abord.")
    undo_last_move(by=by, request=item.request)
    return item


@transaction.atomic
def close_session(*, by: User, session: AidSession) -> AidSession:
    """End the meeting: what was not decided waits for the next one, decisions by delegation are reported."""
    session = lock_session(session)
    if not session.is_open:
        raise ForbiddenTransition(NOT_OPEN)
    for item in session.items.filter(decision="").select_related("request"):
        item.session = session
        unlist(by=by, item=item)
    with signed_by(by), typed_violations():
        for request in to_report(session):
            request.reported_in = session
            request.save(update_fields=["reported_in"])
        session.state, session.closed_at = SessionState.CLOSED, timezone.now()
        session.save()
    return session


def to_report(session: AidSession) -> Any:
    """What was decided by delegation and is to be told at this session (CASF, R123-22)."""
    if session.is_closed:
        rows = AidRequest.objects.filter(reported_in=session)
    else:
        rows = AidRequest.objects.filter(
            by_delegation=True, reported_in=None, decision_on__lte=session.held_on
        ).exclude(decision="")
    return rows.select_related("kind").order_by("decision_on", "number")


@transaction.atomic
def reopen_session(*, by: User, session: AidSession) -> AidSession:
    """Take the closing back, as long as nobody was told of a decision."""
    session = lock_session(session)
    if not session.is_closed:
        raise ForbiddenTransition("Cette séance n’est pas levée.")
    states = (AidState.DECIDED, AidState.ADJOURNED)
    if session.items.exclude(request__state__in=states).exists():
        raise ForbiddenTransition(
            "Des décisions ont été notifiées ou reprises\u00a0: la séance ne peut plus être rouverte."
        )
    with signed_by(by), typed_violations():
        for request in to_report(session):
            request.reported_in = None
            request.save(update_fields=["reported_in"])
        session.state, session.closed_at = SessionState.OPEN, None
        session.save()
    return session


def listable(session: AidSession | None = None) -> Any:
    """The requests `session` may take: proposed, or adjourned by another one; urgent first, then the oldest."""
    rows = AidRequest.objects.filter(state__in=LISTABLE).select_related("kind")
    if session is not None:
        rows = rows.exclude(agenda_items__session=session)
    return rows.order_by("-urgent", "opened_on", "number")

"""Telling the people of a session: by the channel they agreed to, else by somebody who calls them (I6).

The same machinery as the reminders of appointments: senders, consents, attempts. A notice that cannot leave, or fails
for good, goes to the call list: nobody is forgotten.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from appointments.enums import SENT_CHANNELS, ReminderChannel
from appointments.senders import Message, NotSent, Sender, configured_channels, sender_for
from appointments.services.consents import address_of, live_consents
from appointments.services.reminders import BACK_OFF, get_policy
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.territory.services import get_structure
from insertion.models import WorkshopNotice, WorkshopRegistration, WorkshopSession
from insertion.workshops import wording
from insertion.workshops.enums import OPEN_NOTICES, NoticeKind, NoticeState

logger = logging.getLogger(__name__)
State = NoticeState
# What one run sends at most; the rest waits for the next.
MOST_SENT = 200


def tell(
    registrations: Iterable[WorkshopRegistration],
    kind: NoticeKind,
    session: WorkshopSession,
    *,
    for_start: datetime | None = None,
    new_start: datetime | None = None,
) -> list[WorkshopNotice]:
    """Each of them is to be told; what they had still to be told of that session is of no use any more."""
    rows = list(registrations)
    drop(rows)
    sent = _sent_channels()
    return [
        WorkshopNotice.objects.create(
            registration=row, kind=kind, for_start=for_start or session.start, new_start=new_start,
            channel=row.channel, state=State.TO_SEND if _can_be_sent(row, sent) else State.TO_TELL,
        )
        for row in rows
    ]  # fmt: skip


def tell_moved(
    registrations: Iterable[WorkshopRegistration], session: WorkshopSession, *, before: datetime
) -> None:
    """The session has moved to where it stands now. Who does not know yet that they have a seat hears that only."""
    others = []
    for row in registrations:
        promoted = row.notices.filter(kind=NoticeKind.PROMOTED, state__in=OPEN_NOTICES)
        if not promoted.update(for_start=session.start):
            others.append(row)
    tell(others, NoticeKind.MOVED, session, for_start=before, new_start=session.start)


def take_back_move(
    registrations: Iterable[WorkshopRegistration], session: WorkshopSession, *, before: datetime
) -> None:
    """The session is back where it was, `before` being where it had gone: who had not heard of it hears nothing."""
    known = []
    for row in registrations:
        unheard = row.notices.filter(kind=NoticeKind.MOVED, state__in=OPEN_NOTICES, new_start=before)
        if not unheard.update(state=State.DROPPED, state_at=timezone.now()):
            known.append(row)
    tell_moved(known, session, before=before)


def take_back_cancellation(registrations: Iterable[WorkshopRegistration], session: WorkshopSession) -> None:
    """The session takes place after all: who had heard that it would not hears so, and who has a seat unknowingly."""
    told, promoted = [], []
    for row in registrations:
        unheard = row.notices.filter(kind=NoticeKind.CANCELLED, state__in=OPEN_NOTICES)
        if not unheard.update(state=State.DROPPED, state_at=timezone.now()):
            told.append(row)
            continue
        earlier = row.notices.exclude(kind=NoticeKind.CANCELLED).order_by("-created_at", "-pk").first()
        if earlier and earlier.kind == NoticeKind.PROMOTED and earlier.state == State.DROPPED:
            promoted.append(row)
    tell(told, NoticeKind.RESTORED, session)
    tell(promoted, NoticeKind.PROMOTED, session)


def drop(registrations: Sequence[WorkshopRegistration]) -> None:
    """What these people still had to be told is of no use any more."""
    rows = WorkshopNotice.objects.filter(registration__in=registrations, state__in=OPEN_NOTICES)
    rows.update(state=State.DROPPED, state_at=timezone.now())


def _sent_channels() -> set[str]:
    """The channels through which messages leave; none while the structure's policy is off."""
    return set(configured_channels()) & set(SENT_CHANNELS) if get_policy().is_on else set()


def _can_be_sent(registration: WorkshopRegistration, channels: set[str]) -> bool:
    person, channel = registration.person, registration.channel
    if person is None or channel not in channels or not address_of(person, channel):
        return False
    return live_consents(channel).filter(person=person).exists()


# Sending -------------------------------------------------------------------------------------------


def send_waiting(now: datetime | None = None) -> int:
    """Send what waits; how many left. A claim dates the row, so that two workers send it once."""
    moment, count = now or timezone.now(), 0
    senders = {channel: sender for channel in _sent_channels() if (sender := sender_for(channel))}
    for _ in range(MOST_SENT):
        notice = _claim(moment, senders)
        if notice is None:
            break
        if notice.state == State.TO_SEND:
            count += _send(notice, senders[notice.channel], moment)
    return count


@transaction.atomic
def _claim(now: datetime, senders: dict[str, Sender]) -> WorkshopNotice | None:
    """The next row, an attempt counted; TO_TELL when it can no longer be sent. None when none is due."""
    ready = Q(attempts=0)
    for attempts, delay in enumerate(BACK_OFF, start=1):
        ready |= Q(attempts=attempts, state_at__lte=now - delay)
    rows = WorkshopNotice.objects.filter(ready, state=State.TO_SEND)
    notice = (
        rows.select_for_update(skip_locked=True, of=("self",))
        .select_related("registration__person", "registration__session__workshop__commune")
        .order_by("for_start", "pk")
        .first()
    )
    if notice is None:
        return None
    notice.state_at = now
    if _can_be_sent(notice.registration, set(senders)):
        notice.attempts = F("attempts") + 1
    else:
        notice.state = State.TO_TELL
    notice.save(update_fields=["state", "state_at", "attempts"])
    notice.refresh_from_db(fields=["attempts"])
    return notice


def _send(notice: WorkshopNotice, sender: Sender, now: datetime) -> bool:
    person = notice.registration.person
    words = wording.message(notice, get_structure())
    message = Message(
        key=str(notice.pk), to=address_of(person, notice.channel) if person is not None else "",
        subject=words.subject, text=words.text,
    )  # fmt: skip
    try:
        reference = sender.send(message)
    except NotSent as refused:
        return _not_sent(notice, refused, now)
    except Exception as error:  # a sender written elsewhere may raise anything, addresses included
        logger.error("Notice %s was not sent: %s", notice.pk, type(error).__name__)
        return _not_sent(notice, NotSent("Le service d’envoi a eu une erreur.", retry=True), now)
    _write(notice, state=State.SENT, state_at=now, reference=reference[:120], failure="")
    return True


def _not_sent(notice: WorkshopNotice, refused: NotSent, now: datetime) -> bool:
    if refused.retry and notice.attempts <= len(BACK_OFF):
        _write(notice, failure=refused.reason[:120])
    else:
        _write(notice, state=State.TO_TELL, state_at=now, failure=refused.reason[:120])
    logger.warning("Notice %s (%s): %s", notice.pk, notice.channel, refused.reason)
    return False


def _write(notice: WorkshopNotice, **values: object) -> None:
    """Only while it is still ours: the session may have changed again meanwhile."""
    WorkshopNotice.objects.filter(pk=notice.pk, state=State.TO_SEND).update(**values)


# By hand -------------------------------------------------------------------------------------------


@transaction.atomic
def note_told(*, by: User, notice: WorkshopNotice, channel: str = "") -> WorkshopNotice:
    """Somebody called, or a letter was posted. Raises PermissionDenied, ValidationError (nothing to tell any more)."""
    notice = _hold(by, notice)
    if notice.state != State.TO_TELL:
        raise ValidationError("Cette personne n’est plus à prévenir.", code="done")
    notice.state, notice.state_at, notice.told_by = State.TOLD, timezone.now(), by
    notice.channel = channel or _by_hand(notice)
    with signed_by(by):
        notice.save(update_fields=["state", "state_at", "told_by", "channel"])
    return notice


def _by_hand(notice: WorkshopNotice) -> str:
    return ReminderChannel.PHONE if notice.channel in SENT_CHANNELS else notice.channel


@transaction.atomic
def no_answer(*, by: User, notice: WorkshopNotice) -> WorkshopNotice:
    """A call nobody answered is counted; the person stays on the list. Raises as note_told()."""
    notice = _hold(by, notice)
    if notice.state != State.TO_TELL:
        raise ValidationError("Cette personne n’est plus à prévenir.", code="done")
    notice.attempts, notice.state_at = notice.attempts + 1, timezone.now()
    with signed_by(by):
        notice.save(update_fields=["attempts", "state_at"])
    return notice


@transaction.atomic
def take_back_told(*, by: User, notice: WorkshopNotice) -> WorkshopNotice:
    """Ticked by mistake: on the list again. Raises PermissionDenied, ValidationError."""
    notice = _hold(by, notice)
    if notice.state != State.TOLD:
        raise ValidationError("Il n’y a rien à annuler.", code="nothing")
    notice.state, notice.state_at, notice.told_by = State.TO_TELL, timezone.now(), None
    with signed_by(by):
        notice.save(update_fields=["state", "state_at", "told_by"])
    return notice


def _hold(by: User, notice: WorkshopNotice) -> WorkshopNotice:
    if not by.has_perm("workshops.register"):
        raise PermissionDenied
    rows = WorkshopNotice.objects.select_for_update(of=("self",))
    return rows.select_related("registration__person").get(pk=notice.pk)

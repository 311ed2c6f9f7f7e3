"""Reminders of appointments (A11): which are due, sending them, what became of each.

A reminder is a row before it is a message. Rows are written first; each is then claimed in a short transaction, sent
outside of any, and its result written in another. A claim counts an attempt and dates it, which keeps the row from
others until the next one is due: two workers, or a task delivered twice, send once. A worker that dies between the two
makes one more attempt, with the same key.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from appointments.enums import SENT_CHANNELS, ReminderChannel, ReminderState, Status
from appointments.models import Appointment, Reminder, ReminderPolicy
from appointments.reminder_text import message_for
from appointments.rules import may_change
from appointments.senders import NotSent, ReportingSender, Sender, configured_channels, sender_for
from appointments.services.consents import address_of, live_consents
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.calendar import working_days_before
from cias.core.periods import PARIS, Period
from cias.territory.services import closed_days, get_structure

logger = logging.getLogger(__name__)

# After each attempt that failed, how long before the next; then the reminder is given up.
BACK_OFF = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))
# The longest time the site may be shut and reminders still be found in time.
AHEAD = timedelta(days=62)
ASKED_FOR = timedelta(days=3)
MOST_ASKED = 200
# Less than Celery's time limit; what is left waits for the next run.
BUDGET_SECONDS = 200
BY_HAND = (ReminderChannel.PHONE.value, ReminderChannel.LETTER.value)


@dataclass
class Tally:
    """What one run did, for each channel: how many were `sent`, `failed` for good, `put_off`."""

    sent: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    put_off: Counter[str] = field(default_factory=Counter)


# The rule ------------------------------------------------------------------------------------------


def get_policy() -> ReminderPolicy:
    """The rule in force; until somebody saves one, the default: off."""
    return ReminderPolicy.objects.first() or ReminderPolicy()


@transaction.atomic
def change_policy(*, by: User, policy: ReminderPolicy) -> ReminderPolicy:
    with signed_by(by):
        policy.save()
    return policy


def last_day_reached(today: date, working_days: int) -> date:
    """The last day whose reminders are due: today is `working_days` working days before it, or later.

    Week-ends, public holidays and the structure's closures are not working days.
    """
    closed = closed_days(today, today + AHEAD)
    reached, last = today, today + AHEAD
    while reached < last:
        following = reached + timedelta(days=1)
        if working_days_before(following, working_days, pentecost_monday=False, closed=closed) > today:
            break
        reached = following
    return reached


def due(now: datetime, channels: Iterable[str] | None = None) -> Iterator[tuple[Appointment, str]]:
    """The appointments to remind of, with the channel: consent is given, an address is known, nothing was written yet.

    Nothing before the policy's hour, by the clock on the wall; nothing while the policy is off.
    """
    policy, local = get_policy(), now.astimezone(PARIS)
    if not policy.is_on or local.time() < policy.hour:
        return
    last = last_day_reached(local.date(), policy.working_days)
    coming = Appointment.objects.filter(
        status=Status.PLANNED,
        start__gt=now,
        start__lt=Period(last, last).bounds()[1],
        person__isnull=False,
        person__death_date__isnull=True,
    ).select_related("person")
    for channel in configured_channels() if channels is None else channels:
        written = Reminder.objects.filter(
            ~Q(state=ReminderState.CANCELLED),
            appointment=OuterRef("pk"),
            channel=channel,
            for_start=OuterRef("start"),
        )
        agreed = live_consents(channel).filter(person=OuterRef("person"))
        for appointment in coming.filter(Exists(agreed), ~Exists(written)).order_by("start", "pk"):
            if appointment.person is not None and address_of(appointment.person, channel):
                yield appointment, channel


# Sending -------------------------------------------------------------------------------------------


def run(now: datetime | None = None) -> Tally:
    """Write the rows that are due, send those that wait, ask what became of the others. Safe to run twice at once."""
    tally = Tally()
    if not get_policy().is_on:
        return tally
    moment = now or timezone.now()
    abandon_stale(moment)
    prepare(moment)
    senders = {channel: sender for channel in configured_channels() if (sender := sender_for(channel))}
    until = monotonic() + BUDGET_SECONDS
    while monotonic() < until:
        reminder = _claim(list(senders), moment)
        if reminder is None:
            break
        if reminder.state == ReminderState.PENDING:
            _send(reminder, senders[reminder.channel], moment, tally)
    for channel, sender in senders.items():
        if isinstance(sender, ReportingSender):
            _ask_what_became(channel, sender, moment, until)
    return tally


def prepare(now: datetime) -> None:
    """One row for each reminder that is due; another worker may be writing the same ones.

    One given up takes up its row again: an appointment cancelled by mistake is on again, a consent is given anew.
    """
    found = list(due(now))
    rows = [
        Reminder(appointment=appointment, channel=channel, for_start=appointment.start, state_at=now)
        for appointment, channel in found
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    for channel in {channel for _, channel in found}:
        Reminder.objects.filter(
            appointment__in=[appointment.pk for appointment, one in found if one == channel],
            appointment__start=F("for_start"),
            channel=channel,
            state=ReminderState.CANCELLED,
        ).update(state=ReminderState.PENDING, state_at=now, attempts=0, failure="")


def abandon_stale(now: datetime) -> None:
    """What was to leave for an appointment that is cancelled, has moved or has begun does not leave any more."""
    holds = Q(appointment__status=Status.PLANNED, appointment__start=F("for_start"), for_start__gt=now)
    Reminder.objects.filter(state=ReminderState.PENDING).exclude(holds).update(
        state=ReminderState.CANCELLED, state_at=now
    )


@transaction.atomic
def _claim(channels: list[str], now: datetime) -> Reminder | None:
    """The next row to send, an attempt counted; CANCELLED when it should not leave any more. None when none waits."""
    ready = Q(attempts=0)
    for attempts, delay in enumerate(BACK_OFF, start=1):
        ready |= Q(attempts=attempts, state_at__lte=now - delay)
    reminder = (
        Reminder.objects.filter(ready, state=ReminderState.PENDING, channel__in=channels)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("appointment__person", "appointment__commune")
        .defer("appointment__commune__geometry")
        .order_by("for_start", "pk")
        .first()
    )
    if reminder is None:
        return None
    reminder.state_at = now
    if _address(reminder, now):
        reminder.attempts += 1
    else:
        reminder.state = ReminderState.CANCELLED
    reminder.save(update_fields=["state", "state_at", "attempts"])
    return reminder


def _address(reminder: Reminder, now: datetime) -> str:
    """Where to send it; empty when the appointment, the consent or the address has gone meanwhile."""
    appointment, person = reminder.appointment, reminder.appointment.person
    if person is None or appointment.status != Status.PLANNED or appointment.start != reminder.for_start:
        return ""
    if appointment.start <= now or not live_consents(reminder.channel).filter(person=person).exists():
        return ""
    return address_of(person, reminder.channel)


def _send(reminder: Reminder, sender: Sender, now: datetime, tally: Tally) -> None:
    person = reminder.appointment.person
    message = message_for(
        reminder.appointment,
        key=reminder.pk,
        to=address_of(person, reminder.channel) if person is not None else "",
        channel=reminder.channel,
        structure=get_structure(),
    )
    try:
        reference = sender.send(message)
    except NotSent as refused:
        _not_sent(reminder, refused, now, tally)
    except Exception as error:  # a sender written elsewhere may raise anything, addresses included
        logger.error("Reminder %s was not sent: %s", reminder.pk, type(error).__name__)
        _not_sent(reminder, NotSent("Le service d’envoi a eu une erreur.", retry=True), now, tally)
    else:
        _write(reminder, state=ReminderState.SENT, state_at=now, reference=reference[:120], failure="")
        tally.sent[reminder.channel] += 1


def _not_sent(reminder: Reminder, refused: NotSent, now: datetime, tally: Tally) -> None:
    if refused.retry and reminder.attempts <= len(BACK_OFF):
        _write(reminder, failure=refused.reason[:120])
        tally.put_off[reminder.channel] += 1
    else:
        _write(reminder, state=ReminderState.FAILED, state_at=now, failure=refused.reason[:120])
        tally.failed[reminder.channel] += 1
    logger.warning("Reminder %s (%s): %s", reminder.pk, reminder.channel, refused.reason)


def _write(reminder: Reminder, **values: object) -> None:
    """Only while it is still ours: a cancellation may have come first."""
    Reminder.objects.filter(pk=reminder.pk, state=ReminderState.PENDING).update(**values)


def _ask_what_became(channel: str, sender: ReportingSender, now: datetime, until: float) -> None:
    """Delivery reports, for some days after sending; the rest at the next run when time is up."""
    rows = Reminder.objects.filter(
        channel=channel, state=ReminderState.SENT, state_at__gte=now - ASKED_FOR
    ).exclude(reference="")
    for reminder in rows.order_by("state_at", "pk")[:MOST_ASKED]:
        if monotonic() > until:
            return
        try:
            state = sender.state(reminder.reference)
        except NotSent:
            return  # the service does not answer: the next run asks again
        if state in (ReminderState.DELIVERED, ReminderState.FAILED):
            failure = (
                "Le service d’envoi n’a pas pu remettre le message." if state == ReminderState.FAILED else ""
            )
            Reminder.objects.filter(pk=reminder.pk, state=ReminderState.SENT).update(
                state=state, state_at=now, failure=failure
            )


# By hand -------------------------------------------------------------------------------------------


def abandon(appointment: Appointment) -> None:
    """The appointment was cancelled or moved: its pending reminders announce nothing any more."""
    rows = Reminder.objects.filter(appointment=appointment, state=ReminderState.PENDING)
    if appointment.status == Status.PLANNED:
        rows = rows.exclude(for_start=appointment.start)
    rows.update(state=ReminderState.CANCELLED, state_at=timezone.now())


@transaction.atomic
def note_told(*, by: User, appointment: Appointment, channel: str) -> Reminder:
    """Somebody called, or a letter was posted. Raises PermissionDenied, ValidationError (not to come any more)."""
    if not may_change(by, appointment) or channel not in BY_HAND:
        raise PermissionDenied
    if appointment.status != Status.PLANNED or appointment.start <= timezone.now():
        raise ValidationError("Ce rendez-vous n’est plus à venir.", code="past")
    with signed_by(by):
        reminder, _ = Reminder.objects.get_or_create(
            appointment=appointment,
            channel=channel,
            for_start=appointment.start,
            defaults={"state": ReminderState.DELIVERED, "noted_by": by},
        )
    return reminder


@transaction.atomic
def take_back(*, by: User, appointment: Appointment, channel: str) -> None:
    """It was noted by mistake. Raises PermissionDenied."""
    if not may_change(by, appointment) or channel not in BY_HAND:
        raise PermissionDenied
    with signed_by(by):
        Reminder.objects.filter(
            appointment=appointment, channel=channel, for_start=appointment.start
        ).delete()


def not_delivered(now: datetime) -> QuerySet[Reminder]:
    """Reminders that failed, of appointments still to come, whom nobody has told otherwise: reception calls them."""
    told = Reminder.objects.filter(
        appointment=OuterRef("appointment"),
        for_start=OuterRef("for_start"),
        state__in=[ReminderState.SENT, ReminderState.DELIVERED],
    )
    return Reminder.objects.filter(
        ~Exists(told),
        state=ReminderState.FAILED,
        channel__in=SENT_CHANNELS,
        for_start__gt=now,
        appointment__start=F("for_start"),
        appointment__status=Status.PLANNED,
    ).order_by("for_start", "pk")

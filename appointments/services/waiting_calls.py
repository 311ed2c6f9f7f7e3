"""A slot is free: who to call, in which order, and what they answered (A10)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from appointments.enums import CallResult, HalfDay, Place
from appointments.models import WaitingCall, WaitingEntry
from appointments.rules import may_book_for, takes
from appointments.services.booking import book
from appointments.services.diary import Diary, read_diary
from appointments.services.waiting import close_with, lock_entry, still_waiting
from appointments.services.wishes import wish_for
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.periods import PARIS
from households.services.protection import may_be_given

NOON = time(12)


@dataclass(frozen=True)
class FreeTime:
    """Time of `agent` nobody has taken, from `start` to `end`, and that day's diary."""

    agent: User
    start: datetime
    end: datetime
    diary: Diary

    @property
    def minutes(self) -> int:
        return round((self.end - self.start).total_seconds() / 60)


@dataclass(frozen=True)
class Waiting:
    """Somebody to call about a slot. `answer`: what they said about this very slot, if they were called."""

    entry: WaitingEntry
    answer: WaitingCall | None

    @property
    def is_done(self) -> bool:
        return self.answer is not None


def free_time(agent: User, start: datetime, minutes: int | None = None) -> FreeTime | None:
    """What is free of `agent` from `start` on, for at most `minutes`; None when nothing is, or it has passed."""
    if start < timezone.now():
        return None
    day = start.astimezone(PARIS).date()
    diary = read_diary([agent], day, day)
    opening = diary.opening_at(agent, start)
    if opening is None:
        return None
    limits = [opening.end]
    if minutes is not None:
        limits.append(start + timedelta(minutes=minutes))
    for begins, ends in diary.engaged(agent):
        if begins <= start < ends:
            return None
        if begins > start:
            limits.append(begins)
    return FreeTime(agent, start, min(limits), diary)


def call_list(*, by: User, free: FreeTime) -> list[Waiting]:
    """Who fits in `free`, among those `by` keeps, in call order; those already called about it come last."""
    today = timezone.localdate(free.start)
    about_it = WaitingCall.objects.filter(agent=free.agent, start=free.start).select_related("made_by")
    rows = (
        WaitingEntry.objects.for_user(by)
        .waiting()
        .in_call_order()
        .filter(minutes__lte=free.minutes)
        .exclude(until__lt=today)
        .with_people()
        .prefetch_related(Prefetch("calls", about_it, to_attr="about_it"))
    )
    found = [Waiting(entry, next(iter(entry.about_it), None)) for entry in rows if fits(entry, free)]
    return sorted(found, key=lambda waiting: waiting.is_done)


def fits(entry: WaitingEntry, free: FreeTime) -> bool:
    """Whether this time suits: the agent takes the reason and is the one wanted, the day and half-day are possible,
    the place is one where the agent is, and nobody is taken while travelling."""
    local = free.start.astimezone(PARIS)
    if entry.agent_id not in (None, free.agent.pk) or not takes(free.agent, entry.reason):
        return False
    if entry.household is not None and not may_be_given(free.agent, entry.household):
        return False
    if entry.weekdays and local.weekday() not in entry.weekdays:
        return False
    if entry.half_day and (entry.half_day == HalfDay.MORNING) != (local.time() < NOON):
        return False
    if entry.minutes > free.minutes or (entry.until is not None and entry.until < local.date()):
        return False
    commune = entry.household.commune_id if entry.household is not None else None
    wish = wish_for(
        reason=entry.reason,
        minutes=entry.minutes,
        place=entry.place,
        home=entry.household,
        communes=frozenset({commune} if commune else ()),
    )
    opening = free.diary.opening_at(free.agent, free.start)
    if opening is None or not wish.suits(opening):
        return False
    return free.diary.anywhere(free.agent, free.start, wish) is not None


@transaction.atomic
def record_call(
    *,
    by: User,
    entry: WaitingEntry,
    agent: User,
    start: datetime,
    minutes: int,
    result: CallResult,
    accepts: Collection[str] = (),
) -> WaitingCall:
    """Note what somebody said of the slot of `agent` at `start`, `minutes` long.

    ACCEPTED books it for as long as they need, all or nothing: the entry leaves the list with its appointment.
    Raises SlotTaken and ToAccept as book() does, PermissionDenied, ValidationError (they do not wait any more: a
    colleague was quicker).
    """
    entry = lock_entry(entry, by=by)
    if not may_book_for(by, agent):
        raise PermissionDenied
    still_waiting(entry)
    with signed_by(by):
        call = WaitingCall.objects.create(
            entry=entry,
            agent=agent,
            start=start,
            end=start + timedelta(minutes=minutes),
            result=result,
            made_by=by,
        )
        if result == CallResult.ACCEPTED:
            appointment = book(
                by=by,
                agent=agent,
                start=start,
                reason=entry.reason,
                household=entry.household,
                person=entry.person,
                caller_name=entry.caller_name,
                caller_phone=entry.caller_phone,
                minutes=entry.minutes,
                urgency=entry.urgency,
                place=Place.OFFICE if entry.place == Place.OUTSIDE else entry.place,
                practical_note=entry.practical_note,
                requested_on=entry.requested_on,
                off_grid=True,
                accepts=accepts,
            )
            close_with(entry, appointment)
    return call

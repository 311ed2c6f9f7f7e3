"""Who waits for a slot and was called about one, who agreed to reminders, and what became of those already sent."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from appointments.enums import (
    CallResult,
    ConsentMeans,
    HalfDay,
    Place,
    ReminderChannel,
    ReminderState,
    Status,
    Urgency,
    WaitingState,
)
from appointments.models import (
    Appointment,
    Reason,
    Reminder,
    ReminderConsent,
    ReminderPolicy,
    WaitingCall,
    WaitingEntry,
)
from appointments.services.consents import address_of
from cias.core.calendar import working_days_before
from cias.demo.names import LAST_NAMES, WOMEN
from cias.demo.world import File, World
from cias.territory.services import closed_days

WAITING, CALLERS = 22, 3
NOTES = ("Travaille le matin", "Vient en bus, pas avant 9 h 30", "Rappeler après 17 h", "Vient avec un jeune enfant",
         "Préfère le même agent qu’en septembre", "Prévenir la veille suffit")  # fmt: skip
URGENCIES = {Urgency.TODAY: 2, Urgency.THIS_WEEK: 11, Urgency.LATER: 9}
ANSWERS = {CallResult.REFUSED: 3, CallResult.NO_ANSWER: 4, CallResult.MESSAGE: 3}
MEANS = {ConsentMeans.DESK: 6, ConsentMeans.PHONE: 3, ConsentMeans.WRITTEN: 1}
REMINDED = timedelta(days=28)
FAILURES = {ReminderChannel.SMS: "Le service d’envoi n’a pas pu remettre le message.",
            ReminderChannel.EMAIL: "Le serveur de messagerie refuse cette adresse."}  # fmt: skip


def create_waiting_list(world: World) -> None:
    _queue(world)
    _left_the_list(world)


def create_reminders(world: World) -> None:
    consents = list(_consents(world))
    ReminderConsent.objects.bulk_create(consents, batch_size=2000)
    Reminder.objects.bulk_create(_reminders(world, consents), batch_size=2000)
    # Nothing leaves a demonstration: the service had switched reminders on, and off again to show this.
    policy = ReminderPolicy.objects.create(is_on=True)
    policy.is_on = False
    policy.save()


def _queue(world: World) -> None:
    """Those who wait today, since up to five weeks, and the calls made to some of them."""
    open_files = [file for file in world.files if file.closed_on is None and file.persons[0].phone]
    files = world.random.sample(open_files, min(WAITING, len(open_files)))
    entries = [_entry(world, file) for file in files]
    reasons = _desk_reasons()
    for _ in range(CALLERS):
        name = f"{world.random.choice(world.random.choice(WOMEN))} {world.random.choice(LAST_NAMES)}"
        phone = f"+3363998{world.random.randint(0, 9999):04d}"
        entries.append(_line(world, reasons[4], caller_name=name, caller_phone=phone))
    WaitingEntry.objects.bulk_create(entries)
    calls = [call for entry in entries for call in _calls(world, entry)]
    moments = [call.created_at for call in calls]
    WaitingCall.objects.bulk_create(calls)
    for call, moment in zip(calls, moments, strict=True):
        call.created_at = moment
    WaitingCall.objects.bulk_update(calls, ["created_at"])


def _desk_reasons() -> list[Reason]:
    return list(Reason.objects.filter(at_desk=True, private=False).order_by("position"))


def _entry(world: World, file: File) -> WaitingEntry:
    reason = world.random.choice(_desk_reasons())
    agent = file.referent if world.chance(45) else None
    return _line(world, reason, household=file.household, person=file.persons[0], agent=agent)


def _line(world: World, reason: Reason, **who: object) -> WaitingEntry:
    random = world.random
    weekdays = sorted(random.sample(range(5), random.randint(1, 3))) if world.chance(50) else []
    requested = _working_day(world, world.today - timedelta(days=int(random.triangular(1, 35, 6))))
    return WaitingEntry(
        reason=reason, minutes=reason.minutes, urgency=world.pick(URGENCIES), weekdays=weekdays,
        half_day=random.choice(HalfDay.values) if world.chance(45) else "",
        place=Place.PHONE if world.chance(12) else Place.OFFICE,
        until=world.today + timedelta(days=random.randint(10, 40)) if world.chance(25) else None,
        practical_note=random.choice(NOTES) if world.chance(35) else "",
        requested_on=requested, added_by=world.users["accueil"], **who,
    )  # fmt: skip


def _working_day(world: World, day: date) -> date:
    return working_days_before(day + timedelta(days=1), 1)


def _calls(world: World, entry: WaitingEntry) -> Iterator[WaitingCall]:
    """About slots that somebody else took in the end; each call was made an hour or two before its slot."""
    if not world.chance(45):
        return
    for _ in range(world.random.randint(1, 2)):
        earliest = min(entry.requested_on + timedelta(days=1), world.today)
        day = _working_day(world, world.day_between(earliest, world.today))
        start = _moment(max(day, entry.requested_on), time(world.random.choice((10, 11, 14, 15, 16))))
        made = min(start - timedelta(minutes=world.random.randint(45, 150)), world.now)
        agent = entry.agent or world.random.choice(world.workers)
        call = WaitingCall(
            entry=entry, agent=agent, start=start, end=start + timedelta(minutes=entry.minutes),
            result=world.pick(ANSWERS), made_by=world.users["accueil"],
        )  # fmt: skip
        call.created_at = made
        yield call


def _left_the_list(world: World) -> None:
    """Over the last year: most got an appointment, some gave up."""
    since = world.now - timedelta(days=365)
    rows = Appointment.objects.filter(
        start__gte=since, start__lt=world.now, household__isnull=False, status__in=[Status.HONOURED, Status.NO_SHOW],
        reason__private=False,
    )  # fmt: skip
    waited = [
        row for row in rows.order_by("start", "agent__email") if (_day(row.start) - row.requested_on).days > 6
    ]
    entries = []
    for row in world.random.sample(waited, min(110, len(waited))):
        withdrawn = world.chance(14)
        days = (_day(row.start) - row.requested_on).days
        closed_on = row.requested_on + timedelta(days=world.random.randint(2, days - 1))
        entries.append(
            WaitingEntry(
                household=row.household, person=row.person, reason=row.reason, minutes=row.minutes, urgency=row.urgency,
                requested_on=row.requested_on, added_by=world.users["accueil"],
                state=WaitingState.WITHDRAWN if withdrawn else WaitingState.BOOKED,
                closed_at=_moment(closed_on, time(world.random.randint(9, 16))), appointment=None if withdrawn else row,
            )
        )  # fmt: skip
    WaitingEntry.objects.bulk_create(entries)


def _consents(world: World) -> Iterator[ReminderConsent]:
    """Of the persons one meets: half agreed to SMS, a third of those with an address to e-mail; a few changed their mind."""
    for file in world.files:
        person = file.persons[0]
        for channel, share in ((ReminderChannel.SMS, 52), (ReminderChannel.EMAIL, 38)):
            if address_of(person, channel) and world.chance(share):
                given = world.day_between(file.opened_on, file.closed_on or world.today)
                gone = world.chance(4) and given < world.today
                yield ReminderConsent(
                    person=person, channel=channel, means=world.pick(MEANS), given_on=given,
                    recorded_by=world.users["accueil"],
                    withdrawn_on=world.day_between(given, world.today) if gone else None,
                )  # fmt: skip


def _reminders(world: World, consents: list[ReminderConsent]) -> Iterator[Reminder]:
    """Two working days before each appointment of the last weeks; a few did not arrive, and some people were called."""
    agreed: dict[UUID | None, list[ReminderConsent]] = {}
    for consent in consents:
        if consent.withdrawn_on is None:
            agreed.setdefault(consent.person_id, []).append(consent)
    closed = closed_days(world.today - REMINDED - timedelta(days=20), world.today + timedelta(days=20))
    rows = Appointment.objects.filter(
        start__gte=world.now - REMINDED, start__lt=world.now + timedelta(days=8), person__isnull=False
    )
    rows = rows.exclude(status__in=[Status.CANCELLED_BY_USER, Status.CANCELLED_BY_SERVICE])
    for row in rows.select_related("person", "booked_by").order_by("start", "agent__email"):
        due_on = working_days_before(_day(row.start), 2, closed=closed)
        sent_at = _moment(due_on, time(9, 0)) + timedelta(minutes=15 * world.random.randint(0, 2))
        if sent_at > world.now or row.requested_on > due_on:
            continue
        for consent in agreed.get(row.person_id, []):
            if consent.given_on <= due_on:
                yield _reminder(world, row, consent.channel, sent_at)
        if world.chance(3):
            yield Reminder(
                appointment=row, channel=ReminderChannel.PHONE, for_start=row.start, state=ReminderState.DELIVERED,
                state_at=min(sent_at + timedelta(hours=2), world.now), noted_by=world.users["accueil"],
            )  # fmt: skip


def _reminder(world: World, row: Appointment, channel: str, sent_at: datetime) -> Reminder:
    reminder = Reminder(appointment=row, channel=channel, for_start=row.start, state_at=sent_at, attempts=1)
    # Of those to come, enough for reception to have somebody to call today.
    if world.chance(5 if row.start < world.now else 12):
        reminder.state, reminder.failure = ReminderState.FAILED, FAILURES[ReminderChannel(channel)]
    else:
        is_sms = channel == ReminderChannel.SMS
        reminder.state = ReminderState.DELIVERED if is_sms else ReminderState.SENT
        reminder.reference = f"demo-{world.random.randint(10**8, 10**9)}"
    return reminder


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, timezone.get_default_timezone())

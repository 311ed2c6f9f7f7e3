from datetime import UTC, date, datetime, time, timedelta

import factory
from django.utils import timezone

from appointments.enums import (
    AbsenceKind,
    Category,
    ConsentMeans,
    Place,
    ReminderChannel,
    ReminderState,
    Status,
    Topic,
    WaitingState,
)
from appointments.models import (
    Absence,
    Appointment,
    DeskContact,
    Message,
    Presence,
    Reason,
    Reminder,
    ReminderConsent,
    Room,
    Team,
    WaitingEntry,
)
from cias.territory.models import Weekday
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory, PersonFactory

WORKING_WEEK = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Room
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Bureau {n}")


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Équipe {n}")

    @factory.post_generation
    def members(self, create, extracted, **kwargs):
        if extracted:
            self.members.set(extracted)


class ReasonFactory(factory.django.DjangoModelFactory):
    """A half-hour reason of the domain "droits" that reception may book."""

    class Meta:
        model = Reason

    code = factory.Sequence(lambda n: f"motif-{n}")
    label = "Renouvellement de la CSS"
    category = Category.RIGHTS
    minutes = 30
    at_desk = True

    class Params:
        psychologist = factory.Trait(
            label="Soutien après un deuil", category=Category.INTERVIEW, private=True
        )


class PresenceFactory(factory.django.DjangoModelFactory):
    """One weekday, 9:00–17:00; `PresenceFactory.full_week(agent)` gives Monday to Friday."""

    class Meta:
        model = Presence

    agent = factory.SubFactory(UserFactory)
    weekday = Weekday.MONDAY
    starts_at = time(9)
    ends_at = time(17)
    valid_from = date(2020, 1, 1)
    room = factory.SubFactory(RoomFactory)

    class Params:
        outside = factory.Trait(room=None)

    @classmethod
    def full_week(cls, agent, **fields):
        room = fields.pop("room", None) or RoomFactory()
        return [cls(agent=agent, weekday=weekday, room=room, **fields) for weekday in WORKING_WEEK]


class AbsenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Absence

    agent = factory.SubFactory(UserFactory)
    start = datetime(2026, 11, 24, 8, tzinfo=UTC)
    end = factory.LazyAttribute(lambda absence: absence.start + timedelta(hours=3))
    kind = AbsenceKind.VISIT


class AppointmentFactory(factory.django.DjangoModelFactory):
    """To come by default (24 November 2026, 10:00 in Paris); traits say what became of it."""

    class Meta:
        model = Appointment

    class Params:
        minutes = 30
        honoured = factory.Trait(status=Status.HONOURED, status_at=factory.LazyAttribute(lambda row: row.end))
        missed = factory.Trait(status=Status.NO_SHOW, status_at=factory.LazyAttribute(lambda row: row.end))
        cancelled = factory.Trait(
            status=Status.CANCELLED_BY_USER,
            status_at=factory.LazyAttribute(lambda row: row.start - timedelta(days=1)),
        )
        waiting = factory.Trait(
            arrived_at=factory.LazyAttribute(lambda row: row.start - timedelta(minutes=5))
        )
        at_home = factory.Trait(place=Place.HOME, room=None)
        unknown_caller = factory.Trait(
            household=None, caller_name="Soizic Kerbrat", caller_phone="+33639980417"
        )

    agent = factory.SubFactory(UserFactory)
    room = factory.SubFactory(RoomFactory)
    household = factory.SubFactory(HouseholdFactory)
    reason = factory.SubFactory(ReasonFactory)
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    end = factory.LazyAttribute(lambda row: row.start + timedelta(minutes=row.minutes))
    booked_by = factory.SelfAttribute("agent")
    requested_on = factory.LazyAttribute(lambda row: timezone.localtime(row.start).date() - timedelta(days=4))


class MessageFactory(factory.django.DjangoModelFactory):
    """Mme Kerbrat asks to be called back; nobody has yet."""

    class Meta:
        model = Message

    agent = factory.SubFactory(UserFactory)
    caller_name = "Soizic Kerbrat"
    caller_phone = "+33639980417"
    text = "Rappeler avant midi."
    taken_by = factory.SelfAttribute("agent")


class DeskContactFactory(factory.django.DjangoModelFactory):
    """A visit about rights."""

    class Meta:
        model = DeskContact

    topic = Topic.RIGHTS
    recorded_by = factory.SubFactory(UserFactory)


class WaitingEntryFactory(factory.django.DjangoModelFactory):
    """A household waits for half an hour about rights, with anybody, since 10 November 2026."""

    class Meta:
        model = WaitingEntry

    class Params:
        unknown_caller = factory.Trait(
            household=None, caller_name="Soizic Kerbrat", caller_phone="+33639980417"
        )
        withdrawn = factory.Trait(
            state=WaitingState.WITHDRAWN, closed_at=datetime(2026, 11, 16, 9, tzinfo=UTC)
        )

    household = factory.SubFactory(HouseholdFactory)
    reason = factory.SubFactory(ReasonFactory)
    minutes = 30
    requested_on = date(2026, 11, 10)
    added_by = factory.SubFactory(UserFactory)


class ReminderConsentFactory(factory.django.DjangoModelFactory):
    """Somebody with a mobile phone agreed at the desk to be reminded by SMS."""

    class Meta:
        model = ReminderConsent

    person = factory.SubFactory(PersonFactory, phone="+33639980417")
    channel = ReminderChannel.SMS
    means = ConsentMeans.DESK
    given_on = date(2026, 1, 5)
    recorded_by = factory.SubFactory(UserFactory)


class ReminderFactory(factory.django.DjangoModelFactory):
    """About to leave, by SMS."""

    class Meta:
        model = Reminder

    appointment = factory.SubFactory(AppointmentFactory)
    channel = ReminderChannel.SMS
    for_start = factory.SelfAttribute("appointment.start")

    class Params:
        failed = factory.Trait(
            state=ReminderState.FAILED, failure="Le service de SMS ne répond pas.", attempts=4
        )

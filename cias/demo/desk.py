"""What reception keeps beside the agendas: messages for the agents, callers nobody knew yet."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.utils import timezone

from appointments.enums import Status
from appointments.models import Appointment, Message
from cias.accounts.models import User
from cias.demo.names import LAST_NAMES, WOMEN
from cias.demo.world import World
from cias.territory.services import closed_days

DAYS_BACK = 30
# What people ask to be told: practical, nothing about their situation.
REQUESTS = (
    "Demande un rappel après 14 h.",
    "Sera en retard d’un quart d’heure à son prochain rendez-vous.",
    "A bien reçu le courrier, apportera les pièces vendredi.",
    "Nouveau numéro de téléphone, à noter.",
    "Souhaite déplacer son rendez-vous, plutôt le matin.",
    "Rappeler avant midi, joignable sur ce numéro seulement aujourd’hui.",
    "Demande où déposer ses documents.",
    "Viendra avec sa sœur.",
)
OFFICES = (
    "La mairie de Maintenon",
    "Le service logement de la Ville",
    "L’assistante sociale de l’hôpital",
    "Le bailleur",
)
UNKNOWN_CALLERS = 4


def create_desk(world: World) -> None:
    Message.objects.bulk_create(_messages(world))
    _unknown_callers(world)


def _messages(world: World) -> Iterator[Message]:
    """Two to five a day, dealt with within hours; the last ones still wait, one of them since yesterday."""
    first = world.today - timedelta(days=DAYS_BACK)
    closed = closed_days(first, world.today)
    days = [first + timedelta(days=number) for number in range(DAYS_BACK + 1)]
    for day in days:
        if day.weekday() > 4 or day in closed:
            continue
        for _ in range(world.random.randint(2, 5)):
            at = time(world.random.choice((9, 10, 11, 14, 15, 16)), world.random.randint(0, 59))
            taken_at = datetime.combine(day, at, timezone.get_default_timezone())
            if taken_at < world.now:
                yield _message(world, world.random.choice(world.workers), taken_at)


def _message(world: World, agent: User, taken_at: datetime) -> Message:
    random = world.random
    message = Message(
        agent=agent, text=random.choice(REQUESTS), taken_at=taken_at, taken_by=world.users["accueil"],
        is_urgent=world.chance(12),
    )  # fmt: skip
    known = [file for file in world.files if file.referent == agent and file.is_open_on(taken_at.date())]
    if known and world.chance(75):
        file = random.choice(known)
        message.household = file.household
        message.caller_name, message.caller_phone = file.persons[0].full_name, file.persons[0].phone
    else:
        message.caller_name = random.choice(OFFICES)
        message.caller_phone = f"+3323799{random.randint(0, 9999):04d}"
    # Before the day is over, else the next day at the same hour.
    handled_at = taken_at + (
        timedelta(minutes=random.randint(15, 60)) if world.chance(70) else timedelta(days=1)
    )
    if handled_at < world.now:
        message.handled_at = handled_at
    return message


def _unknown_callers(world: World) -> None:
    """A few coming appointments were taken for a mere name: their household is to be found."""
    coming = Appointment.objects.filter(
        agent__in=world.workers, status=Status.PLANNED, arrived_at=None, start__gt=world.now
    ).order_by("start", "agent__email")
    for appointment in list(coming[: 12 * UNKNOWN_CALLERS : 12]):
        appointment.household = appointment.person = None
        appointment.caller_name = f"{world.random.choice(WOMEN[1])} {world.random.choice(LAST_NAMES)}"
        appointment.caller_phone = f"+3363998{world.random.randint(0, 9999):04d}"
        appointment.save(update_fields=["household", "person", "caller_name", "caller_phone"])

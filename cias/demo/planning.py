"""Series, pairs of agents and times of travel: what shows among the appointments to come."""

from contextlib import suppress
from datetime import time, timedelta
from itertools import cycle, islice

from appointments.enums import Place, Status, Weeks
from appointments.models import Appointment, Presence, Reason, TravelTime
from appointments.services import book, offer, wish_for
from appointments.services.cautions import ToAccept
from appointments.services.series import book_series, plan, repeated
from appointments.services.visits import write_visit_note
from cias.accounts.models import User
from cias.demo.world import World
from cias.territory.models import Commune
from households.models import Household

OCCURRENCES, SERIES, VISITS = 6, 3, 3
SLOTS_TRIED = 10
TO_KNOW = (
    ("Interphone au nom de la propriétaire, 3e étage sans ascenseur.", False),
    ("Chien dans la cour\u00a0: appeler en arrivant.", True),
    ("Se garer place de l’église, la rue est étroite.", False),
    ("", True),
)
MEASURED = {"Maintenon": 25, "Lucé": 10, "Saint-Georges-sur-Eure": 20, "Nogent-le-Phaye": 15}


def plan_ahead(world: World) -> None:
    _every_other_monday(world.users["psy"])
    for commune in Commune.objects.filter(name__in=MEASURED).order_by("code"):
        TravelTime.objects.create(commune=commune, minutes=MEASURED[commune.name])
    _series(world)
    _visits_in_pairs(world)


def _every_other_monday(agent: User) -> None:
    """In the room of the other days."""
    usual = Presence.objects.filter(agent=agent, starts_at__gt=time(12)).order_by("weekday").first()
    if usual is not None:
        Presence.objects.create(
            agent=agent, weekday=0, weeks=Weeks.EVEN, starts_at=usual.starts_at, ends_at=usual.ends_at,
            valid_from=usual.valid_from, room=usual.room,
        )  # fmt: skip


def _series(world: World) -> None:
    """Some households are seen every other week; the dates that meet something are left out."""
    soon = world.now + timedelta(days=2)
    for key in ("ts2", "ts9", "ts6", "ts3")[:SERIES]:
        first = (
            Appointment.objects.filter(agent=world.users[key], status=Status.PLANNED, start__gte=soon)
            .filter(place=Place.OFFICE, household__isnull=False)
            .with_people()
            .order_by("start", "agent")
            .first()
        )
        if first is None:
            continue
        dates = plan(first, repeated(first.start, 2, OCCURRENCES))
        free = [one.slot.start for one in dates if one.slot is not None and not one.cautions]
        book_series(by=first.agent, appointment=first, every_weeks=2, moments=free, accepts={})


def _visits_in_pairs(world: World) -> None:
    """Energy visits at home, by two agents."""
    agent, second = world.users["ts12"], world.users["ts5"]
    reason = Reason.objects.get(code="slime")
    homes = (
        file.household
        for file in world.files
        if file.household.commune_id is not None and file.is_open_on(world.today)
    )
    for household in islice(homes, VISITS):
        wish = wish_for(reason=reason, place=Place.HOME, second=second, home=household)
        first = world.today + timedelta(days=3)
        # On some days the household is expected elsewhere at the first of these times.
        for slot in offer(agents=[agent], wish=wish, now=world.now, first=first, count=SLOTS_TRIED):
            with suppress(ToAccept):
                book(
                    by=agent, agent=agent, second_agent=second, start=slot.start, reason=reason, household=household,
                    place=Place.HOME, accepts=["same_reason", "hole"],
                )  # fmt: skip
                break
    _visit_notes(world)


def _visit_notes(world: World) -> None:
    """What to know before some of the visits to come."""
    homes = Household.objects.filter(
        appointments__place=Place.HOME,
        appointments__status=Status.PLANNED,
        appointments__start__gte=world.now,
    )
    texts = cycle(TO_KNOW)
    for household in homes.distinct().order_by("number")[::2]:
        text, in_pairs = next(texts)
        write_visit_note(by=world.users["ts12"], household=household, text=text, in_pairs=in_pairs)

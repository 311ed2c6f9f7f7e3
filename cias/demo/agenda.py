"""Rooms, presences, leave, and three years of appointments: full in the past, filling ahead."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone

from appointments.enums import AbsenceKind, Category, Channel, Place, Status, Topic, Urgency
from appointments.models import Absence, Appointment, DeskContact, Presence, Reason, Room, Team
from appointments.services.travel import travel_times
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.demo.casework import note_about
from cias.demo.world import File, World
from cias.territory.models import Commune
from cias.territory.services import closed_days, site_openings
from households.enums import AssignmentRole
from households.models import Assignment, Note

MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))
AHEAD = timedelta(days=42)
STATUSES = {
    Status.HONOURED: 79,
    Status.NO_SHOW: 9,
    Status.CANCELLED_BY_USER: 8,
    Status.CANCELLED_BY_SERVICE: 4,
}


def create_agendas(world: World) -> None:
    rooms = [Room(name=f"Bureau {number}") for number in range(1, 15)]
    Room.objects.bulk_create(rooms)
    agents = [*world.workers, world.users["psy"]]
    maintenon = next((commune for commune in world.communes if commune.name == "Maintenon"), None)
    Presence.objects.bulk_create(
        presence
        for rank, agent in enumerate(agents)
        for presence in _presences(world, agent, rank, rooms[rank], maintenon)
    )
    absences = [absence for agent in agents for absence in _absences(world, agent)]
    Absence.objects.bulk_create(absences)
    _teams(world)
    appointments = [row for agent in agents for row in _appointments(world, agent, absences)]
    for row in appointments:
        if row.status == Status.HONOURED and row.agent.role == Role.SOCIAL_WORKER and world.chance(30):
            row.note = note_about(world, row)
    Note.objects.bulk_create([row.note for row in appointments if row.note], batch_size=2000)
    Appointment.objects.bulk_create(appointments, batch_size=2000)
    _link_psychologist(world, appointments)
    DeskContact.objects.bulk_create(_contacts(world), batch_size=2000)


def _teams(world: World) -> None:
    for name, keys in (("Équipe droits", ("ts1", "ts3", "ts6", "ts8")), ("Équipe logement", ("ts4", "ts11", "ts13")),
                       ("Équipe insertion", ("ts2", "ts9"))):  # fmt: skip
        team = Team.objects.create(name=name)
        team.members.set([world.users[key] for key in keys])


def _presences(
    world: World, agent: User, rank: int, room: Room, maintenon: Commune | None
) -> Iterator[Presence]:
    """Five days a week, less the Wednesday of the part-timers; one permanence in Maintenon; the psychologist two days."""
    days = (1, 3) if agent.role == Role.PSYCHOLOGIST else (0, 1, 2, 3, 4)
    for weekday in days:
        for starts_at, ends_at in (MORNING, AFTERNOON):
            if weekday == 2 and rank % 4 == 3:
                continue
            outside = maintenon is not None and rank == 2 and weekday == 3 and starts_at == AFTERNOON[0]
            yield Presence(
                agent=agent, weekday=weekday, starts_at=starts_at, ends_at=ends_at, valid_from=world.first_day,
                room=None if outside else room, commune=maintenon if outside else None,
            )  # fmt: skip


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, timezone.get_default_timezone())


def _absences(world: World, agent: User) -> Iterator[Absence]:
    """Five weeks of leave a year, a team meeting every other Thursday morning, visits and workshops."""
    random = world.random
    for year in range(world.first_day.year, world.today.year + 2):
        for month, weeks in ((2, 1), (4, 1), (7 if random.random() < 0.5 else 8, 2), (12, 1)):
            monday = date(year, month, 1) + timedelta(days=random.randint(0, 14))
            monday -= timedelta(days=monday.weekday())
            last = monday + timedelta(weeks=weeks) - timedelta(days=3)
            yield Absence(
                agent=agent,
                start=_moment(monday, time(8)),
                end=_moment(last, time(18)),
                kind=AbsenceKind.LEAVE,
            )
    thursday = world.first_day + timedelta(days=(3 - world.first_day.weekday()) % 7)
    while agent.role != Role.PSYCHOLOGIST and thursday < world.today + AHEAD:
        yield Absence(agent=agent, start=_moment(thursday, time(9)), end=_moment(thursday, time(10, 30)),
                      kind=AbsenceKind.MEETING, label="Réunion d’équipe")  # fmt: skip
        if world.chance(20):
            workshop = thursday - timedelta(days=2)
            yield Absence(agent=agent, start=_moment(workshop, time(14)), end=_moment(workshop, time(16)),
                          kind=AbsenceKind.WORKSHOP, label="Atelier budget")  # fmt: skip
        thursday += timedelta(weeks=2)


def _reasons(agent: User) -> dict[Reason, int]:
    """What this agent is mostly seen for."""
    if agent.role == Role.PSYCHOLOGIST:
        return dict.fromkeys(Reason.objects.filter(private=True), 1)
    weights = {
        Category.RIGHTS: 5,
        Category.HOUSING: 4,
        Category.FIRST_VISIT: 8,
        Category.INSERTION: 2,
        Category.ENERGY: 2,
    }
    if "logement" in agent.job_title:
        weights[Category.HOUSING] = 14
    if "insertion" in agent.job_title:
        weights[Category.INSERTION] = 14
    if "énergie" in agent.job_title:
        weights[Category.ENERGY] = 20
    reasons = Reason.objects.filter(private=False).exclude(category__in=[Category.OTHER, Category.INTERVIEW])
    return {reason: weights[Category(reason.category)] for reason in reasons}


def _appointments(world: World, agent: User, absences: list[Absence]) -> Iterator[Appointment]:
    reasons = _reasons(agent)
    away = sorted((row.start, row.end) for row in absences if row.agent is agent)
    mine = [file for file in world.files if file.referent is agent] or world.files
    rooms = {
        (row.weekday, row.starts_at.hour < 12): row
        for row in Presence.objects.filter(agent=agent).select_related("room")
    }
    openings = site_openings(world.first_day, world.today + AHEAD)
    ways = travel_times(file.household.commune_id for file in mine if file.household.commune_id)
    for day, intervals in groupby(openings, key=lambda interval: timezone.localdate(interval[0])):
        mine_today = [file for file in mine if file.is_open_on(min(day, world.today))]
        for start, end in intervals:
            presence = rooms.get((day.weekday(), timezone.localtime(start).hour < 12))
            if presence is not None and mine_today:
                yield from _half_day(world, agent, presence, reasons, mine_today, away, ways, start, end)


def _half_day(
    world: World, agent: User, presence: Presence, reasons: dict[Reason, int], files: list[File],
    away: list[tuple[datetime, datetime]], ways: Mapping[str, int], start: datetime, end: datetime,
) -> Iterator[Appointment]:  # fmt: skip
    """Appointments one after the other, as the slot grid packs them; the further ahead, the more holes.

    The way to a home visit lies in the hole before it, as far as there is one.
    """
    since = start
    day = timezone.localdate(start)
    ahead = (day - world.today).days
    filled = 88 if ahead <= 2 else max(12, 84 - 2 * ahead)
    if ahead < -365:  # the service has grown
        filled = 62
    while True:
        reason = world.pick(reasons)
        finish = start + timedelta(minutes=reason.minutes)
        blocked = _clash(away, start, finish)
        if blocked is not None:
            start = since = blocked
            continue
        if finish > end:
            return
        if world.chance(filled):
            row = _appointment(world, agent, presence, reason, world.random.choice(files), start, finish)
            if row.place == Place.HOME and row.household is not None:
                way = timedelta(minutes=ways.get(row.household.commune_id or "", 0))
                row.busy_from = max(since, start - way)
            since = row.busy_until
            yield row
        start = finish + timedelta(minutes=reason.buffer_minutes)


def _clash(away: list[tuple[datetime, datetime]], start: datetime, finish: datetime) -> datetime | None:
    """The end of an absence that shares time with the interval, if any."""
    index = bisect_left(away, (finish, finish))
    for began, ended in away[max(0, index - 3) : index]:
        if began < finish and ended > start:
            return ended
    return None


def _appointment(
    world: World,
    agent: User,
    presence: Presence,
    reason: Reason,
    file: File,
    start: datetime,
    finish: datetime,
) -> Appointment:
    random, now = world.random, world.now
    day = timezone.localdate(start)
    delay = min(int(random.gammavariate(2.0, 5)) + 1, max((day - file.opened_on).days, 0))
    home = reason.code == "slime"
    row = Appointment(
        agent=agent, room=None if home else presence.room, commune=presence.commune, household=file.household,
        person=file.persons[0], reason=reason, start=start, end=finish,
        busy_from=start, busy_until=finish + timedelta(minutes=reason.buffer_minutes),
        urgency=Urgency.TODAY if delay == 0 else Urgency.THIS_WEEK if delay < 7 else Urgency.LATER,
        place=Place.HOME if home else Place.OUTSIDE if presence.commune else Place.OFFICE,
        booked_by=world.users["accueil"] if world.chance(75) else agent, requested_on=day - timedelta(days=delay),
    )  # fmt: skip
    # Two days of grace before an outcome is recorded: the work list "à renseigner" is never empty.
    recorded = finish < now and (finish < now - timedelta(days=2) or world.chance(70))
    if recorded:
        status = world.pick(STATUSES)
        row.set_status(
            status, at=finish if status in (Status.HONOURED, Status.NO_SHOW) else start - timedelta(days=1)
        )
        if status == Status.HONOURED:
            row.arrived_at = start + timedelta(minutes=random.randint(-15, 6))
            row.received_at = max(row.arrived_at, start) + timedelta(minutes=random.randint(0, 12))
    elif start < now + timedelta(minutes=15):
        _at_the_desk(world, row, now)
    elif start > now and day >= world.today and world.chance(3):
        row.set_status(Status.CANCELLED_BY_USER, at=now)
    return row


def _at_the_desk(world: World, row: Appointment, now: datetime) -> None:
    """Where the person is at this minute: expected, waiting, or in interview since a few minutes after the hour."""
    late = int((now - row.start).total_seconds() // 60)
    if world.chance(40 if late < 0 else 80 if late < 15 else 96):
        row.arrived_at = min(row.start, now) - timedelta(minutes=world.random.randint(1, 9))
        if late > 3 and world.chance(88):
            row.received_at = row.start + timedelta(minutes=world.random.randint(0, min(late, 9)))


def _link_psychologist(world: World, appointments: list[Appointment]) -> None:
    """The psychologist knows the files of those he receives (booking does the same)."""
    psychologist = world.users["psy"]
    seen: dict = {}
    for row in appointments:
        if row.agent is psychologist and row.household is not None:
            seen.setdefault(row.household, timezone.localdate(row.start))
    Assignment.objects.bulk_create(
        Assignment(
            household=household, agent=psychologist, role=AssignmentRole.OTHER, start=min(day, world.today)
        )
        for household, day in seen.items()
    )


def _contacts(world: World) -> Iterator[DeskContact]:
    """A dozen people a day come without an appointment, as many call."""
    closed = closed_days(world.first_day, world.today)
    day, reception = world.first_day, world.users["accueil"]
    topics = {
        Topic.HOUSING: 14, Topic.RIGHTS: 22, Topic.INSERTION: 6, Topic.ENERGY: 6, Topic.APPOINTMENT: 12,
        Topic.DOCUMENTS: 22, Topic.MAIL: 8, Topic.OTHER: 10,
    }  # fmt: skip
    while day <= world.today:
        if day.weekday() < 5 and day not in closed:
            for channel in Channel:
                for _ in range(world.random.randint(5, 14)):
                    at = _moment(
                        day, time(world.random.choice((9, 10, 11, 14, 15, 16)), world.random.randint(0, 59))
                    )
                    topic = world.pick(topics)
                    if channel == Channel.CALL and topic in (Topic.DOCUMENTS, Topic.MAIL):
                        topic = Topic.APPOINTMENT
                    if at < world.now:
                        yield DeskContact(channel=channel, topic=topic, at=at, recorded_by=reception)
        day += timedelta(days=1)

"""A few days of one agent's agenda, as its two forms, calendar and table, both show them. Reads only; no request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from appointments.models import Absence, Appointment
from appointments.services import Diary, read_diary
from appointments.services.visits import Visit, visits_of
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.periods import Period
from cias.territory.services import closed_days

WORKING_DAYS = 5


def agents_shown_to(user: User) -> QuerySet[User]:
    """The agents whose agenda `user` may open, those who have left included."""
    agents = User.objects.filter(has_agenda=True)
    return agents if user.scope("agenda.view") == Scope.ALL else agents.filter(pk=user.pk)


@dataclass(frozen=True)
class Span:
    """One day, or the week around it. `first` is the Monday of a week."""

    day: date
    whole_week: bool

    @property
    def first(self) -> date:
        return self.day - timedelta(days=self.day.weekday()) if self.whole_week else self.day

    @property
    def last(self) -> date:
        """The Sunday of a week: what takes place on a Saturday is not forgotten."""
        return self.first + timedelta(days=6) if self.whole_week else self.day

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1)]

    def shifted(self, by: int) -> date:
        return self.first + timedelta(days=7 * by if self.whole_week else by)


@dataclass(frozen=True)
class AgentDay:
    """One day of the table. `rows`: each appointment, with what to know of it when it is a home visit."""

    day: date
    rows: list[tuple[Appointment, Visit | None]]
    absences: list[Absence]
    closed: str


@dataclass(frozen=True)
class Week:
    """`days` holds Monday to Friday, and the week-end's days when something takes place then."""

    agent: User
    days: list[AgentDay]
    diary: Diary

    @property
    def appointments(self) -> Iterator[Appointment]:
        return (row for one in self.days for row, _visit in one.rows)


def read_week(*, user: User, agent: User, span: Span) -> Week:
    """What `user` may know of that agent's time; a fixed number of queries."""
    start, after = Period(span.first, span.last).bounds()
    rows = list(
        Appointment.objects.in_agenda(user)
        .of_agent(agent)
        .filter(start__gte=start, start__lt=after)
        .with_people()
        .order_by("start", "pk")
    )
    diary = read_diary([agent], span.first, span.last, appointments=rows)
    visits = visits_of(user, rows)
    closed = closed_days(span.first, span.last)
    busy = {timezone.localdate(row.start) for row in rows}
    shown = [day for day in span.days if day.weekday() < WORKING_DAYS or day in busy or not span.whole_week]
    return Week(agent, [_day(day, rows, visits, diary.absences[agent.pk], closed) for day in shown], diary)


def _day(
    day: date,
    rows: list[Appointment],
    visits: dict[UUID, Visit],
    absences: list[Absence],
    closed: dict[date, str],
) -> AgentDay:
    start, after = Period(day, day).bounds()
    return AgentDay(
        day=day,
        rows=[(row, visits.get(row.pk)) for row in rows if start <= row.start < after],
        absences=[one for one in absences if _share(one.start, one.end, start, after)],
        closed=closed.get(day, ""),
    )


def _share(start: datetime, end: datetime, first: datetime, after: datetime) -> bool:
    return start < after and end > first

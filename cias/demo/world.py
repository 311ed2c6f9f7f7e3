"""What the generators share: one source of chance, one "today", the people and places already made."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from cias.accounts.models import User
from cias.core.calendar import is_working_day
from cias.core.periods import PARIS
from cias.territory.models import Commune
from households.models import Household, Person


@dataclass
class File:
    """A household with the members alive in it, its référent, and the days between which it is open."""

    household: Household
    persons: list[Person]
    referent: User | None
    opened_on: date
    closed_on: date | None
    main_resource: str = ""
    children: int = 0

    def is_open_on(self, day: date) -> bool:
        return self.opened_on <= day and (self.closed_on is None or day <= self.closed_on)


@dataclass
class World:
    random: Random
    today: date
    now: datetime
    years: int
    users: dict[str, User]
    communes: list[Commune]
    files: list[File] = field(default_factory=list)
    seed: int = 1

    @property
    def first_day(self) -> date:
        """The agendas start on 1 January, `years` years back."""
        return date(self.today.year - self.years + 1, 1, 1)

    @property
    def workers(self) -> list[User]:
        return [user for key, user in self.users.items() if key.startswith("ts")]

    def pick[T](self, weights: dict[T, int]) -> T:
        """One key, as often as its weight says."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def morning(self, days_ago: int) -> datetime:
        """Twenty past ten on the last working day at least `days_ago` days back, or now if that is still to come."""
        day = self.today - timedelta(days=days_ago)
        while not is_working_day(day):
            day -= timedelta(days=1)
        return min(datetime.combine(day, time(10, 20), PARIS), self.now)

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

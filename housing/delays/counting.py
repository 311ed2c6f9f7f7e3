"""How the delays are counted: dates in, dates and a sentence out, no database.

Months run from quantième to quantième (CPC, art. 641, al. 2), days and weeks without the day of the act (al. 1). Only a
delay whose row says so runs to the next working day (CPC, art. 642): an earliest date, a silence, or a date that the
household had better not wait for, do not. Every date is indicative: the act that was served is what counts.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cias.core.deadlines import ONE_DAY, add_days, add_months, roll_to_working_day
from cias.core.french import date_short
from housing.delays.enums import DelayUnit
from housing.models.delays import LegalDelay, WinterTruce

DAYS_IN_A_WEEK = 7


class Nature(StrEnum):
    """What a date is to the household."""

    ACT = "act"  # the last day to act
    EARLIEST = "earliest"  # nothing can happen before
    LONGEST = "longest"  # a judge can grant no more; nobody has to act
    SHORTEST = "shortest"  # nor less


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One date that follows from an act. `since` is the day of that act, `why` the count in words.

    `alert_on` is the day from which it is worth an agent's attention; None for what nobody has to act upon.
    """

    code: str
    label: str
    due: date
    since: date
    why: str
    source: str
    to_check: bool = False
    nature: Nature = Nature.ACT
    alert_on: date | None = None
    is_open: bool = True
    # Once the day is past nobody can act upon it any more: it is told, and no longer late.
    lapses: bool = False


class RuleBook:
    """The reference data, read once for as many files as there are."""

    def __init__(self, delays: Iterable[LegalDelay], truces: Iterable[WinterTruce] = ()) -> None:
        self.delays, self.truces = list(delays), list(truces)

    @classmethod
    def load(cls) -> "RuleBook":
        return cls(LegalDelay.objects.all(), WinterTruce.objects.all())

    def find(self, code: str, on: date, lease: date | None = None) -> LegalDelay | None:
        """The version in force on `on`. When it hangs on the lease and nobody knows its date, the shortest one."""
        rows = [row for row in self.delays if row.code == code and row.is_in_force(on)]
        if lease is not None:
            rows = [row for row in rows if row.is_for_lease(lease)]
        return min(rows, key=lambda row: after(row, on), default=None)

    def truce(self, day: date) -> "Truce | None":
        """The winter truce `day` falls in."""
        return next((one for one in self.truces_between(day, day) if one.first <= day <= one.last), None)

    def truces_between(self, first: date, last: date) -> Sequence["Truce"]:
        """The truces that touch the days from `first` to `last`, in their order."""
        return [
            one for one in self._truces(first.year - 1, last.year) if one.first <= last and one.last >= first
        ]

    def _truces(self, first: int, last: int) -> Iterator["Truce"]:
        for year in range(first, last + 1):
            for row in self.truces:
                begins = _day(year, row.first_month, row.first_day)
                if row.is_in_force(begins):
                    yield Truce(begins, _day(year + 1, row.last_month, row.last_day), row)


@dataclass(frozen=True)
class Truce:
    """One winter: both days are protected."""

    first: date
    last: date
    rule: WinterTruce


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def after(delay: LegalDelay, start: date) -> date:
    """The last day of a delay opened by an act of the day `start`, before any report to a working day."""
    match delay.unit:
        case DelayUnit.MONTHS:
            return add_months(start, delay.value)
        case DelayUnit.WEEKS:
            return add_days(start, DAYS_IN_A_WEEK * delay.value)
    return add_days(start, delay.value)


def before(delay: LegalDelay, day: date) -> date:
    """The last day to act when at least the delay must separate the act from `day`."""
    match delay.unit:
        case DelayUnit.MONTHS:
            return add_months(day, -delay.value)
        case DelayUnit.WEEKS:
            return day - DAYS_IN_A_WEEK * delay.value * ONE_DAY
    return day - delay.value * ONE_DAY


def run(
    delay: LegalDelay, start: date, *, label: str, act: str, nature: Nature = Nature.ACT, is_open: bool = True
) -> Deadline:
    """The deadline of a delay that runs from an act of the day `start`; `act` is « le commandement de payer »."""
    end = after(delay, start)
    due = roll_to_working_day(end) if delay.rolls else end
    why = f"{delay.length} après {act} du {date_short(start)}"
    if delay.leases:
        why = f"{why} ({delay.leases})"
    if due != end:
        why = f"{why}, reporté du {date_short(end)} au jour ouvrable suivant (CPC, art. 642)"
    return _deadline(delay, label, due, start, why, nature, is_open)


def run_back(
    delay: LegalDelay, day: date, *, label: str, act: str, since: date, is_open: bool = True
) -> Deadline:
    """The last day to act, the delay counted back from `day`; `act` is « l’audience »."""
    why = f"{delay.length} au moins avant {act} du {date_short(day)}"
    return _deadline(delay, label, before(delay, day), since, why, Nature.ACT, is_open)


def _deadline(
    delay: LegalDelay, label: str, due: date, since: date, why: str, nature: Nature, is_open: bool
) -> Deadline:
    to_act = nature in (Nature.ACT, Nature.EARLIEST)
    return Deadline(
        code=delay.code,
        label=label,
        due=due,
        since=since,
        why=why,
        source=delay.source,
        to_check=delay.is_to_check,
        nature=nature,
        alert_on=due - delay.alert_days * ONE_DAY if to_act else None,
        is_open=is_open,
    )

"""Legal delays: plain dates in, plain dates out.

The lengths of the delays are dated reference data; only the way of counting lives here.

- Months run from quantième to quantième; without the same quantième, the delay ends with the month
  (Code de procédure civile, art. 641, al. 2).
- Days are counted without the day of the act, *dies a quo* (CPC, art. 641, al. 1).
- A delay that would end on a Saturday, a Sunday or a public holiday runs to the next working day
  (CPC, art. 642).
- Before the administrative courts the delay is *franc*: its last day does not count either (two months from
  the notification, Code de justice administrative, art. R. 421-1, as counted by the Conseil d’État).
- The delay at the end of which an authority's silence is a decision starts when it receives the request
  (Code des relations entre le public et l’administration, art. L. 231-1 and L. 114-3); nothing there extends
  it to a working day: use `add_months` alone.
"""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from cias.core.calendar import is_working_day

ONE_DAY = timedelta(days=1)
DAYS_TOLD_IN_DAYS = 60
MONTHS_TOLD_IN_MONTHS = 24


def add_months(day: date, months: int) -> date:
    """`day` plus `months` (may be negative): same quantième, or the end of the month (CPC, art. 641)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(act: date, days: int) -> date:
    """Last day of a delay of `days` days opened by an act of the day `act`, not counted (CPC, art. 641).

    Raises ValueError when `days` is negative.
    """
    if days < 0:
        raise ValueError("Un délai en jours ne peut pas être négatif.")
    return act + timedelta(days=days)


def roll_to_working_day(day: date) -> date:
    """`day`, or the first working day after it (CPC, art. 642).

    Pentecost Monday stays a legal holiday even where it is worked, so the local switch has no effect here.
    """
    while not is_working_day(day):
        day += ONE_DAY
    return day


def legal_deadline(act: date, *, months: int = 0, days: int = 0, franc: bool = False) -> date:
    """Last day to act when the delay started by an act of the day `act` runs for `months` then `days`.

    Months are counted first (CPC, art. 641), a *délai franc* leaves its own last day out (appeals before the
    administrative courts), and the result is a working day (CPC, art. 642).
    Raises ValueError when a length is negative.
    """
    if months < 0:
        raise ValueError("Un délai en mois ne peut pas être négatif.")
    end = add_days(add_months(act, months), days)
    return roll_to_working_day(end + ONE_DAY if franc else end)


def end_of_month(day: date) -> date:
    """Last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


class DueStatus(StrEnum):
    """Where today stands towards a due date; the values are stable, the labels are what users read."""

    LATE = "late"
    SOON = "soon"
    OK = "ok"

    @property
    def label(self) -> str:
        return {"late": "En retard", "soon": "À échéance proche", "ok": "Dans les temps"}[self.value]


def due_status(due: date, today: date, *, soon_days: int = 7) -> DueStatus:
    """LATE once `due` is past, SOON from `soon_days` days before it to the day itself, otherwise OK."""
    if due < today:
        return DueStatus.LATE
    return DueStatus.SOON if (due - today).days <= soon_days else DueStatus.OK


def due_label(due: date, today: date) -> str:
    """French distance to a due date: « 3 jours de retard », « aujourd’hui », « demain », « dans 3 mois »."""
    if due == today:
        return "aujourd’hui"
    if due == today + ONE_DAY:
        return "demain"
    length = distance(min(due, today), max(due, today))
    return f"dans {length}" if due > today else f"{length} de retard"


def distance(first: date, last: date) -> str:
    """« 3 jours », « 8 mois », « 2 ans »: from one day to a later one."""
    days = (last - first).days
    if days <= DAYS_TOLD_IN_DAYS:
        return f"{days} jour{'s' if days > 1 else ''}"
    months = (last.year - first.year) * 12 + last.month - first.month
    if add_months(first, months) > last:
        months -= 1
    if months < MONTHS_TOLD_IN_MONTHS:
        return f"{months} mois"
    return f"{months // 12} ans"

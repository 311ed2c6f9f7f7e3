"""Is the analysis of the mandate due? (CASF R123-1: the civil year that follows each municipal renewal.)"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from abs_reports.enums import ReportKind
from abs_reports.models import MunicipalElection, Report
from abs_reports.writing.enums import Audience


@dataclass(frozen=True)
class Reminder:
    """`level` is "info" before the year it is due, "soon" during that year, "late" after."""

    election: MunicipalElection
    due_year: int
    level: str


def reminder(today: date) -> Reminder | None:
    """What the direction is told as long as the mandate's analysis has not been presented; None afterwards."""
    election = MunicipalElection.objects.filter(on__lte=today).first()
    if election is None or _presented(election):
        return None
    due = election.due_year
    level = "info" if today.year < due else "soon" if today.year == due else "late"
    return Reminder(election, due, level)


def _presented(election: MunicipalElection) -> bool:
    """A published edition of mandate went before the board from the first day of the year it is due."""
    first = date(election.due_year, 1, 1)
    seen = Q(deliberation_date__gte=first) | Q(
        restitutions__audience=Audience.BOARD, restitutions__on__gte=first
    )
    return Report.objects.published().filter(seen, kind=ReportKind.BASE).exists()

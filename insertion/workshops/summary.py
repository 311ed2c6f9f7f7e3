"""The workshops in the printed summary of a household."""

from collections.abc import Iterator

from cias.accounts.models import User
from cias.core.french import date_short, duration
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table, summary
from households.file import may_read_content
from households.models import Household
from insertion.models import WorkshopRegistration
from insertion.workshops.enums import RegistrationState, SessionState


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "insertion.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = WorkshopRegistration.objects.filter(household=request.subject).exclude(
        state=RegistrationState.WITHDRAWN
    )
    if request.person is not None:
        rows = rows.filter(person=request.person)
    yield Table(
        title="Ateliers et actions collectives",
        header=("Le", "Atelier", "Personne", "Durée", "Présence"),
        rows=[
            (
                date_short(row.session.start),
                row.session.workshop.name,
                request.hide(row.who),
                duration(row.session.minutes),
                _state(row),
            )
            for row in rows.select_related("person", "session__workshop").order_by("-session__start")
        ],
    )


def _state(row: WorkshopRegistration) -> str:
    if row.session.state == SessionState.CANCELLED:
        return "Séance annulée"
    return str(row.get_attendance_display() if row.attendance else row.get_state_display())


def register() -> None:
    summary.register(
        "ateliers", SummarySection(title="Ateliers", position=92, may_read=may_read, blocks=blocks)
    )

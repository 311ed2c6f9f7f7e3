"""The appointments in the printed summary of a file."""

from collections.abc import Iterator

from django.utils import timezone

from appointments.models import Appointment
from appointments.rules import reason_label
from cias.accounts.models import User
from cias.core.french import date_short, time_fr
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table, summary
from households.models import Household


def may_read(household: Household, user: User) -> bool:
    return user.has_perm("agenda.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    """To come, then past; the reason as the reader knows it."""
    rows = Appointment.objects.for_user(request.user).filter(household=request.subject)
    if request.person is not None:
        rows = rows.filter(person=request.person) | rows.filter(person=None)
    listed = list(request.known(rows, "start__date").select_related("agent", "reason").order_by("-start"))
    now = timezone.now()
    header = ("Le", "À", "Avec", "Motif", "Lieu", "État")
    for title, kept in (
        ("Rendez-vous à venir", [row for row in reversed(listed) if row.start > now]),
        ("Rendez-vous passés", [row for row in listed if row.start <= now]),
    ):
        yield Table(title=title, header=header, rows=[_line(row, request.user) for row in kept])


def _line(row: Appointment, user: User) -> tuple[str, ...]:
    return (
        date_short(row.start),
        time_fr(row.start),
        row.agent.full_name,
        reason_label(user, row),
        row.get_place_display(),
        row.get_status_display(),
    )


def register() -> None:
    summary.register(
        "rendez_vous", SummarySection(title="Rendez-vous", position=60, may_read=may_read, blocks=blocks)
    )

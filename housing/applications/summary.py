"""Requests for social housing and DALO appeals in the printed summary of a household."""

from collections.abc import Iterator

from cias.accounts.models import User
from cias.core import registry
from cias.core.french import date_short
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table
from households.file import may_read_content
from households.models import Household
from housing.models import DaloAppeal, HousingApplication


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "applications.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = HousingApplication.objects.for_user(request.user).filter(household=request.subject)
    yield Table(
        title="Demandes de logement social",
        header=("Numéro unique", "Déposée", "À renouveler", "État"),
        rows=[
            (
                row.number or "—",
                date_short(row.filed_on) if row.filed_on else "—",
                date_short(row.renewal_due_on) if row.renewal_due_on else "—",
                row.get_state_display(),
            )
            for row in request.known(rows, "opened_on")
        ],
    )
    appeals = DaloAppeal.objects.for_user(request.user).filter(household=request.subject)
    yield Table(
        title="Recours DALO",
        header=("Motif", "Reçu", "État"),
        rows=[
            (
                row.get_ground_display(),
                date_short(row.filed_on) if row.filed_on else "—",
                row.get_state_display(),
            )
            for row in request.known(appeals, "created_at__date")
        ],
    )


def register() -> None:
    registry.summary.register(
        "logement_social",
        SummarySection(title="Accès au logement", position=84, may_read=may_read, blocks=blocks),
    )

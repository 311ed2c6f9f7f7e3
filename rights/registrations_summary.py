"""The rights files in the printed summary of a household."""

from collections.abc import Iterator

from cias.accounts.models import User
from cias.core.french import date_short, euros
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table, summary
from households.file import may_read_content
from households.models import Household
from rights import copying
from rights.models import RightsFile


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "rights.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = RightsFile.objects.for_user(request.user).filter(household=request.subject)
    if request.person is not None:
        rows = rows.filter(applicant=request.person)
    yield Table(
        title="Dossiers de droits",
        header=("Numéro", "Droit", "Demandeur", "État", "Décision", "Montant mensuel"),
        numbers=(5,),
        rows=[
            _line(row, request)
            for row in rows.select_related("right", "applicant").order_by("-opened_on", "-number")
        ],
    )


def _line(row: RightsFile, request: SummaryRequest) -> tuple[str, ...]:
    decision = f"{row.get_decision_display()} le {date_short(row.decision_on)}" if row.decision_on else "—"
    return (
        row.number,
        row.title,
        request.hide(row.applicant.full_name),
        row.get_state_display(),
        decision,
        euros(row.amount) if row.amount is not None else "—",
    )


def register() -> None:
    """The summary of a file, and what the copy for the person leaves out."""
    copying.declare()
    summary.register("droits", SummarySection(title="Droits", position=70, may_read=may_read, blocks=blocks))

"""The stays in the printed summary of a household."""

from collections.abc import Iterator

from cias.accounts.models import User
from cias.core import registry
from cias.core.french import date_short, euros
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table
from households.file import may_read_content
from households.models import Household
from housing.models import LodgingRequest, Stay


def may_read(household: Household, user: User) -> bool:
    return user.has_perm("housing.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    stays = request.known(Stay.objects.for_user(request.user).filter(household=request.subject), "start")
    yield Table(
        title="Séjours",
        header=("Dispositif", "Place", "Du", "Au", "Participation", "Sortie"),
        numbers=(4,),
        rows=[
            (
                stay.get_scheme_display(),
                str(stay.place),
                date_short(stay.start),
                date_short(stay.end) if stay.end else f"prévu le {date_short(stay.planned_end)}",
                euros(stay.contribution),
                stay.get_outcome_display() or "—",
            )
            for stay in stays.select_related("place__dwelling")
        ],
    )
    if not may_read_content(request.user, request.subject, "lodging.view"):
        return
    requests = LodgingRequest.objects.for_user(request.user).filter(household=request.subject)
    yield Table(
        title="Demandes d’hébergement",
        header=("Demandée le", "Dispositif souhaité", "Personnes", "État"),
        numbers=(2,),
        rows=[
            (
                date_short(row.requested_on),
                row.get_scheme_display() or "Indifférent",
                str(row.persons),
                row.get_state_display(),
            )
            for row in request.known(requests, "requested_on").order_by("-requested_on")
        ],
    )


def register() -> None:
    registry.summary.register(
        "logement", SummarySection(title="Logement", position=80, may_read=may_read, blocks=blocks)
    )

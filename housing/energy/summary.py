"""The programme in the printed summary of a household."""

from collections.abc import Iterator

from cias.accounts.models import User
from cias.core import registry
from cias.core.french import date_short
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table
from households.file import may_read_content
from households.models import Household
from housing.models import EnergyFile, EnergyOrientation


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "energy.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    files = EnergyFile.objects.for_user(request.user).filter(household=request.subject)
    files = request.known(files, "reported_on")
    yield Table(
        title="Visites énergie (SLIME)",
        header=("Numéro", "Signalé le", "Motifs", "État", "Dernière visite"),
        rows=[
            (
                file.number,
                date_short(file.reported_on),
                ", ".join(file.ground_labels),
                file.get_state_display(),
                date_short(file.visited_on) if file.visited_on else "—",
            )
            for file in files
        ],
    )
    orientations = EnergyOrientation.objects.for_user(request.user).filter(file__in=files)
    yield Table(
        title="Orientations énergie",
        header=("Orientation", "Proposée le", "État", "Résultat"),
        rows=[
            (
                row.get_kind_display(),
                date_short(row.proposed_on),
                row.get_state_display(),
                request.hide(row.result) or "—",
            )
            for row in request.known(orientations, "proposed_on")
        ],
    )


def register() -> None:
    registry.summary.register(
        "energie", SummarySection(title="Énergie", position=86, may_read=may_read, blocks=blocks)
    )

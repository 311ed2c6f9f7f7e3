"""What access to rights adds to the list of households."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask
from households.listing import add_domain_filter
from rights.enums import FileState
from rights.models import RightsFile
from rights.states import ACTIVE

IN_PROGRESS, RUNNING, NOTHING = "en-cours", "ouvert", "aucun"
CHOICES = (
    ("", "Indifférent"),
    (IN_PROGRESS, "Demande en cours"),
    (RUNNING, "Droit ouvert"),
    (NOTHING, "Ni demande en cours ni droit ouvert"),
    ("Un dossier à l’état", [(state.value, state.label) for state in ACTIVE]),
)


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    files = RightsFile.objects.filter(household=OuterRef("pk"))
    asked, running = files.in_progress(), files.filter(state__in=(FileState.OPEN, FileState.RENEWING))
    if value == NOTHING:
        return rows.exclude(Exists(asked)).exclude(Exists(running))
    wanted = {IN_PROGRESS: asked, RUNNING: running}
    return rows.filter(Exists(wanted[value] if value in wanted else files.filter(state=value)))


def register() -> None:
    add_domain_filter(
        code="droits", label="Accès aux droits", choices=CHOICES, apply=_apply, right="rights.overview"
    )

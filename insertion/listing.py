"""What insertion adds to the list of households."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask
from households.listing import add_domain_filter
from insertion.models import EngagementContract, Orientation
from insertion.pathways import running

RUNNING, CONTRACT, TO_SIGN, EXPIRED, NOBODY, NOTHING = (
    "en-cours", "contrat", "sans-contrat", "echu", "sans-referent", "aucun",
)  # fmt: skip
CHOICES = (
    ("", "Indifférent"),
    (RUNNING, "Orientation en cours"),
    (CONTRACT, "Contrat en cours"),
    (TO_SIGN, "Orientation sans contrat signé"),
    (EXPIRED, "Contrat échu, à renouveler"),
    (NOBODY, "Orientation sans référent unique"),
    (NOTHING, "Sans orientation en cours"),
)


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    """States, as the deadlines of a pathway tell them: of one member at least."""
    pathways = running(Orientation.objects.overview(ask.user), ask.today).filter(household=OuterRef("pk"))
    signed = EngagementContract.objects.signed().filter(orientation=OuterRef("pk"))
    in_force = Exists(signed.filter(end__gte=ask.today))
    asked = {
        RUNNING: pathways,
        CONTRACT: pathways.filter(in_force),
        TO_SIGN: pathways.filter(~Exists(signed)),
        EXPIRED: pathways.filter(Exists(signed), ~in_force),
        NOBODY: pathways.filter(referent__isnull=True),
    }
    return rows.filter(Exists(asked[value])) if value in asked else rows.exclude(Exists(pathways))


def register() -> None:
    add_domain_filter(
        code="rsa", label="Suivi RSA", choices=CHOICES, apply=_apply, right="insertion.overview"
    )

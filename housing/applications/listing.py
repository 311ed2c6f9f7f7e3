"""What access to housing adds to the list of households."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask
from households.listing import add_domain_filter
from housing.applications.enums import ApplicationState
from housing.models import DaloAppeal, HousingApplication

RUNNING, RENEW, DALO, NONE = "en-cours", "a-renouveler", "dalo", "aucune"
CHOICES = (
    ("", "Indifférent"),
    (RUNNING, "Demande en cours"),
    (RENEW, "Demande à renouveler"),
    (DALO, "Recours DALO en cours"),
    (NONE, "Aucune demande en cours"),
    ("Une demande à l’état", list(ApplicationState.choices)),
)


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    asked = HousingApplication.objects.filter(household=OuterRef("pk"))
    if value == NONE:
        return rows.exclude(Exists(asked.running()))
    wanted: dict[str, QuerySet[Any]] = {
        RUNNING: asked.running(),
        RENEW: asked.running().filter(renewal_alert_on__lte=ask.today),
        DALO: DaloAppeal.objects.running().filter(household=OuterRef("pk")),
    }
    return rows.filter(Exists(wanted[value] if value in wanted else asked.filter(state=value)))


def register() -> None:
    add_domain_filter(
        code="logement-social",
        label="Logement social",
        choices=CHOICES,
        apply=_apply,
        right="applications.overview",
    )

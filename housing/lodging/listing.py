"""What housing adds to the list of households."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask
from households.listing import add_domain_filter
from housing.lodging.dates import rules_on
from housing.models import Stay

HOUSED, ENDING, OVERDUE, COMING, LEFT, NEVER = (
    "en-cours", "a-renouveler", "depasse", "a-venir", "sorti", "jamais",
)  # fmt: skip
CHOICES = (
    ("", "Indifférent"),
    (HOUSED, "Séjour en cours"),
    (ENDING, "Séjour en cours, contrat à renouveler ou terminer"),
    (OVERDUE, "Séjour en cours, contrat dépassé"),
    (COMING, "Entrée à venir"),
    (LEFT, "Sorti d’hébergement"),
    (NEVER, "Jamais hébergé par le CIAS"),
)


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    """The CIAS has few places: who lives in one has an address, and a hidden one answers no question (C3)."""
    shown = rows.filter(address_hidden=False)
    stays = Stay.objects.for_user(ask.user).filter(household=OuterRef("pk"))
    present = stays.current(ask.today)
    asked = {
        HOUSED: present,
        ENDING: present.ending(rules_on(ask.today).values(), ask.today),
        OVERDUE: present.overdue(ask.today),
        COMING: stays.filter(start__gt=ask.today),
    }
    if value == LEFT:
        return shown.filter(Exists(stays.filter(end__lt=ask.today))).exclude(Exists(present))
    return shown.filter(Exists(asked[value])) if value in asked else shown.exclude(Exists(stays))


def register() -> None:
    add_domain_filter(
        code="hebergement", label="Hébergement", choices=CHOICES, apply=_apply, right="housing.view"
    )

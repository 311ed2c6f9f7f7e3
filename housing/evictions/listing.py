"""What eviction prevention adds to the list of households."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask
from households.listing import add_domain_filter
from housing.evictions.states import STAGES
from housing.models import EvictionFile

OPEN, NEVER = "en-cours", "aucune"
CHOICES = (
    ("", "Indifférent"),
    (OPEN, "Procédure en cours"),
    *((code, label) for code, (label, _kinds) in STAGES.items()),
    (NEVER, "Aucune procédure connue"),
)


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    files = EvictionFile.objects.filter(household=OuterRef("pk"))
    if value == NEVER:
        return rows.exclude(Exists(files))
    if value == OPEN:
        return rows.filter(Exists(files.open()))
    return rows.filter(Exists(files.filter(stage__in=[kind.value for kind in STAGES[value][1]])))


def register() -> None:
    add_domain_filter(
        code="expulsion", label="Expulsion", choices=CHOICES, apply=_apply, right="evictions.overview"
    )

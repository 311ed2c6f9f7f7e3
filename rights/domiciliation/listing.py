"""What domiciliation adds to the list of households."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask
from households.listing import add_domain_filter
from rights.domiciliation.lists import condition
from rights.models import Domiciliation

NOBODY = "personne"
# The lists of the page of domiciliation that say something of a household.
CHOICES = (
    ("", "Indifférent"),
    ("en-cours", "Attestation valable"),
    ("a-decider", "Demande à décider"),
    ("sans-nouvelles", "Sans nouvelles"),
    ("a-renouveler", "À renouveler"),
    ("echues", "Attestation échue, ni renouvelée ni terminée"),
    (NOBODY, "Personne n’est domicilié"),
)


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    boxes = Domiciliation.objects.filter(household=OuterRef("pk"))
    if value == NOBODY:
        return rows.exclude(Exists(boxes.filter(condition("en-cours", ask.today))))
    return rows.filter(Exists(boxes.filter(condition(value, ask.today))))


def register() -> None:
    add_domain_filter(
        code="domiciliation", label="Domiciliation", choices=CHOICES, apply=_apply, right="rights.overview"
    )

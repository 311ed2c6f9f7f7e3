"""What insertion adds to the list of households."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask, Filter
from households.listing import HOUSEHOLDS, OTHER_DOMAINS
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
    HOUSEHOLDS.add(
        Filter(
            code="rsa",
            label="Suivi RSA",
            field=lambda user: forms.ChoiceField(choices=CHOICES),
            apply=_apply,
            group=OTHER_DOMAINS,
            right="insertion.overview",
        )
    )

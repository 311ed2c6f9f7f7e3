"""What estimates contribute to a household's file, to the list of households, to figures and to merges."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.paths import path_to
from cias.core.registry import Action
from cias.lists.definition import Ask
from households.enums import Domain
from households.listing import add_domain_filter
from households.models import Household
from rights.estimates import statistics
from rights.estimates.enums import EstimatedKind, EstimateState
from rights.models import EstimatedRight

ANY = "un"
CHOICES = (
    ("", "Indifférent"),
    (ANY, "Au moins un droit probable"),
    ("Un droit précis", EstimatedKind.choices),
)


def actions(household: Household, user: User) -> Iterator[Action]:
    if household.closed_on is None and user.has_perm("rights.edit"):
        yield Action(
            label="Vérifier les droits non demandés",
            icon="bi-calculator",
            domain=Domain.RIGHTS,
            group="Droits",
            url=path_to("rights:estimate", household.pk),
        )


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    probable = EstimatedRight.objects.filter(estimate__household=OuterRef("pk"), state=EstimateState.PROBABLE)
    return rows.filter(Exists(probable if value == ANY else probable.filter(kind=value)))


def register() -> None:
    registry.actions.register("rights.estimates", actions)
    statistics.register()
    # Both were made of households that are one now: the survivor's is kept until it is computed again.
    merging.move_or_set_aside("rights.RightsEstimate.household")
    merging.move_or_set_aside("rights.EstimateRun.household")
    add_domain_filter(
        code="non-demandes",
        label="Droits non demandés",
        choices=CHOICES,
        apply=_apply,
        right="rights.edit",
    )

"""The household's situation (H3): dated snapshots, past ones never overwritten."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.territory.models import Commune
from households.models import Household, Situation
from households.services.dated import ended_before, follow
from households.services.persons import lock_household


class SituationFacts(TypedDict, total=False):
    """A Situation without its place; codes of households.enums, "" and None where it is not known."""

    family_type: str
    adults: int | None
    children: int | None
    housing_status: str
    activity: str
    income_band: str
    main_resource: str


class SituationValues(SituationFacts, total=False):
    """All the fields of a Situation."""

    commune: Commune | None
    off_territory: bool


@transaction.atomic
def change_situation(
    *, by: User, household: Household, on: date, **values: Unpack[SituationValues]
) -> Situation:
    """What is true of the household from `on`; fields left out stay as they were.

    A new snapshot only when something changed: the previous one then ends the day before. A change on the day
    the present snapshot began corrects it. Raises ValidationError when a more recent snapshot exists.
    """
    lock_household(household)
    latest = household.situations.order_by("-start").first()
    with signed_by(by), typed_violations():
        if latest is None or ended_before(latest, on):
            return Situation.objects.create(household=household, start=on, **values)
        if all(getattr(latest, name) == value for name, value in values.items()):
            return latest
        return follow(latest, on, **values)

"""What the direction may not know of counts nowhere on its dashboard (C3)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from households.enums import ProtectionReason
from households.models import Household
from households.services import protect_household
from housing.evictions.chronology import HEARING
from housing.models import EvictionDeadline
from tests.dashboard.test_steering import COUNTED_NOW, figures_of
from tests.factories import (
    AidRequestFactory,
    AppointmentFactory,
    DomiciliationFactory,
    ElectionFactory,
    EnergyFileFactory,
    EvictionFileFactory,
    HouseholdFactory,
    HousingApplicationFactory,
    LodgingRequestFactory,
    OrientationFactory,
    RightsFileFactory,
    StayFactory,
)

PAGE = reverse("dashboard:steering")
# What the file below is counted in, once for each list of the page that reads other rows.
COUNTED = {
    "Audiences d’expulsion à venir", "Demandes de logement social non renouvelées", "Contrats d’hébergement échus",
    "Décisions d’aide à notifier", "Domiciliations à décider", "dossiers transmis", "Délai d’instruction des droits",
    "Absences", "Dossiers de droits", "Ménages en attente d’hébergement", "Ménages à contacter (SLIME)",
    "Rendez-vous", "Premiers rendez-vous à donner", "Délai du premier rendez-vous",
}  # fmt: skip
pytestmark = pytest.mark.django_db


def everything_late(agent: User) -> Household:
    """A household with a line in each list of what is past or to be watched."""
    today = timezone.localdate()
    household = HouseholdFactory(with_applicant=True)
    eviction = EvictionFileFactory(agent=agent, household=household)
    EvictionDeadline.objects.create(
        file=eviction, code=HEARING, due_on=today + timedelta(days=20), alert_on=today
    )
    HousingApplicationFactory(
        agent=agent, household=household,
        renewal_due_on=today - timedelta(days=3), renewal_alert_on=today - timedelta(days=60),
    )  # fmt: skip
    StayFactory(household=household, referent=agent, planned_end=today - timedelta(days=8))
    AidRequestFactory(household=household, granted=True)
    mail = DomiciliationFactory(household=household, person=household.memberships.get().person, agent=agent)
    ElectionFactory(domiciliation=mail, decision_due_on=today - timedelta(days=4))
    RightsFileFactory(agent=agent, household=household, transmitted=True, transmitted_on=today)
    RightsFileFactory(agent=agent, household=household, due_on=today - timedelta(days=3))
    LodgingRequestFactory(agent=agent, household=household)
    EnergyFileFactory(agent=agent, household=household)
    OrientationFactory(referent=agent, household=household)
    AppointmentFactory(
        agent=agent, household=household, start=timezone.now() - timedelta(days=1), missed=True
    )
    return household


def told(client) -> dict[str, list[object]]:
    """Each number of the page by its label."""
    context = client.get(PAGE, COUNTED_NOW).context
    found: dict[str, list[object]] = {}
    for figure in figures_of(context):
        found.setdefault(figure.label, []).append(figure.count)
    for one in context["indicators"]:
        found.setdefault(one.label, []).append((one.text, one.before))
    found["Absences"] = [(share.top.count, share.bottom.count) for _, share in context["absences"].lines]
    return found


@time_machine.travel("2026-11-24T10:21:00+01:00")
def test_a_file_closed_to_the_direction_counts_in_no_number(
    login, isabelle: User, claire: User, mehdi: User
) -> None:
    """But for the occupancy of the dwellings, which is one for all of them."""
    client = login(isabelle)
    nothing = told(client)
    household = everything_late(mehdi)
    counted = told(client)
    assert {label for label in COUNTED if counted.get(label) == nothing.get(label)} == set()
    protect_household(by=claire, household=household, reason=ProtectionReason.ELECTED)
    closed = told(client)
    assert {label: closed.get(label) for label in COUNTED} == {label: nothing.get(label) for label in COUNTED}

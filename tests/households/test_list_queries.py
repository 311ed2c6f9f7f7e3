"""Every list of the application's lists costs the same with three rows and with thirty, and little."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.lists.models import ExportRun, SavedView
from households.models import Household
from tests.client import StrictClient
from tests.factories import (
    EngagementContractFactory,
    HouseholdFactory,
    NoteFactory,
    OrientationFactory,
    PersonFactory,
    RightsFileFactory,
    SituationFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db
MOST = 12


def _households(number: int, agent: User) -> None:
    for _ in range(number):
        household = HouseholdFactory(with_applicant=True, with_referent=True)
        SituationFactory(household=household)
        NoteFactory(household=household, author=agent, themes=["budget"])


def _followed(number: int, agent: User) -> None:
    """Households every upper app knows something of."""
    for _ in range(number):
        household = HouseholdFactory(with_applicant=True, with_referent=True)
        StayFactory(household=household)
        EngagementContractFactory(orientation=OrientationFactory(household=household), signed=True)
        RightsFileFactory(open=True, household=household, agent=agent)


def _homonyms(number: int, agent: User) -> None:
    for rank in range(number):
        household = HouseholdFactory(with_referent=True)
        household.memberships.create(
            person=PersonFactory(birth_name="Kerbrat", first_names=f"Yann {rank}"), start=date(2026, 1, 5)
        )


def _views(number: int, agent: User) -> None:
    done = SavedView.objects.count()
    SavedView.objects.bulk_create(
        SavedView(owner=agent, listing="households", name=f"Vue {done + rank}", filters={"referent": ["moi"]})
        for rank in range(number)
    )


def _benefits(number: int, agent: User) -> None:
    for _ in range(number):
        household = HouseholdFactory(with_situation=True)
        RightsFileFactory(open=True, household=household, agent=agent)


def _exports(number: int, agent: User) -> None:
    for _ in range(number):
        ExportRun.objects.create(
            requested_by=agent, listing="households", columns=["numero"], file_format="csv", reason="Bilan"
        )


def _readings(number: int, agent: User) -> None:
    household = Household.objects.first() or HouseholdFactory()
    for _ in range(number):
        AccessLog.objects.create(user=agent, action=AccessAction.VIEW, subject_id=household.pk)


def get(address: str, query: str = "") -> Callable[[StrictClient], object]:
    return lambda client: client.get(reverse(address) + query)


LISTS = {
    "households": (_households, get("households:list"), "claire"),
    "households filtered": (
        _households,
        get(
            "households:list",
            "?age=65&logement=social_tenant&theme=budget&manque=contact&col=logement&col=membres",
        ),
        "claire",
    ),
    "households filtered by the apps above": (
        _followed,
        get("households:list", "?hebergement=en-cours&rsa=contrat&droits=ouvert"),
        "claire",
    ),
    "tabs of saved views": (_views, get("households:list", "?vue=aucune"), "claire"),
    "saved views": (_views, lambda client: client.get(reverse("lists:views", args=["households"])), "claire"),
    "register of beneficiaries": (_benefits, get("households:register"), "claire"),
    "exports": (_exports, get("lists:exports"), "claire"),
    "search": (
        _homonyms,
        lambda client: client.post(reverse("households:search"), {"q": "kerbrat"}),
        "nadege",
    ),
    "readings": (
        _readings,
        lambda client: client.get(reverse("households:readings", args=[Household.objects.first().pk])),
        "isabelle",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_thirty_rows_cost_as_many_queries_as_three(
    name: str, claire: User, request: pytest.FixtureRequest, login: Callable[[User], StrictClient]
) -> None:
    make, ask, who = LISTS[name]
    client = login(request.getfixturevalue(who))
    make(3, claire)
    ask(client)
    few, many = CaptureQueriesContext(connection), CaptureQueriesContext(connection)
    with few:
        ask(client)
    make(27, claire)
    with many:
        ask(client)
    assert len(many) <= len(few), [query["sql"][:120] for query in many]
    assert len(many) <= MOST, [query["sql"][:120] for query in many]

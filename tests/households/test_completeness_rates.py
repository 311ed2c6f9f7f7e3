"""How much is not filled in, and the way to what lacks it: the number is the list's (H2, S9)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from cias.accounts.models import User
from tests.client import StrictClient
from tests.factories import AssignmentFactory, HouseholdFactory, MembershipFactory, SituationFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
URL = reverse("households:completeness")


@pytest.fixture
def town(claire: User, mehdi: User) -> None:
    """Claire's: one whole but unreachable, one empty. Mehdi's: one empty, and one closed that counts nowhere."""
    for agent, is_whole, closed in (
        (claire, True, None),
        (claire, False, None),
        (mehdi, False, None),
        (mehdi, False, date(2026, 6, 1)),
    ):
        home = HouseholdFactory(
            closed_on=closed,
            closing_reason="moved" if closed else "",
            **({} if is_whole else {"commune": None}),
        )
        AssignmentFactory(household=home, agent=agent)
        MembershipFactory(household=home)
        if is_whole:
            SituationFactory(household=home)


def rates(page: object) -> dict[str, tuple[int, int]]:
    return {
        rate.label: (rate.missing, rate.total)
        for group in page.context["groups"].values()  # type: ignore[attr-defined]
        for rate in group
    }


def test_the_direction_sees_all_open_files_and_each_referent(
    town: None, isabelle: User, login: Login
) -> None:
    page = login(isabelle).get(URL)
    found = rates(page)
    assert found["Au moins une information"] == (3, 3)
    assert found["Commune"] == (2, 3)
    assert found["Activité"] == (2, 3)
    assert found["Référent principal"] == (0, 3)
    assert found["Date de naissance d’un membre"] == (0, 3)
    assert [(rate.label, rate.missing, rate.total) for rate in page.context["agents"]] == [
        ("Claire Vasseur", 2, 2),
        ("Mehdi Aouragh", 1, 1),
    ]
    assert rates(login(isabelle).get(f"{URL}?commune=inconnue"))["Commune"] == (2, 2)


def test_a_social_worker_sees_their_own(town: None, claire: User, mehdi: User, login: Login) -> None:
    page = login(claire).get(f"{URL}?referent={mehdi.pk}")
    assert rates(page)["Commune"] == (1, 2)
    assert page.context["agents"] == []


@pytest.mark.parametrize("who", ["claire", "isabelle"])
def test_each_number_is_that_of_the_list_it_leads_to(
    who: str, town: None, request: pytest.FixtureRequest, login: Login
) -> None:
    client = login(request.getfixturevalue(who))
    page = client.get(URL)
    for group in page.context["groups"].values():
        for rate in group:
            assert client.get(rate.url).context["page"].paginator.count == rate.missing, rate.label


def test_it_costs_the_same_whatever_the_number_of_agents(
    town: None, isabelle: User, login: Login, django_assert_max_num_queries: Callable
) -> None:
    client = login(isabelle)
    for _ in range(10):
        AssignmentFactory()
    with django_assert_max_num_queries(12):
        client.get(URL)

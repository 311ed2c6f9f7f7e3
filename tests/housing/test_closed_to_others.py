"""What stands behind the pages of housing: who may not enter a file, or read stays and dues, is told nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import RequestFactory
from django.urls import reverse

from cias.accounts.models import User
from households.enums import ProtectionReason
from households.letters.context import LetterContext
from households.services import protect_household
from housing.dues import services
from housing.dues.letter_keys import of_stay
from housing.dues.reading import month_rows
from housing.dues.views.months import _month_dues
from housing.lodging.forms.requests import ProposeForm
from housing.lodging.forms.stays import AdmitForm, CorrectForm
from housing.lodging.views.stays import _asked_place
from housing.models import Due, Proposal, Stay
from tests.factories import (
    HousingApplicationFactory,
    LodgingRequestFactory,
    PlaceFactory,
    ProposalFactory,
    StayContractFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db
SEPTEMBER, TODAY = date(2026, 9, 1), date(2026, 11, 24)


@pytest.fixture
def stay(claire: User) -> Stay:
    """Of a file closed to all but Claire, who called the month."""
    found = StayFactory()
    StayContractFactory(stay=found)
    services.call_month(by=claire, month=SEPTEMBER, on=SEPTEMBER)
    protect_household(by=claire, household=found.household, reason=ProtectionReason.ELECTED, agents=[claire])
    return found


class TestPlaces:
    """Chosen among those one may read."""

    def test_in_forms(self, claire: User, nadege: User) -> None:
        stay, request = StayFactory(), LodgingRequestFactory()

        def offered(user: User) -> list[list[object]]:
            forms = (
                ProposeForm(request=request, user=user),
                AdmitForm(user=user, today=TODAY),
                CorrectForm(user=user, stay=stay),
            )
            return [list(form.fields["place"].queryset) for form in forms]

        assert offered(claire) == [[stay.place]] * 3
        assert offered(nadege) == [[]] * 3

    def test_from_an_address(self, rf: RequestFactory, claire: User, nadege: User) -> None:
        place, request = PlaceFactory(), rf.get("/")
        request.GET = {"place": str(place.pk)}
        request.user = claire
        assert _asked_place(request) == place
        request.user = nadege
        assert _asked_place(request) is None

    def test_on_the_plan(self, claire: User, nadege: User) -> None:
        stay = StayFactory()
        assert list(Stay.objects.on_plan(claire)) == [stay]
        assert not Stay.objects.on_plan(nadege).exists()

    def test_a_proposal_on_the_plan_does_not_say_to_whom(self, claire: User, mehdi: User) -> None:
        household = ProposalFactory().request.household
        protect_household(by=claire, household=household, reason=ProtectionReason.ELECTED, agents=[claire])
        told = [Proposal.objects.on_plan(user).get().request.household for user in (claire, mehdi)]
        assert told[0] == household
        assert told[1] != household


class TestDues:
    def test_a_letter_says_nothing_of_the_stay(self, claire: User, mehdi: User, stay: Stay) -> None:
        value = of_stay(lambda found, _context: str(found.contribution))
        told = {user: value(LetterContext(stay.household, user, TODAY)) for user in (claire, mehdi)}
        assert told == {claire: "120.00", mehdi: ""}

    def test_no_notice_is_printed(self, rf: RequestFactory, claire: User, mehdi: User, stay: Stay) -> None:
        request = rf.get("/")
        request.user = claire
        assert _month_dues(request, SEPTEMBER) == [Due.objects.get()]
        request.user = mehdi
        assert _month_dues(request, SEPTEMBER) == []


class TestTwoRights:
    """Today the same roles hold both: each is asked for by itself, for the day when the matrix says otherwise."""

    def test_what_is_owed_is_not_told_with_where_one_stays(
        self, claire: User, stay: Stay, withdraw: Callable[[str], None]
    ) -> None:
        assert [row.due for row in month_rows(claire, SEPTEMBER, TODAY)] == [Due.objects.get()]
        withdraw("dues.view")
        assert [row.due for row in month_rows(claire, SEPTEMBER, TODAY)] == [None]

    def test_nor_the_request_it_came_from(self, login, claire, withdraw: Callable[[str], None]) -> None:
        stay = StayFactory()
        asked = LodgingRequestFactory(
            household=stay.household, stay=stay, state="housed", settled_on=stay.start
        )
        client, page = login(claire), reverse("housing:stay", args=[stay.pk])
        assert client.get(page).context["origin"] == asked
        withdraw("lodging.overview")
        assert client.get(page).context["origin"] is None

    def test_nor_a_request_of_housing_with_an_appeal(
        self, login, claire, withdraw: Callable[[str], None]
    ) -> None:
        asked = HousingApplicationFactory()
        client, page = login(claire), reverse("housing:dalo_create", args=[asked.household_id])
        assert list(client.get(page).context["requests"]) == [asked]
        withdraw("applications.overview")
        assert list(client.get(page).context["requests"]) == []

"""Opening, moving, handing over and closing a household's file."""

from datetime import date
from threading import Barrier, Thread

import pghistory.models
import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from households.enums import AssignmentRole, HousingStatus, MemberRole
from households.models import Assignment, Household, NumberSeries
from households.services import (
    AddressData,
    PersonData,
    assign_referent,
    change_situation,
    close_household,
    end_assignment,
    move_household,
    open_household,
    reopen_household,
    take_number,
)
from tests.factories import CommuneFactory, HouseholdFactory, UserFactory
from tests.households.people import INES

pytestmark = pytest.mark.django_db


@pytest.fixture
def da_silva(claire: User) -> Household:
    return open_household(
        by=claire, applicant=INES, opened_on=date(2024, 3, 4), commune=CommuneFactory(luce=True)
    )


class TestOpening:
    def test_a_first_call_needs_a_name_only(self, nadege: User) -> None:
        household = open_household(
            by=nadege, applicant=PersonData(birth_name="Le Goff"), opened_on=date(2026, 11, 24)
        )
        assert household.number == "M-2026-00001"
        assert household.name == "Le Goff"
        assert household.sort_key == "le goff"
        membership = household.memberships.get()
        assert (membership.role, membership.start, membership.end) == (
            MemberRole.APPLICANT,
            date(2026, 11, 24),
            None,
        )

    def test_the_first_situation_carries_the_commune(self, da_silva: Household) -> None:
        situation = da_silva.situations.get()
        assert situation.commune == da_silva.commune
        assert situation.start == da_silva.opened_on
        assert situation.housing_status == HousingStatus.UNKNOWN

    def test_what_is_already_known_goes_into_the_first_situation(self, claire: User) -> None:
        household = open_household(
            by=claire,
            applicant=INES,
            opened_on=date(2026, 1, 5),
            off_territory=True,
            address=AddressData(street="3 rue Haute", postal_code="35000", city="Rennes"),
            housing_status=HousingStatus.HOTEL,
            referent=claire,
        )
        assert household.situations.get().housing_status == HousingStatus.HOTEL
        assert household.situations.get().off_territory
        assert str(household.addresses.get()) == "3 rue Haute, 35000 Rennes"
        assert household.assignments.get().agent == claire

    def test_the_deliberate_anonymous_state(self, nadege: User) -> None:
        household = open_household(
            by=nadege, applicant=PersonData(is_anonymous=True), opened_on=date(2026, 1, 5)
        )
        assert str(household) == household.number
        assert household.sort_key == "m 2026 00001"

    def test_no_name_at_all_is_refused_and_gives_its_number_back(self, nadege: User) -> None:
        with pytest.raises(ConstraintViolation, match="Indiquez un nom"):
            open_household(by=nadege, applicant=PersonData(), opened_on=date(2026, 1, 5))
        household = open_household(by=nadege, applicant=INES, opened_on=date(2026, 1, 5))
        assert household.number == "M-2026-00001"

    def test_a_person_who_lives_elsewhere_leaves_there_first(self, claire: User, da_silva: Household) -> None:
        ines = da_silva.memberships.get().person
        with pytest.raises(ConstraintViolation, match="vit dans un autre ménage"):
            open_household(by=claire, applicant=ines, opened_on=date(2026, 1, 5))
        assert Household.objects.count() == 1

        new = open_household(by=claire, applicant=ines, opened_on=date(2026, 1, 5), leaves_previous=True)
        assert da_silva.memberships.get().end == date(2026, 1, 4)
        assert new.memberships.get().person == ines
        da_silva.refresh_from_db()
        assert da_silva.name == "Da Silva", "an empty household keeps the name it is known by"

    def test_each_year_has_its_own_series(self, claire: User) -> None:
        assert [take_number(year) for year in (2025, 2026, 2025)] == [
            "M-2025-00001",
            "M-2026-00001",
            "M-2025-00002",
        ]

    def test_history_is_signed_by_the_one_who_opens(self, da_silva: Household, claire: User) -> None:
        event = pghistory.models.Events.objects.tracks(da_silva).earliest("pgh_created_at")
        assert event.pgh_context["user"] == str(claire.pk)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_neither_hole_nor_twin_when_many_desks_open_files_at_once() -> None:
    agent = UserFactory()
    barrier = Barrier(8)
    failures: list[Exception] = []

    def desk(rank: int) -> None:
        try:
            barrier.wait()
            for turn in range(3):
                data = PersonData(birth_name=f"Nom {rank}") if turn != 1 else PersonData()
                try:
                    open_household(by=agent, applicant=data, opened_on=date(2026, 6, 1))
                except ConstraintViolation:
                    assert turn == 1
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=desk, args=(rank,)) for rank in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    numbers = sorted(Household.objects.values_list("number", flat=True))
    assert numbers == [f"M-2026-{rank:05d}" for rank in range(1, 17)]
    assert NumberSeries.objects.get().last == 16


class TestSituation:
    def test_a_change_closes_the_former_snapshot_the_day_before(
        self, claire: User, da_silva: Household
    ) -> None:
        new = change_situation(
            by=claire, household=da_silva, on=date(2026, 3, 1), housing_status=HousingStatus.HOTEL
        )
        old = da_silva.situations.get(end__isnull=False)
        assert old.end == date(2026, 2, 28)
        assert old.housing_status == HousingStatus.UNKNOWN
        assert new.commune == old.commune, "what was not said stays as it was"

    def test_nothing_changed_makes_no_snapshot(self, claire: User, da_silva: Household) -> None:
        change_situation(by=claire, household=da_silva, on=date(2026, 3, 1), housing_status="", adults=None)
        assert da_silva.situations.count() == 1

    def test_a_correction_on_the_same_day_replaces(self, claire: User, da_silva: Household) -> None:
        for status in (HousingStatus.HOTEL, HousingStatus.HOMELESS):
            change_situation(by=claire, household=da_silva, on=date(2026, 3, 1), housing_status=status)
        assert da_silva.situations.count() == 2
        assert da_silva.situations.get(end__isnull=True).housing_status == HousingStatus.HOMELESS

    def test_the_past_is_not_rewritten(self, claire: User, da_silva: Household) -> None:
        change_situation(
            by=claire, household=da_silva, on=date(2026, 3, 1), housing_status=HousingStatus.HOTEL
        )
        with pytest.raises(ValidationError, match="depuis le 01/03/2026"):
            change_situation(
                by=claire, household=da_silva, on=date(2025, 3, 1), housing_status=HousingStatus.OTHER
            )

    def test_a_household_without_any_gets_one(self, claire: User) -> None:
        household = HouseholdFactory()
        situation = change_situation(by=claire, household=household, on=date(2026, 3, 1), adults=2)
        assert (situation.adults, situation.end) == (2, None)


class TestMoving:
    def test_address_file_and_situation_move_together(self, claire: User, da_silva: Household) -> None:
        chartres = CommuneFactory()
        for day, street in ((date(2024, 3, 4), "1 rue A"), (date(2026, 5, 2), "2 rue B")):
            move_household(
                by=claire,
                household=da_silva,
                on=day,
                address=AddressData(street=street, postal_code="28000"),
                commune=chartres,
            )
        assert da_silva.commune == chartres
        assert list(da_silva.addresses.values_list("street", "start", "end")) == [
            ("2 rue B", date(2026, 5, 2), None),
            ("1 rue A", date(2024, 3, 4), date(2026, 5, 1)),
        ]
        assert da_silva.situations.get(end__isnull=True).commune == chartres

    def test_leaving_the_territory(self, claire: User, da_silva: Household) -> None:
        move_household(
            by=claire,
            household=da_silva,
            on=date(2026, 5, 2),
            address=AddressData(city="Dreux"),
            off_territory=True,
        )
        da_silva.refresh_from_db()
        assert (da_silva.commune, da_silva.off_territory) == (None, True)
        assert da_silva.situations.get(end__isnull=True).off_territory

    def test_a_move_before_the_present_address_changes_nothing(
        self, claire: User, da_silva: Household
    ) -> None:
        move_household(
            by=claire, household=da_silva, on=date(2026, 5, 2), address=AddressData(street="2 rue B")
        )
        with pytest.raises(ValidationError, match="depuis le 02/05/2026"):
            move_household(
                by=claire, household=da_silva, on=date(2025, 5, 2), address=AddressData(street="1 rue A")
            )
        assert da_silva.addresses.count() == 1


class TestReferents:
    def test_a_hand_over_closes_the_former_main(self, claire: User, mehdi: User, da_silva: Household) -> None:
        assign_referent(by=claire, household=da_silva, agent=claire, on=date(2024, 3, 4))
        new = assign_referent(
            by=claire, household=da_silva, agent=mehdi, on=date(2026, 11, 24), note="Audience le 8 décembre."
        )
        assert new.handover_note == "Audience le 8 décembre."
        assert Assignment.objects.get(agent=claire).end == date(2026, 11, 23)

    def test_the_same_agent_again_changes_nothing(self, claire: User, da_silva: Household) -> None:
        for day in (date(2024, 3, 4), date(2026, 11, 24)):
            assign_referent(by=claire, household=da_silva, agent=claire, on=day)
        assert da_silva.assignments.get().start == date(2024, 3, 4)

    def test_a_former_referent_takes_over_again(self, claire: User, mehdi: User, da_silva: Household) -> None:
        for agent, day in (
            (claire, date(2024, 3, 4)),
            (mehdi, date(2025, 1, 1)),
            (claire, date(2026, 1, 1)),
        ):
            assign_referent(by=claire, household=da_silva, agent=agent, on=day)
        assert [row.agent for row in da_silva.assignments.order_by("start")] == [claire, mehdi, claire]

    def test_others_are_added_beside_the_main_one(
        self, claire: User, hugo: User, da_silva: Household
    ) -> None:
        assign_referent(by=claire, household=da_silva, agent=claire, on=date(2024, 3, 4))
        other = assign_referent(
            by=claire, household=da_silva, agent=hugo, on=date(2026, 1, 1), role=AssignmentRole.OTHER
        )
        assert da_silva.assignments.filter(end__isnull=True).count() == 2
        end_assignment(by=claire, assignment=other, end=date(2026, 6, 30))
        assert da_silva.assignments.filter(end__isnull=True).get().agent == claire

    @pytest.mark.parametrize("who", ["nadege", "hugo", "isabelle", "francoise"])
    def test_only_social_workers_are_main(
        self, who: str, request: pytest.FixtureRequest, claire: User, da_silva: Household
    ) -> None:
        with pytest.raises(ValidationError, match="ne peut pas être désigné"):
            assign_referent(
                by=claire, household=da_silva, agent=request.getfixturevalue(who), on=date(2026, 1, 1)
            )

    def test_people_who_left_are_not(self, claire: User, da_silva: Household) -> None:
        gone = UserFactory(is_active=False)
        with pytest.raises(ValidationError, match="ne peut pas être désigné"):
            assign_referent(by=claire, household=da_silva, agent=gone, on=date(2026, 1, 1))


class TestClosing:
    def test_closing_then_reopening(self, claire: User, da_silva: Household) -> None:
        close_household(by=claire, household=da_silva, on=date(2026, 6, 30), reason="moved")
        assert not Household.objects.active().filter(pk=da_silva.pk).exists()
        reopen_household(by=claire, household=da_silva)
        assert Household.objects.active().filter(pk=da_silva.pk).exists()

    @pytest.mark.parametrize(("on", "reason"), [(date(2020, 1, 1), "moved"), (date(2026, 6, 30), "")])
    def test_a_closure_has_a_date_and_a_reason(
        self, on: date, reason: str, claire: User, da_silva: Household
    ) -> None:
        with pytest.raises(ConstraintViolation, match="Une clôture a une date"):
            close_household(by=claire, household=da_silva, on=on, reason=reason)

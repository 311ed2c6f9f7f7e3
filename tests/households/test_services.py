"""Opening, moving, handing over and closing a household's file."""

from datetime import date
from threading import Barrier, Thread

import pghistory.models
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from households.enums import AssignmentRole, Custody, HousingStatus, LinkKind, MemberRole, NoteLevel
from households.models import Assignment, Household, Membership, NoteDraft, NumberSeries, Person
from households.services import (
    AddressData,
    PersonData,
    add_member,
    assign_referent,
    change_membership,
    change_situation,
    close_household,
    edit_note,
    end_assignment,
    end_membership,
    link_persons,
    move_household,
    open_household,
    reopen_household,
    save_draft,
    take_number,
    unlink_persons,
    update_person,
    write_note,
)
from tests.factories import CommuneFactory, HouseholdFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

INES = PersonData(
    birth_name="Moreira", usual_name="Da Silva", first_names="Inês", birth_date=date(1992, 5, 7)
)
YANN = PersonData(birth_name="Kerbrat", first_names="Yann", birth_date=date(1988, 9, 3))
LEO = PersonData(birth_name="Da Silva", first_names="Léo", birth_date=date(2017, 1, 22))


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


class TestMembers:
    def test_the_name_follows_the_adults(self, claire: User, da_silva: Household) -> None:
        add_member(by=claire, household=da_silva, person=LEO, start=date(2024, 3, 4), role=MemberRole.CHILD)
        yann = add_member(
            by=claire, household=da_silva, person=YANN, start=date(2024, 9, 1), role=MemberRole.PARTNER
        )
        assert da_silva.name == "Da Silva – Kerbrat"
        assert da_silva.sort_key == "da silva kerbrat"

        end_membership(by=claire, membership=yann, end=date(2026, 11, 23))
        da_silva.refresh_from_db()
        assert da_silva.name == "Da Silva"

    def test_the_name_follows_a_corrected_person(self, claire: User, da_silva: Household) -> None:
        ines = Person.objects.get(birth_name="Moreira")
        ines.usual_name = ""
        update_person(by=claire, person=ines)
        da_silva.refresh_from_db()
        assert da_silva.name == "Moreira"

    def test_two_adults_of_one_name_give_it_once(self, claire: User, da_silva: Household) -> None:
        brother = PersonData(birth_name="DA SILVA", first_names="Rui")
        add_member(by=claire, household=da_silva, person=brother, start=date(2024, 3, 4))
        assert da_silva.name == "Da Silva"

    def test_a_very_long_name_fits_its_column(self, claire: User) -> None:
        first = PersonData(birth_name="A" * 80)
        household = open_household(by=claire, applicant=first, opened_on=date(2026, 1, 5))
        for letter in "BC":
            add_member(
                by=claire,
                household=household,
                person=PersonData(birth_name=letter * 79),
                start=date(2026, 1, 5),
            )
        assert household.name == "A" * 80

    def test_the_same_person_twice_is_refused(self, claire: User, da_silva: Household) -> None:
        ines = da_silva.memberships.get().person
        with pytest.raises(ConstraintViolation, match="fait déjà partie"):
            add_member(
                by=claire, household=da_silva, person=ines, start=date(2025, 1, 1), custody=Custody.VISITS
            )

    def test_a_child_in_shared_custody_has_two_homes(self, claire: User, da_silva: Household) -> None:
        other = HouseholdFactory()
        nina = PersonFactory(child=True)
        for household in (da_silva, other):
            add_member(
                by=claire,
                household=household,
                person=nina,
                start=date(2026, 2, 1),
                role=MemberRole.CHILD,
                custody=Custody.ALTERNATE,
            )
        assert nina.memberships.count() == 2

    def test_joining_on_the_day_one_joined_another_home_is_refused(
        self, claire: User, da_silva: Household
    ) -> None:
        ines = da_silva.memberships.get().person
        with pytest.raises(ValidationError, match="vit dans un autre ménage depuis le 04/03/2024"):
            open_household(by=claire, applicant=ines, opened_on=date(2024, 3, 4), leaves_previous=True)

    def test_a_departure_before_the_arrival_is_refused(self, claire: User, da_silva: Household) -> None:
        with pytest.raises(ConstraintViolation, match="La date de fin doit suivre"):
            end_membership(by=claire, membership=da_silva.memberships.get(), end=date(2024, 1, 1))

    def test_two_applicants_at_once_are_refused(self, claire: User, da_silva: Household) -> None:
        with pytest.raises(ConstraintViolation, match="a déjà un demandeur"):
            add_member(
                by=claire,
                household=da_silva,
                person=YANN,
                start=date(2025, 1, 1),
                role=MemberRole.APPLICANT,
            )
        assert not Person.objects.filter(birth_name="Kerbrat").exists()

    def test_custody_changes_from_a_date(self, claire: User, da_silva: Household) -> None:
        child = add_member(
            by=claire, household=da_silva, person=LEO, start=date(2024, 3, 4), role=MemberRole.CHILD
        )
        change_membership(
            by=claire,
            membership=child,
            on=date(2026, 9, 1),
            role=MemberRole.CHILD,
            custody=Custody.ALTERNATE,
        )
        rows = list(Membership.objects.filter(person=child.person).values_list("start", "end", "custody"))
        assert rows == [
            (date(2024, 3, 4), date(2026, 8, 31), Custody.FULL),
            (date(2026, 9, 1), None, Custody.ALTERNATE),
        ]

    def test_the_same_membership_again_changes_nothing(self, claire: User, da_silva: Household) -> None:
        row = da_silva.memberships.get()
        same = change_membership(
            by=claire, membership=row, on=date(2026, 9, 1), role=row.role, custody=row.custody
        )
        assert same == row
        assert da_silva.memberships.count() == 1


class TestLinks:
    def test_a_link_is_stored_once_whichever_way_it_is_said(self, claire: User) -> None:
        mother, child = PersonFactory(), PersonFactory(child=True)
        first = link_persons(by=claire, person=mother, other=child, kind=LinkKind.PARENT)
        again = link_persons(by=claire, person=child, other=mother, kind=LinkKind.CHILD, no_contact=True)
        assert again == first
        first.refresh_from_db()
        assert first.no_contact

    def test_a_symmetrical_link_too(self, claire: User) -> None:
        one, two = PersonFactory(), PersonFactory()
        first = link_persons(by=claire, person=one, other=two, kind=LinkKind.FORMER_SPOUSE)
        again = link_persons(by=claire, person=two, other=one, kind=LinkKind.FORMER_SPOUSE, comment="séparés")
        assert again == first

    def test_nobody_is_their_own_relative(self, claire: User) -> None:
        person = PersonFactory()
        with pytest.raises(ConstraintViolation, match="deux personnes différentes"):
            link_persons(by=claire, person=person, other=person, kind=LinkKind.SIBLING)

    def test_a_removed_link_stays_in_the_history(self, claire: User) -> None:
        link = link_persons(by=claire, person=PersonFactory(), other=PersonFactory(), kind=LinkKind.NEIGHBOUR)
        key = link.pk
        unlink_persons(by=claire, link=link)
        events = pghistory.models.Events.objects.filter(pgh_obj_id=str(key))
        assert {event.pgh_label for event in events} >= {"insert", "delete"}


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


class TestNotes:
    def test_a_signed_note_ends_its_draft_and_no_other(
        self, claire: User, mehdi: User, da_silva: Household
    ) -> None:
        for author in (claire, mehdi):
            save_draft(author=author, household=da_silva, values={"text": "en cours"})
        note = write_note(
            author=claire,
            household=da_silva,
            held_on=date(2026, 11, 18),
            means="office",
            text="Reprise du loyer.",
            level=NoteLevel.CIRCLE,
            themes=["budget"],
            persons=[da_silva.memberships.get().person],
        )
        assert note.persons.get().usual_name == "Da Silva"
        assert NoteDraft.objects.get().author == mehdi

    def test_a_draft_is_kept_once_for_a_new_note_and_once_for_each_change(
        self, claire: User, da_silva: Household
    ) -> None:
        note = write_note(
            author=claire, household=da_silva, held_on=date(2026, 11, 18), means="office", text="Premier."
        )
        for text in ("a", "ab"):
            save_draft(author=claire, household=da_silva, values={"text": text})
            save_draft(author=claire, household=da_silva, values={"text": text + "!"}, note=note)
        assert sorted(draft.values["text"] for draft in NoteDraft.objects.all()) == ["ab", "ab!"]

    def test_only_the_author_changes_a_note(self, claire: User, mehdi: User, da_silva: Household) -> None:
        note = write_note(
            author=claire, household=da_silva, held_on=date(2026, 11, 18), means="office", text="Premier."
        )
        note.text = "Réécrit par un autre."
        with pytest.raises(PermissionDenied):
            edit_note(by=mehdi, note=note, persons=[])

    def test_former_versions_stay(self, claire: User, da_silva: Household) -> None:
        note = write_note(
            author=claire, household=da_silva, held_on=date(2026, 11, 18), means="office", text="Premier."
        )
        note.text = "Corrigé."
        edit_note(by=claire, note=note, persons=[])
        texts = note.events.order_by("pgh_id").values_list("text", flat=True)
        assert list(texts) == ["Premier.", "Corrigé."]

    def test_a_duration_out_of_range_is_refused(self, claire: User, da_silva: Household) -> None:
        with pytest.raises(ConstraintViolation, match="de 1 à 600 minutes"):
            write_note(
                author=claire,
                household=da_silva,
                held_on=date(2026, 11, 18),
                means="office",
                text="x",
                duration_minutes=700,
            )

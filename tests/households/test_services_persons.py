"""Members, links between persons, and notes: what the services promise."""

from datetime import date

import pghistory.models
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from households.enums import Custody, LinkKind, MemberRole, NoteLevel
from households.models import Household, Membership, NoteDraft, Person
from households.services import (
    PersonData,
    add_member,
    change_membership,
    edit_note,
    end_membership,
    link_persons,
    open_household,
    save_draft,
    unlink_persons,
    update_person,
    write_note,
)
from tests.factories import CommuneFactory, HouseholdFactory, PersonFactory
from tests.households.people import INES, LEO, YANN

pytestmark = pytest.mark.django_db


@pytest.fixture
def da_silva(claire: User) -> Household:
    return open_household(
        by=claire, applicant=INES, opened_on=date(2024, 3, 4), commune=CommuneFactory(luce=True)
    )


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

    def test_a_place_changed_meanwhile_by_a_colleague_is_not_said_to_be_recorded(
        self, claire: User, da_silva: Household
    ) -> None:
        read = da_silva.memberships.get()
        again = Membership.objects.get(pk=read.pk)
        change_membership(
            by=claire, membership=again, on=date(2026, 9, 1), role=MemberRole.PARTNER, custody=read.custody
        )
        with pytest.raises(ValidationError, match="s’est terminée le 31/08/2026"):
            change_membership(
                by=claire, membership=read, on=date(2026, 9, 2), role=read.role, custody=read.custody
            )


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

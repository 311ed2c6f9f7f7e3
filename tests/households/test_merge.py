"""Two rows become one and two again (H6): everything follows, everything comes back."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from appointments.models import Message, ReminderConsent, VisitNote, WaitingEntry
from cias.accounts.models import User
from cias.core.merging import MergeRefused
from households.comparison import ABSORBED, PERSON_FACTS, compare
from households.enums import Custody, LinkKind, MemberRole
from households.models import (
    DistinctPersons,
    Household,
    Membership,
    Merge,
    NoteDraft,
    Person,
    PersonLink,
)
from households.search import search
from households.services import (
    AddressData,
    PersonData,
    add_member,
    change_situation,
    link_persons,
    merge,
    move_household,
    open_household,
    rehearse,
    save_draft,
    undo_merge,
    update_person,
    write_note,
)
from rights.enums import PieceState
from rights.models import FilePiece
from tests.factories import (
    AppointmentFactory,
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    OrientationFactory,
    PersonFactory,
    ReasonFactory,
    RightsFileFactory,
    StayFactory,
)
from tests.households.dump import difference, dump

pytestmark = pytest.mark.django_db

SOIZIC = PersonData(
    birth_name="Kerbrat",
    usual_name="Le Goff",
    first_names="Soizic",
    birth_date=date(1991, 2, 14),
    phone="+33612345678",
)
TWIN = PersonData(
    birth_name="Legoff", first_names="Soizic Marie", birth_date=date(1991, 2, 14), phone="+33237000000"
)


@pytest.fixture
def kept(claire: User, mehdi: User) -> Household:
    return open_household(
        by=claire, applicant=SOIZIC, opened_on=date(2025, 3, 3), commune=CommuneFactory(luce=True),
        address=AddressData(street="1 rue Haute", postal_code="28110"), referent=mehdi,
    )  # fmt: skip


@pytest.fixture
def other(claire: User) -> Household:
    """The same caller, entered again earlier in Chartres, with everything that can hang on a file."""
    household = open_household(
        by=claire, applicant=TWIN, opened_on=date(2024, 1, 8), commune=CommuneFactory(),
        address=AddressData(street="9 place des Halles", postal_code="28000"), referent=claire,
    )  # fmt: skip
    return household


def applicant(household: Household) -> Person:
    return household.memberships.get(role=MemberRole.APPLICANT).person


def fill(household: Household, claire: User) -> Person:
    """Rows of every kind; the person they are about."""
    person = applicant(household)
    child = add_member(
        by=claire, household=household, person=PersonFactory(child=True), start=date(2024, 1, 8), role=MemberRole.CHILD
    )  # fmt: skip
    link_persons(by=claire, person=person, other=child.person, kind=LinkKind.PARENT)
    change_situation(by=claire, household=household, on=date(2024, 9, 1), adults=1, children=1)
    note = write_note(
        author=claire,
        household=household,
        held_on=date(2024, 5, 2),
        means="office",
        text="Bilan",
        persons=[person],
    )
    NoteFactory(household=household, author=claire)
    AppointmentFactory(household=household, person=person, note=note)
    Message.objects.create(
        agent=claire, household=household, caller_name="Mme Legoff", text="Rappeler", taken_by=claire
    )
    VisitNote.objects.create(household=household, text="Chien au portail", written_by=claire)
    WaitingEntry.objects.create(
        household=household, person=person, reason=ReasonFactory(), minutes=30, added_by=claire
    )
    ReminderConsent.objects.create(person=person, channel="sms", means="phone", recorded_by=claire)
    file = RightsFileFactory(household=household, applicant=person)
    FilePiece.objects.create(file=file, free_label="Bail", person=person)
    StayFactory(household=household)
    OrientationFactory(household=household, person=person)
    save_draft(author=claire, household=household, values={"text": ["À écrire"]})
    return person


class TestHouseholds:
    def test_everything_follows_and_everything_comes_back(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        fill(other, claire)
        save_draft(author=claire, household=kept, values={"text": ["Déjà écrit"]})
        VisitNote.objects.create(household=kept, text="Sonner deux fois", in_pairs=True, written_by=claire)
        before = dump()
        done = merge(by=claire, survivor=kept, absorbed=other)
        assert not Household.objects.filter(pk=other.pk).exists()
        kept.refresh_from_db()
        assert kept.opened_on == date(2024, 1, 8), "followed since the earlier day"
        assert kept.notes.count() == 2
        assert {row.person.first_names for row in kept.memberships.all()} == {"Soizic", "Soizic Marie", "Léo"}
        assert kept.memberships.filter(role=MemberRole.APPLICANT).count() == 1
        assert kept.visit_note.text == "Sonner deux fois / Chien au portail"
        assert kept.visit_note.in_pairs
        assert NoteDraft.objects.get().values["text"] == ["Déjà écrit\n\nÀ écrire"]
        assert undo_merge(by=claire, merge=done) == 0
        assert difference(before, dump()) == {}
        done.refresh_from_db()
        assert (done.undone_by, done.is_undoable) == (claire, False)

    def test_dated_rows_of_the_survivor_prevail_and_the_others_fill_the_days_before(
        self, claire: User, mehdi: User, kept: Household, other: Household
    ) -> None:
        move_household(
            by=claire, household=kept, on=date(2026, 11, 1), address=AddressData(street="3 rue Neuve"),
            commune=CommuneFactory(luce=True),
        )  # fmt: skip
        merge(by=claire, survivor=kept, absorbed=other)
        assert [(row.street, row.start, row.end) for row in kept.addresses.order_by("start")] == [
            ("9 place des Halles", date(2024, 1, 8), date(2025, 3, 2)),
            ("1 rue Haute", date(2025, 3, 3), date(2026, 10, 31)),
            ("3 rue Neuve", date(2026, 11, 1), None),
        ]
        first = kept.situations.earliest("start")
        assert (first.commune.name, first.start) == ("Chartres", date(2024, 1, 8))
        assert [(row.agent, row.end) for row in kept.assignments.order_by("start")] == [
            (claire, date(2025, 3, 2)),
            (mehdi, None),
        ]

    def test_the_agent_may_keep_the_other_place_and_referent(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        before = dump()
        choices = {"place": ABSORBED, "referent": ABSORBED}
        done = merge(by=claire, survivor=kept, absorbed=other, choices=choices)
        kept.refresh_from_db()
        assert kept.commune.name == "Chartres"
        assert [row.street for row in kept.addresses.all()] == ["9 place des Halles"]
        assert kept.assignments.get().agent == claire
        undo_merge(by=claire, merge=done)
        assert difference(before, dump()) == {}

    def test_somebody_in_both_has_one_membership(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        child = PersonFactory(child=True)
        for household, start in ((kept, date(2025, 3, 3)), (other, date(2024, 1, 8))):
            MembershipFactory(
                household=household,
                person=child,
                start=start,
                role=MemberRole.CHILD,
                custody=Custody.ALTERNATE,
            )
        before = dump()
        done = merge(by=claire, survivor=kept, absorbed=other)
        row = child.memberships.get()
        assert (row.household, row.start, row.end) == (kept, date(2024, 1, 8), None)
        undo_merge(by=claire, merge=done)
        assert difference(before, dump()) == {}

    def test_two_stays_at_once_are_for_an_agent_to_settle(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        StayFactory(household=kept)
        StayFactory(household=other)
        before = dump()
        with pytest.raises(MergeRefused, match="séjour aux mêmes dates"):
            merge(by=claire, survivor=kept, absorbed=other)
        assert difference(before, dump()) == {}

    def test_both_numbers_find_the_survivor_however_many_merges(
        self, claire: User, nadege: User, kept: Household, other: Household
    ) -> None:
        first = HouseholdFactory(number="M-2020-00077", with_applicant=True)
        merge(by=claire, survivor=other, absorbed=first)
        last = merge(by=claire, survivor=kept, absorbed=other)
        for number in ("M-2020-00077", other.number, kept.number):
            hits = search(number, nadege)
            assert {hit.household for hit in hits} == {kept}, number
            assert len(hits) == 3
        assert Household.with_absorbed.get(pk=first.pk).merged_into == kept
        undo_merge(by=claire, merge=last)
        assert {hit.household for hit in search("2020-77", nadege)} == {other}

    def test_figures_count_one_household(self, claire: User, kept: Household, other: Household) -> None:
        from cias.core.periods import Period
        from households.statistics.households import by_place_and_family
        from households.statistics.persons import by_age_and_sex
        from households.statistics.selection import active

        year = Period(date(2026, 1, 1), date(2026, 12, 31))

        def counted() -> tuple[int, int]:
            households = sum(row.count for row in by_place_and_family(active, year, None))
            return households, sum(row.count for row in by_age_and_sex(year, None))

        assert counted() == (2, 2)
        merge(by=claire, survivor=kept, absorbed=other)
        assert counted() == (1, 2)
        merge(by=claire, survivor=applicant(kept), absorbed=Person.objects.get(birth_name="Legoff"))
        assert counted() == (1, 1)


class TestPersons:
    def test_everything_follows_and_everything_comes_back(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        survivor, absorbed = applicant(kept), fill(other, claire)
        ReminderConsent.objects.create(person=survivor, channel="sms", means="phone", recorded_by=claire)
        link_persons(by=claire, person=survivor, other=absorbed, kind=LinkKind.SIBLING)
        before = dump()
        done = merge(by=claire, survivor=survivor, absorbed=absorbed)
        assert survivor.rights_files.count() == survivor.appointments.count() == survivor.notes.count() == 1
        assert survivor.reminder_consents.count() == 1
        assert PersonLink.objects.get().person == survivor, "a link to oneself is set aside"
        assert undo_merge(by=claire, merge=done) == 0
        assert difference(before, dump()) == {}

    def test_two_homes_at_once_stay_two_households(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        """The survivor lives where they live; the days before are those of the other household."""
        merge(by=claire, survivor=applicant(kept), absorbed=applicant(other))
        assert Household.objects.count() == 2
        rows = Membership.objects.order_by("start").values_list("household", "start", "end")
        assert list(rows) == [
            (other.pk, date(2024, 1, 8), date(2025, 3, 2)),
            (kept.pk, date(2025, 3, 3), None),
        ]

    def test_of_one_household_their_memberships_are_joined(self, claire: User, kept: Household) -> None:
        survivor = PersonFactory(birth_name="Le Goff", first_names="Soizic")
        add_member(by=claire, household=kept, person=survivor, start=date(2026, 1, 1), role=MemberRole.OTHER)
        absorbed = applicant(kept)
        before = dump()
        done = merge(by=claire, survivor=survivor, absorbed=absorbed)
        row = kept.memberships.get()
        assert (row.person, row.role, row.start, row.end) == (
            survivor,
            MemberRole.APPLICANT,
            date(2025, 3, 3),
            None,
        )
        undo_merge(by=claire, merge=done)
        assert difference(before, dump()) == {}

    def test_the_fuller_and_the_latest_are_proposed(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        survivor, absorbed = applicant(kept), applicant(other)
        absorbed.email = "soizic@exemple.test"
        update_person(by=claire, person=absorbed)
        kept_values = {line.fact.code: line.kept for line in compare(survivor, absorbed)}
        assert kept_values["first_names"] == "Soizic Marie"
        assert kept_values["usual_name"] == "Le Goff"
        assert kept_values["email"] == "soizic@exemple.test"
        merge(by=claire, survivor=survivor, absorbed=absorbed, choices={"birth_name": "survivor"})
        survivor.refresh_from_db()
        assert (survivor.birth_name, survivor.usual_name) == ("Kerbrat", "Le Goff")
        phones = {survivor.phone, survivor.second_phone}
        assert phones == {"+33612345678", "+33237000000"}, "no number is lost"

    def test_every_field_of_a_person_is_compared(self) -> None:
        compared = {column for fact in PERSON_FACTS for column in fact.columns}
        fields = {field.name for field in Person._meta.fields if field.editable}
        assert fields - compared == set()

    def test_a_file_of_the_same_right_under_way_is_for_an_agent_to_settle(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        survivor, absorbed = applicant(kept), applicant(other)
        first = RightsFileFactory(household=kept, applicant=survivor)
        RightsFileFactory(household=other, applicant=absorbed, right=first.right)
        with pytest.raises(MergeRefused, match="demande en cours pour le même droit"):
            merge(by=claire, survivor=survivor, absorbed=absorbed)

    def test_the_piece_received_is_kept(self, claire: User, kept: Household) -> None:
        survivor, absorbed = applicant(kept), PersonFactory()
        file = RightsFileFactory(household=kept, applicant=survivor)
        FilePiece.objects.create(file=file, free_label="Carte d’identité", person=survivor)
        FilePiece.objects.create(
            file=file, free_label="Carte d’identité", person=absorbed, state=PieceState.RECEIVED,
            received_on=date(2026, 11, 20), received_by=claire,
        )  # fmt: skip
        merge(by=claire, survivor=survivor, absorbed=absorbed)
        assert file.pieces.get(free_label="Carte d’identité").state == PieceState.RECEIVED

    def test_a_pair_said_to_be_distinct_may_be_merged_all_the_same(self, claire: User) -> None:
        one, two, three = PersonFactory.create_batch(3)
        for a, b in ((one, two), (two, three), (one, three)):
            DistinctPersons.objects.create(person=a, other=b, by=claire)
        before = dump()
        done = merge(by=claire, survivor=one, absorbed=two)
        assert DistinctPersons.objects.count() == 1
        undo_merge(by=claire, merge=done)
        assert difference(before, dump()) == {}


class TestUndoing:
    def test_edits_deletions_and_additions_since_are_respected(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        fill(other, claire)
        done = merge(by=claire, survivor=kept, absorbed=other)
        note = kept.notes.exclude(text="Bilan").get()
        note.text = "Relu"
        note.save()
        kept.messages.all().delete()
        added = NoteFactory(household=kept, text="Depuis la fusion")
        third = HouseholdFactory()
        kept.waiting_entries.update(household=third)
        assert undo_merge(by=claire, merge=done) == 2, "one deleted, one moved elsewhere"
        note.refresh_from_db()
        assert (note.household, note.text) == (other, "Relu")
        assert kept.notes.get() == added
        assert third.waiting_entries.count() == 1
        assert not Message.objects.exists()

    def test_a_value_corrected_since_is_kept(self, claire: User, kept: Household, other: Household) -> None:
        survivor, absorbed = applicant(kept), applicant(other)
        done = merge(by=claire, survivor=survivor, absorbed=absorbed, choices={"first_names": ABSORBED})
        survivor.refresh_from_db()
        survivor.first_names = "Soizic Anne"
        update_person(by=claire, person=survivor)
        undo_merge(by=claire, merge=done)
        survivor.refresh_from_db()
        absorbed.refresh_from_db()
        assert (survivor.first_names, absorbed.first_names) == ("Soizic Anne", "Soizic Marie")
        assert survivor.search_key == "le goff kerbrat soizic anne"
        assert absorbed.merged_into is None

    def test_after_the_delay_it_stands(self, claire: User, kept: Household, other: Household) -> None:
        done = merge(by=claire, survivor=kept, absorbed=other)
        past = timezone.now() - timedelta(days=settings.MERGE_UNDO_DAYS, minutes=1)
        Merge.objects.update(created_at=past)
        done.refresh_from_db()
        with pytest.raises(MergeRefused, match="délai"):
            undo_merge(by=claire, merge=done)

    def test_the_latest_of_two_merges_of_the_same_rows_comes_first(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        before = dump()
        survivor, absorbed = applicant(kept), applicant(other)
        first = merge(by=claire, survivor=survivor, absorbed=absorbed)
        between = dump()
        second = merge(by=claire, survivor=kept, absorbed=other)
        with pytest.raises(MergeRefused, match="plus récente"):
            undo_merge(by=claire, merge=first)
        undo_merge(by=claire, merge=second)
        assert difference(between, dump()) == {}
        undo_merge(by=claire, merge=first)
        assert difference(before, dump()) == {}

    def test_what_a_rule_forbids_since_is_refused_in_words(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        done = merge(by=claire, survivor=kept, absorbed=other)
        moved = kept.memberships.get(person__birth_name="Legoff")
        Membership.objects.filter(pk=moved.pk).update(custody=Custody.ALTERNATE)
        MembershipFactory(household=other, person=PersonFactory(), start=date(2024, 1, 8))
        with pytest.raises(MergeRefused, match="déjà un demandeur"):
            undo_merge(by=claire, merge=done)
        assert Household.with_absorbed.get(pk=other.pk).merged_into == kept

    def test_undone_twice_is_undone_once(self, claire: User, kept: Household, other: Household) -> None:
        done = merge(by=claire, survivor=kept, absorbed=other)
        undo_merge(by=claire, merge=done)
        before = dump()
        assert undo_merge(by=claire, merge=done) == 0
        assert difference(before, dump()) == {}


class TestSafety:
    def test_sent_twice_it_is_done_once(self, claire: User, kept: Household, other: Household) -> None:
        done = merge(by=claire, survivor=kept, absorbed=other)
        assert merge(by=claire, survivor=kept, absorbed=other) == done
        assert Merge.objects.count() == 1

    def test_neither_with_itself_nor_with_what_has_gone(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        with pytest.raises(MergeRefused, match="elle-même"):
            merge(by=claire, survivor=kept, absorbed=kept)
        merge(by=claire, survivor=kept, absorbed=other)
        with pytest.raises(MergeRefused, match="déjà été fusionnée"):
            merge(by=claire, survivor=HouseholdFactory(), absorbed=other)
        with pytest.raises(MergeRefused, match="déjà été fusionnée"):
            merge(by=claire, survivor=other, absorbed=kept)

    def test_a_rehearsal_tells_and_changes_nothing(
        self, claire: User, kept: Household, other: Household
    ) -> None:
        fill(other, claire)
        before = dump()
        told = rehearse(by=claire, survivor=kept, absorbed=other)
        assert told.moved["note d’entretien", "notes d’entretien"] == 2
        assert told.moved["place dans un ménage", "places dans un ménage"] == 2
        assert difference(before, dump()) == {}
        assert not Merge.objects.exists()

    def test_who_and_when_are_written(self, claire: User, kept: Household, other: Household) -> None:
        done = merge(by=claire, survivor=kept, absorbed=other)
        assert done.by == claire
        assert done.before["absorbed"]["number"] == other.number
        assert done.choices["place"] == "survivor"
        event = other.pgh_event_model.objects.filter(pgh_obj_id=other.pk).latest("pgh_id")
        assert event.merged_into_id == kept.pk
        assert event.pgh_context.metadata["user"] == str(claire.pk)

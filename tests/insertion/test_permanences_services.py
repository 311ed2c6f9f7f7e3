"""The sealed room: who opens what, versions, drafts, handovers, liaison notes."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from appointments.enums import Status
from cias.core import crypto
from cias.core.crypto import CannotDecryptError
from cias.core.periods import Period
from cias.core.registry import Row
from cias.core.states import ForbiddenTransition
from insertion.models import Counselling, CounsellingSession, LiaisonNote, SealedDraft, SealedNote
from insertion.permanences import services, statistics
from insertion.permanences.attendance import may_count, sessions_of
from insertion.permanences.registrations import rekey_all
from insertion.permanences.services import Place, TextChanged, current
from insertion.permanences.services.departures import give_counsellings
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    ReasonFactory,
    UserFactory,
)
from tests.factories.permanences import CounsellingFactory, CounsellingSessionFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def counselling(hugo):
    return CounsellingFactory(psychologist=hugo)


@pytest.fixture
def place(counselling):
    return Place(counselling, CounsellingSessionFactory(counselling=counselling))


@pytest.fixture
def lea(db):
    return UserFactory(role="psy", first_name="Léa", last_name="Morin", email="lea@cias.test")


def hand_over(hugo, lea, counselling, *, with_notes=True):
    return services.hand_over(
        by=hugo, counselling=counselling, to=lea, with_notes=with_notes, agreement="spoken", agreed_on=TODAY
    )


class TestTexts:
    def test_a_text_is_sealed_and_read_back(self, hugo, place) -> None:
        services.save_text(by=hugo, place=place, text="Elle dort mal.", base=0)
        assert "dort" not in SealedNote.objects.get().sealed
        assert current(place).read() == "Elle dort mal."

    def test_each_saving_is_a_version_and_the_last_is_taken_back(self, hugo, place) -> None:
        services.save_text(by=hugo, place=place, text="un", base=0)
        services.save_text(by=hugo, place=place, text="deux", base=1)
        services.undo_text(by=hugo, place=place, version=2)
        assert current(place).read() == "un"
        services.save_text(by=hugo, place=place, text="trois", base=2)
        assert current(place).read() == "trois"
        with pytest.raises(ForbiddenTransition, match="a changé"):
            services.undo_text(by=hugo, place=place, version=2)
        assert [row.read() for row in place.versions] == ["trois", "deux", "un"]

    def test_a_page_left_behind_overwrites_nothing(self, hugo, place) -> None:
        services.save_text(by=hugo, place=place, text="premier onglet", base=0)
        with pytest.raises(TextChanged):
            services.save_text(by=hugo, place=place, text="second onglet", base=0)
        assert current(place).read() == "premier onglet"

    def test_the_thread_and_the_sessions_are_apart(self, hugo, place) -> None:
        thread = Place(place.counselling)
        services.save_text(by=hugo, place=thread, text="fil", base=0)
        services.save_text(by=hugo, place=place, text="séance", base=0)
        assert (current(thread).read(), current(place).read()) == ("fil", "séance")

    def test_two_tabs_keep_a_draft_each(self, hugo, place) -> None:
        common = {"by": hugo, "kind": place.kind, "target": place.target}
        first = services.keep_draft(**common, page="a", text="onglet a")
        services.keep_draft(**common, page="b", text="onglet b")
        # A page opened on the first one goes on with it; the tab that had it then keeps its own.
        services.keep_draft(**common, page="c", text="suite de a", taken_from=first.pk, seen=1)
        services.keep_draft(**common, page="a", text="onglet a encore", taken_from=None)
        texts = {row.page: row.read() for row in SealedDraft.objects.all()}
        assert texts == {"a": "onglet a encore", "b": "onglet b", "c": "suite de a"}
        services.save_text(by=hugo, place=place, text="fini", base=0, page="c")
        assert set(SealedDraft.objects.values_list("page", flat=True)) == {"a", "b"}

    def test_a_draft_changed_since_is_not_taken_over(self, hugo, place) -> None:
        common = {"by": hugo, "kind": place.kind, "target": place.target}
        first = services.keep_draft(**common, page="a", text="un")
        services.keep_draft(**common, page="a", text="deux")
        services.keep_draft(**common, page="b", text="autre", taken_from=first.pk, seen=1)
        assert {row.page: row.read() for row in SealedDraft.objects.all()} == {"a": "deux", "b": "autre"}


class TestOwner:
    def test_nobody_else_s_follow_up_exists(self, hugo, lea, claire, isabelle, armelle, counselling) -> None:
        assert Counselling.objects.for_user(hugo).get() == counselling
        for other in (lea, claire, isabelle, armelle):
            assert not Counselling.objects.for_user(other).exists()
            assert not CounsellingSession.objects.for_user(other).exists()

    def test_a_name_changed_in_the_database_opens_nothing(self, hugo, lea, place) -> None:
        services.save_text(by=hugo, place=place, text="secret", base=0)
        Counselling.objects.update(psychologist=lea)
        with pytest.raises(CannotDecryptError):
            SealedNote.objects.select_related("counselling").get().read()

    def test_a_text_moved_to_another_row_opens_nothing(self, hugo, place) -> None:
        services.save_text(by=hugo, place=place, text="un", base=0)
        services.save_text(by=hugo, place=place, text="deux", base=1)
        first, second = SealedNote.objects.order_by("version")
        second.sealed = first.sealed
        with pytest.raises(CannotDecryptError):
            second.read()

    def test_another_psychologist_cannot_write(self, lea, place) -> None:
        with pytest.raises(ForbiddenTransition):
            services.save_text(by=lea, place=place, text="x", base=0)

    def test_a_new_key_takes_over(self, hugo, place, settings) -> None:
        services.save_text(by=hugo, place=place, text="secret", base=0)
        old = list(settings.FIELD_ENCRYPTION_KEYS)
        settings.FIELD_ENCRYPTION_KEYS = ["bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldzA=", *old]
        assert rekey_all() == 1
        assert SealedNote.objects.get().sealed.startswith(crypto.keys()[0].identifier.hex())
        settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
        assert current(place).read() == "secret"


class TestFollowUps:
    def test_a_follow_up_begins_once(self, hugo) -> None:
        member = MembershipFactory()
        values = {"by": hugo, "household": member.household, "person": member.person, "on": TODAY}
        assert services.start(**values) == services.start(**values)
        with pytest.raises(ValidationError, match="ne fait pas partie"):
            services.start(**values | {"household": HouseholdFactory(), "person": MembershipFactory().person})

    def test_the_session_of_an_appointment_is_made_once(self, hugo) -> None:
        member = MembershipFactory()
        booked = AppointmentFactory(
            agent=hugo,
            household=member.household,
            person=member.person,
            reason=ReasonFactory(psychologist=True),
        )
        values = {"by": hugo, "appointment": booked, "person": member.person}
        assert services.open_session(**values) == services.open_session(**values)

    def test_end_and_resume(self, hugo, counselling) -> None:
        with pytest.raises(ValidationError, match="avenir"):
            services.end(by=hugo, counselling=counselling, on=TODAY + timedelta(days=1), reason="agreed")
        services.end(by=hugo, counselling=counselling, on=TODAY, reason="agreed")
        with pytest.raises(ForbiddenTransition):
            services.end(by=hugo, counselling=counselling, on=TODAY, reason="agreed")
        assert services.resume(by=hugo, counselling=counselling).is_running

    def test_notes_are_destroyed_after_their_time_only(self, hugo, place) -> None:
        services.save_text(by=hugo, place=place, text="x", base=0)
        found = services.end(by=hugo, counselling=place.counselling, on=date(2026, 9, 30), reason="agreed")
        assert services.erasable_from(found) == date(2028, 9, 30)
        with pytest.raises(ForbiddenTransition, match="pas écoulée"):
            services.erase_notes(by=hugo, counselling=found)
        with time_machine.travel(datetime(2028, 9, 30, 9, tzinfo=UTC)):
            services.erase_notes(by=hugo, counselling=found)
        assert not SealedNote.objects.exists()
        assert found.sessions.count() == 1
        with pytest.raises(ForbiddenTransition, match="détruites"):
            services.save_text(by=hugo, place=place, text="y", base=0)

    def test_a_session_with_a_text_is_not_removed(self, hugo, place) -> None:
        services.save_text(by=hugo, place=place, text="x", base=0)
        with pytest.raises(ForbiddenTransition):
            services.remove_session(by=hugo, session=place.session)
        services.remove_session(by=hugo, session=CounsellingSessionFactory(counselling=place.counselling))


class TestHandover:
    def test_with_the_notes_the_giver_reads_them_no_more(self, hugo, lea, place) -> None:
        services.save_text(by=hugo, place=place, text="suite", base=0)
        hand_over(hugo, lea, place.counselling)
        found = Counselling.objects.for_user(lea).get()
        assert current(Place(found, place.session)).read() == "suite"
        assert not Counselling.objects.for_user(hugo).exists()
        assert found.household.assignments.filter(agent=lea, role="other").exists()

    def test_without_them_a_new_follow_up_begins(self, hugo, lea, place) -> None:
        services.save_text(by=hugo, place=place, text="à moi", base=0)
        hand_over(hugo, lea, place.counselling, with_notes=False)
        assert not SealedNote.objects.filter(counselling__psychologist=lea).exists()
        kept = Counselling.objects.for_user(hugo).get()
        assert kept.end_reason == "handed_over"
        with pytest.raises(ForbiddenTransition):
            services.resume(by=hugo, counselling=kept)

    @pytest.mark.parametrize("with_notes", [True, False])
    def test_it_is_taken_back_the_same_day(self, hugo, lea, place, with_notes) -> None:
        services.save_text(by=hugo, place=place, text="suite", base=0)
        handover = hand_over(hugo, lea, place.counselling, with_notes=with_notes)
        services.take_back(by=hugo, handover=handover)
        found = Counselling.objects.get()
        assert (found.psychologist, found.is_running) == (hugo, True)
        assert current(Place(found, place.session)).read() == "suite"

    def test_not_once_the_colleague_wrote(self, hugo, lea, counselling) -> None:
        handover = hand_over(hugo, lea, counselling)
        counselling.refresh_from_db()
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            services.save_text(by=lea, place=Place(counselling), text="mien", base=0)
            with pytest.raises(ForbiddenTransition, match="a déjà écrit"):
                services.take_back(by=hugo, handover=handover)

    def test_a_leaver_s_two_follow_ups_of_a_person_begin_again_as_one(self, hugo, lea, counselling) -> None:
        CounsellingFactory(psychologist=hugo, household=counselling.household, person=counselling.person)
        give_counsellings(hugo, lea, hugo)
        assert not Counselling.objects.running().filter(psychologist=hugo).exists()
        assert Counselling.objects.running().get(psychologist=lea).person_id == counselling.person_id

    def test_drafts_are_saved_first_and_only_a_colleague_takes_over(self, hugo, claire, lea, place) -> None:
        draft = {"by": hugo, "kind": place.kind, "target": place.target, "page": "a", "text": "x"}
        services.keep_draft(**draft)
        with pytest.raises(ValidationError, match="brouillons"):
            hand_over(hugo, lea, place.counselling)
        with pytest.raises(ValidationError, match="autre psychologue"):
            hand_over(hugo, claire, place.counselling)


class TestLiaison:
    def send(self, hugo, counselling, *recipients, **more):
        values = {
            "by": hugo, "household": counselling.household, "person": counselling.person, "recipients": recipients,
            "text": "À revoir en janvier.", "basis": "agreement", "agreement": "spoken", "agreed_on": TODAY,
        }  # fmt: skip
        return services.send(**values | more)

    def test_the_recipients_alone_read_it_until_it_is_withdrawn(
        self, hugo, lea, claire, mehdi, isabelle, counselling
    ) -> None:
        note = self.send(hugo, counselling, claire)
        assert "janvier" not in LiaisonNote.objects.get().sealed
        assert LiaisonNote.objects.for_user(claire).get().read() == "À revoir en janvier."
        for other in (mehdi, lea, isabelle):
            assert not LiaisonNote.objects.for_user(other).exists()
        services.withdraw(by=hugo, note=note)
        assert not LiaisonNote.objects.for_user(claire).exists()
        services.restore(by=hugo, note=note)
        assert LiaisonNote.objects.for_user(claire).exists()
        with pytest.raises(ForbiddenTransition):
            services.withdraw(by=claire, note=note)

    def test_the_agreement_is_recorded_when_it_is_the_basis(self, hugo, claire, counselling) -> None:
        with pytest.raises(ValidationError) as error:
            self.send(hugo, counselling, claire, agreed_on=None)
        assert "agreed_on" in error.value.message_dict
        note = self.send(hugo, counselling, claire, basis="shared")
        assert (note.agreement, note.agreed_on) == ("", None)

    def test_social_work_writes_to_the_psychologists_of_the_household(
        self, hugo, lea, claire, counselling
    ) -> None:
        AssignmentFactory(household=counselling.household, agent=hugo, role="other")
        with pytest.raises(ValidationError):
            self.send(claire, counselling, lea)
        self.send(claire, counselling, hugo)
        assert LiaisonNote.objects.for_user(hugo).exists()

    def test_neither_the_direction_nor_the_desk_receives_one(
        self, hugo, isabelle, nadege, counselling
    ) -> None:
        for other in (isabelle, nadege):
            with pytest.raises(ValidationError):
                self.send(hugo, counselling, other)


class TestNumberAndDates:
    def test_those_who_look_after_the_household_count(self, claire, mehdi, isabelle, counselling) -> None:
        AssignmentFactory(household=counselling.household, agent=claire)
        who = {
            agent.first_name: may_count(agent, counselling.household) for agent in (claire, mehdi, isabelle)
        }
        assert who == {"Claire": True, "Mehdi": False, "Isabelle": False}

    def test_figures_of_a_small_set_counted_by_hand(self, hugo, counselling) -> None:
        private = ReasonFactory(psychologist=True)

        def booked(day: int, status: str, month: int = 10) -> None:
            start = datetime(2026, month, day, 9, tzinfo=UTC)
            AppointmentFactory(
                agent=hugo, reason=private, household=counselling.household, person=counselling.person,
                start=start, end=start + timedelta(minutes=45), status=status,
                status_at=None if status == Status.PLANNED else start + timedelta(hours=1),
            )  # fmt: skip

        booked(1, Status.HONOURED)
        booked(31, Status.HONOURED)
        booked(5, Status.NO_SHOW)
        booked(6, Status.CANCELLED_BY_USER)
        booked(30, Status.HONOURED, month=9)
        booked(30, Status.PLANNED, month=11)
        CounsellingSessionFactory(counselling=counselling, on=date(2026, 10, 12))
        CounsellingSessionFactory(counselling=counselling, on=date(2026, 10, 13), attendance="missed")
        AppointmentFactory(household=counselling.household, status=Status.HONOURED, start=datetime(2026, 10, 2, 9, tzinfo=UTC), status_at=datetime(2026, 10, 2, 10, tzinfo=UTC))  # noqa: E501  # fmt: skip
        october = Period(date(2026, 10, 1), date(2026, 10, 31))
        assert list(statistics.sessions(october, None)) == [Row((), 3, 3)]
        assert list(statistics.households(october, None)) == [Row((), 1, 1)]
        assert list(statistics.sessions(october, frozenset({"28218"}))) == []
        found = sessions_of(counselling.household)
        assert found.days == (date(2026, 10, 31), date(2026, 10, 12), date(2026, 10, 1), date(2026, 9, 30))
        assert found.next_day == date(2026, 11, 30)


@pytest.mark.django_db(transaction=True)
def test_two_savings_at_once_make_one_version() -> None:
    counselling = CounsellingFactory()
    author, barrier, outcomes = counselling.psychologist, Barrier(2), []

    def save(text: str) -> None:
        try:
            barrier.wait()
            services.save_text(by=author, place=Place(counselling), text=text, base=0)
            outcomes.append("in")
        except TextChanged:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=save, args=[text]) for text in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "told"]
    assert SealedNote.objects.count() == 1

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from appointments.enums import Place, Status, Urgency
from appointments.models import Appointment
from appointments.services import (
    OutcomeNote,
    SlotTaken,
    attach,
    book,
    cancel,
    check_in,
    move,
    receive,
    record_outcome,
    to_move,
    undo_last,
)
from cias.core.db import ConstraintViolation
from cias.core.periods import PARIS
from cias.core.states import ForbiddenTransition
from cias.territory.models import ExceptionalClosure
from households.models import Household, Note
from tests.factories import AbsenceFactory, AppointmentFactory, HouseholdFactory, MembershipFactory

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)


@pytest.fixture
def household():
    return HouseholdFactory()


def test_reception_books_what_the_diary_shows(early, nadege, claire_works, household, css):
    person = MembershipFactory(household=household).person
    appointment = book(
        by=nadege, agent=claire_works, start=NINE, reason=css, household=household, person=person,
        urgency=Urgency.TODAY, practical_note="Vient avec sa fille",
    )  # fmt: skip
    appointment.refresh_from_db()
    assert (appointment.start, appointment.minutes) == (NINE, 30)
    assert appointment.room.name == "Bureau de Claire"
    assert (appointment.booked_by, appointment.requested_on) == (nadege, date(2026, 11, 24))
    assert appointment.status == Status.PLANNED


def test_a_duration_may_be_chosen(early, nadege, claire_works, household, css):
    appointment = book(by=nadege, agent=claire_works, start=NINE, reason=css, household=household, minutes=60)
    assert appointment.minutes == 60


@pytest.mark.parametrize(
    "typed",
    [
        datetime(2026, 11, 24, 11, 30, tzinfo=PARIS),  # would straddle lunch
        datetime(2026, 11, 24, 9, 10, tzinfo=PARIS),  # off the grid
        datetime(2026, 11, 24, 12, 30, tzinfo=PARIS),  # closed
        datetime(2026, 11, 22, 10, tzinfo=PARIS),  # past, and a Sunday
        datetime(2022, 11, 1, 9, tzinfo=PARIS),
        datetime(2026, 4, 6, 9, tzinfo=PARIS),
    ],
)
def test_what_is_not_shown_is_not_accepted(early, nadege, claire_works, household, css, typed):
    with pytest.raises(SlotTaken, match="n’est pas un créneau libre de Claire Vasseur") as refusal:
        book(by=nadege, agent=claire_works, start=typed, reason=css, household=household, minutes=60)
    assert len(refusal.value.alternatives) == 3
    assert refusal.value.taken_by is None
    assert not Appointment.objects.exists()


def test_the_loser_is_told_who_won_and_offered_three_times(
    early, nadege, mehdi, claire_works, household, css
):
    AppointmentFactory(agent=claire_works, start=NINE, booked_by=mehdi)
    early.shift(timedelta(seconds=4))
    with pytest.raises(SlotTaken) as refusal:
        book(by=nadege, agent=claire_works, start=NINE, reason=css, household=household)
    assert refusal.value.message == (
        "Mehdi Aouragh a réservé mardi 24 novembre 2026 à 9\u00a0h il y a 4\u00a0secondes."
    )
    assert [slot.start - NINE for slot in refusal.value.alternatives] == [
        timedelta(minutes=30), timedelta(hours=1), timedelta(hours=1, minutes=30),
    ]  # fmt: skip


def test_an_agent_is_offered_their_own_times_only(early, claire_works, mehdi_works, household, css):
    AppointmentFactory(agent=claire_works, start=NINE)
    with pytest.raises(SlotTaken) as refusal:
        book(by=claire_works, agent=claire_works, start=NINE, reason=css, household=household)
    assert {slot.agent for slot in refusal.value.alternatives} == {claire_works}


def test_the_database_has_the_last_word(early, nadege, claire_works, household, css, monkeypatch):
    """Even if the diary were wrong, the constraint speaks, and as the same error."""
    from appointments.services import booking

    AppointmentFactory(agent=claire_works, start=NINE)
    free = booking.Slot(claire_works, NINE, NINE + timedelta(minutes=30), None, None, Place.OFFICE)
    day = booking.read_diary([claire_works], NINE.date(), NINE.date())
    monkeypatch.setattr(booking, "claim", lambda **kwargs: (free, day))
    with pytest.raises(SlotTaken):
        book(by=nadege, agent=claire_works, start=NINE, reason=css, household=household)
    assert Appointment.objects.count() == 1


def test_an_agent_books_in_their_own_agenda_only(early, claire_works, mehdi_works, household, css):
    book(by=claire_works, agent=claire_works, start=NINE, reason=css, household=household)
    with pytest.raises(PermissionDenied):
        book(by=claire_works, agent=mehdi_works, start=NINE, reason=css, household=household)


@pytest.mark.parametrize("role", ["isabelle", "francoise", "armelle", "david"])
def test_other_roles_book_nothing(early, request, role, claire_works, household, css):
    with pytest.raises(PermissionDenied):
        book(
            by=request.getfixturevalue(role), agent=claire_works, start=NINE, reason=css, household=household
        )


def test_reasons_go_to_the_agents_who_take_them(
    early, nadege, claire_works, hugo_works, household, css, interview
):
    for agent, reason in ((claire_works, interview), (hugo_works, css)):
        with pytest.raises(PermissionDenied):
            book(by=nadege, agent=agent, start=NINE, reason=reason, household=household)


def test_the_psychologist_sees_the_identity_of_those_she_receives(
    early, nadege, hugo_works, household, interview
):
    assert not Household.objects.for_user(hugo_works).exists()
    book(by=nadege, agent=hugo_works, start=NINE, reason=interview, household=household)
    assert list(Household.objects.for_user(hugo_works)) == [household]


def test_attaching_an_unknown_caller_shows_them_to_the_psychologist(early, nadege, hugo_works, interview):
    appointment = book(
        by=nadege, agent=hugo_works, start=NINE, reason=interview, caller_name="Soizic Kerbrat"
    )
    assert appointment.who == "Soizic Kerbrat"
    household = HouseholdFactory()
    attach(by=nadege, appointment=appointment, household=household)
    assert list(Household.objects.for_user(hugo_works)) == [household]


def test_a_booking_is_for_somebody(early, nadege, claire_works, css):
    with pytest.raises(ConstraintViolation, match="pour qui"):
        book(by=nadege, agent=claire_works, start=NINE, reason=css)


def test_moving_frees_the_former_time_and_checks_the_new_one(early, nadege, claire_works, household, css):
    first = book(by=nadege, agent=claire_works, start=NINE, reason=css, household=household)
    moved = move(by=nadege, appointment=first, agent=claire_works, start=NINE + timedelta(hours=1))
    assert moved.start == NINE + timedelta(hours=1)
    other = book(by=nadege, agent=claire_works, start=NINE, reason=css, household=HouseholdFactory())
    with pytest.raises(SlotTaken):
        move(by=nadege, appointment=moved, agent=claire_works, start=other.start)
    moved.refresh_from_db()
    assert moved.start == NINE + timedelta(hours=1)


def test_moving_by_less_than_its_length_does_not_meet_itself(early, nadege, claire_works, household, css):
    first = book(by=nadege, agent=claire_works, start=NINE, reason=css, household=household, minutes=60)
    moved = move(
        by=nadege, appointment=first, agent=claire_works, start=NINE + timedelta(minutes=30), minutes=30
    )
    assert (moved.start, moved.minutes) == (NINE + timedelta(minutes=30), 30)


def test_only_a_coming_appointment_moves(early, nadege, claire_works, household, css):
    first = book(by=nadege, agent=claire_works, start=NINE, reason=css, household=household)
    cancel(by=nadege, appointment=first, status=Status.CANCELLED_BY_USER)
    with pytest.raises(ValidationError, match="à venir"):
        move(by=nadege, appointment=first, agent=claire_works, start=NINE + timedelta(hours=1))


def test_cancelling_says_by_whom_and_can_be_undone_while_the_time_is_free(
    early, nadege, claire_works, household, css
):
    first = book(by=nadege, agent=claire_works, start=NINE, reason=css, household=household)
    cancelled = cancel(
        by=nadege, appointment=first, status=Status.CANCELLED_BY_USER, comment="A prévenu par téléphone"
    )
    assert (cancelled.status_at, cancelled.status_comment) == (timezone.now(), "A prévenu par téléphone")
    undo_last(by=nadege, appointment=cancelled)
    first.refresh_from_db()
    assert (first.status, first.status_at, first.status_comment) == (Status.PLANNED, None, "")
    cancel(by=nadege, appointment=first, status=Status.CANCELLED_BY_SERVICE)
    book(by=nadege, agent=claire_works, start=NINE, reason=css, household=HouseholdFactory())
    with pytest.raises(ConstraintViolation, match="déjà"):
        undo_last(by=nadege, appointment=first)


def test_honoured_is_not_a_way_to_cancel(early, nadege, claire_works):
    appointment = AppointmentFactory(agent=claire_works)
    with pytest.raises(PermissionDenied):
        cancel(by=nadege, appointment=appointment, status=Status.HONOURED)


def test_from_the_waiting_room_to_the_outcome_and_back(early, nadege, claire_works):
    appointment = AppointmentFactory(agent=claire_works, start=NINE)
    early.move_to(NINE - timedelta(minutes=5))
    assert check_in(by=nadege, appointment=appointment).is_waiting
    early.move_to(NINE + timedelta(minutes=4))
    assert receive(by=claire_works, appointment=appointment).is_in_interview
    early.move_to(NINE + timedelta(minutes=40))
    record_outcome(by=claire_works, appointment=appointment, status=Status.HONOURED)
    with pytest.raises(ForbiddenTransition):
        record_outcome(by=claire_works, appointment=appointment, status=Status.NO_SHOW)
    undone = [undo_last(by=claire_works, appointment=appointment) for _ in range(3)]
    assert undone[1:] == ["La réception est annulée.", "L’arrivée est annulée."]
    with pytest.raises(ValidationError, match="rien à annuler"):
        undo_last(by=claire_works, appointment=appointment)


def test_nobody_arrives_on_another_day(early, nadege, claire_works):
    appointment = AppointmentFactory(agent=claire_works, start=NINE + timedelta(days=1))
    with pytest.raises(ValidationError, match="pas aujourd’hui"):
        check_in(by=nadege, appointment=appointment)


@pytest.mark.parametrize("status", [Status.HONOURED, Status.NO_SHOW])
def test_an_appointment_to_come_has_no_outcome_yet(early, claire_works, status):
    appointment = AppointmentFactory(agent=claire_works, start=NINE)
    with pytest.raises(ValidationError, match="n’a pas commencé"):
        record_outcome(by=claire_works, appointment=appointment, status=status)


def test_somebody_who_was_received_is_not_absent(early, claire_works):
    appointment = AppointmentFactory(agent=claire_works, start=NINE, received_at=NINE)
    early.move_to(NINE + timedelta(hours=1))
    with pytest.raises(ConstraintViolation, match="n’est pas absente"):
        record_outcome(by=claire_works, appointment=appointment, status=Status.NO_SHOW)


def test_the_outcome_is_the_agent_s_to_record(early, nadege, mehdi, isabelle, claire_works):
    appointment = AppointmentFactory(agent=claire_works, start=NINE)
    early.move_to(NINE + timedelta(hours=1))
    for other in (nadege, mehdi, isabelle):
        with pytest.raises(PermissionDenied):
            record_outcome(by=other, appointment=appointment, status=Status.HONOURED)


def test_the_note_of_the_interview_goes_to_the_file(early, claire_works, household):
    person = MembershipFactory(household=household).person
    appointment = AppointmentFactory(agent=claire_works, start=NINE, household=household, person=person)
    early.move_to(NINE + timedelta(hours=1))
    record_outcome(
        by=claire_works, appointment=appointment, status=Status.HONOURED,
        note=OutcomeNote(text="Point sur la CSS.", means="office", duration_minutes=30),
    )  # fmt: skip
    note = Note.objects.get()
    assert (note.household, note.author, note.held_on) == (household, claire_works, NINE.date())
    assert list(note.persons.all()) == [person]
    appointment.refresh_from_db()
    assert appointment.note == note


def test_a_note_needs_a_household_and_nothing_is_half_saved(early, claire_works):
    appointment = AppointmentFactory(agent=claire_works, start=NINE, unknown_caller=True)
    early.move_to(NINE + timedelta(hours=1))
    with pytest.raises(ValidationError, match="Rattachez"):
        record_outcome(
            by=claire_works, appointment=appointment, status=Status.HONOURED,
            note=OutcomeNote(text="…", means="office"),
        )  # fmt: skip
    appointment.refresh_from_db()
    assert appointment.status == Status.PLANNED


def test_the_psychologist_writes_no_note(early, hugo_works, household, interview):
    appointment = AppointmentFactory(agent=hugo_works, start=NINE, household=household, reason=interview)
    early.move_to(NINE + timedelta(hours=1))
    with pytest.raises(PermissionDenied):
        record_outcome(
            by=hugo_works, appointment=appointment, status=Status.HONOURED,
            note=OutcomeNote(text="…", means="office"),
        )  # fmt: skip


def test_a_closure_or_an_absence_lists_the_appointments_to_move(early, claire_works, mehdi_works):
    kept = AppointmentFactory(agent=claire_works, start=NINE)
    on_closing_day = AppointmentFactory(agent=claire_works, start=NINE + timedelta(days=1))
    on_leave = AppointmentFactory(agent=mehdi_works, start=NINE + timedelta(days=2))
    assert to_move([claire_works, mehdi_works], claire_works) == []
    ExceptionalClosure.objects.create(
        first_day=date(2026, 11, 25), last_day=date(2026, 11, 25), label="Inventaire"
    )
    AbsenceFactory(
        agent=mehdi_works,
        start=datetime(2026, 11, 26, tzinfo=UTC),
        end=datetime(2026, 11, 27, tzinfo=UTC),
    )
    assert to_move([claire_works, mehdi_works], claire_works) == [on_closing_day, on_leave]
    assert kept not in to_move([claire_works], claire_works)

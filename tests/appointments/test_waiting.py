"""The waiting list (A10): who is called about a slot, in which order, and what their answer does."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from appointments import statistics_waiting
from appointments.enums import CallResult, Category, HalfDay, Place, Status, Urgency, WaitingState
from appointments.models import Appointment, WaitingCall, WaitingEntry
from appointments.services import SlotTaken, ToAccept, book, cancel, record_outcome, undo_last
from appointments.services.waiting import add_to_list, change_entry, put_back, withdraw
from appointments.services.waiting_calls import call_list, free_time, record_call
from cias.core.periods import PARIS, Period
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    CommuneFactory,
    HouseholdFactory,
    PresenceFactory,
    ReasonFactory,
    SituationFactory,
    WaitingEntryFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]
# Tuesday 24 November 2026, the day of `early`.
TEN = datetime(2026, 11, 24, 10, tzinfo=PARIS)
THREE = datetime(2026, 11, 24, 15, tzinfo=PARIS)


def called(by, agent, start=TEN, minutes=30) -> list[WaitingEntry]:
    free = free_time(agent, start, minutes)
    return [row.entry for row in call_list(by=by, free=free)] if free else []


class TestOrder:
    def test_urgency_first_then_who_asked_first(self, nadege, claire_works):
        later = WaitingEntryFactory(urgency=Urgency.LATER, requested_on=date(2026, 9, 1))
        second = WaitingEntryFactory(requested_on=date(2026, 11, 3))
        first = WaitingEntryFactory(requested_on=date(2026, 11, 2))
        urgent = WaitingEntryFactory(urgency=Urgency.TODAY, requested_on=date(2026, 11, 20))
        assert called(nadege, claire_works) == [urgent, first, second, later]

    def test_those_called_about_this_very_slot_come_last(self, nadege, claire_works):
        first, second = WaitingEntryFactory(requested_on=date(2026, 11, 2)), WaitingEntryFactory()
        record_call(
            by=nadege, entry=first, agent=claire_works, start=TEN, minutes=30, result=CallResult.NO_ANSWER
        )
        assert called(nadege, claire_works) == [second, first]
        assert called(nadege, claire_works, THREE) == [first, second]


class TestWhoFits:
    def fits(self, nadege, claire, start=TEN, **fields) -> bool:
        entry = WaitingEntryFactory(**fields)
        return entry in called(nadege, claire, start)

    @pytest.mark.parametrize(
        ("fields", "start", "fits"),
        [
            ({}, TEN, True),
            ({"minutes": 45}, TEN, False),
            ({"minutes": 15}, TEN, True),
            ({"weekdays": [1, 3]}, TEN, True),
            ({"weekdays": [0, 4]}, TEN, False),
            ({"half_day": HalfDay.MORNING}, TEN, True),
            ({"half_day": HalfDay.MORNING}, THREE, False),
            ({"half_day": HalfDay.AFTERNOON}, THREE, True),
            ({"half_day": HalfDay.AFTERNOON}, TEN, False),
            ({"until": date(2026, 11, 24)}, TEN, True),
            ({"until": date(2026, 11, 23)}, TEN, False),
            ({"place": Place.PHONE}, TEN, True),
            ({"withdrawn": True}, TEN, False),
        ],
    )
    def test_when_how_long_and_where(self, nadege, claire_works, fields, start, fits):
        assert self.fits(nadege, claire_works, start, **fields) == fits

    def test_the_agent_wanted_and_the_reasons_one_takes(self, nadege, claire_works, mehdi, interview):
        assert self.fits(nadege, claire_works, agent=claire_works)
        assert not self.fits(nadege, claire_works, agent=mehdi)
        assert not self.fits(nadege, claire_works, reason=interview)

    def test_a_permanence_suits_those_of_its_commune_only(self, nadege, claire):
        luce = CommuneFactory(luce=True)
        PresenceFactory(agent=claire, weekday=1, room=None, commune=luce)
        assert self.fits(nadege, claire, household=HouseholdFactory(commune=luce))
        assert not self.fits(nadege, claire)
        assert not self.fits(nadege, claire, household=HouseholdFactory(commune=luce), place=Place.PHONE)

    def test_a_buffer_must_not_run_into_the_next_appointment(self, nadege, claire_works):
        AppointmentFactory(agent=claire_works, start=TEN + timedelta(minutes=30), room=None)
        assert not self.fits(nadege, claire_works, reason=ReasonFactory(buffer_minutes=15))

    def test_a_freed_slot_off_the_grid_suits_too(self, nadege, claire_works):
        """From 9:00 three quarters of an hour begin at 9:45 and 10:30; the one freed at 10:00 is free all the same."""
        entry = WaitingEntryFactory(minutes=45)
        assert entry in called(nadege, claire_works, minutes=45)


class TestFreeTime:
    def test_it_ends_with_the_next_appointment_or_the_opening(self, claire_works):
        AppointmentFactory(agent=claire_works, start=TEN + timedelta(minutes=20), room=None)
        assert free_time(claire_works, TEN, 60).minutes == 20
        assert free_time(claire_works, THREE).minutes == 120

    def test_nothing_is_free_of_an_absent_agent_outside_of_hours_or_in_the_past(self, claire_works, early):
        AbsenceFactory(agent=claire_works, start=TEN - timedelta(hours=1))
        assert free_time(claire_works, TEN) is None
        assert free_time(claire_works, TEN.replace(hour=20)) is None
        early.move_to(THREE + timedelta(minutes=1))
        assert free_time(claire_works, THREE) is None

    def test_a_taken_slot_calls_nobody(self, claire_works):
        AppointmentFactory(agent=claire_works, start=TEN, room=None)
        assert free_time(claire_works, TEN, 30) is None


class TestAnswers:
    def answer(self, by, entry, agent, result=CallResult.ACCEPTED, start=TEN, **more):
        return record_call(by=by, entry=entry, agent=agent, start=start, minutes=30, result=result, **more)

    def test_accepting_books_what_they_need_and_closes_the_line(self, nadege, claire_works):
        entry = WaitingEntryFactory(
            unknown_caller=True,
            minutes=20,
            urgency=Urgency.LATER,
            place=Place.PHONE,
            practical_note="Après 9 h",
        )
        self.answer(nadege, entry, claire_works)
        entry.refresh_from_db()
        booked = entry.appointment
        assert (entry.state, booked.agent, booked.start, booked.minutes) == ("booked", claire_works, TEN, 20)
        assert (booked.caller_name, booked.caller_phone) == ("Soizic Kerbrat", "+33639980417")
        assert (booked.place, booked.practical_note, booked.urgency) == ("phone", "Après 9 h", "later")
        assert booked.requested_on == entry.requested_on

    @pytest.mark.parametrize("result", [CallResult.REFUSED, CallResult.NO_ANSWER, CallResult.MESSAGE])
    def test_other_answers_are_kept_and_they_wait_on(self, nadege, claire_works, result):
        entry = WaitingEntryFactory()
        self.answer(nadege, entry, claire_works, result)
        entry.refresh_from_db()
        [call] = entry.calls.all()
        assert (entry.state, call.result, call.made_by, call.start) == ("waiting", result, nadege, TEN)
        assert not Appointment.objects.exists()

    def test_a_slot_gone_meanwhile_writes_nothing(self, nadege, claire_works):
        entry = WaitingEntryFactory()
        AppointmentFactory(agent=claire_works, start=TEN, room=None)
        with pytest.raises(SlotTaken):
            self.answer(nadege, entry, claire_works)
        entry.refresh_from_db()
        assert entry.state == WaitingState.WAITING
        assert not WaitingCall.objects.exists()

    def test_what_is_to_accept_is_asked_first(self, nadege, claire_works, mehdi):
        entry = WaitingEntryFactory()
        AppointmentFactory(household=entry.household, agent=mehdi, start=TEN, room=None)
        with pytest.raises(ToAccept):
            self.answer(nadege, entry, claire_works)
        assert not WaitingCall.objects.exists()
        self.answer(nadege, entry, claire_works, accepts=["overlap"])
        entry.refresh_from_db()
        assert entry.appointment.cautions == ["overlap"]

    def test_somebody_who_does_not_wait_any_more_is_not_booked_twice(self, nadege, claire_works):
        entry = WaitingEntryFactory()
        stale = WaitingEntry.objects.get(pk=entry.pk)
        self.answer(nadege, entry, claire_works)
        with pytest.raises(ValidationError, match="a déjà un rendez-vous"):
            self.answer(nadege, stale, claire_works, start=THREE)
        assert Appointment.objects.count() == 1

    def test_agents_answer_for_their_own_list_and_agenda(self, claire_works, mehdi_works):
        theirs, anybody = WaitingEntryFactory(agent=mehdi_works), WaitingEntryFactory()
        mine = WaitingEntryFactory(agent=claire_works)
        assert called(claire_works, claire_works) == [mine]
        for entry in (theirs, anybody):
            with pytest.raises(PermissionDenied):
                self.answer(claire_works, entry, claire_works, CallResult.REFUSED)
        with pytest.raises(PermissionDenied):
            self.answer(claire_works, mine, mehdi_works, CallResult.REFUSED)


class TestKeeping:
    def test_the_duration_is_the_reason_s_unless_said(self, nadege, css):
        entry = add_to_list(by=nadege, reason=css, caller_name="Soizic Kerbrat", weekdays=[4, 0])
        assert (entry.minutes, entry.weekdays, entry.requested_on) == (30, [0, 4], date(2026, 11, 24))

    def test_a_household_waits_once_for_one_thing(self, nadege, claire, css):
        household = HouseholdFactory()
        add_to_list(by=nadege, reason=css, household=household)
        with pytest.raises(ValidationError, match="attend déjà pour ce motif depuis le 24/11/2026"):
            add_to_list(by=nadege, reason=css, household=household)
        add_to_list(by=nadege, reason=css, household=household, agent=claire)

    def test_an_agent_keeps_their_own_list_only(self, claire, mehdi, css):
        assert add_to_list(by=claire, reason=css, agent=claire, caller_name="A").agent == claire
        for agent in (None, mehdi):
            with pytest.raises(PermissionDenied):
                add_to_list(by=claire, reason=css, agent=agent, caller_name="A")

    def test_nobody_waits_for_an_agent_who_does_not_take_the_reason(self, nadege, claire, interview):
        with pytest.raises(ValidationError, match="ne prend pas ce motif"):
            add_to_list(by=nadege, reason=interview, agent=claire, caller_name="A")

    def test_changing_keeps_the_place_in_the_list(self, nadege):
        entry = WaitingEntryFactory()
        changed = change_entry(by=nadege, entry=entry, minutes=60, weekdays=[2, 1])
        changed.refresh_from_db()
        assert (changed.minutes, changed.weekdays) == (60, [1, 2])
        assert changed.requested_on == entry.requested_on

    def test_withdrawing_is_undone(self, nadege):
        entry = WaitingEntryFactory()
        assert withdraw(by=nadege, entry=entry).state == WaitingState.WITHDRAWN
        with pytest.raises(ValidationError, match="n’attend plus"):
            change_entry(by=nadege, entry=entry, minutes=20)
        back = put_back(by=nadege, entry=entry)
        assert (back.state, back.closed_at, back.requested_on) == ("waiting", None, entry.requested_on)

    def test_who_has_an_appointment_to_come_is_not_put_back(self, nadege, claire_works):
        entry = WaitingEntryFactory()
        record_call(
            by=nadege, entry=entry, agent=claire_works, start=TEN, minutes=30, result=CallResult.ACCEPTED
        )
        with pytest.raises(ValidationError, match="Annulez d’abord"):
            put_back(by=nadege, entry=entry)


class TestWhatBecomesOfTheAppointment:
    @pytest.fixture
    def entry(self, nadege, claire_works) -> WaitingEntry:
        entry = WaitingEntryFactory()
        record_call(
            by=nadege, entry=entry, agent=claire_works, start=TEN, minutes=30, result=CallResult.ACCEPTED
        )
        entry.refresh_from_db()
        return entry

    def test_cancelled_by_the_cias_they_wait_again_where_they_stood(self, nadege, entry):
        cancel(by=nadege, appointment=entry.appointment, status=Status.CANCELLED_BY_SERVICE)
        again = WaitingEntry.objects.get()
        assert (again.state, again.closed_at, again.requested_on) == ("waiting", None, entry.requested_on)
        undo_last(by=nadege, appointment=entry.appointment)
        assert WaitingEntry.objects.get().state == WaitingState.BOOKED

    def test_the_agent_says_so_too(self, claire_works, entry):
        record_outcome(by=claire_works, appointment=entry.appointment, status=Status.CANCELLED_BY_SERVICE)
        assert WaitingEntry.objects.get().state == WaitingState.WAITING

    def test_cancelled_by_themselves_they_do_not(self, nadege, entry):
        cancel(by=nadege, appointment=entry.appointment, status=Status.CANCELLED_BY_USER)
        assert WaitingEntry.objects.get().state == WaitingState.BOOKED
        assert put_back(by=nadege, entry=entry).state == WaitingState.WAITING


class TestBookedOtherwise:
    @pytest.mark.parametrize(
        ("wanted", "category", "state"),
        [
            (None, Category.RIGHTS, "booked"),
            ("claire", Category.RIGHTS, "booked"),
            ("mehdi", Category.RIGHTS, "waiting"),
            (None, Category.HOUSING, "waiting"),
        ],
    )
    def test_an_appointment_for_what_they_waited_for_closes_the_line(
        self, request, nadege, claire_works, wanted, category, state
    ):
        entry = WaitingEntryFactory(agent=request.getfixturevalue(wanted) if wanted else None)
        reason = ReasonFactory(category=category)
        made = book(by=nadege, agent=claire_works, start=TEN, reason=reason, household=entry.household)
        entry.refresh_from_db()
        assert entry.state == state
        assert entry.appointment == (made if state == "booked" else None)


class TestFigures:
    def test_opened_closed_and_the_median_wait(self, nadege, claire_works):
        luce = CommuneFactory(luce=True)
        for days in (2, 4, 12):
            household = HouseholdFactory()
            SituationFactory(household=household, commune=luce)
            entry = WaitingEntryFactory(household=household, requested_on=date(2026, 11, 24 - days))
            start = TEN + timedelta(minutes=30 * days)
            book(by=nadege, agent=claire_works, start=start, reason=entry.reason, household=household, off_grid=True,
                 accepts=["hole", "closed", "outside"])  # fmt: skip
        WaitingEntryFactory(
            unknown_caller=True, withdrawn=True, reason=ReasonFactory(category=Category.ENERGY)
        )
        WaitingEntryFactory(requested_on=date(2025, 1, 1))
        year = Period.year(2026)

        def values(measure, territory=None):
            return {row.keys: row.value for row in measure(year, territory)}

        assert values(statistics_waiting.added) == {("droits",): 3, ("energie",): 1}
        assert values(statistics_waiting.closed) == {("booked",): 3, ("withdrawn",): 1}
        assert values(statistics_waiting.days_waited) == {(): 4}
        only = frozenset({luce.pk})
        assert values(statistics_waiting.closed, only) == {("booked",): 3}
        assert values(statistics_waiting.added, frozenset({"28085"})) == {}


def at_once(*actions) -> list[object]:
    """Each action in a thread and on a connection of its own, at the same moment; results or exceptions."""
    barrier, results = Barrier(len(actions)), [None] * len(actions)

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[number] = actions[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
class TestTwoReceptionists:
    def accept(self, by, entry, agent, start=TEN):
        return lambda: record_call(
            by=by, entry=entry, agent=agent, start=start, minutes=30, result=CallResult.ACCEPTED
        )

    def test_one_slot_for_two_people(self, nadege, claire_works):
        one, other = WaitingEntryFactory(), WaitingEntryFactory()
        results = at_once(self.accept(nadege, one, claire_works), self.accept(nadege, other, claire_works))
        assert sorted(type(result).__name__ for result in results) == ["SlotTaken", "WaitingCall"]
        assert sorted(WaitingEntry.objects.values_list("state", flat=True)) == ["booked", "waiting"]
        assert Appointment.objects.count() == WaitingCall.objects.count() == 1

    def test_one_person_for_two_slots(self, nadege, claire_works, mehdi_works):
        entry = WaitingEntryFactory()
        results = at_once(
            self.accept(nadege, entry, claire_works), self.accept(nadege, entry, mehdi_works, THREE)
        )
        assert sorted(type(result).__name__ for result in results) == ["ValidationError", "WaitingCall"]
        assert Appointment.objects.count() == WaitingCall.objects.count() == 1

    def test_a_call_and_the_booking_page_do_not_stop_each_other(self, nadege, claire_works, mehdi_works, css):
        entry = WaitingEntryFactory(reason=css)
        results = at_once(
            self.accept(nadege, entry, claire_works),
            lambda: book(by=nadege, agent=mehdi_works, start=THREE, reason=css, household=entry.household,
                         accepts=["same_reason"]),
        )  # fmt: skip
        kinds = [type(result).__name__ for result in results]
        assert kinds[1] == "Appointment"
        # Whoever comes second is told: booked meanwhile, or expected elsewhere the same day.
        assert kinds[0] in ("WaitingCall", "ValidationError", "ToAccept")
        assert WaitingEntry.objects.get().state == ("waiting" if kinds[0] == "ToAccept" else "booked")

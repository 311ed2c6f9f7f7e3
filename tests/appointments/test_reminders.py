"""Reminders (A11): due on the right day at the right hour, once, with consent, whatever happens on the way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from appointments.enums import Place, ReminderChannel, ReminderState, Status
from appointments.models import Reminder, ReminderConsent, ReminderPolicy
from appointments.reminder_text import message_for
from appointments.senders import NotSent
from appointments.services import cancel, move, undo_last
from appointments.services.consents import address_of, give_consent, withdraw_consent
from appointments.services.reminders import (
    due,
    get_policy,
    last_day_reached,
    not_delivered,
    note_told,
    run,
    take_back,
)
from appointments.tasks import send_reminders
from cias.core.db import ConstraintViolation
from cias.core.periods import PARIS
from cias.territory.models import ExceptionalClosure
from cias.territory.services import get_structure
from tests.appointments.recorder import Recorder, ReportingRecorder
from tests.factories import (
    AppointmentFactory,
    CommuneFactory,
    PersonFactory,
    ReasonFactory,
    ReminderConsentFactory,
    ReminderFactory,
)

pytestmark = pytest.mark.django_db
PHONE = "+33639980417"
# Thursday 26 November 2026 at ten: two working days before is Tuesday 24, from nine o'clock on.
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=PARIS)
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _sender(settings) -> Iterator[None]:
    settings.REMINDER_SENDERS = {"sms": "tests.appointments.recorder.Recorder"}
    Recorder.reset()
    yield
    Recorder.reset()


@pytest.fixture
def policy(db) -> ReminderPolicy:
    return ReminderPolicy.objects.create(is_on=True)


@pytest.fixture
def person(db):
    return ReminderConsentFactory().person


@pytest.fixture
def appointment(policy, person):
    return AppointmentFactory(person=person, start=THURSDAY, room=None)


def is_due(now: datetime) -> bool:
    return bool(list(due(now)))


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


class TestWhen:
    @pytest.mark.parametrize(
        ("start", "since"),
        [
            ("2026-11-26T10:00", "2026-11-24T09:00"),  # an ordinary week
            ("2026-11-30T10:00", "2026-11-26T09:00"),  # Monday: Thursday of the week before
            ("2026-12-01T17:00", "2026-11-27T09:00"),  # Tuesday: Friday
            ("2026-11-12T10:00", "2026-11-09T09:00"),  # the day after Armistice Day (Wednesday 11)
            ("2026-11-13T10:00", "2026-11-10T09:00"),
            ("2026-12-28T10:00", "2026-12-23T09:00"),  # Christmas is a Friday
            ("2026-10-26T10:00", "2026-10-22T09:00"),  # the day after the clocks went back
            ("2026-10-28T10:00", "2026-10-26T09:00"),
            ("2027-03-31T10:00", "2027-03-26T09:00"),  # clocks forward on Easter day, then Easter Monday
            ("2027-04-01T10:00", "2027-03-30T09:00"),
        ],
    )
    def test_two_working_days_before_at_nine_on_the_wall(self, policy, person, start, since):
        AppointmentFactory(person=person, start=paris(start), room=None)
        first = paris(since)
        assert not is_due(first - timedelta(days=1) + timedelta(hours=14))
        assert not is_due(first.astimezone(UTC) - timedelta(seconds=1))
        assert is_due(first.astimezone(UTC))
        assert is_due(paris(start) - timedelta(minutes=1)) == (paris(start).time() > time(9))
        assert not is_due(paris(start))

    def test_the_hour_is_the_one_on_the_wall_on_both_sides_of_the_clock_changes(self, policy, person):
        """Nine in Paris is seven or eight in UTC."""
        for start, utc in (("2026-10-26T10:00", 7), ("2026-10-28T10:00", 8), ("2027-03-31T10:00", 8),
                           ("2027-04-01T10:00", 7)):  # fmt: skip
            row = AppointmentFactory(person=person, start=paris(start), room=None)
            day = {26: 22, 28: 26, 31: 26, 1: 30}[row.start.day]
            month = row.start.month if row.start.day != 1 else 3
            nine = datetime(row.start.year, month, day, utc, tzinfo=UTC)
            assert not is_due(nine - timedelta(minutes=1)), start
            assert is_due(nine), start
            row.delete()

    def test_a_closure_is_not_worked(self, policy, person):
        AppointmentFactory(person=person, start=paris("2027-01-04T10:00"), room=None)
        ExceptionalClosure.objects.create(
            first_day=date(2026, 12, 24), last_day=date(2027, 1, 1), label="Fermeture de fin d’année"
        )
        assert not is_due(paris("2026-12-21T18:00"))
        assert is_due(paris("2026-12-22T09:00"))

    def test_pentecost_monday_as_the_structure_keeps_it(self, policy, person):
        """Wednesday 19 May 2027; Pentecost Monday is the 17th."""
        structure = get_structure()
        for closed, last in ((True, date(2027, 5, 18)), (False, date(2027, 5, 18))):
            structure.pentecost_monday_closed = closed
            structure.save()
            expected = date(2027, 5, 18) if closed else date(2027, 5, 17)
            assert last_day_reached(date(2027, 5, 13), 2) == expected, last

    def test_the_policy_s_own_days_and_hour(self, policy, person):
        policy.working_days, policy.hour = 1, time(14, 30)
        policy.save()
        AppointmentFactory(person=person, start=THURSDAY, room=None)
        assert not is_due(paris("2026-11-24T18:00"))
        assert not is_due(paris("2026-11-25T14:29"))
        assert is_due(paris("2026-11-25T14:30"))

    def test_a_run_missed_is_made_up_for(self, appointment):
        assert is_due(paris("2026-11-26T09:30"))

    def test_off_until_somebody_switches_it_on(self, person):
        AppointmentFactory(person=person, start=THURSDAY, room=None)
        assert get_policy().is_on is False
        assert not is_due(TUESDAY)
        run(TUESDAY)
        assert not Reminder.objects.exists()


class TestWhom:
    def test_without_consent_nothing(self, policy):
        AppointmentFactory(person=PersonFactory(phone=PHONE), start=THURSDAY, room=None)
        assert not is_due(TUESDAY)

    def test_a_consent_for_e_mail_is_not_one_for_sms(self, policy):
        consent = ReminderConsentFactory(channel=ReminderChannel.EMAIL, person__email="denise@exemple.test")
        AppointmentFactory(person=consent.person, start=THURSDAY, room=None)
        assert not is_due(TUESDAY)

    @pytest.mark.usefixtures("early")
    def test_withdrawn_nothing_any_more(self, nadege, appointment, person):
        reminder = ReminderFactory(appointment=appointment)
        withdraw_consent(by=nadege, consent=person.reminder_consents.get())
        reminder.refresh_from_db()
        assert reminder.state == ReminderState.CANCELLED
        run(TUESDAY)
        assert Recorder.sent == []

    @pytest.mark.usefixtures("early")
    def test_withdrawn_between_writing_and_sending(self, appointment, person):
        ReminderFactory(appointment=appointment, state_at=TUESDAY)
        ReminderConsent.objects.update(withdrawn_on=TUESDAY.date())
        run(TUESDAY)
        assert Recorder.sent == []
        assert Reminder.objects.get().state == ReminderState.CANCELLED

    @pytest.mark.parametrize(
        ("phone", "second", "expected"),
        [
            (PHONE, "", PHONE),
            ("+33237000000", PHONE, PHONE),
            ("+33237000000", "", ""),
            ("", "", ""),
            ("+32470123456", "", "+32470123456"),
            ("n’importe quoi", "", ""),
        ],
    )
    def test_an_sms_goes_to_a_mobile(self, phone, second, expected):
        assert address_of(PersonFactory.build(phone=phone, second_phone=second), "sms") == expected

    def test_neither_the_dead_nor_callers_without_a_file(self, policy, person):
        AppointmentFactory(unknown_caller=True, start=THURSDAY, room=None)
        person.death_date = date(2026, 11, 1)
        person.save()
        AppointmentFactory(person=person, start=THURSDAY, room=None)
        assert not is_due(TUESDAY)

    @pytest.mark.parametrize("trait", ["cancelled", "honoured"])
    def test_only_what_is_to_come(self, policy, person, trait):
        AppointmentFactory(person=person, start=THURSDAY, room=None, **{trait: True})
        assert not is_due(TUESDAY)


class TestSending:
    def test_once_however_often_the_task_comes(self, appointment):
        for _ in range(3):
            run(TUESDAY)
        [message] = Recorder.sent
        assert message.to == PHONE
        row = Reminder.objects.get()
        assert (row.state, row.reference, row.attempts, row.for_start) == ("sent", "ref-1", 1, THURSDAY)
        assert row.state_at == TUESDAY

    def test_the_task_does_it(self, appointment, early):
        early.move_to(TUESDAY)
        send_reminders()
        assert len(Recorder.sent) == 1

    def test_no_broker_is_needed_and_the_next_run_makes_up(self, appointment, settings):
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
        assert run(TUESDAY + timedelta(hours=6)).sent == {"sms": 1}

    def test_tried_again_later_and_later_then_given_up_with_the_reason(self, appointment):
        Recorder.refusal = NotSent("Le service de SMS ne répond pas.", retry=True)
        tried = []
        for quarter in range(20):
            run(TUESDAY + timedelta(minutes=15 * quarter))
            row = Reminder.objects.get()
            if row.attempts > len(tried):
                tried.append(15 * quarter)
        assert tried == [0, 15, 45, 165]
        assert (row.state, row.failure) == ("failed", "Le service de SMS ne répond pas.")
        assert not_delivered(TUESDAY).get() == row

    def test_what_failed_once_may_leave_later(self, appointment):
        Recorder.refusal = NotSent("Le service de SMS ne répond pas.", retry=True)
        run(TUESDAY)
        assert Reminder.objects.get().state == ReminderState.PENDING
        Recorder.refusal = None
        run(TUESDAY + timedelta(minutes=15))
        row = Reminder.objects.get()
        assert (row.state, row.failure, row.attempts) == ("sent", "", 2)
        assert Recorder.sent[0].key == str(row.pk)

    def test_a_refusal_is_final(self, appointment):
        Recorder.refusal = NotSent("Le service de SMS refuse le message (code 422).", retry=False)
        assert run(TUESDAY).failed == {"sms": 1}
        run(TUESDAY + timedelta(hours=3))
        assert Reminder.objects.get().attempts == 1

    def test_a_sender_of_others_making_may_raise_anything(self, appointment, caplog):
        Recorder.refusal = RuntimeError(f"could not send to {PHONE}")
        run(TUESDAY)
        assert Reminder.objects.get().failure == "Le service d’envoi a eu une erreur."
        assert "RuntimeError" in caplog.text
        assert "98041" not in caplog.text

    def test_nothing_is_sent_inside_a_transaction(self, appointment, monkeypatch):
        depths = []
        outside = len(connection.savepoint_ids)
        monkeypatch.setattr(
            Recorder, "send", lambda self, message: depths.append(len(connection.savepoint_ids)) or ""
        )
        run(TUESDAY)
        assert depths == [outside]

    def test_neither_rows_nor_history_nor_logs_hold_an_address(self, appointment, caplog):
        caplog.set_level("DEBUG")
        Recorder.refusal = NotSent("Le service de SMS ne répond pas.", retry=True)
        run(TUESDAY)
        with connection.cursor() as cursor:
            for table in ("appointments_reminder", "appointments_reminderevent"):
                cursor.execute(f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE '%98041%'")  # noqa: S608
                assert cursor.fetchone() == (0,), table
        logs = [
            record.getMessage()
            for record in caplog.records
            if record.name.startswith(("appointments", "urllib3"))
        ]
        assert not any("98041" in line for line in logs)


class TestAppointmentsThatChange:
    @pytest.fixture
    def today(self, early):
        early.move_to(TUESDAY)

    @pytest.fixture
    def booked(self, policy, person, claire_works, today):
        return AppointmentFactory(person=person, agent=claire_works, start=THURSDAY, room=None)

    def test_cancelled_what_was_about_to_leave_does_not(self, nadege, booked):
        reminder = ReminderFactory(appointment=booked)
        cancel(by=nadege, appointment=booked, status=Status.CANCELLED_BY_USER)
        reminder.refresh_from_db()
        assert reminder.state == ReminderState.CANCELLED
        run()
        assert Recorder.sent == []

    def test_on_again_it_leaves(self, nadege, booked):
        ReminderFactory(appointment=booked)
        cancel(by=nadege, appointment=booked, status=Status.CANCELLED_BY_USER)
        undo_last(by=nadege, appointment=booked)
        run()
        assert len(Recorder.sent) == 1
        assert Reminder.objects.get().state == ReminderState.SENT

    def test_moved_the_new_time_is_announced(self, nadege, booked):
        run()
        move(by=nadege, appointment=booked, agent=booked.agent, start=THURSDAY.replace(hour=15))
        run()
        assert ["à 10h00" in message.text for message in Recorder.sent] == [True, False]
        assert "à 15h00" in Recorder.sent[1].text
        assert Reminder.objects.count() == 2

    def test_moved_before_it_left_only_the_new_time_is(self, nadege, booked):
        old = ReminderFactory(appointment=booked)
        move(by=nadege, appointment=booked, agent=booked.agent, start=THURSDAY.replace(hour=15))
        run()
        old.refresh_from_db()
        assert old.state == ReminderState.CANCELLED
        [message] = Recorder.sent
        assert "à 15h00" in message.text

    def test_whatever_writes_the_appointment(self, booked):
        """A path that forgets to say so is caught before sending."""
        ReminderFactory(appointment=booked, for_start=THURSDAY - timedelta(days=7))
        gone = AppointmentFactory(
            person=booked.person, start=THURSDAY + timedelta(hours=2), room=None, cancelled=True
        )
        ReminderFactory(appointment=gone)
        run()
        assert sorted(Reminder.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "sent"]


class TestReports:
    @pytest.fixture(autouse=True)
    def _reporting(self, settings, policy):
        settings.REMINDER_SENDERS = {"sms": "tests.appointments.recorder.ReportingRecorder"}
        ReportingRecorder.states.clear()
        yield
        ReportingRecorder.states.clear()

    def sent(self, reference, **more):
        return ReminderFactory(
            appointment__start=THURSDAY, appointment__room=None, state=ReminderState.SENT, reference=reference,
            state_at=TUESDAY, **more,
        )  # fmt: skip

    def test_what_became_of_each(self):
        ReportingRecorder.states.update({"a": ReminderState.DELIVERED, "b": ReminderState.FAILED})
        rows = [self.sent(reference) for reference in ("a", "b", "c")]
        run(TUESDAY + timedelta(hours=1))
        for row in rows:
            row.refresh_from_db()
        assert [row.state for row in rows] == ["delivered", "failed", "sent"]
        assert rows[1].failure == "Le service d’envoi n’a pas pu remettre le message."

    def test_a_service_that_does_not_answer_is_asked_again_later(self):
        row = self.sent("unreachable")
        run(TUESDAY + timedelta(hours=1))
        row.refresh_from_db()
        assert row.state == ReminderState.SENT


class TestByHand:
    @pytest.mark.usefixtures("early")
    def test_told_by_telephone(self, nadege, appointment):
        for _ in range(2):
            note_told(by=nadege, appointment=appointment, channel="phone")
        row = Reminder.objects.get()
        assert (row.channel, row.state, row.noted_by, row.for_start) == (
            "phone",
            "delivered",
            nadege,
            THURSDAY,
        )
        take_back(by=nadege, appointment=appointment, channel="phone")
        assert not Reminder.objects.exists()

    def test_not_of_what_has_begun_nor_by_those_who_may_not(
        self, nadege, mehdi, isabelle, appointment, early
    ):
        for user in (mehdi, isabelle):
            with pytest.raises(PermissionDenied):
                note_told(by=user, appointment=appointment, channel="phone")
        with pytest.raises(PermissionDenied):
            note_told(by=nadege, appointment=appointment, channel="sms")
        early.move_to(THURSDAY)
        with pytest.raises(ValidationError, match="plus à venir"):
            note_told(by=nadege, appointment=appointment, channel="phone")

    @pytest.mark.usefixtures("early")
    def test_who_was_called_leaves_the_list_of_failures(self, nadege, appointment):
        ReminderFactory(appointment=appointment, failed=True)
        assert not_delivered(TUESDAY).count() == 1
        note_told(by=nadege, appointment=appointment, channel="phone")
        assert not_delivered(TUESDAY).count() == 0

    def test_failures_of_the_past_or_of_another_time_are_over(self, appointment):
        ReminderFactory(appointment=appointment, failed=True, for_start=THURSDAY + timedelta(days=7))
        assert not_delivered(TUESDAY).count() == 0
        ReminderFactory(appointment=appointment, failed=True)
        assert not_delivered(THURSDAY).count() == 0


class TestConsent:
    def test_given_withdrawn_and_given_again_each_keeps_its_row(self, nadege):
        person = PersonFactory(phone=PHONE)
        first = give_consent(by=nadege, person=person, channel="sms", means="desk")
        with pytest.raises(ConstraintViolation, match="déjà noté"):
            give_consent(by=nadege, person=person, channel="sms", means="phone")
        withdraw_consent(by=nadege, consent=first)
        with pytest.raises(ValidationError, match="déjà retiré"):
            withdraw_consent(by=nadege, consent=first)
        give_consent(by=nadege, person=person, channel="sms", means="written")
        assert person.reminder_consents.count() == 2

    def test_reception_and_social_workers_only(self, hugo, isabelle):
        for user in (hugo, isabelle):
            with pytest.raises(PermissionDenied):
                give_consent(by=user, person=PersonFactory(), channel="sms", means="desk")


class TestWords:
    def text(self, channel, **fields) -> str:
        structure = get_structure()
        structure.short_name, structure.phone = "CIAS de la Vallée", "+33237000000"
        structure.address_lines = "32 boulevard Chasles\n28000 Chartres"
        row = AppointmentFactory(start=THURSDAY, room=None, **fields)
        message = message_for(row, key=row.pk, to="x", channel=channel, structure=structure)
        return f"{message.subject}\n{message.text}".replace("\u00a0", " ")

    @pytest.mark.parametrize("channel", ["email", "sms"])
    @pytest.mark.parametrize("place", [Place.OFFICE, Place.HOME, Place.PHONE, Place.VIDEO, Place.OUTSIDE])
    def test_when_and_the_number_never_why_nor_with_whom(self, hugo, channel, place):
        commune = CommuneFactory() if place == Place.OUTSIDE else None
        text = self.text(
            channel, agent=hugo, reason=ReasonFactory(psychologist=True), place=place, commune=commune
        )
        assert "jeudi 26" in text
        assert "02 37 00 00 00" in text
        for secret in ("Lemaire", "Hugo", "deuil", "psycho", "Entretien", "entretien"):
            assert secret not in text
        assert "None" not in text

    def test_where(self):
        assert "à l’accueil du CIAS de la Vallée, 32 boulevard Chasles, 28000 Chartres." in self.text("email")
        assert "à la permanence de" in self.text(
            "email", place=Place.OUTSIDE, commune=CommuneFactory(luce=True)
        )
        assert "Nous passerons chez vous jeudi 26 novembre 2026 à 10 h." in self.text(
            "email", place=Place.HOME
        )

    def test_an_sms_is_one_sms(self):
        body = self.text("sms").split("\n", 1)[1]
        assert body == (
            "CIAS de la Vallée : rendez-vous jeudi 26/11 à 10h00, 32 boulevard Chasles. Empêchement ? 02 37 00 00 00"
        )
        assert len(body) <= 160


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_two_runs_at_once_send_each_reminder_once(self, policy):
        for number in range(6):
            person = ReminderConsentFactory().person
            AppointmentFactory(person=person, start=THURSDAY + timedelta(minutes=30 * number), room=None)
        barrier, errors = Barrier(3), []

        def work() -> None:
            try:
                barrier.wait(timeout=30)
                run(TUESDAY)
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert errors == []
        keys = [message.key for message in Recorder.sent]
        assert len(keys) == len(set(keys)) == 6
        assert set(Reminder.objects.values_list("state", "attempts")) == {("sent", 1)}

"""Series, the agent's agenda, moves and cancellations that tell everybody, attendance, hours, evaluation (I6)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from appointments.enums import AbsenceKind
from appointments.models import Absence, ReminderPolicy
from appointments.senders import NotSent
from cias.core.periods import PARIS
from cias.territory.services import get_structure
from insertion.absences import absences
from insertion.models import WorkshopEvaluation, WorkshopNotice, WorkshopRegistration, WorkshopSession
from insertion.workshops import services
from insertion.workshops.enums import NoticeKind, NoticeState, RegistrationState, SessionState
from insertion.workshops.hours import hours_of
from insertion.workshops.wording import message
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    MembershipFactory,
    PersonFactory,
    ReminderConsentFactory,
    WorkshopFactory,
    WorkshopNoticeFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)

pytestmark = [pytest.mark.django_db]
NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
S = NoticeState


@pytest.fixture(autouse=True)
def _october():
    with time_machine.travel(NOW):
        yield


def open_notices(session: WorkshopSession) -> list[str]:
    rows = WorkshopNotice.objects.to_tell().filter(registration__session=session)
    return [row.kind for row in rows]


# Planning -------------------------------------------------------------------------------------------


def plan(workshop, agent, **values):
    asked = {
        "day": date(2026, 10, 21), "starts_at": time(9, 30), "ends_at": time(11, 30), "every_weeks": 1, "count": 4,
    } | values  # fmt: skip
    return services.plan_dates(workshop=workshop, agent=agent, **asked)


def test_a_series_keeps_its_hour_across_the_clock_change_and_says_what_stands_against_each_date(
    claire,
) -> None:
    workshop = WorkshopFactory(agent=claire)
    AppointmentFactory(
        agent=claire,
        start=datetime(2026, 10, 28, 10, 0, tzinfo=PARIS),
        end=datetime(2026, 10, 28, 10, 30, tzinfo=PARIS),
    )
    AbsenceFactory(
        agent=claire, start=datetime(2026, 11, 4, 8, 0, tzinfo=PARIS), end=datetime(2026, 11, 4, 18, 0, tzinfo=PARIS),
        kind=AbsenceKind.LEAVE,
    )  # fmt: skip
    dates = plan(workshop, claire)
    assert [one.start.astimezone(PARIS).strftime("%d/%m %H:%M") for one in dates] == [
        "21/10 09:30", "28/10 09:30", "04/11 09:30", "11/11 09:30",
    ]  # fmt: skip
    assert dates[0].is_clear
    assert "un rendez-vous à déplacer" in dates[1].remarks[0]
    assert "congés" in dates[2].remarks[0]
    assert "armistice" in dates[3].remarks[0]


def test_fixing_dates_keeps_the_agents_time_free_and_closes_registration_before(claire) -> None:
    workshop = WorkshopFactory(agent=claire, name="CV et lettre")
    made = services.add_sessions(
        by=claire,
        workshop=workshop,
        agent=claire,
        dates=plan(workshop, claire, count=2),
        seats=8,
        days_before=2,
    )
    assert [row.registration_until for row in made] == [date(2026, 10, 19), date(2026, 10, 26)]
    held = Absence.objects.get(pk=made[0].absence_id)
    assert (held.agent, held.kind, held.label, held.start) == (
        claire,
        AbsenceKind.WORKSHOP,
        "CV et lettre",
        made[0].start,
    )
    with pytest.raises(ValidationError, match="déjà une séance"):
        services.add_sessions(
            by=claire, workshop=workshop, agent=claire, dates=plan(workshop, claire), seats=8
        )
    assert WorkshopSession.objects.count() == 2


def test_an_agent_who_does_not_take_part_keeps_their_agenda(claire) -> None:
    workshop = WorkshopFactory(agent=claire, is_in_agenda=False)
    AbsenceFactory(agent=claire, start=NOW, end=NOW + timedelta(days=60))
    dates = plan(workshop, claire, count=1)
    assert dates[0].is_clear
    (session,) = services.add_sessions(by=claire, workshop=workshop, agent=claire, dates=dates, seats=8)
    assert session.absence is None


def test_planning_is_for_those_who_steer_it(claire, nadege) -> None:
    workshop = WorkshopFactory(agent=claire)
    with pytest.raises(PermissionDenied):
        services.add_sessions(
            by=nadege, workshop=workshop, agent=claire, dates=plan(workshop, claire), seats=8
        )
    session = WorkshopSessionFactory(workshop=workshop)
    with pytest.raises(PermissionDenied):
        services.cancel(by=nadege, session=session, reason="x")
    with pytest.raises(PermissionDenied):
        services.move(by=nadege, session=session, start=session.start, end=session.end)


# Moves, cancellations -------------------------------------------------------------------------------


def test_cancelling_a_series_tells_everybody_frees_the_agenda_and_comes_back_at_once(claire, nadege) -> None:
    workshop = WorkshopFactory(agent=claire)
    sessions = services.add_sessions(
        by=claire, workshop=workshop, agent=claire, dates=plan(workshop, claire, count=3), seats=1
    )
    for session in sessions:
        WorkshopRegistrationFactory(session=session)
        WorkshopRegistrationFactory(session=session, waiting=True)
    held = services.cancel(by=claire, session=sessions[1], reason="Salle inondée", following=True)
    assert [row.pk for row in held] == [sessions[1].pk, sessions[2].pk]
    assert [open_notices(session) for session in sessions] == [[], ["cancelled"] * 2, ["cancelled"] * 2]
    assert Absence.objects.count() == 1
    # One had been called before it was undone: she hears that it takes place, the others nothing.
    told = WorkshopNotice.objects.filter(registration__session=sessions[1], registration__seat=1).get()
    services.note_told(by=nadege, notice=told)
    sessions[2].refresh_from_db()
    step, count = services.undo_last(by=claire, session=sessions[2])
    assert (step.to_state, count) == (SessionState.CANCELLED, 2)
    assert [WorkshopSession.objects.get(pk=one.pk).state for one in sessions] == [SessionState.PLANNED] * 3
    assert Absence.objects.count() == 3
    assert [open_notices(session) for session in sessions] == [[], ["restored"], []]


def test_who_had_a_seat_without_knowing_still_hears_of_it_after_a_cancellation_undone(claire, nadege) -> None:
    session = WorkshopSessionFactory(seats=1, agent=claire)
    first = WorkshopRegistrationFactory(session=session)
    second = WorkshopRegistrationFactory(session=session, waiting=True)
    services.withdraw(by=nadege, registration=first)
    assert open_notices(session) == ["promoted"]
    services.cancel(by=claire, session=session, reason="Panne")
    assert open_notices(session) == ["cancelled"]
    session.refresh_from_db()
    services.undo_last(by=claire, session=session)
    assert open_notices(session) == ["promoted"]
    assert WorkshopRegistration.objects.get(pk=second.pk).state == RegistrationState.REGISTERED


def test_moving_tells_the_new_date_and_undoing_tells_only_those_who_knew(claire, nadege) -> None:
    session = WorkshopSessionFactory(
        agent=claire, registration_until=timezone.localdate() + timedelta(days=9)
    )
    for _ in range(2):
        WorkshopRegistrationFactory(session=session)
    before, new = session.start, session.start + timedelta(days=7)
    services.move(by=claire, session=session, start=new, end=new + timedelta(hours=2))
    session.refresh_from_db()
    assert session.start == new
    assert session.registration_until == timezone.localdate() + timedelta(days=16)
    notices = list(WorkshopNotice.objects.to_tell())
    assert [(row.kind, row.for_start, row.new_start) for row in notices] == [("moved", before, new)] * 2
    services.note_told(by=nadege, notice=notices[0])
    services.undo_last(by=claire, session=session)
    session.refresh_from_db()
    assert session.start == before
    left = WorkshopNotice.objects.to_tell().get()
    assert (left.registration, left.kind, left.for_start, left.new_start) == (
        notices[0].registration, "moved", new, before,
    )  # fmt: skip


def test_a_session_over_is_cancelled_without_telling_and_a_held_one_is_not(claire) -> None:
    session = WorkshopSessionFactory(
        agent=claire, start=NOW - timedelta(days=1), end=NOW - timedelta(hours=22)
    )
    WorkshopRegistrationFactory(session=session)
    with pytest.raises(ValidationError, match="à venir"):
        services.move(
            by=claire, session=session, start=NOW + timedelta(days=2), end=NOW + timedelta(days=2, hours=1)
        )
    services.cancel(by=claire, session=session, reason="Personne n’est venu")
    assert not WorkshopNotice.objects.exists()
    held = WorkshopSessionFactory(state=SessionState.HELD)
    with pytest.raises(ValidationError, match="prévue"):
        services.cancel(by=claire, session=held, reason="x")


# Telling --------------------------------------------------------------------------------------------


@pytest.fixture
def outbox(settings):
    """Reminders are on, and e-mails go to Django's memory."""
    ReminderPolicy.objects.create(is_on=True)
    settings.REMINDER_SENDERS = {"email": "appointments.senders.MailSender"}
    return mail.outbox


def by_email(session) -> WorkshopRegistration:
    member = MembershipFactory(person=PersonFactory(email="a@exemple.test"))
    ReminderConsentFactory(person=member.person, channel="email", given_on=date(2026, 10, 1))
    return WorkshopRegistrationFactory(
        session=session, household=member.household, person=member.person, channel="email"
    )


def test_a_message_leaves_once_without_the_subject_and_offers_the_next_date(claire, outbox) -> None:
    workshop = WorkshopFactory(name="Sortir du surendettement", agent=claire)
    session = WorkshopSessionFactory(workshop=workshop)
    WorkshopSessionFactory(workshop=workshop, start=session.start + timedelta(days=14))
    by_email(session)
    WorkshopRegistrationFactory(session=session)
    services.cancel(by=claire, session=session, reason="Panne")
    assert len(open_notices(session)) == 1
    assert services.send_waiting() == 1
    assert services.send_waiting() == 0
    (message,) = outbox
    assert "n’aura pas lieu" in message.body
    assert "Prochaine date" in message.body
    assert "surendettement" not in message.body + message.subject
    assert WorkshopNotice.objects.filter(state=S.SENT).count() == 1


def test_what_cannot_leave_goes_to_the_call_list(claire, outbox, monkeypatch) -> None:
    session = WorkshopSessionFactory(agent=claire)
    row = by_email(session)
    services.cancel(by=claire, session=session, reason="Panne")
    notice = WorkshopNotice.objects.get()
    assert notice.state == S.TO_SEND

    def refuse(self, message):
        raise NotSent("Le serveur de messagerie refuse cette adresse.", retry=False)

    monkeypatch.setattr("appointments.senders.MailSender.send", refuse)
    assert services.send_waiting() == 0
    notice.refresh_from_db()
    assert (notice.state, notice.failure) == (S.TO_TELL, "Le serveur de messagerie refuse cette adresse.")
    # Withdrawn between the cancellation and the sending: nothing leaves.
    other = by_email(WorkshopSessionFactory(agent=claire))
    services.cancel(by=claire, session=other.session, reason="Panne")
    other.person.reminder_consents.update(withdrawn_on=date(2026, 10, 5))
    services.send_waiting()
    assert other.notices.get().state == S.TO_TELL
    assert row.notices.count() == 1


def test_a_failure_that_may_pass_is_tried_again_then_somebody_calls(claire, outbox, monkeypatch) -> None:
    session = WorkshopSessionFactory(agent=claire)
    by_email(session)
    services.cancel(by=claire, session=session, reason="Panne")

    def later(self, message):
        raise NotSent("Le serveur ne répond pas.", retry=True)

    monkeypatch.setattr("appointments.senders.MailSender.send", later)
    for minutes in (0, 5, 20, 60, 300):
        services.send_waiting(NOW + timedelta(minutes=minutes))
    notice = WorkshopNotice.objects.get()
    assert (notice.state, notice.attempts) == (S.TO_TELL, 4)


def test_while_the_policy_is_off_everybody_is_called(claire, outbox) -> None:
    ReminderPolicy.objects.update(is_on=False)
    session = WorkshopSessionFactory(agent=claire)
    by_email(session)
    services.cancel(by=claire, session=session, reason="Panne")
    assert open_notices(session) == ["cancelled"]


def test_a_call_is_ticked_counted_or_taken_back(claire, nadege) -> None:
    session = WorkshopSessionFactory(agent=claire)
    WorkshopRegistrationFactory(session=session)
    services.cancel(by=claire, session=session, reason="Panne")
    notice = WorkshopNotice.objects.get()
    assert services.no_answer(by=nadege, notice=notice).attempts == 1
    done = services.note_told(by=nadege, notice=notice)
    assert (done.state, done.told_by) == (S.TOLD, nadege)
    with pytest.raises(ValidationError):
        services.note_told(by=nadege, notice=notice)
    assert services.take_back_told(by=nadege, notice=notice).state == S.TO_TELL


# Attendance -----------------------------------------------------------------------------------------


@pytest.fixture
def yesterday(claire) -> WorkshopSession:
    start = NOW - timedelta(days=1)
    return WorkshopSessionFactory(agent=claire, start=start, end=start + timedelta(minutes=90), seats=3)


def test_attendance_is_one_mark_each_and_undoing_brings_back_what_was(claire, yesterday) -> None:
    came, excused, missed = (WorkshopRegistrationFactory(session=yesterday) for _ in range(3))
    waited = WorkshopRegistrationFactory(session=yesterday, waiting=True)
    walk_in = MembershipFactory()
    marks = {came.pk: "present", excused.pk: "excused"}
    with pytest.raises(ValidationError, match="pour chaque personne"):
        services.record_attendance(by=claire, session=yesterday, marks=marks)
    marks |= {missed.pk: "unexcused", waited.pk: "present"}
    services.record_attendance(
        by=claire, session=yesterday, marks=marks,
        walk_ins=[
            services.Attendee(person=walk_in.person, household=walk_in.household), services.Attendee(name="M. Roy"),
        ],
    )  # fmt: skip
    yesterday.refresh_from_db()
    assert yesterday.state == SessionState.HELD
    assert yesterday.registrations.present().count() == 4
    assert yesterday.registrations.filter(is_walk_in=True).count() == 3
    # Corrected, then both undone one after the other.
    services.record_attendance(
        by=claire, session=yesterday,
        marks=dict.fromkeys(yesterday.registrations.live().values_list("pk", flat=True), "present"),
    )  # fmt: skip
    assert yesterday.registrations.present().count() == 6
    services.undo_last(by=claire, session=yesterday)
    assert WorkshopRegistration.objects.get(pk=missed.pk).attendance == "unexcused"
    yesterday.refresh_from_db()
    services.undo_last(by=claire, session=yesterday)
    yesterday.refresh_from_db()
    assert yesterday.state == SessionState.PLANNED
    assert set(yesterday.registrations.values_list("pk", flat=True)) == {
        came.pk,
        excused.pk,
        missed.pk,
        waited.pk,
    }
    assert WorkshopRegistration.objects.get(pk=waited.pk).state == RegistrationState.WAITING
    assert not yesterday.registrations.exclude(attendance="").exists()


def test_attendance_waits_for_the_session_and_for_the_right(claire, nadege, isabelle, yesterday) -> None:
    coming = WorkshopSessionFactory()
    with pytest.raises(ValidationError, match="commencé"):
        services.record_attendance(by=claire, session=coming, marks={})
    for user in (nadege, isabelle):
        with pytest.raises(PermissionDenied):
            services.record_attendance(by=user, session=yesterday, marks={})


def test_somebody_already_listed_is_no_walk_in(claire, yesterday) -> None:
    row = WorkshopRegistrationFactory(session=yesterday)
    who = services.Attendee(person=row.person, household=row.household)
    with pytest.raises(ValidationError, match="déjà dans la liste"):
        services.record_attendance(by=claire, session=yesterday, marks={row.pk: "present"}, walk_ins=[who])


def test_hours_and_absences_feed_the_pathway(claire, yesterday) -> None:
    came = WorkshopRegistrationFactory(session=yesterday, came=True)
    missed = WorkshopRegistrationFactory(session=yesterday, attendance="unexcused")
    excused = WorkshopRegistrationFactory(session=yesterday, attendance="excused")
    cancelled = WorkshopRegistrationFactory(
        session=WorkshopSessionFactory(start=yesterday.start, state="cancelled"), person=came.person,
        household=came.household,
    )  # fmt: skip
    assert cancelled.pk
    day, persons = date(2026, 10, 4), [came.person_id, missed.person_id, excused.person_id]
    found = {row.person_id: (row.planned, row.done) for row in hours_of(persons, day, day)}
    whole = Decimal("1.5")
    assert found == {
        came.person_id: (whole, whole),
        missed.person_id: (whole, 0),
        excused.person_id: (whole, 0),
    }
    assert list(hours_of(persons, day + timedelta(days=1), day + timedelta(days=9))) == []
    rows = {row.person_id: row.excused for row in absences["workshops"](persons, day, day)}
    assert rows == {missed.person_id: False, excused.person_id: True}


def test_an_evaluation_counts_no_more_answers_than_persons(claire, yesterday) -> None:
    WorkshopRegistrationFactory(session=yesterday)
    evaluation = WorkshopEvaluation(session=yesterday, returned=1, very_satisfied=1)
    with pytest.raises(ValidationError, match="présences"):
        services.save_evaluation(by=claire, evaluation=evaluation)
    marks = {row.pk: "present" for row in yesterday.registrations.all()}
    services.record_attendance(by=claire, session=yesterday, marks=marks)
    yesterday.refresh_from_db()
    evaluation.session = yesterday
    services.save_evaluation(by=claire, evaluation=evaluation)
    evaluation.returned = 2
    with pytest.raises(ValidationError, match="personnes présentes"):
        services.save_evaluation(by=claire, evaluation=evaluation)
    evaluation.returned, evaluation.use_yes = 1, 2
    with pytest.raises(ValidationError, match="plus de réponses"):
        services.save_evaluation(by=claire, evaluation=evaluation)


def test_kinds_of_notices_are_all_told_in_words(claire) -> None:
    session = WorkshopSessionFactory()
    row = WorkshopRegistrationFactory(session=session)
    for kind in NoticeKind:
        for channel in ("email", "sms"):
            notice = WorkshopNoticeFactory(
                registration=row, kind=kind, channel=channel, state=S.SENT, new_start=session.start
            )
            words = message(notice, get_structure())
            assert "octobre 2026" in words.text
            assert str(session.workshop.name) not in words.text

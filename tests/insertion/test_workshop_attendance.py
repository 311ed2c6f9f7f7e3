"""Who came, the hours it makes, and what they thought of it (I6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from insertion.absences import absences
from insertion.models import WorkshopEvaluation, WorkshopRegistration, WorkshopSession
from insertion.workshops import services
from insertion.workshops.enums import NoticeState, RegistrationState, SessionState
from insertion.workshops.hours import hours_of
from tests.factories import (
    MembershipFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)
from tests.insertion.workshop_helpers import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
S = NoticeState


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

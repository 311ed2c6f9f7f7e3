"""The steps of the programme: from a signalement to the end, and back."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from appointments.enums import Category, Status
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.states import ForbiddenTransition
from households.enums import Consent
from housing.energy import services
from housing.energy.enums import CloseReason, ContactOutcome, EnergyState, OrientationState
from housing.energy.states import TRANSITIONS
from housing.energy.visit_forms import VisitSheet
from housing.models import EnergyFile, EnergyVisit
from tests.factories import (
    AppointmentFactory,
    EnergyFileFactory,
    EnergyOrientationFactory,
    EnergyVisitFactory,
    HouseholdFactory,
    PartnerFactory,
    ReasonFactory,
)

pytestmark = pytest.mark.django_db
S = EnergyState
DAY = date(2026, 10, 5)


def values(**more):
    return {
        "informant": "town_hall", "partner": None, "informant_name": "", "consent_on": DAY, "grounds": ["damp"],
        "situation": "", "priority": "normal", "occupancy": "private", "landlord": "", "dwelling": "flat",
        "built": "1974", "surface": 52, "heating_energy": "electricity", "persons": 2, "tax_income": None,
        "tax_income_year": None, "kept_despite": "", **more,
    }  # fmt: skip


def appointment_of(file: EnergyFile, *, status=Status.PLANNED, **more):
    reason = ReasonFactory(category=Category.ENERGY)
    start = timezone.now() + timedelta(days=3)
    return AppointmentFactory(household=file.household, reason=reason, start=start, status=status, **more)


def test_a_second_signalement_of_the_same_household_is_refused_with_the_first(claire) -> None:
    household = HouseholdFactory()
    first = services.report(by=claire, household=household, agent=claire, reported_on=DAY, values=values())
    assert first.number == "SLIME-2026-00001"
    with pytest.raises(ValidationError, match=rf"Déjà signalé le 05/10/2026, dossier {first.number}"):
        services.report(by=claire, household=household, agent=claire, reported_on=DAY, values=values())
    services.close(by=claire, file=first, on=DAY, close_reason=CloseReason.MOVED)
    again = services.report(by=claire, household=household, agent=claire, reported_on=DAY, values=values())
    assert again.number == "SLIME-2026-00002"


def test_nobody_calls_before_the_household_agrees(claire) -> None:
    file = EnergyFileFactory(consent_on=None)
    with pytest.raises(ValidationError, match="L’accord du ménage n’est pas enregistré"):
        services.log_contact(by=claire, file=file, on=DAY, means="phone", outcome=ContactOutcome.AGREED)
    with pytest.raises(ConstraintViolation, match="accord"), typed_violations():
        file.move_to(S.CONTACTED, by=claire)


def test_the_journey_from_the_call_to_the_end_and_each_step_undone(claire) -> None:
    file = EnergyFileFactory()
    services.log_contact(by=claire, file=file, on=DAY, means="phone", outcome=ContactOutcome.NO_ANSWER)
    assert file.state == S.REPORTED
    services.log_contact(by=claire, file=file, on=DAY, means="phone", outcome=ContactOutcome.AGREED)
    assert file.state == S.CONTACTED
    appointment = appointment_of(file)
    assert list(services.visits_to_tie(file)) == [appointment]
    visit = services.plan_visit(by=claire, file=file, appointment=appointment)
    assert (file.state, visit.rank, visit.agent) == (S.VISIT_1, 1, appointment.agent)
    services.finish_visit(by=claire, visit=visit, on=DAY)
    file.refresh_from_db()
    assert (file.state, file.visited_on) == (S.VISITED_1, DAY)
    services.support(by=claire, file=file, on=DAY)
    services.watch(by=claire, file=file, on=DAY)
    services.call(by=claire, file=file, on=DAY, comfort="better")
    services.close(by=claire, file=file, on=DAY, close_reason=CloseReason.DONE)
    assert (file.state, file.closed_on) == (S.CLOSED, DAY)
    undone = []
    while services.undoable_move(file):
        undone.append(services.undo_last_move(by=claire, file=file).to_state)
        file.refresh_from_db()
    assert undone == [S.CLOSED, S.FOLLOW_UP, S.SUPPORT, S.VISITED_1, S.VISIT_1, S.CONTACTED]
    assert (file.state, file.visited_on, file.closed_on) == (S.REPORTED, None, None)
    visit.refresh_from_db()
    assert (visit.done_on, visit.appointment) == (None, None)


def test_a_visit_that_falls_through_is_planned_again_with_what_was_noted(claire) -> None:
    file = EnergyFileFactory(state=S.CONTACTED)
    visit = services.plan_visit(by=claire, file=file, appointment=appointment_of(file))
    EnergyVisit.objects.filter(pk=visit.pk).update(level="2e étage")
    services.unplan_visit(by=claire, file=file, reason="absente")
    assert file.state == S.CONTACTED
    again = services.plan_visit(by=claire, file=file, appointment=appointment_of(file))
    assert (again.pk, again.level) == (visit.pk, "2e étage")


def test_a_second_visit_has_its_own_rank(claire) -> None:
    visit = EnergyVisitFactory(done=True)
    second = services.plan_visit(by=claire, file=visit.file, appointment=appointment_of(visit.file))
    assert (second.rank, visit.file.state) == (2, S.VISIT_2)
    services.finish_visit(by=claire, visit=second, on=date(2026, 11, 2))
    visit.file.refresh_from_db()
    assert (visit.file.state, visit.file.visited_on) == (S.VISITED_2, date(2026, 11, 2))


@pytest.mark.parametrize("wrong", ["household", "cancelled"])
def test_only_an_appointment_of_the_household_is_its_visit(claire, wrong) -> None:
    file = EnergyFileFactory(state=S.CONTACTED)
    other = appointment_of(EnergyFileFactory()) if wrong == "household" else None
    chosen = other or appointment_of(file, status=Status.CANCELLED_BY_USER, status_at=timezone.now())
    assert chosen not in services.visits_to_tie(file)
    with pytest.raises(ValidationError, match="n’est pas celui"):
        services.plan_visit(by=claire, file=file, appointment=chosen)


@pytest.mark.parametrize(
    ("current", "target"),
    [(one, two) for one in S for two in S if two not in TRANSITIONS[one]],
    ids=lambda state: state.value,
)
def test_what_is_not_in_the_table_is_refused(claire, current, target) -> None:
    ended = {"closed_on": DAY, "close_reason": "moved"} if current == S.CLOSED else {}
    file = EnergyFileFactory(state=current, **ended)
    with pytest.raises(ForbiddenTransition):
        file.move_to(target, by=claire)


def test_lost_from_sight_after_the_attempts_of_the_rule(claire) -> None:
    file = EnergyFileFactory()
    for attempt in range(2):
        services.log_contact(
            by=claire, file=file, on=DAY + timedelta(days=attempt), means="phone", outcome="no_answer"
        )
    with pytest.raises(ValidationError, match="après 3 tentatives sans réponse"):
        services.close(by=claire, file=file, on=DAY, close_reason=CloseReason.LOST)
    services.log_contact(by=claire, file=file, on=DAY + timedelta(days=9), means="mail", outcome="message")
    services.close(by=claire, file=file, on=DAY, close_reason=CloseReason.LOST)
    assert file.is_closed


def test_a_refusal_says_why(claire) -> None:
    file = EnergyFileFactory()
    with pytest.raises(ValidationError, match="Précisez"):
        services.close(by=claire, file=file, on=DAY, close_reason=CloseReason.REFUSED)
    services.close(by=claire, file=file, on=DAY, close_reason=CloseReason.REFUSED, close_detail="Déménage")


def test_orientations_come_after_a_visit_and_are_transmitted_with_consent(claire) -> None:
    with pytest.raises(ForbiddenTransition, match="après la première visite"):
        services.orient(by=claire, file=EnergyFileFactory(), kind="works", proposed_on=DAY)
    visit = EnergyVisitFactory(done=True)
    with pytest.raises(ValidationError, match="accord"):
        services.orient(
            by=claire, file=visit.file, kind="landlord", partner=PartnerFactory(), consent=Consent.NO,
            proposed_on=DAY,
        )  # fmt: skip
    row = services.orient(
        by=claire, file=visit.file, kind="landlord", partner=PartnerFactory(), consent=Consent.YES,
        proposed_on=DAY,
    )  # fmt: skip
    assert row.state == OrientationState.PROPOSED


def test_an_orientation_is_answered_and_taken_back(claire) -> None:
    row = EnergyOrientationFactory()
    row = services.answer(by=claire, orientation=row, state="started", on=date(2026, 10, 21))
    row = services.answer(
        by=claire, orientation=row, state="succeeded", on=date(2026, 11, 2), result="Accordé", amount=150
    )
    assert (row.answered_on, row.amount) == (date(2026, 11, 2), 150)
    with pytest.raises(ForbiddenTransition):
        services.answer(by=claire, orientation=row, state="failed", on=date(2026, 11, 3))
    row = services.undo_answer(by=claire, orientation=row)
    assert (row.state, row.answered_on, row.amount) == ("started", None, None)
    with pytest.raises(ForbiddenTransition):
        services.undo_answer(by=claire, orientation=row)
    with pytest.raises(ConstraintViolation, match="suit la proposition"):
        services.answer(by=claire, orientation=row, state="failed", on=date(2026, 10, 1))


def content(visit, **typed):
    sheet = VisitSheet(visit, {"pieces-total": "1", "factures-total": "0", **typed})
    assert sheet.is_valid(), sheet.errors
    return sheet.content()


def test_the_same_key_is_received_once(claire) -> None:
    visit = EnergyVisitFactory()
    sending = services.Sending(key=uuid4(), version=0)
    for _ in range(2):
        received = services.receive_visit(
            by=claire, visit=visit, sending=sending,
            content=content(visit, level="RDC", **{"pieces-0-room": "living", "pieces-0-temperature": "16,5"}),
        )  # fmt: skip
    assert (received.version, received.level) == (1, "RDC")
    assert visit.readings.get().temperature == 16.5
    assert visit.sendings.count() == 1


def test_another_agents_version_is_never_written_over(claire, mehdi) -> None:
    visit = EnergyVisitFactory()
    services.receive_visit(
        by=mehdi,
        visit=visit,
        content=content(visit, level="Bureau"),
        sending=services.Sending(key=uuid4(), version=0),
    )
    with pytest.raises(services.VisitConflict) as raised:
        services.receive_visit(
            by=claire, visit=visit, content=content(visit, level="Tablette"),
            sending=services.Sending(key=uuid4(), version=0),
        )  # fmt: skip
    assert raised.value.sending.by == mehdi
    visit.refresh_from_db()
    assert visit.level == "Bureau"


def test_ones_own_sending_without_an_answer_is_no_conflict(claire) -> None:
    visit, lost = EnergyVisitFactory(), uuid4()
    services.receive_visit(
        by=claire,
        visit=visit,
        content=content(visit, level="1"),
        sending=services.Sending(key=lost, version=0),
    )
    received = services.receive_visit(
        by=claire, visit=visit, content=content(visit, level="2"),
        sending=services.Sending(key=uuid4(), version=0, unheard=[lost]),
    )  # fmt: skip
    assert (received.version, received.level) == (2, "2")


def test_rows_follow_the_form_and_equipment_keeps_the_price_of_its_day(claire) -> None:
    visit = EnergyVisitFactory()

    def send(**typed):
        visit.refresh_from_db()
        sending = services.new_sending(visit)
        services.receive_visit(by=claire, visit=visit, content=content(visit, **typed), sending=sending)

    rooms = {"pieces-total": "2", "pieces-0-room": "living", "pieces-0-temperature": "15",
             "pieces-1-room": "bedroom", "pieces-1-humidity": "80"}  # fmt: skip
    send(**rooms, **{"equip-led": "4", "equip-mousseur": "1"})
    assert [row.room for row in visit.readings.all()] == ["living", "bedroom"]
    led = visit.equipment.get(item__code="led")
    led.item.unit_cost = 99
    led.item.save()
    send(**{"pieces-0-room": "bedroom", "pieces-0-humidity": "80", "equip-led": "5"})
    assert [row.room for row in visit.readings.all()] == ["bedroom"]
    assert [(row.item.code, row.quantity, str(row.unit_cost)) for row in visit.equipment.all()] == [
        ("led", 5, "3.00")
    ]

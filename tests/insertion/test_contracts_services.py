"""A contract from its draft to its renewal: hours, signatures, avenants, end, and the undo of each step."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import Row
from cias.core.states import ForbiddenTransition
from insertion.contracts import services
from insertion.contracts.statistics import hours, planned_hours
from insertion.diagnoses import services as diagnoses
from insertion.models import (
    ContractAction,
    DiagnosisTheme,
    EngagementContract,
    Objective,
    ObjectiveAction,
)
from tests.factories import EngagementContractFactory, OrientationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _thursday() -> Any:
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=True):
        yield


@pytest.fixture
def draft(claire: User) -> EngagementContract:
    orientation = OrientationFactory(notified_on=date(2026, 10, 5), start=date(2026, 10, 5))
    return services.write_contract(
        by=claire,
        contract=EngagementContract(
            household=orientation.household, orientation=orientation, start=date(2026, 10, 20),
            end=date(2027, 4, 19), weekly_hours=Decimal(15), objectives="Trouver une garde",
        ),
        actions=[ContractAction(kind="training", label="Remise à niveau", weekly_hours=Decimal(6))],
    )  # fmt: skip


def sign(contract: EngagementContract, by: User) -> EngagementContract:
    day = date(2026, 10, 21)
    return services.sign_contract(
        by=by, contract=contract, signed_by_person_on=day, signed_by_structure_on=day
    )


def amend(contract: EngagementContract, by: User, **more: Any) -> Any:
    values = {
        "effective_on": date(2026, 12, 1), "end": date(2027, 6, 30), "weekly_hours": Decimal(18),
        "changes": "Deux mois de plus.", **more,
    }  # fmt: skip
    return services.prepare_amendment(by=by, contract=contract, **values)


def test_one_signature_then_the_other(draft, claire) -> None:
    half = services.sign_contract(by=claire, contract=draft, signed_by_person_on=date(2026, 10, 20))
    assert half.is_draft
    whole = services.sign_contract(by=claire, contract=half, signed_by_structure_on=date(2026, 10, 23))
    assert (whole.is_signed, whole.signed_on) == (True, date(2026, 10, 23))
    with pytest.raises(ForbiddenTransition, match="n’attend pas"):
        sign(whole, claire)
    services.undo_step(by=claire, contract=whole)
    whole.refresh_from_db()
    assert (whole.signed_by_person_on, whole.signed_by_structure_on) == (date(2026, 10, 20), None)


def test_nobody_signs_tomorrow(draft, claire) -> None:
    with pytest.raises(ValidationError, match="à venir"):
        services.sign_contract(by=claire, contract=draft, signed_by_person_on=date(2026, 11, 27))


def test_a_signed_contract_changes_by_an_avenant_only(draft, claire) -> None:
    contract = sign(draft, claire)
    contract.objectives = "Autre chose"
    with pytest.raises(ForbiddenTransition, match="par un avenant"):
        services.write_contract(by=claire, contract=contract)
    amendment = amend(contract, claire)
    contract.refresh_from_db()
    assert contract.end == date(2027, 4, 19), "an avenant nobody signed changes nothing"
    with pytest.raises(ConstraintViolation, match="attend déjà ses signatures"):
        amend(contract, claire)
    day = date(2026, 11, 25)
    services.sign_amendment(
        by=claire, amendment=amendment, signed_by_person_on=day, signed_by_structure_on=day
    )
    contract.refresh_from_db()
    assert (contract.end, contract.weekly_hours) == (date(2027, 6, 30), Decimal("18.0"))
    services.undo_step(by=claire, contract=contract)
    contract.refresh_from_db()
    amendment.refresh_from_db()
    assert (contract.end, contract.weekly_hours, amendment.is_signed) == (
        date(2027, 4, 19),
        Decimal("15.0"),
        False,
    )
    services.drop_amendment(by=claire, amendment=amendment)
    assert contract.amendments.count() == 0


def test_an_avenant_below_the_minimum_says_why(draft, claire) -> None:
    with pytest.raises(ValidationError, match="En dessous de 15 heures"):
        amend(sign(draft, claire), claire, weekly_hours=Decimal(8))


def test_end_update_and_their_undo(draft, claire) -> None:
    contract = sign(draft, claire)
    services.update_contract(
        by=claire, contract=contract, on=date(2026, 11, 20), next_review_on=date(2027, 2, 1)
    )
    ended = services.end_contract(by=claire, contract=contract, on=date(2026, 11, 25), end_reason="agreement")
    assert (ended.end, ended.end_reason) == (date(2026, 11, 25), "agreement")
    services.undo_step(by=claire, contract=ended)
    services.undo_step(by=claire, contract=ended)
    ended.refresh_from_db()
    assert (ended.end, ended.end_reason, ended.next_review_on) == (date(2027, 4, 19), "", None)


def test_a_draft_is_given_up_and_leaves_its_dates(draft, claire) -> None:
    services.cancel_contract(by=claire, contract=draft, on=date(2026, 11, 20))
    other = EngagementContractFactory(orientation=draft.orientation, start=draft.start, end=draft.end)
    draft.refresh_from_db()
    with pytest.raises(ConstraintViolation, match="Un autre contrat couvre ces dates"):
        services.undo_step(by=claire, contract=draft)
    other.delete()
    services.undo_step(by=claire, contract=draft)
    draft.refresh_from_db()
    assert draft.is_draft


def test_actions_are_taken_from_the_diagnosis_once(draft, claire) -> None:
    orientation = draft.orientation
    diagnosis = diagnoses.open_diagnosis(
        by=claire, household=orientation.household, person=orientation.person
    )
    theme = DiagnosisTheme.objects.get(label="Emploi")
    objective = Objective.objects.create(
        diagnosis=diagnosis, theme=theme, label="Accéder à l’emploi", opened_on=date(2026, 11, 20)
    )
    source = ObjectiveAction.objects.create(objective=objective, label="Candidater", owner_kind="person")
    for _ in range(2):
        services.write_contract(by=claire, contract=draft, taken=[source])
    taken = draft.actions.get(source=source)
    assert (taken.label, taken.kind) == ("Candidater", "search")


def test_hours_week_by_week_exact_and_undone(draft, claire) -> None:
    contract = sign(draft, claire)
    action = contract.actions.get()
    for day, told in ((date(2026, 11, 13), "5.5"), (date(2026, 11, 20), "6")):
        services.tell_hours(by=claire, contract=contract, on=day, hours={action: Decimal(told)})
    assert action.realised_hours == Decimal("11.5")
    assert (contract.planned_hours, action.state) == (Decimal("6.0"), "running")
    services.undo_hours(by=claire, contract=contract)
    assert ContractAction.objects.get(pk=action.pk).realised_hours == Decimal("5.5")
    with pytest.raises(ValidationError, match="d’une action au moins"):
        services.tell_hours(by=claire, contract=contract, on=date(2026, 11, 20), hours={action: Decimal(0)})
    with pytest.raises(ConstraintViolation, match="48 heures"):
        services.tell_hours(by=claire, contract=contract, on=date(2026, 11, 20), hours={action: Decimal(60)})


def test_figures_of_hours_counted_by_hand(claire) -> None:
    """Fifteen hours a week from 2 to 15 March are thirty hours; eleven and a half were told in the month."""
    contract = EngagementContractFactory(
        orientation=OrientationFactory(start=date(2026, 1, 5), notified_on=date(2026, 1, 5)),
        start=date(2026, 3, 2), end=date(2026, 3, 15), signed_by_person_on=date(2026, 3, 2),
        signed_by_structure_on=date(2026, 3, 2),
    )  # fmt: skip
    action = contract.actions.create(kind="search", label="Candidater")
    services.tell_hours(by=claire, contract=contract, on=date(2026, 3, 8), hours={action: Decimal("11.5")})
    services.tell_hours(by=claire, contract=contract, on=date(2026, 4, 1), hours={action: Decimal(4)})
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert planned_hours(march, None) == Decimal(30)
    assert list(hours(march, None)) == [Row((), 12, 30, units=1)]
    assert list(hours(Period(date(2026, 3, 15), date(2026, 3, 15)), None)) == [Row((), 0, 2, units=1)]


@pytest.mark.django_db(transaction=True)
def test_two_agents_never_write_two_contracts_for_the_same_days(claire) -> None:
    orientation = OrientationFactory()
    barrier, outcomes = Barrier(2), []

    def write() -> None:
        try:
            barrier.wait()
            services.write_contract(
                by=claire,
                contract=EngagementContract(
                    household=orientation.household, orientation=orientation, start=date(2026, 10, 20),
                    end=date(2027, 4, 19), weekly_hours=Decimal(15), objectives="x",
                ),
            )  # fmt: skip
            outcomes.append("in")
        except ConstraintViolation:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]

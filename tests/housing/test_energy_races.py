"""A tablet that sends twice at once, two agents who signal the same household: once, whoever is faster."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from housing import reference
from housing.energy import services
from housing.energy.services import VisitConflict
from housing.energy.visit_forms import VisitSheet
from housing.models import EnergyFile, EnergyVisit
from tests.factories import EnergyVisitFactory, HouseholdFactory, UserFactory
from tests.housing.test_energy_services import values
from tests.rights.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)


def sender(visit: EnergyVisit, agent, key, level: str):
    def send() -> None:
        mine = EnergyVisit.objects.get(pk=visit.pk)
        sheet = VisitSheet(mine, {"level": level, "pieces-total": "0", "factures-total": "0"})
        assert sheet.is_valid()
        services.receive_visit(
            by=agent, visit=mine, content=sheet.content(), sending=services.Sending(key=key, version=0)
        )

    return send


def test_the_same_sending_six_times_at_once_is_received_once() -> None:
    reference.seed()
    visit, agent = EnergyVisitFactory(), UserFactory()
    assert race(*[sender(visit, agent, uuid4(), "x")] * 6) == []
    visit.refresh_from_db()
    assert (visit.version, visit.sendings.count()) == (1, 1)


def test_two_tablets_at_once_one_is_shown_the_others() -> None:
    reference.seed()
    visit = EnergyVisitFactory()
    errors = race(*[sender(visit, UserFactory(), uuid4(), f"{rank}e étage") for rank in range(4)])
    assert [type(error) for error in errors] == [VisitConflict] * 3
    visit.refresh_from_db()
    assert visit.version == 1


def test_two_signalements_at_once_make_one_file() -> None:
    household, agent = HouseholdFactory(), UserFactory()

    def report() -> None:
        services.report(
            by=agent, household=household, agent=agent, reported_on=date(2026, 10, 5), values=values()
        )

    errors = race(*[report] * 4)
    assert [type(error) for error in errors] == [ValidationError] * 3
    assert EnergyFile.objects.filter(household=household).count() == 1

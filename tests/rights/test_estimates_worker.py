"""A real worker, a real broker and OpenFisca itself: ordered on the page, estimated in the background."""

from decimal import Decimal

import pytest
from django.utils import timezone

from cias.accounts.models import User
from cias.core.jobs import JobState
from households.models import BudgetCategory
from rights.estimates.enums import EstimatedKind as K
from rights.estimates.enums import EstimateState as S
from rights.estimates.services import order_estimates
from rights.models import EstimatedRight, EstimateRun
from tests.factories import (
    BudgetFactory,
    BudgetLineFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    SituationFactory,
)
from tests.worker import Worker, eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.worker,
    pytest.mark.timeout(600),
]


def test_the_worker_estimates_the_caseload(claire: User, tmp_path) -> None:
    today = timezone.localdate()
    for amount in (None, "1200"):
        household = HouseholdFactory()
        person = PersonFactory(
            birth_date=today.replace(year=today.year - 40, day=1),
            nationality_group="fr",
            disability_recognised=False,
        )
        MembershipFactory(household=household, person=person)
        SituationFactory(household=household, housing_status="with_family", activity="job_seeker")
        budget = BudgetFactory(household=household, on=today)
        if amount:
            salary = BudgetCategory.objects.get(code="salaire")
            BudgetLineFactory(budget=budget, category=salary, amount=Decimal(amount))
    run = order_estimates(by=claire)
    worker = Worker(tmp_path)
    try:
        assert eventually(lambda: state(run) == JobState.DONE, seconds=400), worker.log.read_text()
    finally:
        worker.stop()
    assert (run.households_done, run.attempts) == (2, 1)
    probable = EstimatedRight.objects.filter(state=S.PROBABLE).values_list("kind", flat=True)
    assert set(probable) == {K.RSA, K.ACTIVITY_BONUS}


def state(run: EstimateRun) -> str:
    run.refresh_from_db()
    return run.state

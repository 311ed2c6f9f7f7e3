"""The work in the background: in batches, cancelled, resumed, killed, delivered twice; and what a household says."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from cias.core.jobs import JobState, cancel_job
from households.models import BudgetCategory, Household
from households.services import merge, undo_merge
from rights.estimates import job, services
from rights.estimates.engine import Computed
from rights.estimates.enums import EstimatedKind as K
from rights.estimates.enums import EstimateState as S
from rights.models import EstimatedRight, EstimateRun, Right, RightsEstimate
from tests.factories import (
    BudgetFactory,
    BudgetLineFactory,
    EstimatedRightFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    RightsFileFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list:
    """What the broker was told about, which nobody takes up."""
    rung: list = []
    monkeypatch.setattr(services, "ring", rung.append)
    return rung


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """OpenFisca stands aside: an RSA of 600 € for everybody. The sizes of the batches it was asked for."""
    sizes: list[int] = []

    def compute(families, day):
        sizes.append(len(families))
        return [Computed({K.RSA: Decimal(600)}) for _ in families]

    monkeypatch.setattr(job, "compute", compute)
    monkeypatch.setattr(job, "load", lambda: None)
    monkeypatch.setattr(job, "BATCH", 2)
    return sizes


def household() -> Household:
    household = HouseholdFactory()
    MembershipFactory(
        household=household, person=PersonFactory(nationality_group="fr", disability_recognised=False)
    )
    SituationFactory(household=household)
    BudgetFactory(household=household, on=timezone.localdate())
    return household


@pytest.fixture
def five(db) -> list[Household]:
    closed = HouseholdFactory(closed_on=timezone.localdate(), closing_reason="autonomous")
    assert closed.closed_on
    return [household() for _ in range(5)]


def done(run: EstimateRun) -> str:
    finished = job.do_run(run.pk)
    return finished.state if finished else ""


def test_every_open_file_is_estimated_in_batches(five, claire, computed) -> None:
    run = services.order_estimates(by=claire)
    assert done(run) == JobState.DONE
    assert computed == [2, 2, 1]
    assert set(RightsEstimate.objects.values_list("household", flat=True)) == {row.pk for row in five}
    run.refresh_from_db()
    assert (run.households_done, run.households_total, run.progress) == (5, 5, 100)
    estimate = RightsEstimate.objects.first()
    assert estimate.inputs["members"][0]["role"] == "applicant"
    assert estimate.engine.startswith("OpenFisca-France 176")


def test_cancelled_it_keeps_what_is_done_and_resumes_where_it_stopped(
    five, claire, computed, monkeypatch
) -> None:
    run = services.order_estimates(by=claire)
    original = job._estimate
    with monkeypatch.context() as patch:
        patch.setattr(job, "_estimate", lambda *of: (original(*of), cancel_job(run)))
        assert done(run) == JobState.CANCELLED
    assert RightsEstimate.objects.count() == 2
    kept = set(RightsEstimate.objects.values_list("pk", flat=True))
    services.resume(run=run)
    computed.clear()
    assert done(run) == JobState.DONE
    assert computed == [2, 1]
    assert kept < set(RightsEstimate.objects.values_list("pk", flat=True))
    assert RightsEstimate.objects.count() == 5


def test_a_worker_killed_between_two_batches_is_replaced(five, claire, computed, monkeypatch) -> None:
    class Killed(BaseException):
        pass

    run = services.order_estimates(by=claire)
    original = job._estimate

    def dies(*of):
        if RightsEstimate.objects.exists():
            raise Killed
        original(*of)

    with monkeypatch.context() as patch:
        patch.setattr(job, "_estimate", dies)
        with pytest.raises(Killed):
            job.do_run(run.pk)
    EstimateRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    assert services.requeue_lost_runs() == 1
    assert done(run) == JobState.DONE
    assert computed == [2, 2, 1]
    assert done(run) == ""  # delivered again


def test_one_at_a_time_and_never_of_a_closed_file(five, claire, computed, rung) -> None:
    services.order_estimates(by=claire, household=five[0])
    with pytest.raises(ValidationError, match="déjà en cours"):
        services.order_estimates(by=claire, household=five[0])
    services.order_estimates(by=claire)
    with pytest.raises(ValidationError, match="déjà en cours"):
        services.order_estimates(by=claire)
    assert len(rung) == 2
    closed = Household.objects.exclude(closed_on=None).get()
    with pytest.raises(ValidationError, match="clos"):
        services.order_estimates(by=claire, household=closed)


def test_only_what_stopped_is_resumed(five, claire, computed) -> None:
    run = services.order_estimates(by=claire)
    with pytest.raises(ValidationError, match="pas arrêtée"):
        services.resume(run=run)


def test_an_error_of_the_engine_is_told_and_can_be_resumed(five, claire, computed, monkeypatch) -> None:
    run = services.order_estimates(by=claire)
    with monkeypatch.context() as patch:
        patch.setattr(job, "compute", lambda *of: 1 / 0)
        assert done(run) == JobState.FAILED
    run.refresh_from_db()
    assert run.failure_reason == job.UNEXPECTED
    services.resume(run=run)
    assert done(run) == JobState.DONE


# --- What the CIAS knows already --------------------------------------------------------------------------------------
def line_of(household: Household, kind: str = K.RSA) -> EstimatedRight:
    return EstimatedRight.objects.get(estimate__household=household, kind=kind)


def estimate(household: Household, by) -> EstimatedRight:
    assert done(services.order_estimates(by=by, household=household)) == JobState.DONE
    return line_of(household)


def test_a_file_in_progress_a_right_declined_and_a_benefit_received(claire, computed) -> None:
    rsa = Right.objects.get(code="rsa")
    asked, declined, received, missing = (household() for _ in range(4))
    RightsFileFactory(household=asked, right=rsa)
    RightsFileFactory(
        household=declined, right=rsa, state="abandoned", closing_reason="not_wanted",
        closed_on=timezone.localdate(),
    )  # fmt: skip
    BudgetLineFactory(
        budget=received.budgets.get(), category=BudgetCategory.objects.get(code="rsa"), amount=Decimal(500)
    )
    found = [estimate(one, claire) for one in (asked, declined, received, missing)]
    assert [line.state for line in found] == [S.ASKED, S.DECLINED, S.RECEIVED, S.PROBABLE]
    assert found[2].received == 500


def test_what_the_household_says_is_kept_by_the_next_estimates_and_can_be_taken_back(
    claire, computed
) -> None:
    one = household()
    line = services.record_told(line=estimate(one, claire), by=claire)
    assert (line.state, line.state_before, line.told_by) == (S.RECEIVED, S.PROBABLE, claire)
    with pytest.raises(ValidationError, match="déjà notée"):
        services.record_told(line=line, by=claire)
    again = estimate(one, claire)
    assert (again.state, again.told_on, again.told_by) == (S.RECEIVED, line.told_on, claire)
    back = services.take_back_told(line=again)
    assert (back.state, back.told_on) == (S.PROBABLE, None)
    with pytest.raises(ValidationError, match="Rien"):
        services.take_back_told(line=back)


def test_after_a_year_it_is_asked_again(claire, computed) -> None:
    one = household()
    line = services.record_told(line=estimate(one, claire), by=claire)
    EstimatedRight.objects.filter(pk=line.pk).update(told_on=timezone.localdate() - timedelta(days=400))
    assert estimate(one, claire).state == S.PROBABLE


def test_a_merge_keeps_the_survivor_s_estimate_and_its_undoing_gives_both_back(claire, computed) -> None:
    one, other = household(), household()
    other.budgets.update(on=timezone.localdate() - timedelta(days=1))
    for each in (one, other):
        estimate(each, claire)
    before = set(RightsEstimate.objects.values_list("pk", "household"))
    lines = EstimatedRight.objects.count()
    merged = merge(by=claire, survivor=one, absorbed=other)
    assert list(RightsEstimate.objects.values_list("household", flat=True)) == [one.pk]
    undo_merge(by=claire, merge=merged)
    assert set(RightsEstimate.objects.values_list("pk", "household")) == before
    assert EstimatedRight.objects.count() == lines


# --- The command ------------------------------------------------------------------------------------------------------
def said(*arguments: str) -> str:
    out = StringIO()
    call_command("check_rights", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_says_what_is_probable_and_names_nobody(computed) -> None:
    one = household()
    text = said("--household", one.number)
    assert f"Ménage {one.number}" in text
    assert "RSA\u00a0: Droit probable, non demandé, 600,00\u00a0€ par mois" in text
    assert one.memberships.get().person.last_name not in text
    text = said()
    assert "1\u00a0ménage estimé" in text
    assert "RSA\u00a0: probable et non demandé pour 1\u00a0ménage, 600,00\u00a0€ par mois" in text


def test_the_command_refuses_an_unknown_number(computed) -> None:
    with pytest.raises(CommandError, match="Aucun ménage") as refused:
        said("--household", "M-1900-00001")
    assert refused.value.returncode == 2


def test_an_unknown_state_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="rights_estimated_amount"):
        EstimatedRightFactory(amount=None)

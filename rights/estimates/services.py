"""Ordering, cancelling and resuming estimates; noting what a household says it receives."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core import jobs
from cias.core.db import typed_violations
from cias.core.jobs import JobState
from households.models import Household
from rights.estimates.enums import EstimateState
from rights.models import EstimatedRight, EstimateRun


def order_estimates(*, by: User | None, household: Household | None = None) -> EstimateRun:
    """Record the order and ring the worker: one household, or all those whose file is open.

    Raises ValidationError when the household's file is closed, or when the same work is already under way.
    """
    run = record_order(by=by, household=household)
    transaction.on_commit(lambda: ring(run.pk))
    return run


@transaction.atomic
def record_order(*, by: User | None, household: Household | None = None) -> EstimateRun:
    """The order without the bell: the command does the work itself. Raises as `order_estimates`."""
    if household is not None and household.closed_on:
        raise ValidationError("Le dossier du ménage est clos\u00a0: rouvrez-le pour estimer ses droits.")
    with typed_violations():
        return EstimateRun.objects.create(household=household, on=timezone.localdate(), requested_by=by)


@transaction.atomic
def resume(*, run: EstimateRun) -> EstimateRun:
    """Take up a run that was cancelled or failed, where it stopped and for the same day.

    Raises ValidationError when it is neither, or when another one is under way.
    """
    run = EstimateRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in (JobState.CANCELLED, JobState.FAILED):
        raise ValidationError("Cette estimation n’est pas arrêtée.")
    run.state, run.attempts, run.cancel_requested = JobState.WAITING, 0, False
    run.failure_reason, run.finished_at, run.heartbeat_at = "", None, None
    with typed_violations():
        run.save()
    transaction.on_commit(lambda: ring(run.pk))
    return run


def ring(run_id: UUID) -> None:
    from rights.tasks import estimate_rights

    jobs.ring(estimate_rights, run_id)


def requeue_lost_runs() -> int:
    return jobs.requeue_lost(EstimateRun, ring)


@transaction.atomic
def record_told(*, line: EstimatedRight, by: User) -> EstimatedRight:
    """The household says it receives this benefit: the estimates of a year will say so.

    Raises ValidationError when the file already says it.
    """
    line = EstimatedRight.objects.select_for_update().get(pk=line.pk)
    if line.state == EstimateState.RECEIVED:
        raise ValidationError("Cette prestation est déjà notée comme perçue.")
    line.state_before = line.state
    line.state, line.told_on, line.told_by = EstimateState.RECEIVED, timezone.localdate(), by
    line.save()
    return line


@transaction.atomic
def take_back_told(*, line: EstimatedRight) -> EstimatedRight:
    """Undo `record_told`. Raises ValidationError when nothing was said."""
    line = EstimatedRight.objects.select_for_update().get(pk=line.pk)
    if line.told_on is None:
        raise ValidationError("Rien n’a été noté pour cette prestation.")
    line.state, line.state_before = line.state_before, ""
    line.told_on, line.told_by = None, None
    line.save()
    return line

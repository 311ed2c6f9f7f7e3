"""The computation itself, in batches: each batch is one transaction, so what is done stays done when it stops."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cias.core.deadlines import add_months
from cias.core.jobs import JobState, Pulse, announce_steps, finish, lock_current, run_job
from households.models import Household
from rights.enums import FileState
from rights.estimates.engine import compute, engine_version, load
from rights.estimates.enums import EstimateState
from rights.estimates.facts import HouseholdFacts, PersonFacts, read_facts
from rights.estimates.verdicts import Known, Verdict, judge
from rights.models import EstimatedRight, EstimateRun, RightsEstimate, RightsFile
from rights.states import ACTIVE, NON_TAKE_UP, RUNNING

# OpenFisca takes seconds for a batch whatever its size: few large ones, small enough to show progress and to stop.
BATCH = 500
# What a household said of a benefit, or declined, is asked again after a year.
REMEMBERED_MONTHS = 12
OBTAINED = (*RUNNING, FileState.GRANTED, FileState.TACIT_GRANT)
LOADING = "Chargement des barèmes"
UNEXPECTED = (
    "Une erreur inattendue a arrêté l’estimation. Relancez-la\u00a0; si elle revient, prévenez l’assistance."
)

type Echo = Callable[[str, int, int], None]


def silent(label: str, done: int, total: int) -> None:
    """Says nothing: the progress is in the row."""


def do_run(run_id: UUID, echo: Echo = silent) -> EstimateRun | None:
    """Do the work if it is still to be done; None when it is not, or when another process is at it."""
    return run_job(EstimateRun, run_id, lambda run, pulse: work(run, pulse, echo), unexpected=UNEXPECTED)


def do_here(run: EstimateRun) -> None:
    """Do the work in the caller's transaction, with nobody to tell it is alive: measures."""
    run.state, run.attempts, run.heartbeat_at = JobState.RUNNING, 1, timezone.now()
    run.save()
    work(run, Pulse(EstimateRun, run.pk))
    run.refresh_from_db()


def work(run: EstimateRun, pulse: Pulse, echo: Echo = silent) -> None:
    todo = _households(run)
    done = run.households_done
    total = done + len(todo)
    EstimateRun.objects.filter(pk=run.pk).update(households_total=total)
    batches = [todo[start : start + BATCH] for start in range(0, len(todo), BATCH)]
    announce_steps(run, len(batches) + 1)
    pulse.step(LOADING, 0)
    echo(LOADING, done, total)
    load()
    for rank, batch in enumerate(batches, start=1):
        label = f"Ménages {done + 1} à {done + len(batch)} sur {total}"
        pulse.step(label, rank)
        echo(label, done, total)
        _estimate(run, batch)
        done += len(batch)
    pulse.step("", len(batches) + 1)
    with transaction.atomic():
        finish(lock_current(run))
    echo("Terminé", total, total)


def _households(run: EstimateRun) -> list[UUID]:
    """Those this run has not estimated yet, in a stable order."""
    if run.household_id:
        return [] if run.estimates.exists() else [run.household_id]
    todo = Household.objects.active().exclude(rights_estimate__run=run)
    return list(todo.order_by("pk").values_list("pk", flat=True))


def _estimate(run: EstimateRun, households: Sequence[UUID]) -> None:
    facts = read_facts(households, run.on)
    computed = compute(facts, run.on)
    with transaction.atomic():
        lock_current(run)
        old = {
            (line.estimate.household_id, line.kind): line
            for line in EstimatedRight.objects.filter(
                estimate__household__in=households,
                told_on__gte=add_months(run.on, -REMEMBERED_MONTHS),
            ).select_related("estimate")
        }
        known = _known(households, run.on)
        RightsEstimate.objects.filter(household__in=households).delete()
        estimates = RightsEstimate.objects.bulk_create(
            RightsEstimate(
                household_id=one.household, run=run, on=run.on, engine=engine_version(), inputs=inputs_of(one)
            )
            for one in facts
        )
        EstimatedRight.objects.bulk_create(
            _line(estimate, verdict, old.get((one.household, verdict.kind)))
            for estimate, one, result in zip(estimates, facts, computed, strict=True)
            for verdict in judge(one, result, known[one.household], run.on)
        )


def _line(estimate: RightsEstimate, verdict: Verdict, old: EstimatedRight | None) -> EstimatedRight:
    line = EstimatedRight(
        estimate=estimate,
        kind=verdict.kind,
        state=verdict.state,
        amount=verdict.amount,
        received=verdict.received,
        missing=[
            {"gap": one.gap, "person": str(one.person) if one.person else ""} for one in verdict.missing
        ],
    )
    if old is not None and verdict.state != EstimateState.RECEIVED:
        line.state, line.state_before = EstimateState.RECEIVED, verdict.state
        line.told_on, line.told_by_id = old.told_on, old.told_by_id
    return line


def _known(households: Sequence[UUID], day: date) -> dict[UUID, Known]:
    open_, asked, declined = (defaultdict[UUID, set[str]](set) for _ in range(3))
    since = add_months(day, -REMEMBERED_MONTHS)
    files = RightsFile.objects.filter(household__in=households).values_list(
        "household_id", "right__code", "state", "closing_reason", "closed_on"
    )
    for household, code, state, reason, closed_on in files:
        if state in OBTAINED:
            open_[household].add(code)
        elif state in ACTIVE:
            asked[household].add(code)
        elif reason in NON_TAKE_UP and closed_on and closed_on >= since:
            declined[household].add(code)
    return {
        key: Known(frozenset(open_[key]), frozenset(asked[key]), frozenset(declined[key]))
        for key in households
    }


def inputs_of(facts: HouseholdFacts) -> dict[str, Any]:
    """What the estimate was made from, as it is kept and shown. Persons by their key, never by name."""
    return {
        "members": [_member(member) for member in facts.members],
        "left_out": [str(key) for key in facts.left_out],
        "housing_status": facts.housing_status,
        "activity": facts.activity,
        "commune": facts.commune,
        "rent": str(facts.rent),
        "alimony_paid": str(facts.alimony_paid),
        "budget_on": facts.budget_on.isoformat() if facts.budget_on else "",
    }


def _member(member: PersonFacts) -> dict[str, Any]:
    resources: Iterable[tuple[str, Decimal]] = member.resources.items()
    return {
        "person": str(member.key),
        "role": member.role,
        "born": member.born.isoformat(),
        "shared": member.shared,
        "disabled": member.disabled,
        "resources": {code: str(amount) for code, amount in resources},
    }

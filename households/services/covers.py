"""Covers (H11): while an agent is away, a colleague sees their work and belongs to the circles of their households."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import ONE_DAY
from households.enums import AssignmentRole
from households.models import Assignment, Cover

LONGEST = timedelta(days=366)


@transaction.atomic
def create_cover(*, by: User, agent: User, substitute: User, start: date, end: date, note: str = "") -> Cover:
    """`substitute` stands in for `agent`. Raises ConstraintViolation, or ValidationError for who cannot be covered."""
    for somebody in (agent, substitute):
        if not somebody.is_active or somebody.role != Role.SOCIAL_WORKER:
            raise ValidationError(
                f"{somebody.full_name} ne peut ni être remplacé, ni remplacer.", code="not_assignable"
            )
    if start < timezone.localdate():
        raise ValidationError("Un remplacement commence aujourd’hui ou plus tard.", code="past")
    if end - start > LONGEST:
        raise ValidationError("Un remplacement dure un an au plus.", code="too_long")
    with signed_by(by), typed_violations():
        cover = Cover.objects.create(
            agent=agent, substitute=substitute, start=start, end=end, note=note, created_by=by
        )
    align_covers(by=by, agents=[agent.pk])
    return cover


@transaction.atomic
def end_cover(*, by: User, cover: Cover) -> Cover:
    """From now on nothing of it holds: a cover that had not begun leaves no trace among the référents."""
    row = Cover.objects.select_for_update().get(pk=cover.pk)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        with signed_by(by):
            row.save(update_fields=["ended_at"])
            _withdraw(row.assignments.filter(end__gte=timezone.localdate()))
    return row


@transaction.atomic
def align_covers(*, by: User, agents: Iterable[Any]) -> None:
    """After files changed hands: who covers one of `agents` is beside the open files this agent now looks after."""
    today = timezone.localdate()
    covers = Cover.objects.running(today).filter(agent__in={key for key in agents if key is not None})
    with signed_by(by):
        for cover in covers.select_for_update(of=("self",)):
            _align(cover, today)


def _align(cover: Cover, today: date) -> None:
    first = max(cover.start, today)
    followed = Assignment.objects.filter(
        Q(end__isnull=True) | Q(end__gte=first),
        agent=cover.agent_id,
        role=AssignmentRole.MAIN,
        start__lte=cover.end,
        household__closed_on__isnull=True,
    )
    wanted = set(followed.values_list("household", flat=True))
    beside = cover.assignments.filter(end__gte=today)
    _withdraw(beside.exclude(household__in=wanted))
    missing = wanted - set(beside.values_list("household", flat=True))
    Assignment.objects.bulk_create(
        Assignment(
            household_id=key,
            agent_id=cover.substitute_id,
            role=AssignmentRole.COVER,
            start=first,
            end=cover.end,
            cover=cover,
        )
        for key in sorted(missing)
    )


def _withdraw(rows: Any) -> None:
    """The substitute no longer belongs to these circles, from today."""
    today = timezone.localdate()
    rows.filter(start__gte=today).delete()
    rows.filter(start__lt=today).update(end=today - ONE_DAY)

"""The diagnosis of a person (I3): opened once, brought up to date, each former state kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from households.models import Household, Person
from insertion.diagnoses.enums import ENDED, ObjectiveState
from insertion.diagnoses.reading import content_of
from insertion.models import (
    Diagnosis,
    DiagnosisLabel,
    DiagnosisUpdate,
    Objective,
    ObjectiveAction,
    Obstacle,
)


@transaction.atomic
def open_diagnosis(*, by: User, household: Household, person: Person, on: date | None = None) -> Diagnosis:
    """The person's diagnosis, begun today unless there is one already.

    Raises ValidationError for somebody who is not of the household, or a closed file.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    known = Diagnosis.objects.filter(person=person).first()
    if known is not None:
        return known
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le d’abord.")
    if not household.memberships.filter(person=person).exists():
        raise ValidationError("Cette personne ne fait pas partie du ménage.")
    with signed_by(by), typed_violations():
        return Diagnosis.objects.create(
            household=household, person=person, author=by, opened_on=on or timezone.localdate()
        )


@transaction.atomic
def save_summary(
    *, by: User, diagnosis: Diagnosis, summary: str, findings: Iterable[DiagnosisLabel]
) -> Diagnosis:
    row = Diagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    row.summary = summary
    with signed_by(by):
        row.save(update_fields=["summary"])
        row.findings.set(findings)
    return row


@transaction.atomic
def appraise(
    *, by: User, diagnosis: Diagnosis, kind: str, level: int, on: date, comment: str = ""
) -> Obstacle:
    """How much something is in the way on `on`; the former appraisals stay. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        return diagnosis.obstacles.create(by=by, kind=kind, level=level, on=on, comment=comment)


@transaction.atomic
def undo_appraisal(*, by: User, diagnosis: Diagnosis) -> Obstacle:
    """Take the last appraisal back. Raises ForbiddenTransition when there is none."""
    rows = diagnosis.obstacles.select_for_update().standing()
    row = rows.order_by("-created_at", "-pk").first()
    if row is None:
        raise ForbiddenTransition("Aucun frein n’est noté.")
    row.undone_at, row.undone_by = timezone.now(), by
    with signed_by(by):
        row.save(update_fields=["undone_at", "undone_by"])
    return row


@transaction.atomic
def save_objective(*, by: User, objective: Objective) -> Objective:
    """A new objective, or one put right; a finished one says when. Raises ConstraintViolation."""
    if objective.state == ObjectiveState.RUNNING:
        objective.closed_on = None
    elif objective.closed_on is None:
        objective.closed_on = timezone.localdate()
    with signed_by(by), typed_violations():
        objective.save()
    return objective


@transaction.atomic
def save_action(*, by: User, action: ObjectiveAction) -> ObjectiveAction:
    """A new action, or one put right: who acts, for when, where it stands. Raises ConstraintViolation."""
    if action.state in ENDED:
        action.ended_on = action.ended_on or timezone.localdate()
    else:
        action.ended_on = None
    with signed_by(by), typed_violations():
        action.save()
    return action


@transaction.atomic
def bring_up_to_date(*, by: User, diagnosis: Diagnosis, on: date, comment: str = "") -> DiagnosisUpdate:
    """The diagnosis was gone through with the person: keep it as it stands that day."""
    diagnosis = Diagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if on < diagnosis.opened_on:
        raise ValidationError("L’actualisation suit le diagnostic.", code="on")
    payload: dict[str, Any] = content_of(diagnosis).frozen()
    with signed_by(by), typed_violations():
        return diagnosis.updates.create(by=by, on=on, comment=comment, payload=payload)


@transaction.atomic
def undo_update(*, by: User, diagnosis: Diagnosis) -> DiagnosisUpdate:
    """Take the last update back. Raises ForbiddenTransition when there is none."""
    row = diagnosis.updates.select_for_update().standing().order_by("-created_at", "-pk").first()
    if row is None:
        raise ForbiddenTransition("Il n’y a pas d’actualisation à annuler.")
    row.undone_at, row.undone_by = timezone.now(), by
    with signed_by(by):
        row.save(update_fields=["undone_at", "undone_by"])
    return row

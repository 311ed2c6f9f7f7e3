"""Facts of a pathway: first meeting, re-examination, exit; each can be taken back (I5)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short
from cias.core.states import ForbiddenTransition
from households.models import Document, Person
from insertion.contracts import services as contracts
from insertion.deadlines import Rules
from insertion.models import (
    ContractStep,
    EngagementContract,
    FirstMeeting,
    Orientation,
    OrientationReview,
    PathwayExit,
)

type Fact = FirstMeeting | OrientationReview | PathwayExit


def locked(orientation: Orientation) -> Orientation:
    """The row as it is now; the person is locked first, as who writes an orientation does."""
    Person.objects.select_for_update().get(pk=orientation.person_id)
    return Orientation.objects.select_for_update().get(pk=orientation.pk)


def _check_day(orientation: Orientation, on: date, first: date | None = None) -> None:
    if on > timezone.localdate():
        raise ValidationError("Cette date est dans l’avenir.", code="on")
    first = first or orientation.start
    if on < first:
        raise ValidationError(f"Ce jour précède le {date_short(first)}.", code="on")


@transaction.atomic
def tell_first_meeting(*, by: User, orientation: Orientation, on: date, note: str = "") -> FirstMeeting:
    """The first meeting took place, out of the agenda. Raises ValidationError, ConstraintViolation the second time."""
    orientation = locked(orientation)
    _check_day(orientation, on, min(orientation.notified_on, orientation.start))
    with signed_by(by), typed_violations():
        return FirstMeeting.objects.create(orientation=orientation, by=by, on=on, note=note)


@transaction.atomic
def review(
    *,
    by: User,
    orientation: Orientation,
    on: date,
    conclusion: str,
    next_on: date | None = None,
    note: str = "",
) -> OrientationReview:
    """The orientation was examined again (CASF, art. L262-31). Raises ValidationError, ConstraintViolation."""
    orientation = locked(orientation)
    _check_day(orientation, on)
    with signed_by(by), typed_violations():
        return OrientationReview.objects.create(
            orientation=orientation, by=by, on=on, conclusion=conclusion, next_on=next_on, note=note
        )


@transaction.atomic
def leave(
    *,
    by: User,
    orientation: Orientation,
    on: date,
    reason: str,
    evidence: str,
    note: str = "",
    document: Document | None = None,
) -> PathwayExit:
    """The person leaves the pathway: the orientation ends on that day, and with it the contracts that run.

    Raises ValidationError when the orientation would be too short or is over, ConstraintViolation the second time.
    """
    orientation = locked(orientation)
    _check_day(orientation, on)
    if orientation.end is not None and orientation.end < on:
        raise ValidationError(f"Cette orientation a pris fin le {date_short(orientation.end)}.", code="on")
    minimum = Rules().on(orientation.start).minimum_days
    if (on - orientation.start).days + 1 < minimum:
        raise ValidationError(
            f"L’orientation a commencé le {date_short(orientation.start)}\u00a0: elle dure au moins {minimum} jours.",
            code="on",
        )
    before: dict[str, Any] = {"end": orientation.end, "steps": []}
    with signed_by(by), typed_violations():
        for contract in EngagementContract.objects.filter(orientation=orientation).standing():
            step = contracts.end_with_exit(by=by, contract=contract, on=on)
            if step is not None:
                before["steps"].append(str(step.pk))
        orientation.end = on
        orientation.save(update_fields=["end"])
        return PathwayExit.objects.create(
            orientation=orientation, by=by, on=on, reason=reason, evidence=evidence, note=note, document=document,
            before=before,
        )  # fmt: skip


def last_fact(orientation: Orientation) -> Fact | None:
    """The latest of the three that stands."""
    rows: list[Fact] = [
        *FirstMeeting.objects.standing().filter(orientation=orientation),
        *OrientationReview.objects.standing().filter(orientation=orientation),
        *PathwayExit.objects.standing().filter(orientation=orientation),
    ]
    return max(rows, key=lambda row: row.created_at, default=None)


@transaction.atomic
def undo(*, by: User, orientation: Orientation) -> Fact:
    """Take the last fact back; an exit gives the orientation and the contracts their days again.

    Raises ForbiddenTransition when there is none, ConstraintViolation when another orientation has begun since.
    """
    orientation = locked(orientation)
    fact = last_fact(orientation)
    if fact is None:
        raise ForbiddenTransition("Il n’y a rien à annuler.")
    with signed_by(by), typed_violations():
        if isinstance(fact, PathwayExit):
            _reopen(by, orientation, fact)
        fact.undone_at, fact.undone_by = timezone.now(), by
        fact.save(update_fields=["undone_at", "undone_by"])
    return fact


def _reopen(by: User, orientation: Orientation, exit: PathwayExit) -> None:
    end = exit.before["end"]
    orientation.end = date.fromisoformat(end) if isinstance(end, str) else end
    orientation.save(update_fields=["end"])
    for step in (
        ContractStep.objects.standing().filter(pk__in=exit.before["steps"]).select_related("contract")
    ):
        contracts.take_back(by=by, contract=contracts.locked(step.contract), step=step)

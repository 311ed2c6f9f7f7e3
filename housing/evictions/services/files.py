"""The file itself, and what is computed from it."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.models import Household
from housing.delays.counting import RuleBook
from housing.evictions.reading import all_deadlines, story_of
from housing.evictions.states import ENDS
from housing.models import EvictionDeadline, EvictionFile


def locked(file: EvictionFile) -> EvictionFile:
    return EvictionFile.objects.select_for_update().get(pk=file.pk)


@transaction.atomic
def open_file(*, by: User, household: Household, opened_on: date, **values: Any) -> EvictionFile:
    """Open a prevention file. Raises ValidationError for a closed household, ConstraintViolation when one is open."""
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le avant d’ouvrir un dossier.")
    with signed_by(by), typed_violations():
        file = EvictionFile.objects.create(household=household, opened_on=opened_on, **values)
        refresh(file)
    return file


@transaction.atomic
def save_file(*, by: User, file: EvictionFile) -> EvictionFile:
    """What the lease says was completed or put right: the dates that hang on it follow. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        current = locked(file)
        # These follow from the acts: what another agent noted meanwhile stands.
        file.stage, file.stage_on, file.ended_on = current.stage, current.stage_on, current.ended_on
        file.save()
        refresh(file)
    return file


@transaction.atomic
def follow_file(*, by: User, file: EvictionFile, agent: User) -> EvictionFile:
    """Another agent follows the file."""
    current = locked(file)
    current.agent = agent
    with signed_by(by):
        current.save(update_fields=["agent"])
    return current


def refresh(file: EvictionFile, rules: RuleBook | None = None) -> None:
    """Write again what follows from the acts, the lease, the tracks and the reference data."""
    fresh = EvictionFile.objects.prefetch_related("acts", "tracks", "diagnoses").get(pk=file.pk)
    story = story_of(fresh, rules)
    stage = story.stage
    file.stage = stage.kind if stage else ""
    file.stage_on = stage.on if stage else None
    file.ended_on = stage.on if stage and stage.kind in ENDS else None
    if (fresh.stage, fresh.stage_on, fresh.ended_on) != (file.stage, file.stage_on, file.ended_on):
        file.save(update_fields=["stage", "stage_on", "ended_on"])
    EvictionDeadline.objects.filter(file=file).delete()
    EvictionDeadline.objects.bulk_create(
        EvictionDeadline(
            file=file,
            code=one.code,
            label=one.label,
            due_on=one.due,
            alert_on=one.alert_on,
            source=one.source,
            to_check=one.to_check,
            lapses=one.lapses,
        )
        for one in all_deadlines(fresh, story)
        if one.is_open and one.alert_on is not None
    )


def refresh_open() -> None:
    """The reference data changed: every open file is counted again."""
    rules = RuleBook.load()
    for file in EvictionFile.objects.open().select_for_update():
        refresh(file, rules)

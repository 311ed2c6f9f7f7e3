"""The diagnostic social et financier: kept as it is typed, frozen when it is sent."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from households.budgets.overview import latest_budget
from households.services.budgets import freeze_budget
from housing.evictions.facts import diagnosis_facts
from housing.evictions.reading import story_of
from housing.evictions.services.files import locked, refresh
from housing.models import Diagnosis, EvictionFile

TEXTS = ("situation", "causes", "steps", "wishes", "proposals")


@transaction.atomic
def start_diagnosis(*, by: User, file: EvictionFile) -> Diagnosis:
    """The draft of the file, or the one already begun; what the file says of the circumstances is its first words.

    The causes themselves are printed from the file.
    """
    file = locked(file)
    draft = file.diagnoses.filter(sent_on__isnull=True).first()
    if draft is not None:
        return draft
    with signed_by(by), typed_violations():
        return Diagnosis.objects.create(file=file, author=by, causes=file.cause_detail)


@transaction.atomic
def keep_diagnosis(*, by: User, diagnosis: Diagnosis, values: Mapping[str, object]) -> Diagnosis:
    """Keep what its author has typed. Raises ForbiddenTransition once it was sent, or taken over by a colleague."""
    draft = Diagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if not draft.is_draft:
        raise ForbiddenTransition("Ce diagnostic est envoyé\u00a0: il ne change plus.")
    if draft.author_id != by.pk:
        raise ForbiddenTransition("Un collègue a repris ce diagnostic.")
    for name, value in values.items():
        setattr(draft, name, value)
    with signed_by(by):
        draft.save()
    return draft


@transaction.atomic
def take_over_diagnosis(*, by: User, diagnosis: Diagnosis) -> Diagnosis:
    """Another agent goes on writing it."""
    draft = Diagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if not draft.is_draft:
        raise ForbiddenTransition("Ce diagnostic est envoyé\u00a0: il ne change plus.")
    draft.author = by
    with signed_by(by):
        draft.save(update_fields=["author"])
    return draft


@transaction.atomic
def send_diagnosis(
    *, by: User, diagnosis: Diagnosis, sent_on: date, sent_to: str, recipient: str = ""
) -> Diagnosis:
    """Freeze it as it leaves, with the budget of the day: what was sent is printed again identically.

    Raises ValidationError while the situation or the proposals are empty, ForbiddenTransition once it was sent.
    """
    file = locked(diagnosis.file)
    draft = Diagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if not draft.is_draft:
        raise ForbiddenTransition("Ce diagnostic est déjà envoyé.")
    if not draft.situation.strip() or not draft.proposals.strip():
        raise ValidationError(
            "Écrivez au moins la situation du ménage et les propositions avant l’envoi.", code="empty"
        )
    household, today = file.household, timezone.localdate()
    with signed_by(by), typed_violations():
        budget = latest_budget(household, by, today)
        if budget is not None:
            draft.snapshot = freeze_budget(
                by=by, household=household, purpose="Diagnostic social et financier", budget=budget
            )
        hearing = story_of(file).hearing
        draft.hearing_on = hearing[0] if hearing else None
        draft.sent_on, draft.sent_to, draft.recipient = sent_on, sent_to, recipient
        draft.payload = diagnosis_facts(draft, by, sent_on)
        draft.save()
        refresh(file)
    return draft


@transaction.atomic
def take_back_diagnosis(*, by: User, diagnosis: Diagnosis) -> Diagnosis:
    """It did not leave after all: it is a draft again, its texts as they were, and its date is due again.

    Raises ForbiddenTransition for a draft, ConstraintViolation when another draft was begun since.
    """
    file = locked(diagnosis.file)
    sent = Diagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if sent.is_draft:
        raise ForbiddenTransition("Ce diagnostic n’est pas envoyé.")
    sent.sent_on, sent.sent_to, sent.recipient = None, "", ""
    sent.hearing_on, sent.snapshot, sent.payload = None, None, {}
    with signed_by(by), typed_violations():
        sent.save()
        refresh(file)
    return sent

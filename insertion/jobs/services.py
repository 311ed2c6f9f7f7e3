"""Writes of job search: one running search a person, steps and outcomes dated, signed and taken back."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import add_months
from cias.core.states import ForbiddenTransition
from households.models import Household
from insertion.jobs.enums import ACTIVITIES, JobContract, JobOutcome
from insertion.models import CvEntry, JobOffer, JobRule, JobSearch, JobStep, SearchOutcome

OVER = "Cette recherche est terminée\u00a0: reprenez-la d’abord en annulant son issue."


def rule_on(day: date) -> JobRule:
    """The rule in force on `day`; the oldest one before any."""
    rules = JobRule.objects.order_by("-valid_from")
    return rules.filter(valid_from__lte=day).first() or rules.reverse()[0]


@transaction.atomic
def open_search(*, by: User, household: Household, search: JobSearch) -> JobSearch:
    """Begin a person's search. Raises ValidationError for no member, ConstraintViolation when one runs already."""
    if not household.memberships.filter(person=search.person_id).exists():
        raise ValidationError({"person": "Cette personne ne fait pas partie du ménage."})
    search.household, search.opened_on = household, search.opened_on or timezone.localdate()
    with signed_by(by), typed_violations():
        search.save()
    return search


@transaction.atomic
def save_search(*, by: User, search: JobSearch) -> JobSearch:
    with signed_by(by), typed_violations():
        search.save()
    return search


@transaction.atomic
def save_entry(*, by: User, entry: CvEntry) -> CvEntry:
    """Add or correct a line of the CV. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        entry.save()
    return entry


def remove_entry(*, by: User, entry: CvEntry) -> None:
    with signed_by(by):
        entry.delete()


@transaction.atomic
def add_step(*, by: User, search: JobSearch, step: JobStep) -> JobStep:
    """Note something tried. Raises ForbiddenTransition once the search is over, ValidationError on the field."""
    if not _locked(search).is_running:
        raise ForbiddenTransition(OVER)
    if step.offer is not None and step.partner is None:
        step.partner = step.offer.partner
    if step.on < search.opened_on:
        raise ValidationError({"on": f"La recherche ne commence que le {search.opened_on:%d/%m/%Y}."})
    step.search, step.by = search, by
    with signed_by(by), typed_violations():
        step.save()
    return step


@transaction.atomic
def answer_step(*, by: User, step: JobStep, result: str, result_on: date, note: str = "") -> JobStep:
    """The answer to a step; noted again, it is corrected. Raises ConstraintViolation, ForbiddenTransition."""
    step = JobStep.objects.select_for_update().get(pk=step.pk)
    if step.undone_at is not None:
        raise ForbiddenTransition("Cette démarche a été annulée.")
    step.result, step.result_on = result, result_on if result else None
    if note:
        step.note = note
    with signed_by(by), typed_violations():
        step.save()
    return step


@transaction.atomic
def undo_step(*, by: User, step: JobStep) -> None:
    """A step noted by mistake: it stays readable, struck out. Raises ForbiddenTransition when it already is."""
    step = JobStep.objects.select_for_update().get(pk=step.pk)
    if step.undone_at is not None:
        raise ForbiddenTransition("Cette démarche est déjà annulée.")
    step.undone_at, step.undone_by = timezone.now(), by
    with signed_by(by):
        step.save(update_fields=["undone_at", "undone_by"])


@transaction.atomic
def add_outcome(*, by: User, search: JobSearch, outcome: SearchOutcome) -> SearchOutcome:
    """What the search led to; it ends the search unless the person goes on looking.

    A lasting job is a CDI, a CDD of at least the months of the rule in force, or self-employment (domain-rules §4).
    Raises ValidationError on the field, ForbiddenTransition once the search is over.
    """
    search = _locked(search)
    if not search.is_running:
        raise ForbiddenTransition(OVER)
    if outcome.on < search.opened_on:
        raise ValidationError({"on": f"La recherche ne commence que le {search.opened_on:%d/%m/%Y}."})
    rule = rule_on(outcome.on)
    _check_contract(outcome, rule)
    if outcome.kind in ACTIVITIES:
        outcome.check_on = add_months(outcome.on, rule.check_months)
    else:
        outcome.contract, outcome.months, outcome.weekly_hours = "", None, None
        outcome.ends_search = True
    outcome.search, outcome.by = search, by
    with signed_by(by), typed_violations():
        outcome.save()
        if outcome.ends_search:
            search.ended_on = outcome.on
            search.save()
    return outcome


def _check_contract(outcome: SearchOutcome, rule: JobRule) -> None:
    long_enough = outcome.months is not None and outcome.months >= rule.durable_months
    if outcome.kind == JobOutcome.DURABLE and outcome.contract == JobContract.CDD and not long_enough:
        raise ValidationError(
            {"months": f"Un emploi durable est un CDI, ou un CDD de {rule.durable_months} mois et plus."}
        )
    if outcome.kind == JobOutcome.DURABLE and outcome.contract not in (JobContract.CDI, JobContract.CDD):
        raise ValidationError({"contract": "Un emploi durable est un CDI ou un CDD long."})
    if outcome.kind == JobOutcome.TRANSITION and (
        outcome.contract == JobContract.CDI or (outcome.contract == JobContract.CDD and long_enough)
    ):
        raise ValidationError({"kind": "Ce contrat est celui d’un emploi durable."})


@transaction.atomic
def undo_outcome(*, by: User, outcome: SearchOutcome) -> None:
    """Take an outcome back: the search goes on if it had ended it. Raises ForbiddenTransition."""
    search = _locked(outcome.search)
    outcome = SearchOutcome.objects.select_for_update().get(pk=outcome.pk)
    if outcome.undone_at is not None:
        raise ForbiddenTransition("Cette issue est déjà annulée.")
    outcome.undone_at, outcome.undone_by = timezone.now(), by
    with signed_by(by), typed_violations():
        outcome.save(update_fields=["undone_at", "undone_by"])
        if outcome.ends_search:
            search.ended_on = None
            search.save()


@transaction.atomic
def note_kept(*, by: User, outcome: SearchOutcome, kept: str, kept_on: date) -> SearchOutcome:
    """Whether the activity goes on; an empty answer takes it back. Raises ConstraintViolation, ForbiddenTransition."""
    outcome = SearchOutcome.objects.select_for_update().get(pk=outcome.pk)
    if outcome.undone_at is not None or outcome.check_on is None:
        raise ForbiddenTransition("Le maintien de cette issue ne se demande pas.")
    outcome.kept, outcome.kept_on = kept, kept_on if kept else None
    with signed_by(by), typed_violations():
        outcome.save()
    return outcome


@transaction.atomic
def save_offer(*, by: User, offer: JobOffer) -> JobOffer:
    with signed_by(by), typed_violations():
        offer.save()
    return offer


@transaction.atomic
def close_offer(*, by: User, offer: JobOffer, is_filled: bool) -> None:
    offer.closed_on, offer.is_filled = timezone.localdate(), is_filled
    with signed_by(by):
        offer.save()


@transaction.atomic
def reopen_offer(*, by: User, offer: JobOffer) -> None:
    """Take the closing back."""
    offer.closed_on, offer.is_filled = None, False
    with signed_by(by):
        offer.save()


def _locked(search: JobSearch) -> JobSearch:
    return JobSearch.objects.select_for_update().get(pk=search.pk)

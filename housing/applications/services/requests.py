"""The request for social housing: filed, renewed each year, answered by proposals, ended by a lease or a removal."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short
from cias.core.moves import restore
from cias.core.states import ForbiddenTransition
from cias.territory.models import Commune
from households.models import Household
from housing.applications.deadlines import dalo_deadline, renewal
from housing.applications.enums import ApplicationState, ProposalOutcome
from housing.delays.counting import RuleBook
from housing.models import ApplicationMove, DaloAppeal, HousingApplication, HousingProposal

S, P = ApplicationState, ProposalOutcome

# Where a request goes with what came of a proposal.
AFTER = {
    P.ALLOCATED: S.ALLOCATED,
    P.RANKED: S.FILED,
    P.REFUSED_BY_COMMITTEE: S.FILED,
    P.REFUSED_BY_HOUSEHOLD: S.FILED,
    P.WITHDRAWN: S.FILED,
}


def locked(application: HousingApplication) -> HousingApplication:
    return HousingApplication.objects.select_for_update().get(pk=application.pk)


@transaction.atomic
def open_application(
    *, by: User, household: Household, opened_on: date, communes: Iterable[Commune] = (), **values: Any
) -> HousingApplication:
    """Begin a request; with a `filed_on` it is already in the register. Raises ValidationError for a closed household,
    ConstraintViolation when one runs, or the number is another's."""
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le avant d’ouvrir une demande.")
    filed_on = values.get("filed_on")
    state = S.FILED if filed_on else S.PREPARED
    with signed_by(by), typed_violations():
        application = HousingApplication.objects.create(
            household=household, opened_on=opened_on, state=state, since=filed_on or opened_on, **values
        )
        application.communes.set(communes)
        refresh(application)
    return application


@transaction.atomic
def save_application(
    *, by: User, application: HousingApplication, communes: Iterable[Commune]
) -> HousingApplication:
    """What is asked for, completed or put right; the state and its dates stay what the steps made them.

    Raises ConstraintViolation."""
    current = locked(application)
    for name in ("state", "since", "ended_on", "removal_reason", "renewed_on"):
        setattr(application, name, getattr(current, name))
    with signed_by(by), typed_violations():
        application.save()
        application.communes.set(communes)
        refresh(application)
    return application


def refresh(application: HousingApplication, rules: RuleBook | None = None) -> None:
    """Write again the day by which the request must be renewed."""
    due = renewal(application, rules or RuleBook.load())
    application.renewal_due_on = due.due if due else None
    application.renewal_alert_on = due.alert_on if due else None
    application.save(update_fields=["renewal_due_on", "renewal_alert_on"])


def refresh_running() -> None:
    """The reference data changed: every running request and appeal is counted again."""
    rules = RuleBook.load()
    for application in HousingApplication.objects.running().select_for_update():
        refresh(application, rules)
    for appeal in DaloAppeal.objects.running().select_for_update():
        refresh_appeal(appeal, rules)


def refresh_appeal(appeal: DaloAppeal, rules: RuleBook | None = None) -> None:
    """Write again the date an appeal waits for."""
    due = dalo_deadline(appeal, rules or RuleBook.load())
    appeal.due_on = due.due if due else None
    appeal.due_alert_on = due.alert_on if due else None
    appeal.due_code = due.code if due else ""
    appeal.save(update_fields=["due_on", "due_alert_on", "due_code"])


@transaction.atomic
def step(
    *,
    by: User,
    application: HousingApplication,
    state: ApplicationState,
    on: date,
    reason: str = "",
    **changes: Any,
) -> ApplicationMove:
    """The next step of a request. Raises ForbiddenTransition, ConstraintViolation."""
    with signed_by(by), typed_violations():
        move = application.move_to(state, by=by, on=on, reason=reason, **changes)
        refresh(application)
    return move


def file_application(
    *, by: User, application: HousingApplication, on: date, number: str = ""
) -> ApplicationMove:
    """The request is in the register, under its numéro unique if it is known yet."""
    return step(
        by=by, application=application, state=S.FILED, on=on, filed_on=on, number=number or application.number
    )


@transaction.atomic
def renew(*, by: User, application: HousingApplication, on: date) -> HousingApplication:
    """The yearly renewal: the next one is counted from it.

    Raises ForbiddenTransition for a request that is not in the register, ValidationError for a day before the filing or
    the last renewal.
    """
    current = locked(application)
    if not current.is_registered:
        raise ForbiddenTransition("Seule une demande déposée et en cours se renouvelle.")
    last = current.renewed_on or current.filed_on
    if last is not None and on <= last:
        raise ValidationError(f"Le renouvellement suit le {date_short(last)}.", code="on")
    with signed_by(by), typed_violations():
        before = {"renewed_on": current.renewed_on}
        current.renewed_on = on
        current.save(update_fields=["renewed_on"])
        refresh(current)
        current.moves.create(
            from_state=current.state, to_state=current.state, on=on, by=by, reason="Renouvelée", before=before
        )
    return current


def remove(
    *, by: User, application: HousingApplication, on: date, removal_reason: str, reason: str = ""
) -> ApplicationMove:
    """The request leaves the register, for one of the law's reasons (CCH, art. R441-2-8)."""
    return step(
        by=by,
        application=application,
        state=S.REMOVED,
        on=on,
        reason=reason,
        removal_reason=removal_reason,
        ended_on=on,
    )


@transaction.atomic
def propose(
    *, by: User, application: HousingApplication, proposed_on: date, **values: Any
) -> HousingProposal:
    """A dwelling is proposed. Raises ForbiddenTransition, ConstraintViolation while another proposal is unanswered."""
    with signed_by(by), typed_violations():
        proposal = HousingProposal.objects.create(application=application, proposed_on=proposed_on, **values)
        state = S.COMMITTEE if proposal.committee_on else S.PROPOSED
        if application.state in (S.FILED, S.PIECES):
            move = application.move_to(S.PROPOSED, by=by, on=proposed_on)
            if state == S.COMMITTEE:
                move = application.move_to(S.COMMITTEE, by=by, on=proposed_on)
            move.proposal = proposal
            move.save(update_fields=["proposal"])
        else:
            raise ForbiddenTransition(
                f"La demande est «\u00a0{application.get_state_display()}\u00a0»\u00a0: réglez d’abord cette étape."
            )
        refresh(application)
    return proposal


@transaction.atomic
def settle_proposal(
    *, by: User, proposal: HousingProposal, outcome: ProposalOutcome, on: date, **values: Any
) -> HousingProposal:
    """What came of a proposal; the request follows. What was allocated may still be refused by the household.

    Raises ForbiddenTransition, ConstraintViolation for a refusal without a reason or a date before the proposal.
    """
    application = locked(proposal.application)
    proposal = HousingProposal.objects.select_for_update().get(pk=proposal.pk)
    settled = proposal.outcome not in (P.PENDING, P.ALLOCATED)
    if settled or (proposal.outcome == P.ALLOCATED and outcome != P.REFUSED_BY_HOUSEHOLD):
        raise ForbiddenTransition("L’issue de cette proposition est déjà notée.")
    names = ("outcome", "outcome_on", "household_reason", "committee_reason", "detail")
    before = {name: _plain(getattr(proposal, name)) for name in names}
    with signed_by(by), typed_violations():
        proposal.outcome, proposal.outcome_on = outcome, on
        for name, value in values.items():
            setattr(proposal, name, value)
        proposal.save()
        move = application.move_to(AFTER[outcome], by=by, on=on, reason=proposal.reason_label)
        move.proposal, move.proposal_before = proposal, before
        move.save(update_fields=["proposal", "proposal_before"])
        refresh(application)
    return proposal


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def undo_application(*, by: User, application: HousingApplication) -> ApplicationMove:
    """Take the last step back, and with it what it wrote of a proposal; a proposal it brought goes away.

    Raises ForbiddenTransition when there is nothing to undo, ConstraintViolation when another request runs since.
    """
    application = locked(application)
    with signed_by(by), typed_violations():
        move = application.take_back(by=by)
        proposal = move.proposal
        if proposal is not None and move.proposal_before:
            restore(proposal, move.proposal_before)
            proposal.save()
        elif proposal is not None:
            _take_back_proposal(application, move, by)
        refresh(application)
    return move


def _take_back_proposal(application: HousingApplication, move: ApplicationMove, by: User) -> None:
    """A proposal brought the request to its committee in one gesture: both steps go with it."""
    proposal = move.proposal
    if move.to_state == S.COMMITTEE:
        application.take_back(by=by)
    move.proposal = None
    move.save(update_fields=["proposal"])
    if proposal is not None:
        proposal.delete()

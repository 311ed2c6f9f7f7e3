"""What the authority answers, and the life of the right after that. The CIAS only records (CASF, L123-5)."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.models import Household, Person
from rights.deadlines import appeal_silence, silence_of
from rights.enums import AppealLevel, ClosingReason, Decision, FileState, Silence
from rights.models import FileNir, Right, RightsFile
from rights.services.files import open_file
from rights.states import CLOSING_REASONS, DECISION_STATE, GRANTS, RUNNING, TACIT

SILENCE_GIVES = {Silence.ACCEPTED: Decision.TACIT_GRANT, Silence.REJECTED: Decision.TACIT_REFUSAL}


@transaction.atomic
def decide(
    *,
    by: User,
    file: RightsFile,
    decision: Decision | str,
    on: date,
    notified_on: date | None = None,
    amount: Decimal | None = None,
    rights_from: date | None = None,
    rights_until: date | None = None,
    reason: str = "",
) -> RightsFile:
    """Record a decision received, or the one that silence gave; a grant with a first day opens the right.

    Raises ValidationError for a silent decision that the rule does not know or whose day has not come.
    """
    decision = Decision(decision)
    if decision in TACIT:
        check_silence(file, decision, on)
    granted = decision in GRANTS
    with signed_by(by), typed_violations():
        file.move_to(
            DECISION_STATE[decision],
            by=by,
            on=on,
            reason=reason,
            decision=decision,
            decision_on=on,
            notified_on=notified_on,
            amount=amount if granted else None,
            rights_from=None,
            rights_until=None,
            pieces_due_on=None,
        )
    if granted and rights_from is not None:
        open_right(by=by, file=file, rights_from=rights_from, rights_until=rights_until, amount=amount)
    return file


def check_silence(file: RightsFile, decision: Decision, on: date) -> None:
    """Raise ValidationError unless the silence of the authority gave this decision by `on`."""
    silence = appeal_silence(file) or silence_of(file)
    if silence is None or SILENCE_GIVES.get(silence.means) != decision:
        raise ValidationError(
            "Pour ce droit, aucune règle ne donne cet effet au silence, ou le dossier n’est pas complet "
            "chez l’organisme.",
            code="silence",
        )
    if on < silence.due:
        raise ValidationError(
            f"L’organisme a jusqu’au {silence.due:%d/%m/%Y} pour répondre : "
            "son silence ne décide rien avant cette date.",
            code="silence",
        )


@transaction.atomic
def open_right(
    *,
    by: User,
    file: RightsFile,
    rights_from: date,
    rights_until: date | None = None,
    amount: Decimal | None = None,
) -> RightsFile:
    """The right runs from `rights_from` to `rights_until`; the file it renews ends."""
    with signed_by(by), typed_violations():
        file.move_to(
            FileState.OPEN,
            by=by,
            on=rights_from,
            rights_from=rights_from,
            rights_until=rights_until,
            amount=file.amount if amount is None else amount,
        )
        previous = file.renewal_of
        if previous is not None and previous.state in RUNNING:
            previous.move_to(
                FileState.CLOSED,
                by=by,
                reason=f"Renouvelé : {file.number}",
                closed_on=max(file.decision_on or rights_from, previous.rights_from or rights_from),
                closing_reason=ClosingReason.RENEWED,
            )
            FileNir.objects.filter(file=previous).delete()
    return file


@transaction.atomic
def start_renewal(*, by: User, file: RightsFile, agent: User, on: date) -> RightsFile:
    """Open the request that will renew the right; returns the new file, a draft."""
    with signed_by(by), typed_violations():
        file.move_to(FileState.RENEWING, by=by, on=on)
    return open_file(
        by=by,
        household=file.household,
        applicant=file.applicant,
        right=file.right,
        agent=agent,
        opened_on=on,
        detail=file.detail,
        renewal_of=file,
    )


@transaction.atomic
def appeal(*, by: User, file: RightsFile, level: AppealLevel | str, on: date, reason: str) -> RightsFile:
    """The person contests the decision, before the authority itself or in court."""
    with signed_by(by), typed_violations():
        file.move_to(
            FileState.APPEAL, by=by, on=on, reason=reason, appeal_level=AppealLevel(level), appeal_on=on
        )
    return file


@transaction.atomic
def end_file(
    *, by: User, file: RightsFile, state: FileState, on: date, closing_reason: str, reason: str = ""
) -> RightsFile:
    """Close the file, or say that the person gives up or was sent to another service (`state`).

    Raises ValidationError when the reason does not belong to that ending.
    """
    if closing_reason not in CLOSING_REASONS[state]:
        raise ValidationError({"closing_reason": "Ce motif ne va pas avec cette fin de dossier."})
    with signed_by(by), typed_violations():
        file.move_to(
            state,
            by=by,
            on=on,
            reason=reason,
            closed_on=on,
            closing_reason=closing_reason,
            pieces_due_on=None,
        )
    FileNir.objects.filter(file=file).delete()  # kept for the exchange with the authority, no longer (C10)
    return file


@transaction.atomic
def record_non_claim(
    *,
    by: User,
    household: Household,
    applicant: Person,
    right: Right,
    on: date,
    closing_reason: str,
    reason: str = "",
) -> RightsFile:
    """The person was told of a right and does not ask for it: a file that ends as it opens, for the figures (R7)."""
    file = open_file(by=by, household=household, applicant=applicant, right=right, agent=by, opened_on=on)
    return end_file(
        by=by, file=file, state=FileState.ABANDONED, on=on, closing_reason=closing_reason, reason=reason
    )

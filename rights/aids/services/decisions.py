"""Money and decisions: an envelope never goes below zero unless somebody says why."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import euros
from rights.aids.enums import AidDecision, AidState
from rights.aids.states import GRANTS
from rights.models import AidEnvelope, AidKind, AidRequest


def take_envelope(*, kind: AidKind, year: int, amount: Decimal, override_reason: str = "") -> AidEnvelope:
    """The envelope `amount` euros are granted on, locked until the end of the transaction.

    Raises ValidationError when the year has none (code "no_envelope"), or when less is left and no reason is given
    to go beyond (code "envelope").
    """
    locked = AidEnvelope.objects.select_for_update().filter(kind=kind, year=year).first()
    if locked is None:
        raise ValidationError(
            f"«\u00a0{kind}\u00a0» n’a pas d’enveloppe en {year}\u00a0: créez-la avant d’accorder cette aide.",
            code="no_envelope",
        )
    envelope = AidEnvelope.objects.with_figures().get(pk=locked.pk)
    if amount > envelope.left and not override_reason:
        raise ValidationError(
            f"Il reste {euros(envelope.left)} sur l’enveloppe\u00a0: accordez moins, ou motivez le dépassement.",
            code="envelope",
        )
    return envelope


def decision_changes(
    *,
    request: AidRequest,
    decision: AidDecision,
    on: date,
    amount: Decimal | None,
    reason: str,
    override_reason: str,
) -> dict[str, Any]:
    """The values a decision writes on a request; a grant without an amount is of what was asked."""
    changes: dict[str, Any] = {"decision": decision, "decision_on": on, "decision_reason": reason}
    if decision not in GRANTS:
        return {**changes, "granted_amount": None}
    granted = request.amount if amount is None else amount
    envelope = take_envelope(kind=request.kind, year=on.year, amount=granted, override_reason=override_reason)
    return {
        **changes,
        "granted_amount": granted,
        "envelope": envelope,
        "override_reason": override_reason,
        "repayable": bool(request.rule and request.rule.repayable),
    }


@transaction.atomic
def decide_by_delegation(
    *,
    by: User,
    request: AidRequest,
    decision: AidDecision | str,
    on: date,
    decided_by: str,
    amount: Decimal | None = None,
    reason: str = "",
    override_reason: str = "",
) -> AidRequest:
    """An emergency decided without a session, within what the règlement delegates (CASF, R123-21).

    `decided_by` holds the delegation and signs; the next session is told of it (R123-22).

    Raises ValidationError when the règlement does not delegate it.
    """
    current = request.locked()
    decision = AidDecision(decision)
    rule = current.rule
    if rule is None or not current.may_be_delegated:
        raise ValidationError(
            "Le règlement ne délègue pas cette décision\u00a0: la demande va en commission."
        )
    granted = (current.amount if amount is None else amount) if decision in GRANTS else None
    if granted is not None and rule.delegation_ceiling is not None and granted > rule.delegation_ceiling:
        raise ValidationError(
            {
                "amount": f"La délégation s’arrête à {euros(rule.delegation_ceiling)}\u00a0: la commission décide."
            }
        )
    with signed_by(by), typed_violations():
        changes = decision_changes(
            request=current,
            decision=decision,
            on=on,
            amount=amount,
            reason=reason,
            override_reason=override_reason,
        )
        request.move_to(
            AidState.DECIDED,
            by=by,
            on=on,
            reason=reason,
            by_delegation=True,
            decided_by=decided_by,
            **changes,
        )
    return request

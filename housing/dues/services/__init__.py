"""Writes on the account of a stay: keyword-only, no request; every one locks the account first.

They raise ForbiddenTransition (the move is not allowed, or somebody was faster) and ValidationError, of which
ConstraintViolation is one; both carry a French sentence.
"""

from housing.dues.services.accounts import balance, left_of, rule_on, rules
from housing.dues.services.calls import (
    Called,
    call_month,
    call_sum,
    month_lines,
    regularise,
    reverse_due,
    stays_of,
)
from housing.dues.services.deposits import (
    Kept,
    deposit_held,
    receive_deposit,
    return_by,
    reverse_deposit,
    reverse_settlement,
    settle_deposit,
)
from housing.dues.services.payments import credit_of, pay, refund, reverse_payment
from housing.dues.services.plans import Progress, agree_plan, end_plan, progress, progress_of, resume_plan
from housing.dues.services.reminders import cancel_reminder, next_level, overdue, remind, to_claim

__all__ = [
    "Called",
    "Kept",
    "Progress",
    "agree_plan",
    "balance",
    "call_month",
    "call_sum",
    "cancel_reminder",
    "credit_of",
    "deposit_held",
    "end_plan",
    "left_of",
    "month_lines",
    "next_level",
    "overdue",
    "pay",
    "progress",
    "progress_of",
    "receive_deposit",
    "refund",
    "regularise",
    "remind",
    "resume_plan",
    "return_by",
    "reverse_deposit",
    "reverse_due",
    "reverse_payment",
    "reverse_settlement",
    "rule_on",
    "rules",
    "settle_deposit",
    "stays_of",
    "to_claim",
]

"""Writes on optional aid: keyword-only, no request, signed in the write history by `by`.

They raise ForbiddenTransition (the move is not allowed, or somebody was faster) and ValidationError, of which
ConstraintViolation is one; both carry a French sentence.
"""

from rights.aids.services.decisions import decide_by_delegation, take_envelope
from rights.aids.services.emergency import ask_emergency, delegated_rules, hand_over, may_be_handed_over
from rights.aids.services.money import cancel_payment, cancel_repayment, pay, repay, set_schedule
from rights.aids.services.requests import (
    abandon,
    close_request,
    freeze_again,
    notify,
    open_request,
    propose,
    take_back,
    undo_last_move,
    undoable_move,
    update_request,
)
from rights.aids.services.roll import cancel_opening, open_session, update_roll
from rights.aids.services.sessions import (
    cancel_session,
    close_session,
    create_session,
    decide_item,
    list_requests,
    reopen_session,
    restore_session,
    undo_last_decision,
    unlist,
    update_session,
)

__all__ = [
    "abandon",
    "ask_emergency",
    "cancel_opening",
    "cancel_payment",
    "cancel_repayment",
    "cancel_session",
    "close_request",
    "close_session",
    "create_session",
    "decide_by_delegation",
    "decide_item",
    "delegated_rules",
    "freeze_again",
    "hand_over",
    "list_requests",
    "may_be_handed_over",
    "notify",
    "open_request",
    "open_session",
    "pay",
    "propose",
    "reopen_session",
    "repay",
    "restore_session",
    "set_schedule",
    "take_back",
    "take_envelope",
    "undo_last_decision",
    "undo_last_move",
    "undoable_move",
    "unlist",
    "update_request",
    "update_roll",
    "update_session",
]

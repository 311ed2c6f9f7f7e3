"""Writes of domiciliation: keyword-only, no request, signed in the write history by `by`.

They raise ForbiddenTransition (the move is not allowed, or somebody was faster) and ValidationError, of which
ConstraintViolation is one; both carry a French sentence.
"""

from rights.domiciliation.services.clock import refresh
from rights.domiciliation.services.desk import record, undo_event
from rights.domiciliation.services.elections import (
    decide_grant,
    decide_refusal,
    end,
    interview,
    notify,
    renew,
    request_election,
    undo_last_move,
    undoable_move,
    withdraw,
)
from rights.domiciliation.services.mailbox import (
    add_forwarding,
    add_pause,
    add_proxy,
    hand_over,
    stop,
)
from rights.domiciliation.services.rule import change_rule, check_rule, withdraw_rule

__all__ = [
    "add_forwarding",
    "add_pause",
    "add_proxy",
    "change_rule",
    "check_rule",
    "decide_grant",
    "decide_refusal",
    "end",
    "hand_over",
    "interview",
    "notify",
    "record",
    "refresh",
    "renew",
    "request_election",
    "stop",
    "undo_event",
    "undo_last_move",
    "undoable_move",
    "withdraw",
    "withdraw_rule",
]

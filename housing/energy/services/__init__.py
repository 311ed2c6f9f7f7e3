"""Writes of the SLIME programme: keyword-only, no request, signed in the write history by `by`.

They raise ForbiddenTransition (the move is not allowed, or somebody was faster) and ValidationError, of which
ConstraintViolation is one; both carry a French sentence.
"""

from housing.energy.services.orientations import answer, call, orient, undo_answer
from housing.energy.services.reports import REPORTED, correct, report, running_file
from housing.energy.services.steps import (
    close,
    failed_attempts,
    finish_visit,
    log_contact,
    plan_visit,
    rank_to_plan,
    support,
    undo_last_move,
    undoable_move,
    unplan_visit,
    visits_to_tie,
    watch,
)
from housing.energy.services.visits import (
    Sending,
    VisitConflict,
    VisitContent,
    add_photo,
    new_sending,
    receive_visit,
)

__all__ = [
    "REPORTED",
    "Sending",
    "VisitConflict",
    "VisitContent",
    "add_photo",
    "answer",
    "call",
    "close",
    "correct",
    "failed_attempts",
    "finish_visit",
    "log_contact",
    "new_sending",
    "orient",
    "plan_visit",
    "rank_to_plan",
    "receive_visit",
    "report",
    "running_file",
    "support",
    "undo_answer",
    "undo_last_move",
    "undoable_move",
    "unplan_visit",
    "visits_to_tie",
    "watch",
]

"""What is done with workshops: planning, registering, telling, recording who came."""

from insertion.workshops.services.attendance import record_attendance
from insertion.workshops.services.evaluations import save_evaluation
from insertion.workshops.services.notices import no_answer, note_told, send_waiting, take_back_told
from insertion.workshops.services.planning import (
    PlannedDate,
    add_sessions,
    change_session,
    plan_dates,
    save_workshop,
    why_not,
)
from insertion.workshops.services.registering import (
    Attendee,
    Busy,
    register,
    restore_registration,
    withdraw,
)
from insertion.workshops.services.sessions import cancel, move, undo_last, undoable

__all__ = [
    "Attendee",
    "Busy",
    "PlannedDate",
    "add_sessions",
    "cancel",
    "change_session",
    "move",
    "no_answer",
    "note_told",
    "plan_dates",
    "record_attendance",
    "register",
    "restore_registration",
    "save_evaluation",
    "save_workshop",
    "send_waiting",
    "take_back_told",
    "undo_last",
    "undoable",
    "why_not",
    "withdraw",
]

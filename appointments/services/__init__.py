"""Reads and writes of the agenda: keyword-only, no request, typed errors."""

from appointments.services.booking import SlotTaken, attach, book, cancel, move
from appointments.services.cautions import Caution, ToAccept
from appointments.services.desk import Tally, count_contact, take_back_contact, tally, what_waits
from appointments.services.diary import Diary, Opening, Slot, Wish, agent_openings, read_diary
from appointments.services.messages import MessageData, correct_message, handle_message, take_message
from appointments.services.offers import alternatives, first_day, offer, proposals, with_second
from appointments.services.outcome import OutcomeNote, check_in, receive, record_outcome, undo_last
from appointments.services.presences import (
    add_absences,
    add_presences,
    change_one_day,
    end_presence,
    remove_absence,
    remove_change,
    to_move,
)
from appointments.services.pulse import day_pulse
from appointments.services.wishes import wish_again, wish_for

__all__ = [
    "Caution",
    "Diary",
    "MessageData",
    "Opening",
    "OutcomeNote",
    "Slot",
    "SlotTaken",
    "Tally",
    "ToAccept",
    "Wish",
    "add_absences",
    "add_presences",
    "agent_openings",
    "alternatives",
    "attach",
    "book",
    "cancel",
    "change_one_day",
    "check_in",
    "correct_message",
    "count_contact",
    "day_pulse",
    "end_presence",
    "first_day",
    "handle_message",
    "move",
    "offer",
    "proposals",
    "read_diary",
    "receive",
    "record_outcome",
    "remove_absence",
    "remove_change",
    "take_back_contact",
    "take_message",
    "tally",
    "to_move",
    "undo_last",
    "what_waits",
    "wish_again",
    "wish_for",
    "with_second",
]

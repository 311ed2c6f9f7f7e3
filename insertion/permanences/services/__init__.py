"""What is written in the sealed room."""

from insertion.permanences.services.counsellings import (
    add_session,
    end,
    erasable_from,
    erase_notes,
    open_session,
    remove_session,
    resume,
    start,
)
from insertion.permanences.services.handovers import acknowledge, hand_over, take_back
from insertion.permanences.services.liaison import mark_read, restore, send, withdraw
from insertion.permanences.services.notes import (
    Place,
    TextChanged,
    current,
    drafts_of,
    drop_drafts,
    keep_draft,
    save_text,
    undo_text,
)

__all__ = [
    "Place",
    "TextChanged",
    "acknowledge",
    "add_session",
    "current",
    "drafts_of",
    "drop_drafts",
    "end",
    "erasable_from",
    "erase_notes",
    "hand_over",
    "keep_draft",
    "mark_read",
    "open_session",
    "remove_session",
    "restore",
    "resume",
    "save_text",
    "send",
    "start",
    "take_back",
    "undo_text",
    "withdraw",
]

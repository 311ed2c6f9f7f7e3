"""Writes on pre-instruction files: keyword-only, no request, signed in the write history by `by`.

They raise ForbiddenTransition (the move is not allowed, or somebody was faster) and ValidationError, of which
ConstraintViolation is one; both carry a French sentence.
"""

from rights.services.decisions import appeal, decide, end_file, open_right, start_renewal
from rights.services.files import (
    acknowledge,
    ask_pieces,
    deposit,
    open_file,
    send_pieces,
    transmit,
    undo_last_move,
    undoable_move,
    write_opinion,
)
from rights.services.pieces import (
    add_piece,
    expect_piece,
    receive_at_desk,
    receive_piece,
    refuse_piece,
    set_not_needed,
)

__all__ = [
    "acknowledge",
    "add_piece",
    "appeal",
    "ask_pieces",
    "decide",
    "deposit",
    "end_file",
    "expect_piece",
    "open_file",
    "open_right",
    "receive_at_desk",
    "receive_piece",
    "refuse_piece",
    "send_pieces",
    "set_not_needed",
    "start_renewal",
    "transmit",
    "undo_last_move",
    "undoable_move",
    "write_opinion",
]

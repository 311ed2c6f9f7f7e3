"""Writes on pre-instruction files: keyword-only, no request, signed in the write history by `by`.

They raise ForbiddenTransition (the move is not allowed, or somebody was faster) and ValidationError, of which
ConstraintViolation is one; both carry a French sentence.
"""

from rights.services.catalogue import (
    change_rule,
    check_rule,
    correct_rule,
    renew_deadlines,
    save_notice,
    save_piece,
    save_right,
    withdraw_rule,
)
from rights.services.decisions import (
    appeal,
    decide,
    end_file,
    open_right,
    record_non_claim,
    start_renewal,
)
from rights.services.duties import (
    rekey_nirs,
    remove_debtor,
    save_debtor,
    set_dates,
    tell,
    untold,
    write_nir,
)
from rights.services.files import (
    acknowledge,
    ask_pieces,
    deposit,
    open_file,
    send_pieces,
    transmit,
    undo_last_move,
    undoable,
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
    set_wanted,
    take_back_at_desk,
)

__all__ = [
    "acknowledge",
    "add_piece",
    "appeal",
    "ask_pieces",
    "change_rule",
    "check_rule",
    "correct_rule",
    "decide",
    "deposit",
    "end_file",
    "expect_piece",
    "open_file",
    "open_right",
    "receive_at_desk",
    "receive_piece",
    "record_non_claim",
    "refuse_piece",
    "rekey_nirs",
    "remove_debtor",
    "renew_deadlines",
    "save_debtor",
    "save_notice",
    "save_piece",
    "save_right",
    "send_pieces",
    "set_dates",
    "set_not_needed",
    "set_wanted",
    "start_renewal",
    "take_back_at_desk",
    "tell",
    "transmit",
    "undo_last_move",
    "undoable",
    "undoable_move",
    "untold",
    "withdraw_rule",
    "write_nir",
    "write_opinion",
]

"""Writes on the états des lieux: keyword-only, no request.

They raise ForbiddenTransition (validated already, or somebody was faster) and ValidationError, of which
ConstraintViolation is one; both carry a French sentence.
"""

from housing.inventories.services.comparing import compare
from housing.inventories.services.following import answer_correction, ask_correction, sign, unsign
from housing.inventories.services.writing import (
    ALREADY_VALIDATED,
    Typed,
    add_element,
    add_item,
    add_photos,
    add_room,
    discard,
    drop_draft,
    keep_draft,
    proposed_rooms,
    remove_element,
    remove_photo,
    remove_room,
    reopen,
    rule_on,
    save,
    start_entry,
    start_exit,
    validate,
)

__all__ = [
    "ALREADY_VALIDATED",
    "Typed",
    "add_element",
    "add_item",
    "add_photos",
    "add_room",
    "answer_correction",
    "ask_correction",
    "compare",
    "discard",
    "drop_draft",
    "keep_draft",
    "proposed_rooms",
    "remove_element",
    "remove_photo",
    "remove_room",
    "reopen",
    "rule_on",
    "save",
    "sign",
    "start_entry",
    "start_exit",
    "unsign",
    "validate",
]

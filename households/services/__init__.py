"""Writes on households and persons: keyword-only, no request, signed in the write history by `by`."""

from households.services.documents import (
    DocumentData,
    add_documents,
    edit_document,
    read_document,
    replace_document,
    restore_document,
    retire_document,
    store_document,
)
from households.services.files import (
    AddressData,
    assign_referent,
    close_household,
    end_assignment,
    move_household,
    open_household,
    reopen_household,
    take_number,
)
from households.services.merging import merge, rehearse, undo_merge
from households.services.notes import drop_draft, edit_note, save_draft, write_note
from households.services.persons import (
    PersonData,
    add_member,
    change_membership,
    create_person,
    end_membership,
    link_persons,
    tell_apart,
    unlink_persons,
    update_person,
)
from households.services.situations import SituationValues, change_situation

__all__ = [
    "AddressData",
    "DocumentData",
    "PersonData",
    "SituationValues",
    "add_documents",
    "add_member",
    "assign_referent",
    "change_membership",
    "change_situation",
    "close_household",
    "create_person",
    "drop_draft",
    "edit_document",
    "edit_note",
    "end_assignment",
    "end_membership",
    "link_persons",
    "merge",
    "move_household",
    "open_household",
    "read_document",
    "rehearse",
    "reopen_household",
    "replace_document",
    "restore_document",
    "retire_document",
    "save_draft",
    "store_document",
    "take_number",
    "tell_apart",
    "undo_merge",
    "unlink_persons",
    "update_person",
    "write_note",
]

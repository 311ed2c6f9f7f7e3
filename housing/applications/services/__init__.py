"""Writes of access to housing: requests, proposals, DALO appeals."""

from housing.applications.services.dalo import move_appeal, open_appeal, save_appeal, undo_appeal
from housing.applications.services.requests import (
    file_application,
    open_application,
    propose,
    refresh,
    refresh_running,
    remove,
    renew,
    save_application,
    settle_proposal,
    step,
    undo_application,
)

__all__ = [
    "file_application",
    "move_appeal",
    "open_appeal",
    "open_application",
    "propose",
    "refresh",
    "refresh_running",
    "remove",
    "renew",
    "save_appeal",
    "save_application",
    "settle_proposal",
    "step",
    "undo_appeal",
    "undo_application",
]

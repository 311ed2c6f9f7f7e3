"""Writes of eviction prevention: the file, its chronology, its debts, its tracks, its diagnosis."""

from housing.evictions.services.acts import correct_act, record_act, undo_act
from housing.evictions.services.debts import drop_debt, save_debt
from housing.evictions.services.diagnosis import (
    keep_diagnosis,
    send_diagnosis,
    start_diagnosis,
    take_back_diagnosis,
    take_over_diagnosis,
)
from housing.evictions.services.files import (
    follow_file,
    open_file,
    refresh,
    refresh_open,
    save_file,
)
from housing.evictions.services.tracks import move_track, open_track, undo_track

__all__ = [
    "correct_act",
    "drop_debt",
    "follow_file",
    "keep_diagnosis",
    "move_track",
    "open_file",
    "open_track",
    "record_act",
    "refresh",
    "refresh_open",
    "save_debt",
    "save_file",
    "send_diagnosis",
    "start_diagnosis",
    "take_back_diagnosis",
    "take_over_diagnosis",
    "undo_act",
    "undo_track",
]

"""From the tables to the chronology."""

from typing import Any

from housing.delays.counting import Deadline, RuleBook
from housing.evictions.chronology import Chronology
from housing.evictions.enums import TrackKind, TrackState
from housing.evictions.tracks import track_deadlines
from housing.models import EvictionFile


def story_of(file: EvictionFile, rules: RuleBook | None = None) -> Chronology:
    """The chronology of a file as it stands; `rules` is given when there are many files."""
    acts: list[Any] = [act for act in file.acts.all() if act.undone_at is None]
    return Chronology(
        file,
        acts,
        rules or RuleBook.load(),
        diagnosis_sent=any(row.sent_on for row in file.diagnoses.all()),
        plan_running=any(
            row.kind == TrackKind.PLAN and row.state == TrackState.RUNNING for row in file.tracks.all()
        ),
    )


def all_deadlines(file: EvictionFile, story: Chronology) -> list[Deadline]:
    """Those of the procedure and those of what is done beside it."""
    tracks = [] if story.is_over else track_deadlines(file.tracks.all(), story.rules)
    return sorted([*story.deadlines(), *tracks], key=lambda one: (one.due, one.code))

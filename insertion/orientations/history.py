"""What an orientation went through, in the order it happened: for the person's card."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils import timezone

from insertion.models import Orientation, OrientationChange, ReorientationRequest
from insertion.orientations.enums import ChangeKind, RequestState


@dataclass(frozen=True)
class Line:
    """One thing that happened; `is_undone` stays readable, and no more."""

    on: date
    label: str
    said: str = ""
    by: str = ""
    is_undone: bool = False


@dataclass
class Life:
    """The history of one orientation, its requests, and what can be undone of it."""

    lines: list[Line] = field(default_factory=list)
    requests: list[ReorientationRequest] = field(default_factory=list)
    can_undo: bool = False
    is_over: bool = False
    undoes: str = ""

    @property
    def pending(self) -> ReorientationRequest | None:
        return next((request for request in self.requests if request.is_pending), None)


def lives_of(orientations: Collection[Orientation]) -> dict[UUID, Life]:
    """By orientation; a fixed number of queries. Each has its `reorientations` and its `person` prefetched."""
    today = timezone.localdate()
    lives: defaultdict[UUID, Life] = defaultdict(Life)
    changes = OrientationChange.objects.filter(orientation__in=orientations).select_related("by", "cause")
    latest: dict[UUID, date] = {}
    for orientation in orientations:
        latest[orientation.person_id] = max(orientation.start, latest.get(orientation.person_id, date.min))
    standing: dict[UUID, OrientationChange] = {}
    for change in changes.order_by("created_at", "pk"):
        said = " · ".join(filter(None, (change.said, change.reason)))
        undone = change.undone_at is not None
        lives[change.orientation_id].lines.append(
            Line(change.on, change.get_kind_display(), said, change.by.full_name, undone)
        )
        if not undone and change.kind != ChangeKind.ENDED:
            standing[change.orientation_id] = change
    for orientation in orientations:
        life = lives[orientation.pk]
        life.requests = list(orientation.reorientations.all())
        life.lines += [line for request in life.requests for line in _steps(request)]
        life.lines.insert(0, Line(orientation.start, "Enregistrée"))
        life.lines.sort(key=lambda line: line.on)
        life.is_over = orientation.end is not None and orientation.end < today
        change_or_none = standing.get(orientation.pk)
        life.can_undo = change_or_none is not None or orientation.start == latest[orientation.person_id]
        life.undoes = change_or_none.get_kind_display() if change_or_none else "Enregistrée"
    return dict(lives)


def _steps(request: ReorientationRequest) -> list[Line]:
    """A request as its dates tell it."""
    wanted = request.get_wanted_kind_display().lower()
    lines = [Line(request.requested_on, f"Réorientation {wanted} demandée", request.get_asked_by_display())]
    if request.sent_on:
        lines.append(Line(request.sent_on, "Demande transmise au Département"))
    if request.answered_on:
        answer = "acceptée" if request.state == RequestState.ACCEPTED else "refusée"
        lines.append(Line(request.answered_on, f"Réorientation {answer} par le Département", request.answer))
    return lines

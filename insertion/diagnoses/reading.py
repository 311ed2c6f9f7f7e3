"""A diagnosis as a page shows it, and as an update keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from cias.core.french import date_short
from insertion.diagnoses.enums import ENDED, ObjectiveState, ObstacleLevel, StepState
from insertion.models import Diagnosis, DiagnosisTheme, Objective, ObjectiveAction, Obstacle


@dataclass(frozen=True)
class Progress:
    """How far a diagnosis has come, in counts."""

    objectives: int
    objectives_done: int
    actions: int
    actions_done: int
    late: int

    @property
    def share(self) -> int:
        """Percentage of the actions done, those given up left out; 0 without any."""
        return round(100 * self.actions_done / self.actions) if self.actions else 0


@dataclass(frozen=True)
class Content:
    """`themes` lead to the objectives; `obstacles` are today's, the heaviest first, those lifted last."""

    diagnosis: Diagnosis
    themes: list[tuple[DiagnosisTheme, list[Objective]]]
    obstacles: list[Obstacle]
    findings: list[Any]

    def progress(self, today: date) -> Progress:
        objectives = [one for _theme, rows in self.themes for one in rows]
        kept = [one for one in objectives if one.state != ObjectiveState.DROPPED]
        actions = [row for one in kept for row in one.actions.all()]
        counted = [row for row in actions if row.state not in (StepState.DROPPED, StepState.CANCELLED)]
        return Progress(
            objectives=len(kept),
            objectives_done=sum(one.state == ObjectiveState.DONE for one in kept),
            actions=len(counted),
            actions_done=sum(row.state == StepState.DONE for row in counted),
            late=sum(
                row.state not in ENDED and row.due_on is not None and row.due_on < today for row in counted
            ),
        )

    def frozen(self) -> dict[str, Any]:
        """Plain texts: what the diagnosis said that day."""
        return {
            "summary": self.diagnosis.summary,
            "findings": [f"{row.theme.label}\u00a0: {row.label}" for row in self.findings],
            "obstacles": [
                [row.get_kind_display(), row.get_level_display(), row.comment] for row in self.obstacles
            ],
            "themes": [
                [
                    theme.label,
                    [
                        [
                            one.label, one.get_state_display(),
                            [
                                [row.label, row.owner, date_short(row.due_on) if row.due_on else "",
                                 row.get_state_display(), row.outcome]
                                for row in one.actions.all()
                            ],
                        ]
                        for one in rows
                    ],
                ]
                for theme, rows in self.themes
            ],
        }  # fmt: skip


def with_content(diagnoses: QuerySet[Diagnosis]) -> QuerySet[Diagnosis]:
    actions = Prefetch("actions", ObjectiveAction.objects.select_related("agent", "partner"))
    objectives = Prefetch("objectives", Objective.objects.select_related("theme").prefetch_related(actions))
    standing = Prefetch("obstacles", Obstacle.objects.standing(), to_attr="standing_obstacles")
    return diagnoses.select_related("person", "author").prefetch_related(
        objectives, standing, "findings__theme"
    )


def arrange(diagnosis: Diagnosis) -> Content:
    """What `with_content` fetched, by theme."""
    themes: dict[Any, tuple[DiagnosisTheme, list[Objective]]] = {}
    for objective in diagnosis.objectives.all():
        themes.setdefault(objective.theme_id, (objective.theme, []))[1].append(objective)
    return Content(
        diagnosis,
        list(themes.values()),
        latest(diagnosis.standing_obstacles),  # type: ignore[attr-defined]
        list(diagnosis.findings.all()),
    )


def content_of(diagnosis: Diagnosis) -> Content:
    return arrange(with_content(Diagnosis.objects.filter(pk=diagnosis.pk)).get())


def latest(obstacles: Iterable[Obstacle]) -> list[Obstacle]:
    """The last appraisal of each kind, the heaviest first."""
    found: dict[str, Obstacle] = {}
    for row in sorted(obstacles, key=lambda row: (row.on, row.created_at)):
        found[row.kind] = row
    return sorted(found.values(), key=lambda row: (-row.level, row.get_kind_display()))


def in_the_way(obstacles: Iterable[Obstacle]) -> list[Obstacle]:
    return [row for row in obstacles if row.level != ObstacleLevel.LIFTED]

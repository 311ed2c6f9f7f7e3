"""What the diagnosis contributes to a household's file and to the work lists."""

from collections.abc import Iterator
from typing import Any

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.paths import path_to
from cias.core.registry import TimelineItem, WorkItem
from households.enums import Domain
from households.models import Household
from households.team import Team
from insertion.diagnoses import statistics
from insertion.diagnoses.enums import ENDED, ObjectiveState
from insertion.models import Diagnosis, DiagnosisUpdate, ObjectiveAction

KIND = "insertion-diagnoses"


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    diagnoses = Diagnosis.objects.for_user(user, household.pk).select_related("person", "author")
    for diagnosis in diagnoses:
        yield TimelineItem(
            at=diagnosis.opened_on, icon="bi-clipboard2-pulse", title="Diagnostic d’insertion établi",
            text=diagnosis.person.full_name, url=path_to("insertion:diagnosis", diagnosis.pk),
            domain=Domain.INSERTION, kind="insertion", author=diagnosis.author.full_name,
        )  # fmt: skip
    updates = DiagnosisUpdate.objects.standing().filter(diagnosis__in=diagnoses)
    for update in updates.select_related("by", "diagnosis__person"):
        yield TimelineItem(
            at=update.on, icon="bi-clipboard2-pulse", title="Diagnostic d’insertion actualisé",
            text=update.diagnosis.person.full_name, author=update.by.full_name, domain=Domain.INSERTION,
            url=path_to("insertion:diagnosis", update.diagnosis_id), kind="insertion",
        )  # fmt: skip


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """An agent's own actions of the diagnoses, as long as they are not done."""
    agents = team.holding("insertion.edit", "insertion.overview")
    rows = ObjectiveAction.objects.filter(
        agent__in=agents, due_on__isnull=False, objective__state=ObjectiveState.RUNNING
    ).exclude(state__in=ENDED)
    for row in rows.select_related("objective__diagnosis__person"):
        diagnosis = row.objective.diagnosis
        yield row.agent_id, WorkItem(
            title=f"Diagnostic\u00a0: {row.label}", due=row.due_on, domain=Domain.INSERTION,
            subject=diagnosis.person.full_name, subject_id=diagnosis.household_id,
            owner=team.by_key[row.agent_id], kind="insertion",
            url=path_to("insertion:diagnosis", diagnosis.pk),
        )  # fmt: skip


def register() -> None:
    registry.timeline.register(KIND, timeline, about=("insertion.Diagnosis",))
    registry.worklist.register(
        KIND, worklist, about=("insertion.Diagnosis",), owned=("insertion.ObjectiveAction.agent",)
    )
    merging.move("insertion.Diagnosis.household")
    merging.move(
        "insertion.Diagnosis.person",
        refused="Les deux fiches ont un diagnostic d’insertion\u00a0: gardez-en un avant de fusionner.",
    )
    statistics.register()

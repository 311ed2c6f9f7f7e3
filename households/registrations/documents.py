"""What documents contribute: lines of the story, a way to add one, and those that expire."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import DateField, QuerySet, Value

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core import registry
from cias.core.french import lower_first
from cias.core.paths import path_to
from cias.core.presence import rows_of_agents
from cias.core.registry import Action, TimelineItem, WorkItem
from cias.core.written import any_of
from households.enums import DocumentState, NoteLevel
from households.models import Assignment, Document, Household
from households.models.files import on_day
from households.team import Team

NOTICE = timedelta(days=settings.DOCUMENT_NOTICE_DAYS)
EXPIRING = "households.Document, expiring"
LEVEL_NAMES = {
    NoteLevel.TEAM: "document d’équipe",
    NoteLevel.CIRCLE: "document de cercle",
    NoteLevel.PERSONAL: "document personnel",
}


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Documents the reader may read, each version on the day it was added; what was retired is left out."""
    kept = [DocumentState.CURRENT, DocumentState.REPLACED]
    for document in Document.objects.for_user(user, household.pk).filter(state__in=kept).with_people():
        yield TimelineItem(
            at=document.created_at,
            icon="bi-file-earmark-arrow-up" if document.version == 1 else "bi-file-earmark-diff",
            title="Document ajouté" if document.version == 1 else "Document renouvelé",
            text=lower_first(str(document)) if not document.title else document.title,
            url=path_to("households:document", document.pk),
            kind="documents",
            author=f"{document.author.full_name}, {LEVEL_NAMES[NoteLevel(document.level)]}",
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("documents.add"):
        yield Action(
            label="Ajouter un document",
            url=path_to("households:document_add", household.pk),
            icon="bi-file-earmark-plus",
            group="Suivi",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """Documents of the households one looks after that have expired, or will within the notice."""
    today = team.today
    agents = [one for one in team.agents if one.scope("documents.view") in (Scope.ALL, Scope.OWN)]
    after = Assignment.objects.filter(on_day(today), agent__in=agents)
    expiring = _expiring_by(today + NOTICE, after)
    documents = list(expiring.select_related("household", "person").order_by("expires_on", "pk"))
    looks_after: dict[Any, set[Any]] = {}
    of_those = after.filter(household__in={row.household_id for row in documents}).order_by()
    for household, key in of_those.values_list("household", "agent"):
        looks_after.setdefault(household, set()).add(key)
    for document in documents:
        whose = f", {document.person.full_name}" if document.person else ""
        state = "expiré" if document.expires_on and document.expires_on < today else "à renouveler"
        for agent in agents:
            if agent.pk not in looks_after.get(document.household_id, ()) or not _reads(agent, document):
                continue
            yield (
                agent.pk,
                WorkItem(
                    title=f"Document {state}\u00a0: {lower_first(document.get_kind_display())}{whose}",
                    url=path_to("households:document", document.pk),
                    due=document.expires_on,
                    subject=str(document.household),
                    subject_id=document.household_id,
                    owner=agent,
                    kind="documents",
                ),
            )


def _expiring_by(day: Any, looked_after: QuerySet[Assignment]) -> QuerySet[Document]:
    return Document.objects.current().filter(
        household__in=looked_after.values("household"), household__closed_on__isnull=True, expires_on__lte=day
    )


def _expiring(agents: UUID, today: date, _now: datetime) -> QuerySet[Any, Any]:
    """What `worklist()` shows, and maybe others: whether it is worth asking (cias.core.written)."""
    after = Assignment.objects.filter(on_day(today), agent__in=any_of(agents))
    return _expiring_by(Value(today, DateField()) + Value(NOTICE), after).order_by().values("pk")


def _reads(agent: User, document: Document) -> bool:
    """`LevelQuerySet.for_user()` of an agent who looks after the household."""
    if document.author_id == agent.pk:
        return True
    return agent.scope("documents.view") == Scope.ALL and document.level != NoteLevel.PERSONAL


def register() -> None:
    registry.timeline.register("documents", timeline, about=("households.Document",))
    registry.actions.register("documents", actions)
    rows_of_agents[EXPIRING] = _expiring
    registry.worklist.register("documents", worklist, about=("households.Document",), owned=(EXPIRING,))

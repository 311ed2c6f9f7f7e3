"""What documents contribute: lines of the story, a way to add one, and those that expire."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core import registry
from cias.core.french import lower_first
from cias.core.registry import Action, TimelineItem, WorkItem
from households.enums import DocumentState, NoteLevel
from households.models import Assignment, Document, Household
from households.models.files import on_day

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
            url=reverse("households:document", args=[document.pk]),
            kind="documents",
            author=f"{document.author.full_name}, {LEVEL_NAMES[NoteLevel(document.level)]}",
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("documents.add"):
        yield Action(
            label="Ajouter un document",
            url=reverse("households:document_add", args=[household.pk]),
            icon="bi-file-earmark-plus",
            group="Suivi",
        )


def worklist(user: User, today: date) -> Iterator[WorkItem]:
    """Documents of the households one looks after that have expired, or will within the notice."""
    if user.scope("documents.view") not in (Scope.ALL, Scope.OWN):
        return
    looked_after = Assignment.objects.filter(on_day(today), agent=user).values("household")
    expiring = (
        Document.objects.for_user(user)
        .current()
        .filter(
            household__in=looked_after,
            household__closed_on__isnull=True,
            expires_on__lte=today + timedelta(days=settings.DOCUMENT_NOTICE_DAYS),
        )
    )
    for document in expiring.select_related("household", "person").order_by("expires_on", "pk"):
        whose = f", {document.person.full_name}" if document.person else ""
        state = "expiré" if document.expires_on and document.expires_on < today else "à renouveler"
        yield WorkItem(
            title=f"Document {state}\u00a0: {lower_first(document.get_kind_display())}{whose}",
            url=reverse("households:document", args=[document.pk]),
            due=document.expires_on,
            subject=str(document.household),
            subject_id=document.household_id,
            owner=user,
            kind="documents",
        )


def register() -> None:
    registry.timeline.register("documents", timeline)
    registry.actions.register("documents", actions)
    registry.worklist.register("documents", worklist)

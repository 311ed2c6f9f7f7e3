"""What one can start from a household, and what is due on it."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.french import plural
from cias.core.registry import Action, WorkItem
from households.models import Household, NoteDraft
from households.rules import WITHOUT_REFERENT, without_referent


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("notes.write"):
        yield Action(
            label="Écrire une note",
            url=reverse("households:note_create", args=[household.pk]),
            icon="bi-pencil",
            group="Suivi",
        )


def worklist(user: User, today: date) -> Iterator[WorkItem]:
    """The author's unfinished notes; for who distributes the files, households nobody is in charge of."""
    known = Household.objects.for_user(user)
    drafts = NoteDraft.objects.filter(author=user, household__in=known).select_related("household", "note")
    for draft in drafts:
        url = (
            reverse("households:note_edit", args=[draft.note_id])
            if draft.note_id
            else reverse("households:note_create", args=[draft.household_id])
        )
        yield WorkItem(
            title="Terminer une note",
            url=url,
            due=None,
            subject=str(draft.household),
            subject_id=draft.household_id,
            owner=user,
            kind="notes",
            personal=True,
        )
    if user.role == Role.DIRECTOR and (count := without_referent(today).filter(pk__in=known).count()):
        yield WorkItem(
            title=f"Désigner un référent pour {plural(count, 'ménage')}",
            url=f"{reverse('households:list')}?etat={WITHOUT_REFERENT}",
            due=None,
            kind="referents",
        )

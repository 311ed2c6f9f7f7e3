"""What letters tell: the household's timeline, drafts to finish, what one can start."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from cias.accounts.models import User
from cias.core import merging
from cias.core.registry import Action, TimelineItem, WorkItem
from households.models import Household, Letter


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Finished letters, for who may read them."""
    letters = Letter.objects.for_user(user, household.pk).filter(finished_at__isnull=False)
    for letter in letters.select_related("author"):
        yield TimelineItem(
            at=letter.finished_at or letter.saved_at,
            icon="bi-envelope-paper",
            title=f"Courrier {letter.number} à {letter.recipient_name}",
            text=letter.subject,
            url=reverse("households:letter", args=[letter.pk]),
            kind="courriers",
            author=letter.author.full_name,
        )


def worklist(user: User, today: date) -> Iterator[WorkItem]:
    """The author's unfinished letters."""
    for letter in Letter.objects.drafts_of(user).select_related("household"):
        yield WorkItem(
            title="Terminer un courrier",
            url=reverse("households:letter", args=[letter.pk]),
            due=None,
            subject=str(letter.household),
            subject_id=letter.household_id,
            owner=user,
            kind="courriers",
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("letters.write"):
        yield Action(
            label="Écrire un courrier",
            url=reverse("households:letter_create", args=[household.pk]),
            icon="bi-envelope-paper",
            group="Suivi",
        )


def declare_merging() -> None:
    """A letter follows the file and the person; what it said does not change."""
    merging.move("households.Letter.household")
    merging.move("households.Letter.person")

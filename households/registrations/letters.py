"""What letters tell: the household's timeline, drafts to finish, what one can start."""

from collections.abc import Iterator
from typing import Any

from cias.accounts.models import User
from cias.core import merging
from cias.core.paths import path_to
from cias.core.registry import Action, TimelineItem, WorkItem
from households.models import Household, Letter
from households.team import Team


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Finished letters, for who may read them."""
    letters = Letter.objects.for_user(user, household.pk).filter(finished_at__isnull=False)
    for letter in letters.select_related("author"):
        yield TimelineItem(
            at=letter.finished_at or letter.saved_at,
            icon="bi-envelope-paper",
            title=f"Courrier {letter.number} à {letter.recipient_name}",
            text=letter.subject,
            url=path_to("households:letter", letter.pk),
            kind="courriers",
            author=letter.author.full_name,
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """The author's unfinished letters, in the files they may still know of."""
    drafts = Letter.objects.filter(finished_at__isnull=True, author__in=team.agents)
    for letter in drafts.select_related("household"):
        author = team.by_key[letter.author_id]
        if team.knows(author, letter.household_id):
            yield (
                author.pk,
                WorkItem(
                    title="Terminer un courrier",
                    url=path_to("households:letter", letter.pk),
                    due=None,
                    subject=str(letter.household),
                    subject_id=letter.household_id,
                    owner=author,
                    kind="courriers",
                ),
            )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("letters.write"):
        yield Action(
            label="Écrire un courrier",
            url=path_to("households:letter_create", household.pk),
            icon="bi-envelope-paper",
            group="Suivi",
        )


def declare_merging() -> None:
    """A letter follows the file and the person; what it said does not change."""
    merging.move("households.Letter.household")
    merging.move("households.Letter.person")

"""What one can start from a household, and what is due on it."""

from collections.abc import Iterator
from typing import Any

from cias.accounts.models import User
from cias.core.french import plural
from cias.core.paths import path_to
from cias.core.registry import Action, WorkItem
from households.models import Household, NoteDraft
from households.rules import WITHOUT_REFERENT, without_referent
from households.team import Figure, Tally, Team


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("notes.write"):
        yield Action(
            label="Écrire une note",
            url=path_to("households:note_create", household.pk),
            icon="bi-pencil",
            group="Suivi",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """The author's unfinished notes."""
    drafts = NoteDraft.objects.filter(author__in=team.agents).select_related("household", "note")
    for draft in drafts:
        author = team.by_key[draft.author_id]
        if not team.knows(author, draft.household_id):
            continue
        url = (
            path_to("households:note_edit", draft.note_id)
            if draft.note_id
            else path_to("households:note_create", draft.household_id)
        )
        yield (
            author.pk,
            WorkItem(
                title="Terminer une note",
                url=url,
                due=None,
                subject=str(draft.household),
                subject_id=draft.household_id,
                owner=author,
                kind="notes",
                personal=True,
            ),
        )


def alone(team: Team) -> Tally:
    """For who distributes the files, households nobody is in charge of."""
    directors = team.among(team.agents, directing=True)
    return Tally(agents=directors, rows=without_referent(team.today), path="", line=_alone)


def _alone(found: Figure) -> WorkItem:
    return WorkItem(
        title=f"Désigner un référent pour {plural(found.count, 'ménage')}",
        url=f"{path_to('households:list')}?etat={WITHOUT_REFERENT}",
        due=None,
        kind="referents",
    )

"""Objects behind the households' addresses, for the URL × role test."""

from typing import Any

from cias.accounts.enums import Role
from households.enums import LinkKind
from households.models import NoteDraft, PersonLink
from households.services import merge
from tests.factories import HouseholdFactory, NoteFactory, PersonFactory


def sample_kwargs(world: Any) -> dict[str, object]:
    author = world.agents[Role.SOCIAL_WORKER]
    other = PersonFactory()
    link = PersonLink.objects.create(person=world.person, other=other, kind=LinkKind.SIBLING)
    draft = NoteDraft.objects.create(household=world.household, author=author, values={})
    note = NoteFactory(household=world.household, author=author, text="Une note de l’agent qui parcourt.")
    merged = merge(by=author, survivor=world.person, absorbed=PersonFactory())
    return {
        "merge_id": merged.pk,
        "other_household_id": HouseholdFactory(with_applicant=True).pk,
        "other_id": other.pk,
        "link_id": link.pk,
        "draft_id": draft.pk,
        "note_id": note.pk,
    }

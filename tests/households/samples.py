"""Objects behind the households' addresses, for the URL × role test."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from households.enums import BatchKind, ClosingReason, LinkKind, ProtectionReason
from households.models import (
    CaseloadBatch,
    CaseloadMove,
    EmergencyAccess,
    HouseholdProtection,
    NamedAccess,
    NoteDraft,
    PersonLink,
    TakeOver,
    TakeOverMapping,
    TakeOverRow,
)
from households.services import create_cover, merge
from households.services.protection import EMERGENCY_LASTS
from tests.factories import (
    DocumentFactory,
    HouseholdFactory,
    NoteFactory,
    PersonFactory,
    TaskFactory,
    UserFactory,
)
from tests.households.samples_budgets import budget_kwargs
from tests.households.samples_datalife import datalife_kwargs
from tests.households.samples_letters import letter_kwargs


def sample_kwargs(world: Any) -> dict[str, object]:
    author = world.agents[Role.SOCIAL_WORKER]
    other = PersonFactory()
    link = PersonLink.objects.create(person=world.person, other=other, kind=LinkKind.SIBLING)
    draft = NoteDraft.objects.create(household=world.household, author=author, values={})
    note = NoteFactory(household=world.household, author=author, text="Une note de l’agent qui parcourt.")
    same = {name: getattr(world.person, name) for name in ("birth_name", "first_names", "phone")}
    merged = merge(by=author, survivor=world.person, absorbed=PersonFactory(**same))
    return {
        "merge_id": merged.pk,
        "other_household_id": HouseholdFactory(with_applicant=True).pk,
        "other_id": other.pk,
        "link_id": link.pk,
        "draft_id": draft.pk,
        "note_id": note.pk,
        "document_id": DocumentFactory(household=world.household, author=author).pk,
        **protection_kwargs(world, author),
        **work_kwargs(world, author),
        **takeover_kwargs(author),
        **budget_kwargs(world, author),
        **letter_kwargs(world),
        **datalife_kwargs(world),
    }


def protection_kwargs(world: Any, author: User) -> dict[str, object]:
    kept = HouseholdProtection.objects.create(
        household=HouseholdFactory(), reason=ProtectionReason.ELECTED, decided_by=author
    )
    access = NamedAccess.objects.create(protection=kept, agent=world.agents[Role.RECEPTION], given_by=author)
    emergency = EmergencyAccess.objects.create(
        household=kept.household,
        agent=UserFactory(),
        reason="Danger",
        expires_at=timezone.now() + EMERGENCY_LASTS,
    )
    return {
        "protection_id": kept.pk,
        "named_access_id": access.pk,
        "emergency_access_id": emergency.pk,
    }


def work_kwargs(world: Any, author: User) -> dict[str, object]:
    task = TaskFactory(household=world.household, agent=author, created_by=author)
    today = timezone.localdate()
    cover = create_cover(
        by=author, agent=author, substitute=UserFactory(), start=today, end=today + timedelta(days=9)
    )
    batch = CaseloadBatch.objects.create(
        kind=BatchKind.CLOSING, on=today, by=author, closing_reason=ClosingReason.NO_NEWS
    )
    CaseloadMove.objects.create(batch=batch, household=world.household)
    return {"task_id": task.pk, "cover_id": cover.pk, "batch_id": batch.pk}


def takeover_kwargs(author: User) -> dict[str, object]:
    layout = {"said": "CSV, séparateur virgule, UTF-8", "header": 1, "rows": 1, "samples": {"0": ["Petit"]}}
    takeover = TakeOver.objects.create(
        file_name="liste.csv",
        source="Tableur",
        sha256="0" * 64,
        created_by=author,
        layout=layout,
        columns=[{"place": 0, "header": "Nom", "rank": 1, "target": "birth_name", "slot": 0}],
    )
    row = TakeOverRow.objects.create(takeover=takeover, number=2, last_number=2, outcome="create")
    mapping = TakeOverMapping.objects.create(name="Tableur", source="Tableur")
    return {"takeover_id": takeover.pk, "takeover_row_id": row.pk, "takeover_mapping_id": mapping.pk}

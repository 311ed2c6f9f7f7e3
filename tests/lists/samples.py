"""Objects behind the addresses of saved views and exports, for the URL × role test."""

from typing import Any

from cias.accounts.enums import Role
from cias.lists.models import ExportRun, SavedView


def sample_kwargs(world: Any) -> dict[str, object]:
    owner = world.agents[Role.SOCIAL_WORKER]
    view = SavedView.objects.create(owner=owner, listing="households", name="Mes suivis", is_shared=True)
    run = ExportRun.objects.create(
        requested_by=owner, listing="households", columns=["numero"], file_format="csv", reason="Bilan"
    )
    return {"listing": "households", "view_id": view.pk, "export_id": run.pk}

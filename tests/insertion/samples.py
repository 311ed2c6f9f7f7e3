"""Objects behind insertion's addresses, for the URL × role test."""

from typing import Any

from cias.accounts.enums import Role
from insertion.models import OrientationImport, OrientationImportRow, OrientationMapping
from tests.factories import EngagementContractFactory, OrientationFactory, ReorientationRequestFactory


def sample_kwargs(world: Any) -> dict[str, object]:
    orientation = OrientationFactory(household=world.household, person=world.person)
    contract = EngagementContractFactory(orientation=orientation, signed=True)
    asked = ReorientationRequestFactory(orientation=orientation)
    return {
        "orientation_id": orientation.pk,
        "contract_id": contract.pk,
        "reorientation_id": asked.pk,
        **import_kwargs(world),
    }


def import_kwargs(world: Any) -> dict[str, object]:
    layout = {"said": "CSV, séparateur virgule, UTF-8", "header": 1, "rows": 1, "samples": {"0": ["Petit"]}}
    batch = OrientationImport.objects.create(
        file_name="orientations.csv",
        source="Département",
        sha256="0" * 64,
        created_by=world.agents[Role.SOCIAL_WORKER],
        layout=layout,
        columns=[{"place": 0, "header": "Nom", "rank": 1, "target": "birth_name", "slot": 0}],
    )
    row = OrientationImportRow.objects.create(
        batch=batch, number=2, last_number=2, outcome="doubt", name="Petit Léa"
    )
    mapping = OrientationMapping.objects.create(name="Fichier mensuel", source="Département")
    return {
        "orientation_import_id": batch.pk,
        "orientation_import_row_id": row.pk,
        "orientation_mapping_id": mapping.pk,
    }

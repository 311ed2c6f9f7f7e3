"""Objects of energy visits, for the URL × role test."""

from datetime import date
from typing import Any

from cias.accounts.enums import Role
from housing.models import EnergyRule, EquipmentItem, IncomeCeiling
from tests.factories import EnergyFileFactory, EnergyOrientationFactory, EnergyVisitFactory


def energy_kwargs(world: Any) -> dict[str, object]:
    file = EnergyFileFactory(
        household=world.household,
        agent=world.agents[Role.SOCIAL_WORKER],
        state="visited_1",
        visited_on=date(2026, 10, 20),
        situation="canari-signalement",
    )
    visit = EnergyVisitFactory(file=file, done_on=date(2026, 10, 20), social_note="canari-visite")
    orientation = EnergyOrientationFactory(file=file, detail="canari-orientation-energie")
    return {
        "energy_file_id": file.pk,
        "energy_visit_id": visit.pk,
        "energy_orientation_id": orientation.pk,
        "income_ceiling_id": IncomeCeiling.objects.first().pk,
        "energy_rule_id": EnergyRule.objects.first().pk,
        "equipment_item_id": EquipmentItem.objects.first().pk,
    }

"""Objects of lodging, for the URL × role test."""

from datetime import date
from typing import Any

from cias.accounts.enums import Role
from housing.models import ScoreRule
from housing.models.rules import SchemeRule
from tests.factories import (
    AltCapacityFactory,
    AltDwellingFactory,
    LodgingRequestFactory,
    StayContractFactory,
    UnavailabilityFactory,
)


def lodging_kwargs(world: Any, stay: Any) -> dict[str, object]:
    contract = StayContractFactory(stay=stay)
    request = LodgingRequestFactory(
        household=world.household, agent=world.agents[Role.SOCIAL_WORKER], note="canari-hebergement",
        requested_on=date(2026, 3, 2),
    )  # fmt: skip
    request.criteria.create(code="unfit", noted_on=date(2026, 3, 2))
    covered = AltDwellingFactory(dwelling=stay.place.dwelling)
    capacity = AltCapacityFactory(convention=covered.convention)
    return {
        "stay_id": stay.pk,
        "place_id": stay.place_id,
        "dwelling_id": stay.place.dwelling_id,
        "stay_contract_id": contract.pk,
        "unavailability_id": UnavailabilityFactory(place=stay.place).pk,
        "lodging_request_id": request.pk,
        "scheme_rule_id": SchemeRule.objects.get(scheme=stay.scheme).pk,
        "lodging_rule_id": ScoreRule.objects.get().pk,
        "alt_convention_id": covered.convention_id,
        "alt_capacity_id": capacity.pk,
        "alt_dwelling_id": covered.pk,
    }

"""Objects behind housing's addresses, for the URL × role test."""

from typing import Any

from tests.factories import StayFactory
from tests.housing.samples_dues import dues_kwargs


def sample_kwargs(world: Any) -> dict[str, object]:
    stay = StayFactory(household=world.household)
    return {
        "stay_id": stay.pk,
        "place_id": stay.place_id,
        "dwelling_id": stay.place.dwelling_id,
        **dues_kwargs(world, stay),
    }

"""Objects behind housing's addresses, for the URL × role test."""

from typing import Any

from tests.factories import StayFactory
from tests.housing.samples_dues import dues_kwargs
from tests.housing.samples_energy import energy_kwargs
from tests.housing.samples_evictions import evictions_kwargs
from tests.housing.samples_lodging import lodging_kwargs


def sample_kwargs(world: Any) -> dict[str, object]:
    stay = StayFactory(household=world.household)
    return {
        **lodging_kwargs(world, stay),
        **dues_kwargs(world, stay),
        **evictions_kwargs(world),
        **energy_kwargs(world),
    }

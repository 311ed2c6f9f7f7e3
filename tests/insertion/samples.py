"""Objects behind insertion's addresses, for the URL × role test."""

from typing import Any

from tests.factories import EngagementContractFactory, OrientationFactory
from tests.insertion import samples_jobs, samples_permanences


def sample_kwargs(world: Any) -> dict[str, object]:
    orientation = OrientationFactory(household=world.household, person=world.person)
    contract = EngagementContractFactory(orientation=orientation, signed=True)
    return {
        "orientation_id": orientation.pk,
        "contract_id": contract.pk,
        **samples_permanences.sample_kwargs(world),
        **samples_jobs.sample_kwargs(world),
    }

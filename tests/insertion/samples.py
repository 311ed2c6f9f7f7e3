"""Objects behind insertion's addresses, for the URL × role test."""

from typing import Any

from tests.factories import (
    EngagementContractFactory,
    OrientationFactory,
    WorkshopNoticeFactory,
    WorkshopRegistrationFactory,
)


def sample_kwargs(world: Any) -> dict[str, object]:
    orientation = OrientationFactory(household=world.household, person=world.person)
    contract = EngagementContractFactory(orientation=orientation, signed=True)
    registration = WorkshopRegistrationFactory(household=world.household, person=world.person)
    notice = WorkshopNoticeFactory(registration=registration)
    return {
        "orientation_id": orientation.pk, "contract_id": contract.pk,
        "workshop_id": registration.session.workshop_id, "workshop_session_id": registration.session_id,
        "workshop_registration_id": registration.pk, "workshop_notice_id": notice.pk,
    }  # fmt: skip

"""Objects behind the addresses of the end of files and of the rights of persons, for the URL × role test."""

from datetime import date
from typing import Any

from cias.accounts.enums import Role
from households.enums.datalife import HoldReason, LineState, RequestKind
from households.models import DisposalLine, DisposalSlip, LegalHold, PersonRequest
from tests.factories import HouseholdFactory


def datalife_kwargs(world: Any) -> dict[str, object]:
    dpo = world.agents[Role.DPO]
    other = HouseholdFactory(opened_on=date(2022, 5, 3))
    slip = DisposalSlip.objects.create(
        number="BE-2026-900", prepared_on=date(2026, 11, 2), prepared_by=dpo, months=24
    )
    line = DisposalLine.objects.create(
        slip=slip, household=other, number=other.number, opened_on=other.opened_on,
        last_contact_on=other.opened_on, last_contact="Ouverture du dossier", state=LineState.LISTED,
    )  # fmt: skip
    hold = LegalHold.objects.create(
        household=HouseholdFactory(), reason=HoldReason.LITIGATION, set_on=date(2026, 11, 2), set_by=dpo
    )
    asked = PersonRequest.objects.create(
        household=world.household, person=world.person, kind=RequestKind.ACCESS, received_on=date(2026, 11, 3),
        identity_checked=True, noted_by=dpo,
    )  # fmt: skip
    return {
        "disposal_slip_id": slip.pk,
        "disposal_line_id": line.pk,
        "legal_hold_id": hold.pk,
        "person_request_id": asked.pk,
    }

from datetime import date
from typing import Any

from cias.accounts.enums import Role
from rights.models import Right
from tests.factories import (
    DeskEventFactory,
    DomiciliationFactory,
    ElectionFactory,
    EstimatedRightFactory,
    FileNirFactory,
    FilePieceFactory,
    ForwardingFactory,
    MaintenanceDebtorFactory,
    PauseFactory,
    PickupPointFactory,
    ProxyFactory,
    RequiredPieceFactory,
    RightNoticeFactory,
    RightsFileFactory,
)
from tests.rights.samples_aids import aid_kwargs


def sample_kwargs(world: Any) -> dict[str, object]:
    """A value for each URL kwarg of this app."""
    return {**_files(world), **_domiciliation(world), **_estimate(world), **aid_kwargs(world)}


def _files(world: Any) -> dict[str, object]:
    file = RightsFileFactory(household=world.household, applicant=world.person)
    piece = FilePieceFactory(file=file)
    FileNirFactory(file=file)
    css = Right.objects.get(code="css")
    return {
        "rights_file_id": file.pk,
        "file_piece_id": piece.pk,
        "right_code": css.code,
        "right_rule_id": css.rules.first().pk,
        "required_piece_id": RequiredPieceFactory(right=css).pk,
        "right_notice_id": RightNoticeFactory(right=css).pk,
        "maintenance_debtor_id": MaintenanceDebtorFactory(file=file).pk,
    }


def _domiciliation(world: Any) -> dict[str, object]:
    worker = world.agents[Role.SOCIAL_WORKER]
    domiciliation = DomiciliationFactory(
        household=world.household, person=world.person, agent=worker, alert_on=date(2026, 11, 1),
        absence_due_on=date(2026, 12, 1),
    )  # fmt: skip
    election = ElectionFactory(
        domiciliation=domiciliation, commune=world.commune, granted=True, note="canari-entretien"
    )
    event = DeskEventFactory(domiciliation=domiciliation, recorded_by=worker, arrived=True)
    return {
        "domiciliation_id": domiciliation.pk,
        "election_id": election.pk,
        "desk_event_id": event.pk,
        "proxy_id": ProxyFactory(domiciliation=domiciliation).pk,
        "forwarding_id": ForwardingFactory(domiciliation=domiciliation).pk,
        "pause_id": PauseFactory(domiciliation=domiciliation).pk,
        "pickup_point_id": PickupPointFactory().pk,
    }


def _estimate(world: Any) -> dict[str, object]:
    EstimatedRightFactory(estimate__household=world.household, kind="rsa")
    return {"estimated_kind": "rsa"}

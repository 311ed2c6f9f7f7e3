from typing import Any

from rights.models import Right
from tests.factories import (
    FileNirFactory,
    FilePieceFactory,
    MaintenanceDebtorFactory,
    RequiredPieceFactory,
    RightNoticeFactory,
    RightsFileFactory,
)


def sample_kwargs(world: Any) -> dict[str, object]:
    """A value for each URL kwarg of this app."""
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

from typing import Any

from tests.factories import FilePieceFactory, RightFactory, RightsFileFactory
from tests.rights.samples_aids import aid_kwargs


def sample_kwargs(world: Any) -> dict[str, object]:
    """A value for each URL kwarg of this app."""
    file = RightsFileFactory(household=world.household, applicant=world.person)
    piece = FilePieceFactory(file=file)
    return {
        "rights_file_id": file.pk,
        "file_piece_id": piece.pk,
        "right_code": RightFactory().code,
        **aid_kwargs(world),
    }

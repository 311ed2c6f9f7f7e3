"""What the Département's files contribute to the other apps."""

from cias.core import merging, registry
from insertion.imports.services import rekey_files


def register() -> None:
    registry.rekeys.register("insertion-imports", rekey_files)
    # One identity a person: the survivor's prevails, the absorbed's comes back when the merge is undone.
    merging.move_or_set_aside("insertion.DepartmentIdentity.person")
    merging.move("insertion.OrientationImportRow.household")
    merging.move("insertion.OrientationImportRow.person")
    merging.move("insertion.OrientationImportRow.chosen")
    merging.leave("insertion.OrientationImportRow.context_id", because="it names a context of the history")

from insertion.models.contracts import ContractAction, EngagementContract
from insertion.models.imports import (
    DepartmentIdentity,
    OrientationImport,
    OrientationImportRow,
    OrientationImportRun,
    OrientationMapping,
)
from insertion.models.orientations import Orientation, OrientationChange
from insertion.models.reorientations import ReorientationMove, ReorientationRequest
from insertion.models.rules import PathwayRule

__all__ = [
    "ContractAction",
    "DepartmentIdentity",
    "EngagementContract",
    "Orientation",
    "OrientationChange",
    "OrientationImport",
    "OrientationImportRow",
    "OrientationImportRun",
    "OrientationMapping",
    "PathwayRule",
    "ReorientationMove",
    "ReorientationRequest",
]

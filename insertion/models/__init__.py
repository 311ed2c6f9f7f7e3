from insertion.models.contracts import ContractAction, EngagementContract
from insertion.models.orientations import Orientation
from insertion.models.rules import PathwayRule

__all__ = ["ContractAction", "EngagementContract", "Orientation", "PathwayRule"]

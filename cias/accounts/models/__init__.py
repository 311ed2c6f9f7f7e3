from cias.accounts.models.departures import Departure, DepartureLine
from cias.accounts.models.links import ProviderLink
from cias.accounts.models.resets import FactorReset
from cias.accounts.models.users import User, UserManager, UserQuerySet

__all__ = ["Departure", "DepartureLine", "FactorReset", "ProviderLink", "User", "UserManager", "UserQuerySet"]

from cias.accounts.models.departures import Departure, DepartureLine
from cias.accounts.models.users import User, UserManager, UserQuerySet

__all__ = ["Departure", "DepartureLine", "User", "UserManager", "UserQuerySet"]

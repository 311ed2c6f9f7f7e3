"""Protect a household, as its page does."""

from cias.accounts.models import User
from households.enums import ProtectionReason
from households.models import Household
from households.services.protection import protect_household


def protect(household: Household, by: User) -> None:
    """Only `by` may enter from now on."""
    protect_household(by=by, household=household, reason=ProtectionReason.ELECTED, agents=[by])

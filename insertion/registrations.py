"""What insertion contributes to the other apps, line by line."""

from insertion import listing, registrations_summary, statistics
from insertion.contracts import registrations as contracts
from insertion.orientations import registrations as orientations
from insertion.workshops import registrations as workshops


def register() -> None:
    orientations.register()
    contracts.register()
    workshops.register()
    statistics.register()
    listing.register()
    registrations_summary.register()

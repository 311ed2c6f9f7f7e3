"""What insertion contributes to the other apps, line by line."""

from insertion import listing, registrations_summary, statistics
from insertion.contracts import registrations as contracts
from insertion.jobs import registrations as jobs
from insertion.orientations import registrations as orientations
from insertion.permanences import registrations as permanences


def register() -> None:
    orientations.register()
    contracts.register()
    permanences.register()
    jobs.register()
    statistics.register()
    listing.register()
    registrations_summary.register()

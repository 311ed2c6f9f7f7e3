"""What insertion contributes to the other apps, line by line."""

from cias.core.files import FilePart, file_parts
from insertion import copying, erasing, listing, registrations_departures, registrations_summary, statistics
from insertion.contracts import registrations as contracts
from insertion.diagnoses import registrations as diagnoses
from insertion.followup import registrations as followup
from insertion.imports import registrations as imports
from insertion.jobs import registrations as jobs
from insertion.orientations import registrations as orientations
from insertion.permanences import registrations as permanences
from insertion.workshops import registrations as workshops


def register() -> None:
    file_parts.register(
        "insertion",
        FilePart(label="Insertion", position=70, url_name="insertion:household", rights=("insertion.view",)),
    )
    erasing.declare()
    copying.declare()
    # The card of each person comes first on the tab.
    followup.register()
    orientations.register()
    diagnoses.register()
    contracts.register()
    imports.register()
    workshops.register()
    permanences.register()
    jobs.register()
    statistics.register()
    listing.register()
    registrations_summary.register()
    registrations_departures.register()

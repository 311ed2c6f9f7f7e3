"""What the schemes contribute to the other apps, line by line."""

from cias.core.files import FilePart, file_parts
from housing import copying, erasing, registrations_departures
from housing.applications import registrations as applications
from housing.dues import registrations as dues
from housing.energy import registrations as energy
from housing.evictions import registrations as evictions
from housing.inventories import registrations as inventories
from housing.lodging import registrations as lodging


def register() -> None:
    file_parts.register(
        "logement",
        FilePart(
            label="Logement et énergie", position=60, url_name="housing:household", rights=("housing.view",)
        ),
    )
    erasing.declare()
    copying.declare()
    lodging.register()
    inventories.register()
    dues.register()
    evictions.register()
    applications.register()
    energy.register()
    registrations_departures.register()

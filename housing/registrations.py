"""What the schemes contribute to the other apps, line by line."""

from housing.applications import registrations as applications
from housing.evictions import registrations as evictions
from housing.lodging import registrations as lodging


def register() -> None:
    lodging.register()
    evictions.register()
    applications.register()

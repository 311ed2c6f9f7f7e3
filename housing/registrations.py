"""What the schemes contribute to the other apps, line by line."""

from housing.energy import registrations as energy
from housing.lodging import registrations as lodging


def register() -> None:
    lodging.register()
    energy.register()

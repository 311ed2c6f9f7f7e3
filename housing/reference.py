"""The reference data a new installation starts with, line by line."""

from housing.delays import reference as delays
from housing.dues import reference as dues
from housing.energy import reference as energy
from housing.inventories import reference as inventories
from housing.lodging import reference as lodging


def seed() -> None:
    lodging.seed()
    dues.seed()
    inventories.seed()
    delays.seed()
    energy.seed()

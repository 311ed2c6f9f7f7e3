"""The reference data a new installation starts with, line by line."""

from housing.energy import reference as energy
from housing.lodging import reference as lodging


def seed() -> None:
    lodging.seed()
    energy.seed()

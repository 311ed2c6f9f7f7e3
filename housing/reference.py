"""The reference data a new installation starts with, line by line."""

from housing.delays import reference as delays
from housing.lodging import reference as lodging


def seed() -> None:
    lodging.seed()
    delays.seed()

"""The reference data a new installation starts with, line by line."""

from housing.lodging import reference as lodging


def seed() -> None:
    lodging.seed()

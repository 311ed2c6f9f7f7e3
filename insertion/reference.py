"""What a new installation of insertion starts with, line by line."""

from insertion.diagnoses import reference as diagnoses
from insertion.followup import reference as followup


def seed() -> None:
    followup.seed()
    diagnoses.seed()

"""What a new installation of insertion starts with, line by line."""

from insertion.diagnoses import reference as diagnoses
from insertion.followup import reference as followup
from insertion.jobs import reference as jobs
from insertion.permanences import reference as permanences


def seed() -> None:
    followup.seed()
    diagnoses.seed()
    permanences.seed()
    jobs.seed()

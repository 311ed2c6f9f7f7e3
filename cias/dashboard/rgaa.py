"""The criteria of the RGAA 4.1.2 and how each is checked: docs/rgaa.csv, read once by each process."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.conf import settings

FILE = Path(settings.BASE_DIR) / "docs/rgaa.csv"


class Status(StrEnum):
    TEST = "test"
    BOTH = "test + revue humaine"
    REVIEW = "revue humaine"
    NOT_APPLICABLE = "non applicable"


@dataclass(frozen=True)
class Criterion:
    """`tests` are paths, with « ::name » for one function; `reason` says what they leave out."""

    number: str
    title: str
    status: Status
    tests: tuple[str, ...]
    reason: str


@cache
def criteria() -> tuple[Criterion, ...]:
    """In the order of the RGAA. Raises ValueError for a status that is none."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return tuple(
            Criterion(
                line["number"],
                line["title"],
                Status(line["status"]),
                tuple(line["tests"].split()),
                line["reason"],
            )
            for line in csv.DictReader(file)
        )


def counts() -> Mapping[Status, int]:
    found = Counter(one.status for one in criteria())
    return {status: found[status] for status in Status}

"""docs/asvs.csv: one line for each requirement of the levels we claim, with its reason or its evidence."""

import csv
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
# OWASP ASVS 5.0.0: how many requirements the first two levels have.
LEVELS = {"1": 70, "2": 183}
STATES = {"yes": {"met", "partly", "not met"}, "no": {""}}


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    with (BASE / "docs/asvs.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_requirement_has_its_line_once(lines: list[dict[str, str]]) -> None:
    assert len({line["id"] for line in lines}) == len(lines)
    assert {level: sum(line["level"] == level for line in lines) for level in LEVELS} == LEVELS


def test_what_applies_has_evidence_that_exists_and_the_rest_its_reason(lines: list[dict[str, str]]) -> None:
    wrong = []
    for line in lines:
        paths = line["evidence"].split()
        if line["state"] not in STATES[line["applies"]] or not line["requirement"]:
            wrong.append((line["id"], "state"))
        if line["applies"] == "yes" and not paths:
            wrong.append((line["id"], "no evidence"))
        if (line["applies"] == "no" or line["state"] != "met") and not line["reason"]:
            wrong.append((line["id"], "no reason"))
        wrong += [(line["id"], path) for path in paths if not (BASE / path).is_file()]
    assert wrong == []

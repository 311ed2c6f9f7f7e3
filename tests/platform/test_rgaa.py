"""docs/rgaa.csv: for each criterion of RGAA 4.1.2, what proves it, or who must look (quality.md, Accessibility)."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

BASE = Path(settings.BASE_DIR)
# How many criteria each of the thirteen themes has.
THEMES = [9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12]
TESTED = {"test", "test et revue humaine"}
PROOFS = TESTED | {"revue humaine", "non applicable"}


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    with (BASE / "docs/rgaa.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_criterion_has_its_line_once(lines: list[dict[str, str]]) -> None:
    expected = [f"{theme}.{rank}" for theme, count in enumerate(THEMES, 1) for rank in range(1, count + 1)]
    assert [line["criterion"] for line in lines] == expected
    assert len(expected) == 106


def test_what_is_tested_names_tests_that_exist_and_the_rest_says_why(lines: list[dict[str, str]]) -> None:
    wrong = []
    for line in lines:
        tests = line["tests"].split()
        if line["proof"] not in PROOFS or not line["subject"]:
            wrong.append((line["criterion"], "state"))
        if bool(tests) != (line["proof"] in TESTED):
            wrong.append((line["criterion"], "tests"))
        if line["proof"] == "non applicable" and not line["reason"]:
            wrong.append((line["criterion"], "no reason"))
        wrong += [(line["criterion"], name) for name in tests if not _exists(name)]
    assert wrong == []


def _exists(name: str) -> bool:
    path, _, function = name.partition("::")
    file = BASE / path
    return file.is_file() and (not function or f"def {function}(" in file.read_text())


@pytest.mark.django_db
def test_the_statement_gives_the_counts_of_the_table(lines: list[dict[str, str]]) -> None:
    count = Counter(line["proof"] for line in lines)
    tested = sum(count[proof] for proof in TESTED)
    page = Client().get("/accessibilite/").content.decode()
    assert (
        f"des {len(lines)} critères, {tested} ont un test, dont {count['test et revue humaine']} demandent aussi une "
        f"relecture humaine, {count['revue humaine']} ne se vérifient qu’à la main et {count['non applicable']} sont"
    ) in page

"""docs/rgaa.csv: each of the 106 criteria of the RGAA 4.1.2 once, with its tests or the reason why there is none."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from cias.dashboard.rgaa import Status, counts, criteria

BASE = Path(settings.BASE_DIR)
# How many criteria each of the thirteen themes has (annex of the arrêté of 20 September 2019, version 4.1.2).
THEMES = {1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
ABSENT = re.compile(
    r"<(iframe|frame|audio|video|canvas|object|embed|marquee|blink|map)\b|devicemotion|\.gif\b", re.I
)


def test_each_criterion_has_its_line_once() -> None:
    wanted = [f"{theme}.{number + 1}" for theme, many in THEMES.items() for number in range(many)]
    assert [one.number for one in criteria()] == wanted
    assert len(wanted) == 106
    assert len({one.title for one in criteria()}) == 106
    assert all(one.title.endswith("\u00a0?") for one in criteria())


def test_what_a_test_covers_names_it_and_the_rest_says_why() -> None:
    wrong = []
    for one in criteria():
        tested = one.status in (Status.TEST, Status.BOTH)
        if tested and not one.tests:
            wrong.append((one.number, "no test"))
        if one.status == Status.REVIEW and one.tests:
            wrong.append((one.number, "a test is named, but not counted"))
        if one.status != Status.TEST and not one.reason:
            wrong.append((one.number, "no reason"))
        wrong += [(one.number, test) for test in one.tests if not _exists(test)]
    assert wrong == []


def test_the_counts_are_those_of_the_lines() -> None:
    assert sum(counts().values()) == 106
    assert set(counts()) == set(Status)


@pytest.mark.parametrize("test", ["tests/nowhere.py", "tests/platform/test_rgaa.py::test_of_nobody"])
def test_a_test_that_is_gone_is_seen(test: str) -> None:
    assert not _exists(test)
    assert _exists("tests/platform/test_rgaa.py::test_a_test_that_is_gone_is_seen")


def test_what_is_said_to_be_absent_is_in_no_template() -> None:
    """Frames, media, and what moves or follows the device's movements."""
    sources = [*(BASE / "templates").rglob("*.html"), *(BASE / "static/js").rglob("*.js")]
    found = [(source.name, tag.group()) for source in sources if (tag := ABSENT.search(source.read_text()))]
    assert len(sources) > 100
    assert found == []


def _exists(test: str) -> bool:
    path, _, name = test.partition("::")
    file = BASE / path
    if not file.is_file():
        return False
    functions = (node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef))
    return not name or name in set(functions)

"""docs/faults.md tells the truth: each test it names exists."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

TABLE = Path(settings.BASE_DIR) / "docs/faults.md"
NAMED = re.findall(r"`(tests/[^`]+::[^`]+)`", TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMED)
def test_each_test_of_the_table_exists(name: str) -> None:
    path, *names = name.split("::")
    body: list[ast.stmt] = ast.parse((Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")).body
    for one in names:
        found = {node.name: node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        assert one in found, name
        body = found[one].body


def test_the_table_has_a_line_for_each_fault() -> None:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    assert len(lines) == len(NAMED) > 40
    for word in (
        "queue",
        "PostgreSQL",
        "room for",
        "killed",
        "twice",
        "session",
        "Clock",
        "29 February",
        "backup",
    ):
        assert any(word in line for line in lines), word

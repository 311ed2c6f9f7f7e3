"""Whatever is brought as a table, the readers read it or refuse it in one sentence."""

import contextlib

import pytest
from django.core.exceptions import ValidationError

from cias.core import tables
from cias.core.grids import read_grid
from cias.core.tables import read_table
from tests.faults.hostile import TABLES

UNREADABLE = ("external entity", "laughs", "impossible cell")


@pytest.mark.parametrize("case", TABLES)
def test_a_hostile_file_is_read_or_refused(case: str) -> None:
    name, content = TABLES[case]
    with contextlib.suppress(ValidationError):
        read_table(name, content, columns=["Nom"], most_rows=100)
    with contextlib.suppress(ValidationError):
        read_grid(name, content, most_rows=100)


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_wrong_inside_a_workbook_is_said(case: str) -> None:
    with pytest.raises(ValidationError, match="classeur est illisible"):
        read_table(*TABLES[case], columns=["Nom"], most_rows=100)


def test_a_workbook_that_inflates_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_UNPACKED", 1000)
    for read in (lambda *file: read_table(*file, columns=["Nom"], most_rows=9), read_grid_of_nine):
        with pytest.raises(ValidationError, match="trop volumineux une fois décompressé"):
            read(*TABLES["workbook"])


def read_grid_of_nine(name: str, content: bytes) -> None:
    read_grid(name, content, most_rows=9)

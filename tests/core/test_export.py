"""Exports: what a spreadsheet reads is what we wrote, and it never runs anything."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cias.core.charts import Absent
from cias.core.export import Sheet, csv_bytes, csv_response, safe_text, xlsx_bytes, xlsx_response

ATTACKS = [
    "=1+1",
    "+33612345678",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    '=HYPERLINK("http://evil.example","clic")',
    "=cmd|' /C calc'!A0",
    "\x00=1+1",
    "\x0b=1+1",
]
VALUES = ["Le Goff", 1234, -5, Decimal("-1234.50"), 0.1, date(2026, 12, 24), True, None, Absent.MASKED]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes, sheet: int = 0):
    return load_workbook(BytesIO(content)).worksheets[sheet]


def test_csv_as_french_spreadsheets_open_it():
    content = csv_bytes(["Nom", "Reste à vivre"], [VALUES])
    assert content.startswith(b"\xef\xbb\xbfNom;Reste \xc3\xa0 vivre\r\n")
    assert read_csv(content)[1] == [
        "Le Goff", "1234", "-5", "-1234,50", "0,1", "24/12/2026", "oui", "", "n.\u00a0s.",
    ]  # fmt: skip


def test_moments_are_written_on_the_local_clock():
    moment = datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert read_csv(csv_bytes(["Le"], [[moment]]))[1] == ["01/07/2026 09:30"]
    assert read_xlsx(xlsx_bytes([Sheet("a", ["Le"], [[moment]])]))["A2"].value == datetime(2026, 7, 1, 9, 30)  # noqa: DTZ001 - spreadsheets know no time zone


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_is_ever_a_formula(text):
    assert safe_text(text).startswith("'")
    for row in read_csv(csv_bytes([text], [[text, "x;" + text]])):
        assert row[0].startswith("'")
    tab = read_xlsx(xlsx_bytes([Sheet("a", [text], [[text]])]))
    for cell in (tab["A1"], tab["A2"]):
        assert cell.value.startswith("'")
        assert cell.data_type == "s"


@pytest.mark.parametrize(
    "text", ["Lucé", "12 rue d’Amilly", "Élan-Habitat", "a=b", "#N/A", "2026", "", "’=1"]
)
def test_ordinary_texts_are_left_alone(text):
    assert read_csv(csv_bytes(["h", "x"], [[text, "x"]]))[1][0] == text
    cell = read_xlsx(xlsx_bytes([Sheet("a", ["h"], [[text]])]))["A2"]
    assert (cell.value or "") == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_stays_one_harmless_cell(text):
    ((_, read),) = [tuple(row) for row in read_csv(csv_bytes(["a", "b"], [["x", text]]))[1:]]
    assert not read.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert read in (safe_text(text), safe_text(text).replace("\r\n", "\n"))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_numbers_stay_numbers(amount):
    assert Decimal(read_csv(csv_bytes(["a"], [[amount]]))[1][0].replace(",", ".")) == amount


def test_xlsx_cells_keep_their_kind():
    tab = read_xlsx(xlsx_bytes([Sheet("Ménages", [f"c{n}" for n in range(9)], [VALUES])]))
    assert [cell.value for cell in tab[2]] == [
        "Le Goff", 1234, -5, -1234.5, 0.1, datetime(2026, 12, 24), "oui", None, "n.\u00a0s.",  # noqa: DTZ001
    ]  # fmt: skip
    assert tab["D2"].number_format == "#,##0.00"
    assert tab["B2"].number_format == "General"
    assert tab["F2"].number_format == "dd/mm/yyyy"


def test_xlsx_head_is_styled_frozen_and_filtered():
    rows = [["Chartres", 38324], ["Saint-Georges-sur-Eure et environs, secteur rural", 2797]]
    tab = read_xlsx(xlsx_bytes([Sheet("Communes", ["Commune", "Habitants"], rows)]))
    assert tab.freeze_panes == "A2"
    assert tab["A1"].font.bold
    assert tab.auto_filter.ref == "A1:B3"
    assert tab.column_dimensions["A"].width > 45
    assert 9 <= tab.column_dimensions["B"].width <= 12


def test_rows_may_come_from_a_generator_longer_than_the_sample():
    tab = read_xlsx(xlsx_bytes([Sheet("a", ["n"], ([rank] for rank in range(1000)))]))
    assert [cell.value for cell in tab["A"]][1:] == list(range(1000))
    assert tab.auto_filter.ref == "A1:A1001"


def test_empty_sheet():
    assert read_xlsx(xlsx_bytes([Sheet("a", ["Commune"], [])]))["A1"].value == "Commune"


def test_tab_names_are_accepted_and_distinct():
    names = ["Figure 1 : ménages/communes [2026]", "", "figure", "Figure", "x" * 40, "x" * 41]
    book = load_workbook(BytesIO(xlsx_bytes([Sheet(name, ["a"], []) for name in names])))
    assert book.sheetnames[0] == "Figure 1   ménages communes  20"
    assert len({name.lower() for name in book.sheetnames}) == len(names)
    assert max(map(len, book.sheetnames)) == 31


def test_the_same_workbook_gives_the_same_bytes_tomorrow():
    moment = datetime(2027, 1, 12, 9, tzinfo=UTC)
    first = xlsx_bytes([Sheet("a", ["n"], [[1]])], moment=moment)
    with time_machine.travel("2031-05-06T07:08:09Z"):
        assert xlsx_bytes([Sheet("a", ["n"], [[1]])], moment=moment) == first
    assert b"2027-01-12T09:00:00Z" in ZipFile(BytesIO(first)).read("docProps/core.xml")


def test_responses_are_private_downloads():
    for response, kind in (
        (csv_response("Ménages été.csv", ["a"], []), "text/csv; charset=utf-8"),
        (xlsx_response("Ménages été.xlsx", [Sheet("a", ["a"], [])]), "application/vnd.openxmlformats"),
    ):
        assert response["Content-Type"].startswith(kind)
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''M%C3%A9nages")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]

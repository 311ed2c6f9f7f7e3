"""Files as people save them: any encoding, delimiter or workbook; each broken one has its sentence."""

import re
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from cias.core.grids import read_grid

TEXT = "Nom;Prénom\nLefèvre;Denise\n"


def workbook(*rows: list[object], title: str = "Liste") -> Workbook:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def cells(content: bytes, **options: str) -> list[list[str]]:
    return [row.cells for row in read_grid("f", content, most_rows=100, **options).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding):
    assert cells(TEXT.encode(encoding)) == [["Nom", "Prénom"], ["Lefèvre", "Denise"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_even_beside_other_signs(delimiter):
    text = f'Nom{delimiter}Adresse\nPetit{delimiter}"3, rue des Lilas; bât. B"\n'
    assert cells(text.encode()) == [["Nom", "Adresse"], ["Petit", "3, rue des Lilas; bât. B"]]


def test_row_numbers_are_those_of_the_file_blank_rows_and_line_breaks_included():
    grid = read_grid("f", b'A;B\n\n"x\ny";1\nz;2\n', most_rows=10)
    assert [row.number for row in grid.rows] == [1, 3, 5]


def test_a_workbook_s_dates_numbers_and_merged_cells():
    book = workbook(
        ["Foyer", "Nom", "Né le"],
        ["F1", "Petit", datetime(1980, 4, 12)],  # noqa: DTZ001
        [None, "Petit", date(2017, 1, 22)],
        [7, "Roy", 29221.0],
    )
    book.active.merge_cells("A2:A3")
    assert cells(saved(book))[1:] == [
        ["F1", "Petit", "12/04/1980"],
        ["F1", "Petit", "22/01/2017"],
        ["7", "Roy", "29221"],
    ]


def test_the_fullest_visible_sheet_unless_one_is_named():
    book = workbook(["Lisez-moi"], title="Notice")
    tab = book.create_sheet("Ménages")
    tab.append(["Nom", "Prénom"])
    tab.append(["Petit", "Jean"])
    hidden = book.create_sheet("Calculs")
    for _ in range(9):
        hidden.append([1, 2, 3])
    hidden.sheet_state = "hidden"
    content = saved(book)
    grid = read_grid("f", content, most_rows=100)
    assert (grid.sheet, grid.sheets) == ("Ménages", ("Notice", "Ménages"))
    assert cells(content, sheet="Notice") == [["Lisez-moi"]]


def ods() -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return content.getvalue()


BROKEN = {
    "empty": (b"", "le fichier est vide"),
    "blank": (b" \n \n", "le fichier est vide"),
    "only delimiters": (b";;;\n;;\n", "aucune ligne remplie"),
    "binary": (b"\x00\x01\x02" * 50, "ni un fichier CSV ni un classeur"),
    "old Excel": (b"\xd0\xcf\x11\xe0" + b"x" * 100, "mot de passe, ou ancien format .xls"),
    "not a zip": (b"PK\x03\x04 no", "ce classeur est illisible"),
    "OpenDocument": (ods(), "classeur OpenDocument"),
    "too many rows": (b"a;b\n" * 101, "plus de 100 lignes"),
    "too many columns": (b"x;" * 400, "ligne 1.*plus de 300 colonnes"),
    "formula": (saved(workbook(["Nom", "Total"], ["Petit", "=1+1"])), "cellule B2.*formule sans résultat"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_each_have_their_sentence(case):
    content, message = BROKEN[case]
    with pytest.raises(ValidationError) as caught:
        read_grid("liste.csv", content, most_rows=100)
    [said] = caught.value.messages
    assert said.startswith("liste.csv")
    assert re.search(message, said), said
    assert "\n" not in said

"""S2: archives, workbooks and text of every kind open, hostile ones do not; a long file takes no more memory."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from abs_reports.enums import Level
from abs_reports.importing import FileError, import_file, import_indicators
from abs_reports.importing.archives import tables_of
from abs_reports.importing.cells import all_readable
from abs_reports.importing.files import text_table
from abs_reports.models import Dataset, ImportRun, IndicatorValue

HEADER = "CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;TP6021"
COMMUNES = f"{HEADER}\n28085;19000;37000;22770;16\n28218;7000;15000;18000;25\n".encode()
META = b"COD_VAR;LIB_VAR;LIB_VAR_LONG;COD_MOD;LIB_MOD;TYPE_VAR\nCODGEO;Code;Code;28085;Chartres;CHAR\n"


def archive(members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(FileError) as caught:
        import_indicators(name=name, content=content)
    message = caught.value.messages[0]
    assert "\n" not in message
    assert not Dataset.objects.exists()
    return message.replace("\u00a0", " ")


@pytest.mark.usefixtures("territory")
class TestArchives:
    def test_the_data_file_is_found_beside_its_dictionary(self) -> None:
        content = archive({"meta_cc_filosofi_2021.csv": META, "cc_filosofi_2021_COM.csv": COMMUNES})
        report = import_indicators(name="base-cc-filosofi-2021-geo2024_csv.zip", content=content)
        assert (report.file_name, report.rows_kept) == ("cc_filosofi_2021_COM.csv", 2)
        assert report.geo_year == 2024  # told by the archive's name

    def test_a_file_for_each_level_is_imported_at_once(self) -> None:
        content = archive(
            {
                "cc_filosofi_2021_COM.csv": COMMUNES,
                "cc_filosofi_2021_EPCI.csv": f"{HEADER}\n200033181;1;1;24100;11,2\n".encode(),
                "cc_filosofi_2021_REG.csv": f"{HEADER}\n24;1;1;22800;13,4\n".encode(),
                "cc_filosofi_2021_ARR.csv": f"{HEADER}\n282;1;1;1;1\n".encode(),
                "__MACOSX/._cc_filosofi_2021_COM.csv": b"\0\0",
                "meta_cc_filosofi_2021.csv": META,
            }
        )
        reports = import_file(name="filosofi.zip", file=io.BytesIO(content))
        assert [report.levels for report in reports] == [{"COM": 2}, {"EPCI": 1}, {"REG": 1}]
        assert any("cc_filosofi_2021_ARR.csv" in line for line in reports[0].lines())
        assert ImportRun.objects.count() == 3
        assert IndicatorValue.objects.get(indicator="MED", level=Level.EPCI).value == 24_100

    def test_one_bad_level_keeps_all_of_them_out(self) -> None:
        content = archive(
            {
                "cc_filosofi_2021_COM.csv": COMMUNES,
                "cc_filosofi_2021_EPCI.csv": f"{HEADER}\n200033181;1;1;mille;1\n".encode(),
            }
        )
        assert "colonne MED21 : « mille »" in refusal("filosofi.zip", content)

    def test_several_data_files_are_named(self) -> None:
        message = refusal("tout.zip", archive({"base-cc-a.csv": COMMUNES, "base-cc-b.csv": COMMUNES}))
        assert "base-cc-a.csv, base-cc-b.csv" in message
        assert "Décompressez-la" in message

    def test_an_archive_without_data(self) -> None:
        assert "aucun fichier de données" in refusal("vide.zip", archive({"lisez-moi.pdf": b"%PDF"}))

    def test_a_workbook_in_an_archive(self) -> None:
        book = workbook({"COM": [HEADER.split(";"), ["28085", 19000, 37000, 22770, 16]]})
        assert import_indicators(name="a.zip", content=archive({"cc_COM.xlsx": book})).rows_kept == 1

    def test_an_encrypted_archive(self) -> None:
        content = bytearray(archive({"cc_filosofi_2021_COM.csv": COMMUNES}))
        central = content.index(b"PK\x01\x02")
        content[6] |= 1
        content[central + 8] |= 1
        assert "mot de passe" in refusal("secret.zip", bytes(content))

    def test_a_bomb_is_not_opened(self) -> None:
        bomb = archive({"data.csv": b"CODGEO;P22_POP\n" + b"0" * (30 * 1024 * 1024)})
        assert len(bomb) < 100_000
        assert "se déplie d’une façon anormale" in refusal("bombe.zip", bomb)

    def test_thousands_of_members(self) -> None:
        assert "ce n’est pas une publication" in refusal(
            "mille.zip", archive({f"{n}.csv": b"" for n in range(300)})
        )

    def test_a_damaged_archive(self) -> None:
        content = archive({"cc_filosofi_2021_COM.csv": COMMUNES * 400}, compression=zipfile.ZIP_STORED)
        middle = len(content) // 2
        message = refusal("abime.zip", content[:middle] + b"\xff" * 8 + content[middle + 8 :])
        assert "abîmée" in message or "n’est pas" in message

    def test_a_cut_archive(self) -> None:
        content = archive({"cc_filosofi_2021_COM.csv": COMMUNES})
        assert "illisible" in refusal("coupe.zip", content[: len(content) // 2])

    def test_an_archive_in_an_archive_is_no_data(self) -> None:
        inner = archive({"cc_filosofi_2021_COM.csv": COMMUNES})
        assert "aucun fichier de données" in refusal("double.zip", archive({"a.zip": inner}))


@pytest.mark.usefixtures("territory")
class TestWorkbooks:
    def test_titles_above_the_codes_and_another_sheet(self) -> None:
        content = workbook(
            {
                "Documentation": [["Comparateur de territoires"]],
                "COM": [
                    ["Comparateur"],
                    ["Libellé", "Population"],
                    [],
                    HEADER.split(";"),
                    ["28085", 19000.0, 37000, 22770.5, "s"],
                ],
                "ARM": [HEADER.split(";"), ["75101", 1, 1, 1, 1]],
            }
        )
        report = import_indicators(name="filosofi.xlsx", content=content)
        assert report.rows_kept == 1
        assert any("ARM" in line for line in report.lines())
        assert IndicatorValue.objects.get(indicator="MED").value == Decimal("22770.5")
        assert IndicatorValue.objects.get(indicator="TP60").missing == "secret"

    def test_no_sheet_has_a_known_header(self) -> None:
        assert "aucun onglet" in refusal("a.xlsx", workbook({"Feuil1": [["Nom", "Âge"], ["X", 3]]}))

    def test_a_damaged_workbook(self) -> None:
        content = archive({"[Content_Types].xml": b"<broken", "xl/workbook.xml": b""})
        assert "illisible" in refusal("abime.xlsx", content)

    def test_the_format_of_last_century(self) -> None:
        assert "ancien format XLS" in refusal("vieux.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

    def test_numbers_in_cells_are_named_by_row_when_wrong(self) -> None:
        content = workbook({"COM": [HEADER.split(";"), ["28085", 19000, 37000, "mille", 16]]})
        assert "ligne 2 (28085), colonne MED21" in refusal("a.xlsx", content)


@pytest.mark.usefixtures("territory")
class TestText:
    def test_an_empty_file(self) -> None:
        assert "vide" in refusal("vide.csv", b"")

    def test_something_else(self) -> None:
        assert "ni un fichier CSV" in refusal("photo.csv", b"\x89PNG\r\n\0\0\0\rIHDR" * 20)

    def test_a_line_without_end(self) -> None:
        assert "ligne trop longue" in refusal("long.csv", b"x" * (5 * 1024 * 1024))

    def test_accents_of_windows_far_from_the_head(self) -> None:
        lines = ["CODGEO;LIBGEO;P22_POP"] + [f"{n:05};Ville;1" for n in range(1000, 9000)]
        content = "\n".join([*lines, "28085;Chartres;37990"]).encode() + "\n75056;Orl\xe9ans;1\n".encode(
            "cp1252"
        )
        assert import_indicators(name="a.csv", content=content).rows_read == 8002

    def test_rows_of_a_spreadsheet_longer_than_the_header_by_empty_cells(self) -> None:
        content = b"CODGEO;P22_POP\n28085;37990;;\n;;;\n"
        assert import_indicators(name="a.csv", content=content).rows_kept == 1


def test_a_row_that_is_not_kept_is_checked_as_strictly() -> None:
    good = ["12", "1 234,5", "s", "N.D.", "///", "", "-17,6", "1.5E+03", "so", "-", "1\u202f234"]
    assert all_readable(good)
    for bad in ("abc", "1.2.3", "--4", "nan", "1e400x", "?", "12;"):
        assert not all_readable([*good, bad])


def test_a_long_file_takes_no_more_memory_than_a_short_one() -> None:
    """Twenty thousand rows of 300 columns, read as a stream: what stays in memory is a block and a row."""
    row = b"28085;" + b";".join([b"1.5"] * 299) + b"\n"

    class Endless(io.RawIOBase):
        left = 20_000

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            rows = min(self.left, max(size, 1) // len(row) + 1)
            self.left -= rows
            block, self.rest = self.rest + row * rows, b""
            self.rest = block[size:]
            return block[:size]

        rest = b"CODGEO;" + b";".join(b"P22_C%d" % n for n in range(299)) + b"\n"

    table = text_table("long.csv", Endless, 20_000 * len(row))
    tracemalloc.start()
    count = sum(1 for _row in table.rows())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_001
    assert peak < 20 * 1024 * 1024
    assert table.done() > 0.99


def test_the_position_in_an_archive_is_known() -> None:
    content = archive({"cc_filosofi_2021_COM.csv": COMMUNES * 50})
    (table,) = tables_of("a.zip", io.BytesIO(content))
    rows: Iterator[tuple[int, list[str]]] = table.rows()
    next(rows)
    assert table.done() > 0
    assert sum(1 for _row in rows) == 149


@pytest.mark.usefixtures("territory")
def test_the_command_reads_an_archive_and_refuses_in_one_line(tmp_path, capsys) -> None:
    path = tmp_path / "filosofi.zip"
    path.write_bytes(archive({"cc_filosofi_2021_COM.csv": COMMUNES}))
    call_command("import_indicators", str(path), "--dry-run")
    assert "2 du territoire (commune 2)" in capsys.readouterr().out.replace("\u00a0", " ")
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError) as caught:
        call_command("import_indicators", str(path))
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)

"""S5, S7: the finished PDF of the 66 real communes, with a small invented activity, read back."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import page as validator
import pdfplumber
import pikepdf
import pytest
from django.db import transaction
from openpyxl import load_workbook

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.compute import Computed, compute
from abs_reports.enums import ReportKind
from abs_reports.importing import import_indicators
from abs_reports.rendering import Finished, render_report
from cias.core.registry import Measure, Row, Unit, statistics
from cias.territory.models import Commune, Zone
from cias.territory.services import load_territory
from tests.abs_reports.conftest import COMPARATOR, FILOSOFI
from tests.conftest import TERRITORY
from tests.factories import ReportFactory

# The mark has the test database made when this file runs alone.
pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
# A commune where three households are followed: nobody may read it, nor work it out.
SMALL, SMALL_COUNT = "28004", 3
ACTIVITY = {"28085": 4321, "28218": 1234, SMALL: SMALL_COUNT, "28049": 17, "28060": 23}


def households(period: object, territory: object) -> list[Row]:
    return [
        Row((code, family), count - count // 2 if family == "alone" else count // 2, count)
        for code, count in ACTIVITY.items()
        for family in ("alone", "couple")
    ]


MEASURE = Measure(
    code="households.essai",
    title="Ménages suivis",
    definition="Ménages de l’essai.",
    unit=Unit.COUNT,
    compute=households,
    dimensions=("commune", "composition"),
    labels={"alone": "Personne seule", "couple": "Couple"},
)


@pytest.fixture(scope="module")
def compiled(django_db_setup, django_db_blocker) -> tuple[Computed, Finished, Finished]:
    """Computed and laid out once for the module, then laid out again; the database is left as it was."""
    patch = pytest.MonkeyPatch()
    patch.setattr(statistics, "_providers", {MEASURE.code: MEASURE})
    with django_db_blocker.unblock(), transaction.atomic():
        load_territory(TERRITORY)
        zone = Zone.objects.create(code="sud", name="Secteur sud")
        Commune.objects.filter(code__in=[SMALL, "28049", "28060"]).update(zone=zone)
        for path in (COMPARATOR, FILOSOFI):
            import_indicators(name=path.name, content=path.read_bytes())
        report = ReportFactory.build(kind=ReportKind.UPDATE, last_day=date(2025, 12, 31))
        computed = compute(report, lambda label: None)
        finished = render_report(report, computed.book, computed.context, MOMENT)
        again = render_report(report, computed.book, computed.context, MOMENT)
        transaction.set_rollback(True)
    patch.undo()
    return computed, finished, again


@pytest.fixture(scope="module")
def printed(compiled) -> list[tuple[str, str]]:
    """Each page as lines, and character by character: the lines have ordinary spaces for the unbreakable ones."""
    with pdfplumber.open(BytesIO(compiled[1].pdf)) as document:
        return [
            (page.extract_text().replace("\u00a0", " "), "".join(char["text"] for char in page.chars))
            for page in document.pages
        ]


@pytest.fixture(scope="module")
def pages(printed) -> list[str]:
    return [lines for lines, _characters in printed]


@pytest.fixture(scope="module")
def text(pages) -> str:
    return "\n".join(pages)


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_accessible_and_archivable(compiled, profile: str) -> None:
    result = validator.validate_pdf_bytes(compiled[1].pdf, profile=profile)
    assert result.is_compliant, [str(failure) for failure in result.failures][:10]


def test_at_least_twenty_pages_each_with_its_number(compiled, pages) -> None:
    count = compiled[1].pages
    assert count == len(pages) >= 20
    for rank, page in enumerate(pages[1:], 2):
        assert page.rstrip().endswith(f"{rank} / {count}")


def test_the_cover_names_the_territory_the_year_and_the_legal_basis(pages) -> None:
    assert "Analyse des besoins" in pages[0]
    assert "66 communes" in pages[0]
    assert "R. 123-1" in pages[0]


def test_the_contents_lead_to_the_chapters(pages) -> None:
    first = next(rank for rank, page in enumerate(pages) if "Sommaire" in page.splitlines()[0])
    contents = "\n".join(page for page in pages[first : first + 3] if "Sommaire" in page.splitlines()[0])
    found = re.findall(r"^(\d+)\. ([^.]+?) (?:\. )+(\d+)$", contents, re.MULTILINE)
    titles = [title for _number, title, _page in found]
    for title in (
        "L’essentiel",
        "Méthode",
        *(chapter.label for chapter in Chapter if chapter not in (Chapter.RIGHTS, Chapter.SYNTHESIS)),
        "Annexe : les communes",
        "Annexe : sources",
        "Annexe : secret statistique",
        "Annexe : les mots",
    ):
        assert title in titles
    for number, title, page in found:
        assert f"{number} {title}" in pages[int(page) - 1].splitlines()


def test_the_population_and_the_66_communes_are_right(compiled, text: str) -> None:
    assert "136 921 habitants vivent dans les 66 communes" in text
    assert "Ensemble des 66 communes 136 375 136 921 + 0,07 % 160" in text
    for row in compiled[0].book["population-communes"].body:
        line = " ".join([row.label, *(value.text for value in row.values)]).replace("\u00a0", " ")
        assert line in text


def test_poverty_is_written_for_the_seven_communes_only(compiled, text: str) -> None:
    table = compiled[0].book["niveau-de-vie-communes"]
    shown = {"Chartres", "Le Coudray", "Lèves", "Lucé", "Luisant", "Maintenon", "Mainvilliers"}
    rate = table.column("poverty")
    for row in table.body:
        line = " ".join([row.label, *(value.text for value in row.values)]).replace("\u00a0", " ")
        assert line in text
        assert (row.values[rate].number is not None) == (row.label in shown)
        assert line.endswith("secret") == (row.label not in shown)
    assert "5 % ou moins" in text


def test_a_small_count_is_nowhere_in_the_text_nor_in_the_data(compiled, text: str) -> None:
    """Three households in a village: masked in its table, its map and the data; no sum gives it back."""
    book = compiled[0].book
    table = book["households-essai-communes"]
    assert [value.text for value in table.row(SMALL).values] == ["n.\u00a0s.", "n.\u00a0s."]
    hidden = [row.key for row in table.body if row.values[0].number is None]
    assert len(hidden) >= 2
    with pikepdf.open(BytesIO(compiled[1].pdf)) as document:
        data = document.attachments["chiffres.csv"].get_file().read_bytes().decode("utf-8-sig")
        described = " ".join(
            str(item.Alt) for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        )  # fmt: skip
    name = table.row(SMALL).label
    lines = [
        line
        for line in data.splitlines()
        if line.startswith("households-essai-communes;") and f";{name};" in line
    ]
    assert len(lines) == 2
    assert all(";;" in line and "non significatif" in line for line in lines)
    rate = f"{1000 * SMALL_COUNT / Commune(population=321).population:.1f}".replace(".", ",")
    assert f"{name} n. s. n. s." in text
    assert not re.search(rf"{name}[^\n]* {rate}\b", text)
    assert f"{name}\u00a0: {rate}" not in described


def test_every_figure_of_the_tables_is_attached_as_data(compiled) -> None:
    with pikepdf.open(BytesIO(compiled[1].pdf)) as document:
        data = document.attachments["chiffres.csv"].get_file().read_bytes().decode("utf-8-sig")
    figures = sum(len(row.values) for table in compiled[0].book.tables for row in table.rows)
    assert len(data.splitlines()) == figures + 1


def test_the_workbook_is_attached_with_what_one_must_know_to_read_it(compiled) -> None:
    with pikepdf.open(BytesIO(compiled[1].pdf)) as document:
        content = document.attachments["chiffres.xlsx"].get_file().read_bytes()
    book = load_workbook(BytesIO(content))
    tabs = [chapter.label for chapter in Chapter if compiled[0].book.chapter(chapter)]
    assert book.sheetnames == ["À lire", *tabs]
    subjects = {(row[0], row[1]) for row in book["À lire"].values}
    assert ("Seuils", "Effectif") in subjects
    assert ("Mentions", "secret") in subjects
    assert any(kind == "Sources" for kind, _subject in subjects)
    figures = sum(len(row.values) for table in compiled[0].book.tables for row in table.rows)
    assert sum(len(list(book[tab].values)) - 1 for tab in tabs) == figures


def test_all_the_communes_stand_on_one_page(pages) -> None:
    """66 rows, their total and their notes: the page of the annex neither spills over nor breaks."""
    sheet = next(
        page for page in pages if "Naissances et décès (" in page and "Ensemble des 66 communes" in page
    )
    assert "Allonnes" in sheet
    assert "Ymonville" in sheet or "Vitray" in sheet or "Voise" in sheet or "Ver-lès-Chartres" in sheet
    assert "Source" in sheet


def test_chapters_point_to_the_page_of_their_communes(pages) -> None:
    sheets = re.findall(r"Les chiffres de chaque commune : tableau (\d+), page (\d+)", "\n".join(pages))
    assert sheets
    for number, page in sheets:
        assert f"Tableau {number} " in pages[int(page) - 1]


def test_tables_and_figures_are_numbered_in_order_with_their_captions(text: str) -> None:
    for kind in ("Tableau", "Figure"):
        body = text.split("Liste des figures et des tableaux", 2)[1]
        # Two captions stand on one line where small tables do.
        numbers = [int(found) for found in re.findall(rf"(?:^| ){kind} (\d+) ", body, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 10


def test_no_caption_stands_alone_at_the_foot_of_a_page(pages) -> None:
    for page in pages:
        last_line = page.rstrip().splitlines()[-2]
        assert not re.match(r"(Tableau|Figure) \d+ ", last_line), last_line


def test_every_drawing_is_described_and_every_map_has_its_table(compiled, text: str) -> None:
    with pikepdf.open(BytesIO(compiled[1].pdf)) as document:
        figures = [
            item for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]  # fmt: skip
    assert figures
    assert all(len(str(figure.Alt)) > 40 for figure in figures)


def test_secrecy_method_and_sources_are_printed(text: str) -> None:
    assert "masqué de 1 à 4" in text
    assert "masqué sous 11" in text
    assert "Licence Ouverte" in text
    assert "cc_filosofi_2021_COM.csv" in text
    assert "Ménages de l’essai." in text


def test_french_typography(printed) -> None:
    raw = "".join(characters for _lines, characters in printed)
    assert "\u00a0%" in raw
    assert not re.search(r"\w [;!?]|« | »|\d %", raw)
    assert "'" not in raw


def test_the_same_figures_give_the_same_file(compiled) -> None:
    assert compiled[1].pdf == compiled[2].pdf

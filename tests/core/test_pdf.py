"""PDF files: valid PDF/UA-1 and PDF/A-3a, complete, reproducible, and made of our own files only."""

import logging
import re
import zlib
from io import BytesIO
from pathlib import Path

import page as validator
import pdfplumber
import pikepdf
import pytest
import time_machine
from django.core.exceptions import SuspiciousFileOperation
from weasyprint.css import get_all_computed_styles

from cias.core import pdf
from cias.core.pdf import Attachment, PdfError, find_static, pdf_response, render_pdf, write_atomically
from tests.core.sample_report import MOMENT, charts, report

CSS = Path(__file__).resolve().parents[2] / "static/css"
FIGURES = Attachment("chiffres.csv", "motif;2026\nÉnergie;214\n".encode(), "Les chiffres du rapport")


def render(html: str, **options) -> bytes:
    options = {"title": "Analyse des besoins sociaux", "author": "CIAS d’essai", "moment": MOMENT} | options
    return render_pdf(html, **options)


def simple(body: str) -> bytes:
    return render(f'<!doctype html><html lang="fr"><title>T</title><body>{body}</body></html>')


@pytest.fixture(scope="module")
def sample() -> bytes:
    return render(report(), attachments=[FIGURES], subject="Rapport d’essai")


@pytest.fixture(scope="module")
def pages(sample) -> list[str]:
    with pdfplumber.open(BytesIO(sample)) as document:
        return [page.extract_text() for page in document.pages]


@pytest.fixture
def opened(sample):
    with pikepdf.open(BytesIO(sample)) as document:
        yield document


# --- Standards -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_the_sample_is_valid(sample, profile):
    report = validator.validate_pdf_bytes(sample, profile=profile)
    assert report.is_compliant, [str(failure) for failure in report.failures][:10]


def test_no_stream_ends_with_a_carriage_return():
    """Its compressed content ends with the low byte of its checksum, which is made one here."""
    content = next(
        text for n in range(10_000) if zlib.adler32(text := f"motif;{n}\n".encode()) & 0xFF == ord("\r")
    )
    found = render(report(letter=False), attachments=[Attachment("chiffres.csv", content, "Chiffres")])
    assert b"\r\nendstream" not in found
    assert validator.validate_pdf_bytes(found, profile="3a").is_compliant
    with pikepdf.open(BytesIO(found)) as document:
        assert document.attachments["chiffres.csv"].get_file().read_bytes() == content


def test_drawings_whose_checksum_is_a_carriage_return_stay_compressed():
    drawing = next(
        text for n in range(10_000) if zlib.adler32(text := f"0 0 {n} 10 re f".encode()) & 0xFF == ord("\r")
    )
    document = pikepdf.new()
    stream = document.make_indirect(
        pikepdf.Stream(document, zlib.compress(drawing), Filter=pikepdf.Name.FlateDecode)
    )
    document.Root.Drawing = stream
    assert stream.read_raw_bytes().endswith(b"\r")
    assert pdf._without_false_ends(document)
    found = BytesIO()
    document.save(found)
    assert b"\r\nendstream" not in found.getvalue()
    assert stream.read_bytes() == drawing + b" "


def test_the_validator_sees_what_the_second_step_adds(sample, monkeypatch):
    monkeypatch.setattr(pdf, "_declare_accessible", lambda written: written)
    raw = render(report(letter=False))
    assert not validator.validate_pdf_bytes(raw, profile="ua1").is_compliant


def test_metadata_and_language(opened):
    assert str(opened.docinfo["/Title"]) == "Analyse des besoins sociaux"
    assert str(opened.docinfo["/Author"]) == "CIAS d’essai"
    assert str(opened.docinfo["/Subject"]) == "Rapport d’essai"
    assert str(opened.docinfo["/CreationDate"]).startswith("D:20270112090000")
    assert str(opened.Root.Lang) == "fr"
    xmp = bytes(opened.Root.Metadata.read_raw_bytes())
    assert xmp.count(b"<rdf:RDF") == 1
    assert b'pdfuaid:part="1"' in xmp


def test_header_cells_say_what_they_head(opened):
    scopes = [
        str(item.A.Scope)
        for item in opened.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"
    ]
    rows = sum(len(chart.table.rows) + len(chart.table.foot) for chart in charts())
    assert scopes.count("/Row") == rows
    assert scopes.count("/Column") >= sum(len(chart.table.columns) for chart in charts())


def test_every_figure_has_its_full_description(opened):
    described = {
        str(item.Alt)
        for item in opened.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
    }
    assert described == {f"{chart.title}. {chart.description}" for chart in charts()}


def test_figures_travel_with_the_report(opened):
    spec = opened.attachments["chiffres.csv"]
    assert spec.get_file().read_bytes() == FIGURES.content
    assert spec.description == "Les chiffres du rapport"


def test_fonts_are_ours_and_embedded(opened):
    families = {
        str(item.FontFamily)
        for item in opened.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    }
    assert families == {"Atkinson Hyperlegible Next"}


def test_names_from_elsewhere_find_their_letters():
    with pdfplumber.open(BytesIO(simple("<p>Wałęsa, Șerban, Œuvre</p>"))) as document:
        assert document.pages[0].extract_text().startswith("Wałęsa, Șerban, Œuvre")


# --- Content and layout --------------------------------------------------------------------------------


def test_every_figure_of_the_tables_is_in_the_text(pages):
    text = re.sub(r"\s", "", "".join(pages))
    for chart in charts():
        for row in (*chart.table.rows, *chart.table.foot):
            line = "".join([row.header, *(cell.text for cell in row.cells)])
            assert re.sub(r"\s", "", line) in text


def test_captions_are_numbered_and_never_alone_at_the_foot_of_a_page(pages):
    for rank, chart in enumerate(charts(), 1):
        assert any(f"Figure {rank} {chart.title}" in page for page in pages)
        page = next(page for page in pages if f"Tableau {rank + 10} {chart.title}" in page)
        assert chart.table.rows[0].header in page.split(f"Tableau {rank + 10}")[1]


def test_no_caption_nor_heading_ends_a_page_wherever_it_falls():
    def block(height: int) -> str:
        rows = "".join(f'<tr><th scope="row">ligne {height}</th><td>1</td></tr>' for _ in range(20))
        head = '<thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        return (
            f'<section class="page-break"><div class="spacer-{height}"></div><h2>Titre {height}</h2>'
            f'<p>Texte {height}</p><table class="data"><caption>Tableau {height}</caption>{head}'
            f"<tbody>{rows}</tbody></table></section>"
        )

    heights = range(180, 246, 3)
    style = "".join(f".spacer-{height} {{ height: {height}mm }}" for height in heights)
    written = render(
        f'<html lang="fr"><title>T</title><style>{style}</style>{"".join(map(block, heights))}</html>'
    )
    with pdfplumber.open(BytesIO(written)) as document:
        texts = [page.extract_text() for page in document.pages]
    for height in heights:
        for above, below in (("Titre", "Texte"), ("Tableau", "ligne")):
            page = next(text for text in texts if f"{above} {height}" in text)
            assert f"{below} {height}" in page.split(f"{above} {height}")[1]


def test_a_long_table_repeats_its_head(pages):
    on_pages = [page for page in pages if re.search(r"^Commune \d+ ", page, re.MULTILINE)]
    assert len(on_pages) > 1
    assert all(re.search(r"^Commune Ménages pour", page, re.MULTILINE) for page in on_pages)


def test_contents_give_the_right_pages(pages):
    contents = next(page for page in pages if "Sommaire" in page)
    for heading, title in (
        ("1 Méthode", "1. Méthode"),
        ("2 Besoins", "2. Besoins"),
        ("Par commune", "Par commune"),
    ):
        number = int(re.search(rf"{re.escape(title)}[ .]+(\d+)$", contents, re.MULTILINE)[1])
        body = pages[number - 1].splitlines()
        assert heading in body


def test_pages_carry_the_report_the_chapter_and_their_number(pages):
    count = len(pages)
    assert "ABS 2026 2 Besoins" in pages[3]
    assert pages[3].rstrip().endswith(f"4 / {count}")
    assert f"/ {count}" not in pages[0]


def test_the_address_stands_in_the_window_of_the_envelope(sample):
    with pdfplumber.open(BytesIO(sample)) as document:
        letter = document.pages[-1]
        assert "Claire Moreau" in letter.extract_text()
        words = {word["text"]: word for word in letter.extract_words()}
        millimetre = 72 / 25.4
        first, last = words["Madame"], words["28110"]
        assert 100 <= first["x0"] / millimetre <= 110
        assert first["top"] / millimetre >= 45
        assert last["bottom"] / millimetre <= 79


def test_the_same_report_gives_the_same_bytes_tomorrow(sample):
    with time_machine.travel("2031-05-06T07:08:09Z"):
        again = render(report(), attachments=[FIGURES], subject="Rapport d’essai")
    assert again == sample


# --- What may enter a PDF ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/img/vitrail.svg",
        "file:///img/vitrail.svg",
        "http://127.0.0.1:1/a.png",
        "file:///etc/hostname",
        "/etc/hostname",
        "../../manage.py",
        "css/absent.png",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "ftp://example.org/a.png",
    ],
)
def test_nothing_but_static_files_can_enter(url):
    with pytest.raises(PdfError):
        simple(f'<img alt="image" src="{url}">')


def test_style_sheets_obey_the_same_rule():
    with pytest.raises(PdfError):
        simple('<style>@import "https://example.org/a.css";</style>')


def test_inline_images_and_static_files_enter():
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    assert simple(
        f'<img alt="pixel" src="data:image/png;base64,{pixel}"><img alt="vitrail" src="img/vitrail.svg">'
    ).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("body", "reason"),
    [('<img src="img/vitrail.svg">', "alt"), ('<a href="#nulle-part">voir</a>', "nulle-part")],
)
def test_a_document_with_a_hole_is_refused(body, reason):
    with pytest.raises(PdfError, match=reason):
        simple(body)


def test_a_missing_style_sheet_is_refused():
    with pytest.raises(PdfError, match=r"print\.css"):
        render("<html lang=fr><body></body></html>", find=lambda path: None)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        render("<p>", moment=MOMENT.replace(tzinfo=None))


def test_collected_files_are_found_when_the_sources_are_gone(settings, tmp_path):
    settings.STATICFILES_DIRS = []
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "css").mkdir()
    (tmp_path / "css/only-collected.css").write_text("p{}")
    (tmp_path.parent / "secret.txt").write_text("secret")
    assert find_static("css/only-collected.css") == str(tmp_path / "css/only-collected.css")
    assert find_static("css/absent.css") is None
    with pytest.raises(SuspiciousFileOperation):
        find_static("../secret.txt")


# --- Writing and answering -----------------------------------------------------------------------------


def test_a_file_is_written_whole_and_private(tmp_path):
    target = tmp_path / "rapports" / "abs.pdf"
    write_atomically(target, b"one")
    write_atomically(target, b"two")
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["abs.pdf"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "abs.pdf"
    write_atomically(target, b"one")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pdf.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_atomically(target, b"two")
    assert target.read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["abs.pdf"]


def test_response_headers():
    response = pdf_response(b"%PDF", "Bordereau n° 3, été.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Bordereau%20n")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert pdf_response(b"", "a.pdf", inline=True)["Content-Disposition"] == 'inline; filename="a.pdf"'


# --- Style sheet ---------------------------------------------------------------------------------------


def test_every_declaration_of_the_style_sheet_is_understood(caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        render(report())
    assert [record.getMessage() for record in caplog.records] == []


def test_print_colours_are_the_light_tokens_of_the_theme():
    def tokens(text: str) -> dict[str, str]:
        return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))

    theme = tokens((CSS / "theme.css").read_text().split("}", 1)[0])
    sheet = (CSS / "print.css").read_text()
    block = sheet[sheet.index(":root") : sheet.index("}", sheet.index(":root"))]
    assert len(tokens(block)) >= 14
    assert tokens(block).items() <= theme.items()
    assert not re.search(r"#[0-9a-f]{3,8}\b", sheet.replace(block, ""))


def test_only_items_of_lists_have_a_pseudo_element_of_their_own():
    """Six styles for each cell of a report's tables took a fifth of its memory."""
    html = pdf.Page(string="<ul><li>un</li></ul><table><tr><td>2</td></tr></table><q>trois</q>")
    styled = {
        (element.tag, pseudo)
        for element, pseudo in get_all_computed_styles(html).get_computed_styles()
        if pseudo
    }
    assert styled == {("li", "marker"), ("q", "before"), ("q", "after")}

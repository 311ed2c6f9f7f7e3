"""PDF files that are at once PDF/A-3a (kept for ever, data attached) and PDF/UA-1 (read by anyone).

WeasyPrint writes one variant per call: it makes the PDF/A, and `_declare_accessible` adds what PDF/UA-1 asks
beyond it (its identification, and the scope of header cells). The look is `static/css/print.css`.
"""

import gc
import logging
import mimetypes
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pikepdf
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.utils._os import safe_join
from django.utils.http import content_disposition_header
from weasyprint import CSS, HTML
from weasyprint import Attachment as EmbeddedFile
from weasyprint.document import Document
from weasyprint.html import UA
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# Never resolved: names the static files inside a document (RFC 2606 reserves .invalid).
STATIC_ORIGIN = "https://static.invalid/"
STYLE_SHEET = "css/print.css"
NOTES = ("::footnote-", "::note-")
INLINE_IMAGES = ("data:image/png;base64,", "data:image/jpeg;base64,")

# ISO 14289-1 §5, with the extension schema that PDF/A-3 wants for a namespace it does not know.
_UA_IDENTIFICATION = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_END_OF_RDF = b"</rdf:RDF>"


class PdfError(Exception):
    """The document cannot be written as it should: missing file, image without description, dead link."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file kept inside the PDF, e.g. the figures of a report as CSV."""

    name: str
    content: bytes
    description: str


def find_static(path: str) -> str | None:
    """The file behind a static path, before `collectstatic` (finders) or after it (STATIC_ROOT)."""
    found = finders.find(path)
    if found is None and settings.STATIC_ROOT:
        collected = safe_join(settings.STATIC_ROOT, path)
        found = collected if Path(collected).is_file() else None
    return found


class Page(HTML):
    """An HTML page for which WeasyPrint styles notes and markers where there are some, instead of at each element.

    Six styles for each cell of each table took a fifth of the memory of a long report, and of its time.
    """

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_sober_defaults()]


@cache
def _sober_defaults() -> CSS:
    """WeasyPrint's own style sheet; no document of ours has footnotes, and only items of lists have a marker."""
    rules = (rule for rule in UA.splitlines() if not rule.startswith(NOTES))
    return CSS(string="\n".join(rules).replace("\n::marker", "\nli::marker"))


class StaticFetcher(URLFetcher):
    """Static files and inline images, nothing else: no network, no other file of the server."""

    def __init__(self, find: Callable[[str], str | None]) -> None:
        super().__init__(allowed_protocols=["data"], fail_on_errors=True)
        self._find = find

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith(INLINE_IMAGES):
            return super().fetch(url, headers)
        if not url.startswith(STATIC_ORIGIN):
            raise PermissionError("only static files may be part of a PDF")
        path = unquote(urlsplit(url).path).lstrip("/")
        found = self._find(path)
        if found is None:
            raise FileNotFoundError(path)
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": kind})


def render_pdf(
    html: str,
    *,
    title: str,
    author: str,
    moment: datetime,
    language: str = "fr",
    subject: str = "",
    attachments: Sequence[Attachment] = (),
    find: Callable[[str], str | None] = find_static,
) -> bytes:
    """A tagged A4 PDF of an HTML page laid out by print.css (see `templates/pdf/base.html`).

    The same arguments give the same bytes: `moment` (aware) is the only date in the file. URLs in the page
    are static paths ("img/x.svg") or inline PNG or JPEG. Raises PdfError when a file is missing or forbidden,
    an image has no description, or a link inside the document leads nowhere.
    """
    if moment.tzinfo is None:
        raise ValueError("The date of a PDF needs a time zone")
    with _complaints_are_errors(), _clock_of_fonts(moment):
        written = _written(html, title, author, moment, language, subject, attachments, find)
    return _declare_accessible(written)


def _written(
    html: str,
    title: str,
    author: str,
    moment: datetime,
    language: str,
    subject: str,
    attachments: Sequence[Attachment],
    find: Callable[[str], str | None],
) -> bytes:
    """The PDF/A-3a; nothing of the layout outlives the call."""
    fetcher, fonts = StaticFetcher(find), FontConfiguration()
    embedded = [
        EmbeddedFile(
            string=one.content,
            name=one.name,
            description=one.description,
            created=moment,
            modified=moment,
            relationship="Data",
        )
        for one in attachments
    ]
    sheet = CSS(url=STATIC_ORIGIN + STYLE_SHEET, url_fetcher=fetcher, font_config=fonts)
    page = Page(string=html, base_url=STATIC_ORIGIN, url_fetcher=fetcher)
    options = {"pdf_variant": "pdf/a-3a", "stylesheets": [sheet], "attachments": embedded}
    document = page.render(font_config=fonts, **options)
    gc.collect()  # what the passes before the last one laid out
    metadata = document.metadata
    metadata.title, metadata.authors, metadata.lang = title, [author], language
    metadata.description = subject or None
    metadata.created = metadata.modified = moment.isoformat(timespec="seconds")
    written: bytes = document.write_pdf(finisher=_forget_layout, **options)
    return written


def _forget_layout(document: Document, drawn: Any) -> None:
    """Once all is drawn: the layout is full of cycles, and as heavy as what is left to write."""
    document.pages.clear()
    gc.collect()


@contextmanager
def _complaints_are_errors() -> Iterator[None]:
    """WeasyPrint logs what it cannot do and goes on; an official document must not miss a piece silently."""
    complaints: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            complaints.append(record.getMessage())

    collector = Collector(level=logging.ERROR)
    LOGGER.addHandler(collector)
    try:
        yield
    except FatalURLFetchingError as error:
        raise PdfError(str(error)) from error
    finally:
        LOGGER.removeHandler(collector)
    if complaints:
        raise PdfError("; ".join(complaints))


@contextmanager
def _clock_of_fonts(moment: datetime) -> Iterator[None]:
    """fontTools writes the time in each subset; the convention of reproducible builds gives it ours."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _declare_accessible(written: bytes) -> bytes:
    """The PDF/A-3a with what PDF/UA-1 adds (WeasyPrint's `xmp_metadata` would add a second, ignored root)."""
    with pikepdf.open(BytesIO(written)) as pdf:
        xmp = pdf.Root.Metadata.read_bytes()
        pdf.Root.Metadata.write(xmp.replace(_END_OF_RDF, _UA_IDENTIFICATION + _END_OF_RDF, 1))
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH":
                row = item.P
                item.A.Scope = pikepdf.Name("/Column" if row.P.S == "/THead" else "/Row")
        compressed = _without_false_ends(pdf)
        result = BytesIO()
        pdf.save(result, deterministic_id=True, compress_streams=compressed)
    return result.getvalue()


def _without_false_ends(pdf: pikepdf.Pdf) -> bool:
    """Change the streams that end with a carriage return; False when they then have to be saved as they are.

    With the line feed before "endstream" it reads as one end of line, a byte short of /Length (ISO 19005-3 §6.1.7.1).
    One compressed stream in 256 ends so, by its checksum: a long document has several. A blank at the end of drawing
    operators changes that and nothing else; the others (fonts, attachments) are kept to the byte, uncompressed.
    """
    compressed = True
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.read_raw_bytes().endswith(b"\r"):
            draws = set(item.keys()) <= {"/Length", "/Filter"}
            item.write(item.read_bytes() + (b" " if draws else b""))
            compressed &= draws
    return compressed


def write_atomically(path: Path, content: bytes) -> None:
    """The whole file or nothing, even if the machine stops: temporary file, fsync, rename. Mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def pdf_response(content: bytes, filename: str, *, inline: bool = False) -> HttpResponse:
    """The PDF as a download (or in the browser with `inline`), never kept by a cache, never sniffed."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(not inline, filename),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )

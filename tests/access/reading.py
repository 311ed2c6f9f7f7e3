"""Whatever an answer is made of, as the text somebody could read in it."""

from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pdfplumber
from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """Body and headers; the words of a PDF, the parts of a spreadsheet or of an archive."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = " ".join(response.headers.values())
    if body.startswith(b"%PDF-") and b"%%EOF" in body:
        with pdfplumber.open(BytesIO(body)) as document:
            words = "\n".join(page.extract_text() for page in document.pages)
    elif is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as archive:
            words = "\n".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())
    else:
        words = body.decode(errors="ignore")
    return f"{words.replace(chr(0xA0), ' ')}\n{headers}"

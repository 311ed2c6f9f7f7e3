"""The PDF of a report on disk: written whole, checked when read (S6)."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from abs_reports.models import Report
from cias.core.pdf import write_atomically

FOLDER = "abs"
DAMAGED = (
    "Le fichier PDF de ce rapport manque ou a été modifié : prévenez l’assistance, il faut le restaurer."
)


def store_pdf(name: str, content: bytes) -> str:
    """Write the file and give its SHA-256. `name` is relative to MEDIA_ROOT."""
    write_atomically(Path(settings.MEDIA_ROOT) / name, content)
    return hashlib.sha256(content).hexdigest()


def pdf_name(report: Report, token: str) -> str:
    return f"{FOLDER}/{report.series}/v{report.version}-{token}.pdf"


def read_pdf(report: Report) -> bytes:
    """The bytes that were compiled; ValidationError when the file is not those bytes any more."""
    try:
        content = report.pdf_path.read_bytes()
    except OSError as error:
        raise ValidationError(DAMAGED) from error
    if hashlib.sha256(content).hexdigest() != report.pdf_sha256:
        raise ValidationError(DAMAGED)
    return content


def remove_leftovers(report: Report) -> None:
    """Files of this version that no row names: a process was killed between the file and the database."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER / report.series
    for path in folder.glob(f"v{report.version}-*.pdf"):
        if path != report.pdf_path:
            path.unlink(missing_ok=True)

"""The files behind a document: its thumbnail, its pages, itself. Decrypted on the way out, kept nowhere."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.crypto import CannotDecryptError
from cias.core.uploads import RefusedError
from cias.core.vault import MissingFileError
from households.enums import DocumentType
from households.models import Document, Household
from households.services import draw_document_page, read_document
from households.views.documents import open_document, page_of

logger = logging.getLogger(__name__)

EXTENSIONS = {DocumentType.PDF: "pdf", DocumentType.JPEG: "jpg", DocumentType.PNG: "png"}
# Whatever a browser makes of the content, it runs nothing, loads nothing and belongs to no page of ours.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@requires("documents.view")
@require_safe
def document_thumbnail(request: AgentRequest, document_id: UUID) -> HttpResponseBase:
    """A picture too small to be read; the list that shows it has been logged."""
    _household, document = open_document(request, document_id)
    if document is None:
        return redirect("households:document", document_id)
    with _or_missing(document):
        return _picture(b"".join(read_document(document, "thumbnail")))


@requires("documents.view")
@require_safe
def document_preview(request: AgentRequest, document_id: UUID) -> HttpResponseBase:
    """One page, large enough to be read."""
    household, document = open_document(request, document_id)
    if document is None:
        return redirect("households:document", document_id)
    with _or_missing(document):
        response = _picture(draw_document_page(document, page_of(request, document).number))
    log_access(request, AccessAction.VIEW, document, subject_id=household.pk)
    return response


@requires("documents.view")
@require_safe
def document_download(request: AgentRequest, document_id: UUID) -> HttpResponseBase:
    """The file itself, always as an attachment under a neutral name."""
    household, document = open_document(request, document_id)
    if document is None:
        return redirect("households:document", document_id)
    try:
        with _or_missing(document):
            content = read_document(document)
    except Http404:
        messages.error(request, "Ce fichier ne peut pas être lu : prévenez l’administration technique.")
        return redirect("households:document", document_id)
    log_access(request, AccessAction.DOWNLOAD, document, subject_id=household.pk)
    return StreamingHttpResponse(
        content,
        content_type=document.content_type,
        headers={
            **HEADERS,
            "Content-Length": str(document.size),
            "Content-Disposition": content_disposition_header(True, neutral_name(household, document))
            or "attachment",
        },
    )


def neutral_name(household: Household, document: Document) -> str:
    """The household's number and the kind of document: a folder of downloads names nobody."""
    extension = EXTENSIONS[DocumentType(document.content_type)]
    return f"{household.number}-{slugify(document.get_kind_display().split(',')[0])}.{extension}"


def _picture(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="image/jpeg", headers=HEADERS)


@contextmanager
def _or_missing(document: Document) -> Iterator[None]:
    """Raises Http404 when the file is gone or is not as we wrote it, and says so in the log."""
    if document.is_purged:
        raise Http404
    try:
        yield
    except (MissingFileError, CannotDecryptError, RefusedError) as error:
        logger.error("Document %s cannot be read (%s)", document.pk, type(error).__name__)
        raise Http404 from error

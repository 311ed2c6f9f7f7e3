"""Receives files in memory, and stops keeping what exceeds the limits while it is still coming in."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

LONGEST_NAME = 255  # what file systems take: a longer name was made up


class DroppedFile(UploadedFile):
    """A file that was not kept: `size` is what came in, `reason` the sentence for who sent it."""

    def __init__(self, reason: str, **kwargs: Any) -> None:
        super().__init__(BytesIO(), **kwargs)
        self.reason = reason


def bounded_uploads[V: Callable[..., Any]](view: V) -> V:
    """Declare that the files sent to this view stay in memory, never on disk in clear, and within the limits."""
    view.bounded_uploads = True  # type: ignore[attr-defined]
    return view


def spooled_uploads[V: Callable[..., Any]](most_bytes: int) -> Callable[[V], V]:
    """Declare that this view receives public files (no personal data) of up to `most_bytes`, spooled to disk."""

    def mark(view: V) -> V:
        view.spooled_uploads = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


class BoundedHandler(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS; acts for the views that asked for it (the body is read before the view runs).

    Public files are left to Django's handlers, which keep them on disk, up to the limit the view gave.
    """

    kept: BytesIO
    too_much: str
    total = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        match = self.request.resolver_match if self.request is not None else None
        self.active = bool(match and getattr(match.func, "bounded_uploads", False))
        self.spooled = getattr(match.func, "spooled_uploads", 0) if match else 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.too_much, self.size = "", 0
        if self.active:
            self.kept = BytesIO()
            name = self.file_name or ""
            if len(name) > LONGEST_NAME:
                self.too_much = f"son nom dépasse {LONGEST_NAME} caractères : donnez-lui un nom plus court."
                self.file_name = f"{name[:40]}…"
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.spooled:
            self.size += len(raw_data)
            if self.size > self.spooled:
                self.too_much = f"il dépasse {self.spooled // 1024 // 1024}\u00a0Mo."
            return None if self.too_much else raw_data
        if not self.active:
            return raw_data
        self.size += len(raw_data)
        if not self.too_much:
            self.total += len(raw_data)
            self.too_much = self._complaint()
            if self.too_much:
                self.kept = BytesIO()
            else:
                self.kept.write(raw_data)
        return None

    def _complaint(self) -> str:
        if self.size > settings.UPLOAD_MAX_MB * 1024 * 1024:
            return f"il dépasse {settings.UPLOAD_MAX_MB} Mo. Réduisez-le, ou partagez-le."
        if self.total > settings.UPLOAD_MAX_TOTAL_MB * 1024 * 1024:
            return f"l’envoi dépasse {settings.UPLOAD_MAX_TOTAL_MB} Mo en tout. Envoyez moins de fichiers à la fois."
        return ""

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.active and not self.too_much:
            return None
        about: dict[str, Any] = {"name": self.file_name, "content_type": self.content_type, "size": file_size}
        if self.too_much:
            return DroppedFile(self.too_much, **about)
        self.kept.seek(0)
        return InMemoryUploadedFile(
            file=self.kept,
            field_name=self.field_name,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
            **about,
        )

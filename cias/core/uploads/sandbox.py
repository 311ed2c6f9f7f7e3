"""Runs `child.py` on one received file, and turns whatever happens to it into one French sentence."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath

from django.conf import settings

from cias.core.uploads import antivirus, child
from cias.core.uploads.antivirus import ScanState

CHILD = Path(child.__file__)
# The environment of the child: no address, no key, no password of ours.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MALLOC_ARENA_MAX": "2"}
EXTENSIONS = {
    ".pdf": (child.PDF,), ".jpg": (child.JPEG,), ".jpeg": (child.JPEG,), ".jfif": (child.JPEG,), ".png": (child.PNG,),
    ".heic": (child.HEIC, child.JPEG), ".heif": (child.HEIC, child.JPEG),
}  # fmt: skip
NAMES = {
    child.PDF: "un PDF",
    child.JPEG: "une photo JPEG",
    child.PNG: "une image PNG",
    child.HEIC: "une photo HEIC",
}


class RefusedError(Exception):
    """The file cannot be taken; the message is one French sentence for who brought it."""


@dataclass(frozen=True)
class SafeFile:
    """A received file as it may be kept, with two pictures of its first page (JPEG)."""

    content_type: str
    content: bytes = field(repr=False)
    pages: int
    preview: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    scan: ScanState


def receive(name: str, content: bytes, *, seconds: float | None = None) -> SafeFile:
    """The safe copy of what somebody brought under `name`, within `seconds`. Raises RefusedError."""
    if not content:
        raise RefusedError("ce fichier est vide.")
    _check_name(name, content)
    try:
        state = antivirus.scan(content)
    except antivirus.InfectedError as error:
        raise RefusedError("l’antivirus y a reconnu un programme dangereux.") from error
    except antivirus.UnavailableError as error:
        raise RefusedError(
            "l’antivirus ne répond pas, aucun fichier n’est accepté pour le moment."
        ) from error
    return _run(content, state, seconds or settings.UPLOAD_SECONDS)


def draw_page(pdf: bytes, number: int) -> bytes:
    """A JPEG of one page of a PDF taken before, the first is 1. Raises RefusedError when it cannot be drawn."""
    return _run(pdf, ScanState.NOT_SCANNED, settings.UPLOAD_SECONDS, page=number).preview


def made_here(pdf: bytes) -> SafeFile:
    """A PDF the application has just written: kept byte for byte."""
    made = child.picture_pdf(pdf)
    return SafeFile(made.content_type, pdf, made.pages, made.preview, made.thumbnail, ScanState.MADE_HERE)


def _check_name(name: str, content: bytes) -> None:
    """An extension may be missing, it may not lie: the reader of the name would be deceived."""
    extension = PurePath(name).suffix.lower()
    try:
        kind = child.sniff(content[:65536])
    except child.RefusedError:
        return  # the child looks at the whole of it and says what it is
    if extension and kind not in EXTENSIONS.get(extension, ()):
        raise RefusedError(
            f"son nom finit par « {extension[:12]} » mais c’est {NAMES[kind]}. Corrigez son nom."
        )


def _run(content: bytes, state: ScanState, seconds: float, page: int | None = None) -> SafeFile:
    limits = child.Limits(
        pages=settings.UPLOAD_MAX_PAGES,
        megapixels=settings.UPLOAD_MAX_MEGAPIXELS,
        seconds=max(1, round(seconds)),
    )
    command = [sys.executable, "-I", "-B", str(CHILD), json.dumps(asdict(limits))]
    if page is not None:
        command.append(str(page))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script, nothing of the user's in the command
            command,
            input=content,
            capture_output=True,
            timeout=seconds,
            env=ENVIRONMENT,
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedError("ce fichier est trop long à lire, il est sans doute abîmé.") from error
    head, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise RefusedError("ce fichier est trop lourd à lire ou abîmé.")
    answer = json.loads(head)
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    parts, start = [], 0
    for size in answer["sizes"]:
        parts.append(rest[start : start + size])
        start += size
    return SafeFile(answer["type"], parts[0], answer["pages"], parts[1], parts[2], state)


class Patience:
    """The time one request may spend on all its files."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds for the next file. Raises RefusedError when there is none left."""
        left = min(self._end - time.monotonic(), settings.UPLOAD_SECONDS)
        if left <= 0:
            raise RefusedError("le temps prévu est épuisé : envoyez moins de fichiers à la fois.")
        return left

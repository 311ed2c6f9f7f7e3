"""Documents (H10): the row and its encrypted files come and go together.

Files are written before the row is committed, and removed if it is not; what a crash leaves behind is swept by
`tidy_documents`. A row that is committed has its files on disk.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2s

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.history import changes_of
from cias.audit.services import signed_by
from cias.core import crypto
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.uploads import SafeFile, draw_page, made_here
from cias.core.vault import Vault, VaultError
from households.enums import DocumentKind, DocumentState, NoteLevel
from households.models import Document, Household, Person
from households.models.documents import PARTS

VAULT = Vault("documents")
# Younger files may belong to a row that is about to be committed.
ORPHAN_AGE = timedelta(hours=12)
DISK_REFUSES = (
    "Le document n’a pas pu être enregistré : l’espace de stockage est plein ou ne répond pas. "
    "Rien n’a été gardé. Prévenez l’administration technique, puis recommencez."
)
READ_BY_NOBODY = "Choisissez un autre niveau : personne ne pourrait lire ce document."


# What one says of a document, and may correct afterwards.
SAID = ("kind", "title", "person", "document_date", "expires_on", "level")


class DocumentConflict(ValidationError):
    """Somebody else corrected the document in the meantime; `document` is what it has become."""

    def __init__(self, document: Document) -> None:
        self.document = document
        last = next(iter(changes_of(document, limit=1)), None)
        who = f"{last.author} a modifié ce document" if last and last.author else "Ce document a été modifié"
        super().__init__(
            f"{who} pendant votre saisie. La vôtre est restée dans les champs\u00a0: comparez, puis enregistrez pour "
            "la garder.",
            code="conflict",
        )


@dataclass
class Added:
    """What became of the files of one sending: those kept, and the documents that were already there."""

    documents: list[Document] = field(default_factory=list)
    known: list[Document] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DocumentData:
    """What is said of a document when it is added."""

    kind: str
    title: str = ""
    level: str = NoteLevel.TEAM
    person: Person | None = None
    document_date: date | None = None
    expires_on: date | None = None


def store_document(
    *,
    by: User,
    household: Household,
    content: bytes,
    kind: str,
    title: str,
    level: str,
    person: Person | None = None,
    document_date: date | None = None,
    expires_on: date | None = None,
) -> Document:
    """Keep a PDF the application has just made, byte for byte; the same one twice is kept once.

    What people bring goes through `uploads.receive()` and `add_documents()`. Raises ValidationError.
    """
    data = DocumentData(
        kind=kind,
        title=title,
        level=level,
        person=person,
        document_date=document_date,
        expires_on=expires_on,
    )
    added = add_documents(by=by, household=household, files=[made_here(content)], data=data)
    return (added.documents or added.known)[0]


def add_documents(*, by: User, household: Household, files: Sequence[SafeFile], data: DocumentData) -> Added:
    """Keep all these files or none; several share what is said of them, with their rank after the title.

    A file whose content `by` can already read in this household is not kept again. Raises ValidationError.
    """
    if data.level == NoteLevel.PERSONAL and not by.has_perm("documents.view"):
        raise ValidationError(READ_BY_NOBODY, code="level")
    added, written = Added(), list[str]()
    try:
        with transaction.atomic():
            _lock(household)
            for rank, file in enumerate(files, start=1):
                marks = crypto.fingerprints(file.content, str(household.pk))
                known = _readable_twin(by, household, marks)
                if known is not None:
                    added.known.append(known)
                    continue
                document = Document(
                    household=household,
                    author=by,
                    kind=data.kind,
                    title=_numbered(data, rank, len(files)),
                    level=data.level,
                    person=data.person,
                    document_date=data.document_date,
                    expires_on=data.expires_on,
                )
                _keep(by, document, file, written)
                added.documents.append(document)
    except BaseException as error:
        _forget(written)
        _raise_in_words(error)
        raise
    return added


def replace_document(
    *,
    by: User,
    document: Document,
    file: SafeFile,
    document_date: date | None = None,
    expires_on: date | None = None,
) -> Document:
    """A newer version takes the place of `document`, which stays readable behind it. Raises ValidationError."""
    written = list[str]()
    try:
        with transaction.atomic():
            _lock(document.household)
            former = Document.objects.select_for_update().get(pk=document.pk)
            if crypto.fingerprint(file.content, str(former.household_id)) == former.fingerprint:
                raise ValidationError("C’est le même contenu que la version en cours.", code="same")
            newer = Document(
                household=document.household,
                author=by,
                kind=former.kind,
                title=former.title,
                level=former.level,
                person=former.person,
                document_date=document_date,
                expires_on=expires_on,
                series=former.series,
                version=former.version + 1,
            )
            with signed_by(by), typed_violations():
                former.move_to(DocumentState.REPLACED, by=by, at=timezone.now())
                former.save()
            _keep(by, newer, file, written)
    except BaseException as error:
        _forget(written)
        _raise_in_words(error)
        raise
    return newer


def reading_mark(document: Document) -> str:
    """Changes whenever what is said of the document does: a form sends back the one it was drawn with."""
    values = [str(document.serializable_value(name)) for name in SAID]
    return blake2s(repr(values).encode(), digest_size=12).hexdigest()


@transaction.atomic
def edit_document(*, by: User, document: Document, seen: str | None = None) -> Document:
    """Save what was corrected; only the author changes who reads.

    `seen` is the mark of what the agent had under their eyes: somebody else's correction since is not written over
    unknowingly. Raises PermissionDenied, DocumentConflict, ConstraintViolation, ValidationError (no longer current).
    """
    stored = (
        Document.objects.select_for_update(of=("self",))
        .select_related("household", "author")
        .get(pk=document.pk)
    )
    if stored.level != document.level and stored.author_id != by.pk:
        raise PermissionDenied
    if stored.state != DocumentState.CURRENT:
        raise ValidationError(
            f"Ce document n’est plus en cours ({stored.get_state_display().lower()})\u00a0: il ne se modifie plus.",
            code="state",
        )
    unseen = seen is not None and seen != reading_mark(stored)
    if unseen and reading_mark(document) != reading_mark(stored):
        raise DocumentConflict(stored)
    with signed_by(by), typed_violations():
        document.save(update_fields=SAID)
    return document


@transaction.atomic
def retire_document(*, by: User, document: Document, reason: str) -> Document:
    """Take a document out of the file; it can be had back for a month. Raises ForbiddenTransition."""
    return _move(by, document, DocumentState.RETIRED, reason)


@transaction.atomic
def restore_document(*, by: User, document: Document) -> Document:
    """Put a retired document back. Raises ForbiddenTransition, ConstraintViolation if it was added again since."""
    return _move(by, document, DocumentState.CURRENT)


def _move(by: User, document: Document, state: DocumentState, reason: str = "") -> Document:
    locked = Document.objects.select_for_update().get(pk=document.pk)
    locked.move_to(state, by=by, at=timezone.now(), reason=reason)
    with signed_by(by), typed_violations():
        locked.save()
    return locked


def read_document(document: Document, part: str = "content") -> Iterator[bytes]:
    """The content (or "preview", "thumbnail") in clear, in blocks. Raises MissingFileError, CannotDecryptError."""
    return VAULT.read(document.file_name(part), address=document.address(part))


def draw_document_page(document: Document, number: int) -> bytes:
    """A JPEG of one page, the first is 1. Raises MissingFileError, CannotDecryptError, RefusedError."""
    if number == 1:
        return b"".join(read_document(document, "preview"))
    return draw_page(b"".join(read_document(document)), number)


def purge_documents(*, now: datetime) -> int:
    """Delete the files of the documents retired a month ago, older versions included; the rows stay, marked."""
    limit = now - timedelta(days=settings.DOCUMENT_RETIRED_DAYS)
    due = Document.objects.filter(state=DocumentState.RETIRED, retired_at__lte=limit)
    names = list[str]()
    with transaction.atomic():
        series = due.select_for_update(skip_locked=True).values_list("series", flat=True)
        for row in Document.objects.filter(series__in=list(series)).exclude(state=DocumentState.PURGED):
            row.move_to(DocumentState.PURGED, by=None, at=now)
            row.save()
            names += [row.file_name(part) for part in PARTS]
    _forget(names)
    return len(names) // len(PARTS)


def sweep_files() -> int:
    """Delete the files no row owns any more (a crash, a household deleted); returns how many."""
    rows = Document.objects.exclude(state=DocumentState.PURGED).only("storage_name")
    known = {row.file_name(part) for row in rows.iterator() for part in PARTS}
    return VAULT.sweep(known, older_than=ORPHAN_AGE)


def rekey_documents() -> Iterator[tuple[Document, bool]]:
    """Encrypt again with the newest key what is not yet; yields each document and whether something was done.

    Can be stopped and run again at any moment: each file is replaced whole, and the row comes last.
    """
    newest = crypto.keys()[0].identifier.hex()
    rows = Document.objects.exclude(state=DocumentState.PURGED).order_by("created_at", "pk")
    for document in rows.iterator(chunk_size=200):
        done = [VAULT.rekey(document.file_name(part), address=document.address(part)) for part in PARTS]
        if not document.fingerprint.startswith(newest):
            content = b"".join(read_document(document))
            mark = crypto.fingerprint(content, str(document.household_id))
            row = Document.objects.filter(pk=document.pk)
            try:
                with typed_violations():
                    row.update(fingerprint=mark)
            except ConstraintViolation:  # a merge brought its twin: only one of them is to be recognised
                row.update(fingerprint=crypto.fingerprint(content, str(document.pk)))
        yield document, any(done)


def _lock(household: Household) -> None:
    """One sending at a time for a household: the same file twice meets itself."""
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)


def _readable_twin(by: User, household: Household, marks: list[str]) -> Document | None:
    """The document of this content that `by` may know of: one they read, or one they added."""
    twins = household.documents.current().filter(fingerprint__in=marks).with_people()
    return twins.for_user(by, household.pk).first() or twins.filter(author=by).first()


def _numbered(data: DocumentData, rank: int, count: int) -> str:
    if count == 1:
        return data.title
    return f"{(data.title or DocumentKind(data.kind).label)[:110]} ({rank}/{count})"


def _keep(by: User, document: Document, file: SafeFile, written: list[str]) -> None:
    """Write the files, then the row; `written` gets each name before its file exists."""
    document.content_type, document.size = file.content_type, len(file.content)
    document.pages, document.scan = file.pages, file.scan
    document.fingerprint = crypto.fingerprint(file.content, str(document.household_id))
    for part in PARTS:
        written.append(document.file_name(part))
        VAULT.write(document.file_name(part), [getattr(file, part)], address=document.address(part))
    with signed_by(by), typed_violations():
        document.save(force_insert=True)


def _forget(names: list[str]) -> None:
    for name in names:
        VAULT.delete(name)


def _raise_in_words(error: BaseException) -> None:
    if isinstance(error, VaultError):
        raise ValidationError(DISK_REFUSES, code="storage") from error

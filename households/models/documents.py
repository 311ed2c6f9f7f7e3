"""Documents of a household (H10): the row says what it is and who reads it, the vault keeps it encrypted."""

from datetime import date, datetime, timedelta
from typing import Self
from uuid import uuid4

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.deadlines import DueStatus, due_status
from cias.core.models import Record
from cias.core.states import check_transition
from cias.core.uploads import ScanState
from cias.core.vault import new_name
from households.enums import DOCUMENT_READERS, DocumentKind, DocumentState, DocumentType, NoteLevel
from households.models.closed import closed_to
from households.models.files import Household
from households.models.levels import LevelQuerySet
from households.models.persons import Person

TRANSITIONS: dict[DocumentState, tuple[DocumentState, ...]] = {
    DocumentState.CURRENT: (DocumentState.REPLACED, DocumentState.RETIRED),
    DocumentState.REPLACED: (DocumentState.PURGED,),
    DocumentState.RETIRED: (DocumentState.CURRENT, DocumentState.PURGED),
    DocumentState.PURGED: (),
}
# The files of one document, and what the name of each ends with in the vault.
PARTS = {"content": "", "preview": ".preview", "thumbnail": ".thumbnail"}


class DocumentQuerySet(LevelQuerySet["Document"]):
    right = "documents.view"

    def retirable_by(self, user: User) -> Self:
        """Who files documents retires those they read; who only adds them, those they added."""
        if user.has_perm("documents.edit"):
            return self.for_user(user)
        own = self.filter(author=user).exclude(household__in=closed_to(user))
        return own if user.has_perm("documents.add") else self.none()

    def current(self) -> Self:
        return self.filter(state=DocumentState.CURRENT)

    def with_people(self) -> Self:
        return self.select_related("author", "person")


@pghistory.track(exclude=["fingerprint"])
class Document(Record):
    """One version of a document. A newer one takes the next number of the same `series`; the older stays readable.

    Other apps may point at a document with PROTECT: a purged one keeps its row, without its files.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="documents", verbose_name="ménage")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="concerne"
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="documents", verbose_name="ajouté par")
    kind = models.CharField("type", max_length=10, choices=DocumentKind.choices)
    title = models.CharField("intitulé", max_length=120, blank=True)
    document_date = models.DateField("date du document", null=True, blank=True)
    expires_on = models.DateField("valable jusqu’au", null=True, blank=True)
    level = models.CharField(
        "confidentialité", max_length=10, choices=NoteLevel.choices, default=NoteLevel.TEAM
    )
    series = models.UUIDField("suite de versions", default=uuid4, editable=False)
    version = models.PositiveSmallIntegerField("version", default=1)
    content_type = models.CharField("format", max_length=20, choices=DocumentType.choices, editable=False)
    size = models.PositiveIntegerField("taille en octets", editable=False)
    pages = models.PositiveSmallIntegerField("pages", default=1, editable=False)
    scan = models.CharField("antivirus", max_length=5, choices=ScanState.choices, editable=False)
    fingerprint = models.CharField("empreinte", max_length=73, editable=False)
    storage_name = models.CharField("fichier", max_length=32, unique=True, default=new_name, editable=False)
    state = models.CharField(
        "état", max_length=8, choices=DocumentState.choices, default=DocumentState.CURRENT
    )
    state_reason = models.CharField("motif du retrait", max_length=200, blank=True)
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)
    retired_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )
    purged_at = models.DateTimeField("effacé le", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=NoteLevel.values),
                name="households_document_level_known",
                violation_error_message="Ce niveau de confidentialité n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values) & (~Q(kind="other") | ~Q(title="")),
                name="households_document_kind",
                violation_error_message="Donnez un intitulé à un document d’un autre type.",
            ),
            models.CheckConstraint(
                condition=Q(document_date__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=F("document_date")),
                name="households_document_dates",
                violation_error_message="Un document expire après sa date.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["current", "replaced"],
                    state_reason="",
                    retired_at=None,
                    retired_by=None,
                    purged_at=None,
                )
                | (
                    Q(state="retired", retired_at__isnull=False, retired_by__isnull=False, purged_at=None)
                    & ~Q(state_reason="")
                )
                | Q(state="purged", purged_at__isnull=False),
                name="households_document_state",
                violation_error_message="Un document retiré a une date, un auteur et un motif.",
            ),
            models.UniqueConstraint(
                fields=["series", "version"],
                name="households_document_version",
                violation_error_message="Une version plus récente vient d’être ajoutée.",
            ),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(state__in=["current", "retired"]),
                name="households_document_one_current",
                violation_error_message="Ce document a déjà une version en cours.",
            ),
            models.UniqueConstraint(
                fields=["household", "author", "fingerprint"],
                condition=Q(state="current"),
                name="households_document_once",
                violation_error_message="Vous avez déjà ajouté ce document.",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-created_at"], name="households_document_household"),
            models.Index(
                fields=["expires_on"], condition=Q(state="current"), name="households_document_expiry"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def move_to(self, state: DocumentState, *, by: User | None, at: datetime, reason: str = "") -> None:
        """Change the state and what goes with it, unsaved. Raises ForbiddenTransition."""
        check_transition(TRANSITIONS, DocumentState(self.state), state)
        self.state = state
        match state:
            case DocumentState.RETIRED:
                self.retired_at, self.retired_by, self.state_reason = at, by, reason
            case DocumentState.CURRENT:
                self.retired_at, self.retired_by, self.state_reason = None, None, ""
            case DocumentState.PURGED:
                self.purged_at = at

    @property
    def readers(self) -> str:
        """Who may read it, in words."""
        return DOCUMENT_READERS[self.level]

    @property
    def is_picture(self) -> bool:
        return self.content_type != DocumentType.PDF

    @property
    def is_current(self) -> bool:
        return self.state == DocumentState.CURRENT

    @property
    def is_purged(self) -> bool:
        return self.state == DocumentState.PURGED

    @property
    def purge_on(self) -> datetime | None:
        """Until when a retired document can be had back."""
        if self.state != DocumentState.RETIRED or self.retired_at is None:
            return None
        return self.retired_at + timedelta(days=settings.DOCUMENT_RETIRED_DAYS)

    def expiry_status(self, today: date) -> DueStatus | None:
        """Expired, about to, or valid; None when it does not expire or no longer serves."""
        if self.expires_on is None or not self.is_current:
            return None
        return due_status(self.expires_on, today, soon_days=settings.DOCUMENT_SOON_DAYS)

    def file_name(self, part: str) -> str:
        """The name in the vault of the content, the preview or the thumbnail."""
        return f"{self.storage_name}{PARTS[part]}"

    def address(self, part: str) -> str:
        """What the encrypted file is bound to: content moved to another row does not open."""
        return f"households.document.{self.pk}.{part}"

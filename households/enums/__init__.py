"""Lists of the field, one notion each; "Non renseigné" is never "Autre"."""

from households.enums.documents import DOCUMENT_READERS, DocumentKind, DocumentState, DocumentType
from households.enums.files import AssignmentRole, ClosingReason, Custody, Domain, MemberRole
from households.enums.notes import NOTE_READERS, NoteLevel, NoteMeans, Theme
from households.enums.persons import (
    INVERSE_LINK,
    BirthPrecision,
    LinkKind,
    NationalityGroup,
    Protection,
    Sex,
    Title,
)
from households.enums.situations import Activity, FamilyType, HousingStatus, IncomeBand, MainResource

__all__ = [
    "DOCUMENT_READERS",
    "INVERSE_LINK",
    "NOTE_READERS",
    "Activity",
    "AssignmentRole",
    "BirthPrecision",
    "ClosingReason",
    "Custody",
    "DocumentKind",
    "DocumentState",
    "DocumentType",
    "Domain",
    "FamilyType",
    "HousingStatus",
    "IncomeBand",
    "LinkKind",
    "MainResource",
    "MemberRole",
    "NationalityGroup",
    "NoteLevel",
    "NoteMeans",
    "Protection",
    "Sex",
    "Theme",
    "Title",
]

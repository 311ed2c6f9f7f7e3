"""What the copy of a person's data leaves out of their household's file, and its chapters (C8)."""

from cias.core.copying import Because, chapter, leave, leave_if, place, unprint
from households.enums import NoteLevel
from households.registrations.summary import PROTECTED_ORIGINS


def declare() -> None:
    _chapters()
    _persons()
    _papers()
    for name in ("BudgetDraft", "NoteDraft"):
        leave(f"households.{name}", because=Because.AUTHOR)
    for name in ("HouseholdProtection", "NamedAccess", "EmergencyAccess", "LegalHold"):
        leave(f"households.{name}", because=Because.SAFETY)
    leave("households.CaseloadMove", because=Because.INNER)
    for name in ("Merge", "DistinctPersons", "TakeOverRow", "BudgetSnapshot"):
        leave(f"households.{name}", because=Because.TWICE)
    leave("households.TakeOverKey", "digests", because=Because.TECHNICAL)
    leave("households.Budget", "version", because=Because.TECHNICAL)
    leave("households.BudgetLine", "position", because=Because.TECHNICAL)
    leave("households.Task", "origin", because=Because.TECHNICAL)
    leave("households.Task", "seen_at", because=Because.INNER)
    leave("households.Assignment", "cover", because=Because.INNER)
    leave("households.Assignment", "handover_note", because=Because.INNER)
    leave("households.DisposalLine", because=Because.INNER)


def _persons() -> None:
    leave(
        "households.Person",
        "search_key", "compact_birth", "compact_usual", "compact_first", "phonetic", "merged_into", "is_anonymous",
        "anonymised_on",
        because=Because.TECHNICAL,
    )  # fmt: skip
    # What a link says, who wrote it may have heard from the other one.
    leave("households.PersonLink", "comment", "no_contact", because=Because.OTHERS)
    leave("households.Household", "sort_key", "merged_into", "anonymised_on", because=Because.TECHNICAL)
    leave("households.Household", "is_protected", "address_hidden", because=Because.SAFETY)
    # A file bears the name of whoever opened it.
    leave("households.Household", "name", because=Because.OTHERS)
    unprint("households.Person", "created_at", "birth_precision")
    unprint("households.Household", "off_territory")
    place("households.Household", "commune")
    place("households.Address", "street", "complement", "postal_code", "commune", "city")
    place("households.Situation", "commune")


def _papers() -> None:
    leave("households.Document", "fingerprint", because=Because.TECHNICAL)
    leave("households.Document", "storage_name", because=Because.APART)
    unprint("households.Document", "version", "content_type", "size", "pages", "scan", "level")
    unprint("households.Note", "level")
    leave("households.Letter", "saved_at", "document", because=Because.TECHNICAL)
    place("households.Letter", "address")
    leave_if("households.Letter", test=lambda row: row.finished_at is None, because=Because.AUTHOR)
    for name in ("Note", "Document"):
        leave_if(
            f"households.{name}", test=lambda row: row.level == NoteLevel.PERSONAL, because=Because.AUTHOR
        )
    # Whoever warned the CIAS is never told to the person (CRPA, art. L311-6).
    leave("households.ReferralIn", "sender", because=Because.OTHERS)
    leave_if(
        "households.ReferralIn", "origin", "partner",
        test=lambda row: row.origin in PROTECTED_ORIGINS, because=Because.OTHERS,
    )  # fmt: skip


def _chapters() -> None:
    chapter(10, "Vous", "households.Person", "households.PersonLink", "households.Membership")
    chapter(20, "Votre ménage", "households.Household", "households.Address", "households.Situation")
    chapter(30, "Budget et dettes", "households.Budget", "households.Debt")
    chapter(40, "Les agents qui vous suivent", "households.Assignment", "households.Reopening")
    chapter(
        60, "Orientations et partages d’informations",
        "households.ReferralIn", "households.ReferralOut", "households.Sharing",
    )  # fmt: skip
    chapter(120, "Courriers", "households.Letter")
    chapter(130, "Documents du dossier", "households.Document")
    chapter(140, "Entretiens", "households.Note")
    chapter(150, "Ce que les agents ont à faire", "households.Task")
    chapter(160, "Vos demandes sur vos données", "households.PersonRequest")

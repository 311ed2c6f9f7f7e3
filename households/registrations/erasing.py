"""What becomes of a household's records when its file ends (C7, docs/adr/0020-data-life.md)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Case, DateField, F, Q, Value, When
from django.db.models.functions import Lower, Trunc
from django.utils import timezone

from cias.audit.models import StatedReason
from cias.core import erasing
from households.enums import BirthPrecision, DocumentState
from households.models import NamedAccess, TakeOver
from households.models.documents import PARTS
from households.services.documents import VAULT
from households.statistics.persons import FRENCH
from households.takeover.forgetting import forget_lines, naming

BY_US = "written by the application, it names nobody"
KEY = "an identifier without meaning outside the application"


def declare() -> None:
    erasing.renumber("households.Household", "number")
    erasing.blank("households.Household", "name", "sort_key")
    erasing.wipe("households.Household", "closing_note")
    erasing.handle("households.Household", close_door)
    erasing.blank(
        "households.Person",
        "birth_name", "usual_name", "first_names", "phone", "second_phone", "email", "guardian", "guardian_phone",
        "search_key", "compact_birth", "compact_usual", "compact_first", "phonetic",
    )  # fmt: skip
    erasing.keep("households.Person", "birth_date", because="only its year is left (coarsen)")
    erasing.keep("households.Person", "language", because="only whether it is French is left (coarsen)")
    erasing.handle("households.Person", coarsen)
    erasing.drop("households.PersonLink")
    erasing.drop("households.DistinctPersons")
    erasing.blank("households.Address", "street", "complement", "postal_code", "city")
    erasing.wipe("households.Assignment", "handover_note")
    erasing.wipe("households.Reopening", "closing_note", "reason")
    erasing.wipe("households.CaseloadMove", "former_note")
    erasing.keep("households.CaseloadMove", "tasks", because=KEY)
    erasing.wipe("households.HouseholdProtection", "precision")
    erasing.handle("households.HouseholdProtection", lift)
    erasing.wipe("households.EmergencyAccess", "reason", "comment")
    erasing.drop("households.Merge")
    erasing.drop("households.TakeOverKey")
    erasing.drop("households.TakeOverRow")
    erasing.handle("households.TakeOverRow", forget_taken_over)
    erasing.handle("households.Person", forget_proposed)
    erasing.drop("households.NoteDraft")
    erasing.wipe("households.Note", "text")
    erasing.wipe("households.Task", "title", "detail", "postponing_reason")
    erasing.keep("households.Task", "origin", because=BY_US)
    erasing.keep("households.Task", "origin_id", because=KEY)
    erasing.wipe("households.LegalHold", "detail", "lift_reason")
    erasing.wipe("households.PersonRequest", "asked", "answer", "proof")
    proof = "the proof of the elimination, from which nothing leads to what is left of the household"
    erasing.keep("households.DisposalLine", "number", "last_contact", "left_because", because=proof)
    _budgets()
    _papers()


def _budgets() -> None:
    erasing.drop("households.BudgetDraft")
    erasing.wipe("households.Budget", "comment", "circumstances")
    erasing.wipe("households.BudgetLine", "comment")
    erasing.wipe("households.BudgetSnapshot", "purpose", "payload", "checksum")
    erasing.wipe("households.Debt", "creditor", "comment")


def _papers() -> None:
    erasing.wipe("households.Document", "title", "fingerprint", "state_reason")
    erasing.renumber("households.Document", "storage_name")
    erasing.keep("households.Document", "series", because=KEY)
    erasing.handle("households.Document", purge)
    erasing.renumber("households.Letter", "number")
    erasing.wipe("households.Letter", "address", "subject", "body")
    erasing.wipe("households.ReferralIn", "sender", "demand")
    erasing.wipe("households.Sharing", "recipient", "basis_detail", "content")
    erasing.wipe("households.ReferralOut", "purpose", "feedback")


def coarsen(rows: Any, moment: datetime) -> None:
    """Of a birth the year stays, of a death the month, of the languages whether it is French: what is counted."""
    first_of_year = Trunc("birth_date", "year", output_field=DateField())
    first_of_month = Trunc("death_date", "month", output_field=DateField())
    spoken = rows.annotate(spoken=Lower("language"))
    spoken.exclude(Q(language="") | Q(spoken__in=FRENCH)).update(language=erasing.MARK)
    # A death in the month of the birth must not come before it once both are rounded.
    rows.update(
        is_anonymous=True,
        birth_date=first_of_year,
        birth_precision=Case(
            When(birth_date__isnull=False, then=Value(BirthPrecision.YEAR)), default=F("birth_precision")
        ),
        death_date=first_of_month,
        anonymised_on=timezone.localdate(moment),
    )


def close_door(rows: Any, moment: datetime) -> None:
    """The file leaves every list; nobody keeps a reason to enter it.

    Whether it was protected stays: an address that was hidden is counted in no commune, then as before.
    """
    StatedReason.objects.filter(subject_id__in=list(rows.values_list("pk", flat=True))).delete()
    rows.update(anonymised_on=timezone.localdate(moment))


def lift(rows: Any, moment: datetime) -> None:
    """A protection ends with the file; the one who set it stands for the one who lifts it."""
    today = timezone.localdate(moment)
    NamedAccess.objects.filter(protection__in=list(rows.values_list("pk", flat=True)), end=None).update(
        end=today
    )
    rows.filter(end=None).update(end=today, lifted_by=F("decided_by"))


def purge(rows: Any, moment: datetime) -> Callable[[], None]:
    """The rows stay, others point at them; their files go, once it is certain that the rows say so."""
    names = [
        f"{name}{ending}"
        for name in rows.exclude(state=DocumentState.PURGED).values_list("storage_name", flat=True)
        for ending in PARTS.values()
    ]
    rows.exclude(state=DocumentState.PURGED).update(state=DocumentState.PURGED, purged_at=moment)

    def delete_files() -> None:
        for name in names:
            VAULT.delete(name)

    return delete_files


def forget_taken_over(rows: Any, moment: datetime) -> None:
    """Of a list taken over less than a month ago, the lines of these households go, and the file as it came."""
    del moment
    forget_lines(TakeOver, Q(pk__in=list(rows.values_list("pk", flat=True))))


def forget_proposed(persons: Any, moment: datetime) -> None:
    """The lines of lists in which somebody was recognised, or proposed as perhaps the same."""
    del moment
    forget_lines(TakeOver, naming(persons.values_list("pk", flat=True)))

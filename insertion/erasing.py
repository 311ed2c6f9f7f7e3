"""What becomes of the pathways, searches, sessions and workshops of a household whose file ends (C7)."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cias.core import erasing
from households.takeover.forgetting import forget_lines, naming
from insertion.models import CounsellingSession, DepartmentIdentity, OrientationImport, SealedDraft


def declare() -> None:
    _pathways()
    _jobs()
    _sealed_room()
    erasing.wipe("insertion.WorkshopRegistration", "name", "phone")
    erasing.loose("insertion.WorkshopRegistration", on="session__start", without=("household", "person"))
    erasing.wipe("insertion.WorkshopNotice", "failure", "reference")


def _pathways() -> None:
    erasing.wipe("insertion.Diagnosis", "summary")
    erasing.wipe("insertion.DiagnosisUpdate", "comment", "payload")
    erasing.wipe("insertion.Obstacle", "comment")
    erasing.wipe("insertion.Objective", "label")
    erasing.wipe("insertion.ObjectiveAction", "label", "outcome")
    erasing.wipe("insertion.Orientation", "structure", "comment")
    erasing.wipe("insertion.OrientationChange", "reason", "said", "before")
    erasing.wipe(
        "insertion.EngagementContract",
        "reduction_reason", "objectives", "person_commitments", "structure_commitments",
    )  # fmt: skip
    erasing.wipe("insertion.ContractAction", "label")
    erasing.wipe("insertion.Amendment", "reduction_reason", "changes")
    erasing.wipe("insertion.ContractStep", "reason", "before")
    erasing.wipe("insertion.FirstMeeting", "note")
    erasing.wipe("insertion.OrientationReview", "note")
    erasing.wipe("insertion.PathwayExit", "note", "before")
    erasing.wipe("insertion.NoShowCase", "payload")
    erasing.wipe("insertion.NoShowAbsence", "label")
    erasing.wipe("insertion.NoShowMove", "reason", "before", "meeting_place", "tracking")
    erasing.wipe("insertion.ReorientationRequest", "wanted_structure", "reason", "answer")
    erasing.wipe("insertion.ReorientationMove", "reason", "before")
    erasing.drop("insertion.DepartmentIdentity")
    erasing.drop("insertion.OrientationImportRow")
    erasing.handle("insertion.OrientationImportRow", forget_their_lines)
    erasing.handle("households.Person", forget_who_they_may_be)
    erasing.handle("households.Household", forget_who_joins)


def _jobs() -> None:
    erasing.wipe("insertion.JobSearch", "target", "goals", "headline", "skills")
    erasing.wipe("insertion.CvEntry", "title", "place", "detail")
    erasing.wipe("insertion.JobStep", "title", "note")
    erasing.wipe("insertion.SearchOutcome", "title")


def _sealed_room() -> None:
    """The sessions stay, as number and dates; every text goes, drafts with them."""
    erasing.drop("insertion.SealedNote")
    erasing.wipe("insertion.LiaisonNote", "sealed")
    erasing.handle("insertion.Counselling", destroy_notes)
    erasing.handle("insertion.LiaisonNote", destroy_drafts)


def destroy_notes(rows: Any, moment: datetime) -> None:
    keys = _targets(rows)
    sessions = CounsellingSession.objects.filter(counselling__in=keys).values_list("pk", flat=True)
    SealedDraft.objects.filter(target__in=[*keys, *sessions]).delete()
    rows.filter(erased_on=None).update(erased_on=timezone.localdate(moment))


def destroy_drafts(rows: Any, moment: datetime) -> None:
    del moment
    SealedDraft.objects.filter(target__in=_targets(rows)).delete()


def _targets(rows: Any) -> list[Any]:
    """What a draft may be about: these rows, and their persons, but for who still lives in another household.

    Persons come before what hangs from them: those who leave are marked already.
    """
    leaving = rows.filter(person__anonymised_on__isnull=False).values_list("person", flat=True)
    return [*rows.values_list("pk", flat=True), *leaving]


def forget_their_lines(rows: Any, moment: datetime) -> None:
    """Of a file of the Département received less than a month ago, these lines go, and the file as it came."""
    del moment
    forget_lines(OrientationImport, Q(pk__in=list(rows.values_list("pk", flat=True))))


def forget_who_they_may_be(persons: Any, moment: datetime) -> None:
    """The lines that name somebody without being tied to them: proposed to the agent, refused, not yet imported."""
    del moment
    keys = list(persons.values_list("pk", flat=True))
    known = DepartmentIdentity.objects.filter(person__in=keys).exclude(internal_id="")
    numbers = list(known.values_list("internal_id", flat=True))
    forget_lines(OrientationImport, naming(keys) | Q(identifier__in=numbers))


def forget_who_joins(households: Any, moment: datetime) -> None:
    """The lines of those who were about to join a household that has ended."""
    del moment
    homes = [str(key) for key in households.values_list("pk", flat=True)]
    forget_lines(OrientationImport, Q(data__home__in=homes))

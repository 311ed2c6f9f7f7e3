"""A follow-up goes to a colleague: an explicit act of who holds it, with the person's agreement."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from households.enums import AssignmentRole
from households.services import assign_referent
from insertion.models import Counselling, CounsellingHandover, SealedDraft, SealedNote
from insertion.permanences.enums import CounsellingEnd


@transaction.atomic
def hand_over(
    *,
    by: User,
    counselling: Counselling,
    to: User,
    with_notes: bool,
    agreement: str,
    agreed_on: date,
) -> CounsellingHandover:
    """Pass a running follow-up on. With the notes, they are sealed for the colleague and the giver reads them no more;
    without, the giver's follow-up ends and the colleague begins a new one.

    Raises ValidationError (colleague, agreement, drafts left) or ForbiddenTransition.
    """
    held = Counselling.objects.select_for_update().get(pk=counselling.pk)
    if held.psychologist_id != by.pk or not held.is_running:
        raise ForbiddenTransition("Ce suivi n’est plus le vôtre, ou il est terminé.")
    if to.pk == by.pk or not to.is_active or to.role != Role.PSYCHOLOGIST:
        raise ValidationError({"to": "Choisissez une autre psychologue du CIAS."})
    today = timezone.localdate()
    if agreed_on > today:
        raise ValidationError({"agreed_on": "Cette date est dans l’avenir."})
    if Counselling.objects.filter(psychologist=to, person=held.person).running().exists():
        raise ValidationError({"to": f"{to.full_name} suit déjà cette personne."})
    if _drafts(held, by).exists():
        raise ValidationError("Enregistrez ou effacez d’abord vos brouillons de ce suivi.", code="drafts")
    assign_referent(
        by=by,
        household=held.household,
        agent=to,
        on=max(today, held.household.opened_on),
        role=AssignmentRole.OTHER,
    )
    begun = None
    with signed_by(by), typed_violations():
        if with_notes:
            _reseal(held, former=by, owner=to)
        else:
            held.ended_on, held.end_reason = today, CounsellingEnd.HANDED_OVER
            held.save()
            begun = Counselling.objects.create(
                psychologist=to, household=held.household, person=held.person, started_on=today
            )
        return CounsellingHandover.objects.create(
            counselling=held, begun=begun, to=to, with_notes=with_notes, agreement=agreement, agreed_on=agreed_on,
            on=today, by=by,
        )  # fmt: skip


@transaction.atomic
def take_back(*, by: User, handover: CounsellingHandover) -> None:
    """The giver takes a handover of the day back, as long as the colleague has written nothing.

    Raises ForbiddenTransition.
    """
    handover = CounsellingHandover.objects.select_for_update().get(pk=handover.pk)
    held = Counselling.objects.select_for_update().get(pk=handover.counselling_id)
    theirs = handover.begun or held
    written = SealedNote.objects.filter(counselling=theirs, created_at__gt=handover.created_at).exists()
    added = theirs.sessions.filter(created_at__gt=handover.created_at).exists()
    if handover.by_id != by.pk or handover.undone_at is not None or handover.on != timezone.localdate():
        raise ForbiddenTransition("Cette passation ne se reprend plus.")
    if written or added or _drafts(theirs, handover.to).exists() or theirs.psychologist_id != handover.to_id:
        raise ForbiddenTransition(
            f"{handover.to.full_name} a déjà écrit dans ce suivi\u00a0: il reste le sien."
        )
    begun, handover.begun = handover.begun, None
    handover.undone_at, handover.undone_by = timezone.now(), by
    with signed_by(by):
        handover.save()
        if begun is None:
            _reseal(held, former=handover.to, owner=by)
        else:
            begun.delete()
            held.ended_on, held.end_reason = None, ""
            held.save()


def acknowledge(*, by: User, handover: CounsellingHandover) -> None:
    """The colleague knows of it: it leaves the list of things to do."""
    CounsellingHandover.objects.filter(pk=handover.pk, to=by, seen_at=None).update(seen_at=timezone.now())


@sensitive_variables()
def _reseal(counselling: Counselling, *, former: User, owner: User) -> None:
    notes = list(SealedNote.objects.select_for_update().filter(counselling=counselling))
    for note in notes:
        note.seal_again(former=former.pk, owner=owner.pk)
    SealedNote.objects.bulk_update(notes, ["sealed"])
    counselling.psychologist = owner
    counselling.save()


def _drafts(counselling: Counselling, author: User) -> QuerySet[SealedDraft]:
    targets = [counselling.pk, *counselling.sessions.values_list("pk", flat=True)]
    return SealedDraft.objects.filter(author=author, target__in=targets)

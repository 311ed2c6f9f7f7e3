"""Liaison notes: written for the purpose, sent to chosen colleagues, withdrawn by their author."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from households.models import Assignment, Household, Person
from households.models.closed import is_closed_to
from households.models.files import on_day
from insertion.models import LiaisonNote, LiaisonRecipient
from insertion.permanences.enums import DraftKind, LiaisonBasis
from insertion.permanences.services.notes import drop_drafts


def possible_recipients(author: User, household: Household) -> QuerySet[User]:
    """The psychologist writes to social workers and colleagues; social work to the psychologists of the household.

    Those who look after the household come first.
    """
    agents = User.objects.active().exclude(pk=author.pk)
    if author.role == Role.PSYCHOLOGIST:
        agents = agents.filter(role__in=(Role.SOCIAL_WORKER, Role.PSYCHOLOGIST))
    else:
        agents = agents.filter(
            role=Role.PSYCHOLOGIST, assignments__household=household, assignments__end=None
        ).distinct()
    here = Assignment.objects.filter(on_day(timezone.localdate()), household=household, agent=OuterRef("pk"))
    return agents.annotate(is_here=Exists(here)).order_by("-is_here", "last_name", "first_name", "pk")


@sensitive_variables()
@transaction.atomic
def send(
    *,
    by: User,
    household: Household,
    person: Person,
    recipients: Collection[User],
    text: str,
    basis: str,
    agreement: str = "",
    agreed_on: date | None = None,
    draft_target: UUID | None = None,
    page: str = "",
) -> LiaisonNote:
    """Share a text with these colleagues. Raises ValidationError on the field at fault."""
    allowed = set(possible_recipients(by, household))
    if not recipients or not set(recipients) <= allowed:
        raise ValidationError({"recipients": "Choisissez au moins un destinataire de la liste."})
    outside = [agent.full_name for agent in recipients if is_closed_to(agent, household.pk)]
    if outside:
        names = ", ".join(outside)
        raise ValidationError({"recipients": f"Ce dossier est protégé et n’est pas ouvert à\u00a0: {names}."})
    if basis != LiaisonBasis.AGREEMENT:
        agreement, agreed_on = "", None
    elif agreed_on is None or not agreement:
        field = "agreed_on" if agreed_on is None else "agreement"
        raise ValidationError({field: "Dites quand et comment la personne a donné son accord."})
    elif agreed_on > timezone.localdate():
        raise ValidationError({"agreed_on": "Cette date est dans l’avenir."})
    note = LiaisonNote(
        household=household, person=person, author=by, basis=basis, agreement=agreement, agreed_on=agreed_on
    )
    note.write(text)
    with signed_by(by), typed_violations():
        note.save()
        LiaisonRecipient.objects.bulk_create(LiaisonRecipient(note=note, agent=agent) for agent in recipients)
    drop_drafts(by=by, kind=DraftKind.LIAISON, target=draft_target or person.pk, page=page)
    return note


def withdraw(*, by: User, note: LiaisonNote) -> None:
    """The recipients read it no more; that it was sent stays written. Raises ForbiddenTransition."""
    _mine(by, note)
    note.withdrawn_at = timezone.now()
    with signed_by(by):
        note.save(update_fields=["withdrawn_at"])


def restore(*, by: User, note: LiaisonNote) -> None:
    """Take the withdrawal back. Raises ForbiddenTransition."""
    _mine(by, note)
    note.withdrawn_at = None
    with signed_by(by):
        note.save(update_fields=["withdrawn_at"])


def mark_read(*, by: User, note: LiaisonNote) -> None:
    LiaisonRecipient.objects.filter(note=note, agent=by, read_at=None).update(read_at=timezone.now())


def _mine(by: User, note: LiaisonNote) -> None:
    if note.author_id != by.pk:
        raise ForbiddenTransition("Seule la personne qui a écrit cette note peut la retirer.")

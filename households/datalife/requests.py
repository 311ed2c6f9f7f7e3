"""What persons ask about their data (C8): the register, and the copy of all that is kept of somebody."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_long
from cias.core.pdf import render_pdf
from cias.core.registry import Facts, Prose, SummaryBlock, Table
from cias.territory.services import get_structure
from households.enums import AssignmentRole, NoteLevel
from households.models import (
    Assignment,
    Document,
    Household,
    Membership,
    NamedAccess,
    Note,
    Person,
    PersonRequest,
)
from households.models.files import on_day
from households.models.levels import reads_circle
from households.summary import ShownSection, offered_sections, request_for, shown_sections

NOBODY = "Aucun agent du travail social ne peut ouvrir ce dossier : nommez d’abord un référent."
NO_CIRCLE = (
    "Ce dossier a des notes ou des documents de cercle, et personne ne le suit : nommez d’abord un référent."
)
NOT_OF_THE_CIRCLE = (
    "Ce dossier a des notes ou des documents de cercle : la copie est faite par un agent qui le suit, ou par le "
    "délégué à la protection des données."
)
PERSONAL_NOTES = f"notes_{NoteLevel.PERSONAL.value}"
MENTIONS = (
    "Ce qui concerne d’autres personnes est masqué (CRPA, art. L311-6 ; RGPD, art. 15.4).",
    "Les notes de la psychologue et les notes personnelles d’un agent ne sont lues que par leur auteur\u00a0: "
    "demandez-les-lui.",
    "Les documents du dossier sont remis séparément, sur demande.",
)


@dataclass(frozen=True)
class Copy:
    """All that is kept of a person, third parties masked: sections as the social work team reads them."""

    household: Household
    person: Person
    sections: list[ShownSection]
    moment: datetime


def reader_of(household: Household) -> User:
    """Whose eyes the copy is made with: the référent's, or those of another social worker, of the file if there is one.

    The dpo, who hands it over, reads no file. Raises ValidationError when nobody can.
    """
    workers = User.objects.filter(is_active=True, role=Role.SOCIAL_WORKER).order_by("pk")
    today = timezone.localdate()
    if household.is_protected:
        named = NamedAccess.objects.filter(
            protection__household=household, protection__end=None, end=None
        ).values("agent")
        workers = workers.filter(pk__in=named)
    circle = Assignment.objects.filter(on_day(today), household=household)
    mains = circle.filter(role=AssignmentRole.MAIN)
    reader = (
        workers.filter(pk__in=mains.values("agent")).first()
        or workers.filter(pk__in=circle.values("agent")).first()
        or workers.first()
    )
    if reader is None:
        raise ValidationError(NOBODY, code="reader")
    return reader


def refuse_half_a_copy(*, by: User, reader: User, household: Household) -> None:
    """What the circle keeps goes into the copy; to ask for one does not open it to an agent who is not of the circle.

    Raises ValidationError.
    """
    kept = Q(household=household, level=NoteLevel.CIRCLE)
    if not (Note.objects.filter(kept).exists() or Document.objects.filter(kept).exists()):
        return
    if not reads_circle(household, reader, "notes.view"):
        raise ValidationError(NO_CIRCLE, code="reader")
    if by.scope("notes.view") is not None and not reads_circle(household, by, "notes.view"):
        raise ValidationError(NOT_OF_THE_CIRCLE, code="circle")


def make_copy(*, by: User, asked: PersonRequest, moment: datetime) -> Copy:
    """The copy a request of access gives right to. Raises ValidationError when nobody may read the file, or when `by`
    works on files and not on this one, of which something is kept within a circle."""
    household, person = asked.household, asked.person
    reader = reader_of(household)
    refuse_half_a_copy(by=by, reader=reader, household=household)
    day = timezone.localtime(moment).date()
    left = left_on(household, person, day)
    request = request_for(household, reader, person=person, masked=True, today=left or day)
    # The reader's own notes are no more in it than another agent's.
    codes = [code for code, _section in offered_sections(household, reader) if code != PERSONAL_NOTES]
    return Copy(household, person, shown_sections(replace(request, until=left), codes), moment)


def left_on(household: Household, person: Person, today: date) -> date | None:
    """The day the person left the file, None when they still belong to it (or will)."""
    ends = household.memberships.filter(person=person).values_list("end", flat=True)
    past = [end for end in ends if end is not None and end < today]
    return max(past) if past and len(past) == len(ends) else None


def copy_pdf(copy: Copy) -> bytes:
    structure, day = get_structure(), timezone.localtime(copy.moment).date()
    context = {
        "structure": structure,
        "household": copy.household,
        "about": copy.person.full_name,
        "masked": True,
        "cover": [
            ("Dossier", copy.household.number),
            ("Établie le", date_long(day, weekday=False)),
            ("Fondement", "Droit d’accès (RGPD, art. 15)"),
            ("Contenu", ", ".join(section.title for section in copy.sections)),
            ("À savoir", " ".join(MENTIONS)),
        ],
        "sections": copy.sections,
    }
    return render_pdf(
        render_to_string("households/pdf/summary.html", context),
        title=f"Copie de vos données, dossier {copy.household.number}",
        author=structure.name,
        moment=copy.moment,
    )


def copy_json(copy: Copy) -> str:
    """The same for a machine (RGPD, art. 15.3: a commonly used electronic form)."""
    content = {
        "organisme": get_structure().name,
        "dossier": copy.household.number,
        "personne": copy.person.full_name,
        "date": timezone.localtime(copy.moment).date().isoformat(),
        "mentions": list(MENTIONS),
        "rubriques": [
            {"code": one.code, "titre": one.title, "contenu": [_plain(shown.block) for shown in one.blocks]}
            for one in copy.sections
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, default=str)


def _plain(block: SummaryBlock) -> dict[str, Any]:
    match block:
        case Facts():
            return {"titre": block.title, "faits": {label: str(value) for label, value in block.rows}}
        case Table():
            return {
                "titre": block.title,
                "colonnes": list(block.header),
                "lignes": [[str(cell) for cell in row] for row in block.rows],
            }
        case Prose():
            return {"titre": block.title, "texte": block.text, "precision": block.about}
    raise ValueError("A block of a summary is Facts, a Table or Prose.")


def persons_of(household: Household) -> list[Person]:
    """Who may ask about this file: everybody who is or was of the household, the latest comers first."""
    rows = Membership.objects.filter(household=household, person__anonymised_on=None).select_related("person")
    return list(dict.fromkeys(row.person for row in rows.order_by("role", "-start")))


@transaction.atomic
def note_request(*, by: User, request: PersonRequest) -> PersonRequest:
    """Write a request down; its month runs from the day it was received. Raises ConstraintViolation."""
    request.noted_by = by
    with signed_by(by), typed_violations():
        request.save(force_insert=True)
    return request


@transaction.atomic
def confirm_identity(*, by: User, request: PersonRequest) -> PersonRequest:
    """Who asks showed who they are: a copy may be made. Raises ValidationError when it was answered already."""
    request = _open(request)
    request.identity_checked = True
    with signed_by(by):
        request.save(update_fields=["identity_checked"])
    return request


@transaction.atomic
def answer_request(
    *, by: User, request: PersonRequest, on: date, outcome: str, answer: str, proof: str
) -> PersonRequest:
    """Raises ValidationError when it was answered already, ConstraintViolation."""
    request = _open(request)
    request.answered_on, request.answered_by = on, by
    request.outcome, request.answer, request.proof = outcome, answer, proof
    with signed_by(by), typed_violations():
        request.save()
    return request


@transaction.atomic
def extend_request(*, by: User, request: PersonRequest, on: date) -> PersonRequest:
    """Two months more, the person being told within the first one (RGPD, art. 12.3). Raises ValidationError."""
    request = _open(request)
    if request.extended_on is not None or on > request.due_on:
        raise ValidationError("Le délai ne se prolonge qu’une fois, et avant son terme.", code="late")
    request.extended_on = on
    with signed_by(by), typed_violations():
        request.save()
    return request


def _open(request: PersonRequest) -> PersonRequest:
    rows = PersonRequest.objects.select_for_update(of=("self",)).select_related("household", "person")
    found = rows.get(pk=request.pk)
    if found.answered_on is not None:
        raise ValidationError("Il a déjà été répondu à cette demande.", code="state")
    return found

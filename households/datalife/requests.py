"""What persons ask about their data (C8): the register, and the copy of all that is kept of somebody."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_long
from cias.core.pdf import render_pdf
from cias.core.registry import Facts, Prose, SummaryBlock, Table, summary
from cias.territory.services import get_structure
from households.enums import AssignmentRole
from households.models import Assignment, Household, Membership, NamedAccess, Person, PersonRequest
from households.models.files import on_day
from households.summary import ShownSection, offered_sections, request_for, shown_sections

NOBODY = "Aucun agent du travail social ne peut ouvrir ce dossier : nommez d’abord un référent."
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
    """Whose eyes the copy is made with: the référent's, or another social worker's who may enter the file.

    The dpo, who hands it over, reads no file. Raises ValidationError when nobody can.
    """
    workers = User.objects.filter(is_active=True, role=Role.SOCIAL_WORKER).order_by("pk")
    today = timezone.localdate()
    if household.is_protected:
        named = NamedAccess.objects.filter(
            protection__household=household, protection__end=None, end=None
        ).values("agent")
        workers = workers.filter(pk__in=named)
    mains = Assignment.objects.filter(on_day(today), household=household, role=AssignmentRole.MAIN).values(
        "agent"
    )
    reader = workers.filter(pk__in=mains).first() or workers.first()
    if reader is None:
        raise ValidationError(NOBODY, code="reader")
    return reader


def make_copy(*, asked: PersonRequest, moment: datetime) -> Copy:
    """The copy a request of access gives right to. Raises ValidationError when nobody may read the file."""
    household, person = asked.household, asked.person
    reader = reader_of(household)
    day = timezone.localtime(moment).date()
    request = request_for(household, reader, person=person, masked=True, today=day)
    # A summary offers the household's own sections to who has read them; here every app tells what it keeps.
    codes = [code for code, _section in offered_sections(household, reader)]
    return Copy(household, person, shown_sections(replace(request, user=reader), codes), moment)


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


def section_count() -> int:
    """How many sections all the apps offer together."""
    return len(list(summary))


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

"""The copy of all that is kept of a person (C8; RGPD, art. 15): as PDF to read, as JSON, and their documents."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core import copying
from cias.core.forms import format_phone
from cias.core.french import date_long
from cias.core.pdf import render_pdf
from cias.core.registry import Facts, Prose, SummaryBlock, Table, summary
from cias.territory.services import get_structure
from households.datalife.gathering import Gathering, Stay, Told, everything_left_out
from households.datalife.telling import Teller, in_order, label_of, title_of
from households.enums import AssignmentRole, NoteLevel
from households.models import (
    Address,
    Assignment,
    Document,
    Household,
    Membership,
    NamedAccess,
    Note,
    Person,
    PersonRequest,
)
from households.models.closed import closed_to
from households.models.files import on_day
from households.models.levels import reads_circle
from households.summary import HIDDEN, ShownBlock, ShownSection, hider, request_for, third_parties

NOBODY = "Aucun agent du travail social ne peut ouvrir ce dossier : nommez d’abord un référent."
NO_CIRCLE = (
    "Ce dossier a des notes ou des documents de cercle, et personne ne le suit : nommez d’abord un référent."
)
NOT_OF_THE_CIRCLE = (
    "Ce dossier a des notes ou des documents de cercle : la copie est faite par un agent qui le suit, ou par le "
    "délégué à la protection des données."
)
MENTIONS = (
    "Ce qui concerne d’autres personnes est masqué (CRPA, art. L311-6 ; RGPD, art. 15.4).",
    "Les notes de la psychologue et les notes personnelles d’un agent ne sont lues que par leur auteur\u00a0: "
    "demandez-les-lui.",
    "Un dossier dont l’accès est protégé se demande à l’agent nommé sur ce dossier.",
)
COMPOSITION = "composition"
_KINDS: dict[type, str] = {Facts: "facts", Table: "table", Prose: "prose"}


@dataclass(frozen=True)
class Copy:
    """All that is kept of a person: what hangs from them and from each household they belonged to, chapter by chapter.

    `households` begins with the file the request is about; `people` is who lived there, masked.
    """

    person: Person
    households: list[Household]
    chapters: list[tuple[str, list[Told]]]
    people: list[SummaryBlock]
    teller: Teller
    moment: datetime

    @property
    def number(self) -> str:
        return self.households[0].number

    @property
    def documents(self) -> list[Document]:
        """Those the copy tells of, whose file is still there."""
        rows = [told.row for _title, some in self.chapters for told in some]
        return [row for row in rows if isinstance(row, Document) and row.purged_at is None]


def reader_of(household: Household) -> User:
    """Who looks after the file: the référent, another agent of the circle, or another social worker who may open it.

    Raises ValidationError when nobody can.
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


def refuse_half_a_copy(*, by: User, household: Household) -> None:
    """What the circle keeps goes into the copy; to ask for one does not open it to an agent who is not of the circle.

    Raises ValidationError.
    """
    kept = Q(household=household, level=NoteLevel.CIRCLE)
    if not (Note.objects.filter(kept).exists() or Document.objects.filter(kept).exists()):
        return
    if not reads_circle(household, reader_of(household), "notes.view"):
        raise ValidationError(NO_CIRCLE, code="reader")
    if by.scope("notes.view") is not None and not reads_circle(household, by, "notes.view"):
        raise ValidationError(NOT_OF_THE_CIRCLE, code="circle")


def make_copy(*, by: User, asked: PersonRequest, moment: datetime) -> Copy:
    """The copy a request of access gives right to, of every household the person belonged to that `by` may know of.

    Raises ValidationError when something is kept within a circle that `by` works beside, or that nobody looks after.
    """
    person, day = asked.person, timezone.localtime(moment).date()
    households = households_of(by, asked)
    for household in households:
        refuse_half_a_copy(by=by, household=household)
    stays = {household.pk: stay_in(household, person, day) for household in households}
    hidden = {household.pk for household in households if household.address_hidden}
    gathering = Gathering(person, stays, hidden=hidden)
    hide = masking(households, person)
    chapters: dict[copying.Chapter, list[Told]] = {}
    for told in gathering.told():
        chapter = copying.chapters.get(told.model._meta.label, copying.OTHER)
        chapters.setdefault(chapter, []).append(told)
    ordered = sorted(chapters.items(), key=lambda item: item[0].position)
    return Copy(
        person=person,
        households=households,
        chapters=[(chapter.title, _by_table(rows)) for chapter, rows in ordered],
        people=[block for one in households for block in _people(one, by, person, stays[one.pk], day)],
        teller=Teller(gathering.selves, hide),
        moment=moment,
    )


def _by_table(rows: list[Told]) -> list[Told]:
    """As the chapter declares its tables, each in the order of its days."""
    ranks = {label: rank for rank, label in enumerate(copying.chapters)}
    return sorted(in_order(rows), key=lambda one: ranks.get(one.model._meta.label, len(ranks)))


def households_of(by: User, asked: PersonRequest) -> list[Household]:
    """The file the request is about, then the others the person belonged to, unless closed to `by` or ended."""
    keys = Membership.objects.filter(person=asked.person).exclude(household__in=closed_to(by))
    others = Household.objects.filter(pk__in=keys.order_by().values("household"), anonymised_on=None)
    return [asked.household, *others.exclude(pk=asked.household_id).order_by("-opened_on", "pk")]


def stay_in(household: Household, person: Person, today: date) -> Stay:
    """The days the person belonged to the household: what came before or after is about the others."""
    rows = list(household.memberships.filter(person=person).values_list("start", "end"))
    first = min((start for start, _end in rows), default=None)
    ends = [end for _start, end in rows if end is not None and end < today]
    return Stay(
        since=first if first is not None and first > household.opened_on else None,
        until=max(ends) if ends and len(ends) == len(rows) else None,
    )


def masking(households: list[Household], person: Person) -> Callable[[str], str]:
    """Hides in a text third parties' names, telephones and addresses of mail, and an address that is hidden."""
    hiders = [hider(household, person) for household in households]
    own = {person.phone, person.second_phone, person.email}
    words: set[str] = set()
    for household in households:
        for other in third_parties(household, person):
            words |= {one for one in (other.phone, other.second_phone, other.email) if one and one not in own}
        if household.address_hidden:
            streets = Address.objects.filter(household=household).exclude(street="")
            words |= set(streets.values_list("street", flat=True))
    forms = {form for word in words for form in _written(word)}
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))), re.IGNORECASE)

    def hide(text: str) -> str:
        for one in hiders:
            text = one(text)
        return pattern.sub(HIDDEN, text) if forms else text

    return hide


def _written(word: str) -> set[str]:
    """The ways a telephone is written; an address as it is."""
    if not word.startswith("+"):
        return {word}
    shown = format_phone(word)
    return {word, shown, *(shown.replace("\u00a0", sign) for sign in (" ", ".", ""))}


def _people(
    household: Household, by: User, person: Person, stay: Stay, today: date
) -> Iterator[SummaryBlock]:
    """Who lives there, without naming them, as the printed summary says it."""
    request = request_for(household, by, person=person, masked=True, today=stay.until or today)
    request = replace(request, until=stay.until)
    sections = {code: section for code, section in summary.items() if code == COMPOSITION}
    for section in sections.values():
        yield from section.blocks(request)


def copy_pdf(copy: Copy) -> bytes:
    structure, day = get_structure(), timezone.localtime(copy.moment).date()
    sections = list(_sections(copy))
    context = {
        "structure": structure,
        "household": copy.households[0],
        "about": copy.person.full_name,
        "masked": True,
        "cover": [
            (
                "Dossiers" if copy.households[1:] else "Dossier",
                ", ".join(one.number for one in copy.households),
            ),
            ("Établie le", date_long(day, weekday=False)),
            ("Fondement", "Droit d’accès (RGPD, art. 15)"),
            ("Contenu", ", ".join(section.title for section in sections)),
            ("À savoir", " ".join(MENTIONS)),
        ],
        "sections": sections,
    }
    return render_pdf(
        render_to_string("households/pdf/summary.html", context),
        title=f"Copie de vos données, dossier {copy.number}",
        author=structure.name,
        moment=copy.moment,
    )


def _sections(copy: Copy) -> Iterator[ShownSection]:
    """The chapters that have something to say, then what the copy leaves out."""
    for title, rows in copy.chapters:
        blocks = list(copy.teller.listed(rows))
        if any(told.model is Household for told in rows):
            blocks += copy.people
        if blocks:
            yield _section(title, blocks)
    reasons = list(dict.fromkeys(because for _model, _name, because in everything_left_out()))
    text = "\n\n".join(f"• {because}" for because in reasons)
    history = (
        "Qui a consulté votre dossier, et les corrections successives, se demandent au délégué à la protection des "
        "données."
    )
    yield _section(
        "Ce qui n’est pas dans cette copie",
        [Prose(title="Pourquoi", text=f"{text}\n\n{history}")],
    )


def _section(title: str, blocks: list[SummaryBlock]) -> ShownSection:
    return ShownSection(title, title, [ShownBlock(_KINDS[type(block)], block) for block in blocks])


def copy_json(copy: Copy) -> str:
    """The same for a machine (RGPD, art. 15.3: a commonly used electronic form), column by column."""
    left_out: dict[str, list[str]] = {}
    for model, name, because in everything_left_out():
        column = label_of(model._meta.get_field(name)) if name else ""
        left_out.setdefault(because.value, []).append(
            f"{title_of(model)}\u00a0: {column}" if name else title_of(model)
        )
    content = {
        "organisme": get_structure().name,
        "dossiers": [household.number for household in copy.households],
        "personne": copy.person.full_name,
        "date": timezone.localtime(copy.moment).date().isoformat(),
        "mentions": list(MENTIONS),
        "chapitres": [
            {"titre": title, "elements": [copy.teller.machine(told) for told in rows]}
            for title, rows in copy.chapters
        ],
        "composition": [_plain(block) for block in copy.people],
        "non_communique": [
            {"raison": because, "donnees": list(dict.fromkeys(names))} for because, names in left_out.items()
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _plain(block: SummaryBlock) -> dict[str, Any]:
    if not isinstance(block, Table):
        raise TypeError("Who lives in a household is told as tables.")
    rows = [[str(cell) for cell in row] for row in block.rows]
    return {"titre": block.title, "colonnes": list(block.header), "lignes": rows}

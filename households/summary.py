"""The printed summary of a file: which sections a reader may print, and what a copy for the person hides (H16)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from cias.accounts.models import User
from cias.core.french import date_long, time_fr
from cias.core.pdf import render_pdf
from cias.core.registry import Facts, Prose, SummaryBlock, SummaryRequest, SummarySection, Table, summary
from cias.core.text import unaccent
from cias.territory.services import get_structure
from households.models import Household, Person, PersonLink

HIDDEN = "[tiers]"
SHORTEST_NAME = 3  # shorter ones stand inside too many words


@dataclass(frozen=True)
class ShownBlock:
    """A block ready for the template."""

    kind: str
    block: SummaryBlock


@dataclass(frozen=True)
class ShownSection:
    code: str
    title: str
    blocks: list[ShownBlock]


def offered_sections(household: Household, user: User) -> list[tuple[str, SummarySection]]:
    """The sections `user` may print of this file today, in their order."""
    offered = [(code, section) for code, section in summary.items() if section.may_read(household, user)]
    return sorted(offered, key=lambda row: row[1].position)


def third_parties(household: Household, person: Person) -> list[Person]:
    """Everybody of the file but `person`: who lives there, used to, or is linked to one of them."""
    members = household.memberships.values("person")
    linked = PersonLink.objects.filter(Q(person__in=members) | Q(other__in=members))
    ends = [row for pair in linked.values_list("person", "other") for row in pair]
    known = Person.objects.filter(Q(pk__in=members) | Q(pk__in=ends))
    return list(known.exclude(pk=person.pk))


def hider(household: Household, person: Person) -> Callable[[str], str]:
    """A function that hides in a text the names of the file's third parties, written with or without accents.

    Names the person bears too stay. Free text may name others: who hands the copy over reads it first.
    """
    own = {unaccent(name) for name in _names(person)}
    names = {
        unaccent(name)
        for other in third_parties(household, person)
        for name in _names(other)
        if len(name) >= SHORTEST_NAME
    } - own
    if not names:
        return str
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    def hide(text: str) -> str:
        plain = unaccent(text)
        if len(plain) != len(text):  # a ligature shifts the letters: give up on accents rather than on hiding
            plain, text = unaccent(text), unaccent(text)
        pieces, end = [], 0
        for match in pattern.finditer(plain):
            pieces += [text[end : match.start()], HIDDEN]
            end = match.end()
        return re.sub(
            rf"(?:{re.escape(HIDDEN)}\s+)+{re.escape(HIDDEN)}", HIDDEN, "".join([*pieces, text[end:]])
        )

    return hide


def _names(person: Person) -> list[str]:
    firsts = [name.strip(", ") for name in person.first_names.split(" ")]
    return [name for name in (person.birth_name, person.usual_name, *firsts) if name]


def request_for(
    household: Household, user: User, *, person: Person | None, masked: bool, today: date
) -> SummaryRequest:
    request = SummaryRequest(subject=household, user=user, today=today, person=person, masked=masked)
    if masked and person is not None:
        return replace(request, hide=hider(household, person))
    return request


def shown_sections(request: SummaryRequest, codes: list[str]) -> list[ShownSection]:
    """The chosen sections that the user may read, with their blocks; an empty one says so in the template."""
    return [
        ShownSection(
            code, section.title, [ShownBlock(_KINDS[type(one)], one) for one in section.blocks(request)]
        )
        for code, section in offered_sections(request.subject, request.user)
        if code in codes
    ]


_KINDS: dict[type, str] = {Facts: "facts", Table: "table", Prose: "prose"}


def summary_pdf(request: SummaryRequest, codes: list[str], moment: datetime) -> bytes:
    """The summary as PDF: a cover, then the chosen sections."""
    household, structure = request.subject, get_structure()
    sections = shown_sections(request, codes)
    local = timezone.localtime(moment)
    about = request.person.full_name if request.person else str(household)
    cover = [
        ("Ménage", household.number),
        ("Établie le", f"{date_long(local.date(), weekday=False)} à {time_fr(local)}"),
        ("Par", f"{request.user.full_name}, {request.user.function}"),
        ("Contenu", ", ".join(section.title for section in sections)),
        ("Usage", _usage(request)),
    ]
    context = {
        "structure": structure,
        "household": household,
        "about": about,
        "masked": request.masked,
        "cover": cover,
        "sections": sections,
    }
    return render_pdf(
        render_to_string("households/pdf/summary.html", context),
        title=f"Synthèse {household.number}",
        author=structure.name,
        moment=moment,
    )


def _usage(request: SummaryRequest) -> str:
    if request.masked:
        return (
            "Copie remise à la personne ; ce qui concerne des tiers est masqué "
            "(Code des relations entre le public et l’administration, art. L311-6)."
        )
    return "Document confidentiel, couvert par le secret professionnel (Code pénal, art. 226-13)."

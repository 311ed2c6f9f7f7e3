"""Who reads which note, through which channel: one table of relations, one table of channels (H8, C3; peers.md, T1).

A page, an export or a print that could carry a note adds its line to CHANNELS, and is tested against everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

import pytest
from django.urls import reverse

from appointments.services.feed import open_feed
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import state_reason
from cias.core.periods import PARIS
from cias.core.registry import collect_timeline, collect_work
from households.enums import AssignmentRole, NoteLevel, ProtectionReason
from households.history import household_changes, note_versions
from households.models import Household, Note
from households.services import (
    assign_referent,
    break_glass,
    edit_note,
    end_assignment,
    open_household,
    protect_household,
    save_draft,
    write_note,
)
from tests.access.reading import text_of
from tests.client import StrictClient
from tests.factories import AppointmentFactory, RightsFileFactory, UserFactory
from tests.households.people import INES

pytestmark = pytest.mark.django_db

TEAM, CIRCLE, PERSONAL = NoteLevel
CANARIES = {level: f"canari-{level.value}" for level in NoteLevel}
DRAFTS = {level: f"brouillon-{level.value}" for level in NoteLevel}
OPENED = date(2024, 3, 4)

# Who reads which levels of the author's notes. « protected »: the file is closed to all but the colleague who protected
# it; being its référent or the author of a note does not open it.
RELATIONS: dict[str, set[NoteLevel]] = {
    "author": {TEAM, CIRCLE, PERSONAL},
    "main": {TEAM, CIRCLE},
    "other": {TEAM, CIRCLE},
    "cover": {TEAM, CIRCLE},
    "former": {TEAM},
    "colleague": {TEAM},
    "direction": set(),
    "direction, reason": {TEAM},
    "direction, emergency": {TEAM, CIRCLE},
    "accueil": set(),
    "psy": set(),
    "psy outside": set(),
    "ca": set(),
    "dpo": set(),
    "admin": set(),
    "protected: author": set(),
    "protected: main": set(),
    "protected: direction, reason": set(),
    "protected: accueil": set(),
    "protected: colleague": set(),
    "protected: colleague, emergency": {TEAM},
    "protected: direction, emergency": {TEAM, CIRCLE},
    "protected: keeper": {TEAM},
}  # fmt: skip


class Who(Enum):
    """Whom a channel may show the notes to, at most."""

    READERS = auto()
    AUTHOR = auto()
    NOBODY = auto()


@dataclass
class Reader:
    """Somebody in front of a household with one note of each level."""

    user: User
    client: StrictClient
    household: Household
    notes: dict[NoteLevel, Note]

    def page(self, name: str, *args: object, query: str = "") -> str:
        response = self.client.get(f"{reverse(name, args=args)}{query}")
        return text_of(response) if response.status_code == 200 else ""

    def each(self, name: str) -> str:
        return "".join(self.page(name, note.pk) for note in self.notes.values())

    def appointments(self, name: str) -> str:
        rows = self.household.appointments.order_by("start")
        return "".join(self.page(name, row.pk) for row in rows)


def _queryset(reader: Reader) -> str:
    visible = Note.objects.for_user(reader.user, reader.household.pk)
    return " ".join(visible.values_list("text", flat=True))


def _queryset_of_all(reader: Reader) -> str:
    """Without naming the household, as lists do; the direction states its reason for one file at a time."""
    if reader.user.role == Role.DIRECTOR:
        return _queryset(reader)
    return " ".join(Note.objects.for_user(reader.user).values_list("text", flat=True))


def _timeline(reader: Reader) -> str:
    if not Household.objects.for_user(reader.user).filter(pk=reader.household.pk).exists():
        return ""
    return " ".join(item.text for item in collect_timeline(reader.household, reader.user))


def _changes(reader: Reader) -> str:
    return str(household_changes(reader.household, reader.user))


def _versions(reader: Reader) -> str:
    """Asked for a note one reads: versions are shown on its page only."""
    visible = Note.objects.for_user(reader.user, reader.household.pk)
    return "".join(str(note_versions(note, reader.user)) for note in visible)


def _search(reader: Reader) -> str:
    found = ""
    for canary in CANARIES.values():
        answer = text_of(reader.client.post(reverse("households:search"), {"q": canary}))
        found += answer.replace(f"« {canary} »", "").replace(f'value="{canary}"', "")
    return found


def _work(reader: Reader) -> str:
    return str(collect_work(reader.user, date(2026, 11, 24)))


def _feed(reader: Reader) -> str:
    return reader.page("appointments:feed", open_feed(by=reader.user)) if reader.user.has_agenda else ""


def _day_sheet(reader: Reader) -> str:
    agent = reader.household.appointments.order_by("start")[0].agent
    return reader.page("appointments:day_sheet", agent.pk, query="?jour=2026-11-24")


def _slip(reader: Reader) -> str:
    file = reader.household.rights_files.get()
    return reader.page("rights:slip", file.pk) + reader.page("rights:missing_pieces", file.pk)


CHANNELS: dict[str, tuple[Who, Callable[[Reader], str]]] = {
    "queryset of the household": (Who.READERS, _queryset),
    "queryset of everything": (Who.READERS, _queryset_of_all),
    "note page": (Who.READERS, lambda reader: reader.each("households:note")),
    "note versions": (Who.READERS, _versions),
    "timeline": (Who.READERS, _timeline),
    "household page": (
        Who.READERS, lambda reader: reader.page("households:detail", reader.household.pk, query="?tout=1"),
    ),
    "write history": (Who.READERS, lambda reader: _changes(reader) if _enters(reader) else ""),
    "history tab": (Who.READERS, lambda reader: reader.page("households:history", reader.household.pk)),
    "note edit": (Who.AUTHOR, lambda reader: reader.each("households:note_edit")),
    "appointment page": (Who.NOBODY, lambda reader: reader.appointments("appointments:detail")),
    "appointment letter": (
        Who.NOBODY, lambda reader: reader.page("appointments:letter", reader.household.appointments.latest("start").pk),
    ),
    "search": (Who.NOBODY, _search),
    "work list": (Who.NOBODY, _work),
    "work page": (Who.NOBODY, lambda reader: reader.page("dashboard:work")),
    "day sheet": (Who.NOBODY, _day_sheet),
    "calendar feed": (Who.NOBODY, _feed),
    "rights letters": (Who.NOBODY, _slip),
    "readings": (Who.NOBODY, lambda reader: reader.page("households:readings", reader.household.pk)),
    "read log": (Who.NOBODY, lambda reader: reader.page("audit:log") + reader.page("audit:export")),
    "own readings": (Who.NOBODY, lambda reader: reader.page("audit:mine")),
}  # fmt: skip


def _enters(reader: Reader) -> bool:
    return Household.objects.for_user(reader.user).filter(pk=reader.household.pk).exists()


@pytest.fixture
def author(claire: User) -> User:
    return claire


@pytest.fixture
def agents(author: User, mehdi: User, isabelle: User, nadege: User, hugo: User, francoise: User, david: User,
           armelle: User) -> dict[str, User]:  # fmt: skip
    named = {
        name: UserFactory(
            first_name=name.capitalize(), last_name="Agent", email=f"{name}@cias.test", has_agenda=True
        )
        for name in ("other", "cover", "former", "colleague", "keeper")
    }
    outside = UserFactory(role=Role.PSYCHOLOGIST, email="dehors@cias.test", has_agenda=True)
    return named | {
        "author": author, "main": mehdi, "direction": isabelle, "accueil": nadege, "psy": hugo, "psy outside": outside,
        "ca": francoise, "dpo": david, "admin": armelle,
    }  # fmt: skip


@pytest.fixture
def household(agents: dict[str, User]) -> Household:
    """Looked after by its circle; one note of each level by the author, corrected once, and a draft of each."""
    author = agents["author"]
    household = open_household(by=author, applicant=INES, opened_on=OPENED, referent=agents["main"])
    beside = (
        ("other", AssignmentRole.OTHER),
        ("cover", AssignmentRole.COVER),
        ("former", AssignmentRole.OTHER),
        ("psy", AssignmentRole.OTHER),
    )
    for name, role in beside:
        given = assign_referent(by=author, household=household, agent=agents[name], on=OPENED, role=role)
        if name == "former":
            end_assignment(by=author, assignment=given, end=date(2026, 11, 20))
    for hour, level in enumerate(NoteLevel):
        note = write_note(
            author=author, household=household, held_on=date(2026, 11, 18), means="office", level=level,
            text=f"{CANARIES[level]}, première version",
        )  # fmt: skip
        note.text = CANARIES[level]
        edit_note(by=author, note=note, persons=[])
        save_draft(author=author, household=household, note=note, values={"text": [DRAFTS[level]]})
        start = datetime(2026, 11, 24, 14 + hour, tzinfo=PARIS)
        AppointmentFactory(agent=author, household=household, note=note, start=start)
    RightsFileFactory(household=household, applicant=household.memberships.get().person, agent=author)
    return household


@pytest.fixture
def reader(request: pytest.FixtureRequest, agents: dict[str, User], household: Household,
           login: Callable[[User], StrictClient]) -> Reader:  # fmt: skip
    relation: str = request.param
    if protected := relation.startswith("protected: "):
        relation = relation.removeprefix("protected: ")
    name, _, opened = relation.partition(", ")
    user = agents[name]
    if protected:
        protect_household(by=agents["keeper"], household=household, reason=ProtectionReason.VIOLENCE)
    if opened == "reason":
        state_reason(user=user, subject_id=household.pk, reason="Absence du référent")
    if opened == "emergency":
        break_glass(by=user, household=household, reason="Danger pour une personne du ménage")
    notes = {NoteLevel(note.level): note for note in household.notes.all()}
    return Reader(user, login(user), household, notes)


@pytest.mark.parametrize(("reader", "readable"), RELATIONS.items(), indirect=["reader"], ids=list(RELATIONS))
def test_each_level_is_read_by_those_of_the_table_through_every_channel(
    reader: Reader, readable: set[NoteLevel]
) -> None:
    """A draft comes back to its author alone, on the page where it was typed."""
    writes = set(NoteLevel) if readable == set(NoteLevel) else set()
    wrong = []
    for channel, (who, read) in CHANNELS.items():
        text = read(reader)
        found = {level for level, canary in CANARIES.items() if canary in text}
        drafts = {level for level, draft in DRAFTS.items() if draft in text}
        if who is Who.AUTHOR:
            expected = (found & writes, writes)
        else:
            expected = (readable if who is Who.READERS else set(), set())
        if (found, drafts) != expected:
            wrong.append((channel, found, drafts, expected))
    assert wrong == []

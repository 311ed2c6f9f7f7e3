"""Who reads which note and which document, through which channel: one table of relations, one table of channels (H8,
H10, C3; peers.md, T1).

A page, an export or a print that could carry one adds its line to CHANNELS, and is tested against everybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from appointments.services.feed import open_feed
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import state_reason
from cias.core.periods import PARIS
from cias.core.registry import collect_timeline, merge_keys, summary
from cias.lists.models import ExportRun
from households.enums import AssignmentRole, NoteLevel, ProtectionReason
from households.history import document_versions, household_changes, note_versions
from households.letters.context import LetterContext
from households.listing import HOUSEHOLDS
from households.models import Document, Household, Note
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
from households.summary import offered_sections
from households.team import own_work
from tests.access.reading import text_of
from tests.access.walking import paper_as_words
from tests.client import StrictClient
from tests.factories import AppointmentFactory, DocumentFactory, RightsFileFactory, UserFactory
from tests.households.people import INES

pytestmark = pytest.mark.django_db

TEAM, CIRCLE, PERSONAL = NoteLevel
CANARIES = {level: f"canari-{level.value}" for level in NoteLevel}
TITLES = {level: f"canari-document-{level.value}" for level in NoteLevel}
THEMES = {TEAM: "budget", CIRCLE: "justice", PERSONAL: "health"}
DRAFTS = {level: f"brouillon-{level.value}" for level in NoteLevel}
OPENED, TODAY = date(2024, 3, 4), date(2026, 11, 24)

# Who reads which levels of the author's notes and documents. « protected »: the file is closed to all but the colleague
# who protected it; being its référent or the author of a note does not open it.
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
    """Whom a channel shows them to: all their readers, some of them at most, their author, nobody."""

    READERS = auto()
    SOME = auto()
    AUTHOR = auto()
    NOBODY = auto()


@dataclass
class Reader:
    """Somebody in front of a household with one note and one document of each level."""

    user: User
    client: StrictClient
    household: Household
    notes: dict[NoteLevel, Note]
    documents: dict[NoteLevel, Document]

    def page(self, name: str, *args: object, query: str = "") -> str:
        response = self.client.get(f"{reverse(name, args=args)}{query}")
        return text_of(response) if response.status_code == 200 else ""

    def each(self, name: str) -> str:
        return "".join(self.page(name, note.pk) for note in self.notes.values())

    def each_document(self, name: str) -> str:
        return "".join(self.page(name, document.pk) for document in self.documents.values())

    def opened(self, name: str) -> str:
        """The titles of the documents whose file is given: the file itself is a picture, or anybody's words."""
        return "".join(
            TITLES[level]
            for level, document in self.documents.items()
            if self.client.get(reverse(name, args=[document.pk])).status_code == 200
        )

    @property
    def enters(self) -> bool:
        return Household.objects.for_user(self.user).filter(pk=self.household.pk).exists()

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
    if not reader.enters:
        return ""
    return " ".join(f"{item.title} {item.text}" for item in collect_timeline(reader.household, reader.user))


def _changes(reader: Reader) -> str:
    return str(household_changes(reader.household, reader.user))


def _versions(reader: Reader) -> str:
    """Asked for a note one reads: versions are shown on its page only."""
    visible = Note.objects.for_user(reader.user, reader.household.pk)
    return "".join(str(note_versions(note, reader.user)) for note in visible)


def _search(reader: Reader) -> str:
    found = ""
    for canary in (*CANARIES.values(), *TITLES.values()):
        answer = text_of(reader.client.post(reverse("households:search"), {"q": canary}))
        found += answer.replace(f"« {canary} »", "").replace(f'value="{canary}"', "")
    return found


def _work(reader: Reader) -> str:
    return str(own_work(reader.user, TODAY))


def _feed(reader: Reader) -> str:
    return reader.page("appointments:feed", open_feed(by=reader.user)) if reader.user.has_agenda else ""


def _day_sheet(reader: Reader) -> str:
    agent = reader.household.appointments.order_by("start")[0].agent
    return reader.page("appointments:day_sheet", agent.pk, query="?jour=2026-11-24")


def _summary(reader: Reader) -> str:
    """What is offered, printed in one go; then each section that is not, asked for all the same."""
    if not reader.enters:
        return reader.page("households:summary", reader.household.pk, query="?sections=notes_team&imprimer=1")
    offered = [code for code, _section in offered_sections(reader.household, reader.user)]
    forged = [code for code, _section in summary.items() if code not in offered]
    asked = [offered, *([code] for code in forged)]
    return "".join(
        reader.page(
            "households:summary",
            reader.household.pk,
            query=f"?{urlencode({'sections': codes, 'imprimer': '1'}, doseq=True)}",
        )
        for codes in asked
    )


def _by_theme(reader: Reader) -> str:
    """The levels whose theme, asked of the list, finds the household."""
    found = ""
    for level, theme in THEMES.items():
        response = reader.client.get(f"{reverse('households:list')}?theme={theme}")
        if response.status_code != 200:
            return ""
        state, rows = response.context["state"], response.context["rows"]
        if "theme" in state.values and reader.household in rows:
            found += CANARIES[level]
    return found


def _export(reader: Reader) -> str:
    """Every column the reader may take away: without names of the whole list, with them of whom they may name."""
    columns = HOUSEHOLDS.exported_to(reader.user)
    plain, named = ([one.code for one in columns if one.named is wanted] for wanted in (False, True))
    reason = {"choice": "Bilan d’activité", "text": "", "columns": plain, "file_format": "csv"}
    nameable = "?vue=aucune" if reader.user.role == Role.DIRECTOR else "?referent=moi"
    address = reverse("lists:export", args=["households"])
    reader.client.post(f"{address}?vue=aucune", reason)
    reader.client.post(f"{address}{nameable}", {**reason, "named": named})
    runs = ExportRun.objects.filter(requested_by=reader.user)
    return "".join(reader.page("lists:export_download", run.pk) for run in runs) + reader.page(
        "lists:exports"
    )


def _merge_keys(reader: Reader) -> str:
    """What a letter may draw from the file, for who may write one: every key of every app, then the pages."""
    if not reader.enters or not reader.user.has_perm("letters.write"):
        return reader.page("households:letter_create", reader.household.pk)
    person = reader.household.memberships.get().person
    context = LetterContext(reader.household, reader.user, TODAY, person)
    words = " ".join(key.value(context) for key in merge_keys)
    return words + reader.page("households:letter_create", reader.household.pk)


def _slip(reader: Reader) -> str:
    file = reader.household.rights_files.get()
    return reader.page("rights:slip", file.pk) + reader.page("rights:missing_pieces", file.pk)


def _documents(reader: Reader) -> str:
    visible = Document.objects.for_user(reader.user, reader.household.pk)
    return " ".join(visible.values_list("title", flat=True))


def _all_documents(reader: Reader) -> str:
    if reader.user.role == Role.DIRECTOR:
        return _documents(reader)
    return " ".join(Document.objects.for_user(reader.user).values_list("title", flat=True))


def _document_versions(reader: Reader) -> str:
    visible = Document.objects.for_user(reader.user, reader.household.pk)
    return "".join(str(document_versions(document, reader.user)) for document in visible)


def _work_on_documents(reader: Reader) -> str:
    """Those that expire, recognised by their address: the title is not told."""
    urls = {item.url for item in own_work(reader.user, TODAY)}
    return "".join(
        TITLES[level]
        for level, document in reader.documents.items()
        if reverse("households:document", args=[document.pk]) in urls
    )


# What each shows of the notes, and of the documents.
CHANNELS: dict[str, tuple[Who, Who, Callable[[Reader], str]]] = {
    "notes' queryset of the household": (Who.READERS, Who.NOBODY, _queryset),
    "notes' queryset of everything": (Who.READERS, Who.NOBODY, _queryset_of_all),
    "note page": (Who.READERS, Who.NOBODY, lambda reader: reader.each("households:note")),
    "note versions": (Who.READERS, Who.NOBODY, _versions),
    "note on paper": (Who.READERS, Who.NOBODY, lambda reader: reader.each("households:note_print")),
    "note edit": (Who.AUTHOR, Who.NOBODY, lambda reader: reader.each("households:note_edit")),
    "theme asked of the list": (Who.SOME, Who.NOBODY, _by_theme),
    "documents' queryset of the household": (Who.NOBODY, Who.READERS, _documents),
    "documents' queryset of everything": (Who.NOBODY, Who.READERS, _all_documents),
    "documents tab": (
        Who.NOBODY, Who.READERS, lambda reader: reader.page("households:documents", reader.household.pk),
    ),
    "document page": (Who.NOBODY, Who.READERS, lambda reader: reader.each_document("households:document")),
    "document versions": (Who.NOBODY, Who.READERS, _document_versions),
    "document thumbnail": (Who.NOBODY, Who.READERS, lambda reader: reader.opened("households:document_thumbnail")),
    "document preview": (Who.NOBODY, Who.READERS, lambda reader: reader.opened("households:document_preview")),
    "document download": (Who.NOBODY, Who.READERS, lambda reader: reader.opened("households:document_download")),
    "document edit": (Who.NOBODY, Who.SOME, lambda reader: reader.each_document("households:document_edit")),
    "document replace": (Who.NOBODY, Who.SOME, lambda reader: reader.each_document("households:document_replace")),
    "timeline": (Who.READERS, Who.READERS, _timeline),
    "household page": (
        Who.READERS, Who.READERS, lambda reader: reader.page("households:detail", reader.household.pk, query="?tout=1"),
    ),
    "write history": (Who.READERS, Who.READERS, lambda reader: _changes(reader) if reader.enters else ""),
    "history tab": (
        Who.READERS, Who.READERS, lambda reader: reader.page("households:history", reader.household.pk),
    ),
    "summary": (Who.READERS, Who.READERS, _summary),
    "work list": (Who.NOBODY, Who.NOBODY, _work),
    "expiries of the work list": (Who.NOBODY, Who.SOME, _work_on_documents),
    "work page": (Who.NOBODY, Who.NOBODY, lambda reader: reader.page("dashboard:work")),
    "search": (Who.NOBODY, Who.NOBODY, _search),
    "export of the list": (Who.NOBODY, Who.NOBODY, _export),
    "merge keys of letters": (Who.NOBODY, Who.NOBODY, _merge_keys),
    "appointment page": (Who.NOBODY, Who.NOBODY, lambda reader: reader.appointments("appointments:detail")),
    "appointment letter": (
        Who.NOBODY, Who.NOBODY,
        lambda reader: reader.page("appointments:letter", reader.household.appointments.latest("start").pk),
    ),
    "day sheet": (Who.NOBODY, Who.NOBODY, _day_sheet),
    "calendar feed": (Who.NOBODY, Who.NOBODY, _feed),
    "rights letters": (Who.NOBODY, Who.NOBODY, _slip),
    "readings": (Who.NOBODY, Who.NOBODY, lambda reader: reader.page("households:readings", reader.household.pk)),
    "read log": (Who.NOBODY, Who.NOBODY, lambda reader: reader.page("audit:log") + reader.page("audit:export")),
    "own readings": (Who.NOBODY, Who.NOBODY, lambda reader: reader.page("audit:mine")),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _paper_as_words() -> Iterator[None]:
    """What would be printed, without drawing it: that takes a second of processor each time."""
    with paper_as_words():
        yield


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
            text=f"{CANARIES[level]}, première version", themes=[THEMES[level]],
        )  # fmt: skip
        note.text = CANARIES[level]
        edit_note(by=author, note=note, persons=[])
        save_draft(author=author, household=household, note=note, values={"text": [DRAFTS[level]]})
        start = datetime(2026, 11, 24, 14 + hour, tzinfo=PARIS)
        AppointmentFactory(agent=author, household=household, note=note, start=start)
        # It expired: it is on the work lists of those who look after the household.
        DocumentFactory(
            household=household,
            author=author,
            level=level,
            title=TITLES[level],
            expires_on=date(2026, 11, 20),
        )
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
    documents = {NoteLevel(document.level): document for document in household.documents.all()}
    return Reader(user, login(user), household, notes, documents)


@pytest.mark.parametrize(("reader", "readable"), RELATIONS.items(), indirect=["reader"], ids=list(RELATIONS))
def test_each_level_is_read_by_those_of_the_table_through_every_channel(
    reader: Reader, readable: set[NoteLevel]
) -> None:
    """A draft comes back to its author alone, on the page where it was typed."""
    writes = set(NoteLevel) if readable == set(NoteLevel) else set()
    wrong = []
    for channel, (of_notes, of_documents, read) in CHANNELS.items():
        text = read(reader)
        for who, canaries in ((of_notes, CANARIES), (of_documents, TITLES)):
            found = {level for level, canary in canaries.items() if canary in text}
            allowed = {Who.READERS: readable, Who.SOME: found & readable, Who.AUTHOR: found & writes}.get(
                who, set()
            )
            if found != allowed:
                wrong.append((channel, found, allowed))
        drafts = {level for level, draft in DRAFTS.items() if draft in text}
        if drafts != (writes if of_notes is Who.AUTHOR else set()):
            wrong.append((channel, "drafts", drafts))
    assert wrong == []


@pytest.mark.parametrize("reader", ["main", "colleague", "direction, reason"], indirect=True)
def test_the_channels_answer(reader: Reader) -> None:
    """One that answers nothing to anybody would let everything through unseen."""
    number, client = reader.household.number, reader.client
    assert number in _summary(reader)
    assert number in _export(reader)
    named = ExportRun.objects.get(requested_by=reader.user, is_named=True)
    assert named.rows == (0 if reader.user.last_name == "Agent" else 1), "a colleague names nobody"
    assert number in reader.page("households:documents", reader.household.pk)
    if reader.user.role == Role.SOCIAL_WORKER:
        assert "Moreira" in _merge_keys(reader)
        assert client.get(f"{reverse('households:list')}?theme=budget").context["state"].values

"""Documents (H10): what is kept, how, who may read it, and what happens when something goes wrong."""

import base64
import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import state_reason
from cias.core import vault
from cias.core.crypto import CannotDecryptError
from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from cias.core.uploads import SafeFile, ScanState, child
from cias.core.vault import MissingFileError
from households.enums import AssignmentRole, DocumentState, NoteLevel
from households.models import Document, Household
from households.services import (
    DocumentData,
    add_documents,
    assign_referent,
    edit_document,
    open_household,
    read_document,
    replace_document,
    restore_document,
    retire_document,
    store_document,
)
from households.services.documents import VAULT, purge_documents, sweep_files
from households.tasks import tidy_documents
from tests.core import received
from tests.factories import HouseholdFactory, UserFactory
from tests.households.people import INES

pytestmark = pytest.mark.django_db
TEAM, CIRCLE, PERSONAL = NoteLevel
MARKER = b"canari-contenu"


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def household(claire: User, mehdi: User) -> Household:
    """Looked after by Mehdi."""
    return open_household(by=claire, applicant=INES, opened_on=date(2024, 3, 4), referent=mehdi)


def safe(content: bytes = MARKER) -> SafeFile:
    return SafeFile(
        child.PDF, content, 1, b"preview " + content, b"thumbnail " + content, ScanState.NOT_SCANNED
    )


def add(by: User, household: Household, content: bytes = MARKER, **data) -> Document:
    values = DocumentData(**{"kind": "tax", **data})
    return add_documents(by=by, household=household, files=[safe(content)], data=values).documents[0]


def files_of(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def content_of(document: Document, part: str = "content") -> bytes:
    return b"".join(read_document(document, part))


class TestKeeping:
    def test_what_is_kept_is_unreadable_on_disk_and_comes_back(
        self, claire: User, household: Household, media: Path
    ) -> None:
        document = add(claire, household)
        files = files_of(media)
        assert len(files) == 3
        for path in files:
            assert MARKER not in path.read_bytes()
            assert path.stat().st_mode & 0o077 == 0
            assert str(document.pk) not in path.name
            assert household.number not in path.name
        assert content_of(document) == MARKER
        assert content_of(document, "preview") == b"preview " + MARKER
        assert (document.size, document.pages) == (len(MARKER), 1)

    def test_a_file_moved_to_another_row_does_not_open(self, claire: User, household: Household) -> None:
        first, second = add(claire, household), add(claire, household, b"autre")
        VAULT.path(second.file_name("content")).write_bytes(
            VAULT.path(first.file_name("content")).read_bytes()
        )
        with pytest.raises(CannotDecryptError):
            content_of(second)
        VAULT.path(first.file_name("content")).write_bytes(
            VAULT.path(first.file_name("preview")).read_bytes()
        )
        with pytest.raises(CannotDecryptError):
            content_of(first)

    def test_a_missing_file_is_told(self, claire: User, household: Household) -> None:
        document = add(claire, household)
        VAULT.delete(document.file_name("content"))
        with pytest.raises(MissingFileError):
            content_of(document)

    def test_a_name_cannot_lead_elsewhere(self) -> None:
        with pytest.raises(ValueError):
            VAULT.path("../../etc/passwd")

    def test_several_files_of_one_sending(self, claire: User, household: Household) -> None:
        data = DocumentData(kind="resources", title="Bulletins", level=CIRCLE, expires_on=date(2027, 1, 1))
        added = add_documents(by=claire, household=household, files=[safe(b"1"), safe(b"2")], data=data)
        assert [str(document) for document in added.documents] == ["Bulletins (1/2)", "Bulletins (2/2)"]
        assert {(row.level, row.expires_on) for row in added.documents} == {(CIRCLE, date(2027, 1, 1))}

    def test_a_letter_of_ours_is_kept_once_byte_for_byte(self, claire: User, household: Household) -> None:
        letter = received.pdf(pages=2)
        kept = [
            store_document(
                by=claire, household=household, content=letter, kind="letter", title="Convocation", level=TEAM
            )
            for _ in range(2)
        ]
        assert kept[0] == kept[1]
        assert content_of(kept[0]) == letter
        assert (kept[0].pages, kept[0].scan) == (2, ScanState.MADE_HERE)


class TestWhenTheDiskRefuses:
    @pytest.mark.parametrize("step", ["mkstemp", "fsync", "replace"])
    def test_nothing_is_half_kept(
        self, step: str, claire: User, household: Household, media: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = 0

        def full(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls == 5:  # in the middle of the second document
                raise OSError(28, "No space left on device")
            return original(*args, **kwargs)

        owner = {"mkstemp": vault.tempfile, "fsync": vault.os, "replace": vault.Path}[step]
        original = getattr(owner, step)
        monkeypatch.setattr(owner, step, full)
        with pytest.raises(ValidationError, match="Rien n’a été gardé"):
            add_documents(
                by=claire, household=household, files=[safe(b"1"), safe(b"2")], data=DocumentData(kind="tax")
            )
        assert not files_of(media)
        assert not Document.objects.exists()

    def test_a_row_that_is_refused_leaves_no_file(
        self, claire: User, household: Household, media: Path
    ) -> None:
        with pytest.raises(ConstraintViolation, match="intitulé"):
            add(claire, household, kind="other")
        assert not files_of(media)

    def test_what_a_crash_left_is_swept_once_old(
        self, claire: User, household: Household, media: Path
    ) -> None:
        kept = add(claire, household)
        with transaction.atomic():
            add(claire, household, b"jamais valide")
            transaction.set_rollback(True)
        (media / "documents/ab").mkdir(exist_ok=True)
        (media / "documents/ab/.moitie").write_bytes(b"...")
        assert sweep_files() == 0  # a row might be on its way
        for path in files_of(media):
            os.utime(path, (0, 0))
        assert sweep_files() == 4
        assert content_of(kept) == MARKER
        assert len(files_of(media)) == 3


class TestDuplicates:
    def test_the_same_content_is_recognised_in_its_household_only(
        self, claire: User, mehdi: User, household: Household
    ) -> None:
        first = add(claire, household)
        again = add_documents(by=mehdi, household=household, files=[safe()], data=DocumentData(kind="home"))
        assert (again.documents, again.known) == ([], [first])
        assert add(claire, HouseholdFactory()).fingerprint != first.fingerprint

    def test_twice_in_one_sending(self, claire: User, household: Household) -> None:
        added = add_documents(
            by=claire, household=household, files=[safe(), safe()], data=DocumentData(kind="tax")
        )
        assert (len(added.documents), len(added.known)) == (1, 1)

    @pytest.mark.parametrize("level", [CIRCLE, PERSONAL])
    def test_what_one_may_not_read_is_not_revealed(
        self, level: str, claire: User, household: Household
    ) -> None:
        add(claire, household, level=level)
        assert add(UserFactory(), household).pk

    def test_reception_recognises_its_own_only(
        self, claire: User, nadege: User, household: Household
    ) -> None:
        add(claire, household)
        own = add(nadege, household)
        again = add_documents(by=nadege, household=household, files=[safe()], data=DocumentData(kind="tax"))
        assert again.known == [own]

    def test_a_retired_one_may_come_back(self, claire: User, household: Household) -> None:
        first = add(claire, household)
        retire_document(by=claire, document=first, reason="Mauvais ménage")
        add(claire, household)
        with pytest.raises(ConstraintViolation, match="déjà ajouté"):
            restore_document(by=claire, document=first)


# Who reads which level of Claire's documents; Mehdi is the main référent, Solène another social worker.
READERS: dict[str, set[str]] = {
    "claire": {TEAM, CIRCLE, PERSONAL},
    "mehdi": {TEAM, CIRCLE},
    "solene": {TEAM},
    "isabelle": set(),
    "isabelle, with a reason": {TEAM},
    "nadege": set(),
    "hugo": set(),
    "francoise": set(),
    "david": set(),
    "armelle": set(),
}


@pytest.fixture
def solene(db: None) -> User:
    return UserFactory(first_name="Solène", last_name="Pichard", email="solene@cias.test")


@pytest.mark.parametrize(("name", "readable"), READERS.items(), ids=READERS)
def test_the_queryset(
    name: str, readable: set[str], claire: User, household: Household, request: pytest.FixtureRequest
) -> None:
    for level in NoteLevel:
        add(claire, household, level.encode(), level=level)
    who, *reason = name.split(", ")
    user = request.getfixturevalue(who)
    if reason:
        state_reason(user=user, subject_id=household.pk, reason="Absence du référent")
    assert {row.level for row in Document.objects.for_user(user, household.pk)} == readable
    if not reason:
        assert {row.level for row in Document.objects.for_user(user)} == readable


def test_the_psychologist_reads_their_own_of_the_households_they_follow(
    claire: User, mehdi: User, hugo: User, household: Household
) -> None:
    assign_referent(
        by=claire, household=household, agent=hugo, on=date(2024, 3, 4), role=AssignmentRole.OTHER
    )
    add(claire, household)
    own, shared = add(hugo, household, b"a", level=PERSONAL), add(hugo, household, b"b")
    elsewhere = add(hugo, HouseholdFactory())
    assert set(Document.objects.for_user(hugo)) == {own, shared}
    assert own not in Document.objects.for_user(mehdi)
    assert shared in Document.objects.for_user(mehdi)
    assert elsewhere not in Document.objects.for_user(hugo)


def test_reception_adds_nothing_nobody_could_read(nadege: User, household: Household) -> None:
    with pytest.raises(ValidationError, match="personne ne pourrait"):
        add(nadege, household, level=PERSONAL)
    assert not Document.objects.for_user(nadege).exists()


class TestLife:
    def test_a_newer_version_keeps_the_older_behind_it(
        self, claire: User, mehdi: User, household: Household
    ) -> None:
        first = add(claire, household, title="Titre", level=CIRCLE, expires_on=date(2026, 12, 1))
        newer = replace_document(by=mehdi, document=first, file=safe(b"2"), expires_on=date(2027, 12, 1))
        first.refresh_from_db()
        assert (newer.version, newer.title, newer.level, newer.author) == (2, "Titre", CIRCLE, mehdi)
        assert (first.state, content_of(first)) == (DocumentState.REPLACED, MARKER)
        assert list(household.documents.current()) == [newer]
        with pytest.raises(ForbiddenTransition):
            replace_document(by=claire, document=first, file=safe(b"3"))

    def test_the_same_content_is_no_newer_version(
        self, claire: User, household: Household, media: Path
    ) -> None:
        first = add(claire, household)
        with pytest.raises(ValidationError, match="même contenu"):
            replace_document(by=claire, document=first, file=safe())
        assert len(files_of(media)) == 3

    def test_only_the_author_changes_who_reads(self, claire: User, mehdi: User, household: Household) -> None:
        document = add(claire, household)
        document.level, document.kind = CIRCLE, "home"
        with pytest.raises(PermissionDenied):
            edit_document(by=mehdi, document=document)
        document.level = TEAM
        assert edit_document(by=mehdi, document=document).kind == "home"

    def test_retired_restored_purged(self, claire: User, household: Household, media: Path) -> None:
        first = add(claire, household)
        document = replace_document(by=claire, document=first, file=safe(b"2"))
        document = retire_document(by=claire, document=document, reason="Mauvais ménage")
        assert document.retired_at is not None
        assert document.purge_on == document.retired_at + timedelta(days=30)
        document = restore_document(by=claire, document=document)
        assert (document.state, document.state_reason) == (DocumentState.CURRENT, "")
        document = retire_document(by=claire, document=document, reason="Mauvais ménage")
        other = add(claire, household, b"reste")
        day = document.purge_on
        assert purge_documents(now=day - timedelta(minutes=1)) == 0
        with time_machine.travel(day):
            tidy_documents()
        assert {row.state for row in household.documents.exclude(pk=other.pk)} == {DocumentState.PURGED}
        assert len(files_of(media)) == 3
        document.refresh_from_db()
        assert document.state_reason == "Mauvais ménage"
        with pytest.raises(ForbiddenTransition):
            restore_document(by=claire, document=document)

    @pytest.mark.parametrize(
        "values",
        [
            {"state": "retired"},
            {"state": "purged"},
            {"state": "lost"},
            {"purged_at": datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone())},
            {"level": "secret"},
            {"kind": "secret"},
            {"document_date": date(2026, 5, 1), "expires_on": date(2026, 4, 30)},
        ],
        ids=str,
    )
    def test_the_database_refuses(self, values: dict, claire: User, household: Household) -> None:
        document = add(claire, household)
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**values)


class TestRotation:
    @staticmethod
    def key() -> str:
        return base64.urlsafe_b64encode(os.urandom(32)).decode()

    def test_everything_takes_the_new_key(self, claire: User, household: Household, settings, capsys) -> None:
        old, new = self.key(), self.key()
        settings.FIELD_ENCRYPTION_KEYS = [old]
        first, second = add(claire, household), add(claire, household, b"2")
        settings.FIELD_ENCRYPTION_KEYS = [new, old]
        # Before the rotation too, the same content is recognised.
        again = add_documents(by=claire, household=household, files=[safe()], data=DocumentData(kind="tax"))
        assert again.known == [first]
        call_command("rotate_keys")
        assert "2\u00a0documents chiffrés de nouveau, 0 déjà à jour" in capsys.readouterr().out
        settings.FIELD_ENCRYPTION_KEYS = [new]
        for document, content in ((first, MARKER), (second, b"2")):
            document.refresh_from_db()
            assert content_of(document) == content
            assert content_of(document, "thumbnail") == b"thumbnail " + content
        again = add_documents(by=claire, household=household, files=[safe()], data=DocumentData(kind="tax"))
        assert again.known == [first]
        call_command("rotate_keys")
        assert "0\u00a0document chiffré de nouveau, 2 déjà à jour" in capsys.readouterr().out

    def test_without_the_old_key_it_says_so(self, claire: User, household: Household, settings) -> None:
        settings.FIELD_ENCRYPTION_KEYS = [self.key()]
        document = add(claire, household)
        before = VAULT.path(document.file_name("content")).read_bytes()
        settings.FIELD_ENCRYPTION_KEYS = [self.key()]
        with pytest.raises(CommandError, match="remettez les anciennes clés") as error:
            call_command("rotate_keys")
        assert error.value.returncode == 2
        assert VAULT.path(document.file_name("content")).read_bytes() == before

"""A backup restored into an empty machine gives the same rows and readable documents; anything else is refused."""

import hashlib
import json
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from cias.core import crypto
from cias.operations import archive, postgres
from cias.operations.backup import LAST_BACKUP, make_backup
from cias.operations.checksums import table_sums
from cias.operations.errors import OperationRefused
from cias.operations.verify import verify
from households.models import Document
from households.services import read_document
from tests.access.world import IDENTITY, build_world
from tests.operations.conftest import EmptyDatabase

OTHER_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDA="
TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname = 'public' ORDER BY relname
"""
READ_ON_THE_OTHER_MACHINE = """
import hashlib
from households.models import Document
from households.models import Document
from households.services import read_document
document = Document.objects.get(pk="{pk}")
print(hashlib.sha256(b"".join(read_document(document))).hexdigest())
"""


def rows_of(database: psycopg.Connection) -> dict[str, list[str]]:
    """Every row of every table, counted and compared by other means than those of the backup."""
    found = {}
    for (name,) in database.execute(TABLES).fetchall():
        rows = database.execute(SQL("SELECT row_::text FROM {} AS row_").format(Identifier(name))).fetchall()
        found[name] = sorted(hashlib.sha256(text.encode()).hexdigest() for (text,) in rows)
    return found


def manage(target: EmptyDatabase, media: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=target.environment(media), text=True,
        capture_output=True, timeout=240,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_backup_restored_elsewhere_is_the_same_and_its_documents_can_be_read(
    empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    """Objects of every application, with a document, into an empty database and an empty folder."""
    document_id = build_world().kwargs["document_id"]
    document = Document.objects.get(pk=document_id)
    (tmp_path / "backups").mkdir()
    made = make_backup(tmp_path / "backups")
    assert IDENTITY.encode() not in made.path.read_bytes()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600

    done = manage(empty_database, tmp_path / "media", "restore", str(made.path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Restauré et vérifié\u00a0: ")
    assert IDENTITY not in done.stdout

    with (
        EmptyDatabase(connection.settings_dict["NAME"]).connect() as before,
        empty_database.connect() as after,
    ):
        here, there = rows_of(before), rows_of(after)
        assert here == there
        apps_with_rows = {name.split("_")[0] for name, rows in here.items() if rows}
        triggers = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
        assert before.execute(triggers).fetchone() == after.execute(triggers).fetchone()
    assert {"households", "appointments", "rights", "housing", "insertion", "accounts"} <= apps_with_rows

    code = READ_ON_THE_OTHER_MACHINE.format(pk=document_id)
    read = manage(empty_database, tmp_path / "media", "shell", "--no-imports", "-c", code)
    assert read.stdout.strip() == hashlib.sha256(b"".join(read_document(document))).hexdigest(), read.stderr[
        -2000:
    ]

    again = manage(empty_database, tmp_path / "media", "restore", str(made.path))
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert "La base n’est pas vide" in again.stderr


def test_a_backup_says_what_it_holds_and_never_a_key(seed_backup: Path) -> None:
    contents = verify(seed_backup)
    assert contents.manifest["keys"] == [crypto.keys()[0].identifier.hex()]
    assert contents.manifest["postgresql"] >= 15
    assert contents.manifest["tables"]["public.accounts_user"]["rows"] >= 0
    assert contents.documents == {
        "documents/one": {"bytes": 600_000, "sha256": hashlib.sha256(b"canari" * 100_000).hexdigest()}
    }
    assert settings.FIELD_ENCRYPTION_KEYS[0] not in json.dumps(contents.manifest)


@pytest.mark.django_db(transaction=True)
def test_a_document_erased_during_the_backup_does_not_stop_it(tmp_path: Path, settings, monkeypatch) -> None:
    """Files that are being written are left to the next backup, those erased meanwhile are not missed."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = settings.MEDIA_ROOT / "documents"
    folder.mkdir(parents=True)
    for name in ("kept", "erased", ".being-written"):
        (folder / name).write_bytes(b"content")
    found = sorted(archive.files_of(settings.MEDIA_ROOT))
    assert [path.name for path in found] == ["erased", "kept"]
    monkeypatch.setattr(archive, "files_of", lambda root: found)
    (folder / "erased").unlink()
    end: dict = {}
    size = sum(map(len, archive.document_members(settings.MEDIA_ROOT, end)))
    assert list(end["documents"]) == ["documents/kept"]
    assert size % 512 == 0


@pytest.mark.django_db
def test_a_changed_row_changes_the_checksum_of_its_table_alone() -> None:
    before = table_sums()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_content_type SET model = model || '.' WHERE id = (SELECT min(id) FROM django_content_type)"
        )
    after = table_sums()
    assert [name for name in before if before[name] != after[name]] == ["public.django_content_type"]
    assert before["public.django_content_type"].rows == after["public.django_content_type"].rows


def refusal(*arguments: object, **options: object) -> str:
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, arguments), **options)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.django_db
class TestRefusals:
    def test_without_the_key(self, seed_backup: Path, settings) -> None:
        wanted = crypto.keys()[0].identifier.hex()
        settings.FIELD_ENCRYPTION_KEYS = [OTHER_KEY]
        assert f"il y faut la clé {wanted}" in refusal("restore", seed_backup)

    def test_without_an_older_key_that_was_in_use(self, seed_backup: Path, tmp_path: Path, settings) -> None:
        """The archive opens with the newest key; what an older one encrypted would stay closed."""
        path = rewritten(seed_backup, tmp_path, lambda manifest: manifest["keys"].append("0badc0de"))
        assert "Il manque à FIELD_ENCRYPTION_KEYS une clé" in refusal("restore", path)

    @pytest.mark.parametrize("kept", [0.999, 0.5, 0.01])
    def test_a_truncated_file(self, seed_backup: Path, tmp_path: Path, kept: float) -> None:
        whole = seed_backup.read_bytes()
        path = tmp_path / "cut.cias"
        path.write_bytes(whole[: int(len(whole) * kept)])
        assert refusal("restore", path, "--check") == archive.DAMAGED

    def test_a_file_cut_between_two_blocks(self, seed_backup: Path, tmp_path: Path) -> None:
        """Each block left is authentic: only the last one's mark is missing."""
        path = tmp_path / "cut.cias"
        path.write_bytes(seed_backup.read_bytes()[: crypto.HEADER_BYTES + 3 * (crypto.BLOCK_BYTES + 16)])
        assert refusal("restore", path, "--check") == archive.DAMAGED

    @pytest.mark.parametrize("where", [30, 0.3, 0.7, -1])
    def test_an_altered_byte(self, seed_backup: Path, tmp_path: Path, where: float) -> None:
        content = bytearray(seed_backup.read_bytes())
        content[where if isinstance(where, int) else int(len(content) * where)] ^= 1
        path = tmp_path / "altered.cias"
        path.write_bytes(content)
        assert refusal("restore", path, "--check") == archive.DAMAGED

    @pytest.mark.parametrize("content", [b"", b"CIAS1", b"PK\x03\x04" + bytes(1000)])
    def test_another_file(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "other"
        path.write_bytes(content)
        assert refusal("restore", path) == archive.NOT_A_BACKUP
        assert "ne se lit pas" in refusal("restore", tmp_path / "absent")

    def test_a_document_that_is_not_the_one_of_its_checksum(self, seed_backup: Path, tmp_path: Path) -> None:
        path = rewritten(seed_backup, tmp_path, lambda manifest: None, documents=b"altered")
        assert refusal("restore", path, "--check") == archive.DAMAGED

    def test_another_version(self, seed_backup: Path, tmp_path: Path) -> None:
        newer = rewritten(
            seed_backup,
            tmp_path,
            lambda manifest: manifest.update(application="9.9", migrations=[["rights", "9999_later"]]),
        )
        said = refusal("restore", newer)
        assert "vient d’une autre version du logiciel (9.9" in said
        assert "1\u00a0migration inconnue" in said
        newer = rewritten(seed_backup, tmp_path, lambda manifest: manifest.update(postgresql=99))
        assert "vient de PostgreSQL 99" in refusal("restore", newer)
        newer = rewritten(seed_backup, tmp_path, lambda manifest: manifest.update(format=2))
        assert "d’un format que cette version ne connaît pas" in refusal("restore", newer)

    def test_a_database_or_a_folder_that_is_not_empty(
        self, seed_backup: Path, settings, tmp_path: Path
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        assert "La base n’est pas vide" in refusal("restore", seed_backup)

    def test_documents_that_are_not_empty(
        self, seed_backup: Path, empty_database: EmptyDatabase, tmp_path: Path
    ) -> None:
        (tmp_path / "somebody").write_bytes(b"there")
        done = manage(empty_database, tmp_path, "restore", str(seed_backup))
        assert done.returncode == 2
        assert "MEDIA_ROOT) n’est pas vide" in done.stderr
        with empty_database.connect() as there:
            assert there.execute(TABLES).fetchall() == []

    def test_rows_that_differ_once_restored(
        self, seed_backup: Path, empty_database: EmptyDatabase, tmp_path: Path
    ) -> None:
        """The comparison afterwards is real: a manifest that promises another row is not believed."""
        promise = {"rows": 1, "checksum": "1:1"}
        path = rewritten(
            seed_backup,
            tmp_path,
            lambda manifest: manifest["tables"].update({"public.accounts_user": promise}),
        )
        done = manage(empty_database, tmp_path / "media", "restore", str(path))
        assert done.returncode == 2
        assert "diffère de la sauvegarde (public.accounts_user)" in done.stderr
        assert list((tmp_path / "media").iterdir()) == []


def rewritten(backup: Path, folder: Path, change, documents: bytes | None = None) -> Path:
    """The same backup with another manifest, sealed again with the right key."""

    def content():
        for one in archive.read(backup):
            pieces = b"".join(one.pieces)
            if one.name == archive.MANIFEST:
                manifest = json.loads(pieces)
                change(manifest)
                pieces = json.dumps(manifest).encode()
            if documents and one.name.startswith(archive.DOCUMENTS):
                pieces = documents
            yield from archive.member(one.name, pieces)
        yield archive.trailer()

    path = folder / "rewritten.cias"
    path.write_bytes(b"".join(crypto.encrypt(content(), archive.ADDRESS)))
    return path


@pytest.mark.django_db(transaction=True)
class TestKeeping:
    def test_only_the_newest_of_its_own_files_are_kept(self, tmp_path: Path, settings) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        others = ["notes.txt", "sauvegarde-20200101T000000Z.cias.gpg", "sauvegarde-2020.cias"]
        for name in [*others, "sauvegarde-20200101T000000Z.cias", "sauvegarde-20200102T000000Z.cias"]:
            (tmp_path / name).write_bytes(b"x")
        made = make_backup(tmp_path, keep=2)
        assert made.removed == 1
        assert cache.get(LAST_BACKUP)["bytes"] == made.path.stat().st_size
        assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
            *others,
            "sauvegarde-20200102T000000Z.cias",
            made.path.name,
        }
        assert "au moins une" in refusal("backup", tmp_path, "--keep", "0")

    def test_a_full_disk_keeps_nothing_and_removes_nothing(
        self, tmp_path: Path, settings, monkeypatch
    ) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        old = tmp_path / "sauvegarde-20200101T000000Z.cias"
        old.write_bytes(b"x")

        def full(*args: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("cias.operations.backup.os.fsync", full)
        assert "Le disque refuse la sauvegarde" in refusal("backup", tmp_path, "--keep", "1")
        assert list(tmp_path.iterdir()) == [old]

    def test_a_missing_folder_and_a_backup_under_way(
        self, tmp_path: Path, empty_database: EmptyDatabase
    ) -> None:
        assert "Ce dossier n’existe pas" in refusal("backup", tmp_path / "absent")
        with EmptyDatabase(connection.settings_dict["NAME"]).connect() as other:
            other.execute("SELECT pg_advisory_lock(%s)", [0xC1A5BACC])
            assert refusal("backup", tmp_path) == "Une sauvegarde est déjà en cours."

    def test_a_pg_dump_that_fails_or_is_too_old(self, tmp_path: Path, monkeypatch) -> None:
        def too_old(name: str, *, at_least: int) -> Path:
            return Path("/bin/false")

        with pytest.raises(OperationRefused, match="pg_dump de PostgreSQL 99"):
            postgres.program("pg_dump", at_least=99)
        monkeypatch.setattr(postgres, "program", too_old)
        assert "pg_dump n’a pas pu lire la base" in refusal("backup", tmp_path)
        assert list(tmp_path.iterdir()) == []

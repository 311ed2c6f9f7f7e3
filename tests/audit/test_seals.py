"""The read log under seal: whatever its owner does to it behind the triggers is found and named."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit import seals, tasks
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog, LogSeal
from cias.audit.seals import check_seals, head, seal_lines, told_heads
from cias.operations.manifest import make_manifest
from cias.schedule import BEAT_SCHEDULE

pytestmark = pytest.mark.django_db


def write(user: User | None = None, count: int = 1, **fields: Any) -> list[AccessLog]:
    return [AccessLog.objects.create(user=user, action=AccessAction.VIEW, **fields) for _ in range(count)]


@contextmanager
def as_owner() -> Iterator[Any]:
    """What a trigger cannot refuse to the account that owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("audit_accesslog", "audit_logseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in ("audit_accesslog", "audit_logseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, claire: User) -> list[AccessLog]:
    """Ten lines under four seals of three lines at most."""
    monkeypatch.setattr(seals, "BATCH", 3)
    written = write(claire, 10, reason="Réclamation", detail={"rows": 3, "tab": "droits"})
    assert seal_lines() == 10
    return written


def test_an_untouched_log_is_whole(lines: list[AccessLog], claire: User) -> None:
    assert list(LogSeal.objects.values_list("number", "count")) == [(1, 3), (2, 3), (3, 3), (4, 1)]
    assert seal_lines() == 0
    write(claire)
    found = check_seals()
    assert (found.fault, found.seals, found.lines, found.waiting, found.removed) == ("", 4, 10, 1, 0)


def test_an_empty_log_is_whole() -> None:
    assert seal_lines() == 0
    assert check_seals().fault == ""
    assert head() is None


def _update(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("UPDATE audit_accesslog SET user_id = NULL WHERE id = %s", [lines[4].pk])
    return f"La ligne {lines[4].pk} a été modifiée (scellé n°\u00a02"


def _update_detail(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("UPDATE audit_accesslog SET detail = '{\"rows\": 4}' WHERE id = %s", [lines[9].pk])
    return f"La ligne {lines[9].pk} a été modifiée"


def _delete(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("DELETE FROM audit_accesslog WHERE id = ANY (%s)", [[lines[5].pk, lines[8].pk]])
    return f"La ligne {lines[5].pk} a disparu"


def _delete_last(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("DELETE FROM audit_accesslog WHERE id = %s", [lines[9].pk])
    return f"La ligne {lines[9].pk} a disparu"


def _replace(cursor: Any, lines: list[AccessLog]) -> str:
    """The same reader, another file: the line keeps its number."""
    cursor.execute("DELETE FROM audit_accesslog WHERE id = %s", [lines[3].pk])
    write(lines[3].user, pk=lines[3].pk)
    return f"La ligne {lines[3].pk} a été modifiée"


def _insert(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("UPDATE audit_accesslog SET id = -%s WHERE id = %s", [lines[4].pk, lines[4].pk])
    return f"La ligne {lines[4].pk} a disparu"


def _insert_before(cursor: Any, lines: list[AccessLog]) -> str:
    write(lines[0].user, pk=-7)
    return "La ligne -7 a été ajoutée hors de la chaîne"


def _swap(cursor: Any, lines: list[AccessLog]) -> str:
    first, second = lines[0].pk, lines[1].pk
    for old, new in ((first, -1), (second, first), (-1, second)):
        cursor.execute("UPDATE audit_accesslog SET id = %s WHERE id = %s", [new, old])
    return f"La ligne {first} a été modifiée"


def _reseal_one(cursor: Any, lines: list[AccessLog]) -> str:
    """Line and seal written again: the next seal refers to the old one."""
    cursor.execute("UPDATE audit_accesslog SET user_id = NULL WHERE id = %s", [lines[4].pk])
    seal = LogSeal.objects.get(number=2)
    _sealed_again(seal)
    return "Le scellé n°\u00a03 ne suit pas"


def _seal_changed(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("UPDATE audit_logseal SET sealed_at = now() WHERE number = 2")
    return "Le scellé n°\u00a02 a été modifié"


def _entries_changed(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("UPDATE audit_logseal SET entries = substr(entries, 41) WHERE number = 2")
    return "Les empreintes du scellé n°\u00a02"


def _seal_removed(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("DELETE FROM audit_logseal WHERE number = 2")
    return "Le scellé n°\u00a02 manque"


def _first_seal_removed(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("DELETE FROM audit_logseal WHERE number = 1")
    return "Le scellé n°\u00a01 manque"


def _removed_too_early(cursor: Any, lines: list[AccessLog]) -> str:
    cursor.execute("DELETE FROM audit_accesslog WHERE id <= %s", [lines[2].pk])
    cursor.execute("UPDATE audit_logseal SET entries = '' WHERE number = 1")
    return "Les lignes du scellé n°\u00a01 ont été retirées avant la fin"


def _sealed_again(seal: LogSeal) -> None:
    """As somebody who knows the code would forge it."""
    values = list(seals._lines(seal.first_id, seal.last_id))
    seal.entries = b"".join(one[0].to_bytes(8, "big") + seals.line_digest(one) for one in values)
    seal.count = len(values)
    seal.lines_hash = seals.hashlib.sha256(seal.entries).hexdigest()
    seal.hash = seals.seal_hash(seal)
    seal.save()


TAMPERINGS = (
    _update, _update_detail, _delete, _delete_last, _replace, _insert, _insert_before, _swap, _reseal_one,
    _seal_changed, _entries_changed, _seal_removed, _first_seal_removed, _removed_too_early,
)  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda one: one.__name__.strip("_"))
def test_what_the_owner_does_behind_the_triggers_is_named(
    lines: list[AccessLog], tamper: Callable[[Any, list[AccessLog]], str]
) -> None:
    with as_owner() as cursor:
        fault = tamper(cursor, lines)
    assert check_seals().fault.startswith(fault)
    with pytest.raises(CommandError, match="Journal altéré") as caught:
        call_command("check_access_log")
    assert caught.value.returncode == 1


def test_a_line_added_in_the_middle_is_named(lines: list[AccessLog], claire: User) -> None:
    """A number that was rolled back belongs to the seal that passed over it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_accesslog_id_seq')")
        (skipped,) = cursor.fetchone()
    write(claire, 2)
    seal_lines()
    write(claire, pk=skipped)
    assert check_seals().fault.startswith(f"La ligne {skipped} a été ajoutée après coup (scellé n°\u00a05")


class TestToldHeads:
    """A chain written anew from the first line is whole: what was told to the outside betrays it."""

    def test_a_chain_written_anew(self, lines: list[AccessLog]) -> None:
        told = str(head())
        with as_owner() as cursor:
            cursor.execute("UPDATE audit_accesslog SET reason = '' WHERE id = %s", [lines[0].pk])
            before = seals.FIRST
            for seal in LogSeal.objects.all():
                seal.previous_hash = before
                _sealed_again(seal)
                before = seal.hash
        assert check_seals().fault == ""
        assert "n°\u00a04 n’est pas celui qui avait été communiqué" in check_seals(told_heads([told])).fault

    def test_an_end_cut_off(self, lines: list[AccessLog]) -> None:
        told = str(head())
        with as_owner() as cursor:
            cursor.execute("DELETE FROM audit_accesslog WHERE id > %s", [lines[5].pk])
            cursor.execute("DELETE FROM audit_logseal WHERE number > 2")
        assert check_seals().fault == ""
        assert "Le scellé n°\u00a04, communiqué auparavant, manque" in check_seals(told_heads([told])).fault
        with pytest.raises(CommandError, match="la fin de la chaîne a été retirée"):
            call_command("check_access_log", head=[told])

    def test_what_was_told_is_found_again(self, lines: list[AccessLog], claire: User) -> None:
        told = [str(head())]
        write(claire, 4)
        seal_lines()
        told.append(str(head())[:14])
        out = StringIO()
        call_command("check_access_log", head=told, stdout=out)
        assert "Journal intact\u00a0: 14\u00a0lignes sous 6\u00a0scellés." in out.getvalue()

    @pytest.mark.parametrize("text", ["", "4", "4:", "4:abc", "x:0123456789", "4:0123456z"])
    def test_what_is_not_a_head_is_refused(self, text: str) -> None:
        with pytest.raises(CommandError) as caught:
            call_command("check_access_log", head=[text])
        assert caught.value.returncode == 2

    def test_it_is_told_to_the_log_daily_and_to_each_backup(self, lines: list[AccessLog], caplog) -> None:
        told = str(head())
        with caplog.at_level("INFO", logger="cias.audit.tasks"):
            assert tasks.publish_head() == told
        assert told in caplog.text
        assert make_manifest()["access_log"] == [told]
        assert {"audit.seal", "audit.publish_head", "audit.remove_expired"} <= {
            entry["task"] for entry in BEAT_SCHEDULE.values()
        }


class TestSealsThemselves:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_logseal SET count = 2",
            "UPDATE audit_logseal SET entries = ''",
            "DELETE FROM audit_logseal",
            "TRUNCATE audit_logseal",
        ],
    )
    def test_they_do_not_change(self, lines: list[AccessLog], statement: str) -> None:
        connection.check_constraints()
        with pytest.raises(DatabaseError, match="ne se modifient pas"), transaction.atomic():
            connection.cursor().execute(statement)

    def test_a_log_that_nobody_seals_any_more_is_a_fault(self, lines: list[AccessLog], claire: User) -> None:
        (late,) = write(claire, at=timezone.now() - timedelta(hours=25))
        assert check_seals().fault.startswith(f"La ligne {late.pk} attend son scellé depuis plus d’un jour")

    def test_its_age_is_told(self, lines: list[AccessLog], claire: User) -> None:
        assert head().waiting_since is None
        (line,) = write(claire)
        line.refresh_from_db()
        assert head().waiting_since == line.at


class TestExpiry:
    def test_after_a_year_lines_go_by_whole_seals_and_the_chain_holds(
        self, monkeypatch: pytest.MonkeyPatch, claire: User
    ) -> None:
        monkeypatch.setattr(seals, "BATCH", 3)
        old = timezone.now() - timedelta(days=366)
        write(claire, 5, at=old)
        kept = write(claire, 3)
        seal_lines()
        assert tasks.remove_expired() == 3  # the second seal holds a line of today: its two old ones stay
        assert tasks.remove_expired() == 0
        found = check_seals()
        assert (found.fault, found.seals, found.lines, found.removed) == ("", 3, 5, 3)
        assert set(AccessLog.objects.filter(at__gt=old)) == set(kept)
        assert bytes(LogSeal.objects.get(number=1).entries) == b""
        out = StringIO()
        call_command("check_access_log", stdout=out)
        assert "3\u00a0retirées après un an" in out.getvalue()

    def test_a_line_put_back_in_a_removed_batch_is_named(self, claire: User) -> None:
        (line,) = write(claire, at=timezone.now() - timedelta(days=366))
        seal_lines()
        tasks.remove_expired()
        write(claire, pk=line.pk)
        assert check_seals().fault.startswith(f"La ligne {line.pk} a été ajoutée après coup")

    def test_a_batch_that_ends_its_year_while_it_is_read_is_no_fault(
        self, monkeypatch: pytest.MonkeyPatch, claire: User
    ) -> None:
        write(claire, at=timezone.now() - timedelta(days=366))
        seal_lines()
        original = seals._fault_in

        def removed_meanwhile(seal: LogSeal) -> str:
            tasks.remove_expired()
            return original(seal)

        monkeypatch.setattr(seals, "_fault_in", removed_meanwhile)
        found = check_seals()
        assert (found.fault, found.removed) == ("", 1)


@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    """Real connections: what is written is committed."""

    def test_a_number_taken_before_and_committed_after_is_no_break(self, claire: User) -> None:
        """Measured (measured-facts §3.5): numbers are not committed in order."""
        has_number, may_commit = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                write()
                has_number.set()
                may_commit.wait(20)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        assert has_number.wait(20)
        write()
        assert seal_lines(patience=0.2) == 0  # a smaller number may still come
        may_commit.set()
        thread.join()
        assert seal_lines() == 2
        assert check_seals().fault == ""

    def test_writers_and_sealers_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Six writers, some of whose lines are rolled back, and two sealers: no break, each line once."""
        monkeypatch.setattr(seals, "BATCH", 7)
        done, errors = threading.Event(), []

        def guarded(work: Callable[[], None]) -> Callable[[], None]:
            def run() -> None:
                try:
                    work()
                except Exception as error:
                    errors.append(error)
                finally:
                    connection.close()

            return run

        def writer() -> None:
            for rank in range(25):
                with transaction.atomic():
                    write()
                    transaction.set_rollback(rank % 5 == 4)

        def sealer() -> None:
            while not done.is_set():
                seal_lines()

        writers = [threading.Thread(target=guarded(writer)) for _ in range(6)]
        sealers = [threading.Thread(target=guarded(sealer)) for _ in range(2)]
        for thread in writers + sealers:
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        for thread in sealers:
            thread.join()
        seal_lines()
        found = check_seals()
        assert errors == []
        assert (found.fault, found.lines, found.waiting) == ("", 120, 0)

    def test_a_task_killed_between_two_batches_or_within_one_is_taken_up(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seals, "BATCH", 2)
        write(count=5)
        original, calls = seals.seal_hash, []

        def dies(seal: LogSeal) -> str:
            calls.append(seal.number)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return original(seal)

        monkeypatch.setattr(seals, "seal_hash", dies)
        with pytest.raises(KeyboardInterrupt):
            tasks.seal()
        assert LogSeal.objects.count() == 1
        assert tasks.seal() == 3
        assert tasks.seal() == 0  # delivered twice
        found = check_seals()
        assert (found.fault, found.seals, found.lines) == ("", 3, 5)

"""The application works under an account that can change no rule of the database, its own read log included."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from cias.accounts.enums import Role
from cias.audit import tasks
from cias.audit.models import AccessLog
from cias.audit.seals import check_seals
from cias.operations.errors import OperationRefused
from cias.operations.webrole import grant_web_role
from tests.access.world import build_world
from tests.client import StrictClient

pytestmark = pytest.mark.django_db
ROLE = f"web_{secrets.token_hex(4)}"  # accounts belong to the whole server, which other runs share


@pytest.fixture
def web_role(db: None) -> Iterator[str]:
    """From here on the test's connection has the rights of that account; it goes with the test's transaction."""
    grant_web_role(ROLE, "a password")
    with connection.cursor() as cursor:
        cursor.execute(SQL("SET LOCAL ROLE {}").format(Identifier(ROLE)))
        yield ROLE
        cursor.execute("RESET ROLE")


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return error.__cause__.sqlstate == "42501"  # insufficient_privilege
    return False


def test_every_application_writes_and_pages_open(web_role: str) -> None:
    """The samples of all applications are written under that account, with their history and their read log."""
    world = build_world()
    client = StrictClient()
    client.force_login(
        world.agents[Role.SOCIAL_WORKER], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    pages = ("/", "/menages/", f"/menages/{world.household.pk}/")
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert AccessLog.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_accesslog SET reason = ''",
        "DELETE FROM audit_accesslog",
        "TRUNCATE audit_accesslog",
        "UPDATE audit_logseal SET entries = ''",
        "DELETE FROM audit_logseal",
        "ALTER TABLE audit_accesslog DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE households_note",
        "TRUNCATE households_note CASCADE",
        "ALTER TABLE households_household DROP COLUMN name",
        "CREATE TABLE mine (n int)",
        "CREATE ROLE other SUPERUSER",
        "COPY households_person TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_what_it_cannot_do(web_role: str, statement: str) -> None:
    assert refused(statement)


def test_a_recent_line_of_the_read_log_does_not_go(web_role: str) -> None:
    AccessLog.objects.create(action="view", url_name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessLog.objects.all().delete()


def test_what_was_granted_before_is_taken_away(db: None) -> None:
    grant_web_role(ROLE, "a password")
    role = Identifier(ROLE)
    with connection.cursor() as cursor:
        cursor.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        for statement in (
            "GRANT CREATE ON SCHEMA public TO {}",
            "GRANT UPDATE ON SEQUENCE audit_accesslog_id_seq TO {}",
        ):
            cursor.execute(SQL(statement).format(role))
        grant_web_role(ROLE, "a password")
        cursor.execute(SQL("SET LOCAL ROLE {}").format(role))
        assert refused("CREATE TABLE mine (n int)")
        assert refused("SELECT setval('audit_accesslog_id_seq', 1)")
        cursor.execute("RESET ROLE")


def test_the_server_is_never_told_the_password(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        grant_web_role(ROLE, "a password")
    assert not any("a password" in query["sql"] for query in asked)
    assert any("SCRAM-SHA-256$" in query["sql"] for query in asked)


def test_the_account_that_migrates_is_not_the_one_of_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(OperationRefused, match="un autre que celui qui migre"):
        grant_web_role(owner, "a password")


def test_the_command_wants_a_password_and_can_be_run_again(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("grant_web_role")
    assert caught.value.returncode == 2
    with override_settings(WEB_DATABASE_ROLE=ROLE, WEB_DATABASE_PASSWORD="very-secret"):
        call_command("grant_web_role")
        call_command("grant_web_role")
    said = capsys.readouterr()
    assert ROLE in said.out
    assert "very-secret" not in said.out + said.err


@pytest.fixture
def web_connection(transactional_db: None) -> Iterator[Any]:
    """The whole test works through a connection of that account's own, as the deployed application does."""
    owner = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    grant_web_role(ROLE, "a password")
    connection.close()
    connection.settings_dict.update(USER=ROLE, PASSWORD="a password")
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict.update(owner)
        with connection.cursor() as cursor:
            for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
                cursor.execute(SQL(statement).format(Identifier(ROLE)))


def test_through_its_own_connection_it_serves_pages_seals_and_changes_nothing(web_connection: Any) -> None:
    world = build_world()
    client = StrictClient()
    client.force_login(
        world.agents[Role.SOCIAL_WORKER], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get(f"/menages/{world.household.pk}/").status_code == 200
    with web_connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert cursor.fetchone()[0] == ROLE
    AccessLog.objects.create(action="view", url_name="x", at=timezone.now() - timedelta(days=400))
    count = AccessLog.objects.count()
    assert tasks.seal() == count
    for table in ("audit_accesslog", "audit_logseal"):
        for statement in (
            "DELETE FROM log",
            "TRUNCATE log",
            "ALTER TABLE log DISABLE TRIGGER ALL",
            "ALTER TABLE log ADD COLUMN more int",
            "DROP TABLE log",
        ):
            assert refused(statement.replace("log", table)), (table, statement)
    assert refused("UPDATE audit_accesslog SET id = id")
    assert refused("UPDATE audit_logseal SET entries = ''")
    assert refused(
        "CREATE OR REPLACE FUNCTION audit_remove_expired() RETURNS bigint LANGUAGE sql AS 'SELECT 1'"
    )
    assert tasks.remove_expired() == 0  # a batch with a line of today stays whole
    assert check_seals().lines == count == AccessLog.objects.count()

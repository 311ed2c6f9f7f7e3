"""The application works under an account that can change no rule of the database, its own read log included."""

import secrets
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from psycopg.sql import SQL, Identifier

from cias.accounts.enums import Role
from cias.audit.models import AccessLog
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
        "TRUNCATE audit_accesslog",
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

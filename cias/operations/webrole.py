"""The database account of web, worker and beat: it reads and writes rows, and can change nothing of the rules.

The tables belong to the account that migrates. This one cannot drop or alter them, empty them at once, or switch off a
trigger or a constraint; the read log and its seals it can add to and read, no more (what is over a year old goes by a
function of the owner's). Someone who takes over the web process keeps to that too.
"""

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier, Literal

from cias.operations.errors import OperationRefused

# Tables whose rows are written once, and the function that removes them when their time is over.
WRITTEN_ONCE = ("audit_accesslog", "audit_logseal")
EXPIRY = "audit_remove_expired()"


def grant_web_role(name: str, password: str) -> None:
    """Create the account or give it this password, and set what it may do on the tables there are now.

    Run after each migration: it takes away what was granted before, so that the result does not depend on the past.
    Raises OperationRefused for the account that migrates itself, which would lose its own rights.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        owner, database = cursor.fetchone()
        if name == owner:
            raise OperationRefused(
                "Le compte de l’application doit être un autre que celui qui migre la base."
            )
        role = Identifier(name)
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [name])
        verb = SQL("ALTER" if cursor.fetchone()[0] else "CREATE")
        cursor.execute(
            SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                verb, role, Literal(_verifier(name, password))
            )
        )
        cursor.execute(
            SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(Identifier(database), role)
        )
        for statement in (
            # Databases that began before PostgreSQL 15 let everybody create there.
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            cursor.execute(SQL(statement).format(role))
        for table in WRITTEN_ONCE:
            cursor.execute(SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(Identifier(table), role))
        cursor.execute(SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(SQL(EXPIRY), role))
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(role))


def _verifier(name: str, password: str) -> str:
    """What the server keeps of a password. The password itself would be in its log with a statement that it refuses."""
    made = connection.connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return made.decode()

"""Emptying the tables after a transactional test, while a request of the live server is still writing."""

from threading import Thread
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.mark.django_db(transaction=True)
def test_a_flush_that_meets_a_writing_request_starts_again() -> None:
    ended: list[Exception | None] = []

    def flush() -> None:
        try:
            connection.ops.execute_sql_flush(
                [f"LOCK TABLE {name}" for name in ("households_note", "households_household")]
            )
            ended.append(None)
        except Exception as error:
            ended.append(error)
        finally:
            connection.close()

    thread, patience = Thread(target=flush), monotonic() + 30
    with transaction.atomic(), connection.cursor() as cursor:
        # Of the two, PostgreSQL ends the one that looks first: the flush.
        cursor.execute("SET LOCAL deadlock_timeout = '60s'")
        cursor.execute("LOCK TABLE households_household")
        thread.start()
        blocked = 0
        while not blocked and monotonic() < patience:
            cursor.execute(BLOCKED)
            blocked = cursor.fetchone()[0]
            sleep(0.01)
        assert blocked
        cursor.execute("LOCK TABLE households_note")
        assert not ended
    thread.join(timeout=30)
    assert ended == [None]

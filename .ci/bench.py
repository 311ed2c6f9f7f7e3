"""Runs the `bench_…` functions of tests/bench and prints a table; exit code 1 when a ratio is over its promise."""

import importlib
import inspect
import os
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
os.environ["DJANGO_SETTINGS_MODULE"] = "cias.settings_test"
os.environ["TEST_DB_NAME"] = "test_bench"

import django  # noqa: E402

from cias.embedded import running_services  # noqa: E402
from tests.bench import Measure  # noqa: E402


def measures() -> Iterator[Measure]:
    from tests.database import keep_seeds, start_again

    keep_seeds()
    for path in sorted((REPOSITORY / "tests" / "bench").glob("bench_*.py")):
        module = importlib.import_module(f"tests.bench.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("bench_"):
                # Not rolled back but emptied: work in chunks commits each of them, as it does for its users.
                found = function()
                yield from [found] if isinstance(found, Measure) else found
                start_again()


def row(measure: Measure) -> str:
    verdict = "ok" if measure.ratio <= measure.at_most else "TOO SLOW"
    return (
        f"{measure.what:<44} {measure.seconds * 1000:>10.2f} ms  {measure.yardstick:<28} "
        f"{measure.yardstick_seconds * 1000:>9.2f} ms {measure.ratio:>8.1f} {measure.at_most:>8.1f}  {verdict}"
    )


def main() -> int:
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, keepdb=True)
    print(f"{'measure':<44} {'median':>13}  {'yardstick':<28} {'median':>12} {'ratio':>8} {'at most':>8}")  # noqa: T201
    late = 0
    for measure in measures():
        print(row(measure), flush=True)  # noqa: T201
        late += measure.ratio > measure.at_most
    return 1 if late else 0


if __name__ == "__main__":
    with running_services():
        django.setup()
        sys.exit(main())

"""Runs the `bench_…` functions of tests/bench and prints one table; exit code 1 when a promise is not kept.

ONLY=pages,names chooses modules (ONLY=all: those too that quality.md does not list), SCALE=small takes a data set
fifty times smaller, BENCH_SECONDS says how long fifty receptionists book.
"""

import importlib
import inspect
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
os.environ["DJANGO_SETTINGS_MODULE"] = "cias.settings_test"
os.environ["TEST_DB_NAME"] = "test_bench"

import django  # noqa: E402

from cias.embedded import running_services  # noqa: E402
from tests.bench import Figure, Measure  # noqa: E402

# The rows of quality.md, in its order; the others run when they are named.
TABLE = (
    "pages", "names", "agenda", "peer", "reception", "takeover", "report", "statistics", "estimates", "weight", "demo",
)  # fmt: skip
HEADER = ("measure", "found", "yardstick", "yardstick", "ratio", "promise", "verdict")
WIDTHS = (46, 12, 32, 12, 8, 9, 9)


def chosen() -> list[str]:
    known = [
        path.stem.removeprefix("bench_") for path in sorted((REPOSITORY / "tests/bench").glob("bench_*.py"))
    ]
    wanted = [name for name in os.environ.get("ONLY", "").replace(" ", "").split(",") if name]
    if not wanted:
        return list(TABLE)
    if unknown := set(wanted) - set(known) - {"all"}:
        raise SystemExit(f"ONLY={','.join(unknown)}: there is no such benchmark among {', '.join(known)}.")
    return [*TABLE, *(set(known) - set(TABLE))] if "all" in wanted else wanted


def measures() -> Iterator[Measure | Figure]:
    from tests.bench.databases import use_empty, use_large

    for name in chosen():
        module = importlib.import_module(f"tests.bench.bench_{name}")
        for title, function in inspect.getmembers(module, inspect.isfunction):
            if title.startswith("bench_") and function.__module__ == module.__name__:
                started = time.monotonic()
                # Not rolled back but emptied: work in chunks commits each of them, as it does for its users.
                use_large() if getattr(module, "DATABASE", "") == "large" else use_empty()
                found = function()
                yield from [found] if isinstance(found, (Measure, Figure)) else found
                print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)  # noqa: T201


def row(found: Measure | Figure) -> str:
    verdict = "tenu" if found.holds else "NON TENU"
    if isinstance(found, Measure):
        cells = (
            found.what, in_time(found.seconds), found.yardstick, in_time(found.yardstick_seconds),
            f"× {found.ratio:.1f}", f"≤ {found.at_most:g}", verdict,
        )  # fmt: skip
    else:
        promised = "" if found.at_most is None else f"≤ {found.at_most:g}"
        value = (
            f"{found.value:.0f} {found.unit}"
            if found.value >= 10 or found.value % 1 == 0
            else f"{found.value:.1f} {found.unit}"
        )
        cells = (found.what, value, found.beside, "", "", promised, verdict if promised else "")
    return line(cells)


def in_time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds * 1000:.2f} ms"


def line(cells: tuple[str, ...]) -> str:
    first, *others = zip(cells, WIDTHS, strict=True)
    rest = (
        f"{text:<{width}}" if number in (1, 5) else f"{text:>{width}}"
        for number, (text, width) in enumerate(others)
    )
    return " ".join((f"{first[0]:<{first[1]}}", *rest)).rstrip()


def main() -> int:
    started, broken = time.monotonic(), 0
    print(line(HEADER), flush=True)  # noqa: T201
    for found in measures():
        print(row(found), flush=True)  # noqa: T201
        broken += not found.holds
    print(f"{(time.monotonic() - started) / 60:.1f} min; promises not kept: {broken}")  # noqa: T201
    return 1 if broken else 0


if __name__ == "__main__":
    with running_services():
        django.setup()
        sys.exit(main())

"""The rights as they were agreed on, kept apart from the code: an oracle that a change in the code does not change.

`rights.csv`: address, rights that open it. `matrix.csv`: right, role, how far. After a change that is wanted,
`python -m tests.access.declared` writes both again, and the difference is read with the rest of the change.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from cias.accounts import matrix
from tests.access.routes import all_routes

RIGHTS, GRANTS = Path(__file__).with_name("rights.csv"), Path(__file__).with_name("matrix.csv")


def rights() -> list[tuple[str, str]]:
    return sorted((route.name, " ".join(route.rights or ())) for route in all_routes())


def grants() -> list[tuple[str, str, str]]:
    return sorted(
        (right.code, str(role), str(scope))
        for right in matrix.BY_CODE.values()
        for role, scope in right.grants.items()
    )


def read(path: Path) -> list[tuple[str, ...]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [tuple(row) for row in csv.reader(file)]


def write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cias.settings_test")
    django.setup()
    write(RIGHTS, rights())
    write(GRANTS, grants())

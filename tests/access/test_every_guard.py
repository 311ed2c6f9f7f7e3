"""Every guard of access is proved to be one (`make mutation`; docs/testing.md, « Mutation »)."""

import csv
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.access.elsewhere import elsewhere
from tests.access.foreign import build_foreign
from tests.access.mutating import Mutant
from tests.access.proving import (
    Guards,
    every_guard,
    seen_behind_others,
    seen_behind_the_right,
    seen_by_the_forms,
    seen_by_the_walk,
)
from tests.access.test_protected_files import AGENTS, protect
from tests.access.walking import acting_client_of, undone
from tests.access.world import World

ALL = os.environ.get("MUTATIONS") == "all"
REPORT = os.environ.get("MUTATIONS_REPORT")  # where each guard and how it is proved are written, as CSV

if ALL:

    def test_every_guard_is_proved(world: World, capsys: pytest.CaptureFixture[str]) -> None:
        guards, named = every_guard(), elsewhere()
        proofs: dict[Mutant, tuple[str, str]] = {}

        def left() -> Guards:
            return {one: function for one, function in guards.items() if one not in proofs}

        def proved(by: str, seen: Mapping[Mutant, object]) -> None:
            proofs.update((one, (by, str(how))) for one, how in seen.items())
            with capsys.disabled():
                print(f"{len(seen)} guards of {len(guards)} proved by {by}, {len(left())} left", flush=True)  # noqa: T201

        proved("a named test", {one: named[one.key] for one in guards if one.key in named})
        clients = {role: acting_client_of(world.agents[role]) for role in AGENTS}
        with undone():
            protected = protect(world)
            proved("the walk", seen_by_the_walk(left(), clients, protected))
            proved("behind others", seen_behind_others(guards, left(), clients, protected))
        proved("behind the right", seen_behind_the_right(left(), world))
        proved("a form", seen_by_the_forms(left(), clients, world, build_foreign(world)))
        if REPORT:
            with Path(REPORT).open("w", encoding="utf-8", newline="") as file:
                rows = ([*one.key, str(one), *proofs.get(one, ("", ""))] for one in guards)
                csv.writer(file).writerows(rows)
        assert not left(), "\n".join(map(str, left()))
        assert not set(named) - {one.key for one in guards}

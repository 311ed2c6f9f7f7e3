"""The proof of access, proved: each guard taken away makes the walk through a protected file find something.

A few of them at each run, chosen by the commit; all of them with `make mutation` (MUTATIONS=all).
"""

import os
import random
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings

from cias.accounts import matrix
from cias.accounts.enums import Role, Scope
from cias.core.access import ANY_AGENT, PUBLIC, third_party_rights
from tests.access import declared
from tests.access.mutating import Mutant, guarded_files, live_function, mutants, view_of, without_guard
from tests.access.reading import text_of
from tests.access.routes import Route
from tests.access.test_protected_files import AGENTS, CANARIES, REFUSED, Protected, closed, in_file, protected
from tests.access.walking import client_of, routes, sample, undone
from tests.client import StrictClient

__all__ = ["closed", "protected"]  # the fixtures of the walk

ALL = os.environ.get("MUTATIONS") == "all"
SAMPLE = 8
# Guards that keep something else than a protected file: what notices them.
ELSEWHERE: dict[str, str] = {}


def commit() -> str:
    asked = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(asked, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def chosen() -> list[Mutant]:
    """All of them, or one in each of a few files of views."""
    if ALL:
        return [one for path in guarded_files() for one in mutants(path) if live_function(one) is not None]
    dice = random.Random(commit())
    files = dice.sample([path for path in guarded_files() if "/views" in path], SAMPLE)
    known = [[one for one in mutants(path) if live_function(one) is not None] for path in files]
    return [dice.choice(some) for some in known if some]


def tried(mutant: Mutant) -> Iterator[Route]:
    """The addresses where its absence would show: those of the function itself, of its module, of its application."""
    own, near, far = [], [], []
    for route in routes():
        module, name = view_of(route.view)
        if module == mutant.module:
            (own if name == mutant.function else near).append(route)
        elif module.split(".")[0] == mutant.module.split(".")[0]:
            far.append(route)
    if own:
        yield from own
        return
    yield from near
    yield from far


def told(client: StrictClient, route: Route, world: Protected) -> bool:
    """Whether the protected file shows at this address: what the walk asserts never to happen."""
    url = sample(route, world.world)
    methods: Iterable[str] = ("get", "post") if in_file(route) else ("get",)
    for method in methods:
        try:
            with undone():
                response = getattr(client, method)(url)
        except Exception:
            return True  # an error page: the walk stops on it
        if in_file(route) and response.status_code not in REFUSED:
            return True
        if any(canary in text_of(response) for canary in CANARIES):
            return True
    return False


def is_noticed(mutant: Mutant, clients: dict[Role, StrictClient], world: Protected) -> bool:
    function = live_function(mutant)
    assert function is not None
    with without_guard(mutant, function):
        return any(told(client, route, world) for route in tried(mutant) for client in clients.values())


def test_without_a_guard_the_walk_through_a_protected_file_finds_something(protected: Protected) -> None:
    clients = {role: client_of(protected.world.agents[role]) for role in AGENTS}
    missed = [mutant for mutant in chosen() if not is_noticed(mutant, clients, protected)]
    survivors = [str(mutant) for mutant in missed if str(mutant) not in ELSEWHERE]
    assert not survivors, "\n".join(survivors)


def test_a_right_given_to_one_more_role_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = set(declared.read(declared.GRANTS))
    for right in matrix.MATRIX:
        for role in set(Role) - set(right.grants):
            wider = replace(right, grants={**right.grants, role: Scope.ALL})
            monkeypatch.setattr(matrix, "BY_CODE", {**matrix.BY_CODE, right.code: wider})
            assert set(declared.grants()) != agreed, (right.code, role)
            monkeypatch.undo()
    assert set(declared.grants()) == agreed


def test_a_view_opened_to_everybody_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = set(declared.read(declared.RIGHTS))
    for route in routes():
        for wider in {(ANY_AGENT,), (PUBLIC,)} - {route.rights}:
            if route.name in third_party_rights:
                monkeypatch.setitem(third_party_rights, route.name, wider[0])
            else:
                monkeypatch.setattr(route.view, "rights", wider, raising=False)
            assert (route.name, " ".join(route.rights or ())) not in agreed, route.name
            monkeypatch.undo()

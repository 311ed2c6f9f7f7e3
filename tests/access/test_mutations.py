"""The proof of access, proved: each guard taken away makes the walk through a protected file find something.

One for each kind of object; all of them with `make mutation` (test_every_guard.py).
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from cias.accounts import matrix
from cias.accounts.enums import Role, Scope
from cias.core.access import ANY_AGENT, PUBLIC, third_party_rights
from tests.access import declared
from tests.access.elsewhere import elsewhere
from tests.access.mutating import Mutant, live_function, mutants, running
from tests.access.reading import text_of
from tests.access.routes import Route
from tests.access.test_protected_files import AGENTS, CANARIES, REFUSED, Protected, closed, in_file, protected
from tests.access.walking import acting_client_of, routes, sample, undone
from tests.client import StrictClient

__all__ = ["closed", "protected"]  # the fixtures of the walk

# One guard that stands alone for each kind of object, and an address that opens or tells when it is gone. Most others
# stand behind a second one (the household is asked for first), so that one of the two can go without a trace.
GUARDS = {
    ("households/models/files.py", "HouseholdQuerySet.for_user"): "households:detail",
    ("households/models/persons.py", "PersonQuerySet.for_user"): "households:person",
    ("households/views/persons.py", "_person"): "households:person",
    ("appointments/models/agenda.py", "AppointmentQuerySet.for_user"): "appointments:detail",
    ("appointments/views/appointment.py", "get_appointment"): "appointments:detail",
    ("rights/models/files.py", "RightsFileQuerySet.for_user"): "rights:file",
    ("rights/views/files.py", "get_file"): "rights:file",
    ("housing/models/stays.py", "StayQuerySet.for_user"): "housing:account_statement",
    ("housing/dues/views/access.py", "get_stay"): "housing:account_statement",
    ("housing/dues/views/access.py", "get_row"): "housing:due_notice",
}


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


@pytest.fixture
def clients(protected: Protected) -> dict[Role, StrictClient]:
    return {role: acting_client_of(protected.world.agents[role]) for role in AGENTS}


def is_noticed(
    mutant: Mutant, ways: Iterable[tuple[Route, Role]], clients: dict[Role, StrictClient], world: Protected
) -> bool:
    function = live_function(mutant)
    assert function is not None, f"{mutant} cannot be reached by its name"
    with running({function: mutant.code}):
        return any(told(clients[role], route, world) for route, role in ways)


@pytest.mark.parametrize(("path", "function"), GUARDS, ids=str)
def test_without_a_guard_the_walk_through_a_protected_file_finds_something(
    protected: Protected, clients: dict[Role, StrictClient], path: str, function: str
) -> None:
    (address,) = [route for route in routes() if route.name == GUARDS[path, function]]
    assert not any(told(client, address, protected) for client in clients.values())
    found = [one for one in mutants(path) if one.function == function]
    assert found
    # One line of a function can be a guard of another kind (the reader's right); what it leaves out is the last one.
    ways = [(address, role) for role in clients]
    assert is_noticed(found[-1], ways, clients, protected), str(found[-1])


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


def test_what_is_proved_elsewhere_names_what_exists() -> None:
    """Whether each test goes red without its guard is for `make mutation`."""
    base = Path(settings.BASE_DIR)
    for (path, function, _nth), test in elsewhere().items():
        assert f"def {function.rpartition('.')[2]}(" in (base / path).read_text(encoding="utf-8"), path
        file, _, name = test.partition("::")
        assert f"def {name.rpartition('::')[2].partition('[')[0]}(" in (base / file).read_text(
            encoding="utf-8"
        ), test

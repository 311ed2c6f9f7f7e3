"""A protected file (C3) is not told by pages filled in from what their address names either (« ?menage=… »)."""

import inspect
import sys
from collections.abc import Iterator

import pytest

from cias.accounts.enums import Role
from households.services import name_agent
from households.services.protection import running_protection
from tests.access.reading import text_of
from tests.access.routes import Route
from tests.access.test_protected_files import AGENTS, CANARIES, IN_FILE, Protected, closed, protected
from tests.access.walking import client_of, routes, sample
from tests.access.world import IDENTITY
from tests.client import StrictClient

__all__ = ["closed", "protected"]  # the fixtures of the walk

# What the links of the screens put after the « ? », and which object of the protected file each would name.
NAMED = {
    "menage": "household_id",
    "dossier": "household_id",
    "personne": "person_id",
    "rendez_vous": "appointment_id",
    "message": "message_id",
    "attente": "waiting_entry_id",
    "renouvelle": "contract_id",
    "copie": "budget_id",
}
ORIGIN = "origine"
ORIGINS = {"note:": "note_id", "appointment:": "appointment_id"}


def names_read(route: Route) -> list[str]:
    """The names that the module of its view writes; a page of the file itself is walked without them."""
    if set(route.parameters) & set(IN_FILE):
        return []
    source = inspect.getsource(sys.modules[inspect.unwrap(route.view).__module__])
    return [name for name in (*NAMED, ORIGIN) if f'"{name}"' in source]


def queries_of(route: Route, protected: Protected) -> Iterator[str]:
    """What its address may be followed by, with the objects of the protected file."""
    for name in names_read(route):
        keys = {"": NAMED[name]} if name in NAMED else ORIGINS
        for kind, key in keys.items():
            yield f"{name}={kind}{protected.world.kwargs[key]}"


def told(client: StrictClient, protected: Protected) -> set[tuple[str, str, str]]:
    """Which secret shows on which page, asked with which query."""
    secrets = (*CANARIES, protected.right_number)
    found = set()
    for route in routes():
        for query in queries_of(route, protected):
            text = text_of(client.get(f"{sample(route, protected.world)}?{query}"))
            found |= {(route.name, query, secret) for secret in secrets if secret in text}
    return found


@pytest.mark.parametrize("role", AGENTS, ids=str)
def test_no_form_is_filled_in_with_a_protected_file(protected: Protected, role: Role) -> None:
    found = told(client_of(protected.world.agents[role]), protected)
    assert not found, "\n".join(map(str, sorted(found)))


def test_those_who_are_named_find_it_filled_in(protected: Protected) -> None:
    """Without which nothing would be proved: these pages do read what their address names."""
    desk, running = protected.world.agents[Role.RECEPTION], running_protection(protected.world.household)
    assert running is not None
    name_agent(by=protected.keeper, protection=running, agent=desk)
    found = told(client_of(protected.keeper), protected) | told(client_of(desk), protected)
    filled = {name for name, _, secret in found if secret == IDENTITY}
    assert {
        "households:task_create", "appointments:book", "appointments:message_add", "appointments:waiting_add",
    } <= filled  # fmt: skip

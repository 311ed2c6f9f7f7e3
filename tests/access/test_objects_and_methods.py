"""Every URL × method × object: what no view offers is refused, what does not exist is not found, and what belongs to
another file cannot be reached through one's own."""

import uuid

import pytest

from cias.accounts.enums import Role, Scope
from cias.accounts.matrix import BY_CODE, scope_of
from cias.accounts.models import User
from tests.access.routes import Route
from tests.access.test_protected_files import in_file
from tests.access.walking import acting_client_of, client_of, held, holder_of, object_parameters, routes
from tests.access.walking import sample as address
from tests.access.world import World
from tests.client import StrictClient
from tests.factories import HouseholdFactory

pytestmark = pytest.mark.usefixtures("undrawn")

UNUSUAL = ("put", "patch", "delete", "options", "trace")
# Addresses of two files side by side, by their parameter or their name: neither is a part of the other.
TWO_FILES = {"other_id", "other_household_id", "households:member_join"}
# It says in words that there is nothing to take back, and changes nothing (tests/rights/test_services.py).
SAYS_NO = {"rights:take_back"}
# An object of their own that the psychologist reaches in the world of these tests.
OWN_OF_PSYCHOLOGIST = {
    "counselling_id",
    "counselling_session_id",
    "counselling_handover_id",
    "liaison_note_id",
}


class Clients:
    """One login for each agent, who confirmed it."""

    def __init__(self) -> None:
        self._known: dict[object, StrictClient] = {}

    def of(self, user: User) -> StrictClient:
        if user.pk not in self._known:
            self._known[user.pk] = acting_client_of(user)
        return self._known[user.pk]


def test_a_method_that_no_view_offers_is_refused(world: World) -> None:
    """By who may open the page: for the others the right comes first."""
    clients, wrong = Clients(), []
    for route in routes():
        client, url = clients.of(holder_of(route, world)), address(route, world)
        for method in UNUSUAL:
            status = getattr(client, method)(url).status_code
            if status != 405:
                wrong.append((route.name, method, status))
    assert wrong == []


def test_without_the_right_no_method_helps(world: World) -> None:
    clients, wrong = Clients(), []
    for route in routes():
        others = [agent for agent in world.agents.values() if not held(agent, route.rights or ())]
        if not others:
            continue
        client, url = clients.of(others[0]), address(route, world)
        for method in ("head", "put", "delete", "options"):
            status = getattr(client, method)(url).status_code
            if status != 403:
                wrong.append((route.name, method, status))
    assert wrong == []


def test_an_object_that_does_not_exist_is_not_found(world: World) -> None:
    clients, wrong = Clients(), []
    for route in routes():
        names = object_parameters(route, world)
        if not names:
            continue
        unknown = {name: uuid.uuid4() for name in names}
        client = clients.of(holder_of(route, world))
        url = route.url({**world.kwargs, **unknown})
        statuses = {client.get(url).status_code, client.post(url).status_code}
        if not statuses <= {404, 405} or 404 not in statuses:
            wrong.append((route.name, statuses))
    assert wrong == []


def test_a_part_of_one_file_is_not_reached_through_another(world: World) -> None:
    """/menages/<one's own>/…/<of somebody else>/: both are known, and do not belong together."""
    other = HouseholdFactory(with_applicant=True)
    swapped = {"household_id": other.pk, "person_id": other.memberships.get().person_id}
    clients, wrong = Clients(), []
    for route in routes():
        names = object_parameters(route, world)
        for name in names:
            if name not in swapped or len(names) < 2 or (TWO_FILES | SAYS_NO) & {route.name, *names}:
                continue
            client = clients.of(holder_of(route, world))
            url = route.url({**world.kwargs, name: swapped[name]})
            statuses = {client.get(url).status_code, client.post(url).status_code}
            if not statuses <= {404, 405} or 404 not in statuses:
                wrong.append((route.name, name, statuses))
    assert wrong == []


def own_only(user: User, route: Route) -> bool:
    reach = {scope_of(user, right) for right in route.rights or () if right in BY_CODE}
    return Scope.OWN in reach and reach <= {Scope.OWN, None}


def test_who_holds_a_right_on_their_own_reaches_nobody_elses(world: World) -> None:
    """The psychologist neither follows nor receives the household of these tests."""
    user = world.agents[Role.PSYCHOLOGIST]
    client, wrong = client_of(user), []
    for route in routes():
        if not in_file(route) or not own_only(user, route) or set(route.parameters) & OWN_OF_PSYCHOLOGIST:
            continue
        for method in ("get", "head", "post"):
            status = getattr(client, method)(address(route, world)).status_code
            if status not in (404, 405):
                wrong.append((route.name, method, status))
    assert wrong == []

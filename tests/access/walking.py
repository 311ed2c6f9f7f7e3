"""Asking for every address, as quickly as one can without asking less of it.

The world of a module is built once, in one transaction that is undone at its end; each test has a savepoint of its
own. Printed pages are read as the words they are printed from: the page holds at least what the paper does, and
drawing it takes a second of processor each time (`test_a_printed_page_is_read_as_its_words` draws one).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from cias.accounts.enums import Role
from cias.accounts.matrix import BY_CODE, scope_of
from cias.accounts.models import User
from cias.core import pdf
from cias.core.access import ANY_AGENT, PUBLIC
from cias.dashboard import errors
from tests.access.routes import Route, all_routes
from tests.access.world import World
from tests.client import StrictClient

# These end or change the session itself, which would spoil the walk.
NOT_WALKED = {"account_logout"}
DRAW = pdf.render_pdf
WALK = 86_400  # seconds, more than one lasts
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def routes() -> list[Route]:
    return [route for route in all_routes() if route.name not in NOT_WALKED]


def sample(route: Route, world: World) -> str:
    samples = {"uidb36": "0" * 32, "key": "set-password", "pk": 1, **world.kwargs}
    missing = [name for name in route.parameters if name not in samples]
    assert not missing, f"{route.name}: no sample for {missing}; add it to tests/<app>/samples.py"
    return route.url(samples)


def object_parameters(route: Route, world: World) -> list[str]:
    """Those that name an object by its opaque identifier."""
    return [name for name in route.parameters if isinstance(world.kwargs.get(name), UUID)]


def held(user: User, rights: tuple[str, ...]) -> bool:
    return any(right in (PUBLIC, ANY_AGENT) or scope_of(user, right) is not None for right in rights)


def holder_of(route: Route, world: World) -> User:
    """An agent who may open the page; who holds the right in full rather than on their own files."""
    rights = [right for right in route.rights or () if right in BY_CODE]
    agents = [agent for agent in world.agents.values() if held(agent, route.rights or ())]
    if not rights:
        return world.agents[Role.SOCIAL_WORKER]
    return max(agents, key=lambda agent: max(str(scope_of(agent, right) or "") == "all" for right in rights))


def client_of(user: User) -> StrictClient:
    client = StrictClient()
    client.force_login(user, backend=BACKEND)
    return client


def acting_client_of(user: User) -> StrictClient:
    """One who confirmed a moment ago, for as long as a walk lasts: a dangerous act is made instead of asking again."""
    client = client_of(user)
    request = HttpRequest()
    request.user, request.session = user, client.session
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] += WALK
    request.session.save()
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is forgotten afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def paper_as_words() -> Iterator[None]:
    all_routes()  # the views are imported now, so that none keeps our function for its own

    def words(html: str, *, title: str, author: str, attachments: Any = (), **about: Any) -> bytes:
        inside = [one.content.decode(errors="ignore") for one in attachments]
        return "\n".join(("%PDF-1.7", title, author, html, *inside)).encode()

    _put(DRAW, words)
    try:
        yield
    finally:
        _put(words, DRAW)


@contextmanager
def refusals_undrawn() -> Iterator[None]:
    """Refusals answer without their page, for who looks at statuses: the walks of each role have them drawn, and read
    them. Two thirds of what a refusal costs is its page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "render", lambda *about, status: HttpResponse(status=status))
        yield


def _put(old: Any, new: Any) -> None:
    for module in list(sys.modules.values()):
        if vars(module).get("render_pdf") is old:
            module.render_pdf = new  # type: ignore[attr-defined]

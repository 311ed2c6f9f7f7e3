"""The pages of each role, out of the URLconf and the world of the access tests: none can be forgotten."""

from collections.abc import Iterator

from django.test import Client

from tests.access.routes import Route, all_routes
from tests.access.world import World

# They end or change the session itself.
NOT_WALKED = {"account_logout"}


def address(route: Route, world: World) -> str:
    return route.url({"uidb36": "0" * 32, "key": "set-password", "pk": 1, **world.kwargs})


def pages(client: Client, world: World) -> Iterator[tuple[str, str]]:
    """(route name, address) of every HTML page that answers 200 to this client; downloads and fragments left out."""
    for route in all_routes():
        if route.name in NOT_WALKED:
            continue
        url = address(route, world)
        answer = client.get(url)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code == 200 and is_page and not answer.streaming and b"<html" in answer.content:
            yield route.name, url

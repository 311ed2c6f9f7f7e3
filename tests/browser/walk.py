"""The pages of each role, out of the URLconf and the world of the access tests: none can be forgotten."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse
from lxml import html

from cias.accounts.enums import Role
from cias.core.access import has_any
from tests.access.routes import Route, all_routes
from tests.access.world import World
from tests.browser.conftest import session_of

RIGHTS = {route.name: route.rights or () for route in all_routes()}
# They end or change the session itself.
NOT_WALKED = {"account_logout"}


def address(route: Route, world: World) -> str:
    return route.url({"uidb36": "0" * 32, "key": "set-password", "pk": 1, **world.kwargs})


def pages(role: Role, world: World, part: int = 0, parts: int = 1) -> Iterator[tuple[str, str, str]]:
    """(route name, address, HTML) of every page that answers 200 to this role; no downloads, no fragments.

    `parts` shares the routes out between as many walks, of which this one is number `part`. That the others are
    refused is seen by tests/access.
    """
    agent = world.agents[role]
    client = session_of(agent)
    for route in all_routes()[part::parts]:
        rights = RIGHTS[route.name]
        if route.name in NOT_WALKED or (rights and not has_any(agent, rights)):
            continue
        url = address(route, world)
        answer = client.get(url)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code == 200 and is_page and not answer.streaming and b"<html" in answer.content:
            yield route.name, url, answer.content.decode()


def opens_first(name: str, world: World) -> Role | None:
    """The role that stands for the others on a page: the social worker, who sees most, when she may open it."""
    order = (Role.SOCIAL_WORKER, Role.DIRECTOR, *Role)
    return next((role for role in order if has_any(world.agents[role], RIGHTS[name])), None)


def main_screens(client: Client) -> list[str]:
    """Where the left navigation leads, the home page first."""
    home = client.get(reverse("dashboard:home"), follow=True)
    page = html.document_fromstring(home.content.decode())
    links = page.xpath('//nav[@id="menu"]//a[starts-with(@href, "/")]/@href')
    return list(dict.fromkeys(map(str, links)))


def file_screens(client: Client, world: World) -> list[str]:
    """The tabs of the world's household that this client may open."""
    page = html.document_fromstring(client.get(f"/menages/{world.household.pk}/").content.decode())
    return list(dict.fromkeys(map(str, page.xpath('//ul[contains(@class, "nav-tabs")]//a/@href'))))


def has_form(content: str) -> bool:
    """Whether the page's main part asks for something: a POST form with at least one field to fill in."""
    main = html.document_fromstring(content).find(".//main")
    fields = './/form[@method="post"]//*[self::select or self::textarea or self::input[@type!="hidden"]]'
    return main is not None and bool(main.xpath(fields))

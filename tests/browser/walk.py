"""The pages of each role, out of the URLconf and the world of the access tests: none can be forgotten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client
from django.urls import reverse
from lxml import html

from cias.accounts.enums import Role
from cias.core.access import has_any
from tests.access.routes import Route, all_routes
from tests.access.world import World
from tests.browser.conftest import session_of

# They end or change the session itself.
NOT_WALKED = {"account_logout"}
# On a page several roles open, the social worker stands for the others: she sees most.
ORDER = tuple(dict.fromkeys((Role.SOCIAL_WORKER, Role.DIRECTOR, *Role)))
# Attributes whose value axe or a screen reader judges; of the others, only that they are there.
TELLING = {"class", "type", "role", "lang", "scope", "tabindex", "for", "id", "autocomplete", "target"}
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


def address(route: Route, world: World) -> str:
    return route.url({"uidb36": "0" * 32, "key": "set-password", "pk": 1, **world.kwargs})


@dataclass(frozen=True)
class Opened:
    """A page as a role opens it; `stands_first` for the role that stands for the others on it."""

    name: str
    role: Role
    url: str
    content: str
    stands_first: bool


def distinct_pages(world: World, part: int, parts: int) -> Iterator[Opened]:
    """Every page that answers 200 to somebody; once more for a role that is shown something else than those before it.

    `parts` shares the routes out between as many walks, of which this one is number `part`. No downloads, no
    fragments. That the others are refused is seen by tests/access.
    """
    clients = {role: session_of(world.agents[role]) for role in ORDER}
    shapes: set[int] = set()
    for route in all_routes()[part::parts]:
        if route.name in NOT_WALKED:
            continue
        url = address(route, world)
        stands_first = True
        for role in ORDER:
            if route.rights and not has_any(world.agents[role], route.rights):
                continue
            content = _page(clients[role], url)
            if content is None:
                continue
            new = set(_shapes(content)) - shapes
            if stands_first or new:
                yield Opened(route.name, role, url, content, stands_first)
            shapes |= new
            stands_first = False


def _page(client: Client, url: str) -> str | None:
    answer = client.get(url)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.status_code == 200 and is_page and not answer.streaming and b"<html" in answer.content:
        return answer.content.decode()
    return None


def _shapes(content: str) -> tuple[int, int]:
    """What accessibility depends on, around the main part and in it: the elements, not their words."""
    page = html.document_fromstring(content)
    main = page.find(".//main")
    inside = hash(tuple(map(_shape, main.iter("*"))))
    main.clear()
    return hash(tuple(map(_shape, page.iter("*")))), inside


def _shape(element: html.HtmlElement) -> tuple[object, ...]:
    attributes = frozenset(
        (name, CHANGING.sub("0", value) if name in TELLING or name.startswith("aria-") else bool(value))
        for name, value in element.attrib.items()
        if name not in ("nonce", "value", "checked", "selected")
    )
    return element.tag, bool((element.text or "").strip()), attributes


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

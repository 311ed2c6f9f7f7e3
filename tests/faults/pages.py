"""Every form of the application, found on the pages that show it, and sent as a browser would."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.http import HttpResponse
from lxml import html as lxml_html

from cias.accounts.enums import Role
from cias.core.access import PUBLIC
from cias.core.forms import Form, LockedForm, ModelForm
from tests.access.routes import Route, all_routes
from tests.access.walking import NOT_WALKED, acting_client_of, held, sample
from tests.access.world import World
from tests.client import StrictClient

# Whoever sees the most of a page first.
ROLES = (
    Role.SOCIAL_WORKER, Role.DIRECTOR, Role.RECEPTION, Role.PSYCHOLOGIST, Role.ADMIN, Role.BOARD, Role.DPO,
)  # fmt: skip
CHARSET = "utf-8"


@dataclass
class Found:
    """One form: where it stands, where it goes, what an untouched page would send, and the fields that will read it."""

    page: str
    action: str
    client: StrictClient
    values: dict[str, list[str]]
    controls: dict[str, str]
    fields: Mapping[str, forms.Field] = field(default_factory=dict)
    edits: list[Form | ModelForm] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        return [name for name, kind in self.controls.items() if kind == "file"]

    def __str__(self) -> str:
        return f"{self.page} → {self.action}"


class Agents:
    """One client for each role of the world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients: dict[Role, StrictClient] = {}
        for role, user in world.agents.items():
            # Confirmed a moment ago: a dangerous act is made instead of asking who is there.
            self.clients[role] = acting_client_of(user)
            self.clients[role].raise_request_exception = False

    def open(self, route: Route) -> tuple[Role, str, HttpResponse] | None:
        """The page as the first role that may read it gets it; None when it is no page (a download, a POST only)."""
        url = sample(route, self.world)
        for role in ROLES:
            if not held(self.world.agents[role], route.rights or ()):
                continue
            response = self.clients[role].get(url)
            if response.status_code == 200:
                kind = response.headers.get("Content-Type", "")
                return (role, url, response) if kind.startswith("text/html") else None
            if response.status_code == 405:
                return None
        return None


def walked() -> list[Route]:
    """The pages an agent opens; the first page of a visitor is tried elsewhere."""
    return [
        route for route in all_routes() if route.name not in NOT_WALKED and PUBLIC not in (route.rights or ())
    ]


@contextmanager
def edited_rows() -> Iterator[list[Form | ModelForm]]:
    """The forms about an existing row that pages build within the block."""
    made: list[Form | ModelForm] = []
    ordinary = LockedForm.compare_with

    def remember(self: Any, stored: Mapping[str, Any]) -> None:
        ordinary(self, stored)
        if stored:
            made.append(self)

    LockedForm.compare_with = remember  # type: ignore[method-assign]
    try:
        yield made
    finally:
        LockedForm.compare_with = ordinary  # type: ignore[method-assign]


@dataclass
class Page:
    """A page as it was opened: its parameters, its POST forms."""

    name: str
    url: str
    role: Role
    client: StrictClient
    parameters: set[str]
    forms: list[Found]
    links: set[str]
    sources: set[str]
    headers: dict[str, str]


def every_page(world: World) -> Iterator[Page]:
    """Each page an agent opens; each POST form once, whatever the number of rows and pages it stands in."""
    agents, met = Agents(world), set()
    for route in walked():
        with edited_rows() as edits:
            opened = agents.open(route)
        if opened is None:
            continue
        role, url, response = opened
        client = agents.clients[role]
        page = Page(
            route.name,
            url,
            role,
            client,
            parameters(response, url),
            [],
            *references(response),
            dict(response.headers),
        )
        for found in forms_of(response, url, client, route.name):
            found.edits = list(edits)
            signature = (
                address_shape(found.action),
                tuple(sorted(name for name in found.controls if name not in ("pk",))),
            )
            if signature not in met:
                met.add(signature)
                page.forms.append(found)
        yield page


def address_shape(address: str) -> str:
    """An address without its identifiers, nor what follows them."""
    return "/".join("…" if len(part) == 36 else part for part in address.split("?")[0].split("/"))


def forms_of(
    response: HttpResponse, url: str, client: StrictClient, name: str, method: str = "post"
) -> Iterator[Found]:
    if not response.content.strip():
        return
    page = lxml_html.document_fromstring(response.content.decode())
    fields = bound_names(response)
    for form in page.forms:
        if (form.get("method") or "get").lower() != method:
            continue
        action = (form.get("action") or url).strip()
        if action.startswith("/compte/deconnexion"):
            continue
        values: dict[str, list[str]] = {}
        for key, value in form.form_values():
            values.setdefault(key, []).append(value)
        # The one Enter presses: « Garder en brouillon » comes after it.
        button = next(iter(form.xpath('.//button[not(@type="button")]')), None)
        if button is not None and button.get("name"):
            values.setdefault(button.get("name"), [button.get("value") or ""])
        yield Found(name, action, client, values, _controls(form), fields)


def _controls(form: Any) -> dict[str, str]:
    return {
        one.get("name"): one.get("type") or one.tag
        for one in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]")
        if one.get("name") and one.get("type") != "submit"
    }


def bound_names(response: HttpResponse) -> dict[str, forms.Field]:
    """The fields of all forms of a page's context, by the name they have in the page."""
    found: dict[str, forms.Field] = {}
    for layer in response.context or ():
        for data in layer.dicts if hasattr(layer, "dicts") else [layer]:
            for value in data.values():
                for form in _forms_in(value):
                    found |= {form.add_prefix(name): one for name, one in form.fields.items()}
    return found


def _forms_in(value: Any) -> Iterator[forms.BaseForm]:
    if isinstance(value, forms.BaseForm):
        yield value
    elif isinstance(value, forms.BaseFormSet):
        yield from value.forms
        yield value.management_form


def parameters(response: HttpResponse, url: str) -> set[str]:
    """The parameters this page knows: those of its filters and of its links to itself, and usual ones."""
    names = {"page", "tri", "q", "suite"}
    if not response.content.strip():
        return names
    page = lxml_html.document_fromstring(response.content.decode())
    for link in page.xpath("//a/@href"):
        parts = urlsplit(link)
        if parts.path in ("", urlsplit(url).path):
            names |= set(parse_qs(parts.query))
    for form in forms_of(response, url, StrictClient(), "", method="get"):
        names |= set(form.controls)
    return names


def references(response: HttpResponse) -> tuple[set[str], set[str]]:
    """Where a page leads (links, parts it fetches), and what it shows or runs (pictures, scripts, styles)."""
    if not response.content.strip():
        return set(), set()
    page = lxml_html.document_fromstring(response.content.decode())
    links = {
        str(one).split("#")[0] for one in page.xpath("//a/@href | //@hx-get | //form[not(@method)]/@action")
    }
    sources = {str(one) for one in page.xpath("//@src | //link/@href | //@srcset | //object/@data")}
    return links - {""}, sources

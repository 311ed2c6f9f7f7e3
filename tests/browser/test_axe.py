"""axe on every page of every role: as it opens, in dark, and with every form refused."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from cias.accounts.enums import Role
from tests.access.world import World
from tests.browser.axe import violations
from tests.browser.conftest import session_of
from tests.browser.layout import misprints, overflow
from tests.browser.walk import file_screens, has_form, main_screens, opens_first, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]

# The roles that open most pages are walked in parts, so that no test outlasts all the others.
PARTS = {Role.SOCIAL_WORKER: 4, Role.DIRECTOR: 4}
WALKS = [(role, part, PARTS.get(role, 1)) for role in Role for part in range(PARTS.get(role, 1))]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 320, "height": 640}
# Sent by its script while the page stays, with or without a network: see test_slime_visit.
SENT_BY_SCRIPT = {"housing:energy_sheet", "housing:energy_shell"}
# Empties the fields of the first form that has some, as somebody would who sends it too early.
SEND_EMPTY = """() => {
  const asks = "select, textarea, input:not([type=hidden])";
  const form = [...document.querySelectorAll("main form[method=post]")].find(one => one.querySelector(asks));
  form.querySelectorAll(asks).forEach(field => {
    if (field.type === "radio" || field.type === "checkbox") field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = -1;
    else if (field.type !== "submit") field.value = "";
  });
  form.noValidate = true;
  form.requestSubmit();
}"""


@pytest.mark.parametrize(("role", "part", "parts"), WALKS, ids=str)
def test_every_page_of_every_role(
    world: World, role: Role, part: int, parts: int, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(world.agents[role])
    faults, walked = [], set()
    for name, url, _ in pages(role, world, part, parts):
        page.set_viewport_size(WIDE)
        page.goto(url)
        faults += [f"{name} at 1440 px: {fault}" for fault in [*violations(page), *misprints(page)]]
        page.set_viewport_size(PHONE)
        narrow = overflow(page)
        if opens_first(name, world) == role:  # the phone's own rules: once for each page, not for each role
            narrow += violations(page)
        faults += [f"{name} at 320 px: {fault}" for fault in narrow]
        walked.add(name)
    assert not faults, "\n".join(faults)
    assert len(walked) > 3
    assert parts > 1 or {"accounts:me", "dashboard:accessibility"} <= walked


@pytest.mark.parametrize(
    "role", [Role.RECEPTION, Role.SOCIAL_WORKER, Role.DIRECTOR, Role.BOARD, Role.ADMIN], ids=str
)
def test_main_screens_in_dark(world: World, role: Role, browser_login: Callable[..., Page]) -> None:
    client = session_of(world.agents[role])
    screens = main_screens(client)
    if role == Role.SOCIAL_WORKER:
        screens += file_screens(client, world)
    page = browser_login(world.agents[role])
    page.emulate_media(color_scheme="dark")
    faults = []
    for url in screens:
        page.goto(url)
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
        faults += [f"{url}: {fault}" for fault in violations(page)]
    assert not faults, "\n".join(faults)
    assert len(screens) >= 3


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.DIRECTOR, Role.ADMIN], ids=str)
def test_forms_sent_too_early(world: World, role: Role, browser_login: Callable[..., Page]) -> None:
    """What is missing is said at the field, in a page as accessible as the others; nothing else breaks."""
    page = browser_login(world.agents[role])
    page.set_viewport_size(PHONE)
    faults, refused = [], set()
    for name, url, content in list(pages(role, world)):
        if name in SENT_BY_SCRIPT or not has_form(content) or opens_first(name, world) != role:
            continue  # a refusal reads the same for each role
        page.goto(url)
        if not has_form(page.content()):
            continue  # an earlier form of this walk went through and changed this page
        with page.expect_navigation():
            page.evaluate(SEND_EMPTY)
        if page.locator("[data-error-summary]").count():
            refused.add(name)
            faults += [f"{name}: {fault}" for fault in [*violations(page), *misprints(page), *overflow(page)]]
            if not page.title().startswith("Erreur"):
                faults.append(f"{name}: the title does not say « Erreur »: {page.title()}")
    assert not faults, "\n".join(faults)
    assert refused

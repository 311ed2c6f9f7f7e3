"""axe on every page of every role: as it opens, in dark, and with every form refused."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Page

from cias.accounts.enums import Role
from tests.access.walking import paper_as_words
from tests.access.world import World
from tests.browser.axe import violations
from tests.browser.conftest import session_of
from tests.browser.layout import misprints, overflow
from tests.browser.walk import Opened, distinct_pages, file_screens, has_form, main_screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]

# The routes are shared out between as many walks, so that no test outlasts all the others.
PARTS = 10
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 320, "height": 640}
# The two slowest rules of axe. Colours are the same at any width, and where one taps is closest on a telephone.
COLOURS, SIZE = "color-contrast", "target-size"
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


@pytest.fixture(autouse=True)
def _paper_as_words() -> Iterator[None]:
    """Every address is asked for, to find out which are pages: the others are not drawn for that."""
    with paper_as_words():
        yield


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_every_role_and_its_form_sent_too_early(
    world: World, part: int, browser_login: Callable[..., Page]
) -> None:
    """What is missing is said at the field, in a page as accessible as the others; nothing else breaks."""
    page_of = cache(lambda role: browser_login(world.agents[role]))
    faults, forms = [], []
    for opened in distinct_pages(world, part, PARTS):
        faults += [
            f"{opened.name} ({opened.role}) {fault}" for fault in _as_it_opens(page_of(opened.role), opened)
        ]
        if opened.stands_first and opened.name not in SENT_BY_SCRIPT and has_form(opened.content):
            forms.append(opened)
    # Last: a form that goes through changes what other pages show.
    refused = []
    for opened in forms:
        faults += [
            f"{opened.name} ({opened.role}): {fault}"
            for fault in _refused(page_of(opened.role), opened, refused)
        ]
    assert not faults, "\n".join(faults)
    assert refused


def _as_it_opens(page: Page, opened: Opened) -> list[str]:
    page.set_viewport_size(WIDE)
    page.goto(opened.url)
    wide = [*violations(page, without=SIZE if opened.stands_first else ""), *misprints(page)]
    page.set_viewport_size(PHONE)
    narrow = overflow(page)
    if opened.stands_first:  # the phone's own rules: once for each page, not for each role
        narrow += violations(page, without=COLOURS)
    return [f"at 1440 px: {fault}" for fault in wide] + [f"at 320 px: {fault}" for fault in narrow]


def _refused(page: Page, opened: Opened, refused: list[str]) -> list[str]:
    """The faults of the page that a form sent empty brings; its name goes to `refused` when something was refused."""
    page.set_viewport_size(PHONE)
    page.goto(opened.url)
    if not has_form(page.content()):
        return []  # an earlier form of this walk went through and changed this page
    with page.expect_navigation():
        page.evaluate(SEND_EMPTY)
    if not page.locator("[data-error-summary]").count():
        return []
    refused.append(opened.name)
    faults = [*violations(page), *misprints(page), *overflow(page)]
    if not page.title().startswith("Erreur"):
        faults.append(f"the title does not say « Erreur »: {page.title()}")
    return faults


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

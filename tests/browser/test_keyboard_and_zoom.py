"""What axe does not see, on the screens the navigation and a household's tabs lead to."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cias.accounts.enums import Role
from tests.access.world import World
from tests.browser.conftest import session_of
from tests.browser.layout import clipped_by_text_spacing, overflow, tab_walk
from tests.browser.walk import file_screens, main_screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

ROLES = [Role.RECEPTION, Role.SOCIAL_WORKER, Role.DIRECTOR, Role.BOARD]


def screens(world: World, role: Role) -> list[str]:
    client = session_of(world.agents[role])
    return main_screens(client) + (file_screens(client, world) if role == Role.SOCIAL_WORKER else [])


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_tab_reaches_every_control_and_focus_shows(
    world: World, role: Role, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(world.agents[role])
    faults = []
    for url in screens(world, role):
        page.goto(url)
        faults += [f"{url}: {fault}" for fault in tab_walk(page)]
    assert not faults, "\n".join(faults)


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(
    world: World, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(world.agents[Role.SOCIAL_WORKER])
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_zoom_and_text_spacing_lose_nothing(
    world: World, role: Role, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(world.agents[role])
    page.set_viewport_size({"width": 720, "height": 450})  # 1440 × 900 zoomed at 200 %
    faults = []
    for url in screens(world, role):
        page.goto(url)
        faults += [f"{url} at 200 %: {fault}" for fault in overflow(page)]
        faults += [f"{url} with text spacing: {fault}" for fault in clipped_by_text_spacing(page)]
        faults += [f"{url} with text spacing: {fault}" for fault in overflow(page)]
    assert not faults, "\n".join(faults)


def test_the_phone_menu_opens_and_closes_with_the_keyboard(
    world: World, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(world.agents[Role.SOCIAL_WORKER])
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/")
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_hidden()
    page.get_by_role("link", name="Menu", exact=True).press("Enter")
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu).to_be_visible()
    page.get_by_role("link", name="Fermer le menu").press("Enter")
    expect(menu).to_be_hidden()

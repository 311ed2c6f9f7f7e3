"""axe on every page of every role, in light at 1440 px, and no page wider than a 320 px screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from cias.accounts.enums import Role
from tests.access.world import World, build_world
from tests.browser.axe import violations
from tests.browser.conftest import session_of
from tests.browser.layout import misprints, overflow
from tests.browser.walk import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_page_of_every_role(world: World, role: Role, browser_login: Callable[..., Page]) -> None:
    agent = world.agents[role]
    page = browser_login(agent)
    faults = []
    walked = list(pages(session_of(agent), world))
    for name, url in walked:
        page.set_viewport_size(WIDE)
        page.goto(url)
        faults += [f"{name} at 1440 px: {fault}" for fault in [*violations(page), *misprints(page)]]
        page.set_viewport_size(PHONE)
        faults += [f"{name} at 320 px: {fault}" for fault in [*overflow(page), *violations(page)]]
    assert not faults, "\n".join(faults)
    assert {"dashboard:home", "accounts:me"} <= {name for name, _ in walked}

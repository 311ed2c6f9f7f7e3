"""The main screens of each role in forced colours (Windows' contrast themes), and on a tablet held upright."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from cias.accounts.enums import Role
from tests.access.world import World
from tests.browser.conftest import session_of
from tests.browser.layout import overflow, tab_walk
from tests.browser.walk import file_screens, main_screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

TABLET = {"width": 768, "height": 1024}
# Backgrounds are gone: what a button is must show by its edge, a state by its words, what is chosen by a line.
LOST = """() => {
  const seen = selector => [...document.querySelectorAll(selector)].filter(one => one.checkVisibility());
  const line = (style, kind) => style[kind + "Style"] !== "none" && parseFloat(style[kind + "Width"]) >= 1;
  const edged = style => ["borderTop", "borderBottom", "outline"].some(kind => line(style, kind));
  const outlined = element => line(getComputedStyle(element), "outline");
  const told = (what, elements) => elements.map(one => `${what}: ${one.outerHTML.slice(0, 160)}`);
  return [
    ...told("no edge", seen(".btn:not(.btn-link)").filter(one => !edged(getComputedStyle(one)))),
    ...told("no word", seen(".status").filter(one => !one.textContent.trim())),
    ...told("not told as current", seen(".app-nav a[aria-current]").filter(one => !outlined(one))),
    ...told("not told as chosen", [...document.querySelectorAll(".btn-check:checked + .btn")]
      .filter(one => one.checkVisibility() && !outlined(one))),
  ];
}"""


def screens(world: World, role: Role) -> list[str]:
    client = session_of(world.agents[role])
    return main_screens(client) + (file_screens(client, world) if role == Role.SOCIAL_WORKER else [])


@pytest.mark.parametrize(
    "role", [Role.RECEPTION, Role.SOCIAL_WORKER, Role.DIRECTOR, Role.BOARD, Role.ADMIN], ids=str
)
def test_focus_and_states_show_in_forced_colours(
    world: World, role: Role, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(world.agents[role])
    page.emulate_media(forced_colors="active")
    faults = []
    for url in screens(world, role):
        page.goto(url)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        faults += [f"{url}: {fault}" for fault in [*page.evaluate(LOST), *tab_walk(page)]]
    assert not faults, "\n".join(faults)


def test_what_a_background_alone_tells_is_seen_as_lost(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.set_content("""<style>.btn { border: 0; background: green }</style>
      <button class="btn">Envoyer</button><span class="status"></span>
      <nav class="app-nav"><a href="#" aria-current="page">Accueil</a></nav>
      <input type="radio" class="btn-check" checked><label class="btn" style="border: 1px solid">Oui</label>""")
    assert [fault.partition(":")[0] for fault in page.evaluate(LOST)] == [
        "no edge", "no word", "not told as current", "not told as chosen",
    ]  # fmt: skip


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_main_screens_fit_a_tablet_held_upright(
    world: World, role: Role, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(world.agents[role])
    page.set_viewport_size(TABLET)
    faults = []
    for url in screens(world, role):
        page.goto(url)
        faults += [f"{url}: {fault}" for fault in overflow(page)]
    assert not faults, "\n".join(faults)

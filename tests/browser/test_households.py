"""What a household's screens do as one types: suggestions, likely duplicates, drafts that survive a closed tab."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from cias.accounts.enums import Role
from cias.accounts.models import User
from households.models import Note, NoteDraft
from tests.access.world import IDENTITY, World
from tests.browser.axe import violations
from tests.browser.layout import overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[[User], Page]


def test_the_caller_is_found_by_keyboard_alone(world: World, browser_login: Login) -> None:
    page = browser_login(world.agents[Role.RECEPTION])
    page.goto(reverse("households:list"))
    page.keyboard.press("/")
    page.keyboard.type("canarin")
    expect(page.locator("#suggestions").get_by_role("status")).to_have_text("1\u00a0personne trouvée")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".suggestion")).to_have_count(0)
    page.keyboard.type("i")
    expect(page.locator(".suggestion")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggestion")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(IDENTITY)


def test_a_name_typed_before_the_scripts_have_come_is_searched(world: World, browser_login: Login) -> None:
    page = browser_login(world.agents[Role.RECEPTION])
    held: list[Route] = []
    page.route("**/htmx-2.min.js", lambda route: held.append(route))
    page.goto(reverse("households:list"), wait_until="commit")
    page.get_by_label("Nom, téléphone, naissance, numéro").fill("canarin")
    while not held:
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    expect(page.locator(".suggestion")).to_have_count(1)


def test_enter_searches_in_full(world: World, browser_login: Login) -> None:
    page = browser_login(world.agents[Role.RECEPTION])
    page.goto(reverse("households:list"))
    page.get_by_label("Nom, téléphone, naissance, numéro").fill("63998 0417")
    page.keyboard.press("Enter")
    expect(page).to_have_url(reverse("households:search"))
    expect(page.get_by_role("link", name=f"Ornella {IDENTITY}", exact=True)).to_be_visible()


def test_a_likely_duplicate_shows_while_typing_and_takes_the_lead(world: World, browser_login: Login) -> None:
    page = browser_login(world.agents[Role.RECEPTION])
    page.goto(reverse("households:create"))
    page.get_by_label("Nom", exact=True).press_sequentially("Kanarini")
    page.get_by_label("Prénoms").press_sequentially("Ornela")
    known = page.get_by_role("button", name="C’est elle")
    expect(known).to_be_visible()
    expect(page.get_by_text("Nom proche à l’oreille, prénom proche à l’oreille")).to_be_visible()
    confirm = page.get_by_role("button", name="Ouvrir le dossier")
    assert background(known) != background(confirm), "the known person is the main answer"
    assert violations(page) == []
    known.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(IDENTITY)


def background(button: object) -> str:
    return button.evaluate("button => getComputedStyle(button).backgroundColor")  # type: ignore[attr-defined]


def test_a_note_survives_a_closed_tab(world: World, browser_login: Login) -> None:
    author = world.agents[Role.SOCIAL_WORKER]
    page = browser_login(author)
    page.goto(reverse("households:detail", args=[world.household.pk]))
    page.keyboard.press("Alt+n")
    expect(page.get_by_role("heading", name="Écrire une note")).to_be_visible()
    page.get_by_label("Note", exact=True).press_sequentially("Elle viendra")
    expect(page.get_by_text("brouillon enregistré à")).to_be_visible()
    page.get_by_label("Note", exact=True).press_sequentially(" avec sa fille.")
    page.get_by_label("Personnelle").check()
    context = page.context
    page.close(run_before_unload=False)
    again = context.new_page()
    again.wait_for_timeout(500)
    again.goto(reverse("households:note_create", args=[world.household.pk]))
    expect(again.get_by_label("Note", exact=True)).to_have_value("Elle viendra avec sa fille.")
    expect(again.get_by_label("Personnelle")).to_be_checked()
    assert overflow(again) == []
    again.get_by_role("button", name="Enregistrer la note").click()
    expect(again.get_by_text("La note est enregistrée.")).to_be_visible()
    assert Note.objects.get(author=author, level="personal").text == "Elle viendra avec sa fille."
    assert not NoteDraft.objects.filter(household=world.household, note=None).exists()


def test_what_is_typed_before_the_page_is_ready_is_kept_too(world: World, browser_login: Login) -> None:
    page, held = browser_login(world.agents[Role.SOCIAL_WORKER]), []
    page.route(re.compile(r"/js/draft[.\w]*\.js"), lambda route: held.append(route))
    page.goto(reverse("households:note_create", args=[world.household.pk]), wait_until="commit")
    page.get_by_label("Note", exact=True).press_sequentially("Elle viendra")
    held[0].continue_()
    expect(page.get_by_text("brouillon enregistré à")).to_be_visible()
    assert NoteDraft.objects.get(household=world.household, note=None).values["text"] == ["Elle viendra"]


def test_an_interrupted_network_says_so_and_keeps_the_text(world: World, browser_login: Login) -> None:
    page = browser_login(world.agents[Role.SOCIAL_WORKER])
    page.goto(reverse("households:note_create", args=[world.household.pk]))
    page.route("**/brouillon/", lambda route: route.abort())
    page.get_by_label("Note", exact=True).press_sequentially("Elle")
    expect(page.get_by_text("Le brouillon n’a pas pu être enregistré")).to_be_visible()
    page.unroute("**/brouillon/")
    page.get_by_label("Note", exact=True).press_sequentially(" revient.")
    expect(page.get_by_text("brouillon enregistré à")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Elle revient.")


def test_an_action_menu_closes_by_escape_and_by_leaving(world: World, browser_login: Login) -> None:
    page = browser_login(world.agents[Role.SOCIAL_WORKER])
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(reverse("households:detail", args=[world.household.pk]))
    menu = page.locator("details.menu")
    menu.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    assert overflow(page) == []
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).click()
    expect(menu).not_to_have_attribute("open", "")

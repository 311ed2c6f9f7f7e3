"""The SLIME visit on a tablet: network cut, page reloaded, session ended; nothing is lost nor doubled."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from cias.accounts.models import User
from housing.models import EnergyFile, EnergyVisit, VisitPhoto, VisitSending
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.test_login import PASSWORD
from tests.factories import EnergyVisitFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[[User], Page]
KEPT = "Gardé sur cette tablette"
TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def agent(transactional_db: None) -> User:
    return UserFactory(
        email="lucie@cias.test",
        password=make_password(PASSWORD),
        first_name="Lucie",
        last_name="Marin",
        role="ts",
    )


@pytest.fixture
def visit(agent: User) -> EnergyVisit:
    from housing import reference

    reference.seed()
    return EnergyVisitFactory(agent=agent, file__household=MembershipFactory().household)


@pytest.fixture
def page(agent: User, visit: EnergyVisit, browser_login: Login) -> Page:
    page = browser_login(agent)
    page.set_viewport_size(TABLET)
    opened(page, visit)
    # The next loads are the service worker's: the first one only installs it.
    page.evaluate(
        """() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
        || new Promise(resolve => navigator.serviceWorker.addEventListener("controllerchange", resolve)))
        .then(() => true)"""
    )
    return page


def opened(page: Page, visit: EnergyVisit) -> None:
    page.goto(reverse("housing:energy_sheet", args=[visit.pk]))
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-visit-ready", "true")


def said(page: Page) -> Locator:
    return page.locator("[data-said]")


def kept(page: Page) -> int:
    """How many records stand in the browser's database."""
    return page.evaluate(
        """() => new Promise(resolve => { const asked = indexedDB.open("visites", 1);
        asked.onsuccess = () => { const work = asked.result.transaction(["visits", "photos"]);
          const [a, b] = [work.objectStore("visits").count(), work.objectStore("photos").count()];
          work.oncomplete = () => { asked.result.close(); resolve(a.result + b.result); }; }; })"""
    )


def cut(page: Page) -> None:
    """No network; nor is anything sent in the moment that Chromium takes to forbid it to a page loaded again."""
    page.context.set_offline(True)
    page.route("**/*", refuse_sendings)


def restore(page: Page) -> None:
    page.unroute("**/*", refuse_sendings)
    page.context.set_offline(False)


def refuse_sendings(route: Route) -> None:
    if route.request.method == "POST":
        route.abort("internetdisconnected")
    else:
        route.fallback()


def test_typed_photographed_and_reloaded_without_network_then_sent_once(
    page: Page, visit: EnergyVisit, tmp_path: Path
) -> None:
    picture = tmp_path / "mur.jpg"
    Image.new("RGB", (2600, 1400), "navy").save(picture)
    page.get_by_label("Étage, situation").fill("2e étage")
    expect(said(page)).to_contain_text("Enregistré, ")
    cut(page)
    page.get_by_label("Température (°C)").first.fill("14,5")
    page.get_by_label("Humidité (%)").first.fill("82")
    page.locator("label").filter(has_text="Mauvais").first.click()
    page.get_by_label("Ce que montre la photo").fill("Mur du salon")
    page.get_by_label("Prendre une photo").set_input_files(picture)
    expect(page.get_by_text("Hors connexion\u00a0: gardé sur cette tablette.")).to_be_visible()
    expect(page.get_by_text("Mur du salon\u00a0: à envoyer")).to_be_visible()
    assert violations(page) == overflow(page) == []
    page.reload()
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Visite 1")
    expect(page.get_by_label("Température (°C)").first).to_have_value("14,5")
    expect(page.get_by_label("Humidité (%)").first).to_have_value("82")
    expect(page.get_by_label("Étage, situation")).to_have_value("2e étage")
    expect(page.get_by_text("Mur du salon\u00a0: à envoyer")).to_be_visible()
    # Something more without the network, then it is back.
    page.get_by_role("button", name=re.compile("Un de plus.*Ampoule")).click()
    assert not visit.readings.exists()
    restore(page)
    expect(said(page)).to_contain_text("Enregistré, ", timeout=30_000)
    expect(page.get_by_text("1 photo dans le dossier")).to_be_visible(timeout=30_000)
    row = visit.readings.get()
    assert (str(row.temperature), row.humidity) == ("14.5", 82)
    assert visit.equipment.get().quantity == 1
    photo = VisitPhoto.objects.get()
    assert (photo.label, photo.document.household) == ("Mur du salon", visit.file.household)
    keys = list(VisitSending.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))
    # The end, received: the tablet keeps nothing.
    page.get_by_role("button", name="Terminer la visite").click()
    expect(page).to_have_url(re.compile(rf"/visites/{visit.pk}/$"), timeout=30_000)
    visit.refresh_from_db()
    assert visit.done_on is not None
    assert EnergyFile.objects.get().state == "visited_1"
    assert kept(page) == 0


def test_a_double_click_is_one_sending(page: Page, visit: EnergyVisit) -> None:
    page.get_by_label("Étage, situation").fill("RDC")
    expect(said(page)).to_contain_text("Enregistré, ")
    before = VisitSending.objects.count()
    page.get_by_role("button", name="Terminer la visite").dblclick()
    expect(page).to_have_url(re.compile(rf"/visites/{visit.pk}/$"), timeout=30_000)
    assert VisitSending.objects.count() <= before + 2
    assert EnergyFile.objects.get().moves.filter(to_state="visited_1").count() == 1


def test_an_answer_that_never_came_back_does_not_double(page: Page, visit: EnergyVisit) -> None:
    """The server received, the network went before its answer: the same key again changes nothing."""
    lost = []

    def lose(route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/recevoir/", lose)
    page.get_by_label("Étage, situation").fill("3e")
    expect(said(page)).to_contain_text("Enregistré, ", timeout=30_000)
    assert lost == [200]
    assert VisitSending.objects.count() == 1


def test_a_session_that_ended_sends_after_the_login(page: Page, visit: EnergyVisit, agent: User) -> None:
    Session.objects.all().delete()
    page.get_by_label("Étage, situation").fill("Sans session")
    expect(page.get_by_text("Votre session est fermée.")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Reconnectez-vous").click()
    page.get_by_label("Adresse e-mail").fill(agent.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_label("Étage, situation")).to_have_value("Sans session")
    expect(said(page)).to_contain_text("Enregistré, ", timeout=30_000)
    visit.refresh_from_db()
    assert visit.level == "Sans session"


def test_two_agents_in_the_same_visit_see_both(page: Page, visit: EnergyVisit, browser_login: Login) -> None:
    cut(page)
    page.get_by_label("Étage, situation").fill("Sur la tablette")
    expect(said(page)).to_contain_text(KEPT)
    colleague = UserFactory(first_name="Mehdi", last_name="Aouragh", role="ts")
    desk = browser_login(colleague)
    opened(desk, visit)
    desk.get_by_label("Étage, situation").fill("Au bureau")
    expect(said(desk)).to_contain_text("Enregistré, ")
    restore(page)
    expect(page.get_by_text("Mehdi Aouragh a enregistré cette visite")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("row").filter(has_text="Étage, situation")).to_contain_text("Au bureau")
    assert violations(page) == overflow(page) == []
    page.get_by_role("button", name="Garder ces choix").click()
    expect(said(page)).to_contain_text("Enregistré, ", timeout=30_000)
    visit.refresh_from_db()
    assert visit.level == "Sur la tablette"


def test_logging_out_names_what_is_not_sent(page: Page, visit: EnergyVisit) -> None:
    cut(page)
    page.get_by_label("Étage, situation").fill("Pas encore")
    expect(said(page)).to_contain_text(KEPT)
    page.context.route("**/recevoir/", lambda route: route.abort())
    restore(page)
    page.goto(reverse("housing:energy"))
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Une visite n’est pas encore envoyée")).to_be_visible()
    page.get_by_role("button", name="Rester connecté").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Effacer et se déconnecter").click()
    expect(page).to_have_url(re.compile("connexion"))
    assert kept_after(page) == 0


def kept_after(page: Page) -> int:
    """Databases left once logged out."""
    return page.evaluate("indexedDB.databases().then(all => all.length)")


@pytest.mark.parametrize("width", [320, 820, 1180])
def test_every_target_is_large_enough_for_a_thumb(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main select, main input:not([type=hidden]),"
          + "main label.btn, .visit-parts a")].filter(one => one.offsetParent && !one.matches(".btn-check"))
          .map(one => [one.className, (one.closest(".form-check") || one).getBoundingClientRect().height])
          .filter(([name, height]) => height < 43.5)"""
    )
    assert small == []
    assert overflow(page) == []

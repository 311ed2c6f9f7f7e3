"""One case from the telephone to the board's PDF, with the keyboard, each agent in their own browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
import time_machine
from playwright.sync_api import Locator, Page, Route, expect

from abs_reports.importing import import_indicators
from abs_reports.models import Report
from appointments.models import Appointment
from households.models import Note
from housing.models import Stay
from rights.enums import FileState
from rights.models import RightsFile
from tests.abs_reports.conftest import COMPARATOR, FILOSOFI, media  # noqa: F401 - a fixture
from tests.access.routes import all_routes
from tests.access.test_every_url_every_role import PERSONAL
from tests.access.world import World
from tests.browser.people import People
from tests.browser.walk import address
from tests.worker import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTE = "Le loyer est repris. La mutuelle s’arrête en décembre : nous demandons la CSS aujourd’hui."


def enter(control: Locator) -> None:
    """Follow it from the keyboard; a page that comes has its scripts before the next key, as at a person's pace."""
    page = control.page
    control.press("Enter")
    page.wait_for_load_state()


def said(page: Page, text: str) -> None:
    expect(page.locator(".messages")).to_contain_text(text)


def saved_by(link: Locator) -> list[str]:
    """Follow a link to a PDF and give its pages' text. Saved, not shown: Chromium's viewer is an extension."""

    def as_attachment(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-disposition": "attachment"})

    page, address = link.page, re.compile(re.escape(str(link.get_attribute("href"))))
    page.route(address, as_attachment)
    with page.expect_download() as download:
        enter(link)
    page.unroute(address)
    with pdfplumber.open(Path(download.value.path())) as pdf:
        return [page.extract_text() for page in pdf.pages]


@pytest.mark.timeout(300)
def test_from_the_telephone_to_a_room(
    monday: time_machine.Traveller, people: People, browser_login: Callable[..., Page]
) -> None:
    book(browser_login(people.nadege), monday)
    claire = browser_login(people.claire)
    receive(claire)
    write_the_note(claire)
    open_the_css_file(claire)
    hand_in_the_pieces(claire)
    transmit(claire)
    let_in(claire)


def book(desk: Page, clock: time_machine.Traveller) -> None:
    """Reception books the first slot with Claire, then the person comes."""
    desk.goto("/")
    desk.keyboard.press("Alt+r")
    expect(desk.get_by_label("Nom", exact=True)).to_be_focused()
    desk.keyboard.type("goff")
    enter(desk.get_by_role("button", name="C’est elle"))
    expect(desk.get_by_role("radio", name="Logement")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    expect(desk.locator(".script")).to_contain_text("Claire Vasseur")
    desk.keyboard.press("Control+Enter")
    said(desk, "Rendez-vous pris")
    clock.move_to(Appointment.objects.get().start)
    desk.goto("/agenda/")
    enter(desk.get_by_role("button", name=re.compile("Arrivée.*")).first)
    expect(desk.get_by_text("1 personne", exact=True)).to_be_visible()


def receive(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_text("en salle d’attente")).to_be_visible()
    enter(page.get_by_role("link", name="Maëlle Le Goff"))
    enter(page.get_by_role("button", name="Recevoir maintenant"))
    expect(page.get_by_text(re.compile("reçue à"))).to_be_visible()
    enter(page.get_by_role("link", name="Le Goff", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Le Goff")


def write_the_note(page: Page) -> None:
    page.wait_for_load_state()  # keys are heard once the page's script has come
    page.keyboard.press("Alt+n")
    text = page.get_by_role("textbox", name="Note", exact=True)
    text.press_sequentially(NOTE[:20])
    page.keyboard.insert_text(NOTE[20:])
    expect(page.locator("[data-draft-status]")).to_contain_text("rouillon enregistré")
    page.reload()  # the browser closed: what was typed comes back
    expect(page.get_by_text("est revenu")).to_be_visible()
    expect(text).to_have_value(NOTE)
    page.get_by_role("checkbox", name="Accès aux soins").press("Space")
    enter(page.get_by_role("button", name="Enregistrer la note"))
    said(page, "nregistrée")
    assert Note.objects.get().text == NOTE


def open_the_css_file(page: Page) -> None:
    enter(page.get_by_role("link", name="Droits").last)
    enter(page.get_by_role("link", name="Ouvrir un dossier", exact=True))
    enter(page.get_by_role("link", name=re.compile("Complémentaire santé solidaire")))
    deposit = page.get_by_label("Date de dépôt")
    deposit.fill("23112026")
    enter(deposit)
    expect(page.get_by_role("heading", level=2).first).to_have_text("Complémentaire santé solidaire")


def hand_in_the_pieces(page: Page) -> None:
    awaited = page.get_by_role("button", name=re.compile("^Reçue"))
    for _ in range(awaited.count()):
        line = page.locator("li.piece").filter(has=awaited).first
        issued = line.locator("input[name=issued_on]")
        if issued.count():
            issued.fill("20/11/2026")
        enter(line.get_by_role("button", name=re.compile("^Reçue")))
        page.wait_for_load_state()
    expect(awaited).to_have_count(0)
    assert RightsFile.objects.get().state == FileState.COMPLETE


def transmit(page: Page) -> None:
    enter(page.get_by_role("link", name="Transmettre"))
    page.get_by_label("La personne est d’accord").press("Space")
    enter(page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_text("Transmis").first).to_be_visible()
    slip = "\n".join(saved_by(page.get_by_role("link", name="Bordereau")))
    assert "Bordereau de transmission" in slip
    assert "Maëlle Le Goff" in slip
    assert RightsFile.objects.get().state == FileState.TRANSMITTED


def let_in(page: Page) -> None:
    enter(page.get_by_role("link", name="Logement et énergie"))
    enter(page.get_by_role("link", name="Faire entrer en hébergement"))
    page.get_by_label("Place", exact=True).select_option(label="Bel-Air, Chambre 2")
    amount = page.get_by_label("Participation mensuelle")
    amount.fill("87,50")
    enter(amount)
    expect(page.get_by_text("87,50\u00a0€ par mois", exact=True)).to_be_visible()
    assert Stay.objects.get().household.name == "Le Goff"


@pytest.mark.worker
@pytest.mark.timeout(600)
def test_from_public_data_to_the_board(
    world: World,
    territory: None,
    people: People,
    media: Path,  # noqa: F811
    browser_login: Callable[..., Page],
) -> None:
    for file in (COMPARATOR, FILOSOFI):
        import_indicators(name=file.name, content=file.read_bytes())
    worker = Worker(media)
    try:
        compile_and_publish(browser_login(people.isabelle))
    finally:
        worker.stop()
    board = browser_login(people.francoise)
    read_as_a_board_member(board)
    meet_refusals(board, world)


def compile_and_publish(page: Page) -> None:
    page.goto("/rapports/nouvelle-edition/")
    page.get_by_label("Année étudiée").select_option("2025")
    enter(page.get_by_role("button", name=re.compile("Préparer|Compiler")))
    progress = page.get_by_role("progressbar", name="Avancement de la compilation")
    expect(progress).to_be_visible()
    expect(page.get_by_text(re.compile(r"Étape \d+ sur \d+"))).to_be_visible(timeout=60_000)
    publish = page.get_by_role("link", name="Publier")
    expect(publish).to_be_visible(timeout=240_000)
    enter(publish)
    page.get_by_label("Numéro de la délibération").fill("2026-14")
    day = page.get_by_label("Date de la délibération")
    day.fill("17/02/2026")
    enter(day)
    expect(page.get_by_text(re.compile("2026-14 du 17/02/2026"))).to_be_visible()


def read_as_a_board_member(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord du conseil d’administration")
    enter(page.get_by_role("link", name="Rapports ABS"))
    enter(page.get_by_role("link", name="Analyse des besoins sociaux 2025").first)
    expect(page.get_by_text("2026-14 du 17/02/2026")).to_be_visible()
    pages = saved_by(page.get_by_role("link", name="Télécharger le PDF"))
    assert len(pages) >= 20
    assert "2025" in pages[0]
    assert "136 921" in " ".join(" ".join(pages).split())  # municipal population of the 66 communes
    assert Report.objects.filter(deliberation_number="2026-14").exists()


def meet_refusals(page: Page, world: World) -> None:
    """Every address that names a person's file answers the page of refusal, and says who may open it."""
    nominative = [route for route in all_routes() if PERSONAL & set(route.parameters)]
    assert len(nominative) > 40
    for route in nominative[:: len(nominative) // 12]:
        answer = page.goto(address(route, world))
        assert answer is not None
        assert answer.status == 403, route.name
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main")).to_contain_text("Peuvent l’ouvrir")
        assert "Canarini" not in page.content()

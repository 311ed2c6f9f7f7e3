"""The screens worth a picture, and how to reach them.

Demonstration data in a database of its own, the clock set to a busy Tuesday morning: the pictures are the same
whatever the day they are taken on.
"""

import argparse
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pdfplumber
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count, Q
from django.test.utils import modify_settings, setup_databases, teardown_databases
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from abs_reports.compiling.job import run_compilation
from abs_reports.models import CompilationRun, Report
from cias.accounts.models import User
from cias.core.jobs import JobState
from households.models import Budget, Household, TakeOver
from housing.models import EnergyVisit, EvictionFile
from rights.enums import FileState
from rights.estimates.enums import EstimateState
from rights.estimates.job import do_run
from rights.models import AidSession, EstimateRun, RightsEstimate, RightsFile
from tests.browser.conftest import ARGUMENTS, find_chromium, session_of
from tests.database import tables_of_models

ROOT = Path(settings.BASE_DIR)
MOMENT = datetime(2026, 11, 24, 10, 21, tzinfo=ZoneInfo("Europe/Paris"))
FOLDER = ROOT / "docs" / "screenshots"
HEAVIEST = 400_000  # bytes, for each picture
TERRITORY = ROOT / "cias/territory/data/chartres_metropole.geojson"
DESK, TABLET, PHONE = 1440, 820, 390


@dataclass(frozen=True)
class Picture:
    """`open_page` leads the browser to the screen; the file is named after it and the width."""

    name: str
    agent: str
    widths: tuple[int, ...]
    open_page: Callable[[Page], None]
    dark: bool = False
    height: int = 0  # pixels; by default the whole page, at most twice as high as wide


PICTURES: list[Picture] = []


def picture(
    name: str, *, agent: str, widths: tuple[int, ...] = (DESK,), dark: bool = False, height: int = 0
) -> Callable[[Callable[[Page], None]], Callable[[Page], None]]:
    def add(open_page: Callable[[Page], None]) -> Callable[[Page], None]:
        PICTURES.append(Picture(name, agent, widths, open_page, dark, height))
        return open_page

    return add


@picture("reception-day", agent="accueil", widths=(DESK, TABLET))
def reception_day(page: Page) -> None:
    page.goto(reverse("appointments:day"))


@picture("booking", agent="accueil", widths=(DESK, PHONE))
def booking(page: Page) -> None:
    page.goto(reverse("appointments:book"))
    page.get_by_label("Nom", exact=True).press_sequentially("chevali")
    page.get_by_role("button", name="C’est").first.click()
    page.get_by_text("référent :").first.wait_for()
    page.wait_for_load_state("networkidle")  # the next steps are drawn again once that is settled
    page.get_by_text("Droits", exact=True).click()
    page.wait_for_load_state("networkidle")
    with page.expect_response(lambda answer: "/prendre/" in answer.url):  # the words to say follow the choice
        page.locator("input[name=slot]").last.check(force=True)


def household() -> Household:
    """A file with something in every tab: the one most has happened to."""
    counted = Household.objects.filter(closed_on=None, situations__isnull=False).annotate(
        rights=Count("rights_files", distinct=True), stays_count=Count("stays", distinct=True),
        notes_count=Count("notes", distinct=True), orientations_count=Count("orientations", distinct=True),
    )  # fmt: skip
    return counted.filter(rights__gte=2, orientations_count__gte=1).latest(
        "stays_count", "rights", "notes_count"
    )


@picture("household", agent="ts1", widths=(DESK, PHONE))
def household_page(page: Page) -> None:
    page.goto(reverse("households:detail", args=[household().pk]))


@picture("household-dark", agent="ts1", dark=True)
def household_in_dark(page: Page) -> None:
    household_page(page)


@picture("note", agent="ts1")
def note(page: Page) -> None:
    page.goto(reverse("households:note_create", args=[household().pk]))


@picture("budget", agent="ts1")
def budget(page: Page) -> None:
    latest = Budget.objects.filter(household__assignments__agent__email="ts1@cias.test").latest("on", "pk")
    page.goto(reverse("households:budget", args=[latest.pk]))


@picture("work-list", agent="ts1")
def work_list(page: Page) -> None:
    page.goto(reverse("dashboard:work"))


@picture("household-list", agent="ts1")
def household_list(page: Page) -> None:
    page.goto(reverse("households:list"))


@picture("take-over", agent="direction")
def take_over(page: Page) -> None:
    page.goto(reverse("households:takeover", args=[TakeOver.objects.latest("created_at").pk]))


@picture("rights-file", agent="ts1")
def rights_file(page: Page) -> None:
    file = RightsFile.objects.filter(state=FileState.BUILDING).latest("opened_on")
    page.goto(reverse("rights:file", args=[file.pk]))


@picture("rights-list", agent="ts1")
def rights_list(page: Page) -> None:
    page.goto(reverse("rights:files"))


@picture("estimate", agent="ts1")
def estimate(page: Page) -> None:
    """Of those with something probable, the household with the most to say."""
    probable = Count("lines", filter=Q(lines__state=EstimateState.PROBABLE))
    followed = RightsEstimate.objects.filter(household__assignments__agent__email="ts1@cias.test")
    found = followed.annotate(probable=probable).latest("probable", "pk")
    page.goto(reverse("rights:estimate", args=[found.household_id]))


@picture("commission", agent="direction")
def commission(page: Page) -> None:
    page.goto(reverse("rights:aid_session", args=[AidSession.objects.latest("held_on").pk]))


@picture("mail-desk", agent="accueil")
def mail_desk(page: Page) -> None:
    page.goto(reverse("rights:mail_desk"))


@picture("occupancy", agent="ts4")
def occupancy(page: Page) -> None:
    page.goto(reverse("housing:occupancy"))


@picture("waiting-list", agent="ts1")
def waiting_list(page: Page) -> None:
    page.goto(reverse("housing:waiting_list"))


@picture("eviction", agent="ts1")
def eviction(page: Page) -> None:
    """The file whose procedure has gone furthest among those that still run."""
    found = EvictionFile.objects.open().annotate(steps=Count("acts")).latest("steps", "pk")
    page.goto(reverse("housing:eviction", args=[found.pk]))


@picture("slime-visit", agent="ts1", widths=(TABLET,))
def slime_visit(page: Page) -> None:
    """At the kitchen table."""
    visit = EnergyVisit.objects.filter(done_on__isnull=False).latest("done_on", "pk")
    page.goto(reverse("housing:energy_sheet", args=[visit.pk]))


@picture("pathways", agent="ts2", widths=(DESK, PHONE))
def pathways(page: Page) -> None:
    page.goto(reverse("insertion:pathways"))


@picture("abs-report", agent="direction")
def abs_report(page: Page) -> None:
    page.goto(
        reverse("abs_reports:report", args=[Report.objects.exclude(pdf_name="").latest("compiled_at").pk])
    )


@picture("board-dashboard", agent="ca", widths=(DESK, PHONE))
def board_dashboard(page: Page) -> None:
    page.goto(reverse("dashboard:board"))


@picture("permission-matrix", agent="direction")
def permission_matrix(page: Page) -> None:
    page.goto(reverse("accounts:rights"))


@picture("help-panel", agent="ts1", height=1300)
def help_panel(page: Page) -> None:
    """The help beside the screen it explains."""
    budget(page)
    page.get_by_role("link", name="Aide", exact=True).click()
    page.get_by_role("heading", name="Faire un budget").wait_for()


@picture("steering", agent="direction")
def steering(page: Page) -> None:
    page.goto(reverse("dashboard:steering"))


@picture("workshops", agent="ts2")
def workshops(page: Page) -> None:
    page.goto(reverse("insertion:workshops"))


@picture("writing-room", agent="direction")
def writing_room(page: Page) -> None:
    latest = Report.objects.exclude(pdf_name="").latest("compiled_at")
    page.goto(reverse("abs_reports:writing_room", args=[latest.pk]))


@picture("read-log", agent="dpo")
def read_log(page: Page) -> None:
    """A morning's readings, by several agents, each of a page of its own."""
    key = household().pk
    for agent, address in (
        ("accueil", reverse("appointments:day")),
        ("ts2", reverse("insertion:pathways")),
        ("accueil", reverse("households:detail", args=[key])),
        ("ts1", reverse("households:detail", args=[key])),
        ("ts1", reverse("households:composition", args=[key])),
        ("ts1", reverse("households:documents", args=[key])),
        ("ts1", reverse("households:summary", args=[key])),
        ("direction", reverse("households:detail", args=[key])),
        ("accueil", reverse("audit:log")),
    ):
        session_of(User.objects.get(email=f"{agent}@cias.test")).get(address, SERVER_NAME="localhost")
    page.goto(reverse("audit:log"))


def save(png: bytes, name: str) -> None:
    """A palette of 256 colours is enough for flat screens, and three times lighter."""
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    image.save(path, optimize=True)
    weight = path.stat().st_size
    sys.stdout.write(f"{path.relative_to(ROOT)}  {image.width} × {image.height}  {weight // 1000} kB\n")
    if weight > HEAVIEST:
        raise SystemExit(f"{path} is heavier than {HEAVIEST // 1000} kB.")


def pdf_pages() -> None:
    """The cover, and the page with the map of the communes."""
    report = Report.objects.exclude(pdf_name="").latest("compiled_at")
    with pdfplumber.open(report.pdf_path) as pdf:
        mapped = next((page for page in pdf.pages[2:] if len(page.curves) > 60), pdf.pages[4])
        for name, page in (("abs-pdf-cover", pdf.pages[0]), ("abs-pdf-map", mapped)):
            picture = io.BytesIO()
            page.to_image(resolution=110).save(picture, format="PNG", quantize=False)
            save(picture.getvalue(), name)


def fill() -> None:
    """Three years of invented life, the public data, and the reports one compiles from them."""
    sys.stdout.write("Demonstration data…\n")
    call_command("load_territory", str(TERRITORY))
    call_command("demo_data")
    for estimates in EstimateRun.objects.filter(state=JobState.WAITING):
        do_run(estimates.pk)
    for run in CompilationRun.objects.filter(state=JobState.WAITING).order_by("created_at"):
        sys.stdout.write(f"{run.report}…\n")
        run_compilation(run.pk)


def take(chosen: list[Picture], base: str) -> None:
    name = settings.SESSION_COOKIE_NAME
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for one in chosen:
            context = browser.new_context(
                base_url=base, locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce",
                color_scheme="dark" if one.dark else "light",
            )  # fmt: skip
            client = session_of(User.objects.get(email=f"{one.agent}@cias.test"))
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
            page = context.new_page()
            for width in one.widths:
                page.set_viewport_size({"width": width, "height": 900})
                one.open_page(page)
                page.wait_for_load_state("networkidle")
                page.evaluate("document.activeElement.blur()")
                whole = min(page.evaluate("document.documentElement.scrollHeight"), 2 * max(width, 900))
                height = one.height or whole
                page.set_viewport_size({"width": width, "height": height})
                save(page.screenshot(), f"{one.name}-{width}")
            context.close()
        browser.close()


def take_pictures() -> None:
    parser = argparse.ArgumentParser(prog=".ci/screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", help="pictures to take (all)")
    parser.add_argument(
        "--keep", action="store_true", help="use the database of the previous run, and keep it"
    )
    options = parser.parse_args()
    chosen = [one for one in PICTURES if not options.names or one.name in options.names]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with time_machine.travel(MOMENT):
        tables_of_models()
        databases = setup_databases(verbosity=0, interactive=False, keepdb=options.keep)
        try:
            if not User.objects.exists():
                fill()
            server = LiveServer("localhost")
            with modify_settings(ALLOWED_HOSTS={"append": "localhost"}):
                take(chosen, server.url)
            server.stop()
            if not options.names:
                pdf_pages()
        finally:
            teardown_databases(databases, verbosity=0, keepdb=options.keep)

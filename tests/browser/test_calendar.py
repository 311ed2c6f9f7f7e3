"""An agent's week under a real pointer, and the same by keyboard alone (A6)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from appointments.models import Appointment
from cias.accounts.models import User
from cias.core.periods import PARIS
from tests.appointments.conftest import at_work
from tests.browser.axe import violations
from tests.browser.conftest import session_of
from tests.browser.layout import misprints, overflow
from tests.factories import (
    AbsenceFactory,
    AddressFactory,
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
WEEK = "/agenda/mon-agenda/?semaine=2026-11-23"
TUESDAY = datetime(2026, 11, 24, tzinfo=PARIS)


@pytest.fixture
def early() -> Iterator[None]:
    """Tuesday 24 November 2026, 8:00 in Paris."""
    with time_machine.travel(datetime(2026, 11, 24, 7, tzinfo=UTC)):
        yield


@pytest.fixture
def denise(early: None, transactional_db: None, claire: User) -> Appointment:
    """Denise Lefèvre sees Claire on Tuesday from 9:00 to 10:00."""
    at_work(claire)
    membership = MembershipFactory(person__birth_name="Lefèvre", person__first_names="Denise")
    return AppointmentFactory(
        agent=claire, start=TUESDAY.replace(hour=9), minutes=60,
        household=membership.household, person=membership.person,
    )  # fmt: skip


def open_week(page: Page) -> Locator:
    """The calendar's appointments, once drawn."""
    page.goto(WEEK)
    drawn = page.locator(".cal-event")
    expect(drawn.first).to_be_visible()
    return drawn


def drag(page: Page, what: Locator, down: float, *, from_bottom: bool = False) -> None:
    """Take an appointment by its head, or by its foot to stretch it, and put it `down` half hours further."""
    box = what.bounding_box()
    nine, half_past = (
        page.get_by_text(f"9\u00a0h\u00a0{m}", exact=True).bounding_box() for m in ("00", "30")
    )
    assert box is not None
    assert nine is not None
    assert half_past is not None
    x = box["x"] + box["width"] / 2
    y = box["y"] + (box["height"] - 2 if from_bottom else 8)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 10, steps=3)
    page.mouse.move(x, y + down * (half_past["y"] - nine["y"]), steps=8)
    page.mouse.up()


def times(appointment: Appointment) -> tuple[datetime, int]:
    appointment.refresh_from_db()
    return appointment.start, appointment.minutes


def test_an_appointment_is_dragged_stretched_and_put_back(
    denise: Appointment, claire: User, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(claire)
    drawn = open_week(page)
    expect(drawn).to_contain_text("9\u00a0h\u00a000 – 10\u00a0h\u00a000")
    drag(page, drawn, 2)
    said = page.get_by_role("status").filter(has_text="Rendez-vous déplacé")
    expect(said).to_contain_text("24 novembre à 10")
    assert times(denise) == (TUESDAY.replace(hour=10), 60)
    with page.expect_response("**/deposer/"):
        drag(page, drawn, 1, from_bottom=True)
    expect(drawn).to_contain_text("10\u00a0h\u00a000 – 11\u00a0h\u00a030")
    assert times(denise) == (TUESDAY.replace(hour=10), 90)
    with page.expect_response("**/deposer/"):
        page.get_by_role("button", name="Remettre à sa place").click()
    expect(drawn).to_contain_text("10\u00a0h\u00a000 – 11\u00a0h\u00a000")
    assert times(denise) == (TUESDAY.replace(hour=10), 60)


def test_what_to_know_is_asked_ticked_and_sent_again(
    denise: Appointment, claire: User, browser_login: Callable[..., Page]
) -> None:
    """From 9:00 to 11:00 she is in a meeting that afternoon: dropping there asks first."""
    AbsenceFactory(agent=claire, start=TUESDAY.replace(hour=14), end=TUESDAY.replace(hour=16), kind="meeting")
    page = browser_login(claire)
    drawn = open_week(page)
    drag(page, drawn, 10)
    dialog = page.get_by_role("dialog", name="À savoir avant de déplacer")
    expect(dialog.get_by_role("checkbox")).to_be_focused()
    expect(dialog).to_contain_text("réunion")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(drawn).to_contain_text("9\u00a0h\u00a000 – 10\u00a0h\u00a000")
    assert times(denise) == (TUESDAY.replace(hour=9), 60)
    drag(page, drawn, 10)
    expect(dialog.get_by_role("checkbox")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Cochez chaque ligne")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="Rendez-vous déplacé")).to_be_visible()
    assert times(denise) == (TUESDAY.replace(hour=14), 60)
    assert denise.cautions == ["absent"]


def test_a_time_just_taken_sends_it_back(
    denise: Appointment, claire: User, nadege: User, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(claire)
    drawn = open_week(page)
    AppointmentFactory(agent=claire, start=TUESDAY.replace(hour=11), booked_by=nadege)
    drag(page, drawn, 4)
    expect(page.get_by_role("status").filter(has_text="Nadège Fouquet a réservé")).to_be_visible()
    expect(drawn).to_contain_text("9\u00a0h\u00a000 – 10\u00a0h\u00a000")
    assert times(denise) == (TUESDAY.replace(hour=9), 60)


def test_the_same_move_by_keyboard_from_the_table(
    denise: Appointment, claire: User, browser_login: Callable[..., Page]
) -> None:
    """To 12:15 for 45 minutes, which the desk's hours do not hold: one line to tick."""
    page = browser_login(claire)
    open_week(page)
    page.get_by_role("link", name="Tableau").press("Enter")
    page.get_by_role("link", name="Déplacer le rendez-vous de Denise Lefèvre").press("Enter")
    page.get_by_label("Heure", exact=True).fill("12h15")
    page.get_by_label("Durée (minutes)").fill("45")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Space")
    page.get_by_label("Heure", exact=True).press("Enter")
    expect(page.get_by_role("status").filter(has_text="Rendez-vous déplacé")).to_be_visible()
    assert times(denise) == (TUESDAY.replace(hour=12, minute=15), 45)


def test_an_appointment_opens_with_enter(
    denise: Appointment, claire: User, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(claire)
    open_week(page).press("Enter")
    expect(page.get_by_role("heading", name="Rendez-vous de Denise Lefèvre")).to_be_visible()


@pytest.mark.parametrize(("monday", "friday"), [("2026-10-19", 23), ("2026-10-26", 30), ("2026-03-23", 27)])
def test_paris_hours_show_wherever_the_browser_is_on_both_sides_of_a_clock_change(
    claire: User, browser: Browser, live_server: LiveServer, monday: str, friday: int
) -> None:
    """New York changes its clocks on other days: an hour would show."""
    at_work(claire)
    start = datetime(2026, int(monday[5:7]), friday, 9, tzinfo=PARIS)
    AppointmentFactory(agent=claire, start=start, minutes=60)
    context = browser.new_context(
        base_url=live_server.url,
        timezone_id="America/New_York",
        locale="en-US",
        viewport={"width": 1440, "height": 900},
    )
    name = settings.SESSION_COOKIE_NAME
    cookie = session_of(claire).cookies[name].value
    context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/agenda/mon-agenda/?semaine={monday}")
    drawn = page.locator(".cal-event")
    expect(drawn).to_contain_text("9\u00a0h\u00a000 – 10\u00a0h\u00a000")
    place, line = drawn.bounding_box(), page.get_by_text("9\u00a0h\u00a000", exact=True).first.bounding_box()
    assert place is not None
    assert line is not None
    assert abs(place["y"] - line["y"]) < 12
    context.close()


def test_without_javascript_the_table_shows(
    denise: Appointment, claire: User, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    name = settings.SESSION_COOKIE_NAME
    cookie = session_of(claire).cookies[name].value
    context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(WEEK)
    expect(page.get_by_role("table", name="Rendez-vous du mardi 24 novembre 2026")).to_contain_text(
        "Denise Lefèvre"
    )
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_calendar_and_table_are_accessible_at_every_width(
    denise: Appointment, claire: User, mehdi: User, browser_login: Callable[..., Page], theme: str
) -> None:
    """With every state, a visit with its way, an absence and a pair on the screen."""
    nine = TUESDAY.replace(hour=9)
    AppointmentFactory(agent=claire, start=nine - timedelta(days=1), honoured=True)
    AppointmentFactory(agent=claire, start=nine - timedelta(hours=22), missed=True)
    AppointmentFactory(agent=claire, start=nine + timedelta(hours=2), second_agent=mehdi, waiting=True)
    AppointmentFactory(agent=claire, start=nine + timedelta(hours=3, minutes=5), minutes=15)
    home = AddressFactory(household=HouseholdFactory(with_applicant=True)).household
    visit = nine + timedelta(days=1)
    AppointmentFactory(
        agent=claire, start=visit, at_home=True, household=home, busy_from=visit - timedelta(minutes=20)
    )
    AbsenceFactory(agent=claire, start=visit + timedelta(days=1), end=visit + timedelta(days=1, hours=2))
    page = browser_login(claire)
    page.emulate_media(color_scheme=theme)
    faults = []
    for shape in ("calendrier", "tableau"):
        for period in ("semaine=2026-11-23", "jour=2026-11-24"):
            for width in (1440, 820, 320):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"/agenda/mon-agenda/?vue={shape}&{period}")
                expect(page.locator(".cal-event, table.week").first).to_be_visible()
                found = [*violations(page), *overflow(page), *misprints(page)]
                faults += [f"{shape}, {period}, {width} px: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


def test_the_script_of_the_week_comes_with_any_page_while_nobody_waits_for_it(
    claire: User, browser_login: Callable[[User], Page]
) -> None:
    page = browser_login(claire)
    with page.expect_response(lambda response: response.url.endswith("/all/global.js")) as told:
        page.goto("/accessibilite/")
    assert told.value.ok

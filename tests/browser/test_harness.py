"""The checks of these tests see what they say they see: each slip is made on purpose."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import Watch
from tests.browser.layout import clipped_by_text_spacing, misprints, overflow, tab_walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = '<!doctype html><html lang="fr"><head><title>Essai</title></head><body><main><h1>Essai</h1>{}</main>'


def test_axe_names_the_rule_and_the_element(page: Page) -> None:
    page.set_content(PAGE.format('<img src="data:," id="photo"><p>Un texte.</p>'))
    (fault,) = violations(page)
    assert fault.startswith("image-alt (critical)")
    assert "#photo" in fault


def test_axe_is_there_for_the_pages_to_come(page: Page) -> None:
    page.goto("/compte/connexion/")
    assert violations(page) == []
    page.goto("/compte/connexion/")
    page.evaluate("""() => {
        document.querySelector("main").append(Object.assign(document.createElement("img"), {src: "data:,"}));
    }""")
    (fault,) = violations(page)
    assert fault.startswith("image-alt (critical)")


def test_a_sound_page_has_nothing_to_report(page: Page) -> None:
    style = "<style>:focus-visible { outline: 3px solid blue; }</style>"
    page.set_content(PAGE.format(f'{style}<p>Un texte\u00a0: <a href="/">un lien</a>.</p>'))
    page.set_viewport_size({"width": 320, "height": 640})
    assert violations(page) == overflow(page) == misprints(page) == tab_walk(page) == []
    assert clipped_by_text_spacing(page) == []


def test_overflow_names_what_sticks_out(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(PAGE.format('<p style="width: 400px" id="wide">Large</p>'))
    width, element = overflow(page)
    assert "for 320" in width
    assert 'id="wide"' in element


def test_the_tab_walk_sees_lost_controls_and_lost_focus(page: Page) -> None:
    trap = "onkeydown=\"if (event.key === 'Tab') event.preventDefault()\""
    page.set_content(PAGE.format(f'<button style="outline: none" {trap}>A</button><button id="b">B</button>'))
    faults = tab_walk(page)
    assert any(fault.startswith("not reached") and 'id="b"' in fault for fault in faults)
    assert any(fault.startswith("focus does not show") for fault in faults)


def test_text_spacing_shows_what_it_cuts(page: Page) -> None:
    box = "width: 60px; height: 20px; overflow: hidden; white-space: nowrap"
    page.set_content(PAGE.format(f'<p id="cut" style="{box}">Rendezvous</p>'))
    assert any('id="cut"' in element for element in clipped_by_text_spacing(page))


@pytest.mark.parametrize(
    "text", ["Échéance : demain", "Est-ce elle ?", "« Entretien »", "population 2\u00a0023"]
)
def test_misprints_are_seen(page: Page, text: str) -> None:
    page.set_content(PAGE.format(f"<p>{text}</p>"))
    assert len(misprints(page)) == 1


def test_a_slip_in_the_console_or_a_missing_file_is_a_failure(page: Page, watch: Watch) -> None:
    page.goto("/compte/connexion/")
    page.evaluate("""() => {
        document.body.append(Object.assign(document.createElement("img"), {src: "/static/absent.png", alt: ""}));
        document.body.append(Object.assign(document.createElement("script"), {textContent: "1"}));
    }""")
    page.wait_for_load_state("networkidle")
    problems = " ".join(watch.problems)
    watch.problems.clear()
    assert "Content Security Policy" in problems
    assert "404: " in problems


def test_asking_another_host_is_a_failure(page: Page, watch: Watch) -> None:
    page.set_content(PAGE.format('<img src="https://example.invalid/pixel.png" alt="">'))
    problems, watch.problems = watch.problems, []
    assert problems == ["request to another host: https://example.invalid/pixel.png"]

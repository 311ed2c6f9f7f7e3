"""A form sent, the back button, sent again: nothing is kept twice (quality.md, Reliability)."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cias.accounts.enums import Role
from cias.accounts.models import User
from households.models import Household, Note
from tests.access.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[[User], Page]


def sent_again(page: Page, address: str, fill: Callable[[], None], button: str) -> None:
    """Fill in and send the form at `address`, go back as the browser does, and send what stands there once more."""
    page.goto(address)
    fill()
    page.get_by_role("button", name=button).click()
    page.wait_for_url(lambda url: address not in url)
    page.go_back()
    page.wait_for_url(f"**{address}")
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()


def test_a_note(world: World, browser_login: Login) -> None:
    author = world.agents[Role.SOCIAL_WORKER]
    page = browser_login(author)

    def fill() -> None:
        page.get_by_label("Note", exact=True).fill("Elle viendra avec sa fille.")

    sent_again(
        page, reverse("households:note_create", args=[world.household.pk]), fill, "Enregistrer la note"
    )
    assert Note.objects.filter(author=author, text="Elle viendra avec sa fille.").count() == 1


def test_a_household(world: World, browser_login: Login) -> None:
    page = browser_login(world.agents[Role.RECEPTION])

    def fill() -> None:
        page.get_by_label("Nom", exact=True).fill("Kerbrat")
        page.get_by_label("Prénoms").fill("Soizic")

    sent_again(page, reverse("households:create"), fill, "Ouvrir le dossier")
    assert Household.objects.filter(name="Kerbrat").count() == 1
    expect(page.get_by_role("main")).to_be_visible()

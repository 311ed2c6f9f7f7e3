"""The copy of a person's data, from the dpo's first page to the file (C8)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cias.audit.models import AccessLog
from households.models import PersonRequest
from tests.browser.axe import violations
from tests.factories import HouseholdFactory, MembershipFactory, PersonFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_what_waits_to_the_file(
    browser_login: Callable[..., Page], territory: None, tmp_path: Path
) -> None:
    dpo = UserFactory(role="dpo", first_name="David")
    household = HouseholdFactory(opened_on=date(2024, 1, 8))
    ornella = PersonFactory(birth_name="Canarini", first_names="Ornella")
    MembershipFactory(household=household, person=ornella)
    PersonRequest.objects.create(
        household=household, person=ornella, kind="access", received_on=timezone.localdate(), identity_checked=True,
        noted_by=dpo,
    )  # fmt: skip
    page = browser_login(dpo)
    page.goto("/")
    expect(page.get_by_role("heading", name="À traiter")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("region", name="À traiter").get_by_role("link", name="Demandes des personnes").click()
    page.get_by_role("link", name="Accès et copie").click()
    assert violations(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Copie à lire (PDF)").click()
    target = tmp_path / "copie.pdf"
    waiting.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF")
    line = AccessLog.objects.get(action="export")
    assert line.subject_id == household.pk
    assert line.reason.startswith("Droit d’accès (RGPD, art. 15)")

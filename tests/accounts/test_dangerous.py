"""Dangerous acts ask again who one is, whatever the address, and lose nothing of what was typed (C6, ASVS 7.5.1)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cias.accounts.enums import Role
from cias.accounts.models import FactorReset, User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core import once
from cias.lists.models import ExportRun
from tests.access.routes import all_routes
from tests.accounts.conftest import PASSWORD
from tests.factories import AssignmentFactory

pytestmark = pytest.mark.django_db
# The list of docs/adr/0019-accounts.md: taking one away is a decision, not a slip.
DANGEROUS = {
    "accounts:open", "accounts:edit", "accounts:close", "accounts:reopen", "accounts:departure",
    "accounts:end_theirs", "accounts:unlink", "accounts:end_sessions", "accounts:end_session", "accounts:ask_reset",
    "accounts:decide_reset",
    "households:emergency", "households:emergency_number", "households:rescue",
    "households:protection_change", "households:protection_lift", "households:access_remove",
    "households:person_merge", "households:household_merge", "households:merge_undo", "households:takeover_start",
    "households:takeover_report", "households:takeover_refused", "households:retention_rules", "households:hold_lift",
    "households:slip_run", "lists:export", "insertion:import_report", "insertion:import_refused",
    "territory:secrecy", "insertion:sealed_rules", "insertion:report_list", "housing:energy_export",
    "audit:export", "households:person_request_pdf", "households:person_request_json",
    "households:person_request_documents",
}  # fmt: skip


def is_dangerous(view: Any) -> bool:
    return bool(getattr(view, "dangerous", False))


def test_the_acts_are_those_of_the_list() -> None:
    marked = {route.name for route in all_routes() if is_dangerous(route.view)}
    assert marked >= DANGEROUS, DANGEROUS - marked


def test_the_adr_names_them() -> None:
    from django.conf import settings

    text = (settings.BASE_DIR / "docs/adr/0019-accounts.md").read_text()
    assert [name for name in sorted(DANGEROUS) if f"`{name}`" not in text] == []


class TestNothingIsLost:
    @pytest.fixture
    def claire(self, claire: User, with_password: Callable[[User], User]) -> User:
        AssignmentFactory(agent=claire)
        return with_password(claire)

    def test_a_post_with_a_query_and_several_values_is_made_as_it_was_typed(
        self, login: Callable[..., Any], armelle: User, claire: User, with_password: Callable[[User], User]
    ) -> None:
        client = login(with_password(armelle))
        fields = {
            "first_name": "Claire", "last_name": "Vasseur-Émery & fils", "email": claire.email,
            "role": Role.SOCIAL_WORKER, "has_agenda": "on",
        }  # fmt: skip
        asked = client.post(f"/administration/comptes/{claire.pk}/modifier/?de=liste&x=é", fields)
        assert asked.url.startswith("/compte/securite/confirmer/")
        done = client.post(asked.url, {"password": PASSWORD})
        assert done.url == f"/administration/comptes/{claire.pk}/"
        claire.refresh_from_db()
        assert claire.last_name == "Vasseur-Émery & fils"

    def test_a_wrong_password_makes_nothing(
        self, login: Callable[..., Any], armelle: User, claire: User, with_password: Callable[[User], User]
    ) -> None:
        client = login(with_password(armelle))
        asked = client.post(f"/administration/comptes/{claire.pk}/sessions/fermer/")
        at_work = login(claire)
        assert client.post(asked.url, {"password": "faux"}).status_code == 200
        assert at_work.get("/compte/").status_code == 200

    def test_what_was_given_up_is_not_made_by_another_confirmation(
        self, login: Callable[..., Any], armelle: User, claire: User, with_password: Callable[[User], User]
    ) -> None:
        """One leaves the confirmation of one act; confirming later for another page must not bring the first back."""
        client = login(with_password(armelle))
        at_work = login(claire)
        client.post(f"/administration/comptes/{claire.pk}/sessions/fermer/")
        other = client.get("/compte/securite/application/activer/")
        done = client.post(other.url, {"password": PASSWORD})
        assert done.url == "/compte/securite/application/activer/"
        assert at_work.get("/compte/").status_code == 200

    def test_nor_after_ten_minutes(
        self,
        login: Callable[..., Any],
        armelle: User,
        claire: User,
        with_password: Callable[[User], User],
        time_machine: Any,
    ) -> None:
        client = login(with_password(armelle))
        asked = client.post(f"/administration/comptes/{claire.pk}/sessions/fermer/")
        at_work = login(claire)
        time_machine.move_to(timezone.now() + timedelta(minutes=11))
        client.post(asked.url, {"password": PASSWORD})
        assert at_work.get("/compte/").status_code == 200

    def test_rights_are_asked_again(
        self, login: Callable[..., Any], armelle: User, claire: User, with_password: Callable[[User], User]
    ) -> None:
        client = login(with_password(armelle))
        asked = client.post(f"/administration/comptes/{claire.pk}/fermer/")
        User.objects.filter(pk=armelle.pk).update(role=Role.RECEPTION)
        assert client.post(asked.url, {"password": PASSWORD}).status_code == 403
        claire.refresh_from_db()
        assert claire.is_active

    def test_a_post_that_waited_counts_once_with_its_page(
        self, login: Callable[..., Any], armelle: User, claire: User, with_password: Callable[[User], User]
    ) -> None:
        """Made after the confirmation, then sent again from the page one comes back to."""
        client = login(with_password(armelle))
        fields = {"how": "Vue au bureau", once.FIELD: "jeton"}
        path = f"/administration/comptes/{claire.pk}/telephone-perdu/?de=liste"
        client.post(client.post(path, fields).url, {"password": PASSWORD, once.FIELD: "autre"})
        FactorReset.objects.update(decided_at=timezone.now(), decided_by=armelle)
        again = client.post(path, fields)
        assert again.url == f"/administration/comptes/{claire.pk}/"
        assert FactorReset.objects.count() == 1

    def test_a_confirmation_lasts_five_minutes(
        self,
        login: Callable[..., Any],
        armelle: User,
        claire: User,
        with_password: Callable[[User], User],
        time_machine: Any,
    ) -> None:
        client = login(with_password(armelle))
        path = f"/administration/comptes/{claire.pk}/sessions/fermer/"
        client.post(client.post(path).url, {"password": PASSWORD})
        assert client.post(path).url == f"/administration/comptes/{claire.pk}/"
        time_machine.move_to(timezone.now() + timedelta(minutes=6))
        assert "/confirmer/" in client.post(path).url

    def test_an_export_is_not_prepared_before(self, login: Callable[..., Any], claire: User) -> None:
        client = login(claire)
        answer = client.post("/listes/menages/exporter/?q=", {"file_format": "csv"})
        assert "/confirmer/" in answer.url
        assert not ExportRun.objects.exists()

    @pytest.mark.parametrize("name", ["insertion:report_list", "housing:energy_export", "audit:export"])
    def test_a_file_leaves_by_the_button_of_the_page_that_follows(
        self, login: Callable[..., Any], isabelle: User, with_password: Callable[[User], User], name: str
    ) -> None:
        client = login(with_password(isabelle))
        fields = {"du": "01/01/2025", "au": "31/12/2025", "raison": "Bilan annuel", "reason": "Bilan annuel"}
        asked = client.post(reverse(name), fields)
        assert asked.url.startswith("/compte/securite/confirmer/")
        assert client.post(asked.url, {"password": "faux"}).headers["Content-Type"].startswith("text/html")
        assert not AccessLog.objects.filter(action=AccessAction.EXPORT).exists()
        page = client.post(asked.url, {"password": PASSWORD})
        assert not AccessLog.objects.filter(action=AccessAction.EXPORT).exists()
        form = html.document_fromstring(page.content.decode()).xpath("//main//form")[0]
        assert form.action == reverse(name)
        sent = client.post(form.action, dict(form.form_values()))
        assert sent.headers["Content-Type"].startswith("text/csv")
        assert AccessLog.objects.filter(action=AccessAction.EXPORT, reason="Bilan annuel").exists()

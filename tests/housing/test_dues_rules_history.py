"""The rules of the contributions and of the inventories: what changed is shown, what is out of use stays."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from housing.inventories.services.writing import rule_on
from housing.models import DuesRule, InventoryRule, RoomTemplate, WearRule

pytestmark = pytest.mark.django_db
RULES = reverse("housing:dues_rules")


def history(client) -> str:
    page = client.get(RULES).content.decode()
    words = re.sub(r"<[^>]*>", " ", page[page.index("Historique des changements") :])
    return re.sub(r"\s+", " ", html.unescape(words))


def changed(client, name: str, row, **values: object) -> str:
    """The row saved by its form with these values, and what the page tells of it afterwards."""
    url = reverse(f"housing:{name}", args=[row.pk])
    form = client.get(url).context["form"]
    shown = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    typed = {key: value for key, value in (shown | values).items() if value is not None}
    assert client.post(url, typed).status_code == 302
    return history(client)


@pytest.mark.parametrize(
    ("name", "model", "field", "value", "label"),
    [
        ("dues_rule", DuesRule, "notice_days", 9, "Délai entre l’appel et l’échéance"),
        ("inventory_rule", InventoryRule, "correction_days", 17, "Correction de l’entrée"),
        ("wear_rule", WearRule, "lifetime_years", 41, "Durée de vie"),
        ("room_template", RoomTemplate, "position", 77, "Rang"),
    ],
)
def test_who_changed_what_is_told_under_the_rules(
    login, isabelle: User, name: str, model, field: str, value: int, label: str
) -> None:
    row = model.objects.first()
    before = getattr(row, field)
    told = changed(login(isabelle), name, row, **{field: value})
    assert "par Isabelle Marchand" in told
    assert re.search(rf"{label}[^:]* : avant, {before} après, {value}\b", told), told[:600]


def test_a_line_out_of_use_stays_and_its_end_is_told(login, isabelle: User) -> None:
    row = WearRule.objects.filter(is_active=True).first()
    told = changed(login(isabelle), "wear_rule", row, is_active=None)
    assert not WearRule.objects.get(pk=row.pk).is_active
    assert f"Modification , ligne de vétusté « {row.label} » par Isabelle Marchand" in told
    assert "En usage : avant, Oui après, Non" in told


def test_a_room_no_longer_proposed_says_so(login, isabelle: User) -> None:
    row = RoomTemplate.objects.first()
    client = login(isabelle)
    assert "n’est plus proposée" not in client.get(RULES).content.decode()
    changed(client, "room_template", row, is_active=None)
    assert "n’est plus proposée" in client.get(RULES).content.decode()


class TestAnInventoryRuleToCome:
    """Ten days become fifteen on 1 January: voted in December, told in December, applied in January."""

    CREATE = reverse("housing:inventory_rule_create")

    def voted(self, client, **values: object):
        shown = {field.html_name: field.value() for field in client.get(self.CREATE).context["form"]}
        assert shown["correction_days"] == 10  # what holds today
        return client.post(self.CREATE, shown | {"source": "Délibération 2026-44"} | values)

    def test_it_holds_from_its_day_on(self, login, isabelle: User) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        client = login(isabelle)
        answer = self.voted(client, valid_from=f"{tomorrow:%d/%m/%Y}", correction_days=15)
        assert answer.url == RULES
        assert rule_on(timezone.localdate()).correction_days == 10
        assert rule_on(tomorrow).correction_days == 15
        page = client.get(RULES).content.decode()
        assert re.search(r"État des lieux, à partir du[^<]*</h2><span class=\"status\">à venir", page)
        told = history(client)
        assert "Création" in told
        assert "Délibération 2026-44" in told

    def test_it_may_be_corrected_until_then(self, login, isabelle: User) -> None:
        day = timezone.localdate() + timedelta(days=40)
        client = login(isabelle)
        self.voted(client, valid_from=f"{day:%d/%m/%Y}", correction_days=15)
        told = changed(client, "inventory_rule", rule_on(day), correction_days=20)
        assert re.search(r"avant, 15 après, 20\b", told)

    def test_two_do_not_begin_the_same_day(self, login, isabelle: User) -> None:
        first = InventoryRule.objects.get().valid_from
        page = self.voted(login(isabelle), valid_from=f"{first:%d/%m/%Y}", correction_days=15)
        assert "Une règle commence déjà ce jour-là" in page.content.decode()
        assert InventoryRule.objects.count() == 1

"""The rules of the contributions and of the inventories: what changed is shown, what is out of use stays."""

import html
import re

import pytest
from django.urls import reverse

from cias.accounts.models import User
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

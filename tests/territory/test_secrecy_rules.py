"""The thresholds of statistical secrecy as dated settings: stricter if one likes, never laxer, never changed (S5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.secrecy import THRESHOLDS
from cias.territory.models import SecrecyRule
from cias.territory.services import secrecy_thresholds

pytestmark = pytest.mark.django_db
URL = "/administration/secret-statistique/"


def typed(day: date | None = None, **changes: object) -> dict[str, object]:
    return {
        "valid_from": f"{day or timezone.localdate():%d/%m/%Y}",
        "count": 5,
        "sensitive": 11,
        "amount_units": 11,
        "dominance": 85,
        "rate_denominator": 20,
        "source": "Décision de la direction",
        **changes,
    }


@pytest.fixture
def client(login, isabelle: User):
    return login(isabelle)


def test_a_new_installation_has_those_of_the_rule() -> None:
    assert secrecy_thresholds() == THRESHOLDS


def test_a_stricter_rule_holds_from_its_day_on(client) -> None:
    soon = timezone.localdate() + timedelta(days=30)
    answer = client.post(URL, typed(soon, count=10, dominance=70), follow=True)
    assert "Les seuils sont enregistrés" in answer.content.decode()
    assert secrecy_thresholds() == THRESHOLDS
    assert secrecy_thresholds(soon).count == 10
    assert secrecy_thresholds(soon).dominance == Decimal("0.7")
    assert "À venir" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("count", 4, "au moins 5"),
        ("sensitive", 10, "au moins 11"),
        ("amount_units", 10, "au moins 11 ménages"),
        ("dominance", 86, "85\u00a0% au plus"),
        ("dominance", 0, "85\u00a0% au plus"),
        ("rate_denominator", 19, "au moins 20"),
        ("source", "", "obligatoire"),
    ],
)
def test_below_the_law_is_refused_at_the_field(client, field: str, value: object, said: str) -> None:
    form = client.post(URL, typed(**{field: value})).context["form"]
    assert said in " ".join(form.errors[field])
    assert SecrecyRule.objects.count() == 1


def test_a_sensitive_subject_is_never_laxer_than_others(client) -> None:
    form = client.post(URL, typed(count=15)).context["form"]
    assert "sensitive" in form.errors


def test_the_past_does_not_change(client) -> None:
    form = client.post(URL, typed(timezone.localdate() - timedelta(days=1))).context["form"]
    assert "le passé ne change pas" in " ".join(form.errors["valid_from"])
    client.post(URL, typed(count=8))
    form = client.post(URL, typed(count=9)).context["form"]
    assert "Une règle commence déjà ce jour-là." in form.errors["valid_from"]


def test_a_rule_is_neither_changed_nor_deleted() -> None:
    for change in (lambda: SecrecyRule.objects.update(count=9), lambda: SecrecyRule.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

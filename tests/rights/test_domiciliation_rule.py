"""The rule of domiciliation is reference data: dated versions, sources, clocks that keep what they began under."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cias.accounts.models import User
from cias.core.periods import PARIS
from cias.core.registry import contacts
from cias.core.sources import Certainty
from rights.domiciliation import services
from rights.domiciliation.enums import DeskKind
from rights.domiciliation.rule_forms import RuleForm
from rights.models import DeskRule, Domiciliation, DomiciliationRule
from tests.factories import DomiciliationFactory, ElectionFactory

pytestmark = pytest.mark.django_db


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-11-24T10:21+01:00")


@pytest.fixture
def box(claire: User) -> Domiciliation:
    """Asked for on 1 October, met on 6 October 2026."""
    domiciliation = DomiciliationFactory(agent=claire)
    ElectionFactory(domiciliation=domiciliation, granted=True)
    services.refresh(domiciliation)
    return domiciliation


def posted(**changes: str) -> dict[str, str]:
    """What the page of a new version sends when nothing but `changes` was typed."""
    form = RuleForm(None, latest=DomiciliationRule.objects.latest("valid_from"))
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value not in (None, False)
    }
    return {**sent, **changes}


def test_a_new_version_keeps_the_absences_that_began_before(login, isabelle, claire, box) -> None:
    client, url = login(isabelle), reverse("rights:dom_rule")
    assert "À partir de la version du 01/09/2016" in client.get(url).content.decode()
    sent = posted(
        valid_from="01/11/2026", absence_months="4", source="Règlement du CIAS, art. 3", certainty="verified"
    )
    assert client.post(url, sent).url == reverse("rights:dom_settings")
    before, after = DomiciliationRule.objects.order_by("valid_from")
    assert (before.valid_until, after.absence_months, after.certainty) == (date(2026, 10, 31), 4, "verified")
    assert after.effects.count() == len(DeskKind)
    box.refresh_from_db()
    assert box.absence_due_on == date(2027, 1, 6), "this absence began in October"
    services.record(by=claire, domiciliation=box, kind=DeskKind.VISIT, at=at("2026-11-20"))
    box.refresh_from_db()
    assert box.absence_due_on == date(2027, 3, 20)


def test_a_version_that_began_already_moves_the_clocks_it_is_about(isabelle, claire, box) -> None:
    services.record(by=claire, domiciliation=box, kind=DeskKind.ARRIVED, letters=1, at=at("2026-10-12"))
    services.record(by=claire, domiciliation=box, kind=DeskKind.HANDED_PROXY, at=at("2026-11-20"),
                    proxy=box.proxies.create(name="Paul", start=date(2026, 10, 1)))  # fmt: skip
    box.refresh_from_db()
    assert box.last_contact_on == date(2026, 10, 6)
    alive = contacts["domiciliation"].rows
    assert not alive().exists()
    sent = posted(valid_from="01/11/2026", handed_proxy_resets="on")
    form = RuleForm(sent, latest=DomiciliationRule.objects.get())
    assert form.is_valid(), form.errors
    services.change_rule(
        by=isabelle, valid_from=date(2026, 11, 1), values=form.rule_values(), effects=form.effect_values()
    )
    box.refresh_from_db()
    assert (box.last_contact_on, box.absence_due_on) == (date(2026, 11, 20), date(2027, 2, 20))
    assert alive().count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"valid_from": "01/09/2016"}, "valid_from"),
        ({"valid_from": "hier"}, "valid_from"),
        ({"alert_months": "3"}, "alert_months"),
        ({"absence_months": "0"}, "alert_months"),
        ({"absence_months": ""}, "absence_months"),
        ({"alert_days": "40"}, "alert_days"),
        ({"most_proxies": "0"}, "most_proxies"),
        ({"source": ""}, "source"),
        ({"visit_source": ""}, "visit_source"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(login, isabelle, typed, field) -> None:
    sent = {**posted(valid_from="01/01/2027", call_source="Texte tapé"), **typed}
    answer = login(isabelle).post(reverse("rights:dom_rule"), sent)
    assert set(answer.context["form"].errors) == {field}
    assert "Texte tapé" in answer.content.decode()
    assert DomiciliationRule.objects.count() == 1


def test_a_version_to_come_is_withdrawn_one_in_force_is_not(login, isabelle) -> None:
    client = login(isabelle)
    client.post(reverse("rights:dom_rule"), posted(valid_from="01/01/2027", absence_months="4"))
    shown = client.get(reverse("rights:dom_settings")).content.decode()
    assert "Une nouvelle version commence le 01/01/2027" in shown
    client.post(reverse("rights:dom_rule_withdraw"))
    assert DomiciliationRule.objects.get().valid_until is None
    client.post(reverse("rights:dom_rule_withdraw"))
    assert DomiciliationRule.objects.count() == 1
    with pytest.raises(ValidationError, match="une version en vigueur se remplace"):
        services.withdraw_rule(by=isabelle)


def test_reading_the_texts_verifies_the_sources_and_moves_nothing(login, isabelle, box) -> None:
    client, url = login(isabelle), reverse("rights:dom_rule_check")
    form = client.get(url).context["form"]
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    read = {"certainty": "verified", "call_source": "Règlement, art. 4", "call_certainty": "verified"}
    client.post(url, {**sent, **read})
    rule = DomiciliationRule.objects.get()
    assert (rule.certainty, rule.practice_certainty, rule.absence_months) == (
        Certainty.VERIFIED,
        Certainty.TO_CHECK,
        3,
    )
    call = DeskRule.objects.get(code=DeskKind.CALL)
    assert (call.source, call.certainty, call.resets_clock) == ("Règlement, art. 4", "verified", True)
    told = client.get(reverse("rights:dom_settings_history")).content.decode()
    assert "Règlement, art. 4" in told


def test_only_who_manages_the_structure_changes_them(login, claire, nadege) -> None:
    for name in ("dom_rule", "dom_rule_check", "dom_settings_history"):
        for user in (claire, nadege):
            assert login(user).get(reverse(f"rights:{name}")).status_code == 403


def test_a_day_without_a_rule_is_said_at_the_field(login, claire, household) -> None:
    person = household.memberships.get(role="applicant").person
    sent = {"person": person.pk, "commune": "28085", "agent": claire.pk, "on": "01/01/1990"}
    form = login(claire).post(reverse("rights:dom_request", args=[household.pk]), sent).context["form"]
    assert "on" in form.errors

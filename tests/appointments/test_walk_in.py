"""Somebody comes without appointment and is urgent: three actions lead them to whoever is free first (A5)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment
from cias.core.periods import PARIS
from tests.appointments.pages import parse, select, words
from tests.factories import AppointmentFactory, MembershipFactory

pytestmark = pytest.mark.django_db
DAY, BOOK = reverse("appointments:day"), reverse("appointments:book")
NOW = datetime(2026, 11, 24, 10, 21, tzinfo=PARIS)


def now_link(client) -> str:
    [link] = [link for link in select(parse(client.get(DAY)), ".actions a") if "Recevoir" in words(link)]
    return link.get("href")


def known(name: str):
    return MembershipFactory(person__birth_name=name).person


def call(reason, **more) -> dict[str, object]:
    return {"reason": reason.pk, "urgency": "today", "place": "office", "is_here": "1", **more}


def test_the_first_who_is_free_receives_a_person_nobody_knows(
    login, nadege, claire_works, mehdi_works, css, early
):
    early.move_to(NOW)
    AppointmentFactory(agent=claire_works, start=NOW.replace(minute=0), minutes=60)
    client = login(nadege)
    tree = parse(client.get(now_link(client)))
    assert select(tree, "input[id=urgency-today]")[0].get("checked") is not None
    assert select(tree, "input[name=is_here]")[0].get("checked") is not None
    assert "À l’accueil, mardi 24 novembre" in words(tree)
    new = call(css, last_name="Kerbrat", first_names="Soizic", is_new="1")
    offered = parse(client.post(BOOK, new))
    slot = next(radio for radio in select(offered, "input[name=slot]") if radio.get("checked") is not None)
    answer = client.post(BOOK, {**new, "slot": slot.get("value"), "action": "confirm"}, follow=True)
    appointment = Appointment.objects.get(person__birth_name="Kerbrat")
    assert (appointment.agent, appointment.start) == (mehdi_works, NOW.replace(minute=30))
    assert appointment.arrived_at == NOW
    assert appointment.household is not None
    assert "Attend depuis 0 min" in words(parse(answer))
    assert "Soizic Kerbrat" in words(select(parse(client.get(DAY)), "section[id=card-waiting]")[0])


def test_who_waited_the_day_before_is_said_not_to_wait_any_more(login, nadege, claire_works, early):
    early.move_to(NOW)
    row = AppointmentFactory(agent=claire_works, start=NOW.replace(minute=0), arrived_at=NOW)
    early.move_to(NOW + timedelta(days=1))
    seen = words(parse(login(nadege).get(reverse("appointments:detail", args=[row.pk]))))
    assert "à renseigner" in seen
    assert "Attend depuis" not in seen


def test_an_arrival_is_not_noted_for_another_day_nor_unasked(login, nadege, claire_works, css, early):
    early.move_to(NOW)
    client = login(nadege)
    for moment, here in (("2026-11-25T09:00+01:00", "1"), ("2026-11-24T10:30+01:00", "")):
        person = known("Noël")
        values = call(css, person=person.pk, slot=f"{claire_works.pk}_{moment}", action="confirm")
        client.post(BOOK, {**values, "is_here": here})
        assert Appointment.objects.get(person=person).arrived_at is None


def test_the_offer_is_made_today_to_reception_only(login, nadege, claire_works, early):
    for user, query in ((claire_works, ""), (nadege, "?jour=2026-11-25")):
        assert "Recevoir tout de suite" not in words(parse(login(user).get(DAY + query)))


def test_a_made_up_urgency_is_ignored(login, nadege, early):
    tree = parse(login(nadege).get(BOOK, {"urgence": "hier"}))
    assert select(tree, "input[id=urgency-week]")[0].get("checked") is not None
    assert select(tree, "input[name=is_here]") == []

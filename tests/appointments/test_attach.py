"""An appointment taken for a mere name is attached to the household once it is known; nothing is created there."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from appointments.services import attach
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.models import Household, Person
from tests.appointments.pages import parse, select, words
from tests.factories import AppointmentFactory, HouseholdFactory, MembershipFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]


@pytest.fixture
def appointment(claire):
    return AppointmentFactory(agent=claire, unknown_caller=True)


@pytest.fixture
def soizic(db) -> Person:
    membership = MembershipFactory(
        person__birth_name="Kerbrat", person__first_names="Soizic", household__name="Kerbrat"
    )
    return membership.person


def page(appointment):
    return reverse("appointments:attach", args=[appointment.pk])


def test_the_name_given_is_searched_at_once_and_one_press_attaches(login, nadege, appointment, soizic):
    client = login(nadege)
    detail = parse(client.get(reverse("appointments:detail", args=[appointment.pk])))
    assert page(appointment) in [link.get("href") for link in select(detail, "main a")]
    [button] = select(parse(client.get(page(appointment))), "button[name=choose]")
    assert AccessLog.objects.filter(action=AccessAction.SEARCH).get().detail == {"count": 1}
    answer = client.post(page(appointment), {"choose": button.get("value")}, follow=True)
    appointment.refresh_from_db()
    assert (appointment.person, appointment.household) == (soizic, Household.objects.get())
    text = words(parse(answer))
    assert "Rendez-vous rattaché à" in text
    assert "Rattacher à un ménage" not in text


def test_one_searches_otherwise_and_no_name_stands_in_an_address(login, nadege, appointment):
    MembershipFactory(person__birth_name="Le Goff", person__first_names="Maëlle")
    tree = parse(login(nadege).post(page(appointment), {"q": "legoff"}))
    assert "Maëlle Le Goff" in words(tree)
    assert select(tree, "form.card")[0].get("method") == "post"
    assert AccessLog.objects.filter(detail__icontains="goff").count() == 0


def test_nobody_found_says_what_to_do_next(login, nadege, appointment):
    tree = parse(login(nadege).post(page(appointment), {"q": "Xylophone"}))
    assert "Personne de connu" in words(tree)
    assert reverse("households:create") in [link.get("href") for link in select(tree, "main a")]
    assert not Household.objects.exists()


def test_somebody_without_household_cannot_be_chosen(login, nadege, appointment):
    person = PersonFactory(birth_name="Kerbrat", first_names="Soizic")
    client = login(nadege)
    assert select(parse(client.get(page(appointment))), "button[name=choose]") == []
    for choice in (str(person.pk), "n’importe"):
        assert "ouvrez d’abord son dossier" in words(
            parse(client.post(page(appointment), {"choose": choice}))
        )
    appointment.refresh_from_db()
    assert appointment.household is None


def test_an_appointment_with_a_household_keeps_it(login, nadege, claire, soizic):
    kept = HouseholdFactory()
    appointment = AppointmentFactory(agent=claire, household=kept)
    client = login(nadege)
    for answer in (client.get(page(appointment)), client.post(page(appointment), {"choose": soizic.pk})):
        assert answer.url == reverse("appointments:detail", args=[appointment.pk])
    appointment.refresh_from_db()
    assert appointment.household == kept


def test_an_agent_attaches_their_own_only(login, claire, mehdi, isabelle, appointment, soizic):
    assert login(claire).get(page(appointment)).status_code == 200
    for user in (mehdi, isabelle):
        assert login(user).get(page(appointment)).status_code == 403
    with pytest.raises(PermissionDenied):
        attach(by=mehdi, appointment=appointment, household=Household.objects.get(), person=soizic)

"""What to know before visiting a household at home: who writes it, who reads it, where it shows."""

import pytest
from django.urls import reverse

from appointments.models import VisitNote
from appointments.services.travel import travel_times
from appointments.services.visits import addresses_shown_to
from tests.appointments.pages import parse, select, words
from tests.factories import AddressFactory, AppointmentFactory, AssignmentFactory, HouseholdFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(db):
    return HouseholdFactory(with_applicant=True)


def note_url(household, **query) -> str:
    return reverse("appointments:visit_note", args=[household.pk], query=query)


def test_a_social_worker_writes_changes_and_empties_the_note(login, claire, mehdi, household):
    client = login(claire)
    client.post(note_url(household), {"text": "Code 12B, 3e étage", "in_pairs": "on"})
    note = VisitNote.objects.get()
    assert (note.household, note.text, note.in_pairs, note.written_by) == (
        household,
        "Code 12B, 3e étage",
        True,
        claire,
    )
    page = parse(login(mehdi).get(note_url(household)))
    assert select(page, "textarea[name=text]")[0].text.strip() == "Code 12B, 3e étage"
    assert "dernière version de Claire Vasseur" in words(page)
    login(mehdi).post(note_url(household), {"text": "Code 14"})
    note.refresh_from_db()
    assert (note.text, note.in_pairs, note.written_by) == ("Code 14", False, mehdi)
    client.post(note_url(household), {"text": ""})
    assert not VisitNote.objects.exists()
    assert client.post(note_url(household), {"text": ""}).status_code == 302


def test_too_long_a_note_is_refused_at_the_field(login, claire, household):
    page = parse(login(claire).post(note_url(household), {"text": "x" * 201}))
    assert "200" in words(select(page, "p[id=id_text_error]")[0])
    assert select(page, "title")[0].text.startswith("Erreur")


def test_one_comes_back_to_the_appointment(login, claire, household):
    appointment = AppointmentFactory(agent=claire, household=household, at_home=True)
    detail = reverse("appointments:detail", args=[appointment.pk])
    page = parse(login(claire).get(detail))
    [link] = select(page, "dl.facts a.small")
    page = parse(login(claire).get(link.get("href")))
    posted = {"text": "Sonner deux fois", "next": select(page, "input[name=next]")[0].get("value")}
    answer = login(claire).post(note_url(household), posted)
    assert answer.url == detail
    assert "Sonner deux fois" in words(parse(login(claire).get(detail)))


@pytest.mark.parametrize("role", ["nadege", "hugo", "isabelle", "francoise", "david", "armelle"])
def test_nobody_else_writes_it(login, request, household, role):
    client = login(request.getfixturevalue(role))
    assert client.get(note_url(household)).status_code == 403
    assert client.post(note_url(household), {"text": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [("nadege", False, False), ("isabelle", False, False), ("claire", True, True), ("hugo", True, False)],
)
def test_the_household_s_page_shows_it(login, request, claire, hugo, household, role, reads, writes):
    VisitNote.objects.create(household=household, text="Chien méchant", in_pairs=True, written_by=claire)
    AssignmentFactory(household=household, agent=hugo, role="other")
    page = parse(login(request.getfixturevalue(role)).get(reverse("households:detail", args=[household.pk])))
    contact = words(select(page, "section[aria-labelledby=coordonnees]")[0])
    assert "isite à deux" in contact
    assert ("Chien méchant" in contact) == reads
    assert bool(select(page, f"a[href={note_url(household)}]")) == writes


def test_the_sheet_of_the_day_and_the_letter_ask_the_same_question(claire, hugo, household):
    """Printed or on screen, an address comes from one place."""
    AddressFactory(household=household)
    assert addresses_shown_to(claire, [household.pk]).exists()
    assert not addresses_shown_to(hugo, [household.pk]).exists()


def test_several_ways_at_once(household):
    other = HouseholdFactory(commune=household.commune)
    assert travel_times([household.commune_id, other.commune_id]) == {household.commune_id: 0}
    assert travel_times([]) == {}

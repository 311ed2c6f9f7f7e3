from datetime import date

import pytest
from django.urls import reverse

from cias.audit.models import AccessLog
from housing.models import Dwelling, Stay
from tests.factories import DwellingFactory, HouseholdFactory, PlaceFactory, StayFactory

pytestmark = pytest.mark.django_db


def test_a_social_worker_lets_a_household_in_and_renews(login, claire) -> None:
    household, place = HouseholdFactory(), PlaceFactory()
    client = login(claire)
    url = reverse("housing:admit", args=[household.pk])
    assert client.get(url).status_code == 200
    values = {"place": place.pk, "start": "01/09/2026", "contribution": "120,50", "referent": claire.pk}
    response = client.post(url, values, follow=True)
    stay = Stay.objects.get()
    assert "contrat jusqu’au 30/11/2026" in response.content.decode()
    assert str(stay.contribution) == "120.50"
    response = client.post(reverse("housing:stay_renew", args=[stay.pk]), {}, follow=True)
    assert "Contrat renouvelé jusqu’au 28/02/2027" in response.content.decode()
    response = client.post(
        reverse("housing:stay_exit", args=[stay.pk]), {"day": "15012027", "outcome": "social"}, follow=True
    )
    assert "vers : logement social" in response.content.decode()
    assert AccessLog.objects.filter(user=claire, subject_id=household.pk).exists()


def test_what_was_typed_stays_when_the_place_is_taken(login, claire) -> None:
    stay = StayFactory()
    other = HouseholdFactory()
    response = login(claire).post(
        reverse("housing:admit", args=[other.pk]),
        {"place": stay.place_id, "start": "15/10/2026", "contribution": "99,90", "deposit": "abc"},
    )
    page = response.content.decode()
    assert "Saisissez un montant" in page
    response = login(claire).post(
        reverse("housing:admit", args=[other.pk]),
        {"place": stay.place_id, "start": "15/10/2026", "contribution": "99,90"},
    )
    page = response.content.decode()
    assert "Cette place est déjà occupée à ces dates." in page
    assert 'value="99,90"' in page
    assert 'value="15/10/2026"' in page
    assert "<title>Erreur" in page


def test_the_timeline_shows_stays_with_their_dates(login, isabelle) -> None:
    stay = StayFactory(start=date(2026, 9, 1), planned_end=date(2026, 11, 30))
    page = (
        login(isabelle).get(reverse("housing:occupancy"), {"debut": "2026-09", "mois": "6"}).content.decode()
    )
    assert f"{stay.household}, du 01/09/2026 au 30/11/2026" in page


def test_the_timeline_asks_as_many_queries_for_ten_places_as_for_two(
    login, claire, django_assert_max_num_queries
) -> None:
    client = login(claire)
    for _ in range(2):
        StayFactory()
    with django_assert_max_num_queries(14) as few:
        client.get(reverse("housing:occupancy"))
    for _ in range(8):
        StayFactory()
    with django_assert_max_num_queries(14) as many:
        client.get(reverse("housing:occupancy"))
    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_housing_is_closed_to_roles_without_the_right(login, request, who) -> None:
    stay = StayFactory()
    client = login(request.getfixturevalue(who))
    for name, args in (
        ("occupancy", []),
        ("dwellings", []),
        ("stay", [stay.pk]),
        ("household", [stay.household_id]),
    ):
        assert client.get(reverse(f"housing:{name}", args=args)).status_code == 403


def test_a_place_named_twice_is_refused_at_the_field(login, isabelle) -> None:
    dwelling = DwellingFactory()
    client = login(isabelle)
    url = reverse("housing:place_create", args=[dwelling.pk])
    values = {"label": "Chambre 1", "beds": 2, "start": "01/01/2026"}
    client.post(url, values)
    page = client.post(url, values).content.decode()
    assert "déjà une place de ce nom" in page
    assert dwelling.places.count() == 1


def test_a_dwelling_is_created_with_its_rent_in_french(login, isabelle) -> None:
    commune = HouseholdFactory().commune
    values = {
        "name": "Les Clos 4", "scheme": "sublet", "street": "8 rue des Clos", "postal_code": "28000",
        "commune": commune.pk, "dwelling_type": "t3", "surface": "62", "landlord": "Habitat eurélien",
        "rent": "1 234,56", "charges": "", "energy_label": "d", "opened_on": "1/9/2026", "closed_on": "",
    }  # fmt: skip
    login(isabelle).post(reverse("housing:dwelling_create"), values)
    assert str(Dwelling.objects.get().rent) == "1234.56"

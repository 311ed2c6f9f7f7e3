from datetime import date

import pytest
from django.urls import reverse

from cias.audit.services import state_reason
from insertion.models import EngagementContract, Orientation
from tests.factories import EngagementContractFactory, MembershipFactory, OrientationFactory

pytestmark = pytest.mark.django_db
MARK = "Objectif confidentiel 7391"


def test_a_social_worker_orients_then_writes_the_contract(login, claire) -> None:
    member = MembershipFactory()
    client = login(claire)
    url = reverse("insertion:orient", args=[member.household_id])
    assert client.get(url).status_code == 200
    values = {
        "person": member.person_id, "kind": "sociale", "notified_on": "05102026", "start": "5/10/2026",
        "structure": "CIAS", "referent": claire.pk,
    }  # fmt: skip
    page = client.post(url, values, follow=True).content.decode()
    assert "Contrat d’engagement à signer" in page
    assert "05/11/2026" in page
    orientation = Orientation.objects.get()
    url = reverse("insertion:contract_create", args=[orientation.pk])
    assert client.get(url).status_code == 200
    values = {
        "kind": "ce", "start": "20/10/2026", "end": "19/04/2027", "weekly_hours": "8",
        "objectives": "Trouver une garde",
        "signed_by_person_on": "20/10/2026", "signed_by_structure_on": "20/10/2026",
        "actions-TOTAL_FORMS": 4, "actions-INITIAL_FORMS": 0,
        "actions-0-kind": "training", "actions-0-label": "Remise à niveau", "actions-0-due_on": "31/01/2027",
    }  # fmt: skip
    refused = client.post(url, values).content.decode()
    assert "En dessous de 15 heures par semaine" in refused
    assert "Remise à niveau" in refused
    assert "Trouver une garde" in refused
    page = client.post(url, values | {"reduction_reason": "Garde d’enfant"}, follow=True).content.decode()
    assert "Remise à niveau" in page
    assert EngagementContract.objects.get().actions.count() == 1


def test_shortening_asks_for_confirmation_at_the_field(login, claire) -> None:
    orientation = OrientationFactory(start=date(2026, 9, 1), notified_on=date(2026, 9, 1))
    url = reverse("insertion:orient", args=[orientation.household_id])
    values = {
        "person": orientation.person_id, "kind": "pro", "notified_on": "10/10/2026", "start": "10/10/2026",
        "structure": "Mission locale",
    }  # fmt: skip
    page = login(claire).post(url, values).content.decode()
    assert "s’arrêterait au 09/10/2026" in page
    login(claire).post(url, values | {"shorten_previous": "on"})
    assert Orientation.objects.count() == 2


def test_the_direction_reads_content_only_after_stating_why(login, isabelle) -> None:
    contract = EngagementContractFactory(objectives=MARK)
    client = login(isabelle)
    url = reverse("insertion:contract", args=[contract.pk])
    assert MARK not in client.get(url).content.decode()
    state_reason(user=isabelle, subject_id=contract.household_id, reason="Réclamation")
    assert MARK in client.get(url).content.decode()


def test_the_list_shows_the_most_urgent_first(login, claire, django_assert_max_num_queries) -> None:
    late = OrientationFactory(start=date(2026, 1, 5), notified_on=date(2026, 1, 5))
    client = login(claire)
    with django_assert_max_num_queries(14) as few:
        page = client.get(reverse("insertion:pathways")).content.decode()
    assert late.person.full_name in page
    assert "de retard" in page
    for _ in range(8):
        OrientationFactory()
    with django_assert_max_num_queries(14) as many:
        client.get(reverse("insertion:pathways"))
    assert len(many) == len(few)
    page = client.get(reverse("insertion:pathways"), {"delai": "late", "referent": "moi"}).content.decode()
    assert "Aucun parcours ne répond" in page


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_insertion_is_closed_to_roles_without_the_right(login, request, who) -> None:
    contract = EngagementContractFactory(objectives=MARK)
    client = login(request.getfixturevalue(who))
    for name, args in (
        ("pathways", []), ("household", [contract.household_id]), ("contract", [contract.pk]),
        ("contract_create", [contract.orientation_id]), ("orient", [contract.household_id]),
    ):  # fmt: skip
        response = client.get(reverse(f"insertion:{name}", args=args))
        assert response.status_code == 403
        assert MARK not in response.content.decode()

"""I2 in the browser's eyes."""

from datetime import date

import pytest
from django.urls import reverse

from cias.audit.services import state_reason
from cias.core.periods import Period
from cias.core.registry import Row
from insertion.models import Orientation, ReorientationRequest
from insertion.orientations import requests, statistics
from tests.factories import OrientationFactory, ReorientationRequestFactory
from tests.insertion.protection import protect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
MARK = "Motif confidentiel 4418"


def test_a_request_from_the_file_to_its_answer(login, claire) -> None:
    orientation = OrientationFactory(referent=claire)
    client = login(claire)
    household = reverse("insertion:household", args=[orientation.household_id])
    url = reverse("insertion:reorientation_ask", args=[orientation.pk])
    assert "délai du contrat est interrompu" in client.get(url).content.decode()
    values = {
        "requested_on": "20/11/2026", "asked_by": "person", "wanted_kind": "pro", "wanted_structure": "France Travail",
        "reason": MARK, "sent_on": "19/11/2026",
    }  # fmt: skip
    refused = client.post(url, values).content.decode()
    assert "transmise avant d’être faite" in refused
    assert MARK in refused
    page = client.post(url, {**values, "sent_on": ""}, follow=True).content.decode()
    assert "Le délai du contrat est interrompu" in page
    assert "Contrat d’engagement à signer" not in page
    asked = ReorientationRequest.objects.get()
    client.post(reverse("insertion:reorientation_send", args=[asked.pk]), {"on": "20/11/2026"})
    answer = reverse("insertion:reorientation_accept", args=[asked.pk])
    assert 'value="France Travail"' in client.get(answer).content.decode()
    values = {"on": "23/11/2026", "kind": "pro", "start": "23/11/2026", "structure": "France Travail"}
    page = client.post(answer, values, follow=True).content.decode()
    assert "Réorientation acceptée par le Département" in page
    assert Orientation.objects.count() == 2
    page = client.post(reverse("insertion:reorientation_undo", args=[asked.pk]), follow=True).content.decode()
    assert "«\u00a0Acceptée\u00a0»\u00a0: c’est annulé." in page
    assert Orientation.objects.count() == 1
    client.post(reverse("insertion:reorientation_withdraw", args=[asked.pk]), {"on": "24/11/2026"})
    assert "Contrat d’engagement à signer" in client.get(household).content.decode()


def test_the_referent_changes_and_the_card_tells(login, claire, mehdi) -> None:
    orientation = OrientationFactory(referent=claire)
    client = login(claire)
    url = reverse("insertion:orientation_referent", args=[orientation.pk])
    assert "Mehdi Aouragh" in client.get(url).content.decode()
    page = client.post(url, {"referent": claire.pk, "on": "24/11/2026"}).content.decode()
    assert "est déjà référent unique" in page
    page = client.post(url, {"referent": mehdi.pk, "on": "24/11/2026"}, follow=True).content.decode()
    assert "Claire Vasseur → Mehdi Aouragh" in page
    page = client.post(
        reverse("insertion:orientation_undo", args=[orientation.pk]), follow=True
    ).content.decode()
    assert "annulée" in page
    assert Orientation.objects.get().referent == claire


def test_a_correction_keeps_what_was_typed(login, claire) -> None:
    orientation = OrientationFactory()
    client = login(claire)
    url = reverse("insertion:orientation_correct", args=[orientation.pk])
    values = {
        "kind": "pro", "notified_on": "05/10/2026", "start": "05/10/2026", "end": "07/10/2026", "structure": "CIAS",
        "comment": "Tapé ici",
    }  # fmt: skip
    page = client.post(url, {**values, "reason": "Erreur de lecture"}).content.decode()
    assert "au moins 7 jours" in page
    assert "Tapé ici" in page
    client.post(url, {**values, "end": "", "reason": "Erreur de lecture"})
    assert Orientation.objects.get().kind == "pro"


def test_the_list_of_requests_tells_states_only(
    login, claire, isabelle, django_assert_max_num_queries
) -> None:
    asked = ReorientationRequestFactory(reason=MARK)
    url = reverse("insertion:reorientations")
    client = login(isabelle)
    with django_assert_max_num_queries(12) as few:
        page = client.get(url).content.decode()
    assert asked.orientation.person.full_name in page
    assert MARK not in page
    for _ in range(6):
        ReorientationRequestFactory()
    with django_assert_max_num_queries(12) as many:
        client.get(url)
    assert len(few) == len(many)
    assert "Aucune demande" in client.get(url, {"etat": "refused"}).content.decode()
    household = reverse("insertion:household", args=[asked.household_id])
    assert MARK not in client.get(household).content.decode()
    state_reason(user=isabelle, subject_id=asked.household_id, reason="Réclamation")
    assert MARK in client.get(household).content.decode()


def test_protected_files_have_no_orientation_for_others(login, claire, mehdi) -> None:
    asked = ReorientationRequestFactory()
    protect(asked.household, by=claire)
    client = login(mehdi)
    assert (
        asked.orientation.person.full_name
        not in client.get(reverse("insertion:reorientations")).content.decode()
    )
    for name, key in (
        ("orientation_correct", asked.orientation_id), ("orientation_referent", asked.orientation_id),
        ("reorientation_ask", asked.orientation_id), ("reorientation_send", asked.pk),
    ):  # fmt: skip
        assert client.get(reverse(f"insertion:{name}", args=[key])).status_code == 404
    page = login(claire).post(
        reverse("insertion:orientation_referent", args=[asked.orientation_id]),
        {"referent": mehdi.pk, "on": "24/11/2026"},
    )
    assert "n’a pas accès à ce dossier protégé" in page.content.decode()


def test_figures_of_requests_counted_by_hand(claire) -> None:
    for asked_by, day in (("person", 2), ("person", 30), ("referent", 15)):
        ReorientationRequestFactory(asked_by=asked_by, requested_on=date(2026, 10, day))
    sent = ReorientationRequestFactory(requested_on=date(2026, 11, 1))
    requests.send(by=claire, request=sent, on=date(2026, 11, 2))
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    assert list(statistics.requested(october, None)) == [
        Row(("written", "person"), 2, 2), Row(("written", "referent"), 1, 1),
    ]  # fmt: skip
    assert list(statistics.requested(Period(date(2026, 11, 1), date(2026, 11, 1)), None)) == [
        Row(("sent", "person"), 1, 1)
    ]
    assert list(statistics.requested(october, frozenset({"28218"}))) == []

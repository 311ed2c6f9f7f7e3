"""S9: the list behind the direction's figures says what is wrong with a filter, and lists nothing else in its place."""

import pytest
from django.urls import reverse

from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


def test_a_wrong_date_is_said_at_its_field_and_nothing_is_listed(login, isabelle) -> None:
    row = AppointmentFactory(honoured=True)
    client, address = login(isabelle), reverse("appointments:review")
    detail = reverse("appointments:detail", args=[row.pk])
    assert detail in client.get(address).text
    page = client.get(address, {"du": "32/13/2026"}).text
    assert detail not in page
    assert 'id="id_du_error"' in page
    assert 'aria-describedby="id_du_error"' in page
    assert 'value="32/13/2026"' in page

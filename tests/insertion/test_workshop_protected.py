"""Registering from a session: who is known through a protected file only cannot be chosen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from insertion.models import WorkshopRegistration
from insertion.workshops.views.registering import at_home
from tests.factories import MembershipFactory, WorkshopSessionFactory
from tests.insertion.protection import protect
from tests.insertion.test_workshop_views import url

pytestmark = pytest.mark.django_db


def test_who_left_an_open_household_for_a_protected_one_is_not_registered(login, claire, mehdi) -> None:
    today = timezone.localdate()
    former = MembershipFactory(end=today - timedelta(days=10))
    now = MembershipFactory(person=former.person, start=today - timedelta(days=9))
    protect(now.household, by=claire)
    page, chosen = url("workshop_register", WorkshopSessionFactory().pk), {"choose": str(former.person_id)}
    login(mehdi).post(page, chosen)
    assert not WorkshopRegistration.objects.exists()
    assert at_home(mehdi, str(former.person_id)) is None
    login(claire).post(page, chosen)
    assert WorkshopRegistration.objects.get().person == former.person

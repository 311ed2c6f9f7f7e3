"""What a transactional test leaves behind: nothing, even when the live server is still writing."""

from threading import Thread
from time import sleep

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from cias.territory.models import Structure
from households.models import Household
from rights.models import Right
from tests.database import start_again, wait_for_others
from tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_tables_are_those_of_a_new_database() -> None:
    rights, kinds = set(Right.objects.values_list("pk", "name")), set(ContentType.objects.values_list("pk"))
    assert rights
    assert kinds
    HouseholdFactory()
    Right.objects.update(name="Autre")
    Structure.objects.all().delete()
    start_again()
    assert not Household.objects.exists()
    assert set(Right.objects.values_list("pk", "name")) == rights
    assert set(ContentType.objects.values_list("pk")) == kinds
    assert Structure.objects.count() == 1


def test_a_request_still_writing_is_waited_for() -> None:
    ended: list[bool] = []

    def empty() -> None:
        start_again()
        ended.append(True)
        connection.close()

    thread = Thread(target=empty)
    with transaction.atomic():
        HouseholdFactory()
        thread.start()
        sleep(0.3)
        assert not ended
    thread.join(timeout=30)
    assert ended
    assert not Household.objects.exists()


def test_a_transaction_left_open_is_told() -> None:
    told: list[str] = []

    def wait() -> None:
        try:
            wait_for_others(patience=0.1)
        except RuntimeError as error:
            told.append(str(error))
        connection.close()

    with transaction.atomic():
        HouseholdFactory()
        thread = Thread(target=wait)
        thread.start()
        thread.join()
    assert "a transaction is left open" in told[0]

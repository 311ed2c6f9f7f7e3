from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction

from abs_reports.models import CompilationRun, Dataset
from appointments.models import Appointment, Reminder, WaitingCall, WaitingEntry
from cias.accounts.models import User
from cias.demo.accounts import DEMO_PASSWORD
from households.models import Document, Household, Person
from housing.models import DaloAppeal, EnergyFile, EnergyOrientation, EvictionFile, HousingApplication, Stay
from insertion.models import Orientation, WorkshopEvaluation, WorkshopNotice
from rights.models import AgendaItem, AidPayment, AidRequest, RightsFile
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

# A night whose first visit in pairs would have met another appointment of the household. A morning when people are
# waiting is told by test_figures_after_the_end.
FRIDAY_NIGHT = datetime(2026, 11, 27, 0, 48, tzinfo=UTC)
FED = (
    Household, Document, Appointment, WaitingEntry, WaitingCall, Reminder, EnergyFile, EnergyOrientation, RightsFile,
    AidRequest, AgendaItem, AidPayment, Stay, EvictionFile, HousingApplication, DaloAppeal, Orientation,
    WorkshopEvaluation, WorkshopNotice, Dataset, CompilationRun,
)  # fmt: skip


def load() -> None:
    call_command("demo_data", households=40, years=1, seed=7, stderr=open("/dev/null", "w"))  # noqa: SIM115


def people() -> list[tuple]:
    return list(
        Person.objects.order_by("search_key", "birth_date", "phone").values_list(
            "search_key", "birth_date", "phone"
        )
    )


@time_machine.travel(FRIDAY_NIGHT, tick=False)
def test_every_app_is_fed_and_the_same_seed_gives_the_same_people_and_agendas(territory) -> None:
    pictures = []
    for _ in range(2):
        with transaction.atomic():
            load()
            slots = list(
                Appointment.objects.order_by("start", "agent__email").values_list("start", "agent__email")
            )
            pictures.append((people(), slots))
            assert [model for model in FED if not model.objects.exists()] == []
            assert User.objects.get(email="ts13@cias.test").check_password(DEMO_PASSWORD)
            assert User.objects.count() == 19
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]
    assert pictures[0][0]


def test_a_base_in_use_is_left_alone(territory) -> None:
    UserFactory()
    with pytest.raises(CommandError, match="contient déjà des comptes") as error:
        load()
    assert error.value.returncode == 2
    assert User.objects.count() == 1

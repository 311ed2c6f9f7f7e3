"""What apps tell of a file through the registries, asked without the page that refuses the file first (C3)."""

from datetime import date

from django.utils import timezone

from cias.accounts.models import User
from cias.core import registry
from households.enums import TaskState
from households.models import Household, Task
from housing.models import DaloMove, Inventory, RequestMove
from insertion.models import OrientationReview
from rights.models import AidMove, ElectionMove, FileMove
from tests.access.test_protected_files import AGENTS, Protected, closed, protected
from tests.factories import WaitingEntryFactory

__all__ = ["closed", "protected"]  # the fixtures

DAY = date(2026, 11, 3)
# They leave it to the file's page to let the reader in.
OF_THE_PAGE = {"households", "households.caseload", "referrals", "appointments.messages", "workshops"}


def lived(world: Protected) -> Household:
    """The file of the walks, with an event of each kind that it has none of."""
    household, keys, step = world.world.household, world.world.kwargs, {"on": DAY, "by": world.keeper}
    Task.objects.filter(household=household).update(
        state=TaskState.DONE, state_at=timezone.now(), state_by=world.keeper
    )
    WaitingEntryFactory(household=household, agent=world.keeper)
    FileMove.objects.create(file_id=keys["rights_file_id"], to_state="building", **step)
    AidMove.objects.create(request_id=keys["aid_request_id"], to_state="decided", **step)
    ElectionMove.objects.create(election_id=keys["election_id"], to_state="granted", **step)
    RequestMove.objects.create(request_id=keys["lodging_request_id"], to_state="waiting", **step)
    DaloMove.objects.create(appeal_id=keys["dalo_appeal_id"], to_state="filed", **step)
    Inventory.objects.filter(pk=keys["inventory_id"]).update(
        validated_at=timezone.now(), validated_by=world.keeper
    )
    OrientationReview.objects.create(orientation_id=keys["orientation_id"], conclusion="keep", **step)
    return household


def told(household: Household, user: User) -> set[str]:
    """The providers that tell `user` something."""
    return {
        key for key, provider in registry.timeline.items() if any(True for _ in provider(household, user))
    }


def test_no_event_of_a_closed_file_is_told(protected: Protected) -> None:
    household = lived(protected)
    assert told(household, protected.keeper) == {key for key, _provider in registry.timeline.items()}
    for role in AGENTS:
        assert told(household, protected.world.agents[role]) <= OF_THE_PAGE, role

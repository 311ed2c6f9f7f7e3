"""Subqueries written once for a process say what the ORM would write for each (cias/core/written.py)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone

from cias.accounts.models import User
from cias.core import written
from cias.core.presence import rows_of_agents
from cias.core.written import AGENT, NOW, TODAY, Build, Written
from households import contacts
from households.enums import ProtectionReason
from households.models import Household, HouseholdProtection, Note, closed
from households.models.protection import EmergencyAccess
from tests.factories import HouseholdFactory

BUILDS = (
    closed._closed, closed._named, closed._forced, closed._hidden, contacts._open_and_silent,
    *rows_of_agents.values(),
)  # fmt: skip


@pytest.mark.parametrize("build", BUILDS)
def test_it_is_the_sql_of_the_queryset_with_who_asks_and_when(build: Build) -> None:
    agent, moment = uuid4(), datetime(2026, 11, 27, 22, 59, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        found = Written(build, agent)
        sql, parameters = build(agent, timezone.localdate(), timezone.now()).query.sql_with_params()
    assert (found.sql, found.parameters) == (f"({sql})", parameters)
    assert not {AGENT, TODAY, NOW} & {one for one in found.parameters if isinstance(one, UUID | date)}


def test_it_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written._sql.cache_clear()
    for _ in range(3):
        str(Note.objects.exclude(household__in=Written(closed._closed, uuid4())).query)
    assert written._sql.cache_info().misses == 1


@pytest.mark.django_db
def test_each_agent_and_each_moment_has_its_own_answer(claire: User, mehdi: User) -> None:
    hidden = HouseholdFactory()
    protection = HouseholdProtection.objects.create(
        household=hidden, reason=ProtectionReason.VIOLENCE, decided_by=claire
    )
    protection.accesses.create(agent=claire, given_by=claire)

    def sees(user: User) -> bool:
        return Household.objects.for_user(user).filter(pk=hidden.pk).exists()

    assert [sees(claire), sees(mehdi)] == [True, False]
    now = timezone.now()
    EmergencyAccess.objects.create(
        household=hidden, agent=mehdi, reason="Appel du 115", expires_at=now + timedelta(hours=1)
    )
    assert sees(mehdi)
    with time_machine.travel(now + timedelta(hours=2)):
        assert not sees(mehdi)


def test_it_groups_nothing() -> None:
    assert Written(closed._closed, uuid4()).get_group_by_cols() == []

"""The read log is append-only, in the database itself (C4)."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.audit.services import REASON_LASTS, has_stated_reason, state_reason
from households.models import Household
from tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db

REFUSED = (InternalError, ProgrammingError)
MESSAGE = "ne se modifie pas"


def logged(user: User, **fields: object) -> AccessLog:
    return AccessLog.objects.create(user=user, action=AccessAction.VIEW, **fields)


def test_a_line_cannot_be_changed(claire: User, mehdi: User) -> None:
    line = logged(claire)
    with pytest.raises(REFUSED, match=MESSAGE), transaction.atomic():
        AccessLog.objects.filter(pk=line.pk).update(user=mehdi)
    line.refresh_from_db()
    assert line.user == claire


def test_a_young_line_cannot_be_deleted(claire: User) -> None:
    line = logged(claire, at=timezone.now() - timedelta(days=364))
    with pytest.raises(REFUSED, match=MESSAGE), transaction.atomic():
        line.delete()
    assert AccessLog.objects.filter(user=claire).count() == 1


def test_a_line_older_than_a_year_can_go(claire: User) -> None:
    line = logged(claire, at=timezone.now() - timedelta(days=366))
    line.delete()
    assert not AccessLog.objects.filter(user=claire).exists()


def test_the_table_cannot_be_emptied(claire: User) -> None:
    logged(claire)
    connection.check_constraints()  # nothing deferred is left, so that only our trigger can refuse
    with pytest.raises(REFUSED, match=MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_accesslog")
    assert AccessLog.objects.filter(user=claire).count() == 1


def test_raw_sql_is_refused_as_well(claire: User) -> None:
    logged(claire)
    for statement in ("UPDATE audit_accesslog SET reason = 'x'", "DELETE FROM audit_accesslog"):
        with pytest.raises(REFUSED, match=MESSAGE), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_stated_reason_opens_one_file_to_one_person_for_an_hour(
    isabelle: User, david: User, time_machine
) -> None:
    household: Household = HouseholdFactory()
    other: Household = HouseholdFactory()
    state_reason(user=isabelle, subject_id=household.pk, reason="Réclamation de l’usager")
    assert has_stated_reason(user=isabelle, subject_id=household.pk)
    assert not has_stated_reason(user=isabelle, subject_id=other.pk)
    assert not has_stated_reason(user=david, subject_id=household.pk)
    time_machine.move_to(timezone.now() + REASON_LASTS, tick=False)
    assert not has_stated_reason(user=isabelle, subject_id=household.pk)

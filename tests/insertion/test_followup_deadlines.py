"""Deadlines of a pathway: each one with its article, month ends and boundary days."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cias.core.deadlines import DueStatus
from insertion.deadlines import DueCode, Facts, Rules, deadlines_of
from insertion.followup import rules as editing
from insertion.followup.enums import ParameterCode
from insertion.models import EngagementContract, Orientation, PathwayParameter

pytestmark = pytest.mark.django_db
C = DueCode


def orientation(notified_on: date, kind: str = "sociale", **more: Any) -> Orientation:
    return Orientation(notified_on=notified_on, start=more.pop("start", notified_on), kind=kind, **more)


def contract(start: date, end: date, *, signed: bool = True, **more: Any) -> EngagementContract:
    day = start if signed else None
    return EngagementContract(
        start=start,
        end=end,
        signed_by_person_on=day,
        signed_by_structure_on=day,
        weekly_hours=Decimal(15),
        **more,
    )


def found(row: Orientation, today: date, **facts: Any) -> dict[DueCode, Any]:
    return {one.code: one for one in deadlines_of(row, Facts(**facts), Rules(), today)}


@pytest.mark.parametrize(
    ("code", "notified_on", "due", "source", "to_check"),
    [
        # Convention: fifteen days, dies a quo (CPC, art. 641).
        (C.MEETING, date(2026, 10, 5), date(2026, 10, 20), "Convention", True),
        (C.MEETING, date(2026, 2, 20), date(2026, 3, 7), "Convention", True),
        # One month from the notice, quantième to quantième.
        (C.SIGN, date(2026, 10, 5), date(2026, 11, 5), "D5411-14-1", False),
        (C.SIGN, date(2026, 1, 31), date(2026, 2, 28), "D5411-14-1", False),
        (C.SIGN, date(2028, 1, 31), date(2028, 2, 29), "D5411-14-1", False),
        (C.SIGN, date(2026, 3, 31), date(2026, 4, 30), "D5411-14-1", False),
        # Notified on the last day before the law: two months.
        (C.SIGN, date(2024, 12, 31), date(2025, 2, 28), "L262-35", True),
        (C.SIGN, date(2025, 1, 1), date(2025, 2, 1), "D5411-14-1", False),
        # Six months from the start of a social orientation.
        (C.REVIEW, date(2026, 8, 31), date(2027, 2, 28), "L262-31", True),
        (C.REVIEW, date(2026, 10, 5), date(2027, 4, 5), "L262-31", True),
    ],
)
def test_each_deadline_with_its_article(
    code: DueCode, notified_on: date, due: date, source: str, to_check: bool
) -> None:
    one = found(orientation(notified_on), notified_on)[code]
    assert (one.due, source in one.source, one.to_check) == (due, True, to_check)
    assert f"{notified_on:%d/%m/%Y}" in one.why


@pytest.mark.parametrize(
    ("today", "level", "status"),
    [
        (date(2026, 10, 5), 0, DueStatus.OK),
        (date(2026, 10, 19), 0, DueStatus.OK),
        (date(2026, 10, 20), 1, DueStatus.SOON),  # J+15
        (date(2026, 10, 29), 1, DueStatus.SOON),
        (date(2026, 10, 30), 2, DueStatus.SOON),  # J+25
        (date(2026, 11, 4), 3, DueStatus.SOON),  # J+30
        (date(2026, 11, 5), 3, DueStatus.SOON),  # the last day
        (date(2026, 11, 6), 3, DueStatus.LATE),
    ],
)
def test_three_alerts_before_the_contract_is_late(today: date, level: int, status: DueStatus) -> None:
    one = found(orientation(date(2026, 10, 5)), today)[C.SIGN]
    assert (one.level, one.status(today)) == (level, status)


def test_in_february_no_alert_falls_after_the_last_day() -> None:
    one = found(orientation(date(2026, 1, 31)), date(2026, 2, 28))[C.SIGN]
    assert (one.due, one.level, one.status(date(2026, 2, 28))) == (date(2026, 2, 28), 3, DueStatus.SOON)


def test_a_signature_ends_the_wait_and_one_side_is_not_enough() -> None:
    row, today = orientation(date(2026, 10, 5)), date(2026, 10, 25)
    half = contract(date(2026, 10, 20), date(2027, 4, 19))
    half.signed_by_structure_on = None
    assert C.SIGN in found(row, today, contracts=[half])
    signed = contract(date(2026, 10, 20), date(2027, 4, 19), next_review_on=date(2027, 1, 20))
    dues = found(row, today, contracts=[signed])
    assert C.SIGN not in dues
    assert C.MEETING not in dues, "who signed was met"
    assert (dues[C.END].due, dues[C.UPDATE].due) == (date(2027, 4, 19), date(2027, 1, 20))
    assert dues[C.END].alert_on == date(2027, 3, 20)


def test_after_its_last_day_a_contract_is_to_be_renewed() -> None:
    row = orientation(date(2026, 3, 5))
    signed = contract(date(2026, 3, 20), date(2026, 9, 19))
    assert C.END in found(row, date(2026, 9, 19), contracts=[signed])
    dues = found(row, date(2026, 9, 20), contracts=[signed])
    assert dues[C.RENEW].due == date(2026, 9, 19)
    assert dues[C.RENEW].status(date(2026, 9, 20)) == DueStatus.LATE


def test_the_review_agreed_last_counts_else_a_year() -> None:
    row, today = orientation(date(2026, 1, 10)), date(2026, 8, 1)
    assert found(row, today)[C.REVIEW].status(today) == DueStatus.LATE
    dues = found(row, today, reviewed_on=date(2026, 7, 12), review_next_on=date(2027, 1, 10))
    assert dues[C.REVIEW].due == date(2027, 1, 10)
    assert found(row, today, reviewed_on=date(2026, 7, 12))[C.REVIEW].due == date(2027, 7, 12)
    assert C.REVIEW not in found(orientation(date(2026, 1, 10), "pro"), today)


def test_absences_are_due_first_and_step_by_step() -> None:
    row, today = orientation(date(2026, 10, 5)), date(2026, 10, 14)
    dues = found(row, today, unfollowed=[date(2026, 10, 12)])
    assert (dues[C.ABSENCE].due, dues[C.ABSENCE].status(today)) == (date(2026, 10, 17), DueStatus.SOON)
    step = ("Absence à suivre", date(2026, 10, 20), ParameterCode.SUMMONS_DAYS)
    assert found(row, today, case_due=step)[C.ABSENCE].due == date(2026, 10, 28)


def test_nothing_is_due_once_the_orientation_has_ended() -> None:
    row = orientation(date(2026, 1, 5), end=date(2026, 10, 1))
    assert found(row, date(2026, 10, 1)) != {}, "the last day still counts"
    assert found(row, date(2026, 10, 2)) == {}


def test_a_new_version_counts_from_its_day_and_older_notices_keep_theirs(isabelle) -> None:
    with pytest.raises(Exception, match="commence après"):
        editing.change(
            by=isabelle, code=ParameterCode.FIRST_MEETING_DAYS, valid_from=date(2019, 1, 1), value=10, source="x",
            certainty="verified",
        )  # fmt: skip
    editing.change(
        by=isabelle, code=ParameterCode.FIRST_MEETING_DAYS, valid_from=date(2026, 11, 1), value=10,
        source="Convention 2026", certainty="verified",
    )  # fmt: skip
    before = found(orientation(date(2026, 10, 31)), date(2026, 10, 31))[C.MEETING]
    after = found(orientation(date(2026, 11, 1)), date(2026, 11, 1))[C.MEETING]
    assert (before.due, before.to_check) == (date(2026, 11, 15), True)
    assert (after.due, after.to_check, after.source) == (date(2026, 11, 11), False, "Convention 2026")


def test_a_version_that_has_begun_is_not_withdrawn(isabelle) -> None:
    row = PathwayParameter.objects.filter(code=ParameterCode.CONTACT_DAYS).get()
    with pytest.raises(Exception, match="a commencé"):
        editing.withdraw(by=isabelle, row=row)
    coming = editing.change(
        by=isabelle, code=row.code, valid_from=date.today() + timedelta(days=9), value=3, source="x",  # noqa: DTZ011
        certainty="to_check",
    )  # fmt: skip
    editing.withdraw(by=isabelle, row=coming)
    assert PathwayParameter.objects.filter(code=row.code).count() == 1

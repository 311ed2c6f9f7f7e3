"""The deadlines of a file, day by day. Each case names the text the figure comes from."""

from datetime import date

import pytest

from rights.deadlines import (
    DeadlineKind,
    act_before,
    contesting,
    deadlines,
    next_deadline,
    plain_end,
)
from rights.effects import usual_period
from rights.enums import DelayUnit, FileState
from rights.models import Right
from tests.factories import RightsFileFactory

pytestmark = pytest.mark.django_db

S, K = FileState, DeadlineKind
MONTHS, DAYS, AT_ONCE = DelayUnit.MONTHS, DelayUnit.DAYS, DelayUnit.AT_ONCE


def build(code: str, state: FileState, **columns):
    """A file in memory: deadlines are a function of its dates and of the catalogue."""
    return RightsFileFactory.build(
        household=None,
        applicant=None,
        agent=None,
        right=Right.objects.get(code=code),
        state=state,
        **{"deposit_on": None, "opened_on": date(2026, 1, 5), **columns},
    )


def sent(state=S.TRANSMITTED, **columns):
    return {"state": state, "agreement": True, "channel": "post", **columns}


def appealed(state, **columns):
    """A request refused at first, and an appeal before the authority on 20 November 2026."""
    return sent(
        state,
        deposit_on=date(2026, 10, 5),
        transmitted_on=date(2026, 10, 13),
        appeal_level="preliminary",
        appeal_on=date(2026, 11, 20),
        **columns,
    )


@pytest.mark.parametrize(
    ("code", "columns", "kind", "due", "source"),
    [
        # Transmission. CASF, L131-1: one month from the deposit, quantième to quantième.
        ("ash", {"state": S.BUILDING, "deposit_on": date(2026, 10, 5)}, K.TRANSMISSION, date(2026, 11, 5), "L131-1"),
        # 31 January has no quantième in February; 28 February 2026 is a Saturday: Monday 2 March.
        ("ash", {"state": S.BUILDING, "deposit_on": date(2026, 1, 31)}, K.TRANSMISSION, date(2026, 3, 2), "L131-1"),
        # 29 February exists in 2028, on a Tuesday.
        ("ash", {"state": S.COMPLETE, "deposit_on": date(2028, 1, 31)}, K.TRANSMISSION, date(2028, 2, 29), "L131-1"),
        # 1 April + 1 month is a public holiday, a Friday: Monday 4 May.
        ("ash", {"state": S.BUILDING, "deposit_on": date(2026, 4, 1)}, K.TRANSMISSION, date(2026, 5, 4), "L131-1"),
        # CSS, L861-5: "sans délai", the very day; a deposit dated on a Sunday leaves on the Monday.
        ("css", {"state": S.BUILDING, "deposit_on": date(2026, 10, 5)}, K.TRANSMISSION, date(2026, 10, 5), "L861-5"),
        ("css", {"state": S.BUILDING, "deposit_on": date(2026, 10, 4)}, K.TRANSMISSION, date(2026, 10, 5), "L861-5"),
        # Silence. CSS, R861-16-1 II: two months from the day the caisse has the complete file.
        (
            "css",
            sent(deposit_on=date(2026, 10, 5), completed_on=date(2026, 10, 12), transmitted_on=date(2026, 10, 13)),
            K.SILENCE,
            date(2026, 12, 13),
            "R861-16-1",
        ),
        # Completed after it was sent: from completeness.
        (
            "css",
            sent(deposit_on=date(2026, 10, 5), completed_on=date(2026, 11, 3), transmitted_on=date(2026, 10, 13)),
            K.SILENCE,
            date(2027, 1, 3),
            "R861-16-1",
        ),
        # The caisse says when it received it: from there.
        (
            "css",
            sent(
                deposit_on=date(2026, 10, 5),
                completed_on=date(2026, 10, 12),
                transmitted_on=date(2026, 10, 13),
                acknowledged_on=date(2026, 10, 16),
            ),
            K.SILENCE,
            date(2026, 12, 16),
            "R861-16-1",
        ),
        # Nothing extends silence, not even 1 May (CRPA, L231-1): 1 March + 2 months.
        (
            "css",
            sent(deposit_on=date(2026, 3, 1), completed_on=date(2026, 3, 1), transmitted_on=date(2026, 3, 1)),
            K.SILENCE,
            date(2026, 5, 1),
            "R861-16-1",
        ),
        # 31 December + 2 months: the end of February.
        (
            "rsa",
            sent(deposit_on=date(2026, 12, 31), completed_on=date(2026, 12, 31), transmitted_on=date(2026, 12, 31)),
            K.SILENCE,
            date(2027, 2, 28),
            "L231-4",
        ),
        # A request sent incomplete is refused by silence all the same: from its receipt (CRPA, L114-3).
        (
            "rsa",
            sent(deposit_on=date(2026, 10, 5), transmitted_on=date(2026, 10, 13), acknowledged_on=date(2026, 10, 16)),
            K.SILENCE,
            date(2026, 12, 16),
            "L231-4",
        ),
        # From the pieces the authority asked for, once it has them (CRPA, L114-3, L114-5).
        (
            "rsa",
            sent(deposit_on=date(2026, 10, 5), completed_on=date(2026, 11, 17), transmitted_on=date(2026, 10, 13)),
            K.SILENCE,
            date(2027, 1, 17),
            "L231-4",
        ),
        # ASPA, CSS R815-33: due from the month after the caisse receives it: a deposit kept back loses a month too.
        ("aspa", {"state": S.COMPLETE, "deposit_on": date(2027, 2, 3)}, K.MONTH_SENT, date(2027, 2, 28), "R815-33"),
        # AEEH, CSS R541-6: four months.
        (
            "aeeh",
            sent(deposit_on=date(2026, 10, 5), completed_on=date(2026, 10, 5), transmitted_on=date(2026, 10, 5)),
            K.SILENCE,
            date(2027, 2, 5),
            "R541-6",
        ),
        # The authority's own date for the pieces it asks.
        (
            "css",
            sent(
                S.PIECES_ASKED,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                pieces_due_on=date(2026, 11, 21),
            ),
            K.PIECES,
            date(2026, 11, 21),
            "L114-5",
        ),
        # Appeal. CSS, R142-1: two months from the notification; 6 January 2027 is a Wednesday.
        (
            "css",
            sent(
                S.REFUSED,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                decision="refused",
                decision_on=date(2026, 11, 2),
                notified_on=date(2026, 11, 6),
            ),
            K.APPEAL,
            date(2027, 1, 6),
            "R142-1",
        ),
        # 25 October + 2 months is Christmas, a Friday in 2026: Monday 28 December.
        (
            "css",
            sent(
                S.REFUSED,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                decision="refused",
                decision_on=date(2026, 10, 20),
                notified_on=date(2026, 10, 25),
            ),
            K.APPEAL,
            date(2026, 12, 28),
            "R142-1",
        ),
        # An implicit refusal is not notified: from the day it was born (RSA, CASF R262-88).
        (
            "rsa",
            sent(
                S.TACIT_REFUSAL,
                deposit_on=date(2026, 8, 3),
                transmitted_on=date(2026, 8, 4),
                decision="tacit_refusal",
                decision_on=date(2026, 10, 5),
            ),
            K.APPEAL,
            date(2026, 12, 7),
            "R262-88",
        ),
        # Surendettement: fifteen days; 17 November 2026 + 15 is Wednesday 2 December.
        (
            "surendettement",
            sent(
                S.REFUSED,
                deposit_on=date(2026, 8, 3),
                transmitted_on=date(2026, 8, 4),
                decision="refused",
                decision_on=date(2026, 11, 12),
                notified_on=date(2026, 11, 17),
            ),
            K.APPEAL,
            date(2026, 12, 2),
            "Code de la consommation",
        ),
        # Renewal. CSS, R861-18 I: at the latest two months before the end.
        (
            "css",
            sent(
                S.OPEN,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                decision="granted",
                decision_on=date(2026, 11, 2),
                rights_from=date(2026, 12, 1),
                rights_until=date(2027, 11, 30),
            ),
            K.RENEWAL,
            date(2027, 9, 30),
            "R861-18",
        ),
        # While it is being renewed, what comes next is the end of the right.
        (
            "css",
            sent(
                S.RENEWING,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                decision="granted",
                decision_on=date(2026, 11, 2),
                rights_from=date(2026, 12, 1),
                rights_until=date(2027, 11, 30),
            ),
            K.RIGHT_END,
            date(2027, 11, 30),
            "Notification",
        ),
        # AAH, CASF R241-33: four months too; 31 October + 4 months ends with February.
        (
            "aah",
            sent(deposit_on=date(2026, 10, 31), completed_on=date(2026, 10, 31), transmitted_on=date(2026, 10, 31)),
            K.SILENCE,
            date(2027, 2, 28),
            "R241-33",
        ),
        # APA, CASF R232-23: ten days to say it has the request, whatever the day of the week.
        (
            "apa",
            sent(deposit_on=date(2026, 10, 5), transmitted_on=date(2026, 10, 8)),
            K.ACKNOWLEDGEMENT,
            date(2026, 10, 18),
            "R232-23",
        ),
        # Acknowledged: two months from the complete file, then granted at a flat rate (CASF, L232-14).
        (
            "apa",
            sent(
                deposit_on=date(2026, 10, 5),
                completed_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 8),
                acknowledged_on=date(2026, 10, 12),
            ),
            K.SILENCE,
            date(2026, 12, 12),
            "L232-14",
        ),
        # Surendettement: three months to say whether it may be examined; 30 November + 3 months.
        (
            "surendettement",
            sent(deposit_on=date(2026, 11, 30), completed_on=date(2026, 11, 30), transmitted_on=date(2026, 11, 30)),
            K.SILENCE,
            date(2027, 2, 28),
            "consommation",
        ),
        # ASH, CASF R131-2: asked for within two months of the entry; 14 November is a Saturday.
        ("ash", {"state": S.DRAFT, "entry_on": date(2026, 9, 14)}, K.ENTRY, date(2026, 11, 16), "R131-2"),
        # Emergency admission, CASF L131-3: three days; Thursday 29 October + 3 is All Saints' Sunday.
        (
            "ash",
            {"state": S.BUILDING, "deposit_on": date(2026, 10, 29), "urgent_on": date(2026, 10, 29)},
            K.URGENT_NOTICE,
            date(2026, 11, 2),
            "L131-3",
        ),
        # Then the file within a month of the admission, even when the deposit came later.
        (
            "ash",
            {
                "state": S.BUILDING,
                "deposit_on": date(2026, 10, 29),
                "urgent_on": date(2026, 10, 20),
                "urgent_notified_on": date(2026, 10, 21),
            },
            K.URGENT_FILE,
            date(2026, 11, 20),
            "L131-3",
        ),
        # And the decision within two: the authority's own delay, which no holiday extends.
        (
            "ash",
            sent(
                deposit_on=date(2026, 11, 2),
                transmitted_on=date(2026, 11, 3),
                urgent_on=date(2026, 11, 1),
                urgent_notified_on=date(2026, 11, 3),
            ),
            K.URGENT_DECISION,
            date(2027, 1, 1),
            "L131-3",
        ),
        # CSS with a participation, R861-16-3: three months from the notification; 6 February 2027 is a Saturday.
        (
            "css",
            sent(
                S.OPEN,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                decision="granted",
                decision_on=date(2026, 11, 2),
                notified_on=date(2026, 11, 6),
                rights_from=date(2026, 12, 1),
                rights_until=date(2027, 11, 30),
                participation_due=True,
            ),
            K.PARTICIPATION,
            date(2027, 2, 8),
            "R861-16-3",
        ),
        # Silence on a preliminary appeal. CSS, R142-6: two months; RSA, CASF R262-90: one and one.
        (
            "css",
            appealed(S.APPEAL, decision="refused", decision_on=date(2026, 11, 2), notified_on=date(2026, 11, 6)),
            K.APPEAL_REPLY,
            date(2027, 1, 20),
            "R142-6",
        ),
        (
            "rsa",
            appealed(S.APPEAL, decision="refused", decision_on=date(2026, 11, 2), notified_on=date(2026, 11, 6)),
            K.APPEAL_REPLY,
            date(2027, 1, 20),
            "R262-90",
        ),
        # Then the court: CSS, R142-1-A III, two months from the answer; 15 March 2027 is a Monday.
        (
            "css",
            appealed(S.REFUSED, decision="refused", decision_on=date(2027, 1, 12), notified_on=date(2027, 1, 15)),
            K.COURT,
            date(2027, 3, 15),
            "R142-1-A",
        ),
        # Before the administrative court the delay is franc (CJA, R421-1): one day more.
        (
            "rsa",
            appealed(S.REFUSED, decision="refused", decision_on=date(2027, 1, 12), notified_on=date(2027, 1, 15)),
            K.COURT,
            date(2027, 3, 16),
            "R421-1",
        ),
        # From the day the silence on the appeal was a refusal.
        (
            "rsa",
            appealed(S.TACIT_REFUSAL, decision="tacit_refusal", decision_on=date(2027, 1, 20)),
            K.COURT,
            date(2027, 3, 22),
            "R421-1",
        ),
        # Domiciliation, refused: to the administrative court directly, two months francs.
        (
            "domiciliation",
            sent(
                S.REFUSED,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 5),
                decision="refused",
                decision_on=date(2026, 11, 2),
                notified_on=date(2026, 11, 6),
            ),
            K.APPEAL,
            date(2027, 1, 7),
            "R421-1",
        ),
        # AAH: asked for again six months before the end at the earliest, on the last day at the latest (practice).
        (
            "aah",
            sent(
                S.OPEN,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                decision="granted",
                decision_on=date(2027, 1, 11),
                rights_from=date(2026, 11, 1),
                rights_until=date(2031, 10, 31),
            ),
            K.RENEWAL,
            date(2031, 10, 31),
            "MDPH",
        ),
        # RSA, CASF R262-33: a draft that waits past the month loses that month.
        ("rsa", {"state": S.DRAFT, "opened_on": date(2026, 2, 10)}, K.END_OF_MONTH, date(2026, 2, 28), "R262-33"),
    ],
)  # fmt: skip
def test_what_comes_next(code, columns, kind, due, source) -> None:
    deadline = next_deadline(build(code, **columns))
    assert deadline is not None
    assert (deadline.kind, deadline.due) == (kind, due)
    assert source in deadline.source


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("css", {"state": S.DRAFT}),  # nothing is lost by waiting: the right starts at the decision
        ("rsa", {"state": S.BUILDING, "deposit_on": date(2026, 10, 5)}),  # no delay of transmission is known
        ("css", sent(deposit_on=date(2026, 10, 5), transmitted_on=date(2026, 10, 13))),  # sent incomplete
        ("css", sent(S.PIECES_ASKED, deposit_on=date(2026, 10, 5), transmitted_on=date(2026, 10, 13))),
        (
            "css",
            sent(
                S.REFUSED,
                deposit_on=date(2026, 10, 5),
                transmitted_on=date(2026, 10, 13),
                decision="refused",
                decision_on=date(2026, 11, 2),
            ),
        ),  # not notified yet: the delay has not started
        ("css", {"state": S.ABANDONED, "deposit_on": date(2026, 10, 5)}),
    ],
)
def test_nothing_is_due(code, columns) -> None:
    assert deadlines(build(code, **columns)) == []


def test_the_css_renewal_opens_four_months_before_the_end() -> None:
    """CSS, R861-18 I: « au plus tôt quatre mois et au plus tard deux mois avant »."""
    file = build(
        "css",
        **sent(
            S.OPEN,
            deposit_on=date(2026, 5, 5),
            transmitted_on=date(2026, 5, 6),
            decision="granted",
            decision_on=date(2026, 5, 20),
            rights_from=date(2026, 6, 1),
            rights_until=date(2027, 5, 31),
        ),
    )
    renewal, end = deadlines(file)
    assert (renewal.start, renewal.due) == (date(2027, 1, 31), date(2027, 3, 31))
    assert (end.kind, end.due) == (K.RIGHT_END, date(2027, 5, 31))


@pytest.mark.parametrize(
    ("unit", "value", "act", "plain"),
    [
        (MONTHS, 2, date(2026, 12, 28), date(2026, 12, 25)),
        (DAYS, 61, date(2026, 12, 28), date(2026, 12, 25)),
        (DelayUnit.FRANC_MONTHS, 2, date(2026, 12, 28), date(2026, 12, 25)),
        (AT_ONCE, None, date(2026, 10, 26), date(2026, 10, 25)),
    ],
)
def test_one_may_act_until_the_next_working_day_but_silence_does_not_wait(unit, value, act, plain) -> None:
    start = date(2026, 10, 25)
    assert act_before(start, unit, value) == act
    assert plain_end(start, unit, value) == plain


@pytest.mark.parametrize(
    ("code", "deposit", "decided", "period"),
    [
        # CSS, L861-5: first day of the month after the decision, for a year.
        ("css", date(2026, 10, 5), date(2026, 11, 2), (date(2026, 12, 1), date(2027, 11, 30))),
        # RSA, R262-33: first day of the month of deposit.
        ("rsa", date(2026, 10, 30), date(2026, 11, 20), (date(2026, 10, 1), None)),
        # AEEH, R541-7: first day of the month after the deposit.
        ("aeeh", date(2026, 12, 5), date(2027, 3, 2), (date(2027, 1, 1), None)),
        # Domiciliation: one year from the decision.
        ("domiciliation", date(2026, 10, 5), date(2026, 11, 2), (date(2026, 11, 2), date(2027, 11, 1))),
        # ASH, CASF R131-2: the first day of the fortnight after the request.
        ("ash", date(2026, 10, 15), date(2026, 12, 2), (date(2026, 10, 16), None)),
        ("ash", date(2026, 10, 16), date(2026, 12, 2), (date(2026, 11, 1), None)),
        ("are", date(2026, 10, 5), date(2026, 11, 2), (None, None)),
    ],
)
def test_the_usual_period_of_a_right(code, deposit, decided, period) -> None:
    assert usual_period(build(code, S.TRANSMITTED, deposit_on=deposit), decided) == period


def test_the_aspa_starts_the_month_after_its_receipt() -> None:
    """CSS, R815-33: deposited in October at the CIAS, received in November, due from December."""
    file = build("aspa", **sent(deposit_on=date(2026, 10, 28), transmitted_on=date(2026, 11, 2)))
    assert usual_period(file, date(2027, 1, 12)) == (date(2026, 12, 1), None)
    file.acknowledged_on = date(2026, 12, 2)
    assert usual_period(file, date(2027, 1, 12)) == (date(2027, 1, 1), None)


def test_the_css_with_a_participation_starts_after_its_payment_form() -> None:
    """CSS, L861-5: « au premier jour du mois qui suit la réception de ces éléments »."""
    file = build("css", S.TRANSMITTED, deposit_on=date(2026, 10, 5), participation_due=True)
    file.participation_on = date(2026, 12, 4)
    assert usual_period(file, date(2026, 11, 2)) == (date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("entry", "first"),
    [
        (date(2026, 8, 17), date(2026, 8, 17)),  # 17 October is a Saturday: until Monday 19
        (date(2026, 8, 10), date(2026, 11, 1)),  # too late: the fortnight after the request
    ],
)
def test_the_ash_runs_from_the_entry_when_asked_for_in_time(entry, first) -> None:
    """CASF, R131-2, for a request of 19 October 2026."""
    file = build("ash", S.TRANSMITTED, deposit_on=date(2026, 10, 19), entry_on=entry)
    assert usual_period(file, date(2026, 12, 2)) == (first, None)


@pytest.mark.parametrize(("code", "to_check"), [("css", False), ("rsa", True)])
def test_a_deadline_says_whether_its_rule_was_read(code, to_check) -> None:
    day = date(2026, 10, 5)
    file = build(code, **sent(deposit_on=day, completed_on=day, transmitted_on=day))
    assert [deadline.to_check for deadline in deadlines(file)] == [to_check]


def test_a_grant_may_be_contested_too_but_nothing_is_due() -> None:
    file = build(
        "css",
        **sent(
            S.OPEN,
            deposit_on=date(2026, 10, 5),
            transmitted_on=date(2026, 10, 13),
            decision="granted",
            decision_on=date(2026, 11, 2),
            notified_on=date(2026, 11, 6),
            rights_from=date(2026, 12, 1),
        ),
    )
    assert deadlines(file) == []
    assert contesting(file).due == date(2027, 1, 6)


def test_a_renewed_right_follows_the_one_before() -> None:
    """CSS, R861-18 I: the renewal takes effect the month after the previous right ends."""
    file = build("css", S.TRANSMITTED, deposit_on=date(2027, 8, 2))
    file.renewal_of = RightsFileFactory(open=True)
    assert usual_period(file, date(2027, 9, 1)) == (date(2027, 12, 1), date(2028, 11, 30))


def test_what_is_due_is_stored_for_the_lists() -> None:
    file = RightsFileFactory(open=True)
    file.refresh_from_db()
    assert (file.due_kind, file.due_from, file.due_on) == (
        K.RENEWAL, date(2027, 7, 30), date(2027, 9, 30),
    )  # fmt: skip
    file.rights_until = None
    file.save(update_fields=["rights_until"])
    file.refresh_from_db()
    assert (file.due_kind, file.due_from, file.due_on) == ("", None, None)


def test_a_deadline_without_a_rule_is_not_invented() -> None:
    file = build("css", S.BUILDING, deposit_on=date(2019, 10, 31))
    assert deadlines(file) == []

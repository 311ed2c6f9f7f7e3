"""Each date of the chronology, with the article it comes from; the delays are those a new installation has."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from housing.delays.counting import RuleBook
from housing.delays.reference import DELAYS, TRUCE
from housing.evictions.chronology import Chronology
from housing.evictions.remarks import remarks
from housing.evictions.tracks import track_deadlines
from housing.models import LegalDelay, WinterTruce

OLD_LEASE, LAST_OLD, FIRST_NEW = date(2019, 5, 1), date(2023, 7, 28), date(2023, 7, 29)


@pytest.fixture(scope="module")
def rules() -> RuleBook:
    return RuleBook([LegalDelay(**row) for row in DELAYS], [WinterTruce(**TRUCE)])


def act(kind: str, on: date, fixed_on: date | None = None, ruling: str = "") -> Any:
    return SimpleNamespace(kind=kind, on=on, fixed_on=fixed_on, ruling=ruling)


def lease(**more: Any) -> Any:
    facts = {"landlord_kind": "social", "lease_on": FIRST_NEW, "clause_delay": "", "truce_exception": ""}
    return SimpleNamespace(**facts | more)


def find(rules: RuleBook, code: str, *acts: Any, **facts: Any) -> Any:
    story = Chronology(lease(**facts), acts, rules)
    return next((one for one in story.deadlines() if one.code == code), None)


# code, acts, facts of the lease, the date, the article. One line a rule, and its edges.
TABLE = [
    # Loi 89-462, art. 24, I: six weeks for leases signed since 29 July 2023, two months for the older ones.
    ("pay", [act("payment_order", date(2026, 10, 12))], {}, date(2026, 11, 23), "art. 24, I"),
    ("pay", [act("payment_order", date(2026, 10, 12))], {"lease_on": LAST_OLD}, date(2026, 12, 12), "13 juin 2024"),
    ("pay", [act("payment_order", date(2026, 10, 12))], {"lease_on": OLD_LEASE}, date(2026, 12, 12), "13 juin 2024"),
    ("pay", [act("payment_order", date(2025, 12, 31))], {"lease_on": OLD_LEASE}, date(2026, 2, 28), "13 juin 2024"),
    ("pay", [act("payment_order", date(2027, 12, 31))], {"lease_on": OLD_LEASE}, date(2028, 2, 29), "13 juin 2024"),
    # Six weeks that cross 29 February: 42 days, the day of the act left out.
    ("pay", [act("payment_order", date(2028, 1, 31))], {}, date(2028, 3, 13), "art. 24, I"),
    ("pay", [act("payment_order", date(2027, 1, 31))], {}, date(2027, 3, 14), "art. 24, I"),
    # The clause of the lease wins, on either side.
    ("pay", [act("payment_order", date(2026, 10, 12))], {"lease_on": OLD_LEASE, "clause_delay": "6w"},
     date(2026, 11, 23), "Clause résolutoire"),
    ("pay", [act("payment_order", date(2026, 10, 12))], {"clause_delay": "2m"}, date(2026, 12, 12), "Clause"),
    # Nobody knows when the lease was signed: the shortest, said to be checked.
    ("pay", [act("payment_order", date(2026, 10, 12))], {"lease_on": None}, date(2026, 11, 23), "art. 24, I"),
    # A commandement older than the law keeps its two months.
    ("pay", [act("payment_order", date(2023, 7, 28))], {"lease_on": OLD_LEASE}, date(2023, 9, 28), "avant la loi"),
    # CCH, R824-4: two months to tell the CAF; R824-6: six to give a plan.
    ("caf_report", [act("unpaid", date(2026, 8, 31))], {}, date(2026, 10, 31), "R824-4"),
    ("caf_report", [act("unpaid", date(2026, 12, 31))], {}, date(2027, 2, 28), "R824-4"),
    ("caf_plan", [act("report_caf", date(2026, 8, 31))], {}, date(2027, 2, 28), "R824-6"),
    # Loi 89-462, art. 24, II: two months between the CCAPEX and the summons, for legal persons.
    ("ccapex_first", [act("report_ccapex", date(2026, 9, 30))], {}, date(2026, 11, 30), "art. 24, II"),
    ("ccapex_first", [act("report_ccapex", date(2026, 9, 30))], {"landlord_kind": "company"}, date(2026, 11, 30),
     "art. 24, II"),
    # Loi 89-462, art. 24, III; Cass., avis 6 Nov. 2025: 42 days between the notification and the hearing.
    ("prefect_notice", [act("summons", date(2026, 10, 14), date(2027, 1, 12))], {}, date(2026, 12, 1),
     "6 novembre 2025"),
    ("prefect_notice", [act("summons", date(2028, 1, 10), date(2028, 4, 11))], {}, date(2028, 2, 29),
     "6 novembre 2025"),
    ("prefect_notice", [act("summons", date(2023, 7, 28), date(2023, 12, 31))], {}, date(2023, 10, 31), "avant la loi"),
    ("diagnosis", [act("summons", date(2026, 10, 14), date(2026, 12, 8))], {}, date(2026, 12, 1), "art. 24, III"),
    # A postponement moves the diagnosis with the hearing.
    ("diagnosis", [act("summons", date(2026, 10, 14), date(2026, 12, 8)), act("hearing", date(2026, 12, 8),
     date(2027, 2, 9))], {}, date(2027, 2, 2), "art. 24, III"),
    ("hearing", [act("summons", date(2026, 10, 14), date(2026, 12, 8))], {}, date(2026, 12, 8), "Assignation"),
    ("hearing", [act("summons", date(2026, 10, 14), date(2026, 12, 8)), act("hearing", date(2026, 12, 8),
     date(2027, 2, 9))], {}, date(2027, 2, 9), "Renvoi"),
    # Loi 89-462, art. 24, V: three years.
    ("judge_max", [act("judgment", date(2026, 2, 28), date(2027, 2, 28), "suspended")], {}, date(2029, 2, 28),
     "art. 24, V"),
    ("judge_max", [act("judgment", date(2028, 2, 29), date(2029, 2, 28), "suspended")], {}, date(2031, 2, 28),
     "art. 24, V"),
    ("granted", [act("judgment", date(2026, 2, 10), date(2028, 2, 10), "suspended")], {}, date(2028, 2, 10),
     "Jugement"),
    # CPC, art. 538 and 642: one month, to the next working day.
    ("appeal", [act("service", date(2026, 10, 14))], {}, date(2026, 11, 16), "538"),  # the 14th is a Saturday
    ("appeal", [act("service", date(2026, 1, 31))], {}, date(2026, 3, 2), "538"),  # 28 February, a Saturday
    ("appeal", [act("service", date(2027, 4, 1))], {}, date(2027, 5, 3), "538"),  # 1 May, a Saturday
    # CPCE, L412-1: two months.
    ("quit", [act("quit_order", date(2026, 6, 30))], {}, date(2026, 8, 30), "L412-1"),
    ("quit", [act("quit_order", date(2025, 12, 31))], {}, date(2026, 2, 28), "L412-1"),
    ("quit", [act("quit_order", date(2027, 12, 29))], {}, date(2028, 2, 29), "L412-1"),
    # CPCE, L412-6: from 1 November to 31 March.
    ("eviction_from", [act("quit_order", date(2026, 6, 15))], {}, date(2026, 8, 16), "L412-1"),
    ("eviction_from", [act("quit_order", date(2026, 8, 30))], {}, date(2026, 10, 31), "L412-1"),
    ("eviction_from", [act("quit_order", date(2026, 8, 31))], {}, date(2027, 4, 1), "L412-6"),
    ("eviction_from", [act("quit_order", date(2026, 11, 20))], {}, date(2027, 4, 1), "L412-6"),
    ("eviction_from", [act("quit_order", date(2027, 1, 30))], {}, date(2027, 4, 1), "L412-6"),
    ("eviction_from", [act("quit_order", date(2027, 1, 31))], {}, date(2027, 4, 1), "L412-1"),
    ("eviction_from", [act("quit_order", date(2027, 2, 1))], {}, date(2027, 4, 2), "L412-1"),
    ("eviction_from", [act("quit_order", date(2026, 11, 20))], {"truce_exception": "squat"}, date(2027, 1, 21),
     "L412-1"),
    # What the JEX grants, and the prefect's date, push it.
    ("eviction_from", [act("quit_order", date(2026, 3, 2)), act("jex_decision", date(2026, 4, 20), date(2026, 9, 20),
     "suspended")], {}, date(2026, 9, 21), "L412-1"),
    ("eviction_from", [act("quit_order", date(2026, 3, 2)), act("force_granted", date(2026, 5, 20), date(2026, 6, 8))],
     {}, date(2026, 6, 8), "L412-1"),
    # CPCE, L412-4: one month to one year since the law of 2023, three months to three years before.
    ("jex_min", [act("jex_decision", date(2027, 1, 31), date(2027, 6, 30), "suspended")], {}, date(2027, 2, 28),
     "L412-4"),
    ("jex_max", [act("jex_decision", date(2028, 2, 29), date(2028, 6, 30), "suspended")], {}, date(2029, 2, 28),
     "L412-4"),
    ("jex_max", [act("jex_decision", date(2023, 6, 30), date(2023, 9, 30), "suspended")], {}, date(2026, 6, 30),
     "avant la loi"),
    # CPCE, R153-1: silent for two months, the prefect has refused; a silence is not put off to a working day.
    ("force_silence", [act("force_request", date(2026, 3, 31))], {}, date(2026, 5, 31), "R153-1"),
    ("force_silence", [act("force_request", date(2026, 12, 31))], {}, date(2027, 2, 28), "R153-1"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "acts", "facts", "due", "article"), TABLE)
def test_each_date_with_its_article(rules, code, acts, facts, due, article) -> None:
    found = find(rules, code, *acts, **facts)
    assert found.due == due
    assert article in found.source


def test_every_delay_of_the_procedure_is_in_the_table() -> None:
    elsewhere = {"fsl_reply", "debt_reply", "renewal", "offer_reply"} | {
        row["code"] for row in DELAYS if row["code"].startswith("dalo")
    }
    assert {row["code"] for row in DELAYS} - elsewhere <= {line[0] for line in TABLE}


def test_a_private_landlord_need_not_tell_the_ccapex_first(rules) -> None:
    told = act("report_ccapex", date(2026, 9, 30))
    assert find(rules, "ccapex_first", told, landlord_kind="private") is None


def test_the_count_is_explained_in_words(rules) -> None:
    order = act("payment_order", date(2026, 10, 12))
    assert find(rules, "pay", order).why == (
        "6\u00a0semaines après le commandement de payer du 12/10/2026 (baux signés depuis le 29/07/2023)"
    )
    unknown = find(rules, "pay", order, lease_on=None)
    assert unknown.to_check
    assert "date du bail inconnue" in unknown.why
    served = find(rules, "appeal", act("service", date(2026, 10, 14)))
    assert "reporté du 14/11/2026 au jour ouvrable suivant (CPC, art. 642)" in served.why
    order = act("quit_order", date(2026, 11, 20))
    assert "trêve hivernale du 01/11/2026 au 31/03/2027" in find(rules, "eviction_from", order).why


@pytest.mark.parametrize(
    ("code", "acts", "closing"),
    [
        ("pay", [act("payment_order", date(2026, 3, 2))], act("summons", date(2026, 5, 20))),
        ("caf_report", [act("unpaid", date(2026, 3, 2))], act("report_caf", date(2026, 4, 20))),
        ("ccapex_first", [act("report_ccapex", date(2026, 3, 2))], act("summons", date(2026, 5, 20))),
        ("appeal", [act("service", date(2026, 3, 2))], act("appeal", date(2026, 3, 20))),
        ("force_silence", [act("force_request", date(2026, 3, 2))], act("force_refused", date(2026, 4, 2))),
        ("hearing", [act("summons", date(2026, 3, 2), date(2026, 5, 4))], act("hearing", date(2026, 5, 4))),
        ("granted", [act("judgment", date(2026, 3, 2), date(2027, 3, 2), "suspended")],
         act("quit_order", date(2026, 8, 3))),
        ("quit", [act("quit_order", date(2026, 3, 2))], act("rehoused", date(2026, 4, 2))),
    ],
)  # fmt: skip
def test_what_happens_next_closes_a_date(rules, code, acts, closing) -> None:
    assert find(rules, code, *acts).is_open
    assert not find(rules, code, *acts, closing).is_open


def test_a_diagnosis_sent_closes_its_date(rules) -> None:
    acts = [act("summons", date(2026, 10, 14), date(2026, 12, 8))]
    story = Chronology(lease(), acts, rules, diagnosis_sent=True)
    assert [one.is_open for one in story.deadlines() if one.code == "diagnosis"] == [False]


@pytest.mark.parametrize(
    ("acts", "facts", "expected"),
    [
        # Notified to the prefect 41 days before the hearing.
        ([act("report_ccapex", date(2026, 5, 4)), act("payment_order", date(2026, 6, 1)),
          act("summons", date(2026, 10, 12), date(2026, 12, 8)), act("prefect_notice", date(2026, 10, 28))], {},
         ["irrecevable"]),
        # 42 days are enough.
        ([act("report_ccapex", date(2026, 5, 4)), act("payment_order", date(2026, 6, 1)),
          act("summons", date(2026, 10, 12), date(2026, 12, 8)), act("prefect_notice", date(2026, 10, 27))], {}, []),
        # Summoned before the end of the six weeks, and without a word to the CCAPEX.
        ([act("payment_order", date(2026, 9, 1)), act("summons", date(2026, 10, 12))], {},
         ["avant la fin du délai du commandement", "Aucun signalement à la CCAPEX"]),
        ([act("payment_order", date(2026, 9, 1)), act("summons", date(2026, 10, 14))], {"landlord_kind": "private"},
         []),
        ([act("judgment", date(2026, 1, 12), date(2029, 1, 13), "suspended")], {}, ["après la limite du 12/01/2029"]),
        ([act("jex_decision", date(2026, 1, 12), date(2026, 2, 10), "suspended")], {},
         ["avant la limite du 12/02/2026"]),
        ([act("quit_order", date(2026, 8, 3)), act("eviction", date(2026, 11, 5))], {}, ["trêve hivernale"]),
        ([act("quit_order", date(2026, 8, 3)), act("eviction", date(2026, 10, 3))], {}, ["Expulsion avant la fin"]),
        ([act("quit_order", date(2026, 8, 3)), act("eviction", date(2026, 10, 5))], {}, []),
    ],
)  # fmt: skip
def test_what_does_not_follow_the_delays_is_said(rules, acts, facts, expected) -> None:
    found = remarks(Chronology(lease(**facts), acts, rules))
    assert len(found) == len(expected), found
    for one, words in zip(found, expected, strict=True):
        assert words in one.text
        assert one.source


@pytest.mark.parametrize(
    ("kind", "state", "filed", "until", "due", "source"),
    [
        ("fsl", "filed", date(2026, 12, 31), None, date(2027, 2, 28), "FSL"),
        ("overindebted", "filed", date(2026, 11, 30), None, date(2027, 2, 28), "R722-1"),
        ("plan", "running", None, date(2027, 6, 5), date(2027, 6, 5), "Décision"),
    ],
)
def test_the_dates_of_the_parallel_tracks(rules, kind, state, filed, until, due, source) -> None:
    track: Any = SimpleNamespace(
        kind=kind,
        state=state,
        since=date(2026, 11, 2),
        filed_on=filed,
        until=until,
        get_kind_display=lambda: kind,
    )
    [found] = track_deadlines([track], rules)
    assert found.due == due
    assert source in found.source


def test_the_stage_is_the_furthest_act_or_the_end(rules) -> None:
    acts = [act("payment_order", date(2026, 3, 2)), act("report_ccapex", date(2026, 3, 9))]
    assert Chronology(lease(), acts, rules).stage.kind == "payment_order"
    assert Chronology(lease(), [*acts, act("debt_paid", date(2026, 4, 1))], rules).stage.kind == "debt_paid"
    assert Chronology(lease(), [], rules).stage is None


def test_two_winters_are_two_bands(rules) -> None:
    bands = rules.truces_between(date(2026, 3, 1), date(2027, 1, 15))
    assert [(one.first, one.last) for one in bands] == [
        (date(2025, 11, 1), date(2026, 3, 31)),
        (date(2026, 11, 1), date(2027, 3, 31)),
    ]

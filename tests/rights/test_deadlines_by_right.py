"""Every delay of the catalogue, right by right: from one Friday, the day it ends and the text it comes from.

`test_deadlines` has the ends of months, holidays and states; here nothing of the catalogue may be left untested.
"""

from datetime import date

import pytest

from rights.deadlines import DeadlineKind, deadlines
from rights.enums import FileState
from rights.models import Right
from tests.rights.test_deadlines import build, sent

pytestmark = pytest.mark.django_db

S, K = FileState, DeadlineKind
START = date(2026, 10, 30)
REFUSAL = {"deposit_on": START, "transmitted_on": START, "decision": "refused", "decision_on": START}
OPENED = {"deposit_on": START, "transmitted_on": START, "decision": "granted", "decision_on": START}

# The state in which each delay runs, when it starts on START.
RUNS_IN = {
    K.END_OF_MONTH: {"state": S.DRAFT, "opened_on": START},
    K.MONTH_SENT: {"state": S.BUILDING, "deposit_on": START},
    K.TRANSMISSION: {"state": S.BUILDING, "deposit_on": START},
    K.ACKNOWLEDGEMENT: sent(deposit_on=START, transmitted_on=START),
    K.SILENCE: sent(deposit_on=START, completed_on=START, transmitted_on=START),
    K.APPEAL: sent(S.REFUSED, notified_on=START, **REFUSAL),
    K.APPEAL_REPLY: sent(S.APPEAL, appeal_level="preliminary", appeal_on=START, **REFUSAL),
    K.COURT: sent(S.REFUSED, appeal_level="preliminary", appeal_on=START, notified_on=START, **REFUSAL),
    K.PARTICIPATION: sent(S.OPEN, participation_due=True, notified_on=START, rights_from=START, **OPENED),
    K.RENEWAL: sent(S.OPEN, rights_from=START, rights_until=START, **OPENED),
    K.ENTRY: {"state": S.DRAFT, "entry_on": START},
    K.URGENT_NOTICE: {"state": S.BUILDING, "deposit_on": START, "urgent_on": START},
    K.URGENT_FILE: {"state": S.BUILDING, "deposit_on": START, "urgent_on": START},
    K.URGENT_DECISION: {"state": S.BUILDING, "deposit_on": START, "urgent_on": START},
}

MONTH_END, NEW_YEARS_EVE = date(2026, 10, 31), date(2026, 12, 31)
TWO_MONTHS, FOUR_MONTHS = date(2026, 12, 30), date(2027, 2, 28)  # 28 February 2027 is a Sunday
EXPECTED = [
    ("rsa", K.END_OF_MONTH, MONTH_END, "CASF, art. R262-33"),
    ("rsa", K.SILENCE, TWO_MONTHS, "CRPA, art. L231-4 3°"),
    ("rsa", K.APPEAL, TWO_MONTHS, "CASF, art. R262-88"),
    ("rsa", K.APPEAL_REPLY, TWO_MONTHS, "CASF, art. R262-90"),
    ("rsa", K.COURT, NEW_YEARS_EVE, "Code de justice administrative, art. R421-1"),
    ("prime-activite", K.END_OF_MONTH, MONTH_END, "CSS, art. L843-1"),
    ("prime-activite", K.SILENCE, TWO_MONTHS, "CRPA, art. L231-4 3°"),
    ("prime-activite", K.APPEAL, TWO_MONTHS, "CSS, art. L845-2"),
    ("prime-activite", K.APPEAL_REPLY, TWO_MONTHS, "CSS, art. R142-6"),
    ("prime-activite", K.COURT, NEW_YEARS_EVE, "Code de justice administrative, art. R421-1"),
    ("css", K.TRANSMISSION, START, "CSS, art. L861-5"),
    ("css", K.SILENCE, TWO_MONTHS, "CSS, art. R861-16-1 II et L861-5"),
    ("css", K.APPEAL, TWO_MONTHS, "CSS, art. R142-1"),
    ("css", K.APPEAL_REPLY, TWO_MONTHS, "CSS, art. R142-6"),
    ("css", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("css", K.PARTICIPATION, date(2027, 2, 1), "CSS, art. R861-16-3"),  # 30 January is a Saturday
    ("css", K.RENEWAL, date(2026, 8, 30), "CSS, art. R861-18 I"),
    ("are", K.APPEAL, date(2028, 10, 30), "Code du travail, art. L5422-4"),
    ("prestations-familiales", K.APPEAL, TWO_MONTHS, "CSS, art. R142-1"),
    ("prestations-familiales", K.APPEAL_REPLY, TWO_MONTHS, "CSS, art. R142-6"),
    ("prestations-familiales", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("apl", K.END_OF_MONTH, MONTH_END, "Pratique des CAF"),
    ("apl", K.APPEAL, TWO_MONTHS, "CCH, art. L825-2"),
    ("apl", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("apl", K.COURT, NEW_YEARS_EVE, "Code de justice administrative, art. R421-1"),
    ("aah", K.END_OF_MONTH, MONTH_END, "CSS, art. R821-7"),
    ("aah", K.SILENCE, FOUR_MONTHS, "CASF, art. R241-33"),
    ("aah", K.APPEAL, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("aah", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("aah", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("aah", K.RENEWAL, START, "Pratique des MDPH"),
    ("aeeh", K.END_OF_MONTH, MONTH_END, "CSS, art. R541-7"),
    ("aeeh", K.SILENCE, FOUR_MONTHS, "CSS, art. R541-6"),
    ("aeeh", K.APPEAL, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("aeeh", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("aeeh", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("pch", K.SILENCE, FOUR_MONTHS, "CASF, art. R241-33"),
    ("pch", K.APPEAL, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("pch", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("pch", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("apa", K.ACKNOWLEDGEMENT, date(2026, 11, 9), "CASF, art. R232-23"),
    ("apa", K.SILENCE, TWO_MONTHS, "CASF, art. L232-14"),
    ("apa", K.APPEAL, TWO_MONTHS, "CASF, art. L134-1"),
    ("apa", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("apa", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("aspa", K.END_OF_MONTH, MONTH_END, "CSS, art. R815-33"),
    ("aspa", K.MONTH_SENT, MONTH_END, "CSS, art. R815-33"),
    ("aspa", K.APPEAL, TWO_MONTHS, "CSS, art. R142-1"),
    ("aspa", K.APPEAL_REPLY, TWO_MONTHS, "CSS, art. R142-6"),
    ("aspa", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("ash", K.TRANSMISSION, date(2026, 11, 30), "CASF, art. L131-1"),
    ("ash", K.SILENCE, TWO_MONTHS, "CRPA, art. L231-4 3°"),
    ("ash", K.APPEAL, TWO_MONTHS, "CASF, art. L134-1"),
    ("ash", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("ash", K.COURT, TWO_MONTHS, "CSS, art. R142-1-A III"),
    ("ash", K.ENTRY, TWO_MONTHS, "CASF, art. R131-2"),
    ("ash", K.URGENT_NOTICE, date(2026, 11, 2), "CASF, art. L131-3"),
    ("ash", K.URGENT_FILE, date(2026, 11, 30), "CASF, art. L131-3"),
    ("ash", K.URGENT_DECISION, TWO_MONTHS, "CASF, art. L131-3"),
    ("fsl", K.SILENCE, TWO_MONTHS, "Règlement intérieur du FSL"),
    ("fsl", K.APPEAL, NEW_YEARS_EVE, "Code de justice administrative, art. R421-1"),
    ("fsl", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("fsl", K.COURT, NEW_YEARS_EVE, "Code de justice administrative, art. R421-1"),
    ("surendettement", K.SILENCE, date(2027, 1, 30), "Code de la consommation"),
    ("surendettement", K.APPEAL, date(2026, 11, 16), "Code de la consommation"),  # the 14th is a Saturday
    ("domiciliation", K.SILENCE, TWO_MONTHS, "CASF, art. D264-1"),
    ("domiciliation", K.APPEAL, NEW_YEARS_EVE, "Code de justice administrative, art. R421-1"),
    ("domiciliation", K.APPEAL_REPLY, TWO_MONTHS, "CRPA, art. L411-7"),
    ("domiciliation", K.COURT, NEW_YEARS_EVE, "Code de justice administrative, art. R421-1"),
    ("domiciliation", K.RENEWAL, START, "CASF, art. L264-2"),
    ("logement-social", K.RENEWAL, START, "Pratique du SNE"),
]


@pytest.mark.parametrize(("code", "kind", "due", "article"), EXPECTED)
def test_the_delay_ends_on_its_day(code, kind, due, article) -> None:
    found = [row for row in deadlines(build(code, **RUNS_IN[kind])) if row.kind == kind]
    assert [row.due for row in found] == [due]
    assert found[0].source.startswith(article)


def test_no_delay_of_the_catalogue_is_left_out() -> None:
    rights = Right.objects.prefetch_related("rules__delays")
    known = {
        (right.code, row.kind)
        for right in rights
        for kind, columns in RUNS_IN.items()
        for row in deadlines(build(right.code, **columns))
        if row.kind == kind
    }
    assert known == {(code, kind) for code, kind, *_ in EXPECTED}

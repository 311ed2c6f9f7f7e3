"""The formulas by hand: periodicities, rounding, terms, flags, what is missing. No database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cias.core.french import rounded
from households.budgets.payload import checksum, from_payload, to_payload
from households.budgets.reckoning import Circumstances, DebtSum, Entry, Statement, monthly, reckon
from households.enums import CountBy, DayBasis, Periodicity, Side, Term
from households.models import BudgetFormula
from households.reference.budgets import CATEGORIES, first_formula, first_terms

DAY = date(2026, 11, 18)
BY_CODE: Mapping[str, dict[str, Any]] = {row["code"]: row for row in CATEGORIES}
FAMILY = Circumstances(Decimal("3.5"), Decimal("2.75"), Decimal("1.95"))
# The family of the household mock, to the cent.
MOCK = {
    "salaire": "1087", "are": "742", "ppa": "186", "apl": "214", "af": "148.52",
    "loyer": "698", "electricite": "164", "credit-conso": "187", "transport": "142", "cantine": "96",
    "plan-apurement": "75", "assurance-habitation": "61.40", "telecom": "48", "eau": "38",
}  # fmt: skip


def formula(**changes: Any) -> BudgetFormula:
    return BudgetFormula(**{**next(first_formula()), **changes})


def entry(code: str, amount: str | Decimal, periodicity: str = Periodicity.MONTHLY) -> Entry:
    row = BY_CODE[code]
    return Entry(
        category=code, label=row["label"], side=row["side"], group=row["group"], amount=Decimal(amount),
        periodicity=periodicity,
    )  # fmt: skip


def entries(**amounts: str) -> list[Entry]:
    return [entry(code.replace("_", "-"), amount) for code, amount in amounts.items()]


def state(lines: list[Entry], *, who: Circumstances = FAMILY, on: date = DAY, **changes: Any) -> Statement:
    return reckon(on=on, entries=lines, circumstances=who, formula=formula(**changes))


def values(statement: Statement) -> dict[str, Decimal | None]:
    return {one.code: one.value for one in statement.indicators}


@pytest.mark.parametrize(
    ("periodicity", "amount", "expected"),
    [
        (Periodicity.MONTHLY, "100", "100.00"),
        (Periodicity.QUARTERLY, "100", "33.33"),
        (Periodicity.QUARTERLY, "0.05", "0.02"),  # 1.666… cents
        (Periodicity.HALF_YEARLY, "100", "16.67"),
        (Periodicity.HALF_YEARLY, "0.03", "0.01"),  # half a cent goes up
        (Periodicity.YEARLY, "100", "8.33"),
        (Periodicity.YEARLY, "0.06", "0.01"),  # half a cent, again
        (Periodicity.YEARLY, "0.05", "0.00"),
        (Periodicity.WEEKLY, "10", "43.33"),  # 10 × 52 ÷ 12 = 43.333…
        (Periodicity.WEEKLY, "33.75", "146.25"),  # exact
        (Periodicity.WEEKLY, "0.03", "0.13"),
        (Periodicity.ONE_OFF, "500", None),
    ],
)
def test_the_monthly_equivalent(periodicity: str, amount: str, expected: str | None) -> None:
    assert monthly(Decimal(amount), periodicity) == (None if expected is None else Decimal(expected))


def test_the_family_of_the_mock() -> None:
    statement = state([entry(code, amount) for code, amount in MOCK.items()], daily_floor=Decimal(9))
    assert statement.term(Term.RESOURCES).total == Decimal("2377.52")
    assert statement.term(Term.CHARGES).total == Decimal("1509.40")
    assert values(statement) == {
        "remaining": Decimal("868.12"),
        "per_person": Decimal("248.03"),  # ÷ 3.5 = 248.034…
        "daily": Decimal("8.27"),  # ÷ 30 = 8.2678…
        "mej": Decimal("8.27"),
        "quotient": Decimal("864.55"),  # 2377.52 ÷ 2.75 = 864.5527…
        "housing_rate": Decimal("20.4"),  # (698 − 214) ÷ 2377.52 = 20.357 %
        "energy_rate": Decimal("6.9"),
        "debt_rate": Decimal("7.9"),
    }
    daily = statement.indicator("daily")
    assert daily.sum.replace("\u00a0", " ") == "(2 377,52 € − 1 509,40 €) ÷ 3,5 personnes ÷ 30 jours"
    assert daily.flag is not None
    assert daily.flag.text.replace("\u00a0", " ") == "sous le repère de 9,00 €"


@pytest.mark.parametrize(
    ("basis", "on", "expected"),
    [
        (DayBasis.THIRTY, date(2026, 2, 10), "10.00"),
        (DayBasis.MEAN, date(2026, 2, 10), "9.86"),  # 300 ÷ 30.42 = 9.8619…
        (DayBasis.CALENDAR, date(2026, 2, 10), "10.71"),  # ÷ 28
        (DayBasis.CALENDAR, date(2028, 2, 29), "10.34"),  # ÷ 29
        (DayBasis.CALENDAR, date(2026, 12, 31), "9.68"),  # ÷ 31
    ],
)
def test_the_days_of_the_month(basis: str, on: date, expected: str) -> None:
    alone = Circumstances(Decimal(1), Decimal(2), Decimal(1))
    statement = state(entries(salaire="1000", loyer="700"), who=alone, on=on, day_basis=basis)
    assert statement.indicator("daily").value == Decimal(expected)


@pytest.mark.parametrize(
    ("by", "expected"), [(CountBy.PERSONS, "8.57"), (CountBy.PARTS, "10.91"), (CountBy.UNITS, "15.38")]
)
def test_what_the_remainder_is_divided_by(by: str, expected: str) -> None:
    statement = state(entries(salaire="1600", loyer="700"), count_by=by)
    assert statement.indicator("daily").value == Decimal(expected)
    assert statement.indicator("mej").value == Decimal("8.57")


def test_a_negative_remainder_is_a_figure_and_says_so() -> None:
    statement = state(entries(rsa="600", loyer="800"))
    daily = statement.indicator("daily")
    assert statement.indicator("remaining").value == Decimal(-200)
    assert daily.value == Decimal("-1.90")  # −200 ÷ 3.5 ÷ 30 = −1.9047…
    assert daily.flag is not None
    assert daily.flag.level == "late"


def test_half_a_cent_below_zero_is_rounded_away_from_zero() -> None:
    one = Circumstances(Decimal(1), Decimal(2), Decimal(1))
    statement = state(entries(rsa="0", loyer="1.35"), who=one)  # −1.35 ÷ 30 = −0.045
    assert statement.indicator("daily").value == Decimal("-0.05")


def test_nobody_there_leaves_the_sums_of_the_household_only() -> None:
    nobody = Circumstances(Decimal(0), Decimal(0), Decimal(0))
    statement = state(entries(salaire="1000", loyer="300"), who=nobody)
    assert statement.indicator("remaining").value == Decimal(700)
    for code in ("per_person", "daily", "mej", "quotient"):
        assert statement.indicator(code).value is None
        assert statement.indicator(code).missing == "personne n’est compté à cette date"
    assert statement.indicator("housing_rate").value == Decimal("30.0")


NO_RESOURCE, NO_CHARGE = "aucune ressource n’est renseignée", "aucune charge n’est renseignée"
NO_RENT, NO_CREDIT = "aucune dépense de logement n’est renseignée", "aucun crédit n’est renseigné"
NOTHING = "les ressources sont nulles"


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        ({}, {"daily": NO_RESOURCE, "quotient": NO_RESOURCE}),
        ({"salaire": "1000"}, {"daily": NO_CHARGE, "housing_rate": NO_RENT, "debt_rate": NO_CREDIT}),
        ({"loyer": "500"}, {"remaining": NO_RESOURCE, "housing_rate": NO_RESOURCE}),
        (
            {"salaire": "0", "loyer": "500", "credit_conso": "1"},
            {"housing_rate": NOTHING, "debt_rate": NOTHING},
        ),
    ],
)
def test_what_nobody_typed_is_not_zero(lines: dict[str, str], reasons: dict[str, str]) -> None:
    statement = state(entries(**lines))
    for code, reason in reasons.items():
        assert statement.indicator(code).value is None
        assert statement.indicator(code).missing == reason


def test_no_resource_at_all_is_known_when_it_is_typed() -> None:
    statement = state(entries(salaire="0", loyer="0"))
    assert statement.indicator("daily").value == Decimal(0)
    assert statement.indicator("daily").flag is None


@pytest.mark.parametrize(
    ("energy", "level", "text"),
    [
        ("80", None, ""),  # 8.0 % is not above 8 %
        ("80.40", None, ""),  # shown as 8.0 %, compared as shown
        ("80.50", "soon", "au-dessus de 8 %"),
        ("100", "soon", "au-dessus de 8 %"),
        ("101", "late", "au-dessus de 10 %"),
    ],
)
def test_the_limits_of_the_energy_rate(energy: str, level: str | None, text: str) -> None:
    flag = state(entries(salaire="1000", electricite=energy)).indicator("energy_rate").flag
    assert (flag.level if flag else None) == level
    if flag:
        assert flag.text.replace("\u00a0", " ") == text
        assert "ONPE" in flag.source


def test_one_off_and_excluded_lines_are_shown_apart() -> None:
    lines = [
        *entries(salaire="1000", loyer="400", aeeh="150"),
        entry("secours", "300", Periodicity.ONE_OFF),
        entry("ars", "440", Periodicity.YEARLY),
    ]
    statement = state(lines)
    assert statement.indicator("remaining").value == Decimal(600)
    assert [one.category for one in statement.one_off] == ["secours"]
    assert [one.category for one in statement.uncounted] == ["aeeh", "ars"]


def test_debts_count_as_the_formula_says() -> None:
    who = replace(
        FAMILY,
        debts={"rent": DebtSum(1, Decimal(900), Decimal(50)), "fine": DebtSum(2, Decimal(80), Decimal(10))},
    )
    lines = entries(salaire="1000", loyer="400", credit_conso="100")
    plain = state(lines, who=who)
    assert (plain.indicator("remaining").value, plain.indicator("debt_rate").value) == (500, Decimal("10.0"))
    counted = state(lines, who=who, debt_charge_kinds=["rent"], debt_rate_kinds=["rent", "fine", "tax"])
    assert (counted.indicator("remaining").value, counted.indicator("debt_rate").value) == (
        450,
        Decimal("16.0"),
    )
    assert "Remboursement de dettes : loyer" in [label for label, *_ in counted.term(Term.CHARGES).lines]


def test_the_terms_are_those_of_the_version() -> None:
    terms = first_terms()
    terms[Term.RESOURCES].remove("salaire")
    statement = state(entries(salaire="1000", rsa="100", loyer="50"), terms=terms)
    assert statement.indicator("remaining").value == Decimal(50)
    assert statement.indicator("housing_rate").value == Decimal("4.5")


cents = st.decimals(0, 99_999, places=2, allow_nan=False, allow_infinity=False)
lines_of_any_kind = st.lists(
    st.tuples(st.sampled_from(sorted(BY_CODE)), cents, st.sampled_from(Periodicity.values)), max_size=20
)


@given(rows=lines_of_any_kind, seed=st.integers(0, 1000))
def test_totals_are_the_sum_of_what_is_shown_in_any_order(
    rows: list[tuple[str, Decimal, str]], seed: int
) -> None:
    lines = [entry(*row) for row in rows]
    shuffled = lines.copy()
    Random(seed).shuffle(shuffled)
    first, second = state(lines), state(shuffled)
    assert values(first) == values(second)
    for term in first.terms:
        shown = [amount for *_words, amount in term.lines]
        assert all(amount == rounded(amount, 2) for amount in shown)
        assert term.total == (sum(shown, Decimal(0)) if shown else None)
        assert term.total == second.term(term.code).total
    every = [one.monthly for one in lines if one.monthly is not None]
    in_terms = sum(len(first.term(code).lines) for code in (Term.RESOURCES, Term.CHARGES))
    known = [
        one for one in lines if one.category in {*first_terms()[Term.RESOURCES], *first_terms()[Term.CHARGES]}
    ]
    assert in_terms == len([one for one in known if one.monthly is not None]) <= len(every)
    assert {one.side for one in lines} <= set(Side.values)


@given(rows=lines_of_any_kind)
def test_a_frozen_statement_reads_back_as_it_was(rows: list[tuple[str, Decimal, str]]) -> None:
    statement = state([entry(*row) for row in rows])
    payload = to_payload(statement)
    again = from_payload(payload)
    assert again == statement
    assert checksum(to_payload(again)) == checksum(payload)

"""Amounts as people type them."""

from decimal import Decimal

import pytest

from cias.core.forms import read_amount


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1234,56", "1234.56"),
        ("1 234,56 €", "1234.56"),
        ("1\u202f234,56\u00a0€", "1234.56"),
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1.234.567,8", "1234567.8"),
        ("12€50", "12.50"),
        ("12 € 50", "12.50"),
        ("12,5", "12.5"),
        ("12,", "12"),
        ("0", "0"),
        ("45 euros", "45"),
        ("45 EURO", "45"),
        ("-3,20", "-3.20"),
        ("\u22123", "-3"),
    ],
)
def test_any_french_spelling(typed: str, expected: str) -> None:
    assert read_amount(typed) == Decimal(expected)


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "12,3,4", "1.234.56", "12€5", "€", "1e3", "NaN", "Infinity", "12 dollars", "1,234.56"],
)
def test_what_is_no_amount(typed: str) -> None:
    assert read_amount(typed) is None

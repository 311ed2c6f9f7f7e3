from decimal import Decimal

import pytest

from cias.core.secrecy import (
    THRESHOLDS,
    Thresholds,
    amounts_may_be_published,
    protect_amount,
    protect_mean,
    protect_rate,
)

EQUAL = [Decimal("100.10")] * 11


def test_eleven_households_are_needed():
    assert protect_amount(EQUAL) == Decimal("1101.10")
    assert protect_mean(EQUAL) == Decimal("100.10")
    assert protect_amount(EQUAL[:10]) is None
    assert protect_mean(EQUAL[:10]) is None
    assert protect_amount(EQUAL[:10], minimum_units=10) == Decimal("1001.00")


def test_no_household_makes_more_than_85_percent():
    ten = [Decimal("15")] * 10
    assert protect_amount([*ten, Decimal("850")]) == Decimal("1000")  # 85 % exactly
    assert protect_amount([*ten, Decimal("850.01")]) is None
    assert protect_amount([*ten, Decimal("850.01")], dominance=Decimal("0.9")) is not None


def test_signs_do_not_hide_dominance():
    assert not amounts_may_be_published([Decimal("-900"), *[Decimal("10")] * 10])
    assert protect_amount([Decimal("-5"), Decimal("5")] * 6) == Decimal("0")


def test_zeros_are_amounts():
    assert protect_mean([Decimal("0")] * 11) == Decimal("0.00")
    assert protect_amount([Decimal("120"), *[Decimal("0")] * 10]) is None


def test_the_mean_is_rounded_to_the_cent_half_up():
    assert protect_mean([Decimal("0.10")] * 11 + [Decimal("0.16")]) == Decimal("0.11")  # 0.105


def test_nothing_has_no_mean():
    assert protect_amount([], minimum_units=0) == Decimal("0")
    assert protect_mean([], minimum_units=0) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate"),
    [
        (10, 20, "50.0"),
        (10, 19, None),
        (0, 20, "0.0"),
        (20, 20, "100.0"),
        (4, 40, None),
        (5, 40, "12.5"),
        (36, 40, None),  # the four others
        (35, 40, "87.5"),
        (1, 3000, None),
        (5, 3000, "0.2"),  # 0.1666…
        (0, 0, None),
    ],
)
def test_rates(numerator, denominator, rate):
    assert protect_rate(numerator, denominator) == (None if rate is None else Decimal(rate))


def test_the_thresholds_of_rates_can_be_chosen():
    assert protect_rate(3, 10, minimum_denominator=10, threshold=3) == Decimal("30.0")
    assert protect_rate(0, 0, minimum_denominator=0) is None


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 20), (21, 20), (1, 0)])
def test_impossible_rates_are_refused(numerator, denominator):
    with pytest.raises(ValueError, match="numérateur"):
        protect_rate(numerator, denominator)


def test_default_thresholds():
    assert (
        Thresholds(count=5, amount_units=11, dominance=Decimal("0.85"), rate_denominator=20, sensitive=11)
        == THRESHOLDS
    )

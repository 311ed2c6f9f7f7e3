from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cias.core import french


def spaced(text: str) -> str:
    """Readable expectations: a plain space stands for the no-break space."""
    return text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1234567, 0, "1 234 567"),
        (Decimal("1234.565"), 2, "1 234,57"),
        (0.125, 2, "0,13"),
        (2.675, 2, "2,68"),
        (Decimal("0.5"), 0, "1"),
        (-1234.5, 1, "−1 234,5"),
        (Decimal("-0.004"), 2, "0,00"),
        (1e21, 0, "1 000 000 000 000 000 000 000"),
    ],
)
def test_number(value, decimals, expected):
    assert french.number(value, decimals) == spaced(expected)


@pytest.mark.parametrize(("value", "expected"), [(7, "+ 7"), (-7, "− 7"), (0, "0"), (Decimal("-0.2"), "0")])
def test_signed_number(value, expected):
    assert french.number(value, signed=True) == spaced(expected)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        french.number(value)


@given(st.integers(-(10**15), 10**15))
def test_number_keeps_every_digit(cents):
    amount = Decimal(cents).scaleb(-2)
    text = french.number(amount, 2)
    assert Decimal(text.replace("\u00a0", "").replace(",", ".").replace("\u2212", "-")) == amount
    assert "\u202f" not in text
    assert "-" not in text


def test_money_and_percentages():
    assert french.euros(Decimal("1234.5")) == spaced("1 234,50 €")
    assert french.euros(Decimal("1234.5"), 0) == spaced("1 235 €")
    assert french.percent(Decimal("12.5"), 1) == spaced("12,5 %")
    assert french.percent(-6, signed=True) == spaced("− 6 %")


def test_dates():
    assert french.date_short(date(2026, 2, 1)) == "01/02/2026"
    assert french.date_long(date(2026, 11, 24)) == "mardi 24 novembre 2026"
    assert french.date_long(date(2026, 12, 1)) == "mardi 1er décembre 2026"
    assert french.date_long(date(2024, 2, 29), weekday=False) == "29 février 2024"
    assert french.month_long(date(2026, 8, 3)) == "août 2026"
    assert french.month_short(date(2026, 7, 3)) == "juil."
    assert french.month_short(date(2026, 7, 3), year=True) == "juil. 2026"


def test_moments_are_shown_on_the_local_clock():
    new_year_eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already 1 January in Chartres
    assert french.date_short(new_year_eve) == "01/01/2027"
    assert french.time_fr(new_year_eve) == spaced("0 h 30")
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert french.day_and_time(summer) == "mercredi 1er juillet 2026 à " + spaced("14 h")


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        french.time_fr(datetime(2026, 1, 1, 9, 30))  # noqa: DTZ001 - what is being refused


def test_times_and_durations():
    assert french.time_fr(time(9, 5)) == spaced("9 h 05")
    assert french.time_fr(time(13, 0)) == spaced("13 h")
    assert french.duration(45) == spaced("45 min")
    assert french.duration(60) == spaced("1 h")
    assert french.duration(timedelta(hours=1, minutes=30, seconds=59)) == spaced("1 h 30")
    assert french.duration(0) == spaced("0 min")
    with pytest.raises(ValueError, match="negative"):
        french.duration(-1)


def test_small_words():
    assert [french.ordinal(1), french.ordinal(1, feminine=True), french.ordinal(21)] == ["1er", "1re", "21e"]
    assert french.plural(0, "dossier") == spaced("0 dossier")
    assert french.plural(1, "rendez-vous") == spaced("1 rendez-vous")
    assert french.plural(2, "rendez-vous") == spaced("2 rendez-vous")
    assert french.plural(1200, "ménage") == spaced("1 200 ménages")
    assert french.plural(3, "travail", "travaux") == spaced("3 travaux")
    assert french.plural(Decimal("1.96"), "enfant", decimals=1) == spaced("2,0 enfants")
    assert french.join_list([]) == ""
    assert french.join_list(["a"]) == "a"
    assert french.join_list(["a", "b", "c"]) == "a, b et c"
    assert french.join_list(["a", "b"], "ou") == "a ou b"
    assert french.typographic("Bailleau-l'Évêque") == "Bailleau-l’Évêque"


@pytest.mark.parametrize(
    ("label", "inside"), [("Au CIAS", "au CIAS"), ("RSA majoré", "RSA majoré"), ("École", "école"), ("", "")]
)
def test_a_label_inside_a_sentence(label: str, inside: str) -> None:
    assert french.lower_first(label) == inside


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("Anne Renault", "d’Anne Renault"),
        ("Élodie", "d’Élodie"),
        ("Claire", "de Claire"),
        ("Hélène", "d’Hélène"),
        ("Hassan", "de Hassan"),
        ("Yves", "d’Yves"),
        ("Yasmine", "de Yasmine"),
        ("Le Goff", "de Le Goff"),
    ],
)
def test_a_name_after_de(name: str, after: str) -> None:
    assert french.of_name(name) == after


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("Le Coudray", "du Coudray"),
        ("Les Corvées", "des Corvées"),
        ("La Bourdinière", "de La Bourdinière"),
        ("Oinville", "d’Oinville"),
        ("Chartres", "de Chartres"),
    ],
)
def test_a_commune_after_de(name: str, after: str) -> None:
    assert french.of_place(name) == after

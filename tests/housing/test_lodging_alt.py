"""The ALT statement of a small convention, counted by hand (CSS, L851-1 and R851-2)."""

from datetime import date
from decimal import Decimal

import pdfplumber
import pytest
from django.urls import reverse

from housing.enums import DwellingType, ExitOutcome
from housing.lodging.alt import statement
from housing.models import AltConvention
from tests.factories import (
    AltCapacityFactory,
    AltConventionFactory,
    AltDwellingFactory,
    DwellingFactory,
    PlaceFactory,
    StayFactory,
    UnavailabilityFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


@pytest.fixture
def convention() -> AltConvention:
    """One T2 all year at 300 €; from April, two T4 of two rooms each at 450 €, one of them covered from 16 April."""
    row = AltConventionFactory(year=2026)
    AltCapacityFactory(
        convention=row, dwelling_type=DwellingType.T2, dwellings=1, monthly_aid=Decimal("300.00")
    )
    AltCapacityFactory(
        convention=row,
        dwelling_type=DwellingType.T4,
        dwellings=2,
        monthly_aid=Decimal("450.00"),
        first_month=4,
    )
    flat = DwellingFactory(dwelling_type=DwellingType.T2, opened_on=date(2025, 1, 1))
    shared, late = (DwellingFactory(dwelling_type=DwellingType.T4, opened_on=date(2025, 1, 1)) for _ in "ab")
    AltDwellingFactory(convention=row, dwelling=flat)
    AltDwellingFactory(convention=row, dwelling=shared, start=date(2026, 4, 1))
    AltDwellingFactory(convention=row, dwelling=late, start=date(2026, 4, 16))
    one = PlaceFactory(dwelling=flat)
    rooms = [PlaceFactory(dwelling=shared) for _ in range(2)]
    other = [PlaceFactory(dwelling=late) for _ in range(2)]
    # The flat: somebody until 20 April, works until the end of the month.
    StayFactory(place=one, start=date(2026, 1, 1), planned_end=date(2026, 4, 20), end=date(2026, 4, 20),
                outcome=ExitOutcome.SOCIAL)  # fmt: skip
    UnavailabilityFactory(place=one, start=date(2026, 4, 21), end=date(2026, 4, 30))
    # A room of the shared one lived in from 11 April; the other one out of order in the first half of the month.
    StayFactory(place=rooms[0], start=date(2026, 4, 11), planned_end=date(2026, 7, 31))
    UnavailabilityFactory(place=rooms[1], start=date(2026, 4, 1), end=date(2026, 4, 15))
    # Lived in from before the convention covers it: only its nights from the 16th count.
    StayFactory(place=other[0], start=date(2026, 3, 1), planned_end=date(2026, 12, 31))
    return row


def test_april_by_hand(convention: AltConvention) -> None:
    april = statement(convention, TODAY).months[3]
    t2, t4 = april.lines
    # T2: 30 nights less 10 of works = 20 of 30 → 0.67 dwelling; 20 lived in; 300 × 0.67.
    assert (t2.dwellings, t2.effective, t2.available, t2.occupied) == (1, Decimal("0.67"), 20, 20)
    assert (t2.full_aid, t2.effective_aid) == (Decimal("300.00"), Decimal("201.00"))
    # T4: (30 + 15) of 60 → 0.75, and (15 + 15) of 60 → 0.50; lived in 20 and 15 nights; 900 × 1.25 / 2.
    assert (t4.dwellings, t4.effective, t4.available, t4.occupied) == (2, Decimal("1.25"), 75, 35)
    assert (t4.full_aid, t4.effective_aid) == (Decimal("900.00"), Decimal("562.50"))
    assert (april.total.available, april.total.occupied, april.households) == (95, 55, 3)
    assert april.total.effective_aid == Decimal("763.50")


def test_before_april_only_the_flat_counts(convention: AltConvention) -> None:
    march = statement(convention, TODAY).months[2]
    t2, t4 = march.lines
    assert (t2.effective, t2.available, t2.occupied, t2.effective_aid) == (1, 31, 31, Decimal("300.00"))
    assert (t4.dwellings, t4.available, t4.full_aid) == (0, 0, 0)
    assert march.households == 1


def test_the_month_under_way_is_counted_until_today_and_those_to_come_are_not(
    convention: AltConvention,
) -> None:
    found = statement(convention, TODAY)
    july, august = found.months[6], found.months[7]
    # Until the 10th: the flat 10, four rooms 40 nights; two of them lived in.
    assert (july.total.available, july.total.occupied) == (50, 20)
    assert (august.is_counted, august.total.available, august.total.full_aid) == (
        False,
        0,
        Decimal("1200.00"),
    )
    assert found.total.full_aid == 3 * 300 + 9 * 1200
    assert found.counted_to == TODAY


def test_the_screen_the_pdf_and_the_spreadsheet_agree(convention, login, isabelle, claire, tmp_path) -> None:
    client = login(isabelle)
    for name in ("alt_convention", "alt_pdf", "alt_csv"):
        assert login(claire).get(reverse(f"housing:{name}", args=[convention.pk])).status_code == 403
    assert client.get(reverse("housing:alt")).status_code == 302
    page = client.get(reverse("housing:alt_convention", args=[convention.pk])).content.decode()
    assert "763,50\u00a0€" in page
    sheet = client.get(reverse("housing:alt_csv", args=[convention.pk])).content.decode("utf-8-sig")
    assert "avril 2026;T4;2;1,25;75;35;46,7;900,00;562,50" in sheet
    printed = tmp_path / "alt.pdf"
    printed.write_bytes(client.get(reverse("housing:alt_pdf", args=[convention.pk])).content)
    with pdfplumber.open(printed) as pdf:
        text = "\n".join(sheet.extract_text() for sheet in pdf.pages)
    assert "763,50" in text
    assert "ALT-28-2026-04" in text


def test_a_convention_is_typed_month_by_month(login, isabelle) -> None:
    client = login(isabelle)
    assert "Aucune convention" in client.get(reverse("housing:alt")).content.decode()
    client.post(reverse("housing:alt_create"), {"year": "2026", "number": "28-2026"})
    row = AltConvention.objects.get()
    refused = client.post(
        reverse("housing:alt_capacity_add", args=[row.pk]),
        {
            "dwelling_type": "t2",
            "dwellings": "2",
            "first_month": "6",
            "last_month": "3",
            "monthly_aid": "310,50",
        },
    )
    assert "Le dernier mois suit le premier." in refused.content.decode()
    client.post(
        reverse("housing:alt_capacity_add", args=[row.pk]),
        {
            "dwelling_type": "t2",
            "dwellings": "2",
            "first_month": "3",
            "last_month": "6",
            "monthly_aid": "310,50",
        },
    )
    assert str(row.capacities.get().monthly_aid) == "310.50"
    dwelling = DwellingFactory()
    outside = client.post(
        reverse("housing:alt_dwelling_add", args=[row.pk]), {"dwelling": dwelling.pk, "start": "01/01/2025"}
    )
    assert "La convention couvre l’année 2026." in outside.content.decode()
    again = {"year": "2026", "number": "autre"}
    assert "déjà sa convention" in client.post(reverse("housing:alt_create"), again).content.decode()

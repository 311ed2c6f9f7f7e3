"""The anonymised export: from none of its lines can anybody be found."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from cias.audit.models import AccessLog
from cias.core.periods import Period
from cias.core.secrecy import THRESHOLDS
from households.enums import MemberRole
from housing.energy.export import HIDDEN, WHOLE, export
from housing.models import EnergyFile, ExportColumn
from tests.factories import (
    AddressFactory,
    CommuneFactory,
    EnergyBillFactory,
    EnergyFileFactory,
    EnergyVisitFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    RoomReadingFactory,
)

pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)
CANARIES = ("Canarini", "Ornella", "Canaritude", "canari", "14/07/1951", "1951", "0639980417", "22334455667788",
            "SLIME-2026", "Dupont-Alerte")  # fmt: skip


def household(commune, birth=date(1980, 1, 1), **more):
    found = HouseholdFactory(commune=commune, **more)
    MembershipFactory(household=found, person=PersonFactory(birth_date=birth), role=MemberRole.APPLICANT)
    return found


@pytest.fixture
def programme():
    """Six households of a town, two of a village, and one that everything tells apart: the canary."""
    town, village = CommuneFactory(code="28001", name="Bourg"), CommuneFactory(code="28002", name="Minuscule")
    for rank in range(6):
        EnergyFileFactory(
            household=household(town),
            occupancy="private",
            dwelling="flat",
            reported_on=date(2026, 3, rank + 1),
        )
    for _ in range(2):
        EnergyFileFactory(household=household(village), occupancy="private", dwelling="flat")
    rare = HouseholdFactory(commune=village, name="Canarini")
    person = PersonFactory(
        birth_name="Canarini", first_names="Ornella", birth_date=date(1951, 7, 14), phone="+33639980417"
    )
    MembershipFactory(household=rare, person=person, role=MemberRole.APPLICANT)
    AddressFactory(household=rare, street="4 impasse Canaritude")
    file = EnergyFileFactory(
        household=rare, occupancy="owner", dwelling="house", built="1948", informant="relatives", persons=7,
        heating_energy="paraffin", informant_name="Dupont-Alerte", situation="canari", state="visited_1",
        visited_on=date(2026, 10, 20), landlord="canari", reported_on=date(2026, 7, 3),
    )  # fmt: skip
    visit = EnergyVisitFactory(
        file=file, done_on=date(2026, 10, 20), social_note="canari", income_month=Decimal(900)
    )
    RoomReadingFactory(visit=visit, temperature=Decimal("9.5"))
    EnergyBillFactory(visit=visit, delivery_point="22334455667788", supplier="canari", amount=Decimal("3000"))


def test_no_canary_leaves(programme) -> None:
    header, rows = export(YEAR)
    text = repr((header, rows))
    assert len(rows) == 9
    assert [canary for canary in CANARIES if canary in text] == []


def test_no_value_that_tells_of_a_household_is_shared_by_too_few(programme) -> None:
    header, rows = export(YEAR)
    quasi = [
        "Territoire", "Âge de la personne de référence", "Personnes dans le logement", "Statut d’occupation",
        "Type de logement", "Période de construction", "Énergie de chauffage", "Revenus, barème Anah",
        "Donneur d’alerte", "Trimestre du signalement", "Pièce la plus froide", "Taux d’effort énergétique",
    ]  # fmt: skip
    for name in quasi:
        column = [str(row[header.index(name)]) for row in rows]
        few = {value for value in column if column.count(value) < THRESHOLDS.count}
        # What is hidden is never alone either, unless there is nothing else to hide with it.
        assert few <= {HIDDEN}, (name, column)
        assert not few, (name, column)


def test_a_small_commune_becomes_the_whole_territory(programme) -> None:
    header, rows = export(YEAR)
    places = [row[header.index("Territoire")] for row in rows]
    assert "Minuscule" not in places
    assert "Bourg" not in places  # the three of the village would be found by subtraction
    assert set(places) <= {HIDDEN, WHOLE}


def test_a_protected_file_has_no_place() -> None:
    town = CommuneFactory(code="28001", name="Bourg")
    for _ in range(5):
        EnergyFileFactory(household=household(town))
    for _ in range(5):
        EnergyFileFactory(household=household(town, is_protected=True))
    header, rows = export(YEAR)
    places = [row[header.index("Territoire")] for row in rows]
    assert (places.count("Bourg"), places.count(WHOLE)) == (5, 5)


def test_the_order_of_the_lines_is_not_that_of_the_files(programme) -> None:
    assert export(YEAR) == export(YEAR)
    ExportColumn.objects.exclude(code__in=("trimestre",)).update(is_exported=False)
    header, rows = export(YEAR)
    assert header == ["Trimestre du signalement"]
    assert rows == sorted(rows, key=repr) or len({repr(row) for row in rows}) > 1


def test_the_direction_exports_with_a_reason_that_is_logged(programme, login, isabelle, claire) -> None:
    url = reverse("housing:energy_export")
    assert login(claire).get(url).status_code == 403
    client = login(isabelle)
    EnergyFile.objects.update(reported_on=date(2025, 3, 1))
    year = {"du": "01/01/2025", "au": "31/12/2025"}
    page = client.post(url, {**year, "raison": ""}).content.decode()
    assert "<title>Erreur" in page
    sent = client.post(url, {**year, "raison": "Bilan annuel"})
    assert sent["Content-Type"].startswith("text/csv")
    assert len(sent.content.decode("utf-8-sig").splitlines()) == 10
    assert AccessLog.objects.filter(action="export", reason="Bilan annuel").exists()


@pytest.mark.parametrize("last", ["30/11/2025", "31/12/2026"])
def test_only_whole_years_that_are_over_are_exported(login, isabelle, last: str) -> None:
    """Two exports that overlap would give a household away by difference."""
    first = f"01/01/{last[-4:]}"
    sent = login(isabelle).post(
        reverse("housing:energy_export"), {"du": first, "au": last, "raison": "Bilan"}
    )
    assert "année entière et terminée" in sent.context["form"].errors["du"][0]

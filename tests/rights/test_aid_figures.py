"""What leaves the file: the printed summary, and amounts behind the secrecy of the reports."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from abs_reports.compiling.protection_numbers import protect_means
from cias.core.periods import Period
from cias.core.registry import SummaryRequest, summary
from households.models import Household
from households.summary import offered_sections
from rights.aids.enums import AidNature
from rights.aids.statistics import MEASURES
from tests.factories import (
    AidEnvelopeFactory,
    AidKindFactory,
    AidRequestFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)
EUROS = next(one for one in MEASURES if one.code == "aids.euros")


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel("2026-11-24T14:00:00+01:00"):
        yield


@pytest.fixture
def household() -> Household:
    """Denise was granted 280 euros, Paul asked for the same."""
    household = HouseholdFactory(name="Lefèvre")
    kind = AidKindFactory()
    envelope = AidEnvelopeFactory(kind=kind)
    for name, role, more in (
        ("Denise", "applicant", {"granted": True}),
        ("Paul", "partner", {"proposed": True}),
    ):
        person = PersonFactory(birth_name="Lefèvre", first_names=name)
        MembershipFactory(household=household, person=person, role=role)
        AidRequestFactory(
            household=household, applicant=person, kind=kind, envelope=envelope, purpose="Motif tenu secret.",
            evaluation="Évaluation tenue secrète.", **more,
        )  # fmt: skip
    return household


def lines(household, user, **more):
    section = dict(offered_sections(household, user))["aides"]
    (block,) = section.blocks(SummaryRequest(subject=household, user=user, today=TUESDAY, **more))
    return block


def test_the_summary_tells_states_and_amounts_of_each_aid(household, claire, login) -> None:
    block = lines(household, claire)
    assert block.header[0] == "Numéro"
    assert {(row[2], row[4], row[6]) for row in block.rows} == {
        ("Denise Lefèvre", "280,00\u00a0€", "280,00\u00a0€"),
        ("Paul Lefèvre", "280,00\u00a0€", "—"),
    }
    told = str(block.rows)
    assert "tenu secret" not in told
    assert "tenue secrète" not in told
    printed = login(claire).get(
        reverse("households:summary", args=[household.pk]), {"sections": ["aides"], "imprimer": "1"}
    )
    assert printed.headers["Content-Type"] == "application/pdf"


def test_the_summary_of_one_person_has_their_aids_and_a_copy_names_nobody_else(household, claire) -> None:
    denise = household.memberships.get(person__first_names="Denise").person
    assert [row[2] for row in lines(household, claire, person=denise).rows] == ["Denise Lefèvre"]
    hidden = lines(household, claire, masked=True, hide=lambda text: "…")
    assert {row[2] for row in hidden.rows} == {"…"}


@pytest.mark.parametrize("who", ["nadege", "francoise", "david", "armelle", "isabelle"])
def test_others_are_not_offered_the_section(household, request, who) -> None:
    assert "aides" in dict(summary.items())
    assert "aides" not in dict(offered_sections(household, request.getfixturevalue(who)))


def granted(count: int, amount: int = 100, nature: AidNature = AidNature.ENERGY) -> None:
    kind = AidKindFactory(code=nature, name=nature.label, nature=nature)
    envelope = kind.envelopes.first() or AidEnvelopeFactory(kind=kind)
    for _ in range(count):
        AidRequestFactory(
            kind=kind, envelope=envelope, granted=True, amount=Decimal(amount), granted_amount=Decimal(amount)
        )


def published() -> dict[str, Decimal | None]:
    return dict(protect_means(EUROS, list(EUROS.compute(Period.year(2026), None))).by_key)


def test_an_amount_is_published_of_eleven_households_and_more(db) -> None:
    granted(11)
    granted(10, nature=AidNature.FOOD)
    assert published() == {"energy": Decimal(1100), "food": None}


def test_an_amount_one_household_makes_is_kept_secret(db) -> None:
    granted(12, amount=10)
    assert published() == {"energy": Decimal(120)}
    granted(1, amount=5000)
    assert published() == {"energy": None}


def test_ten_aids_of_one_household_are_one_household(household) -> None:
    kind = AidKindFactory()
    for _ in range(12):
        AidRequestFactory(household=household, kind=kind, envelope=kind.envelopes.get(), granted=True)
    assert published() == {"energy": None}

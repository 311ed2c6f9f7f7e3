"""H7, H16: the summary tells the budget in force with every term, and what is still owed, to who may read them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import page as validator
import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.services import state_reason
from households.enums import DebtKind, DebtStage
from households.models import Budget, BudgetCategory, Household, Person
from households.services.budgets import LineData, write_budget
from households.summary import offered_sections
from tests.client import StrictClient
from tests.factories import DebtFactory
from tests.households.test_summary import printed, url

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
TODAY = date(2026, 11, 24)


def written(by: User, household: Household, on: date, *lines: tuple[str, str, dict[str, object]]) -> Budget:
    data = [
        LineData(category=BudgetCategory.objects.get(code=code), amount=Decimal(amount), **more)  # type: ignore[arg-type]
        for code, amount, more in lines
    ]
    return write_budget(by=by, household=household, on=on, lines=data, comment="Yann cherche un emploi.")


@pytest.fixture
def yann(family: Household) -> Person:
    return Person.objects.get(first_names="Yann")


@pytest.fixture
def budget(family: Household, claire: User, ines: Person, yann: Person) -> Budget:
    written(claire, family, date(2025, 11, 4), ("salaire", "4321", {}))
    written(claire, family, date(2026, 12, 1), ("salaire", "8765", {}))  # not in force yet
    return written(
        claire,
        family,
        date(2026, 11, 18),
        ("salaire", "900", {"person": ines}),
        ("are", "650", {"person": yann, "comment": "fin de droits"}),
        ("loyer", "600", {}),
        ("assurance-habitation", "120", {"periodicity": "yearly"}),
    )


@pytest.fixture
def debts(family: Household) -> None:
    DebtFactory(
        household=family, kind=DebtKind.RENT, monthly_payment=Decimal(50), plan_start=date(2026, 10, 5)
    )
    DebtFactory(household=family, creditor="Yann Kerbrat père", remaining_amount=Decimal(200))
    DebtFactory(
        household=family,
        creditor="Eau de Chartres",
        stage=DebtStage.SETTLED,
        settled_on=date(2026, 10, 1),
        remaining_amount=Decimal(0),
    )


@pytest.mark.usefixtures("budget", "debts")
class TestBudget:
    def test_the_one_in_force_with_every_term(self, family: Household, claire: User, login: Login) -> None:
        page = printed(login(claire), family, "budget")
        for expected in (
            "Budget du 18/11/2026", "Ressources du mois 1 550,00 €", "Charges du mois 610,00 €",
            "Salaire", "Inês Da Silva", "Loyer", "120,00 € par an", "Total 1 550,00 €",
            "Reste à vivre par jour et par personne", "(1 550,00 € − 610,00 €) ÷ 3 personnes ÷ 30 jours", "10,44 €",
            "Quotient social", "Taux d’effort logement", "÷ 1 550,00 €", "Taux d’endettement",
            "Yann cherche un emploi.",
        ):  # fmt: skip
            assert expected in page, expected
        assert "4 321" not in page
        assert "8 765" not in page

    def test_what_is_still_owed(self, family: Household, claire: User, login: Login) -> None:
        page = printed(login(claire), family, "budget")
        assert "Dettes non soldées" in page
        assert "Habitat eurélien" in page
        assert "Total 50,00 € 1 694,00 €" in page
        assert "Eau de Chartres" not in page

    def test_a_copy_tells_no_line_of_anothers(
        self, family: Household, claire: User, ines: Person, login: Login
    ) -> None:
        page = printed(login(claire), family, "budget", person=str(ines.pk), masked="on")
        assert "Ligne d’une autre personne 650,00 €" in page
        assert "Total 1 550,00 €" in page
        assert "[tiers] cherche un emploi." in page
        for hidden in ("Yann", "Kerbrat", "fin de droits", "chômage", "ARE"):
            assert hidden not in page

    def test_it_follows_the_right_on_budgets(
        self, family: Household, isabelle: User, claire: User, login: Login
    ) -> None:
        assert "budget" in [code for code, _section in offered_sections(family, claire)]
        assert "budget" not in [code for code, _section in offered_sections(family, isabelle)]
        assert "Pourquoi ouvrir ce contenu" in login(isabelle).get(url(family)).content.decode()
        state_reason(user=isabelle, subject_id=family.pk, reason="Recours")
        assert "Budget du 18/11/2026" in printed(login(isabelle), family, "budget")

    def test_it_is_an_accessible_pdf(self, family: Household, claire: User, login: Login) -> None:
        answer = login(claire).get(
            reverse("households:summary", args=[family.pk]), {"sections": "budget", "imprimer": "1"}
        )
        assert validator.validate_pdf_bytes(answer.content, profile="ua1").is_compliant


def test_a_file_without_budget_says_so(family: Household, claire: User, login: Login) -> None:
    page = printed(login(claire), family, "budget")
    assert "Budget Aucun n’est enregistré" in page
    assert "Dettes non soldées : rien n’est enregistré." in page

"""Budgets as they are saved: who is counted, what never moves, who wins when two save at once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, ProgrammingError, connection, transaction

from cias.accounts.models import User
from cias.audit.history import changes_where
from cias.audit.services import state_reason
from cias.core.db import ConstraintViolation
from cias.core.merging import MergeRefused
from households.budgets.payload import from_payload, to_payload
from households.budgets.reading import formula_on, has_moved, is_old, statement_of, with_lines
from households.enums import Custody, DebtStage, MemberRole, Periodicity
from households.models import (
    Budget,
    BudgetCategory,
    BudgetFormula,
    BudgetLine,
    BudgetSnapshot,
    Debt,
    Household,
)
from households.services import add_member, end_membership, merge
from households.services.budget_settings import change_formula, counted_in, formula_values, save_category
from households.services.budgets import (
    BudgetConflict,
    LineData,
    freeze_budget,
    is_intact,
    save_budget,
    update_circumstances,
    write_budget,
)
from households.services.debts import save_debt
from tests.factories import BudgetFactory, DebtFactory, HouseholdFactory, PersonFactory, UserFactory

DAY, TODAY = date(2026, 11, 18), date(2026, 11, 24)


def line(code: str, amount: str, **more: object) -> LineData:
    category = BudgetCategory.objects.get(code=code)
    return LineData(category=category, amount=Decimal(amount), **more)  # type: ignore[arg-type]


def made(by: User, household: Household, on: date = DAY, **amounts: str) -> Budget:
    lines = [line(code.replace("_", "-"), amount) for code, amount in amounts.items()]
    return write_budget(by=by, household=household, on=on, lines=lines)


@pytest.mark.django_db
class TestCounting:
    def test_everybody_in_the_three_ways(self, claire: User, family: Household) -> None:
        nina = PersonFactory(first_names="Nina", birth_date=date(2020, 6, 30), disability_recognised=True)
        add_member(
            by=claire, household=family, person=nina, start=date(2024, 9, 1), role=MemberRole.CHILD,
            custody=Custody.ALTERNATE,
        )  # fmt: skip
        budget = made(claire, family, salaire="1800", loyer="700")
        who = budget.circumstances
        assert Decimal(who["persons"]) == Decimal("3.5")
        assert Decimal(who["parts"]) == 3  # 2 + 0.5 for Léo + (0.5 + 0.5) × 0.5 for Nina
        assert Decimal(who["units"]) == Decimal("1.95")  # 1 + 0.5 + 0.3 + 0.3 × 0.5
        assert who["notes"] == ["Nina compte pour 0,5, en garde alternée"]
        assert budget.daily == Decimal("10.48")  # 1100 ÷ 3.5 ÷ 30

    def test_ranks_of_children_and_the_age_limit(self, claire: User, family: Household) -> None:
        for born in (date(2012, 1, 1), date(2014, 1, 1), date(2016, 1, 1), date(2006, 1, 1)):
            child = PersonFactory(birth_date=born)
            add_member(
                by=claire, household=family, person=child, start=date(2024, 9, 1), role=MemberRole.CHILD
            )
        budget = made(claire, family, salaire="1800", loyer="700")
        assert Decimal(budget.circumstances["parts"]) == Decimal(
            "4.5"
        )  # 2 + .5 + .5 + 1 + .5; the eldest is 20
        assert Decimal(budget.circumstances["units"]) == Decimal("3.4")  # 1 + 3 × 0.5 (14 and over) + 3 × 0.3

    def test_only_those_there_on_the_day(self, claire: User, family: Household) -> None:
        assert (
            Decimal(made(claire, family, date(2024, 5, 1), rsa="600", loyer="1").circumstances["persons"])
            == 2
        )
        membership = family.memberships.get(role=MemberRole.PARTNER)
        budget = made(claire, family, rsa="600", loyer="1")
        assert not has_moved(budget)
        end_membership(by=claire, membership=membership, end=date(2026, 10, 31))
        assert (has_moved(budget), budget.daily) == (True, Decimal("6.66"))
        recounted = update_circumstances(by=claire, budget=budget)
        assert (has_moved(recounted), recounted.daily) == (False, Decimal("9.98"))


@pytest.mark.django_db
class TestSaving:
    def test_the_figures_are_those_of_the_statement(self, claire: User, family: Household) -> None:
        budget = made(claire, family, salaire="1800", loyer="700", electricite="90")
        statement = statement_of(with_lines(Budget.objects.all()).get())
        for code in ("remaining", "daily", "quotient", "housing_rate", "energy_rate", "debt_rate"):
            assert getattr(budget, code) == statement.indicator(code).value
        assert (budget.resources, budget.charges) == (Decimal(1800), Decimal(790))

    def test_one_budget_a_day(self, claire: User, family: Household) -> None:
        made(claire, family, salaire="1800")
        with pytest.raises(ConstraintViolation, match="existe déjà"):
            made(claire, family, salaire="1900")

    def test_the_history_tells_what_moved_and_nothing_else(
        self, claire: User, mehdi: User, family: Household
    ) -> None:
        budget = made(claire, family, salaire="1800", loyer="700", telecom="30")
        rent = budget.lines.get(category__code="loyer")
        lines = [line("salaire", "1800"), line("are", "200"), line("loyer", "720")]
        save_budget(by=mehdi, budget=budget, version=1, on=DAY, lines=lines)
        assert budget.lines.get(category__code="loyer").pk == rent.pk
        told = [
            (change.kind, change.author, [(one.label, one.before, one.after) for one in change.fields])
            for change in changes_where(BudgetLine, budget=budget.pk)
            if change.author == mehdi.full_name
        ]
        assert sorted(kind for kind, *_rest in told) == ["delete", "insert", "update"]
        assert ("update", mehdi.full_name, [("Montant", "700,00", "720,00")]) in told

    def test_several_lines_of_a_category(self, claire: User, family: Household) -> None:
        wages = [line("salaire", "900", comment="matin"), line("salaire", "300", comment="soir")]
        budget = write_budget(by=claire, household=family, on=DAY, lines=wages)
        save_budget(by=claire, budget=budget, version=1, on=DAY, lines=[wages[1]])
        assert [(one.amount, one.comment) for one in budget.lines.all()] == [(Decimal(300), "soir")]

    def test_saved_from_an_older_version(self, claire: User, mehdi: User, family: Household) -> None:
        budget = made(claire, family, salaire="1800", loyer="700")
        save_budget(by=mehdi, budget=budget, version=1, on=DAY, lines=[line("salaire", "1500")])
        with pytest.raises(BudgetConflict, match="Mehdi Aouragh") as refused:
            save_budget(by=claire, budget=budget, version=1, on=DAY, lines=[line("salaire", "1")])
        assert refused.value.budget.version == 2
        assert Budget.objects.get().lines.get().amount == Decimal(1500)

    def test_an_amount_below_zero_is_refused_by_the_database(self, claire: User, family: Household) -> None:
        with pytest.raises(ConstraintViolation, match="positif"):
            made(claire, family, salaire="-1")

    def test_old_after_what_the_formula_says(self) -> None:
        assert is_old(BudgetFactory(on=date(2025, 11, 23)), TODAY)
        assert not is_old(BudgetFactory(on=date(2025, 11, 24)), TODAY)


@pytest.mark.django_db
class TestFreezing:
    def test_nothing_moves_a_frozen_copy(self, claire: User, family: Household) -> None:
        debt = DebtFactory(household=family, monthly_payment=Decimal(50))
        budget = made(claire, family, salaire="1800", loyer="700")
        snapshot = freeze_budget(by=claire, household=family, purpose="FSL")
        before = (snapshot.payload, snapshot.checksum)

        save_budget(
            by=claire, budget=budget, version=1, on=DAY, lines=[line("salaire", "5")], comment="autre"
        )
        wage = BudgetCategory.objects.get(code="salaire")
        wage.label, wage.is_active = "Paie", False
        save_category(by=claire, category=wage, terms=set())
        change_formula(
            by=claire, valid_from=TODAY, values=formula_values(formula_on(TODAY)) | {"day_basis": "30.42"}
        )
        save_debt(by=claire, debt=debt)

        again = BudgetSnapshot.objects.get()
        assert (again.payload, again.checksum) == before
        assert is_intact(again)
        statement = from_payload(again.payload)
        assert statement.indicator("daily").value == Decimal("12.22")  # 1100 ÷ 3 ÷ 30
        assert [one.label for one in statement.entries] == ["Salaire net", "Loyer ou redevance (avant aide)"]
        assert statement.circumstances.debts["rent"].payments == Decimal(50)
        assert (again.formula.number, again.taken_by, again.purpose) == (1, claire, "FSL")
        assert to_payload(statement) == again.payload

    @pytest.mark.parametrize("model", [BudgetSnapshot, BudgetFormula])
    def test_the_database_refuses_a_change(self, model: type, claire: User, family: Household) -> None:
        made(claire, family, salaire="1800", loyer="700")
        freeze_budget(by=claire, household=family, purpose="FSL")
        name = {BudgetSnapshot: "purpose", BudgetFormula: "source"}[model]
        refused = pytest.raises((InternalError, ProgrammingError), match="ne se modifie pas")
        with refused, transaction.atomic():
            model.objects.update(**{name: "autre"})

    def test_a_changed_payload_shows(self, claire: User, family: Household) -> None:
        made(claire, family, salaire="1800", loyer="700")
        snapshot = freeze_budget(by=claire, household=family, purpose="FSL")
        snapshot.payload["entries"][0]["amount"] = "18000"
        assert not is_intact(snapshot)

    def test_without_a_budget_there_is_nothing_to_freeze(self, claire: User, family: Household) -> None:
        with pytest.raises(ValidationError, match="pas encore de budget"):
            freeze_budget(by=claire, household=family, purpose="FSL")


@pytest.mark.django_db
class TestFormula:
    def test_a_new_version_moves_the_budgets_from_its_day_on(
        self, isabelle: User, claire: User, family: Household
    ) -> None:
        before = made(claire, family, DAY, salaire="1200", loyer="300")
        after = made(claire, family, TODAY, salaire="1200", loyer="300")
        values = formula_values(formula_on(TODAY)) | {"count_by": "units", "source": "Règlement 2026"}
        version = change_formula(by=isabelle, valid_from=TODAY, values=values)
        for budget in (before, after):
            budget.refresh_from_db()
        assert (before.formula.number, before.daily) == (1, Decimal("10.00"))
        assert (after.formula_id, after.daily) == (version.pk, Decimal("16.67"))  # 900 ÷ 1.8 ÷ 30

    def test_the_past_is_closed(self, isabelle: User) -> None:
        with pytest.raises(ValidationError, match="au passé"):
            change_formula(
                by=isabelle, valid_from=date(2026, 11, 23), values=formula_values(formula_on(TODAY))
            )

    def test_counting_a_category_elsewhere_is_a_new_version(
        self, isabelle: User, claire: User, family: Household
    ) -> None:
        budget = made(claire, family, TODAY, salaire="1000", aeeh="150", loyer="400")
        assert budget.remaining == Decimal(600)
        aeeh = BudgetCategory.objects.get(code="aeeh")
        save_category(by=isabelle, category=aeeh, terms={"resources"})
        assert counted_in(aeeh, formula_on(TODAY)) == {"resources"}
        budget.refresh_from_db()
        assert (budget.formula.number, budget.remaining) == (2, Decimal(750))
        save_category(by=isabelle, category=aeeh, terms={"resources"})
        assert BudgetFormula.objects.count() == 2

    def test_a_new_category_gets_a_code_and_its_terms(self, isabelle: User) -> None:
        category = BudgetCategory(side="charge", group="daily", label="Salaire")
        saved = save_category(by=isabelle, category=category, terms={"charges"})
        assert saved.code == "salaire-2"
        assert "salaire-2" in formula_on(TODAY).terms["charges"]

    def test_a_category_stays_on_its_side(self, isabelle: User) -> None:
        category = BudgetCategory(side="charge", group="work", label="Étrange")
        with pytest.raises(ConstraintViolation, match="pas de ce côté"):
            save_category(by=isabelle, category=category, terms=set())


@pytest.mark.django_db
class TestDebts:
    @pytest.mark.parametrize(
        ("day", "payment", "left"),
        [
            (date(2026, 1, 30), 0, 6), (date(2026, 1, 31), 50, 5), (date(2026, 2, 27), 50, 5),
            (date(2026, 2, 28), 50, 4), (date(2026, 6, 29), 50, 1), (date(2026, 6, 30), 50, 0),
            (date(2026, 7, 1), 0, 0),
        ],
    )  # fmt: skip
    def test_a_plan_over_the_months(self, day: date, payment: int, left: int) -> None:
        """Six instalments from 31 January: 28 February, 31 March, 30 April, 31 May, 30 June."""
        debt = DebtFactory(monthly_payment=Decimal(50), plan_start=date(2026, 1, 31), plan_count=6)
        by_end = DebtFactory(
            monthly_payment=Decimal(50), plan_start=date(2026, 1, 31), plan_end=date(2026, 6, 30)
        )
        assert debt.last_instalment == date(2026, 6, 30)
        for one in (debt, by_end):
            assert (one.payment_on(day), one.instalments_left(day)) == (payment, left)
            assert one.planned_left(day) == left * 50
            assert one.instalments == 6

    def test_settled_then_opened_again(self, claire: User) -> None:
        debt = DebtFactory()
        debt.stage = DebtStage.SETTLED
        save_debt(by=claire, debt=debt)
        assert (debt.settled_on, debt.remaining_amount) == (TODAY, 0)
        debt.stage, debt.remaining_amount = DebtStage.NOTICE, Decimal(40)
        save_debt(by=claire, debt=debt)
        assert debt.settled_on is None
        assert len(changes_where(Debt, pgh_obj_id=debt.pk)) == 3

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"plan_count": 6}, "Un plan a une mensualité"),
            ({"plan_start": DAY}, "Un plan a une mensualité"),
            ({"monthly_payment": 5, "plan_start": DAY, "plan_end": date(2026, 1, 1)}, "suit la première"),
            ({"monthly_payment": 5, "plan_start": DAY, "plan_end": TODAY, "plan_count": 2}, "pas les deux"),
            ({"remaining_amount": -1}, "positif"),
        ],
    )
    def test_what_the_database_refuses(self, claire: User, fields: dict[str, object], said: str) -> None:
        debt = DebtFactory()
        for name, value in fields.items():
            setattr(debt, name, value)
        with pytest.raises(ConstraintViolation, match=said):
            save_debt(by=claire, debt=debt)


@pytest.mark.django_db
def test_the_queryset_by_role(
    family: Household, claire: User, isabelle: User, nadege: User, hugo: User, francoise: User, david: User,
    armelle: User,
) -> None:  # fmt: skip
    made(claire, family, salaire="1800", loyer="700")
    freeze_budget(by=claire, household=family, purpose="FSL")
    DebtFactory(household=family)
    models = (Budget, BudgetSnapshot, Debt)

    def read(user: User) -> list[int]:
        return [model.objects.for_user(user, family.pk).count() for model in models]

    assert read(claire) == [1, 1, 1]
    assert {user.email: read(user) for user in (isabelle, nadege, hugo, francoise, david, armelle)} == {
        user.email: [0, 0, 0] for user in (isabelle, nadege, hugo, francoise, david, armelle)
    }
    state_reason(user=isabelle, subject_id=family.pk, reason="Absence du référent")
    assert read(isabelle) == [1, 1, 1]
    assert Budget.objects.for_user(isabelle).count() == 0


@pytest.mark.django_db
class TestMerging:
    def test_everything_follows_and_a_frozen_copy_stays_intact(self, claire: User, family: Household) -> None:
        other = HouseholdFactory(with_applicant=True)
        made(claire, other, salaire="1800", loyer="700")
        freeze_budget(by=claire, household=other, purpose="FSL")
        DebtFactory(household=other)
        merge(by=claire, survivor=family, absorbed=other)
        assert (family.budgets.count(), family.debts.count()) == (1, 1)
        assert is_intact(family.budget_snapshots.get())

    def test_two_budgets_of_a_day_are_for_an_agent_to_settle(self, claire: User, family: Household) -> None:
        other = HouseholdFactory(with_applicant=True)
        for household in (family, other):
            made(claire, household, salaire="1800")
        with pytest.raises(MergeRefused, match="un budget du même jour"):
            merge(by=claire, survivor=family, absorbed=other)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told() -> None:
    budget, agents = BudgetFactory(), [UserFactory(), UserFactory()]
    barrier, told = Barrier(2), []

    def save(by: User, amount: str) -> None:
        try:
            lines = [line("salaire", amount, periodicity=Periodicity.MONTHLY)]
            barrier.wait(timeout=20)
            save_budget(by=by, budget=budget, version=1, on=DAY, lines=lines)
        except BudgetConflict as error:
            told.append(error)
        finally:
            connection.close()

    works: list[Callable[[], None]] = [
        lambda: save(agents[0], "1000"),
        lambda: save(agents[1], "2000"),
    ]
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = Budget.objects.get()
    assert (len(told), stored.version, stored.lines.count()) == (1, 2, 1)
    assert stored.resources == stored.lines.get().amount

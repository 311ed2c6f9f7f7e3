"""Budgets, debts and frozen copies of a third of the households; the règlement's own formula, with its floor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Model

from cias.demo.world import File, World
from households.budgets.payload import checksum, circumstances_payload, to_payload
from households.budgets.reading import circumstances_of, entries_of
from households.budgets.reckoning import reckon
from households.enums import Custody, DebtKind, DebtStage, MainResource, Periodicity
from households.models import (
    Budget,
    BudgetCategory,
    BudgetFormula,
    BudgetLine,
    BudgetSnapshot,
    Debt,
    Membership,
)
from households.services.budget_settings import formula_values
from households.services.budgets import figures

FLOOR = Decimal("9.00")
# Category and usual range of the main resource of a household, by month.
INCOMES: dict[str, tuple[str, int, int]] = {
    MainResource.WAGE: ("salaire", 1050, 1900), MainResource.RSA: ("rsa", 480, 950),
    MainResource.UNEMPLOYMENT: ("are", 780, 1250), MainResource.PENSION: ("retraite", 850, 1500),
    MainResource.ASPA: ("aspa", 1012, 1012), MainResource.AAH: ("aah", 760, 1016),
    MainResource.INVALIDITY: ("invalidite", 620, 1100), MainResource.SICKNESS: ("ij", 750, 1200),
    MainResource.FAMILY: ("paje", 400, 620), MainResource.ALIMONY: ("pension-recue", 300, 600),
}  # fmt: skip
# Category, chance in %, range of the amount, periodicity.
CHARGES: tuple[tuple[str, int, int, int, str], ...] = (
    ("charges-locatives", 45, 35, 110, Periodicity.MONTHLY), ("eau", 62, 60, 140, Periodicity.QUARTERLY),
    ("electricite", 92, 48, 165, Periodicity.MONTHLY), ("gaz", 38, 55, 130, Periodicity.MONTHLY),
    ("fioul-bois", 12, 480, 1500, Periodicity.YEARLY), ("assurance-habitation", 85, 140, 260, Periodicity.YEARLY),
    ("assurance-auto", 52, 38, 85, Periodicity.MONTHLY), ("mutuelle", 48, 22, 95, Periodicity.MONTHLY),
    ("telecom", 95, 16, 62, Periodicity.MONTHLY), ("transport", 82, 35, 190, Periodicity.MONTHLY),
    ("credit-conso", 32, 45, 260, Periodicity.MONTHLY), ("plan-apurement", 14, 30, 90, Periodicity.MONTHLY),
    ("frais-sante", 10, 12, 60, Periodicity.MONTHLY), ("impot-revenu", 10, 15, 90, Periodicity.MONTHLY),
    ("plan-bdf", 5, 60, 180, Periodicity.MONTHLY), ("saisie", 4, 40, 140, Periodicity.MONTHLY),
)  # fmt: skip
CREDITORS: tuple[tuple[str, str, int, int], ...] = (
    (DebtKind.RENT, "Chartres Métropole Habitat", 480, 3200), (DebtKind.RENT, "Habitat eurélien", 420, 2600),
    (DebtKind.ENERGY, "EDF", 140, 1300), (DebtKind.ENERGY, "Engie", 120, 1100), (DebtKind.CREDIT, "Cofidis", 700, 6500),
    (DebtKind.CREDIT, "Franfinance", 900, 7200), (DebtKind.TAX, "Trésor public", 150, 900),
    (DebtKind.FINE, "Trésorerie amendes", 90, 540), (DebtKind.HEALTH, "Hôpitaux de Chartres", 40, 420),
    (DebtKind.FAMILY, "Un proche", 150, 1200), (DebtKind.OTHER, "Cantine municipale", 60, 320),
)  # fmt: skip
STAGES = {
    DebtStage.AMICABLE: 34, DebtStage.REMINDER: 24, DebtStage.NOTICE: 14, DebtStage.BAILIFF: 10, DebtStage.JUDGMENT: 6,
    DebtStage.SEIZURE: 3, DebtStage.BDF: 4, DebtStage.SETTLED: 8,
}  # fmt: skip
PURPOSES = (
    "Demande de FSL, maintien",
    "Aide facultative",
    "Diagnostic social et financier",
    "Dossier de surendettement",
)


@dataclass
class Settings:
    categories: dict[str, BudgetCategory]
    first: BudgetFormula
    current: BudgetFormula

    def formula_on(self, day: date) -> BudgetFormula:
        return self.current if day >= self.current.valid_from else self.first


def create_budgets(world: World) -> None:
    """One household in three has a budget, some of them several; one in six has debts."""
    settings = _settle(world)
    rows: dict[type[Model], list] = {Debt: [], Budget: [], BudgetLine: [], BudgetSnapshot: []}
    chosen = [file for file in world.files if world.chance(36)]
    members: dict[object, list[Membership]] = {}
    for row in Membership.objects.filter(household__in=[file.household for file in chosen]).select_related(
        "person"
    ):
        members.setdefault(row.household_id, []).append(row)
    for file in chosen:
        debts = list(_debts(world, file)) if world.chance(45) else []
        rows[Debt] += debts
        for budget, lines, snapshot in _budgets(world, file, settings, members[file.household.pk], debts):
            rows[Budget].append(budget)
            rows[BudgetLine] += lines
            rows[BudgetSnapshot] += [snapshot] if snapshot else []
    for model, objects in rows.items():
        model._default_manager.bulk_create(objects, batch_size=2000)


def _settle(world: World) -> Settings:
    """The version of the règlement, in force since the first of January."""
    first = BudgetFormula.objects.order_by("number")[0]
    current = BudgetFormula.objects.create(
        **formula_values(first)
        | {
            "source": "Règlement des aides facultatives, délibération du conseil d’administration",
            "daily_floor": FLOOR,
            "daily_floor_source": "Règlement des aides facultatives, article 4",
        },
        number=first.number + 1,
        valid_from=date(world.today.year, 1, 1),
        author=world.users["direction"],
    )
    return Settings({one.code: one for one in BudgetCategory.objects.all()}, first, current)


def _debts(world: World, file: File) -> Iterator[Debt]:
    last = min(file.closed_on or world.today, world.today)
    for kind, creditor, least, most in world.random.sample(CREDITORS, world.pick({1: 55, 2: 32, 3: 13})):
        noted = world.day_between(file.opened_on, last)
        initial = Decimal(world.random.randint(least, most))
        stage = world.pick(STAGES)
        settled = stage == DebtStage.SETTLED
        plan = not settled and world.chance(38)
        months = world.random.choice((6, 10, 12, 18, 24, 36))
        remaining = (
            Decimal(0)
            if settled
            else (initial * world.random.randint(35, 100) / 100).quantize(Decimal("0.01"))
        )
        yield Debt(
            household=file.household, creditor=creditor, kind=kind, origin_on=noted - timedelta(days=world.random.randint(20, 400)),
            noted_on=noted, initial_amount=initial, remaining_amount=remaining, stage=stage,
            settled_on=world.day_between(noted, last) if settled else None,
            monthly_payment=max(remaining / months, Decimal(10)).quantize(Decimal("0.01")) if plan else None,
            plan_start=noted.replace(day=5) + timedelta(days=31) if plan else None, plan_count=months if plan else None,
        )  # fmt: skip


def _budgets(
    world: World, file: File, settings: Settings, members: list[Membership], debts: list[Debt]
) -> Iterator[tuple[Budget, list[BudgetLine], BudgetSnapshot | None]]:
    """The first in the weeks after the file was opened, then one every few months, each a little different."""
    author = file.referent or world.users["ts4"]
    day = file.opened_on + timedelta(days=world.random.randint(0, 40))
    last = min(file.closed_on or world.today, world.today)
    amounts = list(_amounts(world, file, members))
    for _ in range(world.pick({1: 48, 2: 30, 3: 15, 4: 7})):
        if day > last:
            return
        here = [row for row in members if row.start <= day and (row.end is None or row.end >= day)]
        formula = settings.formula_on(day)
        budget = Budget(household=file.household, on=day, author=author, formula=formula)
        lines = [
            BudgetLine(
                budget=budget, category=settings.categories[code], amount=amount, periodicity=periodicity, position=rank,
                person=here[0].person if here and code in INCOME_CODES else None, proof=world.chance(64),
            )
            for rank, (code, amount, periodicity) in enumerate(amounts)
        ]  # fmt: skip
        who = circumstances_of(here, debts, day, formula)
        statement = reckon(on=day, entries=entries_of(lines), circumstances=who, formula=formula)
        budget.circumstances = circumstances_payload(who)
        for name, value in figures(statement).items():
            setattr(budget, name, value)
        snapshot = None
        if world.chance(18):
            payload = to_payload(statement)
            snapshot = BudgetSnapshot(
                household=file.household, budget=budget, formula=formula, purpose=world.random.choice(PURPOSES),
                taken_by=author, payload=payload, checksum=checksum(payload),
            )  # fmt: skip
        yield budget, lines, snapshot
        amounts = [
            (code, _nudged(world, amount), periodicity)
            for code, amount, periodicity in amounts
            if code in INCOME_CODES or world.chance(96)
        ]
        day += timedelta(days=world.random.randint(75, 240))


INCOME_CODES = {code for code, _least, _most in INCOMES.values()}


def _amounts(world: World, file: File, members: list[Membership]) -> Iterator[tuple[str, Decimal, str]]:
    """Lines whose orders of size are those of a modest household; a few budgets stay incomplete."""
    random = world.random
    children = sum(row.custody == Custody.FULL for row in members) - 1
    code, least, most = INCOMES.get(file.main_resource, ("autre-ressource", 0, 520))
    if world.chance(96):
        yield code, _cents(random.uniform(least, most)), Periodicity.MONTHLY
    if code == "salaire" and world.chance(45):
        yield "ppa", _cents(random.uniform(70, 260)), Periodicity.MONTHLY
    if file.children > 1:
        yield "af", _cents(148.52 + 190.29 * (file.children - 2)), Periodicity.MONTHLY
    if world.chance(66):
        paid_to = "apl-bailleur" if world.chance(55) else "apl"
        yield paid_to, _cents(random.uniform(90, 340)), Periodicity.MONTHLY
    if file.children and world.chance(40):
        yield "ars", Decimal("423.48") * file.children, Periodicity.YEARLY
    if world.chance(90):
        yield "loyer", _cents(random.uniform(310, 520) + 55 * max(children, 0)), Periodicity.MONTHLY
    for charge, percent, low, high, periodicity in CHARGES:
        if world.chance(percent):
            yield charge, _cents(random.uniform(low, high)), periodicity
    if file.children and world.chance(55):
        yield "cantine", _cents(random.uniform(18, 45) * file.children), Periodicity.MONTHLY


def _cents(value: float) -> Decimal:
    return Decimal(round(value * 100)) / 100


def _nudged(world: World, amount: Decimal) -> Decimal:
    """The amount some months later: most of the time the same."""
    return amount if world.chance(55) else _cents(float(amount) * world.random.uniform(0.88, 1.14))

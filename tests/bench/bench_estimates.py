"""Non-take-up over the caseload: 1 500 households read, computed and judged, with their history (quality.md)."""

import random
import time
from datetime import date
from decimal import Decimal

from cias.accounts.enums import Role
from cias.accounts.models import User
from households.budgets.reading import formula_on
from households.models import Budget, BudgetCategory, BudgetLine, Household, Situation
from rights.estimates import job, services
from rights.estimates.engine import load
from rights.models import RightsEstimate
from tests.bench import Measure
from tests.bench.population import PER_HOUSEHOLD, fill_households

HOUSEHOLDS = 1500
LINES = ("salaire", "are", "retraite", "aah", "pension-recue", "loyer", "mutuelle")
HOUSING = ("private_tenant", "social_tenant", "owner", "with_family", "homeless")
ACTIVITIES = ("employed", "job_seeker", "retired", "at_home", "")


def _budgets(author: User) -> None:
    """A budget of one to three lines and a situation for each household."""
    chance, today = random.Random(3), date(2026, 11, 1)
    formula = formula_on(today)
    categories = {row.code: row for row in BudgetCategory.objects.filter(code__in=LINES)}
    households = list(Household.objects.all())
    budgets = Budget.objects.bulk_create(
        Budget(household=one, on=today, author=author, formula=formula) for one in households
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(budget=budget, category=categories[code], amount=Decimal(chance.randrange(100, 1800)))
        for budget in budgets
        for code in chance.sample(LINES, chance.randint(1, 3))
    )
    Situation.objects.bulk_create(
        Situation(
            household=one,
            start=one.opened_on,
            housing_status=chance.choice(HOUSING),
            activity=chance.choice(ACTIVITIES),
        )
        for one in households
    )


def bench_estimates() -> Measure:
    agent = User.objects.create_user("banc@cias.test", role=Role.SOCIAL_WORKER, first_name="B", last_name="E")
    fill_households(HOUSEHOLDS * PER_HOUSEHOLD, agent)
    _budgets(agent)
    started = time.perf_counter()
    load()
    loading = time.perf_counter() - started
    run = services.record_order(by=None)
    started = time.perf_counter()
    job.do_here(run)
    spent = time.perf_counter() - started
    assert RightsEstimate.objects.filter(run=run).count() == HOUSEHOLDS
    return Measure(f"non-take-up of {HOUSEHOLDS} households", spent, "loading OpenFisca", loading, at_most=6)

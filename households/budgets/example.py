"""An invented household, to see what a formula does to it: nobody's figures."""

from datetime import date
from decimal import Decimal

from households.budgets.persons import count_parts, count_persons, count_units, presence_notes
from households.budgets.reckoning import Circumstances, DebtSum, Entry, Statement, reckon
from households.enums import Custody, DebtKind, MemberRole
from households.models import BudgetCategory, BudgetFormula, Membership, Person

MEMBERS = (
    ("Inês", MemberRole.APPLICANT, Custody.FULL, 34),
    ("Yann", MemberRole.PARTNER, Custody.FULL, 38),
    ("Léo", MemberRole.CHILD, Custody.FULL, 9),
    ("Nina", MemberRole.CHILD, Custody.ALTERNATE, 6),
)
AMOUNTS = {
    "salaire": "1087", "are": "742", "ppa": "186", "apl": "214", "af": "148.52",
    "loyer": "698", "electricite": "164", "credit-conso": "187", "transport": "142", "cantine": "96",
    "plan-apurement": "75", "assurance-habitation": "61.40", "telecom": "48", "eau": "38",
}  # fmt: skip
DEBTS: dict[str, DebtSum] = {DebtKind.RENT: DebtSum(1, Decimal("2094.00"), Decimal("75.00"))}


def example(formula: BudgetFormula, day: date) -> Statement:
    """A couple with a child, and a second one every other week, reckoned by `formula`."""
    members = [
        Membership(
            role=role,
            custody=custody,
            person=Person(first_names=name, birth_date=day.replace(year=day.year - age, month=1, day=1)),
        )
        for name, role, custody, age in MEMBERS
    ]
    entries = [
        Entry(
            category=one.code,
            label=one.label,
            side=one.side,
            group=one.group,
            amount=Decimal(AMOUNTS[one.code]),
        )
        for one in BudgetCategory.objects.filter(code__in=AMOUNTS)
    ]
    who = Circumstances(
        persons=count_persons(members, formula),
        parts=count_parts(members, day, formula),
        units=count_units(members, day, formula),
        notes=presence_notes(members, formula),
        debts=DEBTS,
    )
    return reckon(on=day, entries=entries, circumstances=who, formula=formula)

"""Who a budget counts: persons present, parts of the CAF's scale, consumption units, as the formula weighs them.

Sources: parts, barème du quotient familial de la CAF; unités, échelle de l’OCDE modifiée (INSEE). The weights are
settings of each version of the formula.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cias.core.french import number
from households.budgets.reckoning import decimals_of
from households.enums import Custody, MemberRole
from households.models import BudgetFormula, Membership
from households.services.persons import is_adult


def presence(row: Membership, formula: BudgetFormula) -> Decimal:
    """How much a member counts: one, or what the formula gives to a child who lives there part of the time."""
    match row.custody:
        case Custody.ALTERNATE:
            return formula.alternate_weight
        case Custody.VISITS:
            return formula.visits_weight
    return Decimal(1)


def count_persons(members: Sequence[Membership], formula: BudgetFormula) -> Decimal:
    return sum((presence(row, formula) for row in members), Decimal(0))


def count_parts(members: Sequence[Membership], day: date, formula: BudgetFormula) -> Decimal:
    """The couple or lone person, then each dependent child by rank; other adults are not counted."""
    if not members:
        return Decimal(0)
    children = sorted(
        (row for row in members if _is_dependent(row, day, formula)),
        key=lambda row: presence(row, formula),
        reverse=True,
    )
    by_rank = (formula.parts_child_1, formula.parts_child_2, formula.parts_child_3)
    parts = formula.parts_base
    for rank, row in enumerate(children):
        part = by_rank[rank] if rank < len(by_rank) else formula.parts_child_next
        if row.person.disability_recognised:
            part += formula.parts_disabled_child
        parts += part * presence(row, formula)
    return parts


def _is_dependent(row: Membership, day: date, formula: BudgetFormula) -> bool:
    age = row.person.age_on(day)
    return row.role == MemberRole.CHILD and (age is None or age < formula.parts_child_age)


def count_units(members: Sequence[Membership], day: date, formula: BudgetFormula) -> Decimal:
    """One for the first grown-up, then one weight each by age; a child of unknown age counts as a child."""
    units = Decimal(0)
    first = True
    for row in sorted(members, key=lambda row: not _counts_as_adult(row, day, formula)):
        if first:
            share, first = formula.units_first, False
        else:
            share = formula.units_next if _counts_as_adult(row, day, formula) else formula.units_child
        units += share * presence(row, formula)
    return units


def _counts_as_adult(row: Membership, day: date, formula: BudgetFormula) -> bool:
    age = row.person.age_on(day)
    return is_adult(row, day) if age is None else age >= formula.units_child_age


NAMES = {Custody.ALTERNATE: "en garde alternée", Custody.VISITS: "en droit de visite"}


def presence_notes(members: Sequence[Membership], formula: BudgetFormula) -> tuple[str, ...]:
    """ "Nina compte pour 0,5, en garde alternée"."""
    notes = []
    for row in members:
        weight = presence(row, formula)
        if weight != 1:
            how = NAMES.get(Custody(row.custody), "")
            name = row.person.first_names or row.person.full_name
            notes.append(f"{name} compte pour {number(weight, decimals_of(weight))}, {how}")
    return tuple(notes)

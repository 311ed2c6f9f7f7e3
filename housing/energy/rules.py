"""Named rules of the programme: who it is for, and the taux d'effort énergétique with every term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cias.core.deadlines import add_months
from cias.core.french import euros, number, plural
from households.budgets.reading import circumstances_on, formula_on, statement_of, with_lines
from households.enums import Term
from households.models import Budget, BudgetFormula, Household
from housing.energy.enums import Region
from housing.models import EnergyBill, EnergyFile, EnergyRule, EnergyVisit, IncomeCeiling

CENT = Decimal("0.01")
TENTH = Decimal("0.1")
YEAR = 12


def energy_rules() -> list[EnergyRule]:
    """Every version, the latest first: read once, `rule_on` then asks the database nothing."""
    return list(EnergyRule.objects.order_by("-valid_from"))


def rule_on(day: date, known: Sequence[EnergyRule] | None = None) -> EnergyRule:
    """The version in force on `day`; the first one for the days before it. Raises IndexError when there is none.

    `known` are those `energy_rules()` gave.
    """
    if known is not None:
        return next((rule for rule in known if rule.valid_from <= day), known[-1])
    rules = EnergyRule.objects.order_by("-valid_from")
    return rules.filter(valid_from__lte=day).first() or rules.reverse()[0]


@dataclass(frozen=True)
class Eligibility:
    """Whether the household is « très modeste » by the Anah's scale: `is_met` None when it cannot be told."""

    is_met: bool | None
    ceiling: int | None
    income: int | None
    sentence: str
    source: str
    is_to_check: bool


def eligibility(file: EnergyFile) -> Eligibility:
    """Compare the revenu fiscal de référence with the ceiling of the day of the signalement.

    Target of SLIME: ménages très modestes by the Anah's scale, tenants or owners (domain-rules §5).
    """
    region = rule_on(file.reported_on).region
    scale = IncomeCeiling.objects.on(file.reported_on).filter(region=region).first()
    if scale is None:
        return Eligibility(
            None, None, file.tax_income, "Aucun barème n’est enregistré pour cette date.", "", True
        )
    ceiling = scale.for_size(file.persons)
    who = f"{plural(file.persons, 'personne')}, {Region(region).label.lower()}"
    limit = f"plafond {euros(ceiling, 0)} ({who})"
    if file.tax_income is None:
        sentence = f"Revenu fiscal de référence à demander\u00a0: {limit}."
        return Eligibility(None, ceiling, None, sentence, scale.source, scale.is_to_check)
    is_met = file.tax_income <= ceiling
    verb = "sous le" if is_met else "au-dessus du"
    sentence = f"Revenu fiscal de référence de {euros(file.tax_income, 0)}, {verb} {limit}."
    return Eligibility(is_met, ceiling, file.tax_income, sentence, scale.source, scale.is_to_check)


@dataclass(frozen=True)
class EffortLine:
    """One term of the reckoning, as it is shown."""

    label: str
    value: Decimal
    text: str = ""


@dataclass(frozen=True)
class Effort:
    """Taux d'effort énergétique: energy in the dwelling over disposable income (ONPE, TEE_3D).

    `rate` in percent; `level` "" under the first limit, "soon" above it, "late" above the second. `is_poor` says
    whether the income by unité de consommation is under the third decile; None when the bound is not known.
    """

    spending: tuple[EffortLine, ...]
    year: Decimal | None
    income: tuple[EffortLine, ...]
    income_year: Decimal | None
    income_from: str
    units: Decimal
    income_by_unit: Decimal | None
    rate: Decimal | None
    limit: Decimal | None
    high: Decimal | None
    limit_source: str
    level: str
    third_decile: int | None
    decile_source: str
    is_decile_to_check: bool
    is_poor: bool | None
    missing: tuple[str, ...]

    @property
    def is_poverty(self) -> bool | None:
        """Énergie too dear for a poor household: both conditions of TEE_3D; None when one cannot be told."""
        if self.rate is None or self.limit is None or self.is_poor is None:
            return None
        return self.rate > self.limit and self.is_poor


def effort(visit: EnergyVisit, day: date) -> Effort:
    """The rate of a visit, from its bills and from the household's latest budget until `day`, missing terms said."""
    household = visit.file.household
    bills = list(visit.bills.all())
    formula, rule = formula_on(day), rule_on(day)
    spending = tuple(
        EffortLine(bill.get_energy_display(), year, _months(bill))
        for bill in bills
        if (year := bill.year) is not None
    )
    year = sum((line.value for line in spending), Decimal(0)) if spending else None
    income, origin = _income(household, visit, day)
    income_year = sum((line.value for line in income), Decimal(0)) * YEAR if income else None
    units = circumstances_on(household, day, formula).units
    missing = _missing(bills, year, income_year, units)
    rate = None
    if year is not None and income_year:
        rate = (year * 100 / income_year).quantize(TENTH, ROUND_HALF_UP)
    by_unit = (
        (income_year / units).quantize(CENT, ROUND_HALF_UP) if income_year is not None and units else None
    )
    is_poor = by_unit <= rule.third_decile if by_unit is not None and rule.third_decile else None
    return Effort(
        spending=spending, year=year, income=income, income_year=income_year, income_from=origin, units=units,
        income_by_unit=by_unit, rate=rate, limit=formula.energy_limit, high=formula.energy_high,
        limit_source=formula.energy_source, level=_level(year, income_year, formula),
        third_decile=rule.third_decile, decile_source=rule.source, is_decile_to_check=rule.is_to_check,
        is_poor=is_poor, missing=missing,
    )  # fmt: skip


def _months(bill: EnergyBill) -> str:
    if bill.months == YEAR:
        return ""
    return f"{euros(bill.amount or 0)} sur {bill.months} mois, ramenés à 12"


def _income(household: Household, visit: EnergyVisit, day: date) -> tuple[tuple[EffortLine, ...], str]:
    """Monthly resources: those of the latest budget, else what was said during the visit."""
    budgets = with_lines(Budget.objects.filter(household=household, on__lte=day))
    budget = budgets.order_by("-on", "-saved_at").first()
    if budget is not None:
        term = statement_of(budget).term(Term.RATE_RESOURCES)
        if term.total is not None:
            lines = tuple(EffortLine(label, amount, detail) for label, detail, amount in term.lines)
            return lines, f"budget du {budget.on:%d/%m/%Y}"
    if visit.income_month is not None:
        line = EffortLine("Ressources du mois", visit.income_month, "dites pendant la visite")
        return (line,), "visite"
    return (), ""


def _missing(
    bills: list[EnergyBill], year: Decimal | None, income_year: Decimal | None, units: Decimal
) -> tuple[str, ...]:
    found = []
    if not bills:
        found.append("aucune facture n’est notée")
    elif year is None:
        found.append("aucune facture n’a de montant")
    else:
        found += [
            f"montant non renseigné\u00a0: {bill.get_energy_display().lower()}"
            for bill in bills
            if bill.amount is None
        ]
    if income_year is None:
        found.append("aucune ressource n’est renseignée dans le budget ni dans la visite")
    elif income_year == 0:
        found.append("les ressources sont nulles\u00a0: le taux ne se calcule pas")
    if not units:
        found.append("la composition du ménage n’est pas renseignée")
    return tuple(found)


def _level(year: Decimal | None, income_year: Decimal | None, formula: BudgetFormula) -> str:
    """The exact rate is compared, not the rounded one."""
    if year is None or not income_year:
        return ""
    exact = year * 100 / income_year
    if formula.energy_high is not None and exact > formula.energy_high:
        return "late"
    return "soon" if formula.energy_limit is not None and exact > formula.energy_limit else ""


@dataclass(frozen=True)
class FollowUp:
    """When the household is to be called again, both days included."""

    since: date
    until: date


def follow_up(file: EnergyFile, known: Sequence[EnergyRule] | None = None) -> FollowUp | None:
    """Three to six months after the last visit by default; None while nobody has visited (domain-rules §5)."""
    if file.visited_on is None:
        return None
    rule = rule_on(file.visited_on, known)
    return FollowUp(
        add_months(file.visited_on, rule.follow_from_months),
        add_months(file.visited_on, rule.follow_until_months),
    )


def units_text(units: Decimal) -> str:
    return f"{number(units, 1)}\u00a0UC"

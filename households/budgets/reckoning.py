"""The formula applied to a budget: each term with its lines, each indicator with its sum written out.

Money is rounded half up, to the cent, once per line (its monthly equivalent) and once per indicator; a total is the
sum of the lines as they are shown, so that whoever adds them up by hand finds it. Rates are rounded to a tenth and
compared with their limits as they are shown. What nobody typed is not zero: an indicator that lacks a term says so.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cias.core.french import MINUS, NBSP, euros, join_list, number, plural, rounded
from households.enums import CountBy, DayBasis, DebtKind, Periodicity, Side, Term
from households.models import BudgetFormula

TIMES_A_YEAR: Mapping[str, int] = {
    Periodicity.MONTHLY: 12,
    Periodicity.QUARTERLY: 4,
    Periodicity.HALF_YEARLY: 2,
    Periodicity.YEARLY: 1,
    Periodicity.WEEKLY: 52,
}
MONTHS = 12
EURO, PERCENT = "euro", "percent"
SHORT: Mapping[str, str] = {
    "per_person": "Par personne",
    "mej": "Moyenne économique par jour",
    "quotient": "Quotient social",
    "housing_rate": "Effort logement",
    "energy_rate": "Effort énergie",
    "debt_rate": "Endettement",
}


def monthly(amount: Decimal, periodicity: str) -> Decimal | None:
    """The monthly equivalent to the cent; None for what happens only once, which no monthly total counts."""
    times = TIMES_A_YEAR.get(periodicity)
    return None if times is None else rounded(amount * times / MONTHS, 2)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of a budget as it is reckoned and shown. `person` is a name, "" for the whole household."""

    category: str
    label: str
    side: str
    group: str
    amount: Decimal
    periodicity: str = Periodicity.MONTHLY
    person: str = ""
    proof: bool = False
    comment: str = ""

    @property
    def monthly(self) -> Decimal | None:
        return monthly(self.amount, self.periodicity)

    @property
    def periodicity_label(self) -> str:
        return Periodicity(self.periodicity).label

    @property
    def detail(self) -> str:
        """How it was typed, when it is not by the month: "120,00 € par an"."""
        if self.periodicity == Periodicity.MONTHLY:
            return ""
        return f"{euros(self.amount)} {self.periodicity_label}"


@dataclass(frozen=True)
class DebtSum:
    """The debts of one kind on the budget's day."""

    count: int
    remaining: Decimal
    payments: Decimal


@dataclass(frozen=True)
class Circumstances:
    """Who a budget counts, in the three ways of counting, and the debts of its day by kind.

    `notes` say in words who does not count for one: "Nina compte pour 0,5, en garde alternée".
    """

    persons: Decimal
    parts: Decimal
    units: Decimal
    notes: tuple[str, ...] = ()
    debts: Mapping[str, DebtSum] = field(default_factory=dict)

    def counted(self, by: str) -> Decimal:
        return {
            CountBy.PERSONS: self.persons,
            CountBy.PARTS: self.parts,
            CountBy.UNITS: self.units,
        }[CountBy(by)]


@dataclass(frozen=True)
class TermSum:
    """One term with the lines it adds up; `total` is None when nothing of it is known."""

    code: str
    label: str
    lines: tuple[tuple[str, str, Decimal], ...]  # what, whose or how it was typed, by the month
    total: Decimal | None


@dataclass(frozen=True)
class Flag:
    """What a limit of the formula says of a value. `level` is a status class: "soon" or "late"."""

    level: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Indicator:
    """One result: `sum` is its reckoning in figures, `missing` why there is none."""

    code: str
    label: str
    unit: str
    value: Decimal | None
    sum: str = ""
    missing: str = ""
    flag: Flag | None = None

    @property
    def short(self) -> str:
        """The label where room is scarce."""
        return SHORT.get(self.code, self.label)

    @property
    def text(self) -> str:
        if self.value is None:
            return "non calculable"
        if self.unit == EURO:
            return euros(self.value)
        return f"{number(self.value, 1)}{NBSP}%"


@dataclass(frozen=True)
class Statement:
    """Everything a budget shows: the same whether it was just reckoned or frozen years ago."""

    on: date
    formula: str
    circumstances: Circumstances
    days: Decimal
    entries: tuple[Entry, ...]
    terms: tuple[TermSum, ...]
    indicators: tuple[Indicator, ...]
    uncounted: tuple[Entry, ...]
    one_off: tuple[Entry, ...]
    comment: str = ""

    def term(self, code: str) -> TermSum:
        return next(term for term in self.terms if term.code == code)

    def indicator(self, code: str) -> Indicator:
        return next(one for one in self.indicators if one.code == code)

    @property
    def by_code(self) -> dict[str, Indicator]:
        return {one.code: one for one in self.indicators}

    @property
    def others(self) -> list[Indicator]:
        """All but the reste à vivre of the household and of the day, which stand apart."""
        return [one for one in self.indicators if one.code not in ("remaining", "daily")]

    @property
    def persons_label(self) -> str:
        return count_of(self.circumstances.persons, CountBy.PERSONS)

    @property
    def counted_label(self) -> str:
        """Who was counted, in the three ways: "3,5 personnes, 2,75 parts et 2,3 unités de consommation"."""
        return join_list([count_of(self.circumstances.counted(by), by) for by in CountBy.values])

    @property
    def sources(self) -> list[str]:
        """Where the limits that were passed come from."""
        flags = [one.flag for one in self.indicators if one.flag and one.flag.source]
        return list(dict.fromkeys(flag.source for flag in flags))

    @property
    def ledger(self) -> list[TermSum]:
        """The two terms of the reste à vivre."""
        return [self.term(Term.RESOURCES), self.term(Term.CHARGES)]


def reckon(
    *,
    on: date,
    entries: Sequence[Entry],
    circumstances: Circumstances,
    formula: BudgetFormula,
    comment: str = "",
) -> Statement:
    """Apply one version of the formula. `formula` is only read: a version not saved yet will do."""
    days = _days(formula.day_basis, on)
    terms = {code: _term(code, entries, circumstances, formula) for code in Term.values}
    counted = {code for codes in formula.terms.values() for code in codes}
    return Statement(
        on=on,
        formula=str(formula),
        circumstances=circumstances,
        days=days,
        entries=tuple(entries),
        terms=tuple(terms.values()),
        indicators=tuple(_indicators(terms, circumstances, formula, days)),
        uncounted=tuple(one for one in entries if one.monthly is not None and one.category not in counted),
        one_off=tuple(one for one in entries if one.monthly is None),
        comment=comment,
    )


def _days(basis: str, on: date) -> Decimal:
    return Decimal(monthrange(on.year, on.month)[1]) if basis == DayBasis.CALENDAR else Decimal(basis)


def _term(
    code: str, entries: Sequence[Entry], circumstances: Circumstances, formula: BudgetFormula
) -> TermSum:
    categories = frozenset(formula.terms.get(code, ()))
    lines = [
        (one.label, " · ".join(filter(None, (one.person, one.detail))), one.monthly)
        for one in entries
        if one.category in categories and one.monthly is not None
    ]
    kinds = {Term.CHARGES: formula.debt_charge_kinds, Term.CREDITS: formula.debt_rate_kinds}.get(
        Term(code), []
    )
    lines += [
        (f"Remboursement de dettes : {DebtKind(kind).label.lower()}", "", circumstances.debts[kind].payments)
        for kind in kinds
        if kind in circumstances.debts and circumstances.debts[kind].payments
    ]
    total = sum((amount for *_words, amount in lines), Decimal(0)) if lines else None
    return TermSum(code, Term(code).label, tuple(lines), total)


def _indicators(
    terms: Mapping[str, TermSum], circumstances: Circumstances, formula: BudgetFormula, days: Decimal
) -> list[Indicator]:
    resources, charges = terms[Term.RESOURCES].total, terms[Term.CHARGES].total
    missing = _first_missing(
        (resources, "aucune ressource n’est renseignée"), (charges, "aucune charge n’est renseignée")
    )
    if resources is None or charges is None:
        left, words = None, ""
    else:
        left, words = resources - charges, f"{euros(resources)} {MINUS} {euros(charges)}"
    per_day = f" ÷ {number_of_days(days)}"

    def share(code: str, label: str, by: str, *, daily: bool) -> Indicator:
        count = circumstances.counted(by)
        why = missing or ("" if count > 0 else "personne n’est compté à cette date")
        if left is None or why:
            return Indicator(code, label, EURO, None, missing=why)
        value = rounded(left / count / (days if daily else 1), 2)
        return Indicator(
            code, label, EURO, value, f"({words}) ÷ {count_of(count, by)}{per_day if daily else ''}"
        )

    daily = share("daily", "Reste à vivre par jour et par personne", formula.count_by, daily=True)
    return [
        Indicator("remaining", "Reste à vivre du ménage, par mois", EURO, left, words, missing),
        share("per_person", "Reste à vivre par personne, par mois", formula.count_by, daily=False),
        _floored(daily, formula),
        share("mej", "Moyenne économique journalière", formula.mej_by, daily=True),
        _quotient(terms, circumstances, formula),
        *_rates(terms, formula),
    ]


def _quotient(
    terms: Mapping[str, TermSum], circumstances: Circumstances, formula: BudgetFormula
) -> Indicator:
    resources, count = terms[Term.QUOTIENT_RESOURCES].total, circumstances.counted(formula.quotient_by)
    code, label = "quotient", "Quotient social, par mois"
    if resources is None or count <= 0:
        why = (
            "aucune ressource n’est renseignée" if resources is None else "personne n’est compté à cette date"
        )
        return Indicator(code, label, EURO, None, missing=why)
    words = f"{euros(resources)} ÷ {count_of(count, formula.quotient_by)}"
    return Indicator(code, label, EURO, rounded(resources / count, 2), words)


def _rates(terms: Mapping[str, TermSum], formula: BudgetFormula) -> list[Indicator]:
    costs, aid = terms[Term.HOUSING_COSTS].total, terms[Term.HOUSING_AID].total
    net = None if costs is None else costs - (aid or 0)
    words = "" if costs is None else euros(costs) if aid is None else f"({euros(costs)} {MINUS} {euros(aid)})"
    energy, credits = terms[Term.ENERGY_COSTS].total, terms[Term.CREDITS].total
    resources = terms[Term.RATE_RESOURCES].total
    return [
        _limited(
            _rate("housing_rate", "Taux d’effort logement", net, words, resources, "aucune dépense de logement"),
            (formula.housing_limit,), formula.housing_source,
        ),
        _limited(
            _rate("energy_rate", "Taux d’effort énergie", energy, "", resources, "aucune dépense d’énergie"),
            (formula.energy_limit, formula.energy_high), formula.energy_source,
        ),
        _limited(
            _rate("debt_rate", "Taux d’endettement", credits, "", resources, "aucun crédit"),
            (formula.debt_limit,), formula.debt_source,
        ),
    ]  # fmt: skip


def _rate(
    code: str, label: str, part: Decimal | None, words: str, resources: Decimal | None, nothing: str
) -> Indicator:
    if part is None or resources is None:
        why = f"{nothing} n’est renseigné{'e' if nothing.startswith('aucune') else ''}"
        return Indicator(
            code, label, PERCENT, None, missing=why if part is None else "aucune ressource n’est renseignée"
        )
    if resources <= 0:
        return Indicator(code, label, PERCENT, None, missing="les ressources sont nulles")
    value = rounded(100 * part / resources, 1)
    return Indicator(code, label, PERCENT, value, f"{words or euros(part)} ÷ {euros(resources)}")


def _limited(one: Indicator, limits: Sequence[Decimal | None], source: str) -> Indicator:
    """With a flag when the value is above the highest limit it passes."""
    passed = [limit for limit in limits if limit is not None and one.value is not None and one.value > limit]
    if not passed:
        return one
    highest = max(passed)
    level = "late" if len(passed) == len([limit for limit in limits if limit is not None]) else "soon"
    flag = Flag(
        level,
        f"au-dessus de {number(highest, 0 if highest == highest.to_integral_value() else 1)}{NBSP}%",
        source,
    )
    return Indicator(one.code, one.label, one.unit, one.value, one.sum, one.missing, flag)


def _floored(one: Indicator, formula: BudgetFormula) -> Indicator:
    floor = formula.daily_floor
    if one.value is None or (one.value >= 0 and (floor is None or one.value >= floor)):
        return one
    if one.value < 0:
        flag = Flag("late", "négatif")
    else:
        flag = Flag("soon", f"sous le repère de {euros(floor or 0)}", formula.daily_floor_source)
    return Indicator(one.code, one.label, one.unit, one.value, one.sum, one.missing, flag)


def _first_missing(*terms: tuple[Decimal | None, str]) -> str:
    return next((why for total, why in terms if total is None), "")


def count_of(count: Decimal, by: str) -> str:
    """ "3,5 personnes", "2 parts", "1,8 unité"."""
    word = {CountBy.PERSONS: "personne", CountBy.PARTS: "part", CountBy.UNITS: "unité de consommation"}[
        CountBy(by)
    ]
    several = {CountBy.UNITS: "unités de consommation"}.get(CountBy(by))
    return plural(count, word, several, decimals=decimals_of(count))


def number_of_days(days: Decimal) -> str:
    return plural(days, "jour", decimals=decimals_of(days))


def decimals_of(value: Decimal) -> int:
    """As many decimals as the number needs, two at most."""
    return max(-int(rounded(value, 2).normalize().as_tuple().exponent), 0)


def sides(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    return {side: [one for one in entries if one.side == side] for side in Side.values}

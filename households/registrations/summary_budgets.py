"""The budget in the printed summary of a file: the present one with every term, and what is still owed (H7, H16)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from cias.core.french import date_short, euros
from cias.core.registry import Facts, Prose, SummaryBlock, SummaryRequest, Table
from households.budgets.overview import latest_budget
from households.budgets.reading import entry, statement_of
from households.budgets.reckoning import Entry, Indicator, Statement
from households.models import BudgetLine, Debt

NOTHING = "—"
ANOTHERS = "Ligne d’une autre personne"
MAIN = ("daily", "per_person", "remaining", "quotient")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    budget = latest_budget(request.subject, request.user, request.today)
    if budget is None:
        yield Facts(rows=[("Budget", "Aucun n’est enregistré")])
    else:
        statement = statement_of(budget, said=lambda line: _said(line, request))
        yield Facts(title=f"Budget du {date_short(budget.on)}", rows=_facts(statement, request))
        for term in statement.ledger:
            yield Table(
                title=f"{term.label} du mois",
                header=("Ligne", "Par mois"),
                numbers=(1,),
                rows=[
                    (f"{label}, {request.hide(detail)}" if detail else label, euros(amount))
                    for label, detail, amount in term.lines
                ],
                total=("Total", euros(term.total)) if term.total is not None else (),
            )
        yield from _outside(statement)
        yield Table(
            title="Indicateurs, avec leurs termes",
            header=("Indicateur", "Calcul", "Résultat"),
            numbers=(2,),
            rows=[(one.label, _reckoned(one), one.text) for one in statement.indicators],
        )
        if statement.comment:
            yield Prose(title="Commentaire du budget", text=request.hide(statement.comment))
    yield _debts(request)


def _said(line: BudgetLine, request: SummaryRequest) -> Entry:
    """In a copy for one person, what another receives or pays counts in the totals and is not told line by line."""
    if request.masked and line.person_id not in (None, request.person.pk):
        return replace(entry(line), label=ANOTHERS, person="", comment="")
    return entry(line)


def _facts(statement: Statement, request: SummaryRequest) -> list[tuple[str, str]]:
    resources, charges = statement.ledger
    main = [statement.indicator(code) for code in MAIN]
    notes = [request.hide(note) for note in statement.circumstances.notes]
    return [
        ("Ressources du mois", _total(resources.total)),
        ("Charges du mois", _total(charges.total)),
        *((one.label, one.text) for one in main),
        ("Personnes comptées", "\u00a0; ".join([statement.counted_label, *notes])),
        ("Formule", statement.formula),
    ]


def _total(amount: Decimal | None) -> str:
    return euros(amount) if amount is not None else "Non renseignées"


def _outside(statement: Statement) -> Iterator[Table]:
    rows = [(one.label, "une seule fois", euros(one.amount)) for one in statement.one_off]
    rows += [
        (one.label, "exclue par la formule", f"{euros(one.monthly)} par mois")
        for one in statement.uncounted
        if one.monthly is not None
    ]
    if rows:
        yield Table(title="Hors du calcul", header=("Ligne", "Pourquoi", "Montant"), rows=rows, numbers=(2,))


def _reckoned(one: Indicator) -> str:
    """The sum written out, or why there is none; then the limit it passes, and where that one comes from."""
    words = one.missing if one.value is None else one.sum
    if one.flag is None:
        return words
    source = f" ({one.flag.source})" if one.flag.source else ""
    return f"{words}\u00a0: {one.flag.text}{source}"


def _debts(request: SummaryRequest) -> Table:
    """What is owed today, whenever the budget was made."""
    rows = Debt.objects.for_user(request.user, request.subject.pk).filter(settled_on=None)
    owed = list(request.known(rows, "noted_on"))
    payments = [debt.payment_on(request.today) for debt in owed]
    return Table(
        title="Dettes non soldées",
        header=("Nature", "Créancier", "Stade", "Fin du plan", "Mensualité", "Reste dû"),
        numbers=(4, 5),
        rows=[
            (
                debt.get_kind_display(),
                request.hide(debt.creditor),
                debt.get_stage_display(),
                date_short(debt.last_instalment) if debt.last_instalment else NOTHING,
                euros(payment) if payment else NOTHING,
                euros(debt.remaining_amount),
            )
            for debt, payment in zip(owed, payments, strict=True)
        ],
        total=(
            "Total", "", "", "", euros(sum(payments, Decimal(0))),
            euros(sum((debt.remaining_amount for debt in owed), Decimal(0))),
        ),
    )  # fmt: skip

"""The categories of budgets and the first version of the formula.

Sources: usual headings of a social budget (UNCCAS/CNLE, 2011) and of the field's tools; benefits kept out of
resources by law, or meant for one expense only, are not counted by default (AEEH and its supplement, PCH, ARS, one-off
help). Parts: CAF's scale for the quotient familial. Units: modified OECD scale (INSEE). Limits: each with its source.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from cias.core.reference import seed_missing
from households.enums import CHARGE_TERMS, RESOURCE_TERMS, BudgetGroup, Periodicity, Side, Term
from households.models import BudgetCategory, BudgetFormula

FIRST_VERSION = 1
FIRST_DAY = date(2020, 1, 1)
Row = dict[str, Any]

INCOME = (Term.RESOURCES, Term.QUOTIENT_RESOURCES, Term.RATE_RESOURCES)
AID = (*INCOME, Term.HOUSING_AID)
NOWHERE: tuple[str, ...] = ()
SPENT = (Term.CHARGES,)
HOUSING = (Term.CHARGES, Term.HOUSING_COSTS)
ENERGY = (Term.CHARGES, Term.ENERGY_COSTS)
LENT = (Term.CHARGES, Term.CREDITS)


def _row(
    side: str, code: str, label: str, group: str, terms: tuple[str, ...], *, usual: bool = True,
    periodicity: str = Periodicity.MONTHLY,
) -> Row:  # fmt: skip
    return {
        "side": side, "code": code, "label": label, "group": group, "is_usual": usual, "periodicity": periodicity,
        "counted": terms,
    }  # fmt: skip


def _in(code: str, label: str, group: str, terms: tuple[str, ...] = INCOME, **more: Any) -> Row:
    return _row(Side.RESOURCE, code, label, group, terms, **more)


def _out(code: str, label: str, group: str, terms: tuple[str, ...] = SPENT, **more: Any) -> Row:
    return _row(Side.CHARGE, code, label, group, terms, **more)


G, P = BudgetGroup, Periodicity
_ROWS: tuple[Row, ...] = (
    _in("salaire", "Salaire net", G.WORK),
    _in("independant", "Revenu d’indépendant", G.WORK, usual=False),
    _in("are", "Allocation chômage (ARE, ASS)", G.REPLACEMENT),
    _in("ij", "Indemnités journalières", G.REPLACEMENT),
    _in("invalidite", "Pension d’invalidité", G.REPLACEMENT),
    _in("retraite", "Retraite", G.REPLACEMENT),
    _in("reversion", "Pension de réversion", G.REPLACEMENT, usual=False),
    _in("rsa", "RSA", G.MINIMA),
    _in("ppa", "Prime d’activité", G.MINIMA),
    _in("aah", "AAH", G.MINIMA),
    _in("aspa", "ASPA", G.MINIMA),
    _in("af", "Allocations familiales", G.FAMILY),
    _in("cf", "Complément familial", G.FAMILY, usual=False),
    _in("asf", "Allocation de soutien familial", G.FAMILY),
    _in("paje", "PAJE", G.FAMILY),
    _in("aeeh", "AEEH", G.FAMILY, NOWHERE, usual=False),
    _in("aeeh-complement", "Complément d’AEEH", G.FAMILY, NOWHERE, usual=False),
    _in("pch", "PCH", G.FAMILY, NOWHERE, usual=False),
    _in("ars", "Allocation de rentrée scolaire", G.FAMILY, NOWHERE, usual=False, periodicity=P.YEARLY),
    _in("apl", "Aide au logement versée au ménage", G.HOUSING_AID, AID),
    _in("apl-bailleur", "Aide au logement versée au bailleur", G.HOUSING_AID, AID),
    _in("pension-recue", "Pension alimentaire reçue", G.OTHER_RESOURCE),
    _in("bourse", "Bourse", G.OTHER_RESOURCE, usual=False),
    _in("secours", "Secours, aide ponctuelle", G.OTHER_RESOURCE, NOWHERE, usual=False, periodicity=P.ONE_OFF),
    _in("autre-ressource", "Autre ressource", G.OTHER_RESOURCE),
    _out("loyer", "Loyer ou redevance (avant aide)", G.HOUSING, HOUSING),
    _out("charges-locatives", "Charges locatives", G.HOUSING, HOUSING),
    _out("copropriete", "Charges de copropriété", G.HOUSING, HOUSING, usual=False, periodicity=P.QUARTERLY),
    _out("eau", "Eau", G.ENERGY),
    _out("electricite", "Électricité", G.ENERGY, ENERGY),
    _out("gaz", "Gaz", G.ENERGY, ENERGY),
    _out("fioul-bois", "Fioul, bois", G.ENERGY, ENERGY, periodicity=P.YEARLY),
    _out("assurance-habitation", "Assurance habitation", G.INSURANCE),
    _out("assurance-auto", "Assurance auto", G.INSURANCE),
    _out("mutuelle", "Mutuelle, complémentaire santé", G.INSURANCE),
    _out("frais-sante", "Frais de santé non remboursés", G.INSURANCE),
    _out("telecom", "Téléphone et internet", G.DAILY),
    _out("transport", "Transport, carburant", G.DAILY),
    _out("garde", "Garde d’enfants", G.CHILDREN),
    _out("cantine", "Cantine", G.CHILDREN),
    _out("scolarite", "Scolarité, activités", G.CHILDREN, usual=False),
    _out("pension-versee", "Pension alimentaire versée", G.CHILDREN),
    _out("impot-revenu", "Impôt sur le revenu", G.TAX),
    _out("taxe-fonciere", "Taxe foncière", G.TAX, usual=False, periodicity=P.YEARLY),
    _out("autre-taxe", "Autre impôt ou taxe", G.TAX, usual=False, periodicity=P.YEARLY),
    _out("credit-immobilier", "Crédit immobilier", G.CREDIT, (*HOUSING, Term.CREDITS), usual=False),
    _out("credit-conso", "Crédit à la consommation", G.CREDIT, LENT),
    _out("credit-auto", "Crédit auto", G.CREDIT, LENT, usual=False),
    _out("plan-bdf", "Plan Banque de France", G.DEBT, LENT),
    _out("plan-apurement", "Plan d’apurement", G.DEBT),
    _out("saisie", "Saisie", G.DEBT),
    _out("frais-bancaires", "Frais bancaires", G.OTHER_CHARGE, usual=False),
    _out("autre-charge", "Autre charge", G.OTHER_CHARGE),
)  # fmt: skip

CATEGORIES = tuple(
    {**{key: value for key, value in row.items() if key != "counted"}, "position": 10 * rank}
    for rank, row in enumerate(_ROWS, start=1)
)


def first_terms() -> dict[str, list[str]]:
    """The categories each term of the first version adds up."""
    return {
        term: [row["code"] for row in _ROWS if term in row["counted"]]
        for term in (*RESOURCE_TERMS, *CHARGE_TERMS)
    }


def first_formula() -> Iterator[Row]:
    yield {
        "number": FIRST_VERSION,
        "valid_from": FIRST_DAY,
        "source": "Formule de départ, à remplacer par celle du règlement du CIAS",
        "terms": first_terms(),
        "parts_source": "CAF, barème du quotient familial",
        "units_source": "INSEE, échelle de l’OCDE modifiée",
        "housing_limit": Decimal(40),
        "housing_source": "Eurostat, surcharge des coûts du logement : plus de 40 % du revenu disponible",
        "energy_limit": Decimal(8),
        "energy_high": Decimal(10),
        "energy_source": "ONPE, taux d’effort énergétique : 8 %, seuil historique 10 %",
        "debt_limit": Decimal(35),
        "debt_source": "HCSF, décision D-HCSF-2021-7 : 35 % des revenus",
    }


def seed() -> None:
    seed_missing(BudgetCategory, "code", CATEGORIES)
    if not BudgetFormula.objects.exists():
        seed_missing(BudgetFormula, "number", first_formula())

"""OpenFisca-France over many households at once. Imported by the worker and the command only.

Loading the tax and benefit system takes some ten seconds and 230 MB: it happens on the first computation, never when
this module is imported, and stays for the life of the process.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from cias.core.deadlines import add_months
from households.enums import MemberRole
from rights.estimates.enums import EstimatedKind
from rights.estimates.facts import ZERO, HouseholdFacts, PersonFacts
from rights.estimates.fields import ACTIVITY, HOUSING, PERSONAL

CENT = Decimal("0.01")
# What must be known before the month estimated: housing aid and the CSS look back over two years at most.
YEARS_BEFORE = 2
# AAH at its first threshold (CSS, L821-1, D821-1): what the second simulation supposes.
FULL_INCAPACITY = 0.8
# With a participation up to 35 % over the ceiling (CSS, L861-1).
WITH_PARTICIPATION = Decimal("1.35")

_FAMILY: Mapping[str, str] = {
    MemberRole.APPLICANT: "demandeur",
    MemberRole.PARTNER: "conjoint",
    MemberRole.CHILD: "enfant",
}
_ENTITIES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("famille", _FAMILY),
    (
        "foyer_fiscal",
        {
            MemberRole.APPLICANT: "declarant_principal",
            MemberRole.PARTNER: "conjoint",
            MemberRole.CHILD: "personne_a_charge",
        },
    ),
    ("menage", {**_FAMILY, MemberRole.APPLICANT: "personne_de_reference"}),
)
# Monthly variables of the family; `True`: before CRDS, which is withheld from what is paid.
_MONTHLY: Mapping[str, tuple[str, bool]] = {
    EstimatedKind.RSA: ("rsa", False),
    EstimatedKind.ACTIVITY_BONUS: ("ppa", True),
    EstimatedKind.HOUSING_AID: ("aide_logement_montant", False),
    EstimatedKind.FAMILY: ("af", True),
    EstimatedKind.SUPPORT: ("asf", True),
    EstimatedKind.FAMILY_SUPPLEMENT: ("cf", True),
    EstimatedKind.OLD_AGE: ("aspa", False),
}


@dataclass(frozen=True)
class Computed:
    """What one family might receive: euros a month by kind, to the cent.

    `health`: None, not entitled to the CSS; else the participation it would pay, euros a month, 0 when it is free.
    """

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    health: Decimal | None = None


def engine_version() -> str:
    """« OpenFisca-France 176.1.8 »: written beside every estimate."""
    return f"OpenFisca-France {version('openfisca-france')}"


@cache
def load() -> Any:
    """The tax and benefit system."""
    from openfisca_france import CountryTaxBenefitSystem

    return CountryTaxBenefitSystem()


def compute(families: Sequence[HouseholdFacts], day: date) -> list[Computed]:
    """What each family might receive in the month of `day`, in the same order; all in one vectorised simulation.

    Families without members give nothing.
    """
    known = [facts for facts in families if facts.members]
    found = dict(zip((facts.household for facts in known), _compute(known, day), strict=True))
    return [found.get(facts.household, Computed()) for facts in families]


def _compute(families: list[HouseholdFacts], day: date) -> list[Computed]:
    if not families:
        return []
    month = f"{day:%Y-%m}"
    simulation = _simulate(families, day, supposing=False)
    net = 1 - float(_parameters(month).prelevements_sociaux.contributions_sociales.crds)
    sums = {
        kind: simulation.calculate(variable, month) * (net if before_crds else 1)
        for kind, (variable, before_crds) in _MONTHLY.items()
    }
    sums[EstimatedKind.DISABILITY] = _disability(families, day)
    health = _health(simulation, month)
    return [
        Computed({kind: _euros(array[rank]) for kind, array in sums.items()}, health[rank])
        for rank in range(len(families))
    ]


def _disability(families: list[HouseholdFacts], day: date) -> np.ndarray[Any, Any]:
    """AAH of the adults whose disability is recognised, supposing a rate of 80 %; those who have it keep theirs."""
    amounts = np.zeros(len(families))
    concerned = [
        rank
        for rank, facts in enumerate(families)
        if EstimatedKind.DISABILITY not in facts.received and any(member.disabled for member in facts.adults)
    ]
    if concerned:
        simulation = _simulate([families[rank] for rank in concerned], day, supposing=True)
        amounts[concerned] = simulation.populations["famille"].sum(
            simulation.calculate("aah", f"{day:%Y-%m}")
        )
    return amounts


def _health(simulation: Any, month: str) -> list[Decimal | None]:
    """The CSS of each family: its resources of a year against the ceiling (CSS, L861-1), the RSA opening it alone."""
    resources = simulation.calculate("css_cmu_base_ressources", month)
    ceilings = simulation.calculate("cmu_c_plafond", month) * float(revaluation(month))
    rsa = simulation.calculate("rsa", month)
    paid = simulation.calculate("css_participation_forfaitaire_montant", month)
    may_ask = simulation.calculate("css_cmu_acs_eligibilite", month)
    found: list[Decimal | None] = []
    for rank, resource in enumerate(resources):
        if not may_ask[rank]:
            found.append(None)
        elif rsa[rank] > 0 or resource <= ceilings[rank]:
            found.append(ZERO)
        elif resource <= ceilings[rank] * float(WITH_PARTICIPATION):
            found.append(_euros(paid[rank]))
        else:
            found.append(None)
    return found


def revaluation(month: str) -> Decimal:
    """By how much OpenFisca's ceiling of the CSS is to be raised in `month` ("2026-11").

    It is revalued each 1 April by the coefficient of L161-25 (CSS, L861-1), like the base of family benefits; OpenFisca
    may not have the last decrees. 2025 so reckoned gives 10 339 €, as the decree of March 2025 says.
    """
    ceiling = load().parameters.prestations_sociales.solidarite_insertion.minima_sociaux.cs.cmu.plafond_base
    known = ceiling.values_list[0].instant_str
    if known[:7] >= month:
        return Decimal(1)
    before, now = (
        _parameters(instant[:7]).prestations_sociales.prestations_familiales.bmaf.bmaf
        for instant in (known, month)
    )
    return Decimal(str(now)) / Decimal(str(before))


def health_ceiling(day: date) -> Decimal:
    """The yearly ceiling of the CSS without participation for one person, to the euro (CSS, L861-1)."""
    month = f"{day:%Y-%m}"
    base = _parameters(month).prestations_sociales.solidarite_insertion.minima_sociaux.cs.cmu.plafond_base
    return (Decimal(str(base)) * revaluation(month)).quantize(Decimal(1), ROUND_HALF_UP)


def _parameters(month: str) -> Any:
    return load().get_parameters_at_instant(f"{month}-01")


def _simulate(families: Sequence[HouseholdFacts], day: date, *, supposing: bool) -> Any:
    """A simulation with everything entered; `supposing`: AAH is computed, from a supposed rate, not entered."""
    from openfisca_core.simulations import SimulationBuilder

    persons = [member for facts in families for member in facts.members]
    of = [rank for rank, facts in enumerate(families) for _ in facts.members]
    builder = SimulationBuilder()
    builder.create_entities(load())
    builder.declare_person_entity("individu", [str(rank) for rank in range(len(persons))])
    for entity, roles in _ENTITIES:
        population = builder.declare_entity(entity, np.arange(len(families)))
        builder.join_with_persons(population, np.array(of), [roles[member.role] for member in persons])
    simulation = builder.build(load())
    simulation.set_input(
        "date_naissance", "ETERNITY", _array(persons, lambda member: member.born, "datetime64[D]")
    )
    years = range(day.year - YEARS_BEFORE, day.year + 1)
    for variable, amounts in _personal(persons, families, supposing=supposing).items():
        for year in years:
            simulation.set_input(variable, str(year), amounts * 12)
    states = {
        "garde_alternee": _array(persons, lambda member: member.shared, "bool"),
        "activite": np.array(
            [
                ACTIVITY[facts.activity] if member.role == MemberRole.APPLICANT else _activity(member, day)
                for facts in families
                for member in facts.members
            ]
        ),
        "depcom": np.array([facts.commune for facts in families]),
        "statut_occupation_logement": np.array([HOUSING[facts.housing_status] for facts in families]),
        "loyer": _array(families, lambda facts: facts.rent, "float"),
    }
    if supposing:
        states["taux_incapacite"] = _array(
            persons, lambda member: FULL_INCAPACITY if member.disabled else 0, "float"
        )
    for month in _months(years, day):
        for variable, values in states.items():
            simulation.set_input(variable, month, values)
    return simulation


def _personal(
    persons: Sequence[PersonFacts], families: Sequence[HouseholdFacts], *, supposing: bool
) -> dict[str, np.ndarray[Any, Any]]:
    """Monthly euros of each person by variable; only those somebody has."""
    found: dict[str, np.ndarray[Any, Any]] = {}
    for rank, member in enumerate(persons):
        for code, amount in member.resources.items():
            for variable in PERSONAL.get(code, ()):
                found.setdefault(variable, np.zeros(len(persons)))[rank] += float(amount)
    paid = [
        facts.alimony_paid if member is facts.members[0] else ZERO
        for facts in families
        for member in facts.members
    ]
    if any(paid):
        found["pensions_alimentaires_versees_individu"] = np.array(paid, dtype=float)
    if supposing:
        found.pop("aah", None)
    else:
        # Entered even when nobody has it: what is not entered is computed.
        found.setdefault("aah", np.zeros(len(persons)))
    return found


def _activity(member: PersonFacts, day: date) -> str:
    """What is said of those whose activity the file does not tell: at work with a wage, at school below 18."""
    if member.resources.keys() & {"salaire", "independant"}:
        return "actif"
    if "are" in member.resources:
        return "chomeur"
    if member.resources.keys() & {"retraite", "reversion"}:
        return "retraite"
    return "etudiant" if member.age_on(day) < 18 else "inactif"


def _months(years: Iterable[int], day: date) -> list[str]:
    last = add_months(day, 1)
    days = [date(year, month, 1) for year in years for month in range(1, 13)]
    return [f"{one:%Y-%m}" for one in days if one <= last]


def _array[T](rows: Sequence[T], value: Callable[[T], Any], dtype: str) -> np.ndarray[Any, Any]:
    return np.array([value(row) for row in rows], dtype=dtype)


def _euros(amount: float) -> Decimal:
    return Decimal(repr(float(amount))).quantize(CENT, ROUND_HALF_UP)
